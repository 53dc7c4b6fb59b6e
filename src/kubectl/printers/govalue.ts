import { goQuote, goSprint } from "../../machinery/index.ts";

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
  return goSprint(value);
}
