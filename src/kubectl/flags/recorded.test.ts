import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { root } from "../commands/table.ts";
import { usageLine } from "../help.ts";
import type { Command } from "../types.ts";
import { globalFlags } from "./groups.ts";
import { shownDefault, type Flag, type FlagTable } from "./parse.ts";

/** What scripts/record-flags.mjs found in kubectl v1.36.4. */
interface Recorded {
  readonly global: RecordedFlags;
  readonly commands: Readonly<
    Record<string, { readonly usage?: string; readonly aliases: readonly string[]; readonly flags: RecordedFlags }>
  >;
}
type RecordedFlags = Readonly<
  Record<string, { readonly short?: string; readonly type: string; readonly default: string; readonly bare?: boolean }>
>;
const file = fileURLToPath(new URL("../testing/recorded-flags.json", import.meta.url));
const recorded = JSON.parse(readFileSync(file, "utf8")) as Recorded;

/** Flags that are not as in v1.36.4, with why. */
const differing: Readonly<Record<string, string>> = {};

const ours = new Map(commandsUnder([], root.subcommands ?? []));

function commandsUnder(path: readonly string[], commands: readonly Command[]): [string, Command][] {
  return commands.flatMap((c) => {
    const here = [...path, c.name];
    return [[here.join(" "), c] as [string, Command], ...commandsUnder(here, c.subcommands ?? [])];
  });
}

const pathOf = (path: string): readonly Command[] => [
  root,
  ...path.split(" ").map((_, i, names) => ours.get(names.slice(0, i + 1).join(" ")) as Command),
];

const described = ([name, flag]: readonly [string, Flag]) =>
  `--${name}${flag.short ? ` -${flag.short}` : ""} ${flag.type} ${shownDefault(flag)}${flag.bare === undefined ? "" : " bare"}`;
const shown = (path: string, table: FlagTable): readonly string[] =>
  Object.entries(table)
    .filter(([name, { deprecated }]) => deprecated === undefined && differing[`${path} --${name}`] === undefined)
    .map(described)
    .sort();
const wanted = (path: string, flags: RecordedFlags): readonly string[] =>
  Object.entries(flags)
    .filter(([name]) => differing[`${path} --${name}`] === undefined)
    .map(([name, f]) => `--${name}${f.short ? ` -${f.short}` : ""} ${f.type} ${f.default}${f.bare ? " bare" : ""}`)
    .sort();

describe("flags as kubectl v1.36.4 has them: names, shorthands, types, defaults, and which may stand alone", () => {
  it.each(Object.keys(recorded.commands))("kubectl %s", (path) => {
    const { usage, aliases, flags } = recorded.commands[path] as Recorded["commands"][string];
    expect(shown(path, ours.get(path)?.flags ?? {})).toEqual(wanted(path, flags));
    expect(ours.get(path)?.aliases ?? []).toEqual(aliases);
    expect(usage === undefined ? usage : usageLine(pathOf(path))).toBe(usage);
  });
  it("the flags of every command", () => expect(shown("", globalFlags)).toEqual(wanted("", recorded.global)));
  it("has no command that v1.36.4 has not, and lists no difference that is none", () => {
    expect([...ours.keys()].filter((path) => !(path in recorded.commands))).toEqual([]);
    const flag = (key: string): string => {
      const [path = "", name = ""] = key.split(/ ?--/);
      const mine = (path === "" ? globalFlags : ours.get(path)?.flags)?.[name];
      const theirs = (path === "" ? recorded.global : recorded.commands[path]?.flags)?.[name];
      return mine && theirs && shown("", { [name]: mine })[0] === wanted("", { [name]: theirs })[0] ? key : "";
    };
    expect(Object.keys(differing).map(flag).filter(Boolean)).toEqual([]);
  });
});
