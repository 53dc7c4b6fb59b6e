import { loadLater } from "../../runtime/index.ts";
import type { Tool, Utility } from "./tool.ts";

/** Pages are made from the tables of what there is, which are at hand only where they are asked for. */
const later = loadLater(() => import("./man/main.ts"));

const row = (name: string, usage: string, about: string, run: (t: Tool) => Promise<number>): Utility => ({
  name,
  usage,
  about,
  flags: {},
  parse: "raw",
  run,
});

export const man = row("man", "[-f|-k] [SECTION] PAGE...", "Show the manual page of a command", async (t) =>
  (await t.proc.code(later)).runMan(t),
);
export const apropos = row("apropos", "WORD...", "Search the names and descriptions of manual pages", async (t) =>
  (await t.proc.code(later)).runApropos(t, t.args),
);
export const whatis = row("whatis", "NAME...", "Show what a command is in one line", async (t) =>
  (await t.proc.code(later)).runWhatis(t, t.args),
);
