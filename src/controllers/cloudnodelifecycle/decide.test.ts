import { expect, it } from "vitest";
import type { Node } from "../../api/index.ts";
import { verdictOn } from "./decide.ts";

const shutdown = { key: "node.cloudprovider.kubernetes.io/shutdown", effect: "NoSchedule" };
const other = { key: "mine", effect: "NoSchedule" };
const node = (ready: string, taints: readonly object[] = []): Node => ({
  spec: { taints: taints as [] },
  status: { conditions: [{ type: "Ready", status: ready }] },
});

it.each([
  ["a ready node", node("True"), undefined, "keep"],
  ["a ready node that was off", node("True", [other, shutdown]), undefined, { taints: [other] }],
  ["a silent one whose machine is there", node("Unknown"), { exists: true, shutdown: false }, "keep"],
  ["a silent one whose machine is off", node("Unknown", [other]), { exists: true, shutdown: true }, { taints: [other, shutdown] }],
  ["one that is known to be off", node("Unknown", [shutdown]), { exists: true, shutdown: true }, "keep"],
  ["one whose machine is gone", node("False"), { exists: false, shutdown: false }, "delete"],
  ["one that never said a word", { spec: {} }, { exists: false, shutdown: false }, "delete"],
] as const)("%s", (_what, given, found, expected) => {
  const verdict = verdictOn(given as Node, () => {
    if (!found) throw new Error("the cloud is not asked about a ready node");
    return found;
  });
  expect(verdict).toEqual(expected);
});
