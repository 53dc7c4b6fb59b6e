import { goQuote } from "../../machinery/index.ts";

/** A JSON value as Go's %#v prints what it was decoded to. */
export function goValue(value: unknown): string {
  if (value === null || value === undefined) return "interface {}(nil)";
  if (typeof value === "string") return goQuote(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map(goValue).join(", ")}}`;
  if (typeof value === "object") {
    const map = value as Record<string, unknown>;
    return `map[string]interface {}{${Object.keys(map)
      .sort()
      .map((k) => `${goQuote(k)}:${goValue(map[k])}`)
      .join(", ")}}`;
  }
  return String(value);
}

/** A JSON value as Go's %v prints what it was decoded to: whole numbers that fit are integers, others floats. */
export function plainGo(value: unknown): string {
  if (value === null || value === undefined) return "<nil>";
  if (Array.isArray(value)) return `[${value.map(plainGo).join(" ")}]`;
  if (typeof value === "number") return goNumber(value);
  if (typeof value !== "object") return String(value);
  const map = value as Record<string, unknown>;
  return `map[${Object.keys(map)
    .sort()
    .map((k) => `${k}:${plainGo(map[k])}`)
    .join(" ")}]`;
}

function goNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 63) return String(BigInt(value));
  const exponent = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  // %v of a float is %g with the shortest digits.
  return exponent >= -4 && exponent < 6 ? String(value) : value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
}
