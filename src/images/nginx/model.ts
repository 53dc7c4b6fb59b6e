import { RE2JS } from "re2js";
import { DIRECTIVES, NOT_SIMULATED, type Context } from "./directives.ts";
import { type Expires, parseExpires, type Substitution } from "./filters.ts";
import { ConfigError, type Directive } from "./parse.ts";
import { type SecureFiles, secureFiles } from "./secure.ts";

interface LocationMatch {
  readonly kind: "exact" | "prefix" | "strong-prefix" | "regex" | "named";
  readonly text: string;
  readonly regex?: RE2JS;
}

export interface Rewrite {
  readonly regex: RE2JS;
  readonly to: string;
  readonly flag: "" | "last" | "break" | "redirect" | "permanent";
}

/** Settings that pass from http to server to location unless set again (nginx: merge_loc_conf). */
interface Settings {
  readonly root: string;
  readonly index: readonly string[];
  readonly types: ReadonlyMap<string, string>;
  readonly defaultType: string;
  readonly headers: readonly { readonly name: string; readonly value: string; readonly always: boolean }[];
  /** Path and format's name; undefined: off. */
  readonly accessLog: { readonly path: string; readonly format: string } | undefined;
  readonly errorPages: ReadonlyMap<number, { readonly uri: string; readonly status: number | undefined }>;
  readonly proxyHeaders: readonly (readonly [string, string])[];
  readonly proxyTimeout: number;
  readonly tokens: boolean;
  readonly maxBody: number;
  readonly etag: boolean;
  readonly access: readonly { readonly allow: boolean; readonly who: string }[];
  readonly expires: Expires;
  readonly subs: readonly Substitution[];
  readonly subOnce: boolean;
  readonly autoindex: boolean;
  /** Headers that answers go without. */
  readonly cleared: readonly string[];
}

export interface Location {
  readonly match: LocationMatch | undefined;
  readonly settings: Settings;
  readonly alias: string | undefined;
  readonly returns: { readonly status: number; readonly text: string | undefined } | undefined;
  readonly rewrites: readonly Rewrite[];
  readonly sets: readonly (readonly [string, string])[];
  readonly tryFiles: readonly string[] | undefined;
  readonly proxyPass: string | undefined;
  readonly stubStatus: boolean;
  readonly internal: boolean;
  readonly locations: readonly Location[];
}

export interface Server {
  readonly listens: readonly {
    readonly address: string | undefined;
    readonly port: number;
    readonly default: boolean;
    readonly ssl: boolean;
  }[];
  readonly names: readonly string[];
  readonly base: Location;
  readonly secure: SecureFiles | undefined;
}

export interface Config {
  readonly servers: readonly Server[];
  readonly upstreams: ReadonlyMap<string, readonly { readonly host: string; readonly port: number }[]>;
  /** Upstreams whose servers the ingress controller's Lua knows. */
  readonly balanced: ReadonlySet<string>;
  readonly formats: ReadonlyMap<string, string>;
  /** undefined: as many as CPUs. */
  readonly workers: number | undefined;
  readonly pid: string;
  readonly errorLog: { readonly path: string; readonly level: string };
  readonly daemon: boolean;
  /** Where `user` stands, if it does. */
  readonly user: string | undefined;
  /** Folders it makes for what it buffers, in nginx's order. */
  readonly temporary: readonly string[];
}

const COMBINED = '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"';

const TEMPORARY = ["client", "proxy", "fastcgi", "uwsgi", "scgi"];

const DEFAULTS: Settings = {
  root: "/etc/nginx/html",
  index: ["index.html"],
  types: new Map([
    ["html", "text/html"],
    ["gif", "image/gif"],
    ["jpg", "image/jpeg"],
  ]),
  defaultType: "text/plain",
  headers: [],
  accessLog: { path: "/var/log/nginx/access.log", format: "combined" },
  errorPages: new Map(),
  proxyHeaders: [],
  proxyTimeout: 60_000,
  tokens: true,
  maxBody: 1024 * 1024,
  etag: true,
  access: [],
  expires: undefined,
  subs: [],
  subOnce: true,
  autoindex: false,
  cleared: [],
};

/** Gives directives their meaning. Throws ConfigError in nginx's words. */
export function buildConfig(directives: readonly Directive[]): Config {
  check(directives, "main");
  const http = directives.find((d) => d.name === "http")?.block ?? [];
  if (!directives.some((d) => d.name === "events")) throw new ConfigError(`no "events" section in configuration`);
  const formats = new Map([["combined", COMBINED]]);
  for (const d of named(http, "log_format"))
    formats.set(
      d.args[0] as string,
      d.args
        .slice(1)
        .filter((a) => !a.startsWith("escape="))
        .join(""),
    );
  const upstreams = new Map<string, readonly { host: string; port: number }[]>();
  for (const d of named(http, "upstream")) upstreams.set(d.args[0] as string, upstreamServers(d));
  const settings = merge(DEFAULTS, http, formats);
  const one = (name: string): string | undefined => directives.find((d) => d.name === name)?.args[0];
  const log = directives.find((d) => d.name === "error_log");
  const workers = one("worker_processes") ?? "1";
  const user = directives.find((d) => d.name === "user");
  return {
    servers: named(http, "server").map((d) => buildServer(d, http, settings, formats)),
    upstreams,
    balanced: new Set(
      named(http, "upstream")
        .filter((d) => named(d.block ?? [], "balancer_by_lua_file").length > 0)
        .map((d) => d.args[0] as string),
    ),
    formats,
    workers: workers === "auto" ? undefined : Number(workers),
    pid: one("pid") ?? "/run/nginx.pid",
    errorLog: { path: log?.args[0] ?? "/var/log/nginx/error.log", level: log?.args[1] ?? "error" },
    daemon: one("daemon") !== "off",
    user: user && at(user),
    temporary: TEMPORARY.map((kind) => {
      const directive = kind === "client" ? "client_body_temp_path" : `${kind}_temp_path`;
      return http.find((d) => d.name === directive)?.args[0] ?? `/var/cache/nginx/${kind}_temp`;
    }),
  };
}

function named(block: readonly Directive[], name: string): readonly Directive[] {
  return block.filter((d) => d.name === name);
}
function at(d: Directive): string {
  return `in ${d.file}:${d.line}`;
}

function check(block: readonly Directive[], context: Context): void {
  for (const d of block) {
    if (context === "upstream") {
      if (
        ![
          "server",
          "balancer_by_lua_file",
          "keepalive",
          "least_conn",
          "ip_hash",
          "zone",
          "random",
          "hash",
          "keepalive_timeout",
          "keepalive_requests",
        ].includes(d.name)
      )
        throw new ConfigError(`unknown directive "${d.name}" ${at(d)}`);
      continue;
    }
    const rule = DIRECTIVES[d.name];
    if (!rule) {
      if (NOT_SIMULATED.has(d.name)) throw new ConfigError(`directive "${d.name}" is not simulated by Timonel ${at(d)}`);
      throw new ConfigError(`unknown directive "${d.name}" ${at(d)}`);
    }
    if (!rule.in.includes(context)) throw new ConfigError(`"${d.name}" directive is not allowed here ${at(d)}`);
    if (rule.block && !d.block) throw new ConfigError(`directive "${d.name}" has no opening "{" ${at(d)}`);
    if (!rule.block && d.block) throw new ConfigError(`directive "${d.name}" is not terminated by ";" ${at(d)}`);
    const [least, most] = typeof rule.args === "number" ? [rule.args, rule.args] : rule.args;
    if (d.args.length < least || d.args.length > most)
      throw new ConfigError(`invalid number of arguments in "${d.name}" directive ${at(d)}`);
    if (d.block && d.name !== "types") check(d.block, d.name as Context);
  }
}

function upstreamServers(d: Directive): readonly { host: string; port: number }[] {
  const servers = named(d.block ?? [], "server").flatMap((s) => {
    const [host = "", port = "80"] = (s.args[0] ?? "").split(":");
    const weight = Number(s.args.find((a) => a.startsWith("weight="))?.slice(7) ?? 1);
    return s.args.includes("down") || s.args.includes("backup") ? [] : Array.from({ length: weight }, () => ({ host, port: Number(port) }));
  });
  if (servers.length === 0) throw new ConfigError(`no servers are inside upstream ${at(d)}`);
  return servers;
}

function buildServer(d: Directive, http: readonly Directive[], outer: Settings, formats: ReadonlyMap<string, string>): Server {
  const block = d.block ?? [];
  const listens = named(block, "listen").map(parseListen);
  return {
    listens: listens.length > 0 ? listens : [{ address: undefined, port: 80, default: false, ssl: false }],
    secure: secureFiles(block, http, listens.some((l) => l.ssl) ? at(d) : undefined),
    names: named(block, "server_name").flatMap((n) => n.args.map((a) => a.toLowerCase())),
    base: buildLocation(block, undefined, merge(outer, block, formats), formats),
  };
}

function parseListen(d: Directive): Server["listens"][number] {
  const [where = "", ...options] = d.args;
  if (options.includes("quic")) throw new ConfigError(`parameter "quic" of "listen" is not simulated by Timonel ${at(d)}`);
  if (where.startsWith("unix:")) throw new ConfigError(`"listen ${where}" is not simulated by Timonel ${at(d)}`);
  const match = /^(?:(\[[^\]]*\]|[^:]+):)?(\d+)$/.exec(where) ?? /^(\[[^\]]*\]|[\w.*-]+)$/.exec(where);
  const port = match?.[2] === undefined ? 80 : Number(match[2]);
  if (!match) throw new ConfigError(`host not found in "${where}" of the "listen" directive ${at(d)}`);
  if (port < 1 || port > 65535) throw new ConfigError(`invalid port in "${where}" of the "listen" directive ${at(d)}`);
  const host = match[1];
  const any = host === undefined || host === "*" || host === "0.0.0.0" || host.startsWith("[");
  const isDefault = options.includes("default_server") || options.includes("default");
  return { address: any ? undefined : host, port, default: isDefault, ssl: options.includes("ssl") };
}

function buildLocation(
  block: readonly Directive[],
  match: LocationMatch | undefined,
  settings: Settings,
  formats: ReadonlyMap<string, string>,
): Location {
  const one = (name: string): Directive | undefined => block.find((d) => d.name === name);
  const returns = one("return");
  return {
    match,
    settings,
    alias: one("alias")?.args[0],
    returns: returns && parseReturn(returns),
    rewrites: named(block, "rewrite").map((d) => ({
      regex: compile(d.args[0] as string, false, d),
      to: d.args[1] as string,
      flag: rewriteFlag(d),
    })),
    sets: named(block, "set").map((d) => [(d.args[0] as string).replace(/^\$/, ""), d.args[1] as string] as const),
    tryFiles: one("try_files")?.args,
    proxyPass: one("proxy_pass")?.args[0],
    stubStatus: one("stub_status") !== undefined,
    internal: one("internal") !== undefined,
    locations: named(block, "location").map((d) =>
      buildLocation(d.block ?? [], parseMatch(d), merge(settings, d.block ?? [], formats), formats),
    ),
  };
}

function rewriteFlag(d: Directive): Rewrite["flag"] {
  const flag = d.args[2] ?? "";
  if (flag !== "" && flag !== "last" && flag !== "break" && flag !== "redirect" && flag !== "permanent")
    throw new ConfigError(`invalid parameter "${flag}" ${at(d)}`);
  return flag;
}

function parseReturn(d: Directive): Location["returns"] {
  const [first = "", text] = d.args;
  if (/^\d{3}$/.test(first)) return { status: Number(first), text };
  if (text !== undefined) throw new ConfigError(`invalid return code "${first}" ${at(d)}`);
  return { status: 302, text: first };
}

function parseMatch(d: Directive): LocationMatch {
  const [first = "", second] = d.args;
  if (second === undefined) return first.startsWith("@") ? { kind: "named", text: first } : { kind: "prefix", text: first };
  if (first === "=") return { kind: "exact", text: second };
  if (first === "^~") return { kind: "strong-prefix", text: second };
  if (first === "~" || first === "~*") return { kind: "regex", text: second, regex: compile(second, first === "~*", d) };
  throw new ConfigError(`invalid location modifier "${first}" ${at(d)}`);
}

function compile(pattern: string, ignoreCase: boolean, d: Directive): RE2JS {
  try {
    return RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  } catch (error) {
    throw new ConfigError(`pcre2_compile() failed: ${error instanceof Error ? error.message : "bad pattern"} in "${pattern}" ${at(d)}`);
  }
}

/** Directives that repeat (headers, error pages) replace all those from outside, as nginx has it. */
function merge(outer: Settings, block: readonly Directive[], formats: ReadonlyMap<string, string>): Settings {
  const one = (name: string): Directive | undefined => block.find((d) => d.name === name);
  const value = (name: string): string | undefined => one(name)?.args[0];
  const types = one("types");
  const headers = named(block, "add_header").map((d) => ({
    name: d.args[0] as string,
    value: d.args[1] as string,
    always: d.args[2] === "always",
  }));
  const access = block
    .filter((d) => d.name === "allow" || d.name === "deny")
    .map((d) => ({ allow: d.name === "allow", who: d.args[0] as string }));
  const proxyHeaders = named(block, "proxy_set_header").map((d) => [d.args[0] as string, d.args[1] as string] as const);
  const log = one("access_log");
  const format = log?.args[1] ?? "combined";
  if (log && log.args[0] !== "off" && !formats.has(format)) throw new ConfigError(`unknown log format "${format}" ${at(log)}`);
  const pages = named(block, "error_page");
  const subs = named(block, "sub_filter").map((d) => ({ from: d.args[0] as string, to: d.args[1] as string }));
  const maxBody = value("client_max_body_size");
  return {
    root: value("root") ?? outer.root,
    index: one("index")?.args ?? outer.index,
    types: types ? new Map((types.block ?? []).flatMap((t) => t.args.map((extension) => [extension, t.name] as const))) : outer.types,
    defaultType: value("default_type") ?? outer.defaultType,
    headers: headers.length > 0 ? headers : outer.headers,
    accessLog: log ? (log.args[0] === "off" ? undefined : { path: log.args[0] as string, format }) : outer.accessLog,
    errorPages: pages.length > 0 ? new Map(pages.flatMap(errorPages)) : outer.errorPages,
    proxyHeaders: proxyHeaders.length > 0 ? proxyHeaders : outer.proxyHeaders,
    proxyTimeout:
      value("proxy_connect_timeout") === undefined
        ? outer.proxyTimeout
        : Number.parseFloat(value("proxy_connect_timeout") as string) * 1000,
    tokens: value("server_tokens") === undefined ? outer.tokens : value("server_tokens") !== "off",
    maxBody: maxBody === undefined ? outer.maxBody : bytes(maxBody),
    etag: value("etag") === undefined ? outer.etag : value("etag") !== "off",
    access: access.length > 0 ? access : outer.access,
    expires: one("expires") ? parseExpires(one("expires")) : outer.expires,
    subs: subs.length > 0 ? subs : outer.subs,
    subOnce: value("sub_filter_once") === undefined ? outer.subOnce : value("sub_filter_once") !== "off",
    cleared: one("more_clear_headers")?.args.map((name) => name.toLowerCase()) ?? outer.cleared,
    autoindex: value("autoindex") === undefined ? outer.autoindex : value("autoindex") === "on",
  };
}

function errorPages(d: Directive): readonly (readonly [number, { readonly uri: string; readonly status: number | undefined }])[] {
  const uri = d.args.at(-1) as string;
  const codes = d.args.slice(0, -1);
  const change = codes.find((c) => c.startsWith("="));
  const status = change === undefined ? undefined : change === "=" ? 200 : Number(change.slice(1));
  return codes
    .filter((c) => !c.startsWith("="))
    .map((c) => {
      if (!/^[345]\d\d$/.test(c)) throw new ConfigError(`invalid value "${c}" ${at(d)}`);
      return [Number(c), { uri, status }] as const;
    });
}

/** 0 means no limit. */
function bytes(text: string): number {
  const match = /^(\d+)([kKmMgG]?)$/.exec(text);
  const unit = { "": 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[(match?.[2] ?? "").toLowerCase()] ?? 1;
  return Number(match?.[1] ?? 0) * unit || Infinity;
}
