import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { computer } from "../../testing/computer.ts";

interface Row {
  readonly script: string;
  readonly code: number;
  readonly out: string;
  readonly err: string;
}
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8"));
/** What CPython 3.12 made of each: recorded by scripts/record-python.py. */
const rows = read("corpus.json") as readonly Row[];
/** What is different here, and why. */
const differences = read("differences.json") as Readonly<Record<string, Partial<Row> & { readonly why: string }>>;

/** Without addresses, and without frames of the library: it is written anew here, and none of its lines are shown. */
function told(text: string): string {
  const lines: string[] = [];
  let hidden = false;
  for (const line of text.replace(/0x[0-9a-f]{6,}/g, "0x…").split("\n")) {
    if (line.startsWith('  File "')) hidden = /^ {2}File "(?:\/usr\/local\/lib\/|<frozen)/.test(line);
    else if (!line.startsWith("    ")) hidden = false;
    if (!hidden) lines.push(line);
  }
  return lines.join("\n").replace(/Traceback \(most recent call last\):\n(?! )/g, "");
}

it("runs scripts as CPython 3.12 does, to the letter of what they print and of how they fail", async () => {
  const { run } = computer();
  const { exec } = await run("python:3.12", { command: ["sleep", "100000"] });
  const wrong: unknown[] = [];
  for (const { script, ...recorded } of rows) {
    const { why: _, ...own } = differences[script] ?? { why: "" };
    const want = { ...recorded, ...own };
    const { code, out, err } = await exec(
      "sh",
      "-c",
      `cat > /tmp/app.py <<'END-OF-SCRIPT'\n${script}END-OF-SCRIPT\npython3 -u /tmp/app.py`,
    );
    const have = { code, out: told(out), err: told(err) };
    if (code !== want.code || have.out !== told(want.out) || have.err !== told(want.err)) wrong.push({ script, have, want });
  }
  expect(wrong).toEqual([]);
});
