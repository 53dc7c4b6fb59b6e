import { parse } from "yaml";
import type { ProcessContext } from "../../runtime/index.ts";
import { readIfThere } from "../process.ts";
import type { Settings } from "./server.ts";
import type { Doc, Value } from "./values.ts";

/** Flags by name, and the place of each in a configuration file. */
const VALUES: Readonly<Record<string, string>> = {
  port: "net.port",
  bind_ip: "net.bindIp",
  dbpath: "storage.dbPath",
  wiredTigerCacheSizeGB: "storage.wiredTiger.engineConfig.cacheSizeGB",
  storageEngine: "storage.engine",
  keyFile: "security.keyFile",
  setParameter: "setParameter",
  maxConns: "net.maxIncomingConnections",
};
const SWITCHES: Readonly<Record<string, readonly [string, Value]>> = {
  bind_ip_all: ["net.bindIp", "*"],
  auth: ["security.authorization", "enabled"],
  noauth: ["security.authorization", "disabled"],
  quiet: ["systemLog.quiet", true],
  directoryperdb: ["storage.directoryPerDB", true],
};
/** Settings of a file that are read or change nothing here. */
const KNOWN =
  /^(net\.(port|bindIp|bindIpAll|maxIncomingConnections)|storage\.(dbPath|engine|journal\.enabled|wiredTiger\.engineConfig\.cacheSizeGB)|security\.(authorization|keyFile)|systemLog\.(quiet|verbosity|destination|logAppend|path)|processManagement\.timeZoneInfo)$/;

export interface Options {
  readonly settings: Settings;
  readonly parsed: Doc;
}

const flatten = (v: unknown, at: string): readonly (readonly [string, Value])[] =>
  v !== null && typeof v === "object" && !Array.isArray(v)
    ? Object.entries(v).flatMap(([k, w]) => flatten(w, at === "" ? k : `${at}.${k}`))
    : [[at, v as Value]];
function plant(entries: ReadonlyMap<string, Value>): Doc {
  const root: Record<string, unknown> = {};
  for (const [path, value] of [...entries].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const names = path.split(".");
    let here = root;
    for (const name of names.slice(0, -1)) here = (here[name] ??= {}) as Record<string, unknown>;
    here[names.at(-1) as string] = value;
  }
  return root as Doc;
}

/** The command line, over the configuration file. A text is what is wrong with it. */
export function readOptions(proc: ProcessContext, args: readonly string[]): Options | string {
  const given = new Map<string, Value>();
  let config: string | undefined;
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    if (/^-v+$/.test(word)) continue;
    const [name = "", inline] = word === "-f" ? ["config"] : word.replace(/^--/, "").split(/=(.*)/s);
    if (!word.startsWith("-")) return `Error parsing command line: too many positional options have been specified on the command line`;
    const value = inline ?? args[i + 1];
    if (name === "config" || VALUES[name] !== undefined) {
      if (value === undefined) return `Error parsing command line: the required argument for option '--${name}' is missing`;
      if (inline === undefined) i++;
      if (name === "config") config = value;
      else given.set(VALUES[name] as string, name === "port" ? Number(value) : value);
    } else if (SWITCHES[name]) given.set(...(SWITCHES[name] as [string, Value]));
    else if (
      /^(replSet|fork|shutdown|repair|configsvr|shardsvr|(tls|ssl)\w*|logpath|logappend|syslog|ipv6|profile|slowms|journal|oplogSize|transitionToAuth|unixSocketPrefix|pidfilepath)$/.test(
        name,
      )
    )
      return `BadValue: --${name} is not simulated by Timonel`;
    else return `Error parsing command line: unrecognised option '${word}'`;
  }
  const all = new Map<string, Value>();
  if (config !== undefined) {
    const text = readIfThere(proc, config);
    if (text === undefined)
      return `Error opening config file: ${proc.fs.exists(config) ? "Permission denied" : "No such file or directory"}`;
    let tree: unknown;
    try {
      tree = parse(text, { maxAliasCount: 10 });
    } catch (error) {
      return `Error parsing YAML config file: yaml-cpp: error: ${(error as Error).message.split("\n")[0] ?? ""}`;
    }
    all.set("config", config);
    for (const [path, value] of flatten(tree ?? {}, "")) {
      if (path === "") continue;
      if (/^(replication|sharding|net\.(tls|ssl)|auditLog|setParameter)\./.test(path))
        return `BadValue: ${path} is not simulated by Timonel`;
      if (!KNOWN.test(path)) return `Unrecognized option: ${path}`;
      if (path === "systemLog.destination" && value !== "syslog") continue;
      if (value !== null) all.set(path === "net.bindIpAll" ? "net.bindIp" : path, path === "net.bindIpAll" ? "*" : value);
    }
  }
  for (const [path, value] of given) all.set(path, value);
  return checked(proc, all);
}
function checked(proc: ProcessContext, all: ReadonlyMap<string, Value>): Options | string {
  const port = Number(all.get("net.port") ?? 27_017);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    return `BadValue: Error parsing option "port" as int: ${String(all.get("net.port"))}`;
  const engine = all.get("storage.engine");
  if (engine !== undefined && engine !== "wiredTiger")
    return `BadValue: Cannot start server with an unknown storage engine: ${String(engine)}`;
  const key = all.get("security.keyFile");
  if (key !== undefined) {
    if (readIfThere(proc, String(key)) === undefined)
      return `BadValue: Unable to acquire security key[s]: Error reading file ${String(key)}`;
    if ((proc.fs.stat(String(key)).mode & 0o077) !== 0) return `BadValue: permissions on ${String(key)} are too open`;
  }
  const bind = String(all.get("net.bindIp") ?? "localhost").split(",");
  const any = bind.some((b) => /^(\*|0\.0\.0\.0|::)$/.test(b.trim()));
  const addresses = any ? undefined : [...new Set(bind.map((b) => (b.trim() === "localhost" ? "127.0.0.1" : b.trim())))];
  const auth = all.get("security.authorization") === "enabled" || (key !== undefined && all.get("security.authorization") !== "disabled");
  const settings = { port, addresses, dbPath: String(all.get("storage.dbPath") ?? "/data/db").replace(/(.)\/$/, "$1"), auth };
  return { settings, parsed: plant(all) };
}
