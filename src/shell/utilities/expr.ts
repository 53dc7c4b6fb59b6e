import { posixRegex } from "../regex.ts";
import type { Utility } from "./tool.ts";

class ExprError extends Error {}

export const expr: Utility = {
  name: "expr",
  usage: "EXPRESSION",
  about: "Print the value of EXPRESSION: | & < <= = != >= > + - * / % : match substr index length ( )",
  flags: {},
  parse: "raw",
  async run(t) {
    const words = t.args[0] === "--" ? t.args.slice(1) : t.args;
    if (words.length === 0) return t.misuse("missing operand", 2);
    try {
      const value = evaluate(words);
      await t.out(`${value}\n`);
      return value === "" || /^-?0+$/.test(value) ? 1 : 0;
    } catch (error) {
      if (error instanceof ExprError) return t.fail(error.message, 2);
      throw error;
    }
  },
};

const LEVELS: readonly (readonly string[])[] = [["|"], ["&"], ["=", "==", "!=", "<", "<=", ">", ">="], ["+", "-"], ["*", "/", "%"], [":"]];

function evaluate(words: readonly string[]): string {
  let at = 0;
  const integer = (text: string): bigint => {
    if (!/^-?\d+$/.test(text)) throw new ExprError("non-integer argument");
    return BigInt(text);
  };
  const need = (): string => {
    const word = words[at++];
    if (word === undefined) throw new ExprError(`syntax error: missing argument after ‘${words.at(-1)}’`);
    return word;
  };
  const match = (text: string, pattern: string): string => {
    const m = posixRegex(`^\\(${pattern}\\)`, { extended: false }).matcher(text);
    const found = m.find(0);
    if (m.groupCount() > 1) return found ? (m.group(2) ?? "") : "";
    return found ? String(Array.from(m.group(0) ?? "").length) : "0";
  };
  const primary = (): string => {
    const word = need();
    if (word === "(") {
      const value = level(0);
      if (words[at++] !== ")") throw new ExprError(`syntax error: expecting ')' after ‘${words[at - 2]}’`);
      return value;
    }
    if (word === "+") return need();
    if (word === "length" && at < words.length) return String(Array.from(primary()).length);
    if (word === "match" && at < words.length) return match(primary(), primary());
    if (word === "index" && at < words.length) {
      const [text, set] = [Array.from(primary()), new Set(primary())];
      return String(text.findIndex((c) => set.has(c)) + 1);
    }
    if (word === "substr" && at < words.length) {
      const [text, from, count] = [Array.from(primary()), Number(primary()), Number(primary())];
      return from >= 1 && count >= 1 ? text.slice(from - 1, from - 1 + count).join("") : "";
    }
    return word;
  };
  const apply = (operator: string, a: string, b: string): string => {
    const none = (v: string): boolean => v === "" || /^-?0+$/.test(v);
    switch (operator) {
      case "|":
        return none(a) ? (none(b) ? "0" : b) : a;
      case "&":
        return none(a) || none(b) ? "0" : a;
      case ":":
        return match(a, b);
      case "+":
        return String(integer(a) + integer(b));
      case "-":
        return String(integer(a) - integer(b));
      case "*":
        return String(integer(a) * integer(b));
      case "/":
      case "%":
        if (integer(b) === 0n) throw new ExprError("division by zero");
        return String(operator === "/" ? integer(a) / integer(b) : integer(a) % integer(b));
      default: {
        const numbers = /^-?\d+$/.test(a) && /^-?\d+$/.test(b);
        const order = numbers ? Number(BigInt(a) - BigInt(b)) : a < b ? -1 : a > b ? 1 : 0;
        const holds = {
          "=": order === 0,
          "==": order === 0,
          "!=": order !== 0,
          "<": order < 0,
          "<=": order <= 0,
          ">": order > 0,
          ">=": order >= 0,
        }[operator];
        return holds ? "1" : "0";
      }
    }
  };
  const level = (n: number): string => {
    const operators = LEVELS[n];
    if (!operators) return primary();
    let left = level(n + 1);
    while (at < words.length && operators.includes(words[at] as string)) {
      const operator = words[at++] as string;
      left = apply(operator, left, level(n + 1));
    }
    return left;
  };
  const value = level(0);
  if (at < words.length) throw new ExprError(`syntax error: unexpected argument ‘${words[at]}’`);
  return value;
}
