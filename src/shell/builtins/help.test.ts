import { expect, it } from "vitest";
import { runOurs } from "../testing/corpus.ts";
import { helpTopics } from "./help-text.ts";
import { builtinTable } from "./index.ts";

it("tells of every builtin", () => {
  const missing = Object.entries(builtinTable()).filter(([name, b]) => b?.not !== "bash" && !helpTopics.includes(name));
  expect(missing.map(([name]) => name)).toEqual([]);
});

it.each([
  ["help shift", "shift: shift [n]\n    Drop the first positional parameter, or n of them.\n", "", 0],
  [
    "help -d cd pwd",
    "cd - Change the folder that the shell works in; `-' is the one before.\npwd - Show the folder that the shell works in.\n",
    "",
    0,
  ],
  [
    "help -s 'un*'",
    "unalias: unalias [-a] name [name ...]\nunset: unset [-f] [-v] [-n] [name ...]\nuntil: until COMMANDS; do COMMANDS-2; done\n",
    "",
    0,
  ],
  ["help nope", "", "bash: line 1: help: no help topics match `nope'.  Try `help help' or `man -k nope' or `info nope'.\n", 1],
])("%s", async (script, out, err, code) => expect(await runOurs(script, "bash")).toEqual({ out, err, code }));
