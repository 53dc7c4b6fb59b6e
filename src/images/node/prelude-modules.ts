/** Node's own modules, as far as they are simulated; any other is refused by name. */
export const PRELUDE_MODULES = String.raw`
class EventEmitter {
  #handlers = new Map();
  on(name, fn) { const list = this.#handlers.get(name) ?? []; this.#handlers.set(name, [...list, fn]); return this; }
  addListener(name, fn) { return this.on(name, fn); }
  prependListener(name, fn) { this.#handlers.set(name, [fn, ...(this.#handlers.get(name) ?? [])]); return this; }
  once(name, fn) { const one = (...a) => { this.off(name, one); fn.apply(this, a); }; one.listener = fn; return this.on(name, one); }
  off(name, fn) { this.#handlers.set(name, (this.#handlers.get(name) ?? []).filter((h) => h !== fn && h.listener !== fn)); return this; }
  removeListener(name, fn) { return this.off(name, fn); }
  removeAllListeners(name) { if (name === undefined) this.#handlers.clear(); else this.#handlers.delete(name); return this; }
  listenerCount(name) { return (this.#handlers.get(name) ?? []).length; }
  listeners(name) { return [...(this.#handlers.get(name) ?? [])]; }
  setMaxListeners() { return this; }
  emit(name, ...args) {
    const list = this.#handlers.get(name) ?? [];
    if (list.length === 0 && name === "error") throw args[0] instanceof Error ? args[0] : new Error("Unhandled error. (" + inspect(args[0]) + ")");
    for (const fn of list) fn.apply(this, args);
    return list.length > 0;
  }
  static once(e, name) { return new Promise((resolve, reject) => { e.once(name, (...a) => resolve(a)); if (name !== "error") e.once("error", reject); }); }
}
EventEmitter.EventEmitter = EventEmitter;
EventEmitter.default = EventEmitter;

/** A stream that gets its data by push(). */
class Readable extends EventEmitter {
  #waiting = []; #flowing = false; #ended = false; #encoding = null;
  readable = true;
  push(data) { if (data === null) this.#ended = true; else this.#waiting.push(wrap(data)); if (this.#flowing) this.#flow(); }
  setEncoding(e) { this.#encoding = e; return this; }
  on(name, fn) { super.on(name, fn); if (name === "data" || name === "end" || name === "readable") this.resume(); return this; }
  resume() { if (!this.#flowing) { this.#flowing = true; queueMicrotask(() => this.#flow()); } return this; }
  pause() { this.#flowing = false; return this; }
  #flow() {
    while (this.#flowing && this.#waiting.length) { const b = this.#waiting.shift(); this.emit("data", this.#encoding ? b.toString(this.#encoding) : b); }
    if (this.#flowing && this.#ended && this.readable) { this.readable = false; this.emit("end"); this.emit("close"); }
  }
  pipe(to) { this.on("data", (d) => to.write(d)); this.on("end", () => { if (to.end && !to.isStdio) to.end(); }); return to; }
  async *[Symbol.asyncIterator]() {
    const queue = []; let wake = () => {}; let done = false;
    this.on("data", (d) => { queue.push(d); wake(); }); this.on("end", () => { done = true; wake(); });
    for (;;) { while (queue.length) yield queue.shift(); if (done) return; await new Promise((r) => (wake = r)); }
  }
}

const output = (fd) => Object.assign(new EventEmitter(), {
  isTTY: info.tty[fd] || undefined, fd, writable: true, isStdio: true, columns: info.tty[fd] ? 80 : undefined,
  write(data, encoding, done) { write(fd, bytesOf(data, typeof encoding === "string" ? encoding : undefined)); const fn = typeof encoding === "function" ? encoding : done; if (fn) process.nextTick(fn); return true; },
  end(data) { if (data) this.write(data); },
});
const process = new (class process extends EventEmitter {})();
Object.assign(process, {
  argv: info.argv, argv0: "node", execPath: "/usr/local/bin/node", execArgv: [], title: "node", pid: info.pid, ppid: info.ppid,
  platform: "linux", arch: "x64", version: info.version, release: { name: "node", lts: "Jod" },
  versions: { node: info.version.slice(1), quickjs: "2025-09-13" },
  exitCode: undefined, config: {}, features: {},
  cwd: () => host("cwd"), chdir: (d) => void call("chdir", String(d)), umask: () => 0o22,
  uptime: () => host("uptime"), hrtime: Object.assign((since) => { const t = host("uptime"); const s = Math.floor(t), n = Math.round((t - s) * 1e9); return since ? [s - since[0] - (n < since[1] ? 1 : 0), (n - since[1] + 1e9) % 1e9] : [s, n]; }, { bigint: () => BigInt(Math.round(host("uptime") * 1e9)) }),
  memoryUsage: Object.assign(() => ({ rss: host("rss"), ...JSON.parse(host("heap")) }), { rss: () => host("rss") }),
  cpuUsage: () => ({ user: Math.round(host("cpu") * 1000), system: 0 }),
  getuid: () => info.uid, geteuid: () => info.uid, getgid: () => info.gid, getegid: () => info.gid,
  nextTick: (fn, ...args) => void Promise.resolve().then(() => fn(...args)),
  exit: (code) => { process.exitCode = code ?? process.exitCode; process.emit("exit", Number(process.exitCode ?? 0)); host("exit", Number(process.exitCode ?? 0)); throw { exiting: true }; },
  abort: () => host("exit", 134), kill: (pid, signal = "SIGTERM") => (call("kill", pid, String(signal).replace(/^SIG/, "")), true),
  emitWarning: (w) => write(2, "(node:" + info.pid + ") " + (w instanceof Error ? w : "Warning: " + w) + "\n"),
  stdout: output(1), stderr: output(2),
});
process.env = new Proxy(info.env, { set: (t, k, v) => { t[k] = String(v); return true; } });
const signals = new Set();
const plainOn = process.on;
process.on = process.addListener = function (name, fn) { if (/^SIG/.test(name) && !signals.has(name)) { signals.add(name); call("signal", name.slice(3)); } return plainOn.call(this, name, fn); };
let stdin;
Object.defineProperty(process, "stdin", { configurable: true, get() { if (!stdin) { stdin = new Readable(); stdin.isTTY = info.tty[0] || undefined; stdin.fd = 0; host("stdin"); } return stdin; } });
globalThis.process = process;

const news = new Map();
let lastId = 0;
const listenTo = (fn) => { news.set(++lastId, fn); return lastId; };
globalThis.__deliver = (name, id, text) => {
  const data = text === "" ? undefined : JSON.parse(text);
  if (name === "timer") {
    const t = timers.get(id);
    if (!t) return;
    if (t.repeat) host("timer", id, t.wait); else timers.delete(id);
    t.fn(...t.args);
  } else if (name === "signal") { const s = "SIG" + data; process.emit(s, s, 0); }
  else if (name === "stdin") process.stdin.push(data === null ? null : unlatin(data));
  else if (name === "beforeExit") { process.emit("beforeExit", Number(process.exitCode ?? 0)); }
  else if (name === "exit") { process.emit("exit", Number(process.exitCode ?? 0)); }
  else news.get(id)?.(name, data);
};
const errorOf = (e) => Object.assign(new Error(e.message), e);

// --- modules ---
const path = (() => {
  const normal = (p) => { const abs = p.startsWith("/"); const out = []; for (const s of p.split("/")) { if (s === "" || s === ".") continue; if (s === "..") { if (out.length && out.at(-1) !== "..") out.pop(); else if (!abs) out.push(".."); } else out.push(s); } return (abs ? "/" : "") + out.join("/") || (abs ? "/" : "."); };
  const api = {
    sep: "/", delimiter: ":", normalize: normal, isAbsolute: (p) => p.startsWith("/"),
    join: (...p) => normal(p.filter(Boolean).join("/") || "."),
    resolve: (...p) => { let out = ""; for (const s of [...p].reverse()) { if (!s) continue; out = out ? s + "/" + out : s; if (s.startsWith("/")) break; } return normal(out.startsWith("/") ? out : process.cwd() + "/" + out); },
    dirname: (p) => { const t = p.replace(/\/+$/, ""); const i = t.lastIndexOf("/"); return i < 0 ? "." : i === 0 ? "/" : t.slice(0, i); },
    basename: (p, ext = "") => { const b = p.replace(/\/+$/, "").split("/").pop(); return ext && b.endsWith(ext) ? b.slice(0, -ext.length) : b; },
    extname: (p) => { const b = p.split("/").pop(); const i = b.lastIndexOf("."); return i <= 0 ? "" : b.slice(i); },
    relative: (a, b) => { const x = api.resolve(a).split("/"), y = api.resolve(b).split("/"); while (x.length && y.length && x[0] === y[0]) { x.shift(); y.shift(); } return [...x.map(() => ".."), ...y].filter(Boolean).join("/"); },
    parse: (p) => { const base = api.basename(p), ext = api.extname(p); return { root: p.startsWith("/") ? "/" : "", dir: api.dirname(p), base, ext, name: ext ? base.slice(0, -ext.length) : base }; },
  };
  api.posix = api;
  return api;
})();

const enc = (o) => (typeof o === "string" ? o : o?.encoding);
const stats = (s) => ({ ...s, mtime: new Date(s.mtimeMs), ctime: new Date(s.mtimeMs), atime: new Date(s.mtimeMs), birthtime: new Date(s.mtimeMs), isFile: () => s.type === "file", isDirectory: () => s.type === "directory", isSymbolicLink: () => s.type === "symlink" });
const fsSync = {
  readFile: (p, o) => { const b = wrap(unlatin(call("readFile", p === 0 ? "/dev/stdin" : String(p)))); return enc(o) ? b.toString(enc(o)) : b; },
  writeFile: (p, d, o) => void call("writeFile", String(p), latin(bytesOf(typeof d === "object" && !ArrayBuffer.isView(d) ? String(d) : typeof d === "number" ? String(d) : d)), o?.flag === "a"),
  appendFile: (p, d) => void call("writeFile", String(p), latin(bytesOf(d)), true),
  exists: (p) => call("exists", String(p)),
  stat: (p) => stats(JSON.parse(call("stat", String(p), true))), lstat: (p) => stats(JSON.parse(call("stat", String(p), false))),
  readdir: (p, o) => { const names = JSON.parse(call("readdir", String(p))); return o?.withFileTypes ? names.map((name) => Object.assign(fsSync.lstat(p + "/" + name), { name, parentPath: p })) : names; },
  mkdir: (p, o) => void call("mkdir", String(p), o?.recursive === true), unlink: (p) => void call("unlink", String(p)),
  rmdir: (p) => void call("rmdir", String(p)), rename: (a, b) => void call("rename", String(a), String(b)),
  rm: (p, o) => { if (o?.force && !fsSync.exists(p)) return; if (o?.recursive && fsSync.lstat(p).isDirectory()) { for (const n of fsSync.readdir(p)) fsSync.rm(p + "/" + n, o); fsSync.rmdir(p); } else fsSync.unlink(p); },
  chmod: (p, m) => void call("chmod", String(p), m), realpath: (p) => call("realpath", String(p)), copyFile: (a, b) => fsSync.writeFile(b, fsSync.readFile(a)),
  symlink: (a, b) => void call("symlink", String(a), String(b)), readlink: (p) => call("readlink", String(p)),
  access: (p) => void call("stat", String(p), true),
};
const fs = { promises: {}, constants: { F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1 } };
for (const [name, fn] of Object.entries(fsSync)) {
  fs[name + "Sync"] = fn;
  fs.promises[name] = async (...a) => fn(...a);
  fs[name] = (...a) => { const done = a.pop(); let value, error = null; try { value = fn(...a); } catch (e) { error = e; } setImmediate(() => (name === "exists" ? done(value) : done(error, value))); };
}
fs.createReadStream = (p, o) => { const r = new Readable(); if (enc(o)) r.setEncoding(enc(o)); setImmediate(() => { try { r.push(fsSync.readFile(p)); r.push(null); } catch (e) { r.emit("error", e); } }); return r; };
fs.createWriteStream = (p, o) => { if (o?.flags !== "a") fsSync.writeFile(p, ""); return Object.assign(new EventEmitter(), { writable: true, write(d) { fsSync.appendFile(p, d); return true; }, end(d) { if (d) this.write(d); setImmediate(() => this.emit("finish")); } }); };
fs.watch = fs.watchFile = (p, o, fn) => { const on = typeof o === "function" ? o : fn; const w = new EventEmitter(); if (on) w.on("change", on); const id = listenTo(() => w.emit("change", "change", path.basename(String(p)))); call("watch", id, String(p)); w.close = () => host("close", id); return w; };

const os = {
  EOL: "\n", hostname: () => info.hostname, platform: () => "linux", type: () => "Linux", arch: () => "x64", release: () => host("os", "release"), endianness: () => "LE",
  tmpdir: () => "/tmp", homedir: () => process.env.HOME ?? "/root", uptime: () => host("now") / 1000, loadavg: () => JSON.parse(host("os", "loadavg")),
  totalmem: () => host("os", "totalmem"), freemem: () => host("os", "freemem"), cpus: () => Array.from({ length: host("os", "cpus") }, () => ({ model: "virtual", speed: 0, times: {} })), availableParallelism: () => host("os", "cpus"),
  networkInterfaces: () => ({ lo: [{ address: "127.0.0.1", netmask: "255.0.0.0", family: "IPv4", mac: "00:00:00:00:00:00", internal: true, cidr: "127.0.0.1/8" }], eth0: [{ address: info.ip, family: "IPv4", internal: false }] }),
  userInfo: () => ({ uid: info.uid, gid: info.gid, username: info.uid === 0 ? "root" : "node", homedir: process.env.HOME ?? "/", shell: "/bin/sh" }),
  constants: { signals: { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 } },
};
const util = {
  inspect, format, promisify: (fn) => (...a) => new Promise((resolve, reject) => fn(...a, (e, v) => (e ? reject(e) : resolve(v)))), callbackify: (fn) => (...a) => { const done = a.pop(); fn(...a).then((v) => done(null, v), done); },
  inherits: (c, p) => { c.super_ = p; Object.setPrototypeOf(c.prototype, p.prototype); }, isDeepStrictEqual: (a, b) => inspect(a, { depth: null }) === inspect(b, { depth: null }),
  types: { isPromise: (v) => v instanceof Promise, isDate: (v) => v instanceof Date }, deprecate: (fn) => fn, TextEncoder, TextDecoder, isArray: Array.isArray, debuglog: () => () => {},
};
const assert = Object.assign((ok, message) => { if (!ok) throw message instanceof Error ? message : Object.assign(new Error(message ?? "The expression evaluated to a falsy value"), { name: "AssertionError", code: "ERR_ASSERTION" }); }, {});
assert.ok = assert; assert.equal = (a, b, m) => assert(a == b, m ?? inspect(a) + " == " + inspect(b)); assert.strictEqual = (a, b, m) => assert(Object.is(a, b), m ?? "Expected values to be strictly equal:\n\n" + inspect(a) + " !== " + inspect(b) + "\n");
assert.deepEqual = assert.deepStrictEqual = (a, b, m) => assert(util.isDeepStrictEqual(a, b), m ?? "Expected values to be strictly deep-equal"); assert.throws = (fn) => { try { fn(); } catch { return; } assert(false, "Missing expected exception."); };

const querystring = {
  parse: (s) => { const out = Object.create(null); for (const part of String(s).split("&")) { if (!part) continue; const i = part.indexOf("="); const d = (t) => decodeURIComponent(t.replace(/\+/g, " ")); const k = d(i < 0 ? part : part.slice(0, i)), v = i < 0 ? "" : d(part.slice(i + 1)); out[k] = k in out ? [].concat(out[k], v) : v; } return out; },
  stringify: (o) => Object.entries(o).flatMap(([k, v]) => [].concat(v).map((x) => encodeURIComponent(k) + "=" + encodeURIComponent(x))).join("&"),
};
class URLSearchParams {
  #list = [];
  constructor(init = "") { if (typeof init === "string") for (const part of init.replace(/^\?/, "").split("&")) { if (!part) continue; const i = part.indexOf("="); const d = (t) => decodeURIComponent(t.replace(/\+/g, " ")); this.#list.push(i < 0 ? [d(part), ""] : [d(part.slice(0, i)), d(part.slice(i + 1))]); } else for (const [k, v] of Object.entries(init)) this.#list.push([k, String(v)]); }
  get(k) { return this.#list.find(([n]) => n === k)?.[1] ?? null; } getAll(k) { return this.#list.filter(([n]) => n === k).map(([, v]) => v); } has(k) { return this.#list.some(([n]) => n === k); }
  set(k, v) { this.#list = this.#list.filter(([n]) => n !== k); this.#list.push([k, String(v)]); } append(k, v) { this.#list.push([k, String(v)]); } delete(k) { this.#list = this.#list.filter(([n]) => n !== k); }
  entries() { return this.#list[Symbol.iterator](); } [Symbol.iterator]() { return this.entries(); } forEach(fn) { for (const [k, v] of this.#list) fn(v, k, this); } keys() { return this.#list.map(([k]) => k)[Symbol.iterator](); }
  toString() { return this.#list.map(([k, v]) => encodeURIComponent(k) + "=" + encodeURIComponent(v).replace(/%20/g, "+")).join("&"); }
}
class URL {
  constructor(input, base) {
    let text = String(input);
    if (!/^[a-z][a-z0-9+.-]*:/i.test(text)) { if (base === undefined) throw Object.assign(new TypeError("Invalid URL"), { code: "ERR_INVALID_URL", input: text }); const b = new URL(base); text = text.startsWith("//") ? b.protocol + text : text.startsWith("/") ? b.origin + text : text.startsWith("?") ? b.origin + b.pathname + text : b.origin + path.normalize(path.dirname(b.pathname + "x") + "/" + text); }
    const m = /^([a-z][a-z0-9+.-]*:)(?:\/\/(?:([^:@\/?#]*)(?::([^@\/?#]*))?@)?(\[[^\]]*\]|[^:\/?#]*)(?::(\d*))?)?([^?#]*)(\?[^#]*)?(#.*)?$/i.exec(text);
    if (!m) throw Object.assign(new TypeError("Invalid URL"), { code: "ERR_INVALID_URL", input: text });
    this.protocol = m[1].toLowerCase(); this.username = m[2] ?? ""; this.password = m[3] ?? ""; this.hostname = (m[4] ?? "").toLowerCase();
    const usual = { "http:": "80", "https:": "443" }[this.protocol]; this.port = m[5] && m[5] !== usual ? m[5] : "";
    this.pathname = m[6] || (m[4] === undefined ? "" : "/"); this.search = m[7] === "?" ? "" : (m[7] ?? ""); this.hash = m[8] ?? ""; this.searchParams = new URLSearchParams(this.search);
  }
  get host() { return this.hostname + (this.port ? ":" + this.port : ""); } get origin() { return this.protocol + "//" + this.host; }
  get href() { const q = this.searchParams.toString(); return this.protocol + "//" + (this.username ? this.username + (this.password ? ":" + this.password : "") + "@" : "") + this.host + this.pathname + (this.search || q ? this.search || "?" + q : "") + this.hash; }
  toString() { return this.href; } toJSON() { return this.href; }
}
Object.assign(globalThis, { URL, URLSearchParams });
const url = { URL, URLSearchParams, parse: (s, q) => { const rel = !/^[a-z]+:/i.test(s); const u = new URL(s, "http://x"); return { protocol: rel ? null : u.protocol, host: rel ? null : u.host, hostname: rel ? null : u.hostname, port: u.port || null, pathname: u.pathname, search: u.search || null, path: u.pathname + u.search, query: q ? querystring.parse(u.search.slice(1)) : u.search ? u.search.slice(1) : null, hash: u.hash || null, href: rel ? s : u.href }; }, fileURLToPath: (u) => new URL(u).pathname, pathToFileURL: (p) => new URL("file://" + p) };
`;
