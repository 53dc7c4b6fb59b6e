import { splitArgs } from "./resp.ts";

type Kind =
  | { readonly kind: "text" | "number" | "memory" | "yes" | "words"; readonly fixed?: true }
  | { readonly kind: "one"; readonly of: readonly string[]; readonly fixed?: true };

const text = (value: string, fixed?: true) => ({ value, kind: "text", ...(fixed && { fixed }) }) as const;
const number = (value: string, fixed?: true) => ({ value, kind: "number", ...(fixed && { fixed }) }) as const;
const memory = (value: string) => ({ value, kind: "memory" }) as const;
const yes = (value: "yes" | "no", fixed?: true) => ({ value, kind: "yes", ...(fixed && { fixed }) }) as const;
const one = (value: string, of: readonly string[]) => ({ value, kind: "one", of }) as const;

const POLICIES = [
  "volatile-lru",
  "volatile-lfu",
  "volatile-random",
  "volatile-ttl",
  "allkeys-lru",
  "allkeys-lfu",
  "allkeys-random",
  "noeviction",
];

/** Directives that do something here, or whose default is what we do; the rest are refused by name. */
const DIRECTIVES: Readonly<Record<string, Kind & { readonly value: string }>> = {
  bind: { value: "* -::*", kind: "words" },
  port: number("6379"),
  "protected-mode": yes("no"),
  requirepass: text(""),
  masterauth: text(""),
  masteruser: text(""),
  maxclients: number("10000"),
  timeout: number("0"),
  "tcp-keepalive": number("300"),
  "tcp-backlog": number("511", true),
  databases: number("16", true),
  daemonize: yes("no", true),
  supervised: one("no", ["upstart", "systemd", "auto", "no"]),
  pidfile: text("", true),
  loglevel: one("notice", ["debug", "verbose", "notice", "warning", "nothing"]),
  logfile: text("", true),
  dir: text("/data"),
  dbfilename: text("dump.rdb"),
  save: { value: "3600 1 300 100 60 10000", kind: "words" },
  rdbcompression: yes("yes"),
  rdbchecksum: yes("yes"),
  "stop-writes-on-bgsave-error": yes("yes"),
  appendonly: yes("no"),
  appendfilename: text("appendonly.aof", true),
  appenddirname: text("appendonlydir", true),
  appendfsync: one("everysec", ["everysec", "always", "no"]),
  "no-appendfsync-on-rewrite": yes("no"),
  "auto-aof-rewrite-percentage": number("100"),
  "auto-aof-rewrite-min-size": memory("67108864"),
  "aof-use-rdb-preamble": yes("yes"),
  "aof-load-truncated": yes("yes"),
  maxmemory: memory("0"),
  "maxmemory-policy": one("noeviction", POLICIES),
  "maxmemory-samples": number("5"),
  replicaof: { value: "", kind: "words", fixed: true },
  "replica-read-only": yes("yes"),
  "replica-serve-stale-data": yes("yes"),
  "replica-priority": number("100"),
  "replica-announce-ip": text(""),
  "replica-announce-port": number("0"),
  "repl-diskless-sync": yes("yes"),
  "repl-diskless-sync-delay": number("5"),
  "repl-backlog-size": memory("1048576"),
  "repl-timeout": number("60"),
  "min-replicas-to-write": number("0"),
  "slowlog-log-slower-than": number("10000"),
  "slowlog-max-len": number("128"),
  "lua-time-limit": number("5000"),
  "notify-keyspace-events": text(""),
  activerehashing: yes("yes"),
  hz: number("10"),
  "dynamic-hz": yes("yes"),
  "lazyfree-lazy-eviction": yes("no"),
  "lazyfree-lazy-expire": yes("no"),
  "lazyfree-lazy-server-del": yes("no"),
  "replica-lazy-flush": yes("no"),
  "latency-monitor-threshold": number("0"),
  "client-output-buffer-limit": { value: "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60", kind: "words" },
  "always-show-logo": yes("no", true),
  "cluster-enabled": yes("no", true),
};
const ALIASES: Readonly<Record<string, string>> = {
  slaveof: "replicaof",
  "slave-read-only": "replica-read-only",
  "slave-serve-stale-data": "replica-serve-stale-data",
  "slave-priority": "replica-priority",
};
/** Directives that change what we cannot do. */
const REFUSED = new Set([
  "loadmodule",
  "user",
  "aclfile",
  "tls-port",
  "tls-cert-file",
  "tls-key-file",
  "unixsocket",
  "cluster-config-file",
  "cluster-node-timeout",
]);

export class ConfigError extends Error {
  readonly line: number;
  readonly words: string;
  constructor(line: number, words: string, message: string) {
    super(message);
    this.line = line;
    this.words = words;
  }
}

export class Config {
  readonly #values = new Map<string, string>();
  /** Commands under other names; "": there is none of it. */
  readonly renamed = new Map<string, string>();

  constructor(values?: Readonly<Record<string, string>>, renamed?: Readonly<Record<string, string>>) {
    for (const [name, value] of Object.entries(values ?? {})) this.#values.set(name, value);
    for (const [name, value] of Object.entries(renamed ?? {})) this.renamed.set(name, value);
  }
  get(name: string): string {
    return this.#values.get(name) ?? DIRECTIVES[name]?.value ?? "";
  }
  number(name: string): number {
    return Number(this.get(name));
  }
  is(name: string): boolean {
    return this.get(name) === "yes";
  }
  /** What differs from the defaults: for a checkpoint and CONFIG REWRITE. */
  changed(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#values);
  }
  matching(matches: (name: string) => boolean): readonly string[] {
    return [...Object.keys(DIRECTIVES), "slaveof"].filter(matches).flatMap((name) => [name, this.get(ALIASES[name] ?? name)]);
  }
  /** After how many seconds and changes it saves. */
  get saves(): readonly { readonly seconds: number; readonly changes: number }[] {
    const words = this.get("save").split(" ").filter(Boolean).map(Number);
    return words.flatMap((seconds, i) => (i % 2 === 0 ? [{ seconds, changes: words[i + 1] ?? 0 }] : []));
  }

  /** CONFIG SET: what is wrong with it, as redis says it. */
  set(given: string, value: string): string | undefined {
    const name = ALIASES[given.toLowerCase()] ?? given.toLowerCase();
    const directive = DIRECTIVES[name];
    if (!directive) return `ERR Unknown option or number of arguments for CONFIG SET - '${given}'`;
    const failed = (why: string): string => `ERR CONFIG SET failed (possibly related to argument '${given}') - ${why}`;
    if (directive.fixed) return failed("can't set immutable config");
    const parsed = read(directive, value);
    if (typeof parsed !== "string") return failed(parsed.wrong);
    this.#values.set(name, parsed);
    return undefined;
  }

  /** A file's lines, and after them the command line's. Throws ConfigError. */
  read(lines: readonly string[], include: (path: string) => readonly string[]): void {
    let saves: string[] | undefined;
    for (const [i, raw] of lines.entries()) {
      const line = raw.trim();
      if (line === "" || line.startsWith("#")) continue;
      const words = splitArgs(line);
      const fail = (message: string): never => {
        throw new ConfigError(i + 1, line, message);
      };
      if (!words) return fail("Unbalanced quotes in configuration line");
      const [given = "", ...values] = words;
      const name = ALIASES[given.toLowerCase()] ?? given.toLowerCase();
      if (name === "include") this.read(include(values[0] ?? ""), include);
      else if (name === "rename-command" && values.length === 2)
        this.renamed.set((values[0] as string).toLowerCase(), (values[1] as string).toLowerCase());
      else if (name === "save") {
        saves ??= [];
        if (values.length === 1 && values[0] === "") saves = [];
        else if (values.length < 2 || values.length % 2 !== 0 || values.some((v) => !/^\d+$/.test(v))) fail("Invalid save parameters");
        else saves.push(...values);
        this.#values.set("save", saves.join(" "));
      } else if (REFUSED.has(name)) fail(`'${name}' is not simulated by Timonel`);
      else {
        const directive = DIRECTIVES[name];
        if (!directive || values.length === 0 || (directive.kind !== "words" && values.length !== 1))
          return fail("Bad directive or wrong number of arguments");
        if (name === "replicaof" && values.join(" ").toLowerCase() === "no one") values.splice(0);
        const parsed = read(directive, values.join(" "));
        if (typeof parsed !== "string") return fail(parsed.wrong);
        if (name === "cluster-enabled" && parsed === "yes") fail("'cluster-enabled yes' is not simulated by Timonel");
        this.#values.set(name, parsed);
      }
    }
  }
}

const UNITS: Readonly<Record<string, number>> = { "": 1, b: 1, k: 1000, kb: 1024, m: 1e6, mb: 2 ** 20, g: 1e9, gb: 2 ** 30 };

function read(directive: Kind, value: string): string | { readonly wrong: string } {
  switch (directive.kind) {
    case "number":
      return /^-?\d+$/.test(value) ? value : { wrong: "argument couldn't be parsed into an integer" };
    case "memory": {
      const [, digits, unit = ""] = /^(\d+)([a-z]*)$/i.exec(value) ?? [];
      const scale = UNITS[unit.toLowerCase()];
      return digits === undefined || scale === undefined ? { wrong: "argument must be a memory value" } : String(Number(digits) * scale);
    }
    case "yes":
      return /^(yes|no)$/i.test(value) ? value.toLowerCase() : { wrong: "argument must be 'yes' or 'no'" };
    case "one":
      return directive.of.includes(value.toLowerCase())
        ? value.toLowerCase()
        : { wrong: `argument(s) must be one of the following: ${directive.of.join(", ")}` };
    case "text":
    case "words":
      return value;
  }
}
