import { describe, expect, it } from "vitest";
import { gatheredRules } from "../../controllers/clusterroleaggregation/decide.ts";
import type { ClusterRole, RoleBinding } from "../../api/index.ts";
import { bootstrapObjects, reconciled } from "./index.ts";

const AUTOUPDATE = "rbac.authorization.kubernetes.io/autoupdate";
const rule = (resource: string, ...verbs: string[]) => ({ apiGroups: [""], resources: [resource], verbs });
const role = (rules: ClusterRole["rules"], annotations: Record<string, string> = {}): ClusterRole => ({
  metadata: { name: "r", annotations },
  ...(rules ? { rules } : {}),
});

describe("the bootstrap policy", () => {
  it("holds the roles that gather others without what they gather, and gives each its labels back", async () => {
    const objects = await bootstrapObjects(0);
    const roles = objects.filter(({ resource }) => resource === "clusterroles").map(({ object }) => object as ClusterRole);
    const view = roles.find((r) => r.metadata?.name === "view") as ClusterRole;
    expect([roles.length, view.rules, view.metadata?.labels]).toEqual([
      70,
      undefined,
      { "kubernetes.io/bootstrapping": "rbac-defaults", "rbac.authorization.k8s.io/aggregate-to-edit": "true" },
    ]);
    expect(gatheredRules(view, roles)).toHaveLength(12);
  });
});

describe("a default object at the next start", () => {
  const wanted = role([rule("pods", "get", "list")], { [AUTOUPDATE]: "true" });

  it("gets back what it has lost and keeps what it has won", () => {
    const there = role([rule("pods", "get"), rule("nodes", "get")], { [AUTOUPDATE]: "true", mine: "yes" });
    expect(reconciled(there, wanted)).toEqual({ ...there, rules: [...(there.rules ?? []), rule("pods", "list")] });
    expect(reconciled(reconciled(there, wanted), wanted).rules).toHaveLength(3);
  });

  it("is itself when nothing is missing, and when nobody is to touch it", () => {
    const whole = role([rule("pods", "*")], { [AUTOUPDATE]: "true" });
    expect(reconciled(whole, wanted)).toBe(whole);
    const left = role([], { [AUTOUPDATE]: "false" });
    expect(reconciled(left, wanted)).toBe(left);
  });

  it("is bound again to whom it was bound", () => {
    const subject = (name: string) => ({ kind: "User", name });
    const binding = (...names: string[]): RoleBinding => ({
      metadata: { name: "b" },
      roleRef: { apiGroup: "", kind: "Role", name: "r" },
      subjects: names.map(subject),
    });
    expect(reconciled(binding("eve"), binding("ada", "eve")).subjects).toEqual([subject("eve"), subject("ada")]);
  });
});
