import { RegexError } from "../regex.ts";
import { run } from "./jq/evaluate.ts";
import { JqError, JqUndefined, type Node, parseJq } from "./jq/parse.ts";
import { isObject, type Json, truthy } from "./jq/values.ts";
import type { Utility } from "./tool.ts";

const STEPS = 2_000_000;
const LONG: Readonly<Record<string, string>> = {
  "--raw-output": "r",
  "--compact-output": "c",
  "--null-input": "n",
  "--slurp": "s",
  "--exit-status": "e",
  "--sort-keys": "S",
  "--join-output": "j",
  "--raw-input": "R",
  "--tab": "t",
  "--monochrome-output": "M",
};

/** jq without modules, foreach, label and dates. */
export const jq: Utility = {
  name: "jq",
  usage: "[-rcnseSjR] [--tab] [--indent N] [--arg NAME VALUE] [--argjson NAME JSON] FILTER [FILE]...",
  about: "Command-line JSON processor (a subset: what it lacks it names)",
  flags: {},
  parse: "raw",
  async run(t) {
    const letters = new Set<string>();
    const variables: Record<string, Json> = { ENV: { ...t.proc.env }, __now: t.proc.clock.now() / 1000 };
    const named: Record<string, Json> = {};
    const words: string[] = [];
    let indent = "  ";
    const args = [...t.args];
    for (let word = args.shift(); word !== undefined; word = args.shift()) {
      if (word === "--arg" || word === "--argjson") {
        const [name = "", value = ""] = args.splice(0, 2);
        try {
          named[name] = word === "--arg" ? value : (JSON.parse(value) as Json);
        } catch {
          return t.fail(`Invalid JSON text passed to --${word.slice(2)}`, 2);
        }
      } else if (word === "--indent") indent = " ".repeat(Math.min(7, Number(args.shift() ?? 2)));
      else if (LONG[word] !== undefined) letters.add(LONG[word] as string);
      else if (/^-[rcnseSjRM]+$/.test(word)) for (const letter of word.slice(1)) letters.add(letter);
      else if (word.startsWith("-") && word !== "-" && word !== "--") {
        await t.proc.stderr.write(
          `jq: Unknown arguments\nUse jq --help for help with command-line options,\nor see the jq manpage, or online docs  at https://jqlang.github.io/jq\n`,
        );
        return 2;
      } else if (word !== "--") words.push(word);
    }
    Object.assign(variables, named, { __prog_args: null, named });
    const [filter = ".", ...files] = words;
    let node: Node;
    try {
      node = parseJq(filter);
    } catch (error) {
      if (!(error instanceof JqError)) throw error;
      await t.proc.stderr.write(`jq: error: ${error.message}\njq: 1 compile error\n`);
      return 3;
    }
    const show = (v: Json): string => {
      const value = letters.has("S") ? sorted(v) : v;
      if ((letters.has("r") || letters.has("j")) && typeof value === "string") return value;
      return JSON.stringify(value ?? null, null, letters.has("c") ? "" : letters.has("t") ? "\t" : indent);
    };
    let source = "";
    for (const path of files)
      if (!t.proc.fs.exists(path)) return t.fail(`error: Could not open file ${path}: No such file or directory`, 2);
    for (const path of letters.has("n") ? [] : files.length > 0 ? files : ["-"]) source += await t.text(path);
    if (t.status > 0) return 2;
    let last: Json;
    let status = 0;
    const inputs = letters.has("n")
      ? [null]
      : letters.has("R")
        ? letters.has("s")
          ? [source]
          : source.replace(/\n$/, "").split("\n")
        : documents(source);
    const list = [...inputs];
    const broken = list.find((v) => v instanceof JqError);
    const whole = list.filter((v) => !(v instanceof JqError));
    for (const value of letters.has("s") && !letters.has("R") && !letters.has("n") ? [whole] : whole) {
      try {
        for (const out of run(node, { value }, { variables, functions: {}, budget: { left: STEPS } })) {
          last = out.value;
          await t.out(`${show(out.value)}${letters.has("j") ? "" : "\n"}`);
          await t.proc.cpu(0.02);
        }
      } catch (error) {
        if (error instanceof JqUndefined) {
          await t.flush();
          await t.proc.stderr.write(`jq: error: ${error.message} at <top-level>\njq: 1 compile error\n`);
          return 3;
        }
        if (error instanceof RangeError) return t.fail("error: the filter nests too deeply", 5);
        if (!(error instanceof JqError) && !(error instanceof RegexError)) throw error;
        await t.flush();
        await t.proc.stderr.write(
          `jq: error (at <stdin>:${letters.has("n") ? "unknown" : files.length > 0 ? "0" : source.split("\n").length - 1}): ${error.message}\n`,
        );
        status = 5;
      }
    }
    if (broken instanceof JqError) return t.fail(`parse error: ${broken.message}`, 2);
    if (status === 0 && letters.has("e")) return last === undefined ? 4 : truthy(last) ? 0 : 1;
    return status;
  },
};

function sorted(v: Json): Json {
  if (Array.isArray(v)) return v.map(sorted);
  return isObject(v)
    ? Object.fromEntries(
        Object.keys(v)
          .sort()
          .map((k) => [k, sorted(v[k])]),
      )
    : v;
}

/** The JSON texts of a stream, one after the other; a JqError in place of what is none. */
function* documents(source: string): Generator<Json> {
  let at = 0;
  for (;;) {
    while (/\s/.test(source[at] ?? "")) at++;
    if (at >= source.length) return;
    const end = documentEnd(source, at);
    try {
      yield JSON.parse(source.slice(at, end));
    } catch (error) {
      yield new JqError(
        `${error instanceof Error ? "Invalid literal" : "Invalid JSON"} at line ${source.slice(0, end).split("\n").length}, column ${end - source.lastIndexOf("\n", end - 1) - 1}`,
      );
      return;
    }
    at = end;
  }
}
function documentEnd(source: string, from: number): number {
  let [depth, at] = [0, from];
  for (; at < source.length; at++) {
    const c = source[at] as string;
    if (c === '"') {
      for (at++; at < source.length && source[at] !== '"'; at++) if (source[at] === "\\") at++;
      if (depth === 0) return at + 1;
    } else if (c === "{" || c === "[") depth++;
    else if (c === "}" || c === "]") {
      if (--depth <= 0) return at + 1;
    } else if (depth === 0 && /\s/.test(c)) return at;
  }
  return at;
}
