/**
 * What Node adds to JavaScript, in JavaScript, run inside the interpreter before a script: console, util.inspect, timers,
 * process, Buffer. `host(op, ...)` is the only way out; `deliver(name, id, data)` is how news comes in.
 */
export const PRELUDE_GLOBALS =
  String.raw`
"use strict";
const host = globalThis.__host;
delete globalThis.__host;
const info = JSON.parse(host("info"));
const global = globalThis;
Object.defineProperty(globalThis, "global", { value: globalThis, writable: true, configurable: true });

// Time and chance are the machine's.
{
  const Real = Date;
  const now = () => host("now");
  const Virtual = function Date(...args) {
    if (!new.target) return new Virtual().toString();
    return Reflect.construct(Real, args.length === 0 ? [now()] : args, new.target);
  };
  Virtual.prototype = Real.prototype;
  Object.defineProperty(Real.prototype, "constructor", { value: Virtual, writable: true, configurable: true });
  Virtual.now = now;
  Virtual.parse = Real.parse;
  Virtual.UTC = Real.UTC;
  const P = Real.prototype;
  for (const part of ["Date", "Day", "FullYear", "Hours", "Milliseconds", "Minutes", "Month", "Seconds"]) {
    P["get" + part] = P["getUTC" + part];
    if (part !== "Day") P["set" + part] = P["setUTC" + part];
  }
  P.getTimezoneOffset = () => 0;
  const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
  const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const two = (n) => String(n).padStart(2, "0");
  P.toDateString = function () {
    return days[this.getUTCDay()] + " " + months[this.getUTCMonth()] + " " + two(this.getUTCDate()) + " " + this.getUTCFullYear();
  };
  P.toTimeString = function () {
    return two(this.getUTCHours()) + ":" + two(this.getUTCMinutes()) + ":" + two(this.getUTCSeconds()) + " GMT+0000 (Coordinated Universal Time)";
  };
  P.toString = function () {
    return isNaN(this) ? "Invalid Date" : this.toDateString() + " " + this.toTimeString();
  };
  P.toLocaleDateString = function () {
    return this.getUTCMonth() + 1 + "/" + this.getUTCDate() + "/" + this.getUTCFullYear();
  };
  P.toLocaleTimeString = function () {
    const h = this.getUTCHours();
    return (h % 12 || 12) + ":" + two(this.getUTCMinutes()) + ":" + two(this.getUTCSeconds()) + (h < 12 ? " AM" : " PM");
  };
  P.toLocaleString = function () {
    return this.toLocaleDateString() + ", " + this.toLocaleTimeString();
  };
  globalThis.Date = Virtual;
  Math.random = () => host("random");
}

// util.inspect, as console prints (node: lib/internal/util/inspect.js).
const inspectCustom = Symbol.for("nodejs.util.inspect.custom");
function inspect(value, options) {
  const depth = options && typeof options === "object" && "depth" in options ? (options.depth === null ? Infinity : options.depth) : 2;
  return inspectValue(value, depth, 0, []);
}
inspect.custom = inspectCustom;
const quoted = (text) => {
  const quote = !text.includes("'") ? "'" : !text.includes('"') ? '"' : !text.includes("` +
  "`" +
  String.raw`") ? "` +
  "`" +
  String.raw`" : "'";
  const escapes = { "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f", "\v": "\\v", "\\": "\\\\" };
  let out = "";
  for (const c of text) out += escapes[c] ?? (c === quote ? "\\" + c : c < " " ? "\\x" + c.charCodeAt(0).toString(16).padStart(2, "0").toUpperCase() : c);
  return quote + out + quote;
};
const keyText = (key) => (typeof key === "symbol" ? "[" + String(key) + "]" : /^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key));
function inspectValue(value, depth, level, seen) {
  if (typeof value === "string") return level === 0 && seen.length === 0 ? quoted(value) : quoted(value);
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value === "bigint") return value + "n";
  if (typeof value === "symbol") return String(value);
  if (value === null || typeof value !== "object" && typeof value !== "function") return String(value);
  if (typeof value[inspectCustom] === "function") {
    const custom = value[inspectCustom](depth, {}, inspect);
    return typeof custom === "string" ? custom : inspectValue(custom, depth, level, seen);
  }
  if (seen.includes(value)) return "[Circular *1]";
  const proto = Object.getPrototypeOf(value);
  const name = proto === null ? "" : (value.constructor && value.constructor.name) || "Object";
  let keys = Object.keys(value);
  for (const s of Object.getOwnPropertySymbols(value)) if (Object.prototype.propertyIsEnumerable.call(value, s)) keys.push(s);
  let braces = ["{", "}"];
  let prefix = "";
  const entries = [];
  const next = seen.concat([value]);
  const sub = (v) => inspectValue(v, depth, level + 1, next);
  let simple = "";
  if (value instanceof Error) {
    simple = value.stack ? String(value) + "\n" + String(value.stack).trimEnd() : "[" + String(value) + "]";
    if (level > 0) simple = simple.split("\n").join("\n" + "  ".repeat(level));
    keys = keys.filter((k) => k !== "stack" && k !== "message");
  } else if (value instanceof Date) simple = isNaN(value) ? "Invalid Date" : value.toISOString();
  else if (value instanceof RegExp) simple = String(value);
  else if (typeof value === "function") {
    const source = Function.prototype.toString.call(value);
    simple = source.startsWith("class") ? "[class " + (value.name || "(anonymous)") + (proto && proto.name ? " extends " + proto.name : "") + "]" : "[" + (source.startsWith("async") ? "AsyncFunction" : "Function") + (value.name ? ": " + value.name : " (anonymous)") + "]";
  } else if (value instanceof Promise) prefix = "Promise ";
  else if (value instanceof Number || value instanceof String || value instanceof Boolean) {
    simple = "[" + name + ": " + sub(value.valueOf()) + "]";
    if (value instanceof String) keys = [];
  }
  if (simple && keys.length === 0) return simple;
  const size = value instanceof Map || value instanceof Set ? value.size : Array.isArray(value) || ArrayBuffer.isView(value) ? value.length : 0;
  if (level > depth && keys.length + size > 0) return Array.isArray(value) ? "[Array]" : "[" + (name || "Object: null prototype") + "]";
  deepest = level;
  if (Array.isArray(value)) {
    braces = ["[", "]"];
    if (name !== "Array") prefix = name + "(" + value.length + ") ";
    let holes = 0;
    const flush = () => { if (holes) entries.push("<" + holes + " empty item" + (holes > 1 ? "s" : "") + ">"); holes = 0; };
    for (let i = 0; i < Math.min(value.length, 100); i++) { if (i in value) { flush(); entries.push(sub(value[i])); } else holes++; }
    flush();
    if (value.length > 100) entries.push("... " + (value.length - 100) + " more item" + (value.length > 101 ? "s" : ""));
    keys = keys.filter((k) => typeof k === "symbol" || !/^\d+$/.test(k));
  } else if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    braces = ["[", "]"];
    prefix = name + "(" + value.length + ") ";
    for (let i = 0; i < Math.min(value.length, 100); i++) entries.push(String(value[i]));
    if (value.length > 100) entries.push("... " + (value.length - 100) + " more items");
    keys = [];
  } else if (value instanceof Map) {
    prefix = "Map(" + value.size + ") ";
    for (const [k, v] of value) entries.push(sub(k) + " => " + sub(v));
  } else if (value instanceof Set) {
    prefix = "Set(" + value.size + ") ";
    for (const v of value) entries.push(sub(v));
  } else if (simple) { prefix = simple + " "; }
  else if (prefix === "") {
    if (proto === null) prefix = "[Object: null prototype] ";
    else if (name !== "Object") prefix = name + " ";
    const tag = value[Symbol.toStringTag];
    if (tag && tag !== name) prefix = (prefix || "Object ") + "[" + tag + "] ";
  }
  for (const key of keys) {
    const d = Object.getOwnPropertyDescriptor(value, key);
    const shown = d.get ? (d.set ? "[Getter/Setter]" : "[Getter]") : d.set ? "[Setter]" : sub(d.value);
    entries.push(keyText(key) + ": " + shown);
  }
  if (entries.length === 0) return prefix + braces[0] + braces[1];
  return oneLine(entries, prefix + braces[0], braces[1], level, Array.isArray(value) || ArrayBuffer.isView(value) ? value : undefined);
}
// Up to three levels on a line of 72, else a line each; many short elements in columns (reduceToSingleString, groupArrayElements).
let deepest = 0;
function oneLine(entries, open, close, level, list) {
  const rows = list !== undefined && entries.length > 6 ? groupEntries(entries, list, level * 2) : entries;
  const depth = deepest - level;
  if (depth < 3 && rows === entries) {
    let total = 2 * entries.length + level * 2 + open.length + 10;
    if (total <= 80) for (const e of entries) total += e.length;
    const joined = entries.join(", ");
    if (total <= 80 && !joined.includes("\n")) return open + " " + joined + " " + close;
  }
  const indent = "\n" + "  ".repeat(level);
  return open + indent + "  " + rows.join("," + indent + "  ") + indent + close;
}
function groupEntries(entries, value, indentation) {
  const more = value.length > 100 ? 1 : 0;
  const count = entries.length - more;
  const lengths = entries.slice(0, count).map((e) => e.length);
  const total = lengths.reduce((n, l) => n + l + 2, 0);
  const longest = Math.max(...lengths);
  const width = longest + 2;
  if (width * 3 + indentation >= 80 || !(total / width > 5 || longest <= 6)) return entries;
  const biased = Math.max(width - 3 - Math.sqrt(width - total / entries.length), 1);
  const columns = Math.min(Math.round(Math.sqrt(2.5 * biased * count) / biased), Math.floor((80 - indentation) / width), 12, 15);
  if (columns <= 1) return entries;
  const widths = Array.from({ length: columns }, (_, i) => Math.max(0, ...lengths.filter((_, j) => j % columns === i)) + 2);
  const right = Array.prototype.every.call(value, (v) => typeof v === "number" || typeof v === "bigint");
  const rows = [];
  for (let i = 0; i < count; i += columns) {
    const row = entries.slice(i, Math.min(i + columns, count));
    const last = row.length - 1;
    rows.push(row.map((e, k) => (k === last ? (right ? e.padStart(widths[k] - 2) : e) : right ? (e + ", ").padStart(widths[k]) : (e + ", ").padEnd(widths[k]))).join(""));
  }
  if (more) rows.push(entries[count]);
  return rows;
}
function format(...args) {
  let out = "";
  let i = 0;
  if (typeof args[0] === "string" && args.length > 1) {
    i = 1;
    out = args[0].replace(/%[sdifjoOc%]/g, (m) => {
      if (m === "%%") return "%";
      if (i >= args.length) return m;
      const v = args[i++];
      if (m === "%s") return typeof v === "string" ? v : typeof v === "object" && v !== null ? inspectValue(v, 0, 0, []) : String(typeof v === "bigint" ? v + "n" : Object.is(v, -0) ? "-0" : String(v));
      if (m === "%d") return typeof v === "object" ? "NaN" : String(Number(v));
      if (m === "%i") return String(parseInt(v));
      if (m === "%f") return String(parseFloat(v));
      if (m === "%j") return JSON.stringify(v);
      if (m === "%c") return "";
      return inspectValue(v, 4, 0, []);
    });
  } else if (args.length > 0) { i = 1; out = typeof args[0] === "string" ? args[0] : inspect(args[0]); }
  for (; i < args.length; i++) out += " " + (typeof args[i] === "string" ? args[i] : inspect(args[i]));
  return out;
}

// Text and bytes: the host takes and gives latin-1, in which U+0100 stands for the byte 0 (a NUL would end the string).
const latin = (bytes) => { let s = ""; for (let i = 0; i < bytes.length; i += 4096) s += String.fromCharCode.apply(null, bytes.subarray(i, i + 4096)); return s.includes("\0") ? s.replaceAll("\0", "\u0100") : s; };
const unlatin = (s) => { const b = new Uint8Array(s.length); for (let i = 0; i < s.length; i++) b[i] = s.charCodeAt(i); return b; };
const utf8 = (s) => unlatin(unescape(encodeURIComponent(String(s).toWellFormed ? String(s).toWellFormed() : String(s))));
const fromUtf8 = (b) => { try { return decodeURIComponent(escape(latin(b))); } catch { return host("utf8", latin(b)); } };
class Buffer extends Uint8Array {
  static from(value, encoding) {
    if (typeof value === "string") {
      const e = String(encoding ?? "utf8").toLowerCase();
      if (e === "base64" || e === "base64url") return wrap(unlatin(host("unbase64", value)));
      if (e === "hex") return wrap(Uint8Array.from(value.match(/../g) ?? [], (h) => parseInt(h, 16)));
      if (e === "latin1" || e === "binary" || e === "ascii") return wrap(unlatin(value));
      return wrap(utf8(value));
    }
    if (value instanceof ArrayBuffer) return wrap(new Uint8Array(value));
    return wrap(Uint8Array.from(value));
  }
  static alloc(n, fill = 0) { const b = wrap(new Uint8Array(n)); if (fill) b.fill(typeof fill === "string" ? fill.charCodeAt(0) : fill); return b; }
  static allocUnsafe(n) { return Buffer.alloc(n); }
  static concat(list) { const out = Buffer.alloc(list.reduce((n, b) => n + b.length, 0)); let at = 0; for (const b of list) { out.set(b, at); at += b.length; } return out; }
  static isBuffer(b) { return b instanceof Buffer; }
  static byteLength(s) { return typeof s === "string" ? utf8(s).length : s.byteLength; }
  toString(encoding, from = 0, to = this.length) {
    const part = this.subarray(from, to);
    const e = String(encoding ?? "utf8").toLowerCase();
    if (e === "hex") return Array.from(part, (b) => b.toString(16).padStart(2, "0")).join("");
    if (e === "base64") return host("base64", latin(part));
    if (e === "latin1" || e === "binary" || e === "ascii") return latin(part);
    return fromUtf8(part);
  }
  toJSON() { return { type: "Buffer", data: Array.from(this) }; }
  equals(other) { return this.length === other.length && this.every((b, i) => b === other[i]); }
  slice(a, b) { return wrap(this.subarray(a, b)); }
  write(text, at = 0) { const b = utf8(text); this.set(b.subarray(0, this.length - at), at); return b.length; }
  [inspectCustom]() { return "<Buffer" + Array.from(this.subarray(0, 50), (b) => " " + b.toString(16).padStart(2, "0")).join("") + (this.length > 50 ? " ... " + (this.length - 50) + " more bytes" : "") + ">"; }
}
const wrap = (bytes) => Object.setPrototypeOf(bytes, Buffer.prototype);
const bytesOf = (data, encoding) => (typeof data === "string" ? Buffer.from(data, encoding) : data);
globalThis.Buffer = Buffer;
globalThis.TextEncoder = class TextEncoder { encode(s = "") { return utf8(s); } };
globalThis.TextDecoder = class TextDecoder { decode(b) { return b ? fromUtf8(new Uint8Array(b.buffer ?? b, b.byteOffset ?? 0, b.byteLength)) : ""; } };
globalThis.atob = (s) => host("unbase64", s);
globalThis.btoa = (s) => host("base64", s);

// Errors of the host come back as errors of Node.
const call = (op, ...args) => {
  const answer = host(op, ...args);
  if (typeof answer === "string" && answer.startsWith("\u0001error")) {
    const e = JSON.parse(answer.slice(6));
    throw Object.assign(new Error(e.message), e);
  }
  return answer;
};

const write = (fd, text) => { host("write", fd, typeof text === "string" ? latin(utf8(text)) : latin(text)); return true; };
let indentation = "";
const line = (fd, args) => { const text = format(...args); write(fd, (indentation ? text.replace(/^/gm, indentation) : text) + "\n"); };
const counts = {}, times = {};
globalThis.console = {
  log: (...a) => line(1, a), info: (...a) => line(1, a), debug: (...a) => line(1, a),
  error: (...a) => line(2, a), warn: (...a) => line(2, a), trace: (...a) => line(2, ["Trace: " + format(...a)]),
  dir: (v, o) => line(1, [inspect(v, o)]),
  table: (v) => line(1, [v]),
  assert: (ok, ...a) => { if (!ok) line(2, ["Assertion failed" + (a.length ? ": " + format(...a) : "")]); },
  group: (...a) => { if (a.length) line(1, a); indentation += "  "; },
  groupEnd: () => { indentation = indentation.slice(2); },
  count: (l = "default") => line(1, [l + ": " + (counts[l] = (counts[l] ?? 0) + 1)]),
  time: (l = "default") => { times[l] = host("now"); },
  timeEnd: (l = "default") => { line(1, [l + ": " + (host("now") - times[l]) + "ms"]); delete times[l]; },
};

// Timers.
let lastTimer = 0;
const timers = new Map();
class Timeout {
  constructor(id) { this.id = id; }
  ref() { host("ref", this.id, true); return this; }
  unref() { host("ref", this.id, false); return this; }
  hasRef() { return true; }
  [Symbol.toPrimitive]() { return this.id; }
}
const start = (fn, ms, args, repeat) => {
  if (typeof fn !== "function") throw Object.assign(new TypeError('The "callback" argument must be of type function. Received ' + inspect(fn)), { code: "ERR_INVALID_ARG_TYPE" });
  const id = ++lastTimer;
  const wait = Math.max(1, Math.trunc(Number(ms) || 1));
  timers.set(id, { fn, args, repeat, wait });
  host("timer", id, wait);
  return new Timeout(id);
};
const stop = (t) => { const id = t instanceof Timeout ? t.id : Number(t); if (timers.delete(id)) host("untimer", id); };
globalThis.setTimeout = (fn, ms, ...args) => start(fn, ms, args, false);
globalThis.setInterval = (fn, ms, ...args) => start(fn, ms, args, true);
globalThis.setImmediate = (fn, ...args) => start(fn, 0, args, false);
globalThis.clearTimeout = globalThis.clearInterval = globalThis.clearImmediate = stop;
globalThis.queueMicrotask = (fn) => void Promise.resolve().then(fn);
globalThis.structuredClone = (v) => JSON.parse(JSON.stringify(v));
globalThis.performance = { now: () => host("uptime") * 1000, timeOrigin: host("now") };
`;
