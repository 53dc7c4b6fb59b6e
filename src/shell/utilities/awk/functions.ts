import type { Regex } from "../../regex.ts";
import { strftime } from "../../strftime.ts";
import { AwkError } from "./lex.ts";
import { splitBy, splitText } from "./record.ts";
import type { Expression, Lvalue } from "./tree.ts";
import { formatText, fromInput, toNumber, toText, type Value } from "./value.ts";

/** What a built-in function may ask of the interpreter. */
export interface Machine {
  evaluate(node: Expression): Promise<Value>;
  text(node: Expression): Promise<string>;
  number(node: Expression): Promise<number>;
  regex(node: Expression): Promise<Regex>;
  array(name: string): Map<string, Value>;
  isArray(name: string): boolean;
  assign(to: Lvalue, value: Value): Promise<void>;
  variable(name: string): string;
  setVariable(name: string, value: Value): void;
  record(): string;
  readonly random: { seed: number; next(): number; reseed(seed: number): void };
  now(): number;
  system(command: string): Promise<number>;
  close(name: string): Promise<number>;
  flush(): Promise<void>;
}
type Run = (m: Machine, args: readonly Expression[]) => Promise<Value>;
interface Row {
  readonly least: number;
  readonly most: number;
  readonly run: Run;
}

const RECORD: Expression = { type: "field", of: { type: "number", value: 0 } };
const math = (fn: (x: number) => number): Row => ({ least: 1, most: 1, run: async (m, [x]) => fn(await m.number(x as Expression)) });
const textual = (fn: (x: string) => Value): Row => ({ least: 1, most: 1, run: async (m, [x]) => fn(await m.text(x as Expression)) });

function replacer(all: boolean): Row {
  return {
    least: 2,
    most: 3,
    run: async (m, [pattern, by, into = RECORD]) => {
      const regex = await m.regex(pattern as Expression);
      const replacement = await m.text(by as Expression);
      const text = await m.text(into);
      const matcher = regex.matcher(text);
      let [out, at, count] = ["", 0, 0];
      for (let from = 0; from <= text.length && matcher.find(from);) {
        const [a, b] = [matcher.start(), matcher.end()];
        // No empty match right after a match.
        if (b > a || a > at || at === 0) {
          out += text.slice(at, a) + fill(replacement, text.slice(a, b));
          at = b;
          count++;
        }
        if (!all) break;
        from = b > a ? b : b + 1;
      }
      if (count === 0) return 0;
      if (into.type !== "name" && into.type !== "index" && into.type !== "field") return count;
      await m.assign(into, out + text.slice(at));
      return count;
    },
  };
}
function fill(replacement: string, match: string): string {
  return replacement.replace(/\\\\|\\&|&/g, (found) => (found === "&" ? match : found === "\\&" ? "&" : "\\"));
}

export const builtinFunctions: Readonly<Record<string, Row>> = {
  length: {
    least: 0,
    most: 1,
    run: async (m, [of]) => {
      if (!of) return Array.from(m.record()).length;
      if (of.type === "name" && m.isArray(of.name)) return m.array(of.name).size;
      return Array.from(await m.text(of)).length;
    },
  },
  substr: {
    least: 2,
    most: 3,
    run: async (m, [of, from, count]) => {
      const chars = Array.from(await m.text(of as Expression));
      const start = Math.round(await m.number(from as Expression));
      const end = count ? start + Math.round(await m.number(count)) : Infinity;
      return chars.slice(Math.max(0, start - 1), Math.max(0, end - 1)).join("");
    },
  },
  index: {
    least: 2,
    most: 2,
    run: async (m, [of, what]) => {
      const text = await m.text(of as Expression);
      const at = text.indexOf(await m.text(what as Expression));
      return at < 0 ? 0 : Array.from(text.slice(0, at)).length + 1;
    },
  },
  split: {
    least: 2,
    most: 3,
    run: async (m, [of, into, by]) => {
      const text = await m.text(of as Expression);
      if (into?.type !== "name") throw new AwkError("split: second argument is not an array");
      const parts =
        by?.type === "regex" ? (text === "" ? [] : splitBy(text, by.source)) : splitText(text, by ? await m.text(by) : m.variable("FS"));
      const array = m.array(into.name);
      array.clear();
      parts.forEach((part, i) => array.set(String(i + 1), fromInput(part)));
      return parts.length;
    },
  },
  sub: replacer(false),
  gsub: replacer(true),
  match: {
    least: 2,
    most: 2,
    run: async (m, [of, pattern]) => {
      const text = await m.text(of as Expression);
      const matcher = (await m.regex(pattern as Expression)).matcher(text);
      const found = matcher.find(0);
      const start = found ? Array.from(text.slice(0, matcher.start())).length + 1 : 0;
      m.setVariable("RSTART", start);
      m.setVariable("RLENGTH", found ? Array.from(text.slice(matcher.start(), matcher.end())).length : -1);
      return start;
    },
  },
  sprintf: {
    least: 1,
    most: Infinity,
    run: async (m, [format, ...rest]) => {
      const text = await m.text(format as Expression);
      const values: Value[] = [];
      for (const node of rest) values.push(await m.evaluate(node));
      return formatText(text, values, m.variable("CONVFMT"));
    },
  },
  tolower: textual((s) => s.toLowerCase()),
  toupper: textual((s) => s.toUpperCase()),
  sin: math(Math.sin),
  cos: math(Math.cos),
  exp: math(Math.exp),
  log: math(Math.log),
  sqrt: math(Math.sqrt),
  int: math(Math.trunc),
  atan2: { least: 2, most: 2, run: async (m, [y, x]) => Math.atan2(await m.number(y as Expression), await m.number(x as Expression)) },
  rand: { least: 0, most: 0, run: async (m) => m.random.next() },
  srand: {
    least: 0,
    most: 1,
    run: async (m, [seed]) => {
      const before = m.random.seed;
      m.random.reseed(seed ? await m.number(seed) : Math.floor(m.now() / 1000));
      return before;
    },
  },
  system: { least: 1, most: 1, run: async (m, [command]) => m.system(await m.text(command as Expression)) },
  close: { least: 1, most: 1, run: async (m, [name]) => m.close(await m.text(name as Expression)) },
  fflush: {
    least: 0,
    most: 1,
    run: async (m) => {
      await m.flush();
      return 0;
    },
  },
  systime: { least: 0, most: 0, run: async (m) => Math.floor(m.now() / 1000) },
  strftime: {
    least: 0,
    most: 2,
    run: async (m, [format, when]) =>
      strftime(format ? await m.text(format) : "%a %b %e %H:%M:%S %Z %Y", when ? toNumber(await m.evaluate(when)) * 1000 : m.now()),
  },
};

/** A subscript: several are joined with SUBSEP. */
export function subscript(values: readonly Value[], m: Pick<Machine, "variable">): string {
  const convert = m.variable("CONVFMT");
  return values.map((v) => toText(v, convert)).join(m.variable("SUBSEP"));
}
