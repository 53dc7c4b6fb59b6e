import type { Keyspace } from "../keyspace.ts";
import { array, bulk, bulks, int, NIL, OK } from "../resp.ts";
import { big, type Call, type DataCommands, float, floatText, grows, integer, reads, refuse, span, SYNTAX, writes } from "./types.ts";

const text = (db: Keyspace, key: string): string | undefined => db.typed(key, "string")?.value;

function set({ db, now, changed, effect }: Call, [key = "", value = "", ...options]: readonly string[]): string {
  let expires: number | undefined;
  let keep = false;
  let only: "NX" | "XX" | undefined;
  let get = false;
  for (let i = 0; i < options.length; i++) {
    const name = (options[i] as string).toUpperCase();
    if (name === "NX" || name === "XX") {
      if (only !== undefined && only !== name) refuse(SYNTAX);
      only = name;
    } else if (name === "GET") get = true;
    else if (name === "KEEPTTL" && expires === undefined) keep = true;
    else if (/^(EX|PX|EXAT|PXAT)$/.test(name) && expires === undefined && !keep) expires = moment(name, options[++i], now, "set");
    else refuse(SYNTAX);
  }
  const old = get ? text(db, key) : undefined;
  const entry = db.entry(key);
  if ((only === "NX" && entry) || (only === "XX" && !entry)) return get ? bulk(old) : NIL;
  const until = keep ? entry?.expires : expires;
  db.put(key, { type: "string", value }, until);
  changed();
  if (until === undefined) effect("SET", key, value);
  else effect("SET", key, value, "PXAT", String(until));
  return get ? bulk(old) : OK;
}

/** When something expires, in milliseconds of the epoch. */
export function moment(unit: string, value: string | undefined, now: number, command: string): number {
  const n = integer(value ?? refuse(SYNTAX));
  if (n <= 0) refuse(`ERR invalid expire time in '${command}' command`);
  const ms = unit.startsWith("P") ? n : n * 1000;
  return unit.endsWith("AT") ? ms : Math.floor(now) + ms;
}

function increment({ db, changed }: Call, key: string, by: bigint): string {
  const entry = db.typed(key, "string");
  const sum = big(entry?.value ?? "0") + by;
  if (sum >= 2n ** 63n || sum < -(2n ** 63n)) refuse("ERR increment or decrement would overflow");
  if (entry) entry.value = String(sum);
  else db.put(key, { type: "string", value: String(sum) });
  changed();
  return int(sum);
}

function write({ db, changed }: Call, key: string, value: string): void {
  const entry = db.typed(key, "string");
  if (value.length > 512 * 1024 * 1024) refuse("ERR string exceeds maximum allowed size (proto-max-bulk-len)");
  if (entry) entry.value = value;
  else db.put(key, { type: "string", value });
  changed();
}

function setPairs(call: Call, args: readonly string[]): void {
  for (let i = 0; i < args.length; i += 2) call.db.put(args[i] as string, { type: "string", value: args[i + 1] as string });
  call.changed(args.length / 2);
}

export const strings: DataCommands = {
  get: reads(2, ({ db }, [key = ""]) => bulk(text(db, key))),
  set: grows(-3, set),
  setnx: grows(3, (call, [key = "", value = ""]) => {
    if (call.db.entry(key)) return int(0);
    call.db.put(key, { type: "string", value });
    call.changed();
    return int(1);
  }),
  setex: grows(4, (call, [key = "", seconds, value = ""]) => {
    const until = moment("EX", seconds, call.now, "setex");
    call.db.put(key, { type: "string", value }, until);
    call.changed();
    call.effect("SET", key, value, "PXAT", String(until));
    return OK;
  }),
  psetex: grows(4, (call, [key = "", ms, value = ""]) => {
    const until = moment("PX", ms, call.now, "psetex");
    call.db.put(key, { type: "string", value }, until);
    call.changed();
    call.effect("SET", key, value, "PXAT", String(until));
    return OK;
  }),
  getset: grows(3, (call, [key = "", value = ""]) => {
    const old = text(call.db, key);
    call.db.put(key, { type: "string", value });
    call.changed();
    call.effect("SET", key, value);
    return bulk(old);
  }),
  getdel: writes(2, (call, [key = ""]) => {
    const old = text(call.db, key);
    if (old !== undefined) {
      call.db.remove(key);
      call.changed();
      call.effect("DEL", key);
    }
    return bulk(old);
  }),
  getex: writes(-2, (call, [key = "", option, value]) => {
    const entry = call.db.typed(key, "string");
    const unit = option?.toUpperCase();
    if (unit !== undefined && !/^(PERSIST|EX|PX|EXAT|PXAT)$/.test(unit)) refuse(SYNTAX);
    if (!entry || unit === undefined) return bulk(entry?.value);
    entry.expires = unit === "PERSIST" ? undefined : moment(unit, value, call.now, "getex");
    call.changed();
    if (entry.expires === undefined) call.effect("PERSIST", key);
    else call.effect("PEXPIREAT", key, String(entry.expires));
    return bulk(entry.value);
  }),
  mget: reads(
    -2,
    ({ db }, keys) =>
      bulks(
        keys.map((k) => {
          const entry = db.entry(k);
          return entry?.type === "string" ? entry.value : undefined;
        }),
      ),
    [1, -1, 1],
  ),
  mset: grows(
    -3,
    (call, args) => {
      if (args.length % 2 !== 0) refuse("ERR wrong number of arguments for 'mset' command");
      setPairs(call, args);
      return OK;
    },
    [1, -1, 2],
  ),
  msetnx: grows(
    -3,
    (call, args) => {
      if (args.length % 2 !== 0) refuse("ERR wrong number of arguments for 'msetnx' command");
      if (args.some((key, i) => i % 2 === 0 && call.db.entry(key))) return int(0);
      setPairs(call, args);
      return int(1);
    },
    [1, -1, 2],
  ),
  incr: grows(2, (call, [key = ""]) => increment(call, key, 1n)),
  decr: grows(2, (call, [key = ""]) => increment(call, key, -1n)),
  incrby: grows(3, (call, [key = "", by]) => increment(call, key, big(by))),
  decrby: grows(3, (call, [key = "", by]) => increment(call, key, -big(by))),
  incrbyfloat: grows(3, (call, [key = "", by]) => {
    const sum = float(text(call.db, key) ?? "0") + float(by);
    if (!Number.isFinite(sum)) refuse("ERR increment would produce NaN or Infinity");
    const value = floatText(Number(sum.toPrecision(15)));
    write(call, key, value);
    call.effect("SET", key, value, "KEEPTTL");
    return bulk(value);
  }),
  append: grows(3, (call, [key = "", more = ""]) => {
    const value = (text(call.db, key) ?? "") + more;
    write(call, key, value);
    return int(value.length);
  }),
  strlen: reads(2, ({ db }, [key = ""]) => int(text(db, key)?.length ?? 0)),
  getrange: reads(4, ({ db }, [key = "", start, end]) => {
    const value = text(db, key) ?? "";
    const range = span(integer(start), integer(end), value.length);
    return bulk(range ? value.slice(...range) : "");
  }),
  setrange: grows(4, (call, [key = "", offset, piece = ""]) => {
    const at = integer(offset);
    if (at < 0) refuse("ERR offset is out of range");
    if (at + piece.length > 512 * 1024 * 1024) refuse("ERR string exceeds maximum allowed size (proto-max-bulk-len)");
    const old = text(call.db, key) ?? "";
    if (piece === "") return int(old.length);
    const value = old.slice(0, at).padEnd(at, "\0") + piece + old.slice(at + piece.length);
    write(call, key, value);
    return int(value.length);
  }),
  setbit: grows(4, (call, [key = "", offset, bit]) => {
    const at = integer(offset, "ERR bit offset is not an integer or out of range");
    if (at < 0 || at >= 2 ** 32) refuse("ERR bit offset is not an integer or out of range");
    if (bit !== "0" && bit !== "1") refuse("ERR bit is not an integer or out of range");
    const byte = at >> 3;
    const value = (text(call.db, key) ?? "").padEnd(byte + 1, "\0");
    const mask = 0x80 >> (at & 7);
    const old = value.charCodeAt(byte);
    write(call, key, value.slice(0, byte) + String.fromCharCode(bit === "1" ? old | mask : old & ~mask) + value.slice(byte + 1));
    return int(old & mask ? 1 : 0);
  }),
  getbit: reads(3, ({ db }, [key = "", offset]) => {
    const at = integer(offset, "ERR bit offset is not an integer or out of range");
    return int(((text(db, key) ?? "").charCodeAt(at >> 3) || 0) & (0x80 >> (at & 7)) ? 1 : 0);
  }),
  bitcount: reads(-2, ({ db }, [key = "", start, end]) => {
    const value = text(db, key) ?? "";
    const range = start === undefined ? [0, value.length] : span(integer(start), integer(end ?? refuse(SYNTAX)), value.length);
    let n = 0;
    for (const c of range ? value.slice(...(range as [number, number])) : "") for (let b = c.charCodeAt(0); b > 0; b >>= 1) n += b & 1;
    return int(n);
  }),
  lcs: reads(-3, () => refuse("ERR LCS is not simulated by Timonel"), [1, 2, 1]),
  bitfield: reads(-2, () => refuse("ERR BITFIELD is not simulated by Timonel")),
  substr: reads(4, (call, args) => (strings["getrange"] as (typeof strings)[string]).run(call, args)),
  time: reads(1, ({ now }) => array([bulk(String(Math.floor(now / 1000))), bulk(String(Math.round((now % 1000) * 1000)))]), undefined),
};
