import { describe, expect, it } from "vitest";
import { fieldErrorMessage } from "../../machinery/index.ts";
import { argsValidation } from "./args-validation.ts";

describe("arguments of plugins", () => {
  const shape = (...points: [number, number][]) => ({
    scoringStrategy: {
      type: "RequestedToCapacityRatio",
      requestedToCapacityRatio: { shape: points.map(([utilization, score]) => ({ utilization, score })) },
    },
  });
  const constraint = (more: object) => ({
    defaultingType: "List",
    defaultConstraints: [{ maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule", ...more }],
  });
  const rows: [string, string, unknown, string[]][] = [
    ["are good when there are none", "NodeResourcesFit", undefined, []],
    [
      "weigh hard affinity from 0 to 100",
      "InterPodAffinity",
      { hardPodAffinityWeight: 101 },
      ["args.hardPodAffinityWeight: Invalid value: 101: not in valid range [0, 100]"],
    ],
    [
      "name a strategy that there is",
      "NodeResourcesFit",
      { scoringStrategy: { type: "BestAllocated" } },
      [
        'args.scoringStrategy.type: Unsupported value: "BestAllocated": supported values: "LeastAllocated", "MostAllocated", "RequestedToCapacityRatio"',
      ],
    ],
    [
      "weigh resources up to 100",
      "NodeResourcesFit",
      { scoringStrategy: { resources: [{ name: "cpu", weight: 101 }] } },
      ["args.scoringStrategy.resources[0].weight: Invalid value: 101: resource weight of cpu not in valid range (0, 100]"],
    ],
    [
      "shape a ratio with points",
      "NodeResourcesFit",
      shape(),
      ["args.scoringStrategy.shape: Required value: at least one point must be specified"],
    ],
    [
      "sort a shape's points",
      "NodeResourcesFit",
      shape([50, 1], [50, 2]),
      ["args.scoringStrategy.shape[1].utilization: Invalid value: 50: values must be sorted in increasing order"],
    ],
    [
      "keep a shape in its range",
      "NodeResourcesFit",
      shape([-1, 11]),
      [
        "args.scoringStrategy.shape[0].utilization: Invalid value: -1: not in valid range [0, 100]",
        "args.scoringStrategy.shape[0].score: Invalid value: 11: not in valid range [0, 10]",
      ],
    ],
    [
      "ignore groups, not names",
      "NodeResourcesFit",
      { ignoredResourceGroups: ["example.com/gpu"] },
      [`args.ignoredResourceGroups[0]: Invalid value: "example.com/gpu": resource group name can't contain '/'`],
    ],
    [
      "balance each resource once, all alike",
      "NodeResourcesBalancedAllocation",
      { resources: [{ name: "cpu", weight: 2 }, { name: "cpu" }] },
      ["args.resources[0].weight: Invalid value: 2: must be 1", 'args.resources[1].name: Duplicate value: "cpu"'],
    ],
    [
      "know two ways of defaulting",
      "PodTopologySpread",
      { defaultingType: "None" },
      ['args.defaultingType: Unsupported value: "None": supported values: "System", "List"'],
    ],
    [
      "list constraints only when the list is asked for",
      "PodTopologySpread",
      { ...constraint({}), defaultingType: "System" },
      ['args.defaultingType: Invalid value: "System": when .defaultConstraints are not empty'],
    ],
    [
      "deduce selectors",
      "PodTopologySpread",
      constraint({ maxSkew: 0, labelSelector: {} }),
      [
        "args.defaultConstraints[0].maxSkew: Invalid value: 0: not in valid range (0, inf)",
        "args.defaultConstraints[0].labelSelector: Forbidden: constraint must not define a selector, as they deduced for each pod",
      ],
    ],
    [
      "repeat no constraint",
      "PodTopologySpread",
      { ...constraint({}), defaultConstraints: [...constraint({}).defaultConstraints, ...constraint({ maxSkew: 2 }).defaultConstraints] },
      ['args.defaultConstraints[1]: Duplicate value: "{zone, DoNotSchedule}"'],
    ],
    [
      "add an affinity that can be read",
      "NodeAffinity",
      {
        addedAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: "zone", operator: "Near" }] }],
          },
        },
      },
      [
        'args.addedAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].operator: Unsupported value: "Near": supported values: "In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"',
      ],
    ],
  ];
  it.each(rows)("%s", (_name, plugin, args, messages) => {
    expect(argsValidation[plugin]?.(args, "args").map(fieldErrorMessage)).toEqual(messages);
  });
});
