/** Labels as they stand in braces, a number, and when it was read, in virtual ms. */
export type Row = readonly [labels: string, value: number, at?: number];

/** One family of metrics in Prometheus' text format; nothing where it has no rows. `stability`: Kubernetes' word for it. */
export function family(name: string, type: "counter" | "gauge", help: string, rows: readonly Row[], stability?: string): string {
  if (rows.length === 0) return "";
  const lines = rows.map(([labels, value, at]) => `${name}${labels} ${number(value)}${at === undefined ? "" : ` ${at}`}\n`);
  return `# HELP ${name} ${stability === undefined ? "" : `[${stability}] `}${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

/** `{a="1",b="2"}`, by name. */
export function labels(pairs: Readonly<Record<string, string | number>>): string {
  const escaped = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
  const texts = Object.entries(pairs)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}="${escaped(String(value))}"`);
  return `{${texts.join(",")}}`;
}

/** As Go writes the shortest text of a number with %g. */
function number(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e6)) return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
  return String(value);
}
