import { goFloat } from "../../goprint.ts";
import { goQuote } from "../../fields.ts";
import { Uint } from "../ast.ts";
import { CelError, isMap, ListValue, TypeName, typeNameOf, type Value } from "../values.ts";

/** `'%s has %d'.format([...])` (k8s: cel-go ext/formatting.go, in English as there). */
export function formatText(text: string, args: readonly Value[]): string {
  let next = 0;
  return text.replace(/%(?:\.(\d+))?(.?)/gsu, (_, precision: string | undefined, verb: string) => {
    if (verb === "%") return "%";
    if (verb === "") throw new CelError("could not parse formatting clause: unexpected end of string");
    const write = VERBS[verb];
    if (write === undefined) throw new CelError(`could not parse formatting clause: unrecognized formatting clause "${verb}"`);
    if (next >= args.length) throw new CelError(`index ${next} out of range`);
    return write(args[next++] as Value, precision === undefined ? 6 : Number(precision));
  });
}

type Verb = (value: Value, precision: number) => string;

const refuse = (verb: string, wanted: string, value: Value): never => {
  throw new CelError(`error during formatting: ${verb} clause can only be used on ${wanted}, was given ${typeNameOf(value)}`);
};

const whole = (value: Value): bigint | undefined => (typeof value === "bigint" ? value : value instanceof Uint ? value.value : undefined);

function special(value: number): string | undefined {
  if (Number.isNaN(value)) return "NaN";
  return Number.isFinite(value) ? undefined : value > 0 ? "∞" : "-∞";
}

const VERBS: Readonly<Record<string, Verb>> = {
  s: (value) => (typeof value === "number" ? (special(value) ?? goFloat(value)) : plain(value)),
  d(value) {
    if (typeof value === "number") return special(value) ?? refuse("decimal", "integers", value);
    return String(whole(value) ?? refuse("decimal", "integers", value));
  },
  f(value, precision) {
    const number = typeof value === "number" ? value : refuse("fixed-point", "doubles", value);
    return special(number) ?? grouped(number.toFixed(precision));
  },
  e(value, precision) {
    const number = typeof value === "number" ? value : refuse("scientific", "doubles", value);
    const [mantissa = "", exponent = ""] = number.toExponential(precision).split("e");
    return special(number) ?? `${mantissa} × 10${superscript(exponent)}`;
  },
  b(value) {
    if (typeof value === "boolean") return value ? "1" : "0";
    return (whole(value) ?? refuse("binary", "integers and bools", value)).toString(2);
  },
  x: (value) => hexadecimal(value),
  X: (value) => hexadecimal(value).toUpperCase(),
  o: (value) => (whole(value) ?? refuse("octal", "integers", value)).toString(8),
};

function hexadecimal(value: Value): string {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  if (bytes instanceof Uint8Array) return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return (whole(value) ?? refuse("hex", "integers, byte buffers, and strings", value)).toString(16);
}

const grouped = (text: string): string =>
  text.replace(/^(-?)(\d+)/, (_, sign: string, digits: string) => sign + digits.replace(/\B(?=(\d{3})+$)/g, ","));

/** `+3` as ⁰³. */
function superscript(exponent: string): string {
  const digits = exponent.replace(/^[+-]/, "").padStart(2, "0");
  return (exponent.startsWith("-") ? "⁻" : "") + [...digits].map((d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(d)]).join("");
}

function plain(value: Value): string {
  if (value === null) return "null";
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (value instanceof TypeName) return value.name;
  if (value instanceof ListValue) return `[${value.values().map(quoted).join(", ")}]`;
  if (isMap(value)) {
    const pairs = value.keys().map((key) => `${quoted(key)}:${quoted(value.get(key) ?? null)}`);
    return `{${pairs.toSorted().join(", ")}}`;
  }
  return String(value);
}

/** As it stands inside a list or a map. */
function quoted(value: Value): string {
  if (typeof value === "string") return goQuote(value);
  if (typeof value === "number") return special(value) === undefined ? value.toFixed(6) : goQuote(special(value) as string);
  if (value instanceof Uint8Array) return `b${goQuote(plain(value))}`;
  const type = typeNameOf(value);
  return type.endsWith("Duration")
    ? `duration(${goQuote(plain(value))})`
    : type.endsWith("Timestamp")
      ? `timestamp(${goQuote(plain(value))})`
      : plain(value);
}
