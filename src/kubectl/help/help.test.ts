import { expect, it } from "vitest";
import { root } from "../commands/table.ts";
import { globalFlags } from "../flags/groups.ts";
import { parseFlags } from "../flags/parse.ts";
import { fakeShell } from "../testing/fake.ts";
import type { Command } from "../types.ts";
import { helpTexts } from "./index.ts";

/** Commands whose texts are not written yet; the aim is none. */
const UNTOLD = new Set(
  "explain get rollout certificate cluster-info top describe logs attach exec port-forward proxy cp auth debug events wait completion api-resources api-versions plugin version options".split(
    " ",
  ),
);
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
  const told = commands.filter(([name]) => !UNTOLD.has(name.split(" ")[0] as string));
  expect(told.filter(([name]) => helpTexts[name] === undefined).map(([name]) => name)).toEqual([]);
  expect(told.filter(([name, c]) => c.run && helpTexts[name]?.examples === undefined).map(([name]) => name)).toEqual([]);
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

it("lays help out as kubectl does", async () => {
  const { kubectl } = fakeShell();
  const { out } = await kubectl("create deployment --help");
  expect(out.split("\n").filter((line) => /^[A-Z][\w ]*:$|^Use "/.test(line))).toEqual([
    "Aliases:",
    "Examples:",
    "Options:",
    "Usage:",
    'Use "kubectl options" for a list of global command-line options (applies to all commands).',
  ]);
  expect(out).toContain("\n\nExamples:\n  # One pod of nginx\n  kubectl create deployment web --image=nginx\n  \n  # Three");
  expect((await kubectl("help create deploy")).out).toBe(out);
});
