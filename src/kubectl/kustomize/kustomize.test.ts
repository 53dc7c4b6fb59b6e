import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { fakeShell } from "../testing/fake.ts";
import recorded from "./testing/recorded.json" with { type: "json" };
import known from "./testing/known-differences.json" with { type: "json" };
import { memoryFiles } from "./testing/memory.ts";

interface Row {
  readonly name: string;
  readonly k: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly run?: string;
}
const { shared, rows } = parse(readFileSync(new URL("./testing/rows.yaml", import.meta.url), "utf8")) as {
  shared: Record<string, string>;
  rows: readonly Row[];
};
const HOME = "/home/learner";

/** What our kubectl makes of a row; of a shell's words only `&& cat FILE` and `&& ls FOLDER` are understood. */
async function run({ k, files, run: line = "kubectl kustomize ." }: Row): Promise<{ out: string; err: string; code: number }> {
  const fs = memoryFiles(HOME, { ...shared, "kustomization.yaml": k, ...files, ".kube/config": "" });
  const { kubectl } = fakeShell({}, undefined, fs);
  const [first = "", then] = line.split(" && ");
  const { out, err, code } = await kubectl(first.replace(/^kubectl /, ""));
  const [tool, path = ""] = code === 0 ? (then?.split(" ") ?? []) : [];
  const more = tool === "cat" ? fs.readText(path) : tool === "ls" ? `${fs.readdir(path).join("\n")}\n` : "";
  const plain = (text: string): string =>
    text
      .replaceAll(HOME, "<pwd>")
      .replaceAll(/&\{\w+Generator [\w-]+\}/g, "<generator>")
      .replaceAll(/^([IWE])\d{4} [\d:.]+ +\d+ /gm, "$1<klog> ");
  return { out: plain(out + more), err: plain(err), code };
}

const theirs = recorded as Record<string, { out: string; err: string; code: number }>;
it.each(rows.filter(({ name }) => !(name in known)))("builds as the real kubectl does: $name", async (row) => {
  expect(await run(row)).toEqual(theirs[row.name]);
});

it.each(rows.filter(({ name }) => name in known))("differs, as the list says: $name", async (row) => {
  expect(await run(row)).not.toEqual(theirs[row.name]);
});

it("has no difference listed that is no row", () => {
  expect(Object.keys(known).filter((name) => !rows.some((r) => r.name === name))).toEqual([]);
});
