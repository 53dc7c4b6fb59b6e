import { list, withSource } from "../run/execute.ts";
import { parseScript } from "../parse.ts";
import type { Shell } from "../shell.ts";
import { AskAgain, type Generated, generate } from "./generate.ts";
import { OPTIONS, parseSpec, type Refusal, shownSpec, SPECIAL, usage } from "./spec.ts";

async function refuse(sh: Shell, name: "complete" | "compgen", refusal: Refusal): Promise<number> {
  if (refusal.message !== undefined) await sh.complain(`${name}: ${refusal.message}`);
  if (refusal.usage) await sh.fds.get(2)?.write(usage(name));
  return 2;
}
const inside = async (sh: Shell, source: string): Promise<void> => {
  await withSource(sh, source, sh.line, () => list(sh, parseScript(source).commands));
};

/** Words as a specification gives them: `compgen -W 'a b' -- a`. */
export async function compgen(sh: Shell, args: readonly string[]): Promise<number> {
  const parsed = parseSpec("compgen", args);
  if ("usage" in parsed) return refuse(sh, "compgen", parsed);
  const { spec, rest } = parsed;
  if (args.length === 0) return 0;
  if (spec.function !== undefined) await sh.complain("compgen: warning: -F option may not work as you expect");
  if (spec.command !== undefined) await sh.complain("compgen: warning: -C option may not work as you expect");
  const asked = { command: "compgen", word: rest[0] ?? "", line: "", point: 0, words: [], current: 0, type: 0, key: 0 };
  let found: Generated = { words: [], files: false };
  try {
    found = await generate(sh, spec, asked, inside);
  } catch (error) {
    if (!(error instanceof AskAgain)) throw error;
  }
  if (found.words.length === 0 && spec.options.some((o) => o === "default" || o === "bashdefault"))
    found = await generate(sh, { options: [], actions: ["file"] }, asked, inside);
  await sh.write([...new Set(found.words)].map((w) => `${w}\n`).join(""));
  return found.words.length > 0 ? 0 : 1;
}

export async function complete(sh: Shell, args: readonly string[]): Promise<number> {
  const parsed = parseSpec("complete", args);
  if ("usage" in parsed) return refuse(sh, "complete", parsed);
  const { spec, flags, rest, given } = parsed;
  const special = ["D", "E", "I"].filter((f) => flags.has(f)).map((f) => SPECIAL[f] as string);
  // -D stands above -E, and both above names.
  const names = special.length > 0 ? special.slice(0, 1) : rest;
  if (flags.has("r")) {
    if (names.length === 0) sh.completions.clear();
    let status = 0;
    for (const name of names) {
      if (sh.completions.delete(name)) continue;
      await sh.complain(`complete: ${name}: no completion specification`);
      status = 1;
    }
    return status;
  }
  if (flags.has("p") || (!given && names.length === 0)) {
    let status = 0;
    for (const name of names.length > 0 ? names : sh.completions.keys()) {
      const known = sh.completions.get(name);
      if (known) await sh.write(`${shownSpec(name, known)}\n`);
      else {
        await sh.complain(`complete: ${name}: no completion specification`);
        status = 1;
      }
    }
    return status;
  }
  if (names.length === 0) return refuse(sh, "complete", { usage: true });
  for (const name of names) sh.completions.set(name, spec);
  return 0;
}

const USAGE = "compopt: usage: compopt [-o|+o option] [-DEI] [name ...]\n";

export async function compopt(sh: Shell, args: readonly string[]): Promise<number> {
  const on = new Set<string>();
  const off = new Set<string>();
  const names: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    if (word === "-o" || word === "+o") {
      const option = args[++i];
      if (option === undefined || !(OPTIONS as readonly string[]).includes(option)) {
        await sh.complain(`compopt: ${option === undefined ? `${word}: option requires an argument` : `${option}: invalid option name`}`);
        if (option === undefined) await sh.fds.get(2)?.write(USAGE);
        return 2;
      }
      (word === "-o" ? on : off).add(option);
    } else if (/^-[DEI]$/.test(word)) names.push(SPECIAL[word.slice(1)] as string);
    else if (/^[-+]./.test(word) && word !== "--") {
      await sh.complain(`compopt: ${word}: invalid option`);
      await sh.fds.get(2)?.write(USAGE);
      return 2;
    } else if (word !== "--") names.push(word);
  }
  const changed = (options: readonly string[]): readonly string[] =>
    OPTIONS.filter((o) => (options.includes(o) || on.has(o)) && !off.has(o));
  const show = (options: readonly string[], name: string): Promise<void> =>
    sh.write(`compopt ${OPTIONS.map((o) => `${options.includes(o) ? "-" : "+"}o ${o} `).join("")}${name}\n`);
  const asks = on.size + off.size === 0;
  if (names.length === 0) {
    const spec = sh.completing === undefined ? undefined : sh.completions.get(sh.completing);
    if (!spec) {
      await sh.complain("compopt: not currently executing completion function");
      return 1;
    }
    const now = sh.completingOptions ?? spec.options;
    if (asks) await show(now, sh.completing as string);
    else sh.completingOptions = changed(now);
    return 0;
  }
  let status = 0;
  for (const name of names) {
    const spec = sh.completions.get(name);
    if (!spec) {
      await sh.complain(`compopt: ${name}: no completion specification`);
      status = 1;
    } else if (asks) await show(spec.options, name);
    else sh.completions.set(name, { ...spec, options: changed(spec.options) });
  }
  return status;
}
