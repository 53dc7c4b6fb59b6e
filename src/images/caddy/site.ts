import { header, httpRequest, NetError, type ServerRequest, type ServerResponse } from "../../network/index.ts";
import type { ProcessContext } from "../../runtime/index.ts";
import { extension, lookUp, MEDIA_TYPES, normalPath } from "../static-files.ts";
import { httpDate } from "../times.ts";
import { CaddyfileError, type Directive } from "./caddyfile.ts";

export interface Site {
  readonly port: number;
  /** "": every host. */
  readonly host: string;
  readonly directives: readonly Directive[];
  readonly logs: boolean;
}

/** In what order directives act, whatever order they are written in (caddy: httpcaddyfile/directives.go). */
const ORDER = ["root", "header", "redir", "rewrite", "uri", "handle", "handle_path", "route", "respond", "reverse_proxy", "file_server"];
const PASSED_OVER = new Set(["log", "encode"]);

export function sitesOf(directives: readonly Directive[], file: string): readonly Site[] {
  const whole = directives[0] && directives[0].block.length === 0 && directives[0].words.length === 1;
  const blocks = whole
    ? [{ words: directives[0]?.words ?? [], line: 1, block: directives.slice(1) }]
    : directives.filter((d) => d.words.length > 0);
  return blocks.flatMap(({ words, block }) => {
    for (const d of block) check(d, file);
    const logs = block.some((d) => d.words[0] === "log");
    return words.map((word) => ({ ...address(word.replace(/,$/, ""), file), directives: ordered(block), logs }));
  });
}

function address(text: string, file: string): { readonly port: number; readonly host: string } {
  const match = /^(http:\/\/)?([^:/]*)(?::(\d+))?\/?$/.exec(text);
  if (!match) throw new CaddyfileError(`${file}: the site address ${JSON.stringify(text)} is not simulated by Timonel: only HTTP is`);
  const [, scheme, host = "", port] = match;
  if (scheme === undefined && port === undefined)
    throw new CaddyfileError(`${file}: automatic HTTPS for ${JSON.stringify(text)} is not simulated by Timonel: write http://${text}`);
  return { host: host === "localhost" ? "localhost" : host, port: Number(port ?? 80) };
}

function check({ words: [name = ""], block, line }: Directive, file: string): void {
  if (PASSED_OVER.has(name) || name.startsWith("@")) return;
  if (!ORDER.includes(name)) throw new CaddyfileError(`${file}:${line}: unrecognized directive: ${name} (or not simulated by Timonel)`);
  if (["handle", "handle_path", "route"].includes(name)) for (const d of block) check(d, file);
}
const ordered = (block: readonly Directive[]): readonly Directive[] =>
  block.toSorted((a, b) => ORDER.indexOf(a.words[0] ?? "") - ORDER.indexOf(b.words[0] ?? ""));

interface Visit {
  readonly proc: ProcessContext;
  readonly request: ServerRequest;
  readonly remote: string;
  path: string;
  root: string;
  readonly headers: [string, string][];
  readonly named: ReadonlyMap<string, Directive>;
}

export async function serveSite(proc: ProcessContext, site: Site, request: ServerRequest, remote: string): Promise<ServerResponse> {
  const named = new Map(site.directives.filter((d) => d.words[0]?.startsWith("@")).map((d) => [d.words[0] as string, d]));
  const visit: Visit = { proc, request, remote, path: normalPath(request.path) ?? "/", root: "/srv", headers: [], named };
  const answer = (await act(visit, site.directives)) ?? { status: 200, body: "" };
  return { ...answer, headers: [["Server", "Caddy"], ["Date", httpDate(proc.clock.now())], ...visit.headers, ...(answer.headers ?? [])] };
}

async function act(visit: Visit, directives: readonly Directive[]): Promise<ServerResponse | undefined> {
  let handled = false;
  for (const { words, block } of directives) {
    const [name = "", ...rest] = words;
    const [matcher, args] =
      rest[0] !== undefined && /^(\/|\*$|@)/.test(rest[0]) && (name !== "root" || rest.length > 1) ? [rest[0], rest.slice(1)] : ["*", rest];
    if (name.startsWith("@") || PASSED_OVER.has(name) || !matches(visit, matcher)) continue;
    switch (name) {
      case "root":
        visit.root = args[0] ?? visit.root;
        break;
      case "header":
        if (args[0] !== undefined) visit.headers.push([args[0], args[1] ?? ""]);
        for (const {
          words: [field = "", value = ""],
        } of block)
          visit.headers.push([field, value]);
        break;
      case "rewrite":
        visit.path = expand(visit, args[0] ?? visit.path);
        break;
      case "uri":
        if (args[0] === "strip_prefix" && visit.path.startsWith(args[1] ?? ""))
          visit.path = visit.path.slice((args[1] ?? "").length) || "/";
        break;
      case "redir":
        return { status: args[1] === "permanent" ? 301 : Number(args[1]) || 302, headers: [["Location", expand(visit, args[0] ?? "/")]] };
      case "handle":
      case "handle_path": {
        // The first that matches is the only one.
        if (handled) break;
        handled = true;
        if (name === "handle_path") visit.path = visit.path.slice(matcher.replace(/\/?\*$/, "").length) || "/";
        const answer = await act(visit, ordered(block));
        if (answer) return answer;
        break;
      }
      case "route": {
        const answer = await act(visit, block);
        if (answer) return answer;
        break;
      }
      case "respond": {
        const status = args.find((a, i) => /^\d{3}$/.test(a) && (i > 0 || args.length === 1));
        const text = args[0] !== undefined && args[0] !== status ? expand(visit, args[0]) : "";
        return { status: Number(status ?? 200), headers: [["Content-Type", "text/plain; charset=utf-8"]], body: text };
      }
      case "reverse_proxy":
        return proxy(visit, args);
      case "file_server":
        return file(visit);
      default:
    }
  }
  return undefined;
}

function matches({ path, request, named }: Visit, matcher: string): boolean {
  if (matcher === "*") return true;
  if (matcher.startsWith("/")) return pathMatches(path, matcher);
  const found = named.get(matcher);
  if (!found) return false;
  const conditions = found.block.length > 0 ? found.block.map((d) => d.words) : [found.words.slice(1)];
  return conditions.every(([kind, ...args]) => {
    if (kind === "path") return args.some((a) => pathMatches(path, a));
    if (kind === "method") return args.includes(request.method);
    if (kind === "host") return args.includes((header(request.headers, "host") ?? "").replace(/:\d+$/, ""));
    return kind === "header" && header(request.headers, args[0] ?? "") === args[1];
  });
}
const pathMatches = (path: string, pattern: string): boolean =>
  pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : path === pattern;

function expand({ proc, request, remote, path }: Visit, text: string): string {
  const values: Readonly<Record<string, string>> = {
    host: (header(request.headers, "host") ?? "").replace(/:\d+$/, ""),
    hostport: header(request.headers, "host") ?? "",
    method: request.method,
    path,
    uri: request.target,
    query: request.query,
    remote_host: remote,
    "http.request.uri": request.target,
    "system.hostname": proc.hostname,
  };
  return text.replace(/\{([\w.]+)\}/g, (whole, name: string) =>
    name.startsWith("env.") ? (proc.env[name.slice(4)] ?? "") : (values[name] ?? whole),
  );
}

async function proxy({ proc, request, remote, path }: Visit, upstreams: readonly string[]): Promise<ServerResponse> {
  const body = await request.body.bytes();
  const skipped = new Set(["host", "connection", "content-length", "transfer-encoding"]);
  for (const upstream of upstreams) {
    const [, host = "localhost", port = "80"] = /^(?:http:\/\/)?([^:]*)(?::(\d+))?$/.exec(upstream) ?? [];
    try {
      const socket = await proc.net.connect(host || "localhost", Number(port), { timeout: 3000 });
      const asked = header(request.headers, "host") ?? "";
      const response = await httpRequest(socket, {
        method: request.method,
        target: encodeURI(path) + (request.query === "" ? "" : `?${request.query}`),
        host: asked,
        headers: [
          ...request.headers.filter(([name]) => !skipped.has(name.toLowerCase())),
          ["X-Forwarded-For", remote],
          ["X-Forwarded-Host", asked],
          ["X-Forwarded-Proto", "http"],
          ["Connection", "close"],
        ],
        ...(body.length > 0 && { body }),
      });
      const data = await response.body.bytes();
      socket.end();
      const headers = response.headers.filter(
        ([name]) => !["connection", "content-length", "transfer-encoding", "date"].includes(name.toLowerCase()),
      );
      return { status: response.status, headers: [["Via", "1.1 Caddy"], ...headers], body: data };
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
    }
  }
  return { status: 502, body: "" };
}

function file({ proc, path, root, request }: Visit): ServerResponse {
  if (request.method !== "GET" && request.method !== "HEAD") return { status: 405, headers: [["Allow", "GET, HEAD"]], body: "" };
  let target = root + path;
  const folder = lookUp(proc.fs, target).kind === "directory";
  if (folder && !path.endsWith("/")) return { status: 308, headers: [["Location", `${path}/`]], body: "" };
  if (folder) target += ["index.html", "index.txt"].find((name) => lookUp(proc.fs, target + name).kind === "file") ?? "index.html";
  const found = lookUp(proc.fs, target);
  if (found.kind !== "file") return { status: found.kind === "forbidden" ? 403 : 404, body: "" };
  const data = proc.fs.readFile(target);
  const type = MEDIA_TYPES[extension(target)];
  const textual = type?.startsWith("text/") ? `${type}; charset=utf-8` : type;
  const etag = `"${Math.floor(found.stat.mtime).toString(36)}${data.length.toString(36)}"`;
  if (header(request.headers, "if-none-match") === etag) return { status: 304, headers: [["Etag", etag]] };
  return {
    status: 200,
    headers: [
      ["Accept-Ranges", "bytes"],
      ...(textual === undefined ? [] : [["Content-Type", textual] as const]),
      ["Etag", etag],
      ["Last-Modified", httpDate(found.stat.mtime)],
      ["Vary", "Accept-Encoding"],
    ],
    body: data,
  };
}
