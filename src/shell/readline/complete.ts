import type { FileSystem } from "../../runtime/index.ts";
import { builtinTable } from "../builtins/index.ts";
import type { Shell } from "../shell.ts";
import type { CompletionSpec } from "../state.ts";
import { variable } from "./bindings.ts";
import type { Completion } from "./candidates.ts";

/** What a completion answered, and how to take it. */
export interface Completed extends CompletionSpec {
  readonly replies: readonly string[];
}
/** Runs a completion: assigns COMP_WORDS and COMP_CWORD, runs the source, and answers the lines of COMPREPLY. */
export type RunCompletion = (spec: CompletionSpec, words: readonly string[]) => Promise<Completed>;

/** Bash's completion: commands, variables, files, and what `complete` was told of a command. */
export async function completeLine(sh: Shell, run: RunCompletion, line: string, cursor: number): Promise<Completion> {
  const ignoring = variable(sh.bindings, "completion-ignore-case") === "on";
  const begins = (name: string, word: string): boolean =>
    ignoring ? name.toLowerCase().startsWith(word.toLowerCase()) : name.startsWith(word);
  const before = line.slice(0, cursor);
  const segment = /(?:^|[;|&(]|\bdo\b|\bthen\b|\belse\b|\$\()\s*([^;|&(]*)$/.exec(before)?.[1] ?? before;
  const words = splitWords(segment);
  const word = words.at(-1) ?? "";
  const raw = /(?:[^\s\\"']|\\.|"[^"]*"?|'[^']*'?)*$/.exec(segment)?.[0] ?? "";
  const from = cursor - raw.length;
  const variableName = /\$(\{?)(\w*)$/.exec(raw);
  if (variableName && !raw.startsWith("'")) {
    const start = cursor - (variableName[2] as string).length;
    return {
      from: start,
      candidates: sh
        .names()
        .filter((n) => begins(n, variableName[2] as string))
        .map((n) => (variableName[1] ? `${n}}` : n)),
    };
  }
  const commands = words.filter((w, i) => i > 0 || !/^\w+=/.test(w));
  if (commands.length <= 1 && !word.includes("/"))
    return {
      from,
      candidates: commandNames(sh)
        .filter((n) => begins(n, word))
        .map((n) => `${n} `),
    };
  const spec = sh.completions.get((commands[0] ?? "").replace(/^.*\//, ""));
  const found = spec && (await run(spec, commands));
  if (found && (found.replies.length > 0 || !found.files)) {
    const special = found.replies.map((r) => (found.nospace || /[ =/]$/.test(r) ? r : `${r} `));
    const tail = word.includes("=") && special.every((c) => !c.startsWith(word)) ? word.length - word.indexOf("=") - 1 : raw.length;
    return { from: cursor - tail, candidates: special };
  }
  const redirect = /[<>]+$/.exec(raw.slice(0, raw.length - word.length))?.[0].length ?? 0;
  const directories = commands[0] === "cd" || commands[0] === "rmdir" || commands[0] === "pushd";
  return { from: from + redirect, candidates: files(sh, word, directories, begins) };
}

function splitWords(text: string): string[] {
  const out: string[] = [];
  let word = "";
  let quote = "";
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (c === "\\" && quote !== "'") word += text[++i] ?? "";
    else if (quote) {
      if (c === quote) quote = "";
      else word += c;
    } else if (c === "'" || c === '"') quote = c;
    else if (/\s/.test(c)) {
      if (word) out.push(word);
      word = "";
    } else word += c;
  }
  return [...out, word];
}

function commandNames(sh: Shell): string[] {
  const names = new Set<string>([...sh.aliases.keys(), ...sh.functions.keys()]);
  for (const [name, b] of Object.entries(builtinTable())) if (b && (sh.dialect.bash || !b.bashOnly)) names.add(name);
  for (const dir of (sh.get("PATH") ?? "").split(":")) for (const name of list(sh.proc.fs, dir || ".")) names.add(name);
  return [...names].sort();
}

function list(fs: FileSystem, path: string): readonly string[] {
  try {
    return fs.readdir(path);
  } catch {
    return [];
  }
}

/** Paths that start with `word`, directories with a slash, special characters escaped. */
function files(sh: Shell, word: string, directories: boolean, begins: (name: string, word: string) => boolean): string[] {
  const slash = word.lastIndexOf("/") + 1;
  const head = word.slice(0, slash);
  const home = sh.get("HOME") ?? "/";
  const dir = head.startsWith("~/") ? home + head.slice(1) : head || ".";
  const out: string[] = [];
  for (const name of list(sh.proc.fs, dir)) {
    if (!begins(name, word.slice(slash)) || (name.startsWith(".") && !word.slice(slash).startsWith("."))) continue;
    let directory = false;
    try {
      directory = sh.proc.fs.stat(`${dir.replace(/\/$/, "")}/${name}`).type === "directory";
    } catch {
      // A dangling link completes as a file.
    }
    if (directories && !directory) continue;
    out.push(head + name.replace(/[\s"'\\$`&;|<>()*?[\]!#~{}]/g, "\\$&") + (directory ? "/" : " "));
  }
  return out;
}
