import { fromBinary } from "../database/binary.ts";
import type { Keyspace, Value } from "./keyspace.ts";

const TABLE = crcTable();

/** CRC-64/Redis of a binary string, as 8 bytes from the least significant (redis: crc64.c). */
export function crc64(text: string): string {
  let high = 0;
  let low = 0;
  for (let i = 0; i < text.length; i++) {
    const at = ((low ^ text.charCodeAt(i)) & 0xff) * 2;
    low = ((low >>> 8) | (high << 24)) ^ (TABLE[at + 1] as number);
    high = (high >>> 8) ^ (TABLE[at] as number);
  }
  return little(low >>> 0, 4) + little(high >>> 0, 4);
}
function crcTable(): Uint32Array {
  const table = new Uint32Array(512);
  for (let n = 0; n < 256; n++) {
    let c = BigInt(n);
    for (let k = 0; k < 8; k++) c = c & 1n ? (c >> 1n) ^ 0x95ac9329ac4bc9b5n : c >> 1n;
    table[n * 2] = Number(c >> 32n);
    table[n * 2 + 1] = Number(c & 0xffffffffn);
  }
  return table;
}

function little(n: number, bytes: number): string {
  let text = "";
  for (let i = 0; i < bytes; i++) {
    text += String.fromCharCode(n % 256);
    n = Math.floor(n / 256);
  }
  return text;
}
function length(n: number): string {
  if (n < 64) return String.fromCharCode(n);
  if (n < 16_384) return String.fromCharCode(0x40 | (n >> 8), n & 0xff);
  return `\x80${String.fromCharCode((n >>> 24) & 0xff, (n >>> 16) & 0xff, (n >>> 8) & 0xff, n & 0xff)}`;
}
const string = (s: string): string => length(s.length) + s;

function double(n: number): string {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, n, true);
  return String.fromCharCode(...bytes);
}

/** The line that tells of a dump's maker. */
export const producedBy = ({ about }: { readonly about: Readonly<Record<string, string>> }): string =>
  about["valkey-ver"] === undefined
    ? `Loading RDB produced by version ${about["redis-ver"] ?? "?"}`
    : `Loading RDB produced by Valkey version ${about["valkey-ver"]}`;

/** A dump of all databases in redis' own format, version 9 (which every redis since 5 loads), without its packed encodings. */
export function dump(dbs: readonly Keyspace[], about: Readonly<Record<string, string>>): string {
  const parts = ["REDIS0009"];
  for (const [name, value] of Object.entries(about)) parts.push("\xfa", string(name), string(value));
  for (const [n, db] of dbs.entries()) {
    db.sweep();
    if (db.entries.size === 0) continue;
    const mortal = [...db.entries.values()].filter((e) => e.expires !== undefined).length;
    parts.push("\xfe", length(n), "\xfb", length(db.entries.size), length(mortal));
    for (const [key, entry] of db.entries) {
      if (entry.expires !== undefined) parts.push("\xfc", little(entry.expires, 8));
      parts.push(...dumpValue(key, entry));
    }
  }
  parts.push("\xff");
  const body = parts.join("");
  return body + crc64(body);
}
function dumpValue(key: string, entry: Value): readonly string[] {
  switch (entry.type) {
    case "string":
      return ["\0", string(key), string(entry.value)];
    case "list":
      return ["\x01", string(key), length(entry.value.length), ...entry.value.map(string)];
    case "set":
      return ["\x02", string(key), length(entry.value.size), ...[...entry.value].map(string)];
    case "zset":
      return ["\x05", string(key), length(entry.value.size), ...[...entry.value].map(([m, s]) => string(m) + double(s))];
    case "hash":
      return ["\x04", string(key), length(entry.value.size), ...[...entry.value].map(([f, v]) => string(f) + string(v))];
  }
}

export interface Loaded {
  readonly about: Readonly<Record<string, string>>;
  readonly keys: readonly { readonly db: number; readonly key: string; readonly value: Value; readonly expires: number | undefined }[];
}

/** What a dump holds; a string says why it is none. */
export function parseDump(text: string): Loaded | string {
  if (!text.startsWith("REDIS")) return "Wrong signature trying to load DB from file";
  const version = Number(text.slice(5, 9));
  if (!(version >= 1 && version <= 12)) return `Can't handle RDB format version ${Number.isNaN(version) ? 0 : version}`;
  const about: Record<string, string> = {};
  const keys: Loaded["keys"][number][] = [];
  let at = 9;
  const byte = (): number => {
    if (at >= text.length) throw new Short();
    return text.charCodeAt(at++);
  };
  const size = (): number => {
    const first = byte();
    if (first < 0x40) return first;
    if (first < 0x80) return ((first & 0x3f) << 8) | byte();
    if (first === 0x80) return ((byte() << 24) | (byte() << 16) | (byte() << 8) | byte()) >>> 0;
    throw new Unknown(`string encoding ${first & 0x3f}`);
  };
  const take = (n: number): string => {
    if (at + n > text.length) throw new Short();
    at += n;
    return text.slice(at - n, at);
  };
  const word = (): string => take(size());
  const words = (): string[] => Array.from({ length: size() }, word);
  const read = (type: number): Value => {
    switch (type) {
      case 0:
        return { type: "string", value: word() };
      case 1:
        return { type: "list", value: words() };
      case 2:
        return { type: "set", value: new Set(words()) };
      case 4:
        return { type: "hash", value: new Map(Array.from({ length: size() }, () => [word(), word()])) };
      case 5:
        return {
          type: "zset",
          value: new Map(Array.from({ length: size() }, () => [word(), new DataView(fromBinary(take(8)).buffer).getFloat64(0, true)])),
        };
      default:
        throw new Unknown(`value type ${type}`);
    }
  };
  let db = 0;
  let expires: number | undefined;
  try {
    for (;;) {
      const op = byte();
      if (op === 0xff) break;
      if (op === 0xfa) about[word()] = word();
      else if (op === 0xfe) db = size();
      else if (op === 0xfb) {
        size();
        size();
      } else if (op === 0xfc) expires = [...take(8)].reduceRight((n, c) => n * 256 + c.charCodeAt(0), 0);
      else {
        const key = word();
        keys.push({ db, key, value: read(op), expires });
        expires = undefined;
      }
    }
  } catch (error) {
    if (error instanceof Short) return "Unexpected EOF reading RDB file";
    if (error instanceof Unknown) return `${error.message} is not simulated by Timonel`;
    throw error;
  }
  if (text.slice(at, at + 8) !== crc64(text.slice(0, at))) return "Wrong RDB checksum expected";
  return { about, keys };
}

class Short extends Error {}
class Unknown extends Error {}
