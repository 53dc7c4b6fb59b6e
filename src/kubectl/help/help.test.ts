import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { root } from "../commands/table.ts";
import { globalFlags } from "../flags/groups.ts";
import { parseFlags } from "../flags/parse.ts";
import { fakeShell } from "../testing/fake.ts";
import { shapeOf } from "../testing/help-shape.ts";
import type { Command } from "../types.ts";
import { helpTexts } from "./index.ts";

const commands = commandsUnder([], root.subcommands ?? []);

function commandsUnder(path: readonly string[], list: readonly Command[]): readonly (readonly [string, Command])[] {
  return list.flatMap((c) => [[[...path, c.name].join(" "), c] as const, ...commandsUnder([...path, c.name], c.subcommands ?? [])]);
}

/** Lines of examples, and the kubectl in them: its words, quotes taken off. */
const examples = Object.entries(helpTexts).flatMap(([name, { examples: text = "" }]) =>
  text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => [name, line] as const),
);
const wordsOf = (line: string): readonly string[] =>
  (line.replace(/\$\([^)]*\)/g, "x").match(/(?:"[^"]*"|'[^']*'|[^\s'"])+/g) ?? []).map((w) => w.replaceAll(/["']/g, ""));

it("has a text that teaches for every command, and examples for every one that can be run", () => {
  expect(commands.filter(([name]) => helpTexts[name] === undefined).map(([name]) => name)).toEqual([]);
  expect(commands.filter(([name, c]) => c.run && helpTexts[name]?.examples === undefined).map(([name]) => name)).toEqual([]);
  expect(Object.keys(helpTexts).filter((name) => !commands.some(([n]) => n === name))).toEqual([]);
});

it("gives examples whose commands and flags there are, of the command itself", () => {
  for (const [name, line] of examples) {
    const calls = line.split(/ \| | && /).flatMap((part) => {
      const words = wordsOf(part).filter((w) => !/^[A-Z_]+=/.test(w));
      return words[0] === "kubectl" ? [words.slice(1).filter((w, i, all) => w !== ">" && all[i - 1] !== ">")] : [];
    });
    const used = calls.map((words) => {
      const path = pathOf(words);
      const { flags } = path.at(-1) as Command;
      const rest = words.filter((w) => !path.some((c) => c.name === w || c.aliases?.includes(w)));
      parseFlags({ ...globalFlags, ...flags }, rest, "kubectl");
      return path
        .slice(1)
        .map((c) => c.name)
        .join(" ");
    });
    expect(
      used.some((path) => path === name || path.startsWith(`${name} `)),
      `${name}: ${line}`,
    ).toBe(true);
  }
});

/** "create pdb web": the commands that the words name, from the root. */
function pathOf(words: readonly string[]): readonly Command[] {
  const path = [root];
  for (const word of words.filter((w) => !w.startsWith("-"))) {
    const next = path.at(-1)?.subcommands?.find((c) => c.name === word || c.aliases?.includes(word));
    if (!next) break;
    path.push(next);
  }
  return path;
}

const file = fileURLToPath(new URL("../testing/recorded-help.json", import.meta.url));
const shapes = JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, string>>;

describe("lays help out as kubectl v1.36.4 does", () => {
  it.each(Object.keys(shapes))("%s", async (line) => {
    const { out } = await fakeShell().kubectl(`${line.replace(/^kubectl ?/, "")}${line === "kubectl options" ? "" : " --help"}`);
    expect(shapeOf(out).join("\n")).toBe(shapes[line]);
  });
  it("says it of `kubectl help` too", async () => {
    const { kubectl } = fakeShell();
    expect((await kubectl("help create deploy")).out).toBe((await kubectl("create deployment --help")).out);
  });
});
