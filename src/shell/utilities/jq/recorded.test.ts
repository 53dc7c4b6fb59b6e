import { describe, expect, it } from "vitest";
import { testCluster } from "../../testing/kernel.ts";
import known from "./recorded/known-differences.json" with { type: "json" };
import recordings from "./recorded/recorded.json" with { type: "json" };

const reasons: Readonly<Record<string, string>> = known;
const { inputs, recorded } = recordings;
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const MARK = "=====";
const SIZE = 40;

const nameOf = ({ input, program, flags }: { input: string; program: string; flags: readonly string[] }): string =>
  [input, program, ...flags].join(" ");
/** What was recorded has no last newline, and calls its input a device. */
const trimmed = (text: string): string => text.replace(/\n+$/, "").replaceAll("/dev/stdin", "<stdin>");
const chunks = Array.from({ length: Math.ceil(recorded.length / SIZE) }, (_, i) => recorded.slice(i * SIZE, (i + 1) * SIZE));

/** Rows that jq 1.7.1 answered: `scripts/record-jq.mjs`. */
describe("as jq 1.7.1 answered", () => {
  it.each(chunks.map((rows, i) => [i * SIZE, rows] as const))("rows from %d", async (_, rows) => {
    const script = rows.map(({ input, program, flags }) => {
      const at = flags.findIndex((f) => f === "--args" || f === "--jsonargs");
      const words = at < 0 ? [...flags, program] : [...flags.slice(0, at), program, ...flags.slice(at)];
      return `printf %s ${quoted((inputs as Record<string, string>)[input] ?? "")} | jq ${words.map(quoted).join(" ")} 2> err; c=$?; printf '\\n${MARK}'; cat err; printf '\\n${MARK}%s${MARK}' $c\n`;
    });
    const { out } = await testCluster(1_700_000_000_000).run(`cd /tmp; ${script.join("")}`, { image: "debian", shell: "bash" });
    const parts = out.split(MARK);
    const got = Object.fromEntries(
      rows.map((row, i) => [
        nameOf(row),
        { out: trimmed(parts[3 * i] ?? ""), err: trimmed(parts[3 * i + 1] ?? ""), code: Number(parts[3 * i + 2]) },
      ]),
    );
    const wanted = Object.fromEntries(rows.map((row) => [nameOf(row), { out: trimmed(row.out), err: trimmed(row.err), code: row.code }]));
    const differing = Object.keys(wanted).filter((name) => JSON.stringify(got[name]) !== JSON.stringify(wanted[name]));
    // What is listed has to differ still: a reason that no longer holds is to be struck out.
    expect(Object.fromEntries(Object.entries(got).filter(([name]) => reasons[name] === undefined))).toEqual(
      Object.fromEntries(Object.entries(wanted).filter(([name]) => reasons[name] === undefined)),
    );
    expect(differing.filter((name) => reasons[name] !== undefined)).toEqual(
      Object.keys(wanted).filter((name) => reasons[name] !== undefined),
    );
  });
});
