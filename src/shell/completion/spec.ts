import { quoteForShell } from "../expand/transform.ts";
import type { CompletionSpec } from "../state.ts";
import { ACTIONS } from "./actions.ts";

/** What `-o` takes, in the order in which bash prints them. */
export const OPTIONS = ["bashdefault", "default", "dirnames", "filenames", "noquote", "nosort", "nospace", "plusdirs"] as const;
const LETTERS: Readonly<Record<string, string>> = {
  a: "alias",
  b: "builtin",
  c: "command",
  d: "directory",
  e: "export",
  f: "file",
  g: "group",
  j: "job",
  k: "keyword",
  s: "service",
  u: "user",
  v: "variable",
};
const VALUES: Readonly<Record<string, "glob" | "words" | "prefix" | "suffix" | "filter" | "function" | "command">> = {
  G: "glob",
  W: "words",
  P: "prefix",
  S: "suffix",
  X: "filter",
  F: "function",
  C: "command",
};
/** How the specifications for every other command, an empty line and a first word are kept. */
export const SPECIAL: Readonly<Record<string, string>> = { D: "_DefaultCmD_", E: "_EmptycmD_", I: "_InitialWorD_" };

const USAGES = {
  compgen:
    "compgen [-abcdefgjksuv] [-o option] [-A action] [-G globpat] [-W wordlist] [-F function] [-C command] [-X filterpat] [-P prefix] [-S suffix] [word]",
  complete:
    "complete [-abcdefgjksuv] [-pr] [-DEI] [-o option] [-A action] [-G globpat] [-W wordlist] [-F function] [-C command] [-X filterpat] [-P prefix] [-S suffix] [name ...]",
};
export interface Parsed {
  readonly spec: CompletionSpec;
  readonly flags: ReadonlySet<string>;
  readonly rest: readonly string[];
  /** Something was said of how to complete. */
  readonly given: boolean;
}
export interface Refusal {
  readonly message?: string;
  readonly usage: boolean;
}

export const usage = (name: "complete" | "compgen"): string => `${name}: usage: ${USAGES[name]}\n`;

/** The words of `complete` and `compgen`; a refusal in bash's words. */
export function parseSpec(name: "complete" | "compgen", words: readonly string[]): Parsed | Refusal {
  const spec: Record<string, string> = {};
  const options = new Set<string>();
  const actions = new Set<string>();
  const flags = new Set<string>();
  let i = 0;
  for (; i < words.length; i++) {
    const word = words[i] as string;
    if (word === "--") {
      i++;
      break;
    }
    if (!/^-./.test(word)) break;
    for (let at = 1; at < word.length; at++) {
      const letter = word[at] as string;
      if (LETTERS[letter]) actions.add(LETTERS[letter]);
      else if (name === "complete" && "prDEI".includes(letter)) flags.add(letter);
      else if (letter === "o" || letter === "A" || VALUES[letter]) {
        const value = at + 1 < word.length ? word.slice(at + 1) : words[++i];
        if (value === undefined) return { message: `-${letter}: option requires an argument`, usage: true };
        at = word.length;
        if (letter === "o") {
          if (!(OPTIONS as readonly string[]).includes(value)) return { message: `${value}: invalid option name`, usage: false };
          options.add(value);
        } else if (letter === "A") {
          if (!ACTIONS[value]) return { message: `${value}: invalid action name`, usage: false };
          actions.add(value);
        } else spec[VALUES[letter] as string] = value;
      } else return { message: `-${letter}: invalid option`, usage: true };
    }
  }
  return {
    spec: {
      ...spec,
      options: OPTIONS.filter((o) => options.has(o)),
      actions: Object.keys(ACTIONS).filter((a) => actions.has(a)),
    },
    flags,
    rest: words.slice(i),
    given: options.size + actions.size + Object.keys(spec).length > 0,
  };
}

/** How `complete -p` prints one. */
export function shownSpec(name: string, spec: CompletionSpec): string {
  const short = Object.entries(LETTERS).flatMap(([letter, action]) => (spec.actions.includes(action) ? [`-${letter}`] : []));
  const long = spec.actions.filter((a) => !Object.values(LETTERS).includes(a)).map((a) => `-A ${a}`);
  const quoted = (letter: string, value: string | undefined): readonly string[] =>
    value === undefined ? [] : [`-${letter} ${quoteForShell(value)}`];
  const special = Object.entries(SPECIAL).find(([, kept]) => kept === name);
  return [
    "complete",
    ...spec.options.map((o) => `-o ${o}`),
    ...short,
    ...long,
    ...quoted("G", spec.glob),
    ...quoted("W", spec.words),
    ...quoted("P", spec.prefix),
    ...quoted("S", spec.suffix),
    ...quoted("X", spec.filter),
    ...quoted("C", spec.command),
    ...(spec.function === undefined ? [] : [`-F ${spec.function}`]),
    special ? `-${special[0]}` : name,
  ].join(" ");
}
