import { pi } from "./pi.ts";

/** What Perl would say, without "at -e line 1.". */
export class PerlError extends Error {}

export type Value = number | bigint | string;
export type Action =
  | { readonly do: "print"; readonly text: string; readonly to: "stdout" | "stderr" }
  | { readonly do: "sleep"; readonly seconds: number }
  | { readonly do: "exit"; readonly code: number }
  | { readonly do: "die"; readonly message: string };

interface Token {
  readonly kind: "number" | "string" | "word" | "variable" | "operator";
  readonly text: string;
  /** In double quotes: variables and escapes count. */
  readonly quoted?: boolean;
}

const TOKEN =
  /\s+|#[^\n]*|(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<variable>\$\w+)|(?<word>[A-Za-z_][\w:]*)|(?<operator>\*\*|[-+*/%.x(),;=])/y;

function tokens(code: string): readonly Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < code.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(code);
    if (!match) throw new PerlError(unknown(code.slice(at, at + 12)));
    const [kind, text] = Object.entries(match.groups ?? {}).find(([, v]) => v !== undefined) ?? [];
    if (kind === undefined || text === undefined) continue;
    if (kind === "word" && text === "x" && found.at(-1)?.kind !== "operator") found.push({ kind: "operator", text });
    else if (kind === "string") found.push({ kind, text: text.slice(1, -1), quoted: text.startsWith('"') });
    else found.push({ kind: kind as Token["kind"], text });
  }
  return found;
}
const unknown = (text: string): string =>
  `Timonel's perl runs only simple programs (print, say, sleep, exit, die, arithmetic, bpi), and does not understand "${text.trim()}"`;

/**
 * A program of simple statements, one action at a time. `big`: numbers are exact, as under bignum. It stands for Perl
 * where a course prints something and ends; what it does not know it refuses.
 */
export function* run(code: string, options: { readonly big: boolean; readonly newline: boolean }): Generator<Action> {
  const all = tokens(code);
  const variables = new Map<string, Value>();
  let at = 0;
  const peek = (): Token | undefined => all[at];
  const is = (text: string): boolean => peek()?.kind !== "string" && peek()?.text === text;
  const take = (text: string): void => {
    if (!is(text)) throw new PerlError(unknown(peek()?.text ?? "end of program"));
    at++;
  };
  const interpolate = (text: string): string =>
    text.replace(/\\([nte\\"$@0])|\$\{?(\w+)\}?/g, (_, escape: string | undefined, name: string | undefined) =>
      escape === undefined ? show(variables.get(`$${name}`) ?? "") : (ESCAPES[escape] ?? escape),
    );
  const number = (value: Value): number => (typeof value === "string" ? Number.parseFloat(value) || 0 : Number(value));
  const exact = (a: Value, b: Value): boolean => options.big && typeof a === "bigint" && typeof b === "bigint";

  function primary(): Value {
    const token = all[at++];
    if (token === undefined) throw new PerlError("syntax error, at EOF");
    if (token.kind === "number") return options.big && /^\d+$/.test(token.text) ? BigInt(token.text) : Number(token.text);
    if (token.kind === "string") return token.quoted ? interpolate(token.text) : token.text.replace(/\\(['\\])/g, "$1");
    if (token.kind === "variable") return variables.get(token.text) ?? "";
    if (token.text === "(") {
      const value = expression();
      take(")");
      return value;
    }
    if (token.text === "-") {
      const value = primary();
      return typeof value === "bigint" ? -value : -number(value);
    }
    if (token.text === "bpi" || token.text === "PI") {
      if (!options.big) throw new PerlError(`Undefined subroutine &main::${token.text} called`);
      take("(");
      if (is(")")) throw new PerlError("Not enough arguments for bignum::bpi");
      const digits = number(expression());
      take(")");
      if (digits > 20_000) throw new PerlError("bpi: more than 20,000 digits are not simulated in Timonel");
      return pi(Math.max(1, Math.trunc(digits)));
    }
    throw new PerlError(unknown(token.text));
  }
  function power(): Value {
    const base = primary();
    if (!is("**")) return base;
    at++;
    const by = power();
    return exact(base, by) && number(by) >= 0 && number(by) < 10_000 ? (base as bigint) ** (by as bigint) : number(base) ** number(by);
  }
  const binary = (next: () => Value, operators: Readonly<Record<string, (a: Value, b: Value) => Value>>) => (): Value => {
    let value = next();
    for (let op = peek(); op?.kind === "operator" && operators[op.text]; op = peek()) {
      at++;
      value = (operators[op.text] as (a: Value, b: Value) => Value)(value, next());
    }
    return value;
  };
  const arithmetic =
    (whole: (a: bigint, b: bigint) => bigint, real: (a: number, b: number) => number) =>
    (a: Value, b: Value): Value =>
      exact(a, b) ? whole(a as bigint, b as bigint) : real(number(a), number(b));
  const divide = (a: Value, b: Value): Value => {
    if (number(b) === 0) throw new PerlError("Illegal division by zero");
    return exact(a, b) && (a as bigint) % (b as bigint) === 0n ? (a as bigint) / (b as bigint) : number(a) / number(b);
  };
  const product = binary(power, {
    "*": arithmetic(
      (a, b) => a * b,
      (a, b) => a * b,
    ),
    "/": divide,
    "%": arithmetic(
      (a, b) => ((a % b) + b) % b,
      (a, b) => ((a % b) + b) % b,
    ),
    x: (a, b) => {
      const times = Math.max(0, number(b));
      if (show(a).length * times > 1 << 20) throw new PerlError("Out of memory in perl:repeatcpy");
      return show(a).repeat(times);
    },
  });
  const expression: () => Value = binary(product, {
    "+": arithmetic(
      (a, b) => a + b,
      (a, b) => a + b,
    ),
    "-": arithmetic(
      (a, b) => a - b,
      (a, b) => a - b,
    ),
    ".": (a, b) => show(a) + show(b),
  });
  const list = (): readonly Value[] => {
    const values: Value[] = [];
    while (peek() && !is(";") && !is(")")) {
      values.push(expression());
      if (is(",")) at++;
      else break;
    }
    return values;
  };
  const wrapped = (): readonly Value[] => {
    if (!is("(")) return list();
    // print (…) takes what is in the parentheses only when nothing follows them.
    const start = at++;
    const values = list();
    take(")");
    if (!peek() || is(";")) return values;
    at = start;
    return list();
  };

  while (at < all.length) {
    if (is(";")) {
      at++;
      continue;
    }
    const token = all[at++] as Token;
    if (token.text === "my" && peek()?.kind === "variable") continue;
    if (token.kind === "variable" && is("=")) {
      at++;
      variables.set(token.text, expression());
    } else if (token.text === "use" || token.text === "no") {
      while (peek() && !is(";")) at++;
    } else if (token.text === "print" || token.text === "say") {
      const handle = is("STDERR") || is("STDOUT") ? (all[at++] as Token).text : "STDOUT";
      const end = token.text === "say" || options.newline ? "\n" : "";
      yield { do: "print", text: wrapped().map(show).join("") + end, to: handle === "STDERR" ? "stderr" : "stdout" };
    } else if (token.text === "sleep") yield { do: "sleep", seconds: Math.max(0, number(wrapped()[0] ?? 0)) };
    else if (token.text === "exit") return yield { do: "exit", code: number(wrapped()[0] ?? 0) & 255 };
    else if (token.text === "die") return yield { do: "die", message: wrapped().map(show).join("") || "Died" };
    else throw new PerlError(unknown(token.text));
    if (peek() && !is(";")) throw new PerlError(unknown((peek() as Token).text));
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", e: "\u001b", "0": "\0" };

/** A number as Perl prints it: 15 significant digits. */
function show(value: Value): string {
  if (typeof value !== "number") return String(value);
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Inf" : "-Inf";
  const text = Number(value.toPrecision(15)).toString();
  return text.replace(/e([+-])(\d)$/, "e$10$2");
}
