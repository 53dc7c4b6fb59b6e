import { expect, it } from "vitest";
import { matchesNodeAffinity, toleratesTaint } from "./placement.ts";

const taint = { key: "k", value: "v", effect: "NoExecute" };
it.each([
  [{ operator: "Exists" }, true],
  [{ key: "k", operator: "Exists", effect: "NoSchedule" }, false],
  [{ key: "k", value: "v" }, true],
  [{ key: "k", operator: "Equal", value: "w" }, false],
  [{ key: "k", operator: "", value: "v" }, true],
  [{ key: "x", operator: "Exists" }, false],
])("%j tolerates: %s", (toleration, expected) => expect(toleratesTaint(toleration, taint)).toBe(expected));

const node = { metadata: { name: "node-1", labels: { disk: "ssd", cpus: "8", empty: "", load: "0.5" } } };
const required = (...nodeSelectorTerms: object[]) => ({
  affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
});
const on = (key: string, operator: string, ...values: string[]) => ({ key, operator, values });
it.each([
  ["nothing asked", {}, true],
  ["a label it has", { nodeSelector: { disk: "ssd" } }, true],
  ["a label it has not", { nodeSelector: { disk: "hdd" } }, false],
  ["its name", required({ matchFields: [on("metadata.name", "In", "node-1")] }), true],
  ["another name", required({ matchFields: [on("metadata.name", "In", "node-2")] }), false],
  ["one of two terms", required({ matchExpressions: [on("disk", "NotIn", "ssd")] }, { matchExpressions: [on("cpus", "Gt", "4")] }), true],
  [
    "less than a number where it has none",
    required({ matchExpressions: [on("empty", "Lt", "1")] }, { matchExpressions: [on("load", "Lt", "1")] }),
    false,
  ],
  ["both halves of a term", required({ matchExpressions: [on("disk", "Exists"), on("gpu", "Exists")] }), false],
  ["an empty term", required({}), false],
  ["a selector beside a term", { nodeSelector: { disk: "hdd" }, ...required({ matchExpressions: [on("disk", "Exists")] }) }, false],
])("a node matches %s", (_, spec, expected) => expect(matchesNodeAffinity(spec as never, node)).toBe(expected));
