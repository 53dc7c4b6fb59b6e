import { goQuote } from "./fields.ts";

/** A number as Go prints with %v what JSON decodes to: an int64 where it is whole and fits, else the shortest %g (strconv: ftoa.go). */
export function goFloat(n: number): string {
  if (Number.isNaN(n)) return "NaN";
  if (!Number.isFinite(n)) return n > 0 ? "+Inf" : "-Inf";
  if (Object.is(n, -0)) return "-0";
  if (isInt64(n)) return String(BigInt(n));
  const size = Math.abs(n);
  return size < 1e-4 || size >= 1e6 ? n.toExponential().replace(/e([+-])(\d)$/, "e$10$2") : String(n);
}
/** What kubectl's JSON decodes to an int64. */
export const isInt64 = (n: number): boolean => Number.isInteger(n) && Math.abs(n) < 2 ** 63;

/** JSON data as Go prints it with %v: `map[a:1 b:[x y]]`, keys sorted, null as `<nil>`. */
export function goSprint(value: unknown): string {
  if (value === undefined || value === null) return "<nil>";
  if (typeof value === "number") return goFloat(value);
  if (typeof value !== "object") return String(value as string | boolean | bigint);
  if (Array.isArray(value)) return `[${value.map(goSprint).join(" ")}]`;
  const map = value as Readonly<Record<string, unknown>>;
  const keys = sortedKeys(map);
  return `map[${keys.map((k) => `${k}:${goSprint(map[k])}`).join(" ")}]`;
}

/** The keys that are present, in Go's byte order (which for JSON keys is nearly always JavaScript's). */
export function sortedKeys(map: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(map)
    .filter((k) => map[k] !== undefined)
    .sort();
}

/** fmt.Sprintf over JSON data: the verbs a template can want. Whole numbers are int64, others float64, bigints int, as in templates. */
export function goSprintf(format: string, args: readonly unknown[]): string {
  let next = 0;
  const text = format.replace(
    /%([-+# 0]*)(\*|\d{1,5})?(?:\.(\d{1,4})?)?([a-zA-Z%!])|%$/g,
    (whole: string, flags: string | undefined, width: string | undefined, precision: string | undefined, verb: string | undefined) => {
      if (verb === undefined) return "%!(NOVERB)";
      if (verb === "%") return "%";
      const hasPrecision = whole.includes(".");
      let size = Number(width ?? 0);
      let left = flags?.includes("-") ?? false;
      if (width === "*") {
        size = Number(args[next++] ?? 0);
        if (size < 0) [left, size] = [true, -size];
        size = Math.min(size, 10_000);
      }
      if (next >= args.length) return `%!${verb}(MISSING)`;
      const one = goVerb(verb, args[next++], flags ?? "", hasPrecision ? Number(precision ?? 0) : undefined);
      return pad(one, size, left, flags?.includes("0") ?? false);
    },
  );
  if (next >= args.length) return text;
  const extra = args.slice(next).map((a) => `${goType(a)}=${goSprint(a)}`);
  return `${text}%!(EXTRA ${extra.join(", ")})`;
}

function pad(s: string, size: number, left: boolean, zeros: boolean): string {
  const length = Array.from(s).length;
  if (length >= size) return s;
  if (left) return s + " ".repeat(size - length);
  if (!zeros) return " ".repeat(size - length) + s;
  const sign = /^[-+]/.test(s) ? s.charAt(0) : "";
  return sign + "0".repeat(size - length) + s.slice(sign.length);
}

function goVerb(verb: string, value: unknown, flags: string, precision: number | undefined): string {
  // Whole numbers take the verbs of integers, whatever they are called.
  const a = typeof value === "number" && isInt64(value) && !["v", "T"].includes(verb) ? BigInt(value) : value;
  const wrong = (): string => (a === undefined || a === null ? `%!${verb}(<nil>)` : `%!${verb}(${goType(value)}=${goSprint(value)})`);
  const sign = (s: string): string => (flags.includes("+") && !s.startsWith("-") ? "+" + s : s);
  switch (verb) {
    case "v":
      if (flags.includes("#") && typeof a === "string") return goQuote(a);
      return typeof a === "number" || typeof a === "bigint" ? sign(goSprint(a)) : goSprint(a);
    case "s":
      if (typeof a === "string") return precision === undefined ? a : Array.from(a).slice(0, precision).join("");
      if (Array.isArray(a)) return `[${a.map((x) => goVerb("s", x, flags, precision)).join(" ")}]`;
      return wrong();
    case "q":
      if (typeof a === "string") return goQuote(a);
      if (Array.isArray(a)) return `[${a.map((x) => goVerb("q", x, flags, precision)).join(" ")}]`;
      if (typeof a === "object" && a !== null) return quotedMap(a as Readonly<Record<string, unknown>>);
      return wrong();
    case "d":
      if (typeof a !== "bigint") return wrong();
      return flags.includes(" ") && !flags.includes("+") && a >= 0n ? ` ${a}` : sign(String(a));
    case "U":
      return typeof a === "bigint" ? `U+${a.toString(16).toUpperCase().padStart(4, "0")}` : wrong();
    case "x":
    case "X":
    case "o":
    case "b":
    case "c":
      return integerVerb(verb, a, flags.includes("#")) ?? wrong();
    case "f":
    case "F":
      return typeof a === "number" ? sign(a.toFixed(Math.min(precision ?? 6, 100))) : wrong();
    case "e":
    case "g":
      if (typeof a !== "number") return wrong();
      return verb === "g" ? goFloat(a) : a.toExponential(Math.min(precision ?? 6, 100)).replace(/e([+-])(\d)$/, "e$10$2");
    case "t":
      return typeof a === "boolean" ? String(a) : wrong();
    case "T":
      return goType(a);
    default:
      return wrong();
  }
}

const quotedMap = (map: Readonly<Record<string, unknown>>): string =>
  `map[${sortedKeys(map)
    .map((k) => `${goQuote(k)}:${goVerb("q", map[k], "", undefined)}`)
    .join(" ")}]`;

const PREFIX: Readonly<Record<string, string>> = { x: "0x", X: "0X", o: "0", b: "0b" };

function integerVerb(verb: string, a: unknown, prefixed: boolean): string | undefined {
  if (typeof a === "string" && (verb === "x" || verb === "X")) {
    const bytes = encodeURIComponent(a.replace(/\p{Surrogate}/gu, "\uFFFD")).match(/%[0-9A-F]{2}|[^%]/g) ?? [];
    const hex = bytes.map((b) => (b.length === 3 ? b.slice(1).toLowerCase() : b.charCodeAt(0).toString(16))).join("");
    return verb === "X" ? hex.toUpperCase() : hex;
  }
  if (typeof a !== "bigint") return undefined;
  if (verb === "c") return String.fromCodePoint(Math.min(Math.max(Number(a), 0), 0x10ffff));
  const text = a.toString(verb === "o" ? 8 : verb === "b" ? 2 : 16);
  return (prefixed ? (PREFIX[verb] ?? "") : "") + (verb === "X" ? text.toUpperCase() : text);
}

/** The Go type JSON data decodes to. */
export function goType(a: unknown): string {
  if (a === undefined || a === null) return "<nil>";
  if (typeof a === "number") return isInt64(a) ? "int64" : "float64";
  if (typeof a === "bigint") return "int";
  if (typeof a === "boolean") return "bool";
  if (typeof a === "string") return "string";
  return Array.isArray(a) ? "[]interface {}" : "map[string]interface {}";
}
