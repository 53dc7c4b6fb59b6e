import { describe, expect, it } from "vitest";
import { testCluster } from "../../testing/kernel.ts";
import known from "./recorded/known-differences.json" with { type: "json" };
import documented from "./recorded/documented.json" with { type: "json" };

const reasons: Readonly<Record<string, string>> = known;
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
/** Blank lines at the end are not told apart where a page is made of examples. */
const trimmed = (text: string): string => text.replace(/\s+$/, "");
const MARK = "=====\n";

const pages = new Map<string, (typeof documented.examples)[number][]>();
for (const example of documented.examples) {
  const page = example.name.split(" ")[0] as string;
  pages.set(page, [...(pages.get(page) ?? []), example]);
}

/** The examples of yq's documentation, which its own tests print: `scripts/record-yq.mjs`. */
describe("as yq's documentation shows it", () => {
  it.each([...pages])("%s", async (_page, examples) => {
    const script = examples.map(({ files, run }, i) => {
      const setup = Object.entries(files).map(
        ([path, content]) => `mkdir -p $(dirname ${path}); printf %s ${quoted(content)} > ${path}; chmod +x ${path}\n`,
      );
      return `mkdir -p /mnt/${i}/w; cd /mnt/${i}/w; ${setup.join("")}(${run}\n) 2>&1; echo; printf '${MARK.replace("\n", "\\n")}'\n`;
    });
    const { out } = await testCluster(Date.UTC(2021, 4, 19, 1, 2, 2)).run(script.join(""), { image: "debian", shell: "bash" });
    const parts = out.split(MARK);
    const got = Object.fromEntries(examples.map(({ name, run }, i) => [name, /\bnow\b/.test(run) ? "the time" : trimmed(parts[i] ?? "")]));
    const shown = (run: string, want: string): string => (/\bnow\b/.test(run) ? "the time" : trimmed(want));
    // What is listed has to differ still: a reason that no longer holds is to be struck out.
    const differing = examples.filter(({ name, out: want, run }) => got[name] !== shown(run, want)).map(({ name }) => name);
    const wanted = Object.fromEntries(
      examples.map(({ name, out: want, run }) => [name, reasons[name] === undefined ? shown(run, want) : got[name]]),
    );
    expect(got).toEqual(wanted);
    expect(differing).toEqual(examples.map(({ name }) => name).filter((name) => reasons[name] !== undefined));
  });
});
