import { describe, expect, it } from "vitest";
import { fieldErrorMessage } from "../../machinery/index.ts";
import { kindTable, type LimitRange, type LimitRangeItem, type ResourceQuota, type ResourceQuotaSpec } from "../index.ts";

const context = { namespace: "lab", now: 0 };

function refusals(limits: readonly LimitRangeItem[]): readonly string[] {
  const { limitranges: kind } = kindTable;
  const made = kind.defaults?.({ metadata: { name: "l" }, spec: { limits } }) as LimitRange;
  return kind.validate(made, context).map(fieldErrorMessage);
}

describe("a LimitRange", () => {
  it("fills in a container's default limit by its most and its default request by that, or by its least", () => {
    const spec = { limits: [{ type: "Container", max: { memory: "1Gi" }, min: { cpu: "10m", memory: "1Mi" } }] };
    const made = kindTable.limitranges.defaults?.({ metadata: { name: "l" }, spec });
    expect(made?.spec?.limits[0]).toEqual({
      ...spec.limits[0],
      default: { memory: "1Gi" },
      defaultRequest: { memory: "1Gi", cpu: "10m" },
    });
    expect(kindTable.limitranges.defaults?.(made as LimitRange)).toBe(made);
  });

  // The first two are recorded (limitrange.yaml).
  const rows: readonly [name: string, limits: readonly LimitRangeItem[], expected: readonly string[]][] = [
    [
      "says which bounds contradict each other",
      [{ type: "Container", min: { cpu: "2" }, max: { cpu: "1" }, default: { memory: "1Gi" }, defaultRequest: { memory: "2Gi" } }],
      [
        'spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1',
        'spec.limits[0].defaultRequest[cpu]: Invalid value: "1": min value 2 is greater than default request value 1',
        'spec.limits[0].default[cpu]: Invalid value: "2": min value 2 is greater than default value 1',
        'spec.limits[0].defaultRequest[memory]: Invalid value: "2Gi": default request value 2Gi is greater than default limit value 1Gi',
      ],
    ],
    [
      "has no defaults for whole pods",
      [{ type: "Pod", default: { cpu: "1" } }],
      ["spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'"],
    ],
    [
      "knows its types",
      [{ type: "Wrong" }, { type: "Wrong" }],
      [
        'spec.limits[0].type: Invalid value: "Wrong": must be a standard limit type or fully qualified',
        'spec.limits[1].type: Invalid value: "Wrong": must be a standard limit type or fully qualified',
        'spec.limits[1].type: Duplicate value: "Wrong"',
      ],
    ],
    [
      "bounds a claim's storage",
      [{ type: "PersistentVolumeClaim" }],
      ["spec.limits[0].limits: Required value: either minimum or maximum storage value is required, but neither was provided"],
    ],
    [
      "knows what a container may ask for",
      [{ type: "Container", min: { storage: "1Gi" } }],
      [
        'spec.limits[0].min[storage]: Invalid value: "storage": must be a standard resource for containers',
        'spec.limits[0].defaultRequest[storage]: Invalid value: "storage": must be a standard resource for containers',
      ],
    ],
    [
      "wants a ratio that can be met",
      [
        { type: "Pod", min: { cpu: "1" }, max: { cpu: "2" }, maxLimitRequestRatio: { cpu: "3" } },
        { type: "Container", maxLimitRequestRatio: { cpu: "500m" } },
      ],
      [
        'spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "3": ratio 3 is greater than max/min = 2.000000',
        'spec.limits[1].maxLimitRequestRatio[cpu]: Invalid value: "500m": ratio 500m is less than 1',
      ],
    ],
  ];
  it.each(rows)("%s", (_, limits, expected) => expect(refusals(limits)).toEqual(expected));
});

describe("a ResourceQuota", () => {
  const kind = kindTable.resourcequotas;
  const rows: readonly [spec: ResourceQuotaSpec, expected: readonly string[]][] = [
    [{ hard: { pods: "2", "count/deployments.apps": "1", "requests.nvidia.com/gpu": "4" } }, []],
    [{ hard: { pods: "-1" } }, ['spec.hard[pods]: Invalid value: "-1": must be greater than or equal to 0']],
    [{ hard: { pods: "500m" } }, ['spec.hard[pods]: Invalid value: "500m": must be an integer']],
    [
      { hard: { wrong: "1" } },
      [
        'spec.hard[wrong]: Invalid value: "wrong": must be a standard resource type or fully qualified',
        'spec.hard[wrong]: Invalid value: "wrong": must be a standard resource for quota',
      ],
    ],
    [
      { hard: { "requests.cpu": "1" }, scopes: ["BestEffort"] },
      ['spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource'],
    ],
    [
      { hard: { pods: "1" }, scopes: ["BestEffort", "NotBestEffort"] },
      ['spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: conflicting scopes'],
    ],
    [{ hard: { pods: "1" }, scopes: ["Sleeping"] }, ['spec.scopes: Invalid value: ["Sleeping"]: unsupported scope']],
    [
      { hard: { pods: "1" }, scopeSelector: { matchExpressions: [{ scopeName: "PriorityClass", operator: "In" }] } },
      [
        "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
      ],
    ],
  ];
  it.each(rows)("%j", (spec, expected) =>
    expect(kind.validate({ metadata: { name: "q" }, spec }, context).map(fieldErrorMessage)).toEqual(expected),
  );

  it("keeps its scopes", () => {
    const quota: ResourceQuota = { metadata: { name: "q" }, spec: { scopes: ["BestEffort"] } };
    expect(kind.validateUpdate?.({ metadata: { name: "q" }, spec: {} }, quota, context).map(fieldErrorMessage)).toEqual([
      "spec.scopes: Invalid value: []: field is immutable",
    ]);
  });

  it("shows what is used, limits apart", () => {
    const status = {
      hard: { pods: "2", "limits.memory": "256Mi", "requests.cpu": "300m" },
      used: { pods: "1", "limits.memory": "64Mi" },
    };
    expect(kind.columns.slice(0, 2).map((c) => c.cell({ status }, 0))).toEqual([
      "pods: 1/2, requests.cpu: 0/300m",
      "limits.memory: 64Mi/256Mi",
    ]);
  });
});
