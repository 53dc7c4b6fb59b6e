import { expect, it } from "vitest";
import { front } from "../testing/front.ts";
import { flowSchema } from "./flow-schema.ts";
import { MANDATORY_LEVELS, MANDATORY_SCHEMAS } from "./mandatory.ts";
import { priorityLevelConfiguration } from "./priority-level-configuration.ts";

const schemas = front(flowSchema);
const levels = front(priorityLevelConfiguration);
const subject = { kind: "User", user: { name: "jane" } };
const rule = { subjects: [subject], resourceRules: [{ verbs: ["get"], apiGroups: [""], resources: ["pods"], namespaces: ["*"] }] };
const schema = (spec: object, name = "mine") => ({
  metadata: { name },
  spec: { priorityLevelConfiguration: { name: "workload-low" }, rules: [rule], ...spec },
});
const level = (spec: object, name = "mine") => ({ metadata: { name }, spec });
const limited = (more: object) => level({ type: "Limited", limited: { limitResponse: { type: "Reject" }, ...more } });
const queue = (queuing: object) => limited({ limitResponse: { type: "Queue", queuing } });

it.each<[string, object, string[]]>([
  [
    "no level",
    schema({ priorityLevelConfiguration: {} }),
    ["spec.priorityLevelConfiguration.name: Required value: must reference a priority level"],
  ],
  [
    "the place of 'exempt'",
    schema({ matchingPrecedence: 1 }),
    ["spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1"],
  ],
  [
    "a place behind the last",
    schema({ matchingPrecedence: 10001 }),
    ["spec.matchingPrecedence: Invalid value: 10001: must not be greater than 10000"],
  ],
  [
    "a rule about nothing of nobody",
    schema({ rules: [{}] }),
    [
      "spec.rules[0].subjects: Required value: subjects must contain at least one value",
      "spec.rules[0]: Required value: at least one of resourceRules and nonResourceRules has to be non-empty",
    ],
  ],
  [
    "a subject of two kinds",
    schema({ rules: [{ ...rule, subjects: [{ ...subject, kind: "Group" }] }] }),
    [
      "spec.rules[0].subjects[0].group: Required value: group is required when subject kind is 'Group'",
      "spec.rules[0].subjects[0].user: Forbidden: user is forbidden when subject kind is not 'User'",
    ],
  ],
  [
    "a star among others",
    schema({ rules: [{ subjects: [subject], nonResourceRules: [{ verbs: ["get", "*"], nonResourceURLs: ["healthz", "/a*"] }] }] }),
    [
      `spec.rules[0].nonResourceRules[0].verbs: Invalid value: ["get","*"]: if '*' is present, must not specify other verbs`,
      'spec.rules[0].nonResourceRules[0].nonResourceURLs[0]: Invalid value: "healthz": must start with slash',
      'spec.rules[0].nonResourceRules[0].nonResourceURLs[1]: Invalid value: "/a*": wildcard can only do suffix matching',
    ],
  ],
  ["the rules of 'catch-all' as they are", { metadata: { name: "catch-all" }, spec: MANDATORY_SCHEMAS["catch-all"] }, []],
])("a FlowSchema with %s", (_what, object, errors) => expect(schemas.refusals(object)).toEqual(errors));

it("what is mandatory stays as it is", () => {
  expect(schemas.refusals(schema({}, "catch-all"))[0]).toMatch(/^spec: Invalid value: .*: spec of 'catch-all' must equal the fixed value$/);
  expect(levels.refusals(level({ type: "Limited", limited: { limitResponse: { type: "Queue", queuing: {} } } }, "catch-all"))).toEqual([
    `spec: Invalid value: {"Type":"Limited","Limited":{"NominalConcurrencyShares":30,"LimitResponse":{"Type":"Queue","Queuing":{"Queues":64,"HandSize":8,"QueueLengthLimit":50}},"LendablePercent":0,"BorrowingLimitPercent":null},"Exempt":null}: spec of 'catch-all' must equal the fixed value`,
  ]);
  const shares = { type: "Exempt", exempt: { nominalConcurrencyShares: 10 } };
  expect(levels.refusals(level(shares, "exempt"))).toEqual([]);
  expect(levels.refusals(level(MANDATORY_LEVELS["catch-all"] ?? {}, "catch-all"))).toEqual([]);
  expect(levels.refusals(level({ type: "Limited", limited: { limitResponse: { type: "Reject" } } }, "catch-all"))[0]).toMatch(
    /spec of 'catch-all' must equal the fixed value$/,
  );
});

it.each<[string, object, string[]]>([
  [
    "the type of 'exempt'",
    level({ type: "Exempt" }),
    [`spec.type: Invalid value: "Exempt": type must be 'Exempt' if and only if name is 'exempt'`],
  ],
  ["no limits", level({ type: "Limited" }), ["spec.limited: Required value: must not be empty when type is Limited"]],
  [
    "too much to lend",
    limited({ lendablePercent: 101 }),
    ["spec.limited.lendablePercent: Invalid value: 101: must be between 0 and 100, inclusive"],
  ],
  [
    "a hand without cards",
    queue({ handSize: 9, queues: 8 }),
    ["spec.limited.limitResponse.queuing.handSize: Invalid value: 9: should not be greater than queues (8)"],
  ],
  [
    "a hand that no hash can deal",
    queue({ handSize: 12, queues: 1000 }),
    [
      "spec.limited.limitResponse.queuing.handSize: Invalid value: 12: required entropy bits of deckSize 1000 and handSize 12 should not be greater than 60",
    ],
  ],
])("a PriorityLevelConfiguration with %s", (_what, object, errors) => expect(levels.refusals(object)).toEqual(errors));

it("both get their defaults once and show them; schemas in the order in which they are asked", () => {
  const made = levels.made(queue({}));
  expect(made.spec?.limited).toEqual({
    nominalConcurrencyShares: 30,
    lendablePercent: 0,
    limitResponse: { type: "Queue", queuing: { handSize: 8, queues: 64, queueLengthLimit: 50 } },
  });
  expect(priorityLevelConfiguration.defaults?.(made)).toBe(made);
  expect(levels.row(made, 0).slice(0, -1)).toEqual(["Limited", 30, 64, 8, 50]);
  const [a, b] = [schemas.made(schema({}, "a")), schemas.made(schema({ matchingPrecedence: 500 }, "b"))];
  expect(schemas.row(a, 0).filter((_, i) => i !== 3)).toEqual(["workload-low", 1000, "<none>", "?"]);
  expect([a, b].sort((x, y) => flowSchema.rowOrder?.(x, y) ?? 0).map((s) => s.metadata?.name)).toEqual(["b", "a"]);
});
