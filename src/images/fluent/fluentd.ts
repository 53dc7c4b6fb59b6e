import type { ProcessContext, Program } from "../../runtime/index.ts";
import { readIfThere } from "../process.ts";
import { ConfigError, fluentdConfig, type Section, shown } from "./fluentd-config.ts";
import { byCri, byExpression, byJson, type Entry, type Fields, type Json, jsonOf, type Parse, tagged } from "./records.ts";
import { type Kept, type Position, pumping, Tail } from "./tail.ts";
import { fluentdTime, moment } from "./times.ts";

interface Stored {
  readonly files: readonly (readonly Kept[])[];
}
type Emit = (entry: Entry) => Promise<void>;
/** What an event goes through: filters change it or drop it, the first match that fits takes it. */
type Step = { readonly pattern: string; readonly filter?: (entry: Entry) => Entry | undefined; readonly out?: Emit };

const typeOf = (s: Section): string => s.set["@type"] ?? s.set["type"] ?? "";
const child = (s: Section, name: string): Section | undefined => s.sections.find((x) => x.name === name);

/** fluentd: tail, and what becomes of lines. */
export const fluentd: Program = async (proc) => {
  const version = (readIfThere(proc, "/etc/fluentd-build") ?? "1.18.0").trim();
  const args = [...proc.argv.slice(1), ...(proc.env["FLUENTD_OPT"] ?? "").split(/\s+/).filter(Boolean)];
  if (args.includes("--version")) {
    await proc.stdout.write(`fluentd ${version}\n`);
    return 0;
  }
  const at = args.findIndex((a) => /^(-c|--config)$/.test(a));
  const file = (at >= 0 ? args[at + 1] : undefined) ?? proc.env["FLUENTD_CONFIG"] ?? "/fluentd/etc/fluent.conf";
  const say = (level: string, text: string): Promise<void> => proc.stdout.write(`${moment(proc.clock.now())} +0000 [${level}]: ${text}\n`);
  const fresh = proc.restored === undefined;
  if (fresh) {
    await proc.cpu(600);
    proc.memory(60 * 1024 * 1024);
  }
  let root: Section;
  let steps: readonly Step[];
  try {
    root = fluentdConfig(proc, file);
    if (fresh) {
      await say("info", `parsing config file is succeeded path="${file}"`);
      await say("info", `gem 'fluentd' version '${version}'`);
    }
    steps = planned(proc, root);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    await say("error", `config error file="${file}" error_class=Fluent::ConfigError error="${error.message}"`);
    return 1;
  }
  const lost = new Set<string>();
  const emit: Emit = async (given) => {
    let entry: Entry | undefined = given;
    for (const { pattern, filter, out } of steps) {
      if (!entry || !tagged(pattern, entry.tag)) continue;
      if (out) return out(entry);
      entry = filter?.(entry);
    }
    if (!entry || lost.has(entry.tag)) return;
    lost.add(entry.tag);
    await say("warn", `#0 no patterns matched tag="${entry.tag}"`);
  };
  const sources = root.sections.filter((s) => s.name === "source");
  if (fresh) {
    await say("info", `using configuration file: ${shown(root)}`);
    await say("info", `starting fluentd-${version} pid=${proc.pid} ruby="3.2.8"`);
    for (const m of root.sections)
      if (m.name === "match" || m.name === "filter") await say("info", `adding ${m.name} pattern="${m.argument}" type="${typeOf(m)}"`);
    for (const s of sources) await say("info", `adding source type="${typeOf(s)}"`);
  }
  const stored = proc.restored as Stored | undefined;
  const tails = sources.map((s) => tailOf(proc, s, emit, (path) => say("info", `#0 following tail of ${path}`)));
  if (fresh) await say("info", `#0 starting fluentd worker pid=${proc.pid} ppid=${proc.ppid} worker=0`);
  let stop: () => void = () => {};
  const stopped = new Promise<void>((resolve) => (stop = resolve));
  let signal = "";
  for (const name of ["TERM", "INT"] as const)
    proc.on(name, () => {
      signal = name;
      stop();
    });
  const pump = pumping(tails, () => {
    for (const [i, tail] of tails.entries()) keepPositions(proc, sources[i] as Section, tail);
    proc.checkpoint({ files: tails.map((t) => t.save()) } satisfies Stored);
  });
  if (stored) for (const [i, tail] of tails.entries()) tail.resume(stored.files[i] ?? []);
  else await pump();
  for (const tail of tails) tail.watch(() => void pump());
  if (fresh) {
    await say("info", "#0 fluentd worker is now running worker=0");
    proc.checkpoint({ files: tails.map((t) => t.save()) } satisfies Stored);
  }
  await stopped;
  await say("info", `Received graceful stop (SIG${signal})`);
  await say("info", `#0 fluentd worker is now stopping worker=0`);
  return 0;
};

const REFUSED_SOURCE = (type: string): ConfigError => new ConfigError(`Unknown input plugin '${type}': it is not simulated by Timonel`);

function tailOf(proc: ProcessContext, source: Section, emit: Emit, follows: (path: string) => Promise<void>): Tail {
  const { set } = source;
  const parse = parserOf(source);
  const tag = set["tag"] ?? "";
  return new Tail(proc, {
    paths: (set["path"] ?? "").split(",").map((p) => p.trim()),
    exclude: (set["exclude_path"] ?? "")
      .replace(/^\[|\]$/g, "")
      .split(",")
      .map((p) => p.trim().replace(/^"|"$/g, ""))
      .filter(Boolean),
    fromHead: set["read_from_head"] === "true",
    known: positions(proc, set["pos_file"]),
    found: follows,
    async line(path, text) {
      await proc.cpu(0.02);
      const parsed = parse(text);
      const place = path.slice(1).replaceAll("/", ".");
      if (!parsed) {
        await proc.stdout.write(`${moment(proc.clock.now())} +0000 [warn]: #0 pattern not matched: ${JSON.stringify(text)}\n`);
        return;
      }
      const record = set["path_key"] ? { ...parsed.record, [set["path_key"]]: path } : parsed.record;
      await emit({ tag: tag.replace("*", place), time: parsed.time ?? proc.clock.now(), record });
    },
  });
}

/** <parse> of today, `format` of long ago. */
function parserOf(source: Section): Parse {
  const section = child(source, "parse");
  const format = section ? typeOf(section) : (source.set["format"] ?? "");
  const set = section?.set ?? source.set;
  const named =
    (key: string): Parse =>
    (line) => ({ record: { [key]: line } });
  const [, expression] = /^\/(.*)\/[imx]*$/s.exec(format === "regexp" ? (set["expression"] ?? "") : format) ?? [];
  if (expression !== undefined) {
    const parse = byExpression(expression, set["time_key"]);
    if (!parse) throw new ConfigError(`Invalid regexp '${expression}'`);
    return parse;
  }
  switch (format) {
    case "none":
      return named(set["message_key"] ?? "message");
    case "json":
      return byJson(set["time_key"]);
    case "cri":
      return byCri("message");
    case "":
      throw new ConfigError("<parse> section is required.");
    default:
      throw new ConfigError(`Unknown parser plugin '${format}': it is not simulated by Timonel`);
  }
}

function planned(proc: ProcessContext, root: Section): readonly Step[] {
  for (const s of root.sections) {
    if (s.name === "source") {
      const type = typeOf(s);
      if (type === "") throw new ConfigError("Missing '@type' parameter on <source> directive");
      if (type !== "tail") throw REFUSED_SOURCE(type);
      if (!s.set["path"]) throw new ConfigError("'path' parameter is required");
      if (!s.set["tag"]) throw new ConfigError("'tag' parameter is required");
      parserOf(s);
    } else if (!/^(match|filter|system)$/.test(s.name)) throw new ConfigError(`<${s.name}> is not simulated by Timonel`);
  }
  return root.sections.flatMap((s): readonly Step[] => {
    const pattern = s.argument === "" ? "**" : s.argument;
    if (s.name === "match") return [{ pattern, out: outputOf(proc, s) }];
    return s.name === "filter" ? [{ pattern, filter: filterOf(proc, s) }] : [];
  });
}

function outputOf(proc: ProcessContext, s: Section): Emit {
  const type = typeOf(s);
  const line = ({ tag, time, record }: Entry): string => {
    const format = child(s, "format");
    return format && typeOf(format) === "json" ? `${jsonOf(record)}\n` : `${fluentdTime(time)} ${tag}: ${jsonOf(record)}\n`;
  };
  switch (type) {
    case "stdout":
      return (entry) => proc.stdout.write(line(entry));
    case "null":
      return async () => {};
    case "copy": {
      const outs = s.sections.filter((x) => x.name === "store").map((x) => outputOf(proc, x));
      return async (entry) => {
        for (const out of outs) await out(entry);
      };
    }
    case "google_cloud":
      // What it says wherever no metadata server of Google's answers.
      throw new ConfigError("Unable to obtain metadata parameters: project_id zone vm_id");
    case "":
      throw new ConfigError("Missing '@type' parameter on <match> directive");
    default:
      throw new ConfigError(`Unknown output plugin '${type}': it is not simulated by Timonel`);
  }
}

function filterOf(proc: ProcessContext, s: Section): (entry: Entry) => Entry | undefined {
  const type = typeOf(s);
  switch (type) {
    case "record_transformer":
    case "record_modifier": {
      if (s.set["enable_ruby"] === "true") throw new ConfigError("enable_ruby is not simulated by Timonel");
      const adds = Object.entries(child(s, "record")?.set ?? {});
      const removes = (s.set["remove_keys"] ?? "").split(",").map((k) => k.replace(/^\$\./, "").trim());
      const keeps = s.set["renew_record"] === "true";
      return (entry) => {
        const record: Record<string, Json> = keeps ? {} : { ...entry.record };
        for (const [key, value] of adds) record[key] = expanded(proc, value, entry);
        for (const key of removes) delete record[key];
        return { ...entry, record };
      };
    }
    case "grep": {
      const tests = s.sections.flatMap((x) => {
        const parse = byExpression((x.set["pattern"] ?? "").replace(/^\/(.*)\/$/s, "$1"));
        if (!parse || !/^(regexp|exclude)$/.test(x.name)) throw new ConfigError(`<${x.name}> of grep is not simulated by Timonel`);
        return [{ key: (x.set["key"] ?? "").replace(/^\$\./, ""), parse, keep: x.name === "regexp" }];
      });
      return (entry) =>
        tests.every(({ key, parse, keep }) => (parse(String(entry.record[key] ?? "")) !== undefined) === keep) ? entry : undefined;
    }
    case "parser": {
      const parse = parserOf(s);
      const key = s.set["key_name"] ?? "";
      return (entry) => {
        const parsed = parse(String(entry.record[key] ?? ""));
        if (!parsed) return undefined;
        const { [key]: _, ...rest } = entry.record;
        const under = s.set["reserve_data"] === "true" ? (s.set["remove_key_name_field"] === "true" ? rest : entry.record) : {};
        return { ...entry, time: parsed.time ?? entry.time, record: { ...under, ...parsed.record } as Fields };
      };
    }
    case "stdout":
      return (entry) => {
        void proc.stdout.write(`${fluentdTime(entry.time)} ${entry.tag}: ${jsonOf(entry.record)}\n`);
        return entry;
      };
    default:
      throw new ConfigError(`Unknown filter plugin '${type}': it is not simulated by Timonel`);
  }
}

/** ${hostname}, ${tag}, ${tag_parts[0]}, ${time} and ${record["key"]}. */
function expanded(proc: ProcessContext, text: string, { tag, time, record }: Entry): Json {
  const value = (inside: string): string => {
    const [, key] = /^record\[["']?([^"'\]]+)["']?\]$/.exec(inside) ?? [];
    if (key !== undefined) return typeof record[key] === "string" ? record[key] : JSON.stringify(record[key] ?? "");
    const [, part] = /^tag_parts\[(-?\d+)\]$/.exec(inside) ?? [];
    if (part !== undefined) return tag.split(".").at(Number(part)) ?? "";
    return { hostname: proc.hostname, tag, time: fluentdTime(time) }[inside] ?? "";
  };
  return text.replace(/\$\{([^}]*)\}/g, (_, inside: string) => value(inside));
}

/** A pos_file: path, hexadecimal position and inode. */
function positions(proc: ProcessContext, file: string | undefined): Readonly<Record<string, Position>> {
  const text = file === undefined ? undefined : readIfThere(proc, file);
  const rows = (text ?? "").split("\n").map((l) => l.split("\t"));
  return Object.fromEntries(
    rows
      .filter((r) => r.length === 3)
      .map(([path = "", at = "0", ino = "0"]) => [path, { at: Number.parseInt(at, 16), ino: Number.parseInt(ino, 16) }]),
  );
}
function keepPositions(proc: ProcessContext, { set }: Section, tail: Tail): void {
  if (set["pos_file"] === undefined) return;
  const hex = (n: number): string => n.toString(16).padStart(16, "0");
  const text = Object.entries(tail.positions)
    .map(([path, { at, ino }]) => `${path}\t${hex(at)}\t${hex(ino)}\n`)
    .join("");
  if (readIfThere(proc, set["pos_file"]) === text) return;
  try {
    proc.fs.writeFile(set["pos_file"], text);
  } catch {
    // Where it may not write it begins anew next time, as the real one does after it has said so.
    void proc.stdout.write(`${moment(proc.clock.now())} +0000 [error]: #0 unable to write ${set["pos_file"]}\n`);
  }
}
