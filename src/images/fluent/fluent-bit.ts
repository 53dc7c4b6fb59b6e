import { parse as parseYaml } from "yaml";
import type { ProcessContext, Program } from "../../runtime/index.ts";
import { readIfThere } from "../process.ts";
import { byCri, byExpression, byJson, type Entry, type Json, jsonOf, type Parse } from "./records.ts";
import { globbed, type Kept, type Position, pumping, Tail } from "./tail.ts";
import { moment } from "./times.ts";

interface Section {
  readonly name: string;
  readonly set: Readonly<Record<string, string>>;
}
interface Stored {
  readonly files: readonly (readonly Kept[])[];
  readonly armed: boolean;
  readonly waiting: readonly Entry[];
}
class ConfigError extends Error {}

/** [INPUT], [FILTER], [OUTPUT]: keys in small letters, ${VARIABLES}, @INCLUDE and @SET; or the same in YAML. */
function sections(proc: ProcessContext, file: string, depth = 0): readonly Section[] {
  const text = readIfThere(proc, file);
  if (text === undefined) throw new ConfigError(`cannot open configuration file ${file}`);
  if (/\.ya?ml$/.test(file)) return yamlSections(proc, text);
  const found: { name: string; set: Record<string, string> }[] = [];
  const out: Section[] = found;
  const own = new Map<string, string>();
  for (const raw of text.split("\n")) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const [, name] = /^\[(\w+)\]$/.exec(line) ?? [];
    const [, included] = /^@INCLUDE\s+(\S+)$/i.exec(line) ?? [];
    const [, variable, value] = /^@SET\s+(\w+)=(.*)$/i.exec(line) ?? [];
    if (name !== undefined) found.push({ name: name.toLowerCase(), set: {} });
    else if (included !== undefined) {
      if (depth > 10) throw new ConfigError(`${included}: included too deep`);
      const path = included.startsWith("/") ? included : `${file.slice(0, file.lastIndexOf("/"))}/${included}`;
      const folder = path.slice(0, path.lastIndexOf("/"));
      const files = path.includes("*")
        ? proc.fs
            .readdir(folder)
            .filter((n) => globbed(path.slice(folder.length + 1), n))
            .map((n) => `${folder}/${n}`)
        : [path];
      for (const each of files) out.push(...sections(proc, each, depth + 1));
    } else if (variable !== undefined) own.set(variable, value ?? "");
    else {
      const [, key = "", rest = ""] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
      const here = found.at(-1);
      if (!here) throw new ConfigError(`${file}: key/value found without a section: ${line}`);
      const filled = rest.replace(/\$\{(\w+)\}/g, (_, n: string) => own.get(n) ?? proc.env[n] ?? "");
      const low = key.toLowerCase();
      here.set[low] = low in here.set ? `${here.set[low]}\n${filled}` : filled;
    }
  }
  return out;
}
function yamlSections(proc: ProcessContext, text: string): readonly Section[] {
  let tree: { service?: object; pipeline?: { inputs?: object[]; filters?: object[]; outputs?: object[] }; parsers?: object[] } | null;
  try {
    tree = parseYaml(text) as typeof tree;
  } catch (error) {
    throw new ConfigError((error as Error).message.split("\n")[0]);
  }
  const of = (name: string, object: object): Section => ({
    name,
    set: Object.fromEntries(
      Object.entries(object).map(([k, v]) => [
        k.toLowerCase(),
        (Array.isArray(v) ? v.join("\n") : String(v)).replace(/\$\{(\w+)\}/g, (_, n: string) => proc.env[n] ?? ""),
      ]),
    ),
  });
  return [
    ...(tree?.service ? [of("service", tree.service)] : []),
    ...(tree?.parsers ?? []).map((x) => of("parser", x)),
    ...(tree?.pipeline?.inputs ?? []).map((x) => of("input", x)),
    ...(tree?.pipeline?.filters ?? []).map((x) => of("filter", x)),
    ...(tree?.pipeline?.outputs ?? []).map((x) => of("output", x)),
  ];
}

const VERSION = "4.0.7";
const BANNER = `Fluent Bit v${VERSION}\n* Copyright (C) 2015-2025 The Fluent Bit Authors\n* Fluent Bit is a CNCF sub-project under the umbrella of Fluentd\n* https://fluentbit.io\n\n`;

/** fluent-bit: follows files, changes records, shows them. */
export const fluentBit: Program = async (proc) => {
  const args = proc.argv.slice(1);
  const value = (...names: readonly string[]): string | undefined => {
    const i = args.findIndex((a) => names.includes(a));
    return i < 0 ? args.find((a) => names.some((n) => n.startsWith("--") && a.startsWith(`${n}=`)))?.replace(/^[^=]*=/, "") : args[i + 1];
  };
  if (args.includes("--version") || args.includes("-V")) {
    await proc.stdout.write(`Fluent Bit v${VERSION}\n`);
    return 0;
  }
  const say = (level: string, what: string): Promise<void> =>
    proc.stderr.write(`[${moment(proc.clock.now()).replaceAll("-", "/")}] [${level.padStart(5)}] ${what}\n`);
  const fresh = proc.restored === undefined;
  if (fresh) {
    await proc.cpu(25);
    proc.memory(12 * 1024 * 1024);
    await proc.stderr.write(BANNER);
  }
  try {
    return await run(proc, configured(proc, args, value("-c", "--config")), say, fresh);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    await say("error", `[config] ${error.message}`);
    await say("error", "configuration file contains errors, aborting.");
    return 1;
  }
};

/** The file, or -i, -o, -p, -F, -m on the command line. */
function configured(proc: ProcessContext, args: readonly string[], file: string | undefined): readonly Section[] {
  if (file !== undefined && !args.includes("-i")) {
    const all = sections(proc, file);
    const parsers = all.find((s) => s.name === "service")?.set["parsers_file"]?.split("\n") ?? [];
    const folder = file.slice(0, file.lastIndexOf("/"));
    return [
      ...all,
      ...parsers.flatMap((p) =>
        sections(proc, p.startsWith("/") ? p : `${proc.fs.exists(`${folder}/${p}`) ? folder : "/fluent-bit/etc"}/${p}`),
      ),
    ];
  }
  const found: { name: string; set: Record<string, string> }[] = [];
  for (let i = 0; i < args.length; i++) {
    const kind = { "-i": "input", "-o": "output", "-F": "filter" }[args[i] as string];
    if (kind !== undefined) found.push({ name: kind, set: { name: args[++i] ?? "" } });
    else if (args[i] === "-p") {
      const [key = "", ...rest] = (args[++i] ?? "").split("=");
      const here = found.at(-1);
      if (here) here.set[key.toLowerCase()] = rest.join("=");
    } else if (args[i] === "-m" || args[i] === "-t") {
      const here = found.at(-1);
      if (here) here.set[args[i] === "-m" ? "match" : "tag"] = args[i + 1] ?? "";
      i++;
    } else if (args[i] === "-f") found.unshift({ name: "service", set: { flush: args[++i] ?? "1" } });
  }
  for (const s of found) if (s.name === "output") s.set["match"] ??= "*";
  if (found.length === 0) throw new ConfigError("no input or configuration given");
  return found;
}

async function run(
  proc: ProcessContext,
  all: readonly Section[],
  say: (level: string, what: string) => Promise<void>,
  fresh: boolean,
): Promise<number> {
  const of = (name: string): readonly Section[] => all.filter((s) => s.name === name);
  const parsers = new Map(of("parser").map((s) => [s.set["name"] ?? "", parserOf(s)]));
  const inputs = of("input");
  const filters = of("filter").map((s) => ({ match: s.set["match"] ?? "*", change: filterOf(s, parsers) }));
  const outputs = of("output").map((s) => ({ match: s.set["match"] ?? "*", write: outputOf(proc, s) }));
  for (const { set } of inputs)
    if (!/^tail$/i.test(set["name"] ?? "")) throw new ConfigError(`input plugin '${set["name"] ?? ""}' is not simulated by Timonel`);
  const stored = proc.restored as Stored | undefined;
  let waiting: Entry[] = [...(stored?.waiting ?? [])];
  const emit = (given: Entry): void => {
    let entry: Entry | undefined = given;
    for (const { match, change } of filters) if (entry && globbed(match, entry.tag)) entry = change(entry);
    if (entry) waiting.push(entry);
  };
  if (fresh) {
    await say("info", `[fluent bit] version=${VERSION}, pid=${proc.pid}`);
    await say("info", "[storage] type=memory, sync=normal, checksum=off, max_chunks_up=128");
    for (const [i] of inputs.entries()) {
      await say("info", `[input:tail:tail.${i}] initializing`);
      await say("info", `[input:tail:tail.${i}] storage_strategy='memory' (memory only)`);
    }
    await say("info", "[sp] stream processor started");
    for (const [i, { set }] of of("output").entries()) await say("info", `[output:${set["name"]}:${set["name"]}.${i}] worker #0 started`);
  }
  const tails = inputs.map(({ set }, i) => {
    const names = (set["multiline.parser"] ?? set["parser"] ?? "").split(/[\s,]+/).filter(Boolean);
    const parse = names.length === 0 ? undefined : chosen(names, parsers, set["multiline.parser"] !== undefined);
    return new Tail(proc, {
      paths: (set["path"] ?? "").split(",").map((p) => p.trim()),
      exclude: (set["exclude_path"] ?? "")
        .split(",")
        .map((p) => p.trim())
        .filter(Boolean),
      fromHead: /^(on|true|yes)$/i.test(set["read_from_head"] ?? ""),
      known: keptIn(proc, set["db"]),
      found: (path) => say("info", `[input:tail:tail.${i}] inotify_fs_add(): inode=${proc.fs.stat(path).ino} name=${path}`),
      async line(path, text) {
        await proc.cpu(0.005);
        const parsed = parse?.(text) ?? { record: { [set["key"] ?? "log"]: text } };
        const record = set["path_key"] ? { ...parsed.record, [set["path_key"]]: path } : parsed.record;
        const tag = (set["tag"] ?? `tail.${i}`).replace("*", path.slice(1).replaceAll("/", "."));
        emit({ tag, time: parsed.time ?? proc.clock.now(), record });
      },
    });
  });
  const every = Number.parseFloat(of("service")[0]?.set["flush"] ?? "1") * 1000 || 1000;
  const save = (): void => {
    for (const [i, tail] of tails.entries()) {
      const db = inputs[i]?.set["db"];
      if (db !== undefined) proc.fs.writeFile(db, JSON.stringify(tail.positions));
    }
    proc.checkpoint({ files: tails.map((t) => t.save()), waiting: [...waiting], armed } satisfies Stored);
  };
  let armed = false;
  const flush = async (): Promise<void> => {
    armed = false;
    const now = waiting;
    waiting = [];
    for (const { match, write } of outputs) {
      const entries = now.filter((e) => globbed(match, e.tag));
      if (entries.length > 0) await write(entries);
    }
    save();
  };
  const arm = (): void => {
    if (armed || waiting.length === 0) return;
    armed = true;
    void proc.clock.sleep(every - (proc.clock.now() % every)).then(flush);
  };
  const pump = pumping(tails, () => {
    arm();
    save();
  });
  let end: (signal: string) => void = () => {};
  const stopped = new Promise<string>((resolve) => (end = resolve));
  for (const name of ["TERM", "INT"] as const) proc.on(name, () => end(name));
  if (!stored) await pump();
  else {
    for (const [i, tail] of tails.entries()) tail.resume(stored.files[i] ?? []);
    if (stored.armed) arm();
  }
  for (const tail of tails) tail.watch(() => void pump());
  const signal = await stopped;
  await say("warn", `[engine] service will shutdown in max 5 seconds`);
  await flush();
  await say("info", `[engine] service has stopped (0 pending tasks)`);
  return signal === "TERM" || signal === "INT" ? 0 : 1;
}

function keptIn(proc: ProcessContext, db: string | undefined): Readonly<Record<string, Position>> {
  try {
    return JSON.parse((db === undefined ? undefined : readIfThere(proc, db)) ?? "{}") as Readonly<Record<string, Position>>;
  } catch {
    return {};
  }
}

function parserOf({ set }: Section): Parse {
  const format = set["format"] ?? "";
  if (format === "json") return byJson(set["time_key"]);
  const parse = format === "regex" ? byExpression(set["regex"] ?? "", set["time_key"]) : undefined;
  if (!parse) return () => undefined;
  return parse;
}
/** The first that fits; `docker` and `cri` are built in as parsers of many lines. */
function chosen(names: readonly string[], parsers: ReadonlyMap<string, Parse>, multiline: boolean): Parse {
  const all = names.map((name) => {
    const known = multiline ? { docker: byJson("time"), cri: byCri("log") }[name] : parsers.get(name);
    if (!known)
      throw new ConfigError(multiline ? `multiline parser '${name}' is not simulated by Timonel` : `requested parser '${name}' not found`);
    return known;
  });
  return (line) => all.reduce<ReturnType<Parse>>((found, parse) => found ?? parse(line), undefined);
}

function filterOf({ set }: Section, parsers: ReadonlyMap<string, Parse>): (entry: Entry) => Entry | undefined {
  const name = (set["name"] ?? "").toLowerCase();
  const pairs = (key: string): readonly (readonly [string, string])[] =>
    (set[key] ?? "")
      .split("\n")
      .filter(Boolean)
      .map((text) => {
        const [a = "", ...b] = text.split(/\s+/);
        return [a, b.join(" ")];
      });
  switch (name) {
    case "record_modifier":
    case "modify": {
      const adds = [...pairs("record"), ...pairs("add"), ...pairs("set")];
      const removes = [...pairs("remove_key"), ...pairs("remove")].map(([k]) => k);
      const renames = pairs("rename");
      return (entry) => {
        const record: Record<string, Json> = { ...entry.record };
        for (const [k, v] of adds) record[k] = v;
        for (const k of removes) delete record[k];
        for (const [a, b] of renames)
          if (a in record) {
            record[b] = record[a] as Json;
            delete record[a];
          }
        return { ...entry, record };
      };
    }
    case "grep": {
      const tests = [...pairs("regex").map((p) => [...p, true] as const), ...pairs("exclude").map((p) => [...p, false] as const)].map(
        ([key, text, keep]) => {
          const parse = byExpression(text.replace(/^\/(.*)\/$/, "$1"));
          if (!parse) throw new ConfigError(`invalid regex '${text}'`);
          return { key, parse, keep };
        },
      );
      return (entry) =>
        tests.every(({ key, parse, keep }) => (parse(String(entry.record[key] ?? "")) !== undefined) === keep) ? entry : undefined;
    }
    case "parser": {
      const parse = chosen((set["parser"] ?? "").split("\n"), parsers, false);
      const key = set["key_name"] ?? "log";
      return (entry) => {
        const parsed = parse(String(entry.record[key] ?? ""));
        if (!parsed) return entry;
        const { [key]: _, ...rest } = entry.record;
        const under = /^(on|true)$/i.test(set["reserve_data"] ?? "") ? rest : {};
        return { ...entry, time: parsed.time ?? entry.time, record: { ...under, ...parsed.record } };
      };
    }
    default:
      throw new ConfigError(`filter plugin '${name}' is not simulated by Timonel`);
  }
}

function outputOf(proc: ProcessContext, { set }: Section): (entries: readonly Entry[]) => Promise<void> {
  const name = (set["name"] ?? "").toLowerCase();
  const ruby = (value: Json): string =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? `{${Object.entries(value)
          .map(([k, v]) => `"${k}"=>${ruby(v as Json)}`)
          .join(", ")}}`
      : JSON.stringify(value);
  const seconds = (ms: number): string => `${Math.floor(ms / 1000)}.${String(Math.round((ms % 1000) * 1_000_000)).padStart(9, "0")}`;
  const lines = (entries: readonly Entry[]): string => {
    const format = set["format"] ?? "msgpack";
    if (format.startsWith("json")) {
      const texts = entries.map((e) => jsonOf({ date: e.time / 1000, ...e.record }));
      return format === "json" ? `[${texts.join(",")}]\n` : `${texts.join("\n")}\n`;
    }
    return entries.map((e, i) => `[${i}] ${e.tag}: [[${seconds(e.time)}, {}], ${ruby(e.record)}]\n`).join("");
  };
  switch (name) {
    case "stdout":
      return (entries) => proc.stdout.write(lines(entries));
    case "null":
      return async () => {};
    case "file":
      return async (entries) => {
        const folder = set["path"] ?? ".";
        for (const e of entries)
          proc.fs.writeFile(`${folder}/${set["file"] ?? e.tag}`, `${e.tag}: [${seconds(e.time)}, ${jsonOf(e.record)}]\n`, { append: true });
      };
    default:
      throw new ConfigError(`output plugin '${name}' is not simulated by Timonel`);
  }
}
