/** A metric as it is exposed: name, type, help, and values by labels. */
export interface Family {
  readonly name: string;
  readonly type: "counter" | "gauge";
  readonly help: string;
  readonly samples: readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[];
}

export const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

const quoted = (text: string): string => text.replace(/[\\"\n]/g, (c) => (c === "\n" ? "\\n" : `\\${c}`));

/** Prometheus' text format, families by name. */
export const exposed = (families: readonly Family[]): string =>
  families
    .filter(({ samples }) => samples.length > 0)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, type, help, samples }) => {
      const lines = samples.map(([labels, value]) => {
        const pairs = Object.entries(labels).map(([label, text]) => `${label}="${quoted(text)}"`);
        return `${name}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${goFloat(value)}\n`;
      });
      return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
    })
    .join("");

/** 4294967296 is 4.294967296e+09, as Go's %v writes floats from 1e21 on and the exposition from 1e6. */
function goFloat(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
  if (Math.abs(value) < 1e6 && (value === 0 || Math.abs(value) >= 1e-4)) return String(value);
  const [mantissa, exponent = "0"] = value.toExponential().split("e");
  const n = Number(exponent);
  return `${mantissa}e${n < 0 ? "-" : "+"}${String(Math.abs(n)).padStart(2, "0")}`;
}
