import { root } from "./commands/table.ts";
import { loadKubeconfig } from "./config/kubeconfig.ts";
import { podSpecOf } from "./commands/set/change.ts";
import { globalFlags } from "./flags/groups.ts";
import { Flags, type Flag, type FlagTable } from "./flags/parse.ts";
import { findType, groupResourceOf } from "./rest/discovery.ts";
import { typesOf } from "./rest/resources.ts";
import { Session } from "./rest/session.ts";
import type { Command, KubectlOptions, KubectlProcess } from "./types.ts";

/** What may come next on a command line; undefined: files. */
export type KubectlCompleter = (words: readonly string[], word: string, proc: KubectlProcess) => Promise<readonly string[] | undefined>;

/** Completion from the table of commands and from the cluster. Failures to reach it complete nothing. */
export function createCompleter(options: KubectlOptions): KubectlCompleter {
  return async (words, word, proc) => {
    try {
      return await complete(options, words.slice(1, -1), word, proc);
    } catch {
      return [];
    }
  };
}

async function complete(
  options: KubectlOptions,
  before: readonly string[],
  word: string,
  proc: KubectlProcess,
): Promise<readonly string[] | undefined> {
  const line = read(before);
  const session = new Session(proc, new Flags(line.table, line.values), options);
  const starting = (list: readonly string[], typed = word): readonly string[] =>
    [...new Set(list)].filter((c) => c.startsWith(typed)).sort();
  const equals = word.startsWith("--") ? word.indexOf("=") : -1;
  const pending = line.pending ?? (equals > 0 ? line.table[word.slice(2, equals)] : undefined);
  if (pending) return flagValues(pending, session, line, equals > 0 ? word.slice(equals + 1) : word, starting, proc);
  const missing = (line.command.required ?? []).filter((name) => !line.values.has(name));
  if (word.startsWith("-")) {
    const all = Object.entries(line.table).filter(([name]) => missing.length === 0 || missing.includes(name));
    const flags = [...all, ...(missing.length === 0 ? HELP : [])].filter(([, flag]) => flag.deprecated === undefined);
    const short = word === "-" ? flags.flatMap(([, flag]) => (flag.short ? `-${flag.short} ` : [])) : [];
    return starting([...short, ...flags.map(([name, flag]) => (flag.bare === undefined ? `--${name}=` : `--${name} `))]);
  }
  const own = Object.keys(line.command.flags ?? {}).some((name) => line.values.has(name));
  if (line.args.length === 0 && line.command.subcommands && !own)
    return starting([...line.command.subcommands.map((c) => `${c.name} `), ...(line.path.length === 0 ? ["help "] : [])]);
  if (own && line.command.subcommands) return undefined;
  const offered = await argumentsOf(line, session, word, starting, proc);
  // What must be given is offered beside what may be.
  return word === "" && missing.length > 0 ? [...missing.map((name) => `--${name}=`), ...(offered ?? [])] : offered;
}

/** Every command takes it, and no table says so. */
const HELP: readonly (readonly [string, Flag])[] = [["help", { type: "bool", help: "help", bare: "true", short: "h" }]];

/** Kinds that stand for pods: `kubectl logs deployments/…`. */
const RUNNERS = ["daemonsets", "deployments", "jobs", "pods", "replicasets", "replicationcontrollers", "services", "statefulsets"];

async function argumentsOf(
  line: Line,
  session: Session,
  word: string,
  starting: (list: readonly string[], typed?: string) => readonly string[],
  proc: KubectlProcess,
): Promise<readonly string[] | undefined> {
  const { offers } = line.command;
  if (offers && line.args.length === 0 && !word.includes("/")) return starting(offers.map((o) => `${o} `));
  switch (line.command.arguments) {
    case "files":
      return undefined;
    case "shells":
      return starting(["bash "]);
    case "contexts":
    case "clusters":
    case "users":
      return starting(
        [...loadKubeconfig(proc.fs, new Flags(line.table, line.values), proc.env)[line.command.arguments].keys()].map((n) => `${n} `),
      );
    case "types":
      return starting(await typeNames(session));
    case "nodes":
      return line.args.length === 0 || line.command.name === "uncordon" ? starting(await objectNames(session, "nodes")) : [];
    case "serviceaccounts":
      return line.args.length === 0 ? starting(await objectNames(session, "serviceaccounts")) : [];
    case "pods":
      if (word.includes("/"))
        return starting((await objectNames(session, word.split("/")[0] as string)).map((n) => `${word.split("/")[0]}/${n}`));
      if (line.args.length > 0) return [];
      return starting([...(line.command.name === "pod" ? [] : RUNNERS.map((k) => `${k}/`)), ...(await objectNames(session, "pods"))]);
    case "resources": {
      if (word.includes("/"))
        return starting((await objectNames(session, word.split("/")[0] as string)).map((n) => `${word.split("/")[0]}/${n}`));
      const args = line.args.filter((a) => !a.includes("="));
      if (line.path.at(-1) === "rollout" || args.length === 0) return starting((await typeNames(session)).map((n) => `${n} `));
      return starting((await objectNames(session, args[0] as string)).filter((n) => !args.includes(n.trim())));
    }
    default:
      return [];
  }
}

interface Line {
  readonly command: Command;
  readonly path: readonly string[];
  readonly table: FlagTable;
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly args: readonly string[];
  /** The flag whose value is being typed. */
  readonly pending: Flag | undefined;
}

/** Reads what is there of a line, forgiving. */
function read(words: readonly string[]): Line {
  let command = root;
  const path: string[] = [];
  let table: FlagTable = globalFlags;
  const values = new Map<string, string[]>();
  const args: string[] = [];
  let pending: [string, Flag] | undefined;
  for (const word of words) {
    if (pending) {
      values.set(pending[0], [...(values.get(pending[0]) ?? []), word]);
      pending = undefined;
    } else if (word.startsWith("-") && word.length > 1) {
      const [name = "", value] = word.startsWith("--")
        ? word.slice(2).split(/=(.*)/s)
        : [Object.keys(table).find((n) => table[n]?.short === word[1]) ?? "", word.slice(2) || undefined];
      const flag = table[name];
      if (flag && value !== undefined) values.set(name, [...(values.get(name) ?? []), value]);
      else if (flag?.bare === undefined && flag) pending = [name, flag];
      else if (flag) values.set(name, [flag.bare as string]);
    } else {
      const next = args.length === 0 ? command.subcommands?.find((c) => c.name === word || c.aliases?.includes(word)) : undefined;
      if (next) {
        command = next;
        path.push(next.name);
        table = { ...globalFlags, ...next.flags };
      } else args.push(word);
    }
  }
  return { command, path, table, values, args, pending: pending?.[1] };
}

async function flagValues(
  flag: Flag,
  session: Session,
  line: Line,
  typed: string,
  starting: (list: readonly string[], typed?: string) => readonly string[],
  proc: KubectlProcess,
): Promise<readonly string[] | undefined> {
  const { complete: what } = flag;
  if (what === undefined) return flag.bare !== undefined ? [] : undefined;
  // Of values, kubectl completes the formats of its printers alone.
  if (typeof what === "object") return what.includes("jsonpath") ? starting(what, typed) : undefined;
  if (what === "files") return undefined;
  if (what === "namespaces") return starting(await objectNames(session, "namespaces"), typed);
  if (what === "containers") {
    const [name] = line.args;
    if (!name) return [];
    const [kind, of] = name.includes("/") ? (name.split("/") as [string, string]) : (["pods", name] as const);
    const object = await session.get(findType(await session.discovery(), kind), session.namespace, of);
    const spec = podSpecOf(object);
    return starting(
      [...spec.containers, ...(spec.initContainers ?? [])].map((c) => `${c.name} `),
      typed,
    );
  }
  return starting(
    [...loadKubeconfig(proc.fs, new Flags(line.table, line.values), proc.env)[what].keys()].map((n) => `${n} `),
    typed,
  );
}

async function typeNames(session: Session): Promise<readonly string[]> {
  const { types } = await session.discovery();
  return types.filter((t) => t.verbs.includes("get")).map(groupResourceOf);
}

async function objectNames(session: Session, resource: string): Promise<readonly string[]> {
  const names: string[] = [];
  for (const type of await typesOf(session, resource))
    names.push(...(await session.list(type, session.namespace)).items.map((o) => o.metadata.name));
  return names.map((name) => `${name} `);
}
