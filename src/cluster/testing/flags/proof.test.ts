import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { testCluster } from "../../testing.ts";
import { flagProofs } from "./index.ts";
import type { FlagRow } from "./row.ts";

const file = fileURLToPath(new URL("../../../kubectl/testing/recorded-flags.json", import.meta.url));
const recorded = JSON.parse(readFileSync(file, "utf8")) as {
  readonly global: object;
  readonly commands: Readonly<Record<string, { readonly flags: object }>>;
};

/** Commands whose flags have no rows yet; the aim is none. */
const UNPROVEN = new Set([
  "",
  ..."create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate api-resources config kuberc plugin version".split(
    " ",
  ),
]);

const all = Object.values(flagProofs).flat();
const keyOf = ({ command, flag }: Pick<FlagRow, "command" | "flag">): string => `${command} --${flag}`.trim();

it("has a row for every flag of every command", () => {
  const proven = new Set(all.map(keyOf));
  const flags = Object.entries({ ...recorded.commands, "": { flags: recorded.global } }).flatMap(([command, { flags: own }]) =>
    Object.keys(own).map((flag) => ({ command, flag })),
  );
  const without = flags.filter((f) => !proven.has(keyOf(f)));
  expect(without.filter(({ command }) => !UNPROVEN.has(command.split(" ")[0] as string)).map(keyOf)).toEqual([]);
  // What is proven is taken off the list above, and no row is about a flag that there is not.
  expect([...UNPROVEN].filter((name) => !without.some(({ command }) => command.split(" ")[0] === name))).toEqual([]);
  const known = new Set(flags.map(keyOf));
  expect(all.map(keyOf).filter((key) => !known.has(key))).toEqual([]);
});

for (const [half, rows] of Object.entries(flagProofs).filter(([, { length }]) => length > 0)) {
  describe(`flags of commands that are for ${half} show what they do`, () => {
    const cluster = testCluster();
    let count = 0;
    /** A line in a folder of its own, with a name of its own, which is shown as $N. */
    const shown = async (line: string): Promise<string> => {
      const name = `${half[0]}${++count}`;
      return (await (await cluster).sh(`N=${name}; mkdir -p /tmp/${name}; cd /tmp/${name}; ${line}`)).replaceAll(name, "$N");
    };
    it.each(rows.map((row) => [row.line, row] as const))("%s", async (_, { line, without, shows }) => {
      expect(await shown(line)).toContain(shows);
      expect(await shown(without)).not.toContain(shows);
    });
  });
}
