import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { testTerminal } from "../testing/kernel.ts";
import { type Case, type Group, plan } from "../testing/readline-plan.ts";

interface Screen {
  readonly title: string;
  readonly screen: readonly string[];
  readonly row: number;
  readonly column: number;
}
const read = <T>(name: string): T => JSON.parse(readFileSync(new URL(`recorded/${name}.json`, import.meta.url), "utf8")) as T;
const cases = plan(read<readonly Group[]>("rows"));
const { recorded } = read<{ readonly recorded: readonly Screen[] }>("recorded");
const differences = read<Readonly<Record<string, string>>>("known-differences");
const HOME = "/tmp/rl";
// `npm run check` takes every fourth; `npm run prove` all of them.
const taken = process.env["TIMONEL_PROOFS"] === "full" ? cases : cases.filter((_, i) => i % 4 === 0);

/** The same keys in our bash, on a terminal of the same size. */
async function typed({ title, files, columns, steps }: Case): Promise<Screen> {
  const t = await testTerminal(
    { HOME, PATH: `${HOME}/bin:/opt/shell`, PS1: "$ ", HISTFILE: `${HOME}/.history`, INPUTRC: `${HOME}/.inputrc` },
    "gnu",
    {
      cwd: HOME,
      columns,
      files: {
        "/opt/shell/bash": { program: "bash" },
        ...Object.fromEntries(
          Object.entries(files).map(([name, text]) => [
            `${HOME}/${name.replace(/\/$/, "")}`,
            name.endsWith("/") ? { directory: true as const } : { text, mode: name.startsWith("bin/") ? 0o755 : 0o644 },
          ]),
        ),
      },
    },
  );
  for (const step of steps) {
    if ("resize" in step) {
      t.grid.resize(...step.resize);
      t.terminal.resize(...step.resize);
      await t.clock.advance(100);
    } else await t.type(step.keys, 1500);
  }
  const rows = t.grid.rows();
  const { row, column } = t.grid.cursor();
  return { title, screen: rows.slice(0, Math.max(row + 1, rows.findLastIndex((r) => r !== "") + 1)), row, column };
}

const shown = (s: Screen | undefined): string => `${s?.screen.join("\n")}\n(${s?.row}, ${s?.column})`;

describe("what bash and readline make of keys", () => {
  const known = new Map(recorded.map((r) => [r.title, r]));
  it.each(taken.filter((c) => !(c.title in differences)).map((c) => [c.title, c] as const))("%s", async (title, c) => {
    expect(shown(await typed(c))).toBe(shown(known.get(title)));
  });
  it.each(taken.filter((c) => c.title in differences).map((c) => [c.title, c] as const))("differs: %s", async (title, c) => {
    expect(shown(await typed(c))).not.toBe(shown(known.get(title)));
  });
  it("recorded every row (else: node scripts/record-readline.mjs)", () => {
    expect(recorded.map((r) => r.title)).toEqual(cases.map((c) => c.title));
    expect(Object.keys(differences).filter((title) => !known.has(title))).toEqual([]);
  });
});
