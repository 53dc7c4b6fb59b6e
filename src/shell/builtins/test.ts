import type { Shell } from "../shell.ts";
import { ShellError } from "../state.ts";
import type { Builtin } from "./builtin.ts";
import { compareNumbers, fileTest, stringTest } from "./filetests.ts";

const BINARY = new Set(["=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef"]);

/** `test` by POSIX's rules on the number of arguments; beyond four, by -a, -o and parentheses. */
export function test(sh: Shell, args: readonly string[], name = "test"): boolean {
  const bash = sh.dialect.bash;
  const fail = (message: string): never => {
    throw new ShellError(bash || sh.dialect.name === "dash" ? `${name}: ${message}` : message, 2, false);
  };
  const unary = (operator: string, operand: string): boolean =>
    fileTest(sh, operator, operand) ??
    stringTest(sh, operator, operand) ??
    fail(bash ? `${operator}: unary operator expected` : `${operator}: unknown operand`);
  const integer = (text: string): bigint =>
    /^\s*[-+]?\d+\s*$/.test(text)
      ? BigInt(text.trim().replace(/^\+/, ""))
      : fail(
          bash
            ? `${text}: integer expression expected`
            : sh.dialect.name === "dash"
              ? `Illegal number: ${text}`
              : text === ""
                ? `out of range`
                : `${text}: bad number`,
        );
  const binary = (a: string, operator: string, b: string): boolean => {
    switch (operator) {
      case "=":
      case "==":
        return a === b;
      case "!=":
        return a !== b;
      case "<":
        return a < b;
      case ">":
        return a > b;
      case "-eq":
        return integer(a) === integer(b);
      case "-ne":
        return integer(a) !== integer(b);
      case "-lt":
        return integer(a) < integer(b);
      case "-le":
        return integer(a) <= integer(b);
      case "-gt":
        return integer(a) > integer(b);
      case "-ge":
        return integer(a) >= integer(b);
      default:
        return compareNumbers(sh, operator, a, b);
    }
  };
  const few = (list: readonly string[]): boolean | undefined => {
    const [a = "", b = "", c = "", d = ""] = list;
    switch (list.length) {
      case 0:
        return false;
      case 1:
        return a !== "";
      case 2:
        return a === "!" ? b === "" : unary(a, b);
      case 3:
        if (BINARY.has(b)) return binary(a, b, c);
        if (b === "-a") return a !== "" && c !== "";
        if (b === "-o") return a !== "" || c !== "";
        if (a === "!") return !few([b, c]);
        if (a === "(" && c === ")") return b !== "";
        return fail(bash ? `${b}: binary operator expected` : `${b}: unknown operand`);
      case 4:
        if (a === "!") return !few([b, c, d]);
        if (a === "(" && d === ")") return few([b, c]);
        return undefined;
      default:
        return undefined;
    }
  };
  const quick = few(args);
  if (quick !== undefined) return quick;
  let at = 0;
  const or = (): boolean => {
    let value = and();
    while (args[at] === "-o") {
      at++;
      value = and() || value;
    }
    return value;
  };
  const and = (): boolean => {
    let value = not();
    while (args[at] === "-a") {
      at++;
      value = not() && value;
    }
    return value;
  };
  const not = (): boolean => {
    if (args[at] === "!" && at + 1 < args.length) {
      at++;
      return !not();
    }
    if (args[at] === "(") {
      at++;
      const value = or();
      if (args[at++] !== ")") fail(bash ? "`)' expected" : "closing paren expected");
      return value;
    }
    const [a, b, c] = args.slice(at, at + 3) as [string, string | undefined, string | undefined];
    if (b !== undefined && c !== undefined && BINARY.has(b)) {
      at += 3;
      return binary(a, b, c);
    }
    if (/^-[a-zA-Z]$/.test(a) && b !== undefined && b !== "-a" && b !== "-o") {
      at += 2;
      return unary(a, b);
    }
    at++;
    return a !== "";
  };
  const value = or();
  if (at < args.length) fail(bash ? "too many arguments" : `${args[at]}: unknown operand`);
  return value;
}

export const testBuiltins: Readonly<Record<string, Builtin>> = {
  test: { run: async (sh, args) => (test(sh, args) ? 0 : 1) },
  "[": {
    async run(sh, args) {
      if (args.at(-1) !== "]") {
        await sh.complain(sh.dialect.bash ? "missing `]'" : "missing ]", "[");
        return 2;
      }
      return test(sh, args.slice(0, -1), "[") ? 0 : 1;
    },
  },
};
