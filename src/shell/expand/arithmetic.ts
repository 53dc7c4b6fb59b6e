import type { Shell } from "../shell.ts";
import { ShellError } from "../state.ts";

/**
 * Shell arithmetic on 64-bit integers, from text whose expansions are done. Synchronous: precedence climbing over a
 * tokenizer, so an expression is evaluated as it is read; `live` is false in the branch that is not taken.
 */
const BINARY: Readonly<Record<string, number>> = {
  ",": 1,
  "=": 2,
  "+=": 2,
  "-=": 2,
  "*=": 2,
  "/=": 2,
  "%=": 2,
  "<<=": 2,
  ">>=": 2,
  "&=": 2,
  "|=": 2,
  "^=": 2,
  "?": 3,
  "||": 4,
  "&&": 5,
  "|": 6,
  "^": 7,
  "&": 8,
  "==": 9,
  "!=": 9,
  "<": 10,
  ">": 10,
  "<=": 10,
  ">=": 10,
  "<<": 11,
  ">>": 11,
  "+": 12,
  "-": 12,
  "*": 13,
  "/": 13,
  "%": 13,
  "**": 14,
};
const TOKEN =
  /\s*(?:(0[xX][0-9a-fA-F]+|\d+#[0-9a-zA-Z@_]+|\d+[a-zA-Z_]?\w*)|([A-Za-z_]\w*)|(<<=|>>=|\*\*|\+\+|--|&&|\|\||<<|>>|[-+*/%&|^<>=!]=|[-+*/%&|^<>=!~?:(),[\]])|(\S))/y;

interface Cursor {
  readonly text: string;
  at: number;
  token: string;
  kind: "number" | "name" | "operator" | "end";
  start: number;
  /** Where the token before began. */
  before: number;
}
interface Operand {
  readonly value: bigint;
  readonly name?: string;
  readonly key?: string | undefined;
}

export function arithmetic(sh: Shell, text: string, depth = 0): bigint {
  if (depth > 100) throw new ShellError(`${text}: expression recursion level exceeded (error token is "${text}")`);
  if (text.trim() === "") return 0n;
  const cursor: Cursor = { text, at: 0, token: "", kind: "end", start: 0, before: 0 };
  advance(cursor);
  const value = BigInt.asIntN(64, expression(sh, cursor, 1, true, depth).value);
  if (cursor.kind !== "end") throw fail(sh, cursor, "syntax error in expression");
  return value;
}

function fail(sh: Shell, c: Cursor, what: string): ShellError {
  if (sh.dialect.name === "dash")
    return new ShellError(`arithmetic expression: expecting ${/operand|missing/.test(what) ? "primary" : "EOF"}: "${c.text}"`, 2);
  if (!sh.dialect.bash) return new ShellError("arithmetic syntax error", 2);
  // At the end the last token is to blame.
  if (c.kind === "end" && c.start >= c.text.trimEnd().length) c.start = c.before;
  return new ShellError(`${c.text.trim()}: ${what} (error token is "${c.text.slice(c.start).trim()}")`);
}

function advance(c: Cursor): void {
  TOKEN.lastIndex = c.at;
  c.before = c.start;
  const m = TOKEN.exec(c.text);
  if (!m) {
    c.token = "";
    c.kind = "end";
    c.start = c.text.length;
    return;
  }
  c.token = m[1] ?? m[2] ?? m[3] ?? m[4] ?? "";
  c.kind = m[1] !== undefined ? "number" : m[2] !== undefined ? "name" : "operator";
  c.at = TOKEN.lastIndex;
  c.start = c.at - c.token.length;
}

function expression(sh: Shell, c: Cursor, minimum: number, live: boolean, depth: number): Operand {
  let left = unary(sh, c, live, depth);
  for (;;) {
    const operator = c.token;
    const precedence = c.kind === "operator" ? BINARY[operator] : undefined;
    if (precedence === undefined || precedence < minimum) return left;
    if (sh.dialect.name === "dash" && (operator === "**" || operator === ",")) throw fail(sh, c, operator === "," ? "" : "operand");
    advance(c);
    if (precedence === 2) {
      if (left.name === undefined) throw fail(sh, { ...c, kind: "operator", start: c.before }, "attempted assignment to non-variable");
      const right = expression(sh, c, 2, live, depth).value;
      const value = operator === "=" ? right : binary(sh, c, operator.slice(0, -1), left.value, right, live);
      left = live ? store(sh, left, value) : { value };
    } else if (operator === "?") {
      const yes = left.value !== 0n;
      const a = expression(sh, c, 1, live && yes, depth);
      if (c.token !== ":") throw fail(sh, c, "`:' expected for conditional expression");
      advance(c);
      const b = expression(sh, c, 3, live && !yes, depth);
      left = { value: yes ? a.value : b.value };
    } else if (operator === "&&" || operator === "||") {
      const decided = operator === "&&" ? left.value === 0n : left.value !== 0n;
      const right = expression(sh, c, precedence + 1, live && !decided, depth).value;
      left = { value: decided ? (operator === "&&" ? 0n : 1n) : right !== 0n ? 1n : 0n };
    } else {
      const right = expression(sh, c, operator === "**" ? precedence : precedence + 1, live, depth).value;
      left = { value: binary(sh, c, operator, left.value, right, live) };
    }
  }
}

function binary(sh: Shell, c: Cursor, operator: string, a: bigint, b: bigint, live: boolean): bigint {
  const bool = (v: boolean): bigint => (v ? 1n : 0n);
  switch (operator) {
    case "+":
      return BigInt.asIntN(64, a + b);
    case "-":
      return BigInt.asIntN(64, a - b);
    case "*":
      return BigInt.asIntN(64, a * b);
    case "/":
    case "%":
      if (b === 0n) {
        if (!live) return 0n;
        throw sh.dialect.bash
          ? new ShellError(`${c.text.trim()}: division by 0 (error token is "${c.text.slice(c.at - 1).trim() || c.text.trim().at(-1)}")`)
          : new ShellError(sh.dialect.name === "dash" ? `arithmetic expression: division by zero: "${c.text}"` : "divide by zero", 2);
      }
      return BigInt.asIntN(64, operator === "/" ? a / b : a % b);
    case "**": {
      if (b < 0n) throw fail(sh, c, "exponent less than 0");
      let result = 1n;
      let base = a;
      for (let e = b; e > 0n; e >>= 1n) {
        if (e & 1n) result = BigInt.asIntN(64, result * base);
        base = BigInt.asIntN(64, base * base);
      }
      return result;
    }
    case "<<":
      return BigInt.asIntN(64, a << (b & 63n));
    case ">>":
      return a >> (b & 63n);
    case "&":
      return a & b;
    case "|":
      return a | b;
    case "^":
      return a ^ b;
    case "==":
      return bool(a === b);
    case "!=":
      return bool(a !== b);
    case "<":
      return bool(a < b);
    case ">":
      return bool(a > b);
    case "<=":
      return bool(a <= b);
    case ">=":
      return bool(a >= b);
    case ",":
      return b;
    default:
      throw fail(sh, c, "syntax error: invalid arithmetic operator");
  }
}

function unary(sh: Shell, c: Cursor, live: boolean, depth: number): Operand {
  const { token, kind } = c;
  if (kind === "number") {
    const start = c.start;
    advance(c);
    return { value: number(sh, { ...c, start }, token) };
  }
  if (kind === "name") return variable(sh, c, live, depth);
  if (kind === "end") throw fail(sh, c, "syntax error: operand expected");
  switch (token) {
    case "(": {
      advance(c);
      const inner = expression(sh, c, 1, live, depth);
      if (c.token !== ")") throw fail(sh, c, "missing `)'");
      advance(c);
      return { value: inner.value };
    }
    case "-":
      advance(c);
      return { value: BigInt.asIntN(64, -unary(sh, c, live, depth).value) };
    case "+":
      advance(c);
      return { value: unary(sh, c, live, depth).value };
    case "!":
      advance(c);
      return { value: unary(sh, c, live, depth).value === 0n ? 1n : 0n };
    case "~":
      advance(c);
      return { value: ~unary(sh, c, live, depth).value };
    case "++":
    case "--": {
      advance(c);
      const operand = unary(sh, c, live, depth);
      if (operand.name === undefined) return { value: operand.value };
      const value = operand.value + (token === "++" ? 1n : -1n);
      return live ? store(sh, operand, value) : { value };
    }
    default:
      throw fail(sh, c, "syntax error: operand expected");
  }
}

function variable(sh: Shell, c: Cursor, live: boolean, depth: number): Operand {
  const name = c.token;
  advance(c);
  let key: string | undefined;
  if (c.kind === "operator" && c.token === "[") {
    const end = closing(c.text, c.at);
    const subscript = c.text.slice(c.at, end);
    key = sh.find(name)?.associative ? subscript : String(live ? arithmetic(sh, subscript, depth + 1) : 0n);
    c.at = end + 1;
    advance(c);
  }
  let operand: Operand = { value: live ? read(sh, name, key, depth) : 0n, name, key };
  if (c.kind === "operator" && (c.token === "++" || c.token === "--")) {
    if (live) store(sh, operand, operand.value + (c.token === "++" ? 1n : -1n));
    operand = { value: operand.value };
    advance(c);
  }
  return operand;
}

function closing(text: string, from: number): number {
  let depth = 1;
  for (let i = from; i < text.length; i++) {
    if (text[i] === "[") depth++;
    else if (text[i] === "]" && --depth === 0) return i;
  }
  return text.length;
}

function read(sh: Shell, name: string, key: string | undefined, depth: number): bigint {
  const text = key === undefined ? sh.get(name) : (sh.find(name)?.array?.[key] ?? (key === "0" ? sh.find(name)?.value : undefined));
  if (text === undefined || text === "") {
    if (text === undefined && sh.options.has("nounset") && sh.dialect.bash)
      throw new ShellError(`${name}: unbound variable`, sh.interactive || sh.subshell > 0 || sh.options.has("errexit") ? 1 : 127);
    return 0n;
  }
  if (/^-?(0|[1-9]\d*)$/.test(text)) return BigInt.asIntN(64, BigInt(text));
  return arithmetic(sh, text, depth + 1);
}

function store(sh: Shell, target: Operand, value: bigint): Operand {
  const wrapped = BigInt.asIntN(64, value);
  if (target.key === undefined) sh.set(target.name as string, String(wrapped));
  else sh.setElement(target.name as string, target.key, String(wrapped));
  return { value: wrapped };
}

function number(sh: Shell, c: Cursor, token: string): bigint {
  if (/^0[xX]/.test(token)) return BigInt(token);
  const based = /^(\d+)#(.+)$/.exec(token);
  if (based) {
    const base = Number(based[1]);
    let value = 0n;
    for (const d of based[2] as string) {
      const digit = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@_".indexOf(base <= 36 ? d.toLowerCase() : d);
      if (digit < 0 || digit >= base) throw fail(sh, c, "value too great for base");
      value = value * BigInt(base) + BigInt(digit);
    }
    return value;
  }
  if (/^0[0-7]*$/.test(token)) return token === "0" ? 0n : BigInt(`0o${token.slice(1)}`);
  if (!/^\d+$/.test(token) || token.startsWith("0")) throw fail(sh, c, "value too great for base");
  return BigInt(token);
}
