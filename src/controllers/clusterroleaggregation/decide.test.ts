import { expect, it } from "vitest";
import type { ClusterRole } from "../../api/index.ts";
import { gatheredRules } from "./decide.ts";

const rule = (resource: string) => ({ apiGroups: [""], resources: [resource], verbs: ["get"] });
const role = (name: string, more: Partial<ClusterRole>, labels: Record<string, string> = {}): ClusterRole => ({
  metadata: { name, labels },
  ...more,
});
const gathering = (rules?: ClusterRole["rules"]): ClusterRole =>
  role(
    "all",
    {
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { part: "yes" } }, { matchLabels: { more: "yes" } }] },
      ...(rules ? { rules } : {}),
    },
    { part: "yes" },
  );

it("gathers by selector, then by name, each rule once, and never its own", () => {
  const parts = [
    role("b", { rules: [rule("pods"), rule("nodes")] }, { part: "yes", more: "yes" }),
    role("a", { rules: [rule("services"), rule("pods")] }, { part: "yes" }),
    role("c", { rules: [rule("secrets")] }, { more: "yes" }),
    role("d", { rules: [rule("events")] }),
  ];
  const rules = [rule("services"), rule("pods"), rule("nodes"), rule("secrets")];
  expect(gatheredRules(gathering([rule("gone")]), [gathering(), ...parts])).toEqual(rules);
  expect(gatheredRules(gathering(rules), [gathering(), ...parts])).toBeUndefined();
  expect(gatheredRules(gathering([rule("gone")]), [])).toEqual([]);
  expect(gatheredRules(parts[0] as ClusterRole, parts)).toBeUndefined();
});
