import type { ProcessContext } from "../../runtime/index.ts";
import { buildConfig, type Config } from "./model.ts";
import { readSecure } from "./secure.ts";
import { ConfigError, parseConfig, type Directive } from "./parse.ts";

/** The files of a configuration as they were read, so that a thawed server keeps what it had loaded. */
export type Sources = Readonly<Record<string, string>>;

export interface Loaded {
  readonly config: Config;
  readonly sources: Sources;
  readonly directives: string;
}

const NAMES: Readonly<Record<string, string>> = {
  ENOENT: "2: No such file or directory",
  EACCES: "13: Permission denied",
  EISDIR: "21: Is a directory",
};

/** Reads a configuration with what it includes; `globals` is -g's text. Throws ConfigError. */
export function loadConfig(proc: ProcessContext, file: string, globals: string): Loaded {
  const read = (path: string): string => {
    try {
      return proc.fs.readText(path);
    } catch (error) {
      throw new ConfigError(`open() "${path}" failed (${NAMES[(error as { readonly code?: string }).code ?? ""] ?? "5: I/O error"})`);
    }
  };
  const glob = (pattern: string): readonly string[] => {
    const slash = pattern.lastIndexOf("/");
    const [directory, name] = [pattern.slice(0, slash) || "/", pattern.slice(slash + 1)];
    if (!/[*?[]/.test(pattern)) return [pattern];
    if (/[*?[]/.test(directory)) throw new ConfigError(`include "${pattern}": patterns in folders are not simulated by Timonel`);
    const parts = name.split("*");
    const matches = (entry: string): boolean => {
      if (entry.startsWith(".") && !name.startsWith(".")) return false;
      let from = 0;
      for (const [i, part] of parts.entries()) {
        const found =
          i === 0
            ? entry.startsWith(part)
              ? 0
              : -1
            : i === parts.length - 1
              ? entry.length - part.length >= from && entry.endsWith(part)
                ? entry.length - part.length
                : -1
              : entry.indexOf(part, from);
        if (found < 0) return false;
        from = found + part.length;
      }
      return parts.length > 1 || entry === name;
    };
    try {
      return proc.fs
        .readdir(directory)
        .filter(matches)
        .map((entry) => `${directory === "/" ? "" : directory}/${entry}`);
    } catch {
      return [];
    }
  };
  const sources: Record<string, string> = {};
  const config = assemble(
    file,
    globals,
    (path) => (sources[path] = read(path)),
    (pattern) => {
      const paths = glob(pattern);
      sources[`include ${pattern}`] = paths.join("\n");
      return paths;
    },
  );
  const whole = (path: string): string | undefined => {
    try {
      return proc.fs.readText(path);
    } catch {
      return undefined;
    }
  };
  for (const { secure } of config.servers) if (secure) readSecure(secure, whole, sources);
  return { ...shared(sources, file, globals, config), directives: globals };
}

/** What was made of the same files before: a thousand servers of one image have one configuration in memory. */
const known = new Map<string, { readonly config: Config; readonly sources: Sources }>();
const KNOWN = 64;

function shared(sources: Sources, file: string, globals: string, config: Config): { readonly config: Config; readonly sources: Sources } {
  const key = JSON.stringify([file, globals, sources]);
  const found = known.get(key);
  if (found) return found;
  if (known.size >= KNOWN) known.clear();
  const made = { config, sources };
  known.set(key, made);
  return made;
}

/** The configuration from what was read before. */
export function fromSources(sources: Sources, file: string, globals: string): Config {
  const config = assemble(
    file,
    globals,
    (path) => sources[path] ?? "",
    (pattern) => (sources[`include ${pattern}`] ?? "").split("\n").filter((p) => p !== ""),
  );
  return shared(sources, file, globals, config).config;
}

function assemble(file: string, globals: string, read: (path: string) => string, list: (pattern: string) => readonly string[]): Config {
  let depth = 0;
  const parse = (path: string): readonly Directive[] => {
    if (++depth > 10) throw new ConfigError(`includes are nested too deeply at "${path}"`);
    const directives = parseConfig(read(path), path, (pattern) =>
      list(pattern.startsWith("/") ? pattern : `/etc/nginx/${pattern}`).flatMap(parse),
    );
    depth--;
    return directives;
  };
  const extra = globals.trim() === "" ? [] : parseConfig(`${globals.trim().replace(/;?$/, ";")}`, "command line", () => []);
  return buildConfig([...extra, ...parse(file)]);
}
