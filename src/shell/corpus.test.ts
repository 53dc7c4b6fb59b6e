import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { outcomes, type Recorded, runOurs } from "./testing/corpus.ts";
import { corpus } from "./testing/corpus-scripts.ts";

const text = (name: string): string => read(name).toString();
const read = (name: string): Buffer => readFileSync(new URL(`testing/corpus/${name}`, import.meta.url));
const recorded = JSON.parse(gunzipSync(read("recorded.json.gz")).toString()) as readonly Recorded[];
const differences = JSON.parse(text("differences.json")) as Readonly<Record<string, string>>;
const all = outcomes(recorded);
// `npm run check` takes every fifth; `npm run prove` all of them.
const taken = process.env["TIMONEL_PROOFS"] === "full" ? all : all.filter((_, i) => i % 5 === 0);

describe("what bash, dash and busybox did with a script", () => {
  it.each(taken.filter((o) => differences[o.title] === undefined).map((o) => [o.title, o] as const))("%s", async (_, o) => {
    expect(await runOurs(o.script, o.shell)).toEqual(o.real);
  });
});

describe("a difference that is listed is one", () => {
  it.each(taken.filter((o) => differences[o.title] !== undefined).map((o) => [o.title, o] as const))("%s", async (_, o) => {
    expect(await runOurs(o.script, o.shell)).not.toEqual(o.real);
  });
});

it("lists differences of recorded scripts only, each with its reason", () => {
  const titles = new Set(all.map((o) => o.title));
  expect(Object.entries(differences).filter(([title, reason]) => !titles.has(title) || reason === "")).toEqual([]);
});

it("recorded the scripts that its seed and its texts give (else: node scripts/shell-corpus.mjs)", () => {
  expect(recorded.map(({ name, script }) => ({ name, script }))).toEqual(
    corpus(text("course.txt"), text("tools.txt"), text("guides.txt")).map(({ name, script }) => ({ name, script })),
  );
});
