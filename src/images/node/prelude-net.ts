/** net, http and https over the host's sockets, and how modules are found and run. */
export const PRELUDE_NET = String.raw`
class Socket extends Readable {
  constructor(id) { super(); this.id = id; this.writable = true; this.destroyed = false; this.remoteAddress = undefined; }
  news(name, data) {
    if (name === "open") { Object.assign(this, data); this.emit("connect"); this.emit("ready"); }
    else if (name === "data") this.push(unlatin(data));
    else if (name === "end") this.push(null);
    else if (name === "error") { this.destroyed = true; this.emit("error", errorOf(data)); this.emit("close", true); }
  }
  write(data, encoding, done) { host("send", this.id, latin(bytesOf(data, typeof encoding === "string" ? encoding : undefined))); const fn = typeof encoding === "function" ? encoding : done; if (fn) process.nextTick(fn); return true; }
  end(data) { if (data) this.write(data); this.writable = false; host("end", this.id); return this; }
  destroy() { this.destroyed = true; host("close", this.id); return this; }
  setTimeout() { return this; } setNoDelay() { return this; } setKeepAlive() { return this; } ref() { return this; } unref() { return this; }
}
class Server extends EventEmitter {
  listening = false;
  constructor(kind) { super(); this.kind = kind; }
  listen(...args) {
    const done = typeof args.at(-1) === "function" ? args.pop() : undefined;
    if (done) this.once("listening", done);
    const options = typeof args[0] === "object" && args[0] !== null ? args[0] : { port: args[0], host: typeof args[1] === "string" ? args[1] : undefined };
    this.id = listenTo((name, data) => this.news(name, data));
    host("listen", this.id, this.kind, Number(options.port ?? 0), options.host ?? "");
    return this;
  }
  news(name, data) {
    if (name === "listening") { this.listening = true; this.where = data; this.emit("listening"); }
    else if (name === "error") this.emit("error", errorOf(data));
    else if (name === "close") { this.listening = false; this.emit("close"); }
    else this.serve(name, data);
  }
  address() { return this.where ?? null; }
  close(done) { if (done) this.once("close", done); host("close", this.id); return this; }
  closeAllConnections() {} closeIdleConnections() {} ref() { return this; } unref() { return this; } setTimeout() { return this; }
}
class NetServer extends Server {
  serve(name, data) { const s = new Socket(data.id); Object.assign(s, data.peer); news.set(data.id, (n, d) => s.news(n, d)); this.emit("connection", s); }
}
const net = { Socket, Server: NetServer,
  createServer: (o, fn) => { const s = new NetServer("net"); const on = typeof o === "function" ? o : fn; if (on) s.on("connection", on); return s; },
  connect: (...a) => { const done = typeof a.at(-1) === "function" ? a.pop() : undefined; const o = typeof a[0] === "object" ? a[0] : { port: a[0], host: a[1] }; const s = new Socket(0); s.id = listenTo((n, d) => s.news(n, d)); if (done) s.once("connect", done); host("dial", s.id, o.host ?? "localhost", Number(o.port)); return s; },
  isIP: (t) => (/^\d+\.\d+\.\d+\.\d+$/.test(t) ? 4 : /:/.test(t) ? 6 : 0) };
net.createConnection = net.connect;

const STATUS_CODES = info.reasons;
class Outgoing extends EventEmitter {
  headers = {}; headersSent = false; finished = false; writableEnded = false;
  setHeader(k, v) { if (this.headersSent) throw Object.assign(new Error("Cannot set headers after they are sent to the client"), { code: "ERR_HTTP_HEADERS_SENT" }); this.headers[k.toLowerCase()] = [k, v]; return this; }
  getHeader(k) { return this.headers[k.toLowerCase()]?.[1]; } hasHeader(k) { return k.toLowerCase() in this.headers; } removeHeader(k) { delete this.headers[k.toLowerCase()]; } getHeaders() { return Object.fromEntries(Object.entries(this.headers).map(([k, [, v]]) => [k, v])); }
  get list() { return Object.values(this.headers).flatMap(([k, v]) => [].concat(v).map((x) => [k, String(x)])); }
}
class ServerResponse extends Outgoing {
  statusCode = 200;
  constructor(id) { super(); this.id = id; }
  writeHead(status, reason, headers) { this.statusCode = status; if (typeof reason === "string") this.statusMessage = reason; else headers = reason; if (Array.isArray(headers)) headers = Object.fromEntries(headers); for (const [k, v] of Object.entries(headers ?? {})) this.setHeader(k, v); return this; }
  #head() { if (this.headersSent) return; this.headersSent = true; host("head", this.id, this.statusCode, this.statusMessage ?? STATUS_CODES[this.statusCode] ?? "unknown", JSON.stringify(this.list)); }
  flushHeaders() { this.#head(); } writeContinue() {}
  write(data, encoding, done) { if (this.writableEnded) throw Object.assign(new Error("write after end"), { code: "ERR_STREAM_WRITE_AFTER_END" }); this.#head(); host("body", this.id, latin(bytesOf(data, encoding))); const fn = typeof encoding === "function" ? encoding : done; if (fn) process.nextTick(fn); return true; }
  end(data, encoding) {
    if (this.writableEnded) return this;
    if (typeof data === "function") data = undefined;
    const bytes = data === undefined || data === null ? undefined : bytesOf(data, typeof encoding === "string" ? encoding : undefined);
    if (!this.headersSent && !this.hasHeader("content-length") && !this.hasHeader("transfer-encoding")) this.setHeader("Content-Length", bytes?.length ?? 0);
    this.#head(); if (bytes) host("body", this.id, latin(bytes)); host("done", this.id);
    this.writableEnded = this.finished = true; process.nextTick(() => { this.emit("finish"); this.emit("close"); });
    return this;
  }
}
class IncomingMessage extends Readable {
  constructor(data) { super(); Object.assign(this, data); this.rawHeaders = data.headers.flat(); const h = {}; for (const [k, v] of data.headers) { const n = k.toLowerCase(); h[n] = n === "set-cookie" ? [...(h[n] ?? []), v] : n in h ? h[n] + ", " + v : v; } this.headers = h; this.complete = false; }
}
class HttpServer extends Server {
  serve(name, data) {
    const request = new IncomingMessage(data.request);
    request.socket = request.connection = Object.assign(new EventEmitter(), { ...data.peer, encrypted: false, destroy() {}, setTimeout() {} });
    request.httpVersion = data.request.httpVersion;
    const response = new ServerResponse(data.id);
    response.req = request; response.socket = request.socket;
    if (data.body !== "") request.push(unlatin(data.body));
    request.push(null);
    this.emit("request", request, response);
  }
}
class ClientRequest extends Outgoing {
  #chunks = [];
  constructor(options, done) {
    super();
    this.options = options; this.method = (options.method ?? "GET").toUpperCase();
    for (const [k, v] of Object.entries(options.headers ?? {})) this.setHeader(k, v);
    if (done) this.once("response", done);
    this.id = listenTo((name, data) => this.news(name, data));
  }
  write(data, encoding) { this.#chunks.push(bytesOf(data, encoding)); return true; }
  end(data) {
    if (data) this.write(data);
    const o = this.options;
    const port = Number(o.port ?? (o.protocol === "https:" ? 443 : 80));
    host("request", this.id, JSON.stringify({ method: this.method, host: o.hostname ?? o.host ?? "localhost", port, target: o.path ?? "/", headers: this.list, timeout: o.timeout ?? 0 }), latin(Buffer.concat(this.#chunks)));
    return this;
  }
  news(name, data) {
    if (name === "response") { this.response = new IncomingMessage(data); this.emit("response", this.response); }
    else if (name === "data") this.response.push(unlatin(data));
    else if (name === "end") { this.response.complete = true; this.response.push(null); this.emit("close"); }
    else if (name === "timeout") this.emit("timeout");
    else if (name === "error") { this.emit("error", errorOf(data)); this.emit("close"); }
  }
  abort() { host("close", this.id); } destroy(e) { host("close", this.id); if (e) this.emit("error", e); return this; } setTimeout(ms, fn) { this.options.timeout = ms; if (fn) this.once("timeout", fn); return this; } setNoDelay() {} flushHeaders() {}
}
const requestOptions = (a, b) => { const u = typeof a === "string" ? new URL(a) : a instanceof URL ? a : undefined; return u ? { protocol: u.protocol, hostname: u.hostname, port: u.port || undefined, path: u.pathname + u.search, ...(typeof b === "object" ? b : {}) } : { ...a }; };
const client = (protocol) => {
  const request = (a, b, c) => { const o = requestOptions(a, b); if ((o.protocol ?? protocol) === "https:") throw Object.assign(new Error("https is not simulated in Timonel: there are no certificates of the internet here"), { code: "ERR_NOT_SIMULATED" }); return new ClientRequest({ protocol, ...o }, typeof b === "function" ? b : c); };
  return { request, get: (a, b, c) => request(a, b, c).end() };
};
class Agent { constructor(o) { this.options = o ?? {}; } destroy() {} }
const http = { ...client("http:"), STATUS_CODES, METHODS: ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"], Server: HttpServer, ServerResponse, IncomingMessage, ClientRequest, Agent, globalAgent: new Agent(),
  createServer: (o, fn) => { const s = new HttpServer("http"); const on = typeof o === "function" ? o : fn; if (on) s.on("request", on); return s; } };
const https = { ...client("https:"), Agent, globalAgent: new Agent(), createServer: () => { throw Object.assign(new Error("https servers are not simulated in Timonel"), { code: "ERR_NOT_SIMULATED" }); } };
globalThis.fetch = (input, o = {}) => new Promise((resolve, reject) => {
  const body = o.body === undefined ? undefined : typeof o.body === "string" ? o.body : String(o.body);
  const failed = (cause) => reject(Object.assign(new TypeError("fetch failed"), { cause }));
  try {
    const r = http.request(String(input.url ?? input), { method: o.method, headers: { accept: "*/*", "user-agent": "node", ...(body ? { "content-length": utf8(body).length } : {}), ...o.headers } }, (res) => {
      const chunks = [];
      res.on("data", (d) => chunks.push(d));
      res.on("end", () => { const all = Buffer.concat(chunks); resolve({ ok: res.statusCode >= 200 && res.statusCode < 300, status: res.statusCode, statusText: res.statusMessage, url: String(input), headers: { get: (k) => res.headers[k.toLowerCase()] ?? null, entries: () => Object.entries(res.headers)[Symbol.iterator]() }, text: async () => all.toString(), json: async () => JSON.parse(all.toString()), arrayBuffer: async () => new Uint8Array(all).buffer }); });
    });
    r.on("error", failed);
    r.end(body);
  } catch (e) { failed(e); }
});
const dns = { lookup: (name, o, fn) => { const done = typeof o === "function" ? o : fn; const id = listenTo((n, d) => (n === "error" ? done(errorOf(d)) : done(null, o?.all ? d.map((address) => ({ address, family: 4 })) : d[0], 4))); host("lookup", id, name); } };
dns.promises = { lookup: (name, o) => new Promise((resolve, reject) => dns.lookup(name, o ?? {}, (e, address, family) => (e ? reject(e) : resolve(o?.all ? address : { address, family })))) };

const refuse = (what) => () => { throw Object.assign(new Error(what + " is not simulated in Timonel"), { code: "ERR_NOT_SIMULATED" }); };
const builtins = {
  assert, buffer: { Buffer }, dns, "dns/promises": dns.promises, events: EventEmitter, fs, "fs/promises": fs.promises, http, https, net, os, path, process, querystring, timers: { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate },
  "timers/promises": { setTimeout: (ms, v) => new Promise((r) => setTimeout(r, ms, v)), setImmediate: (v) => new Promise((r) => setImmediate(r, v)) }, url, util, perf_hooks: { performance: globalThis.performance }, stream: { Readable }, console: globalThis.console,
  child_process: { exec: refuse("child_process"), spawn: refuse("child_process"), execSync: refuse("child_process"), spawnSync: refuse("child_process"), fork: refuse("child_process") },
  crypto: { randomUUID: () => host("uuid"), randomBytes: (n) => wrap(unlatin(host("bytes", n))), createHash: (name) => { let all = Buffer.alloc(0); const h = { update: (d) => { all = Buffer.concat([all, bytesOf(d)]); return h; }, digest: (e) => { const b = wrap(unlatin(call("hash", name, latin(all)))); return e ? b.toString(e) : b; } }; return h; } },
};
const MISSING = ["async_hooks", "cluster", "dgram", "diagnostics_channel", "http2", "inspector", "module", "readline", "readline/promises", "repl", "sqlite", "string_decoder", "test", "tls", "tty", "v8", "vm", "wasi", "worker_threads", "zlib"];
const builtin = (name) => {
  const bare = name.replace(/^node:/, "");
  if (Object.hasOwn(builtins, bare)) return builtins[bare];
  if (MISSING.includes(bare)) throw Object.assign(new Error("Node's module '" + bare + "' is not simulated in Timonel"), { code: "ERR_NOT_SIMULATED" });
  return undefined;
};

const isFile = (p) => { try { return fsSync.stat(p).isFile(); } catch { return false; } };
const isFolder = (p) => { try { return fsSync.stat(p).isDirectory(); } catch { return false; } };
const asFile = (p) => [p, p + ".js", p + ".json", p + ".cjs", p + ".mjs"].find(isFile);
const asFolder = (p) => { if (!isFolder(p)) return undefined; if (isFile(p + "/package.json")) { const o = JSON.parse(fsSync.readFile(p + "/package.json", "utf8")); const main = o.main ?? (typeof o.exports === "string" ? o.exports : undefined); if (main) { const f = path.resolve(p, main); const found = asFile(f) ?? asFile(f + "/index"); if (found) return found; } } return asFile(p + "/index"); };
const find = (name, from) => {
  if (/^\.{0,2}\//.test(name) || name === "." || name === "..") { const p = path.resolve(from, name); return asFile(p) ?? asFolder(p); }
  for (let d = from; ; d = path.dirname(d)) { const p = path.join(d, "node_modules", name); const found = asFile(p) ?? asFolder(p); if (found) return found; if (d === "/") return undefined; }
};
const cache = Object.create(null);
const packageType = (file) => { for (let d = path.dirname(file); ; d = path.dirname(d)) { if (isFile(d + "/package.json")) return JSON.parse(fsSync.readFile(d + "/package.json", "utf8")).type ?? "commonjs"; if (d === "/") return "commonjs"; } };
const isModule = (file) => file.endsWith(".mjs") || (file.endsWith(".js") && packageType(file) === "module");
const missing = (name, stack) => Object.assign(new Error("Cannot find module '" + name + "'" + (stack.length ? "\nRequire stack:\n- " + stack.join("\n- ") : "")), { code: "MODULE_NOT_FOUND", requireStack: stack });
const makeRequire = (from, stack) => {
  const require = (name) => {
    const own = builtin(name);
    if (own !== undefined) return own;
    const file = find(name, from);
    if (file === undefined) throw missing(name, stack);
    return load(file, stack).exports;
  };
  require.resolve = (name) => builtin(name) !== undefined ? name : find(name, from) ?? (() => { throw missing(name, stack); })();
  require.cache = cache;
  return require;
};
const load = (file, stack) => {
  if (cache[file]) return cache[file];
  const module = { id: stack.length ? file : ".", filename: file, exports: {}, loaded: false, children: [], paths: [] };
  cache[file] = module;
  const source = fsSync.readFile(file, "utf8").replace(/^#!.*/, "");
  if (file.endsWith(".json")) module.exports = JSON.parse(source);
  else {
    const require = makeRequire(path.dirname(file), [file, ...stack]);
    require.main = stack.length ? cache[globalThis.__main] : module;
    globalThis.__compile(file, source).call(module.exports, module.exports, require, module, file, path.dirname(file));
  }
  module.loaded = true;
  return module;
};
globalThis.__find = (name, from) => { const own = builtin(name); if (own !== undefined) return "node:" + name.replace(/^node:/, ""); const file = find(name, path.dirname(from)); if (file === undefined) throw Object.assign(new Error("Cannot find package '" + name + "' imported from " + from), { code: "ERR_MODULE_NOT_FOUND" }); return file; };
globalThis.__builtinNames = (name) => JSON.stringify(Object.keys(builtin(name)));
globalThis.__builtin = builtin;
globalThis.__exportsOf = (file) => load(file, []).exports;
globalThis.__isModule = isModule;
globalThis.__start = (kind, text) => {
  if (kind === "file") {
    const file = asFile(path.resolve(text)) ?? asFolder(path.resolve(text));
    if (file === undefined) throw missing(path.resolve(text), []);
    process.argv[1] = globalThis.__main = fsSync.realpath(file);
    if (isModule(file)) return "module:" + globalThis.__main;
    load(globalThis.__main, []);
  } else {
    globalThis.require = makeRequire(process.cwd(), ["[eval]"]);
    Object.assign(globalThis, builtins, { console: globalThis.console, process, URL, URLSearchParams });
    globalThis.__filename = "[eval]"; globalThis.module = { exports: {} }; globalThis.exports = globalThis.module.exports;
    return "eval";
  }
  return "";
};
globalThis.__inspect = inspect;
globalThis.__exitCode = () => Number(process.exitCode ?? 0);
globalThis.__refuseUnhandled = (reason) => process.listenerCount("unhandledRejection") > 0 ? (process.emit("unhandledRejection", reason), true) : false;
globalThis.__uncaught = (error) => process.listenerCount("uncaughtException") > 0 ? (process.emit("uncaughtException", error), true) : false;
`;
