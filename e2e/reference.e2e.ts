import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { bundleForNode } from "../scripts/bundle.mjs";
import { compareHere } from "../scripts/reference.mjs";

interface Known {
  readonly step: number;
  readonly run: string;
  readonly reason: string;
}
interface Comparison {
  readonly total: number;
  readonly equal: number;
  readonly differences: readonly { readonly step: number; readonly run: string; readonly ours: object; readonly theirs: object }[];
}

const here = new URL("reference/", import.meta.url).pathname;
const known = JSON.parse(readFileSync(`${here}known-differences.json`, "utf8")) as Readonly<Record<string, readonly Known[]>>;

/** A sample that takes seconds; `npm run reference` compares all recordings. */
const sample = [
  "scenarios/deployments-basic",
  "scenarios/deployments-errors",
  "scenarios/deployments-rollout",
  "scenarios/pods-basic",
  "scenarios/pods-defaults",
  "scenarios/services-types",
  "scenarios/configmaps",
  "scenarios/secrets",
  "scenarios/patch-types",
  "scenarios/apply-three-way",
  "scenarios/apply-server-side-conflicts",
  "scenarios/events-describe",
  "scenarios/output-jsonpath",
  "scenarios/wait-conditions",
  "node/init-containers-in-order",
  "node/graceful-termination",
  "node/environment-sources",
];

describe("what a real v1.36.2 cluster answered", () => {
  let bundle: string;
  beforeAll(async () => {
    bundle = (await bundleForNode("src/node/replay.ts", "replay")) as string;
  });

  it.each(sample)("%s: every step but those known to differ", async (name) => {
    const { differences, total } = (await compareHere(`${here}${name}.yaml`, bundle)) as Comparison;
    expect(total).toBeGreaterThan(0);
    const listed = known[name.split("/")[1] as string] ?? [];
    // A new difference shows what is answered and what should be.
    const fresh = differences.filter((d) => !listed.some((k) => k.step === d.step));
    expect(fresh.map(({ step, run, ours }) => ({ step, run, ...ours }))).toEqual(
      fresh.map(({ step, run, theirs }) => ({ step, run, ...theirs })),
    );
    expect(
      differences.map((d) => d.step),
      "steps that differ (one less than known: npm run reference -- --known)",
    ).toEqual(listed.map((k) => k.step));
  });
});

it("gives a reason for every known difference", () => {
  expect(
    Object.values(known)
      .flat()
      .filter((k) => k.reason === ""),
  ).toEqual([]);
});
