import { glob } from "../expand/glob.ts";
import { compilePattern, matches } from "../expand/pattern.ts";
import { expandWords } from "../expand/words.ts";
import { parseScript } from "../parse.ts";
import { outputOf } from "../run/substitute.ts";
import type { Shell } from "../shell.ts";
import type { CompletionSpec } from "../state.ts";
import { ACTIONS } from "./actions.ts";
import { unquoted } from "./line.ts";

/** Where a completion stands: what a function is given, and what COMP_* say. */
export interface Asked {
  readonly command: string;
  readonly word: string;
  readonly line: string;
  readonly point: number;
  readonly words: readonly string[];
  readonly current: number;
  /** COMP_TYPE and COMP_KEY. */
  readonly type: number;
  readonly key: number;
}
export interface Generated {
  readonly words: readonly string[];
  /** They are names of files: shown without their folders, quoted, and folders get a slash. */
  readonly files: boolean;
}
/** Runs a line in the shell itself, its errors told as those of a command that was typed. */
export type Run = (sh: Shell, source: string) => Promise<void>;

/** All that a specification offers for a word. `asked` is missing for compgen, which then knows a word alone. */
export async function generate(sh: Shell, spec: CompletionSpec, asked: Asked, run: Run): Promise<Generated> {
  const { word } = asked;
  const plain = unquoted(word, "");
  let files = false;
  const out: string[] = [];
  for (const action of spec.actions) {
    const offered = ACTIONS[action]?.(sh, plain) ?? [];
    out.push(...offered.filter((w) => w.startsWith(plain)));
    if (action === "file" || action === "directory") files = true;
  }
  if (spec.glob !== undefined) {
    out.push(...glob(sh.proc.fs, sh.proc.cwd, spec.glob, { dotglob: sh.options.has("dotglob") }));
    files = true;
  }
  if (spec.words !== undefined) out.push(...(await wordList(sh, spec.words)).filter((w) => w.startsWith(plain)));
  if (spec.function !== undefined) out.push(...(await byFunction(sh, spec.function, asked, run)));
  if (spec.command !== undefined) out.push(...(await byCommand(sh, spec.command, asked)));
  let kept = out;
  if (spec.filter !== undefined) {
    const keeps = spec.filter.startsWith("!");
    const pattern = compilePattern(spec.filter.slice(keeps ? 1 : 0).replace(/\\?&/g, (m) => (m === "&" ? plain : "&")));
    kept = out.filter((w) => matches(pattern, w) === keeps);
  }
  const wrapped = spec.prefix || spec.suffix ? kept.map((w) => `${spec.prefix ?? ""}${w}${spec.suffix ?? ""}`) : kept;
  const folders = spec.options.includes("plusdirs") || (wrapped.length === 0 && spec.options.includes("dirnames"));
  if (!folders) return { words: wrapped, files };
  return { words: [...new Set([...wrapped, ...(ACTIONS["directory"]?.(sh, plain) ?? [])])], files: true };
}

/** -W: the words, cut at IFS and expanded. */
async function wordList(sh: Shell, text: string): Promise<readonly string[]> {
  const ifs = sh.find("IFS")?.value ?? " \t\n";
  const parts: string[] = [];
  let part = "";
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (c === "\\") part += c + (text[++i] ?? "");
    else if (c === "'" || c === '"') {
      const end = text.indexOf(c, i + 1);
      part += text.slice(i, end < 0 ? text.length : end + 1);
      i = end < 0 ? text.length : end;
    } else if (ifs.includes(c)) {
      if (part !== "") parts.push(part);
      part = "";
    } else part += c;
  }
  if (part !== "") parts.push(part);
  const out: string[] = [];
  for (const p of parts) {
    if (!/[\\'"$`~]/.test(p)) {
      out.push(p);
      continue;
    }
    // A part may hold blanks when IFS has none: it stays one word.
    const source = `: ${p.replace(/[\s;&|<>()]/g, (c) => (/['"\\]/.test(p) ? c : `\\${c}`))}`;
    const command = parseScript(source).commands[0]?.command;
    const words = command?.type === "Command" ? command.suffix : [];
    const plain = words.flatMap((w) => (w.type === "Word" ? [w] : []));
    const globs = sh.options.has("noglob");
    sh.options.add("noglob");
    try {
      out.push(...(await expandWords(sh, plain)));
    } finally {
      if (!globs) sh.options.delete("noglob");
    }
  }
  return out;
}

const NAMES = ["COMP_LINE", "COMP_POINT", "COMP_TYPE", "COMP_KEY"] as const;
function announce(sh: Shell, asked: Asked, exported: boolean): void {
  const values = [asked.line, String(asked.point), String(asked.type), String(asked.key)];
  for (const [i, name] of NAMES.entries()) sh.put(name, { value: values[i] as string, exported }, 0);
}
function forget(sh: Shell): void {
  for (const name of [...NAMES, "COMP_WORDS", "COMP_CWORD"]) {
    sh.scopes[0]?.delete(name);
    sh.touch(0);
  }
}
const argumentsOf = (asked: Asked): string =>
  [asked.command, asked.word, asked.words[asked.current - 1] ?? ""].map((w) => `'${w.replaceAll("'", "'\\''")}'`).join(" ");

async function byFunction(sh: Shell, name: string, asked: Asked, run: Run): Promise<readonly string[]> {
  if (!sh.functions.has(name)) {
    await sh.complain(`completion: function \`${name}' not found`);
    return [];
  }
  const { status } = sh;
  announce(sh, asked, false);
  sh.put("COMP_WORDS", { array: Object.fromEntries(asked.words.map((w, i) => [String(i), w])) }, 0);
  sh.put("COMP_CWORD", { value: String(asked.current) }, 0);
  sh.unset("COMPREPLY");
  await run(sh, `${name} ${argumentsOf(asked)}`);
  const again = sh.status === 124;
  sh.status = status;
  forget(sh);
  if (again) throw new AskAgain();
  const reply = sh.find("COMPREPLY");
  sh.unset("COMPREPLY");
  return reply?.array ? Object.values(reply.array) : reply?.value !== undefined ? [reply.value] : [];
}

/** A completion function ended with 124: the specification that it has set is to be asked. */
export class AskAgain extends Error {}

async function byCommand(sh: Shell, command: string, asked: Asked): Promise<readonly string[]> {
  const { status } = sh;
  announce(sh, asked, true);
  const text = await outputOf(sh, `${command} ${argumentsOf(asked)}`);
  forget(sh);
  sh.status = status;
  return text.split("\n").filter((l) => l !== "");
}
