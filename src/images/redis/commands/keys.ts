import { type Entry, type Value } from "../keyspace.ts";
import { array, bulk, bulks, int, NIL, OK, simple } from "../resp.ts";
import { type Call, type DataCommands, globMatcher, integer, reads, refuse, scanOptions, SYNTAX, writes } from "./types.ts";

const NO_KEY = "ERR no such key";

function expire(unit: "EX" | "PX" | "EXAT" | "PXAT", name: string) {
  return ({ db, now, changed, effect }: Call, [key = "", value, ...options]: readonly string[]): string => {
    const n = integer(value);
    const ms = unit.startsWith("P") ? n : n * 1000;
    const until = unit.endsWith("AT") ? ms : Math.floor(now) + ms;
    if (!Number.isSafeInteger(until)) refuse(`ERR invalid expire time in '${name}' command`);
    const asked = new Set(options.map((o) => o.toUpperCase()));
    for (const o of asked) if (!/^(NX|XX|GT|LT)$/.test(o)) refuse(`ERR Unsupported option ${o}`);
    const entry = db.entry(key);
    if (!entry) return int(0);
    const old = entry.expires ?? Infinity;
    if (asked.has("NX") && old !== Infinity) return int(0);
    if (asked.has("XX") && old === Infinity) return int(0);
    if ((asked.has("GT") && until <= old) || (asked.has("LT") && until >= old)) return int(0);
    changed();
    if (until <= now) {
      db.remove(key);
      effect("DEL", key);
    } else {
      entry.expires = until;
      effect("PEXPIREAT", key, String(until));
    }
    return int(1);
  };
}

const remaining =
  (scale: number, absolute: boolean) =>
  ({ db, now }: Call, [key = ""]: readonly string[]): string => {
    const entry = db.entry(key);
    if (!entry) return int(-2);
    if (entry.expires === undefined) return int(-1);
    const ms = absolute ? entry.expires : entry.expires - now;
    return int(scale === 1 ? Math.round(ms) : Math.floor((ms + (absolute ? 0 : 500)) / scale));
  };

function remove({ db, changed, effect }: Call, keys: readonly string[]): string {
  const gone = keys.filter((key) => db.entry(key) && db.remove(key));
  if (gone.length > 0) {
    changed(gone.length);
    effect("DEL", ...gone);
  }
  return int(gone.length);
}

function rename({ db, changed }: Call, from: string, to: string): void {
  const entry = db.entry(from) ?? refuse(NO_KEY);
  if (from !== to) {
    db.remove(from);
    db.put(to, copied(entry), entry.expires);
  }
  changed();
}

function copied(entry: Entry): Value {
  switch (entry.type) {
    case "string":
      return { type: "string", value: entry.value };
    case "list":
      return { type: "list", value: [...entry.value] };
    case "set":
      return { type: "set", value: new Set(entry.value) };
    case "hash":
      return { type: "hash", value: new Map(entry.value) };
    case "zset":
      return { type: "zset", value: new Map(entry.value) };
  }
}

/** How redis 7 keeps it, by its default limits. */
function encoding(entry: Entry): string {
  const short = (items: Iterable<string>, most: number): boolean => {
    let n = 0;
    for (const item of items) if (item.length > 64 || ++n > most) return false;
    return true;
  };
  switch (entry.type) {
    case "string":
      return /^(0|-?[1-9]\d{0,18})$/.test(entry.value) ? "int" : entry.value.length <= 44 ? "embstr" : "raw";
    case "list":
      return entry.value.reduce((n, v) => n + v.length + 3, 0) <= 8192 ? "listpack" : "quicklist";
    case "set":
      if (entry.value.size <= 512 && [...entry.value].every((v) => /^(0|-?[1-9]\d{0,18})$/.test(v))) return "intset";
      return short(entry.value, 128) ? "listpack" : "hashtable";
    case "hash":
      return short([...entry.value].flat(), 1024) && entry.value.size <= 512 ? "listpack" : "hashtable";
    case "zset":
      return short(entry.value.keys(), 128) ? "listpack" : "skiplist";
  }
}

const HELP = [
  "OBJECT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
  "ENCODING <key>",
  "FREQ <key>",
  "IDLETIME <key>",
  "REFCOUNT <key>",
];

export const keys: DataCommands = {
  del: writes(-2, remove, [1, -1, 1]),
  unlink: writes(-2, remove, [1, -1, 1]),
  exists: reads(-2, ({ db }, names) => int(names.filter((k) => db.entry(k)).length), [1, -1, 1]),
  touch: reads(-2, ({ db }, names) => int(names.filter((k) => db.entry(k)).length), [1, -1, 1]),
  type: reads(2, ({ db }, [key = ""]) => simple(db.entry(key)?.type ?? "none")),
  expire: writes(-3, expire("EX", "expire")),
  pexpire: writes(-3, expire("PX", "pexpire")),
  expireat: writes(-3, expire("EXAT", "expireat")),
  pexpireat: writes(-3, expire("PXAT", "pexpireat")),
  ttl: reads(2, remaining(1000, false)),
  pttl: reads(2, remaining(1, false)),
  expiretime: reads(2, remaining(1000, true)),
  pexpiretime: reads(2, remaining(1, true)),
  persist: writes(2, ({ db, changed }, [key = ""]) => {
    const entry = db.entry(key);
    if (entry?.expires === undefined) return int(0);
    entry.expires = undefined;
    changed();
    return int(1);
  }),
  keys: reads(
    2,
    ({ db }, [pattern = ""]) => {
      db.sweep();
      const matches = globMatcher(pattern);
      return bulks([...db.entries.keys()].filter(matches));
    },
    undefined,
  ),
  scan: reads(
    -2,
    ({ db }, [cursor, ...rest]) => {
      const from = integer(cursor, "ERR invalid cursor");
      const { match, count: n, type } = scanOptions(rest);
      db.sweep();
      const all = [...db.entries.keys()];
      const page = all
        .slice(from, from + n)
        .filter((k) => (!match || match(k)) && (type === undefined || db.entries.get(k)?.type === type));
      return array([bulk(String(from + n >= all.length ? 0 : from + n)), bulks(page)]);
    },
    undefined,
  ),
  randomkey: reads(
    1,
    ({ db, random }) => {
      db.sweep();
      const all = [...db.entries.keys()];
      return all.length === 0 ? NIL : bulk(all[random.int(all.length)]);
    },
    undefined,
  ),
  dbsize: reads(
    1,
    ({ db }) => {
      db.sweep();
      return int(db.entries.size);
    },
    undefined,
  ),
  rename: writes(
    3,
    (call, [from = "", to = ""]) => {
      rename(call, from, to);
      return OK;
    },
    [1, 2, 1],
  ),
  renamenx: writes(
    3,
    (call, [from = "", to = ""]) => {
      if (!call.db.entry(from)) refuse(NO_KEY);
      if (call.db.entry(to)) return int(0);
      rename(call, from, to);
      return int(1);
    },
    [1, 2, 1],
  ),
  copy: writes(
    -3,
    ({ db, changed }, [from = "", to = "", ...options]) => {
      if (options.some((o) => o.toUpperCase() !== "REPLACE")) refuse("ERR COPY between databases is not simulated by Timonel");
      const entry = db.entry(from);
      if (!entry || (db.entry(to) && options.length === 0)) return int(0);
      db.put(to, copied(entry), entry.expires);
      changed();
      return int(1);
    },
    [1, 2, 1],
  ),
  object: reads(
    -2,
    ({ db, now }, [sub = "", key = ""]) => {
      if (sub.toLowerCase() === "help") return array(HELP.map(simple));
      const before = db.entries.get(key)?.used ?? now;
      const entry = db.entry(key);
      if (!entry) return NIL;
      entry.used = before;
      switch (sub.toLowerCase()) {
        case "encoding":
          return bulk(encoding(entry));
        case "idletime":
          return int(Math.floor((now - before) / 1000));
        case "refcount":
          return int(1);
        case "freq":
          return refuse(
            "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.",
          );
        default:
          return refuse(`ERR unknown subcommand '${sub}'. Try OBJECT HELP.`);
      }
    },
    [2, 2, 1],
  ),
  memory: reads(
    -2,
    ({ db }, [sub = "", key = ""]) => {
      if (sub.toLowerCase() !== "usage") return refuse(`ERR MEMORY ${sub.toUpperCase()} is not simulated by Timonel`);
      const entry = db.entry(key);
      return entry ? int(entry.bytes) : NIL;
    },
    [2, 2, 1],
  ),
  sort: reads(-2, ({ db }, [key = "", ...options]) => {
    const entry = db.entry(key);
    let items =
      entry === undefined
        ? []
        : entry.type === "list"
          ? [...entry.value]
          : entry.type === "set"
            ? [...entry.value]
            : refuse("WRONGTYPE Operation against a key holding the wrong kind of value");
    let alpha = false;
    let down = false;
    for (let i = 0; i < options.length; i++) {
      const name = (options[i] as string).toUpperCase();
      if (name === "ALPHA") alpha = true;
      else if (name === "DESC") down = true;
      else if (name === "ASC") down = false;
      else if (name === "LIMIT") {
        const [offset, n] = [integer(options[i + 1] ?? refuse(SYNTAX)), integer(options[i + 2] ?? refuse(SYNTAX))];
        const compared = order(items, alpha, down);
        items = compared.slice(offset, n < 0 ? undefined : offset + n);
        return bulks(items);
      } else refuse(`ERR SORT ${name} is not simulated by Timonel`);
    }
    return bulks(order(items, alpha, down));
  }),
};

function order(items: readonly string[], alpha: boolean, down: boolean): string[] {
  if (!alpha && items.some((i) => !Number.isFinite(Number(i)))) refuse("ERR One or more scores can't be converted into double");
  const by = alpha ? (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0) : (a: string, b: string) => Number(a) - Number(b);
  return [...items].sort((a, b) => (down ? by(b, a) : by(a, b)));
}
