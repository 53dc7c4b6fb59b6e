import { builtinTable } from "../builtins/index.ts";
import { helpTopics } from "../builtins/help-text.ts";
import { provides } from "../builtins/builtin.ts";
import { NAMED, SHOPTS } from "../builtins/names.ts";
import { commandText } from "../run/printing.ts";
import { COMMANDS as READLINE_COMMANDS } from "../readline/keymaps.ts";
import type { Shell } from "../shell.ts";
import { SIGNALS } from "../signals.ts";
import { isExecutable, lines, listed, located, paths, typeOf, users } from "./files.ts";

/** What bash calls reserved words, in its order. */
const KEYWORDS = "if then else elif fi case esac for select while until do done in function time { } ! [[ ]] coproc".split(" ");

export const builtins = (sh: Shell): string[] =>
  Object.entries(builtinTable())
    .filter(([, b]) => provides(sh, b))
    .map(([name]) => name)
    .sort();
const enabled = (sh: Shell, on: boolean): string[] => builtins(sh).filter((name) => sh.options.has(`no ${name}`) !== on);

/** Commands of PATH, functions, builtins, aliases and reserved words; a path completes to what can be run, and to folders. */
export function commands(sh: Shell, word: string): string[] {
  if (word.includes("/") || word.startsWith("~"))
    return paths(sh, word).filter((p) => typeOf(sh, located(sh, p)) === "directory" || isExecutable(sh, located(sh, p)));
  const names = new Set<string>([...sh.aliases.keys(), ...KEYWORDS, ...sh.functions.keys(), ...enabled(sh, true)]);
  for (const dir of (sh.get("PATH") ?? "").split(":"))
    for (const name of listed(sh.proc.fs, dir || "."))
      if (name.startsWith(word) && isExecutable(sh, `${dir || "."}/${name}`) && typeOf(sh, `${dir || "."}/${name}`) !== "directory")
        names.add(name);
  return [...names];
}

const files = (sh: Shell, word: string): string[] => paths(sh, word).filter((p) => word !== "" || !/^\.\.?$/.test(p));
const jobs = (sh: Shell, which: (job: Shell["jobs"][number]) => boolean): string[] =>
  sh.jobs.filter((j) => j.status === null && which(j)).map((j) => commandText(j.text).split(" ")[0] ?? "");
export const hostnames = (sh: Shell): string[] => [
  ...new Set(
    lines(sh, sh.get("HOSTFILE") || "/etc/hosts").flatMap((l) =>
      l
        .replace(/#.*/, "")
        .split(/\s+/)
        .slice(1)
        .filter((h) => h !== ""),
    ),
  ),
];

/** The words that an action (`-A`) offers, those that begin otherwise among them; files and commands look at the word. */
export const ACTIONS: Readonly<Record<string, (sh: Shell, word: string) => readonly string[]>> = {
  alias: (sh) => [...sh.aliases.keys()].sort(),
  arrayvar: (sh) => sh.names().filter((n) => sh.find(n)?.array),
  binding: () => READLINE_COMMANDS,
  builtin: builtins,
  command: commands,
  directory: (sh, word) => files(sh, word).filter((p) => typeOf(sh, located(sh, p)) === "directory"),
  disabled: (sh) => enabled(sh, false),
  enabled: (sh) => enabled(sh, true),
  export: (sh) => sh.names().filter((n) => sh.find(n)?.exported),
  file: files,
  function: (sh) => [...sh.functions.keys()].sort(),
  group: (sh) => lines(sh, "/etc/group").map((l) => l.split(":")[0] as string),
  helptopic: () => helpTopics,
  hostname: hostnames,
  job: (sh) => jobs(sh, () => true),
  keyword: () => KEYWORDS,
  running: (sh) => jobs(sh, (j) => !j.stopped),
  service: (sh) => [...new Set(lines(sh, "/etc/services").flatMap((l) => l.split(/\s+/)[0] ?? []))],
  setopt: () => NAMED,
  shopt: () => SHOPTS,
  signal: () => ["EXIT", ...Object.keys(SIGNALS).map((name) => `SIG${name}`), "DEBUG", "ERR", "RETURN"],
  stopped: (sh) => jobs(sh, (j) => j.stopped === true),
  user: (sh) => users(sh).map(([name]) => name),
  variable: (sh) => sh.names(),
};
