import type { ProcessContext } from "../../runtime/index.ts";

/** Flags by name: whether each takes a value. */
type Flags = Readonly<Record<string, boolean>>;
const GLOBAL: Flags = {
  endpoints: true,
  "command-timeout": true,
  "dial-timeout": true,
  "keepalive-time": true,
  "keepalive-timeout": true,
  "write-out": true,
  cacert: true,
  cert: true,
  key: true,
  user: true,
  password: true,
  debug: false,
  hex: false,
  "insecure-skip-tls-verify": false,
  "insecure-transport": false,
  "insecure-discovery": false,
  help: false,
};
export const OWN: Readonly<Record<string, Flags>> = {
  put: { lease: true, "prev-kv": false, "ignore-value": false, "ignore-lease": false },
  get: {
    prefix: false,
    "from-key": false,
    "keys-only": false,
    "count-only": false,
    "print-value-only": false,
    limit: true,
    order: true,
    "sort-by": true,
    rev: true,
    consistency: true,
  },
  del: { prefix: false, "from-key": false, "prev-kv": false, range: false },
  watch: { prefix: false, rev: true, "prev-kv": false },
  txn: { interactive: false },
  compaction: { physical: false },
  defrag: { cluster: false },
  "endpoint health": { cluster: false },
  "endpoint status": { cluster: false },
  "endpoint hashkv": { cluster: false, rev: true },
  "lease grant": {},
  "lease revoke": {},
  "lease list": {},
  "lease timetolive": { keys: false },
  "lease keep-alive": { once: false },
  "member list": { consistency: true },
  "alarm list": {},
  version: {},
  "snapshot save": {},
  "snapshot status": {},
  "snapshot restore": {
    "data-dir": true,
    name: true,
    "initial-cluster": true,
    "initial-cluster-token": true,
    "initial-advertise-peer-urls": true,
    "wal-dir": true,
    "skip-hash-check": false,
    "bump-revision": true,
    "mark-compacted": false,
  },
};
const REFUSED =
  /^(auth|user|role|lock|elect|move-leader|make-mirror|check|completion|downgrade|migrate)\b|^member (add|remove|update|promote)|^alarm disarm/;
const SHORT: Readonly<Record<string, string>> = { w: "write-out", h: "help", i: "interactive" };

export interface Asked {
  readonly command: string;
  readonly args: readonly string[];
  readonly flags: ReadonlyMap<string, string>;
}
/** The command line. A text is what is wrong with it, and its code. */
export function readCommand(
  proc: ProcessContext,
  tool: string,
  words: readonly string[],
): Asked | { readonly error: string; readonly code: number } {
  const flags = new Map<string, string>();
  for (const name of Object.keys(GLOBAL)) {
    const value = proc.env[`ETCDCTL_${name.toUpperCase().replaceAll("-", "_")}`];
    if (value !== undefined && value !== "") flags.set(name, value);
  }
  const rest: string[] = [];
  const given: (readonly [string, string | undefined])[] = [];
  let i = 0;
  const known = (name: string): boolean | undefined => {
    const own = OWN[commandOf(rest)?.command ?? ""];
    return own?.[name] ?? GLOBAL[name];
  };
  for (; i < words.length; i++) {
    const word = words[i] as string;
    if (word === "--") {
      rest.push(...words.slice(i + 1));
      break;
    }
    const [, long, inline] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    const [, short, glued] = /^-([a-z])(.*)$/s.exec(word) ?? [];
    const name = long ?? (short === undefined ? undefined : (SHORT[short] ?? short));
    if (name === undefined || word === "-") {
      rest.push(word);
      continue;
    }
    const takes = known(name);
    if (takes === undefined) {
      const error = long === undefined ? `unknown shorthand flag: '${short}' in ${word}` : `unknown flag: --${name}`;
      return { error: `Error: ${error}\n`, code: 1 };
    }
    const value = inline ?? (glued !== undefined && glued !== "" ? glued.replace(/^=/, "") : undefined);
    if (!takes) given.push([name, value ?? "true"]);
    else if (value !== undefined) given.push([name, value]);
    else if (i + 1 < words.length) given.push([name, words[++i] as string]);
    else return { error: `Error: flag needs an argument: --${name}\n`, code: 1 };
  }
  for (const [name, value] of given) flags.set(name, value as string);
  if (rest.length === 0 || flags.get("help") === "true") return { error: usage(tool), code: 0 };
  if (REFUSED.test(rest.join(" "))) return { error: `Error: ${rest.join(" ").match(REFUSED)?.[0]} is not simulated by Timonel\n`, code: 1 };
  const found = commandOf(rest);
  if (!found) return { error: `Error: unknown command "${rest[0]}" for "${tool}"\nRun '${tool} --help' for usage.\n`, code: 1 };
  if (flags.has("user")) return { error: "Error: authentication is not simulated by Timonel\n", code: 1 };
  return { ...found, flags };
}
const ALIASES: Readonly<Record<string, string>> = { compact: "compaction" };
function commandOf(rest: readonly string[]): { readonly command: string; readonly args: readonly string[] } | undefined {
  const two = rest.slice(0, 2).join(" ");
  if (OWN[two]) return { command: two, args: rest.slice(2) };
  const one = ALIASES[rest[0] ?? ""] ?? rest[0] ?? "";
  return OWN[one] ? { command: one, args: rest.slice(1) } : undefined;
}
const usage = (tool: string): string =>
  `NAME:\n\t${tool} - ${tool === "etcdctl" ? "A simple command line client for etcd3." : "An administrative command line tool for etcd3."}\n\nUSAGE:\n\t${tool} [flags]\n\nCOMMANDS:\n${Object.keys(
    OWN,
  )
    .filter((c) => tool === "etcdctl" || /^(snapshot (status|restore)|defrag|version)/.test(c))
    .map((c) => `\t${c}\n`)
    .join("")}`;
