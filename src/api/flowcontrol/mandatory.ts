import type { FlowSchemaSpec, PolicyRulesWithSubjects, PriorityLevelConfigurationSpec } from "../generated/types.ts";

const ALL = ["*"];
const forGroups = (...names: readonly string[]): PolicyRulesWithSubjects => ({
  subjects: names.map((name) => ({ kind: "Group", group: { name } })),
  resourceRules: [{ verbs: ALL, apiGroups: ALL, resources: ALL, clusterScope: true, namespaces: ALL }],
  nonResourceRules: [{ verbs: ALL, nonResourceURLs: ALL }],
});

/** What always is and stays as it is: the ways for administrators and for everybody (k8s: internalbootstrap, apis/flowcontrol/bootstrap). */
export const MANDATORY_SCHEMAS: Readonly<Record<string, FlowSchemaSpec>> = {
  exempt: {
    priorityLevelConfiguration: { name: "exempt" },
    matchingPrecedence: 1,
    rules: [forGroups("system:masters")],
  },
  "catch-all": {
    priorityLevelConfiguration: { name: "catch-all" },
    matchingPrecedence: 10_000,
    distinguisherMethod: { type: "ByUser" },
    rules: [forGroups("system:unauthenticated", "system:authenticated")],
  },
};

/** Of "exempt", its own shares may change. */
export const MANDATORY_LEVELS: Readonly<Record<string, PriorityLevelConfigurationSpec>> = {
  exempt: { type: "Exempt" },
  "catch-all": { type: "Limited", limited: { nominalConcurrencyShares: 5, lendablePercent: 0, limitResponse: { type: "Reject" } } },
};
