import { header, type HttpHeaders, REASONS, type ServerRequest, type ServerResponse } from "../../network/index.ts";
import type { FileSystem, ProcessContext } from "../../runtime/index.ts";
import { inPieces, type Peer } from "../serving.ts";
import { extension, lookUp, normalPath } from "../static-files.ts";
import { accessTime, httpDate } from "../times.ts";
import { expiresHeaders, folderPage, substituted } from "./filters.ts";
import { chooseLocation, chooseServer } from "./match.ts";
import { proxy } from "./proxy.ts";
import type { Config, Location, Rewrite } from "./model.ts";
import { expand, type Exchange } from "./variables.ts";

/** What answering needs of the server around it. */
export interface NginxState {
  readonly proc: ProcessContext;
  readonly config: Config;
  readonly version: string;
  /** Writes to the error log, with connection and request appended. */
  error(message: string, x: Exchange): Promise<void>;
  /** For stub_status. */
  counts(): { readonly active: number; readonly accepted: number; readonly requests: number };
  /** The next server of an upstream, round robin. */
  next(upstream: string, size: number): number;
}

/** An answer before error pages and headers: a status of 300 and more without a body gets nginx's own page. */
export interface Raw {
  readonly status: number;
  readonly body?: ServerResponse["body"];
  readonly type?: string;
  readonly headers?: readonly (readonly [string, string])[];
}

const MAX_REDIRECTS = 10;

/** Starts a request on its way; undefined when no server listens there (the configuration changed under it). */
export function beginExchange(state: NginxState, request: ServerRequest, peer: Peer): Exchange | undefined {
  const { ip, port } = peer.socket.local;
  const server = chooseServer(state.config, ip, port, header(request.headers, "host") ?? "");
  if (!server) return undefined;
  return {
    request,
    peer,
    server,
    hostname: state.proc.hostname,
    version: state.version,
    started: state.proc.clock.now(),
    uri: "/",
    args: request.query,
    location: server.base,
    status: 0,
    sent: 0,
    set: new Map(),
    groups: [],
    upstream: undefined,
    answered: undefined,
    id: requestId(state.proc),
  };
}

function requestId({ random }: ProcessContext): () => string {
  let id: string | undefined;
  return () => (id ??= Array.from({ length: 16 }, () => random.int(256).toString(16).padStart(2, "0")).join(""));
}

export async function respond(state: NginxState, x: Exchange): Promise<ServerResponse> {
  const uri = normalPath(x.request.path);
  let raw: Raw = uri === undefined ? { status: 400 } : { status: 0 };
  x.uri = uri ?? "/";
  if (raw.status === 0) raw = await route(state, x, false);
  for (let turns = 0; raw.status >= 300 && turns < MAX_REDIRECTS; turns++) {
    const page = x.location.settings.errorPages.get(raw.status);
    if (!page || raw.body !== undefined) break;
    const before = raw.status;
    if (/^https?:/.test(page.uri)) {
      raw = { status: 302, headers: [["Location", expand(page.uri, x, state.proc.clock.now())]] };
      break;
    }
    x.uri = expand(page.uri, x, state.proc.clock.now());
    raw = x.uri.startsWith("@") ? await enterNamed(state, x) : await route(state, x, true);
    // The page itself may fail: then it is nginx's own.
    if (raw.status >= 400) {
      raw = { status: raw.status === 404 && before !== 404 ? before : raw.status };
      break;
    }
    raw = { ...raw, status: page.status ?? (raw.status === 200 ? before : raw.status) };
    break;
  }
  x.status = raw.status;
  return dress(state, x, raw);
}

async function route(state: NginxState, x: Exchange, internal: boolean): Promise<Raw> {
  const base = rewritten(state, x, x.server.base);
  if (typeof base === "object") return base;
  for (let turns = 0; turns < MAX_REDIRECTS; turns++) {
    const location = chooseLocation(x.server.base, x.uri);
    x.location = location;
    if (location.internal && !internal && turns === 0) return { status: 404 };
    if (location.match?.regex) x.groups = groupsOf(location.match.regex, x.uri);
    const outcome = location === x.server.base ? "stay" : rewritten(state, x, location);
    if (typeof outcome === "object") return outcome;
    if (outcome === "stay") return content(state, x, location, internal);
  }
  await state.error(`rewrite or internal redirection cycle while processing "${x.uri}"`, x);
  return { status: 500 };
}

/** The rewrite module, for a server or location: an answer, or whether to stay there or look for a location again. */
function rewritten(state: NginxState, x: Exchange, place: Location): Raw | "stay" | "again" {
  const now = state.proc.clock.now();
  for (const [name, value] of place.sets) x.set.set(name, expand(value, x, now));
  let changed = false;
  for (const rewrite of place.rewrites) {
    const outcome = applyRewrite(rewrite, x, now);
    if (typeof outcome === "object") return outcome;
    changed ||= outcome;
    if (outcome && rewrite.flag === "last") return "again";
    if (outcome && rewrite.flag === "break") return "stay";
  }
  const { returns } = place;
  if (!returns) return changed ? "again" : "stay";
  const text = returns.text === undefined ? undefined : expand(returns.text, x, now);
  if ([301, 302, 303, 307, 308].includes(returns.status))
    return { status: returns.status, headers: [["Location", absolute(text ?? "", x)]] };
  if (text === undefined) return { status: returns.status };
  return { status: returns.status, body: text, type: place.settings.types.get(extension(x.uri)) ?? place.settings.defaultType };
}

/** A redirect, or whether it matched and changed the path. */
function applyRewrite(rewrite: Rewrite, x: Exchange, now: number): Raw | boolean {
  const groups = groupsOf(rewrite.regex, x.uri);
  if (groups.length === 0) return false;
  x.groups = groups;
  const target = expand(rewrite.to, x, now);
  if (rewrite.flag === "redirect" || rewrite.flag === "permanent" || /^https?:\/\//.test(target)) {
    return { status: rewrite.flag === "permanent" ? 301 : 302, headers: [["Location", absolute(withArgs(target, x), x)]] };
  }
  const [path = "", args] = target.split("?");
  x.uri = normalPath(path) ?? "/";
  if (args !== undefined) x.args = args === "" || x.args === "" ? args : `${args}&${x.args}`;
  return true;
}

function groupsOf(regex: Rewrite["regex"], text: string): readonly string[] {
  const matcher = regex.matcher(text);
  if (!matcher.find()) return [];
  return Array.from({ length: matcher.groupCount() + 1 }, (_, i) => matcher.group(i) ?? "");
}

function withArgs(target: string, x: Exchange): string {
  if (target.endsWith("?")) return target.slice(0, -1);
  return x.args === "" ? target : `${target}${target.includes("?") ? "&" : "?"}${x.args}`;
}

function absolute(target: string, x: Exchange): string {
  if (!target.startsWith("/")) return target;
  const { port } = x.peer.socket.local;
  const host = (header(x.request.headers, "host") ?? x.server.names[0] ?? "").replace(/:\d+$/, "");
  const [scheme, usual] = x.peer.tls ? ["https", 443] : ["http", 80];
  return `${scheme}://${host}${port === usual ? "" : `:${port}`}${target}`;
}

async function enterNamed(state: NginxState, x: Exchange): Promise<Raw> {
  const name = x.uri;
  const location = x.server.base.locations.find((l) => l.match?.kind === "named" && l.match.text === name);
  if (!location) {
    await state.error(`could not find named location "${name}"`, x);
    return { status: 500 };
  }
  x.uri = normalPath(x.request.path) ?? "/";
  x.location = location;
  const outcome = rewritten(state, x, location);
  return typeof outcome === "object" ? outcome : content(state, x, location, true);
}

async function content(state: NginxState, x: Exchange, location: Location, internal: boolean): Promise<Raw> {
  const { settings } = location;
  const from = x.peer.socket.remote.ip;
  for (const { allow, who } of settings.access) {
    if (who !== "all" && who !== from && !inNetwork(who, from)) continue;
    if (allow) break;
    await state.error("access forbidden by rule", x);
    return { status: 403 };
  }
  const length = Number(header(x.request.headers, "content-length") ?? 0);
  if (length > settings.maxBody) {
    await state.error(`client intended to send too large body: ${length} bytes`, x);
    return { status: 413 };
  }
  if (location.tryFiles) return tryFiles(state, x, location, location.tryFiles);
  if (location.proxyPass !== undefined) return proxy(state, x, location, location.proxyPass);
  if (location.stubStatus) {
    const { active, accepted, requests } = state.counts();
    return {
      status: 200,
      type: "text/plain",
      body: `Active connections: ${active} \nserver accepts handled requests\n ${accepted} ${accepted} ${requests} \nReading: 0 Writing: 1 Waiting: ${active - 1} \n`,
    };
  }
  return serveFile(state, x, location, internal);
}

function inNetwork(network: string, ip: string): boolean {
  const [base = "", bits = "32"] = network.split("/");
  const number = (text: string): number => text.split(".").reduce((n, part) => n * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(bits));
  return Math.floor(number(base) / size) === Math.floor(number(ip) / size);
}

function filePath(location: Location, uri: string, expanded: (text: string) => string): string {
  if (location.alias === undefined) return expanded(location.settings.root) + uri;
  const prefix = location.match?.regex ? uri : (location.match?.text ?? "");
  return expanded(location.alias) + uri.slice(prefix.length);
}

async function tryFiles(state: NginxState, x: Exchange, location: Location, files: readonly string[]): Promise<Raw> {
  const now = state.proc.clock.now();
  for (const candidate of files.slice(0, -1)) {
    const uri = expand(candidate, x, now);
    const found = lookUp(
      state.proc.fs,
      filePath(location, uri, (t) => expand(t, x, now)),
    );
    if (found.kind === "file" || (found.kind === "directory" && uri.endsWith("/"))) {
      x.uri = uri;
      return location.proxyPass === undefined ? serveFile(state, x, location, true) : proxy(state, x, location, location.proxyPass);
    }
  }
  const last = expand(files.at(-1) as string, x, now);
  if (last.startsWith("=")) return { status: Number(last.slice(1)) };
  const [path = "/", args] = last.split("?");
  x.uri = path;
  if (args !== undefined) x.args = args;
  if (path.startsWith("@")) return enterNamed(state, x);
  const again = chooseLocation(x.server.base, path);
  if (again === location && !location.settings.index.length) return { status: 404 };
  x.location = again;
  if (again === location) return serveFile(state, x, location, true);
  return route(state, x, true);
}

async function serveFile(state: NginxState, x: Exchange, location: Location, internal: boolean): Promise<Raw> {
  const { method } = x.request;
  if (method !== "GET" && method !== "HEAD" && !internal) return { status: 405 };
  const now = state.proc.clock.now();
  const { fs } = state.proc;
  const path = filePath(location, x.uri, (t) => expand(t, x, now));
  if (x.uri.endsWith("/")) {
    for (const index of location.settings.index) {
      const file = index.startsWith("/") ? location.settings.root + index : path + index;
      if (lookUp(fs, file).kind !== "file") continue;
      // The index is an internal redirect: another location may take it.
      x.uri = index.startsWith("/") ? index : x.uri + index;
      const next = chooseLocation(x.server.base, x.uri);
      if (next !== location && next.match) return route(state, x, true);
      return sendFile(state, x, location, file);
    }
    if (lookUp(fs, path).kind === "directory" && location.settings.autoindex) return folder(fs, path, x.uri);
    if (lookUp(fs, path).kind === "directory") {
      await state.error(`directory index of "${path}" is forbidden`, x);
      return { status: 403 };
    }
    await state.error(`"${path}${location.settings.index[0] ?? ""}" is not found (2: No such file or directory)`, x);
    return { status: 404 };
  }
  return sendFile(state, x, location, path);
}

/** Folders first, then files, by name; hidden ones are not shown. */
function folder(fs: FileSystem, path: string, uri: string): Raw {
  const entries = fs
    .readdir(path)
    .filter((name) => !name.startsWith("."))
    .map((name) => {
      const { type, size, mtime } = fs.stat(`${path}/${name}`);
      const at = accessTime(mtime)
        .slice(0, 17)
        .replaceAll("/", "-")
        .replace(/^(.{11}):/, "$1 ");
      return { name, folder: type === "directory", size, at };
    })
    .toSorted((a, b) => Number(b.folder) - Number(a.folder));
  return { status: 200, type: "text/html", body: folderPage(uri, entries) };
}

async function sendFile(state: NginxState, x: Exchange, location: Location, path: string): Promise<Raw> {
  const found = lookUp(state.proc.fs, path);
  if (found.kind === "directory") return { status: 301, headers: [["Location", absolute(withArgs(`${x.uri}/`, x), x)]] };
  if (found.kind === "none" || found.kind === "forbidden") {
    await state.error(`open() "${path}" failed (${found.kind === "none" ? "2: No such file or directory" : "13: Permission denied"})`, x);
    return { status: found.kind === "none" ? 404 : 403 };
  }
  let body: Uint8Array;
  try {
    body = state.proc.fs.readFile(path);
  } catch {
    await state.error(`open() "${path}" failed (13: Permission denied)`, x);
    return { status: 403 };
  }
  const seconds = Math.floor(found.stat.mtime / 1000);
  const modified = httpDate(seconds * 1000);
  const etag = `"${seconds.toString(16)}-${body.length.toString(16)}"`;
  const validators = [["Last-Modified", modified], ...(location.settings.etag ? [["ETag", etag] as const] : [])] as const;
  const known = header(x.request.headers, "if-none-match");
  const fresh =
    known === undefined ? header(x.request.headers, "if-modified-since") === modified : known === "*" || known.split(/,\s*/).includes(etag);
  if (fresh) return { status: 304, headers: validators };
  const type = location.settings.types.get(extension(path)) ?? location.settings.defaultType;
  const range = /^bytes=(\d*)-(\d*)$/.exec(header(x.request.headers, "range") ?? "");
  if (range && range[0] !== "bytes=-") {
    const from = range[1] === "" ? Math.max(0, body.length - Number(range[2])) : Number(range[1]);
    const to = range[1] === "" || range[2] === "" ? body.length - 1 : Math.min(Number(range[2]), body.length - 1);
    if (from >= body.length || from > to) return { status: 416, headers: [["Content-Range", `bytes */${body.length}`]] };
    return {
      status: 206,
      type,
      body: body.subarray(from, to + 1),
      headers: [...validators, ["Content-Range", `bytes ${from}-${to}/${body.length}`]],
    };
  }
  return { status: 200, type, body, headers: [...validators, ["Accept-Ranges", "bytes"]] };
}

/** Headers in nginx's order, and its page for an error without a body. */
function dress(state: NginxState, x: Exchange, raw: Raw): ServerResponse {
  const now = state.proc.clock.now();
  const { settings } = x.location;
  const signature = settings.tokens ? `nginx/${state.version}` : "nginx";
  const body = raw.body ?? (raw.status >= 300 && raw.status !== 304 ? errorPage(raw.status, signature) : "");
  const type = raw.body === undefined && raw.status >= 300 ? "text/html" : raw.type;
  const filtered = settings.subs.length > 0 && type === "text/html" && typeof body !== "function" && body.length > 0;
  const length =
    typeof body === "function" || filtered ? undefined : typeof body === "string" ? new TextEncoder().encode(body).length : body.length;
  const all = [200, 201, 204, 206, 301, 302, 303, 304, 307, 308].includes(raw.status);
  const added = settings.headers
    .filter((h) => h.always || all)
    .map((h) => [h.name, expand(h.value, x, now)] as const)
    .filter(([, value]) => value !== "");
  const headers: HttpHeaders = [
    ["Server", signature],
    ["Date", httpDate(now)],
    ...(type === undefined || raw.status === 304 || raw.status === 204 ? [] : [["Content-Type", type] as const]),
    ...(length === undefined || raw.status === 304 || raw.status === 204 ? [] : [["Content-Length", String(length)] as const]),
    ["Connection", ""],
    ...(raw.headers ?? []).filter(([name]) => !filtered || !["Last-Modified", "ETag", "Accept-Ranges"].includes(name)),
    ...(all ? expiresHeaders(settings.expires, now) : []),
    ...added,
  ];
  return {
    status: raw.status,
    reason: NGINX_REASONS[raw.status] ?? REASONS[raw.status] ?? "",
    body: filtered ? inPieces(substituted(asText(body), settings.subs, settings.subOnce, (to) => expand(to, x, now))) : body,
    headers: headers.filter(([name]) => !settings.cleared.includes(name.toLowerCase())),
    close: raw.status === 400 || raw.status === 413,
  };
}

const asText = (body: string | Uint8Array): string => (typeof body === "string" ? body : new TextDecoder().decode(body));

/** Where nginx and the rest of the world differ. */
const NGINX_REASONS: Readonly<Record<number, string>> = {
  302: "Moved Temporarily",
  405: "Not Allowed",
  408: "Request Time-out",
  414: "Request-URI Too Large",
  416: "Requested Range Not Satisfiable",
  503: "Service Temporarily Unavailable",
  504: "Gateway Time-out",
  505: "HTTP Version Not Supported",
};

export function errorPage(status: number, signature: string): string {
  const words = status === 302 ? "Found" : (NGINX_REASONS[status] ?? REASONS[status]);
  if (words === undefined) return "";
  const title = status === 431 ? "400 Request Header Or Cookie Too Large" : `${status} ${words}`;
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>${signature}</center>\r\n</body>\r\n</html>\r\n`;
}
