import type { Cache } from "./cache.ts";

export interface Request {
  readonly words: readonly string[];
  /** What followed the line of a storing command. */
  readonly block: string;
  readonly status: () => Readonly<Record<string, string | number>>;
}
const BAD_FORMAT = "CLIENT_ERROR bad command line format\r\n";

/** One command's answer in memcached's text protocol (memcached: doc/protocol.txt). */
export function answer(cache: Cache, { words, block, status }: Request): string {
  const [name = "", key = ""] = words;
  const quiet = (text: string): string => (words.at(-1) === "noreply" ? "" : text);
  switch (name) {
    case "get":
    case "gets":
      return key === "" ? "ERROR\r\n" : read(cache, words.slice(1), name === "gets");
    case "set":
    case "add":
    case "replace":
    case "append":
    case "prepend":
    case "cas":
      return quiet(store(cache, words, block));
    case "delete":
      if (key === "") return "ERROR\r\n";
      cache.get(key);
      return quiet(found(cache, "delete", cache.remove(key)) ? "DELETED\r\n" : "NOT_FOUND\r\n");
    case "incr":
    case "decr": {
      if (!/^\d+$/.test(words[2] ?? "")) return words.length < 3 ? "ERROR\r\n" : "CLIENT_ERROR invalid numeric delta argument\r\n";
      const item = cache.get(key);
      if (!item) return quiet("NOT_FOUND\r\n");
      if (!/^\d{1,20}$/.test(item.value.trim())) return quiet("CLIENT_ERROR cannot increment or decrement non-numeric value\r\n");
      const [old, by] = [BigInt(item.value.trim()), BigInt(words[2] as string)];
      const value = String(name === "incr" ? BigInt.asUintN(64, old + by) : old > by ? old - by : 0n);
      cache.change(key, item, value);
      return quiet(`${value}\r\n`);
    }
    case "touch": {
      const item = cache.get(key);
      if (!item) return quiet("NOT_FOUND\r\n");
      cache.put(key, item.value, item.flags, Number(words[2]));
      return quiet("TOUCHED\r\n");
    }
    case "flush_all":
      cache.clear();
      cache.count("cmd_flush");
      return quiet("OK\r\n");
    case "version":
      return `VERSION ${status()["version"]}\r\n`;
    case "verbosity":
      return quiet("OK\r\n");
    case "stats":
      if (key !== "") return `SERVER_ERROR stats ${key} is not simulated by Timonel\r\nEND\r\n`;
      return `${Object.entries(status())
        .map(([k, v]) => `STAT ${k} ${v}\r\n`)
        .join("")}END\r\n`;
    default:
      return "ERROR\r\n";
  }
}

function found(cache: Cache, what: "get" | "delete", is: boolean): boolean {
  cache.count(`${what}_${is ? "hits" : "misses"}`);
  return is;
}
function read(cache: Cache, keys: readonly string[], unique: boolean): string {
  let text = "";
  for (const key of keys) {
    if (key.length > 250) return "CLIENT_ERROR bad command line format\r\n";
    cache.count("cmd_get");
    const item = cache.get(key);
    if (found(cache, "get", item !== undefined) && item)
      text += `VALUE ${key} ${item.flags} ${item.value.length}${unique ? ` ${item.unique}` : ""}\r\n${item.value}\r\n`;
  }
  return `${text}END\r\n`;
}
function store(
  cache: Cache,
  [name, key = "", flags = "", seconds = "", bytes = "", unique = ""]: readonly string[],
  block: string,
): string {
  if (bytes === "") return "ERROR\r\n";
  if (key.length > 250 || !/^\d+$/.test(flags) || !/^-?\d+$/.test(seconds) || !/^\d+$/.test(bytes)) return BAD_FORMAT;
  if (Number(bytes) > 1024 * 1024) return "SERVER_ERROR object too large for cache\r\n";
  cache.count("cmd_set");
  const item = cache.get(key);
  if (name === "cas") {
    if (!item) return "NOT_FOUND\r\n";
    if (String(item.unique) !== unique) return "EXISTS\r\n";
  } else if (name === "add" ? item : name !== "set" && !item) return "NOT_STORED\r\n";
  if (item && name === "append") cache.change(key, item, item.value + block);
  else if (item && name === "prepend") cache.change(key, item, block + item.value);
  else cache.put(key, block, Number(flags), Number(seconds));
  return "STORED\r\n";
}
