import { describe, expect, it } from "vitest";
import { base64Text, fieldErrorMessage } from "../machinery/index.ts";
import { kindTable, type Deployment, type Event, type Node, type Secret } from "./index.ts";
import { decodeBase64 } from "./core/base64.ts";

const context = { namespace: "default", now: 0 };
const now = Date.parse("2026-01-01T01:00:00Z");

describe("rows of the kind table", () => {
  it("a deployment gets its defaults once", () => {
    const { deployments: kind } = kindTable;
    const given: Deployment = {
      metadata: { name: "d" },
      spec: {
        selector: { matchLabels: { a: "b" } },
        template: { metadata: { labels: { a: "b" } }, spec: { containers: [{ name: "c", image: "x:1" }] } },
      },
    };
    const made = kind.defaults?.(given) as Deployment;
    expect(made.spec).toMatchObject({
      replicas: 1,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
    });
    expect(made.spec?.template.spec?.enableServiceLinks).toBeUndefined();
    expect(kind.defaults?.(made)).toBe(made);
    expect(kind.validate(made, context)).toEqual([]);
    expect(kind.scale?.selector(made)).toBe("a=b");
    expect(kind.scale?.replicas(kind.scale.withReplicas(made, 5))).toBe(5);
    const other = { ...made, spec: { ...(made.spec as NonNullable<Deployment["spec"]>), selector: { matchLabels: { a: "c" } } } };
    expect(kind.validateUpdate?.(other, made, context).map(fieldErrorMessage)).toEqual([
      'spec.selector: Invalid value: {"matchLabels":{"a":"c"}}: field is immutable',
    ]);
  });

  it("a node shows its roles and whether it is cordoned", () => {
    const node: Node = {
      metadata: {
        name: "n",
        labels: { "node-role.kubernetes.io/control-plane": "", "kubernetes.io/role": "edge" },
        creationTimestamp: "2026-01-01T00:00:00Z",
      },
      spec: { unschedulable: true },
      status: {
        conditions: [{ type: "Ready", status: "True" }],
        nodeInfo: { kubeletVersion: "v1.36.2" } as NonNullable<NonNullable<Node["status"]>["nodeInfo"]>,
      },
    };
    expect(kindTable.nodes.columns.filter((c) => !c.wide).map((c) => c.cell(node, now))).toEqual([
      "Ready,SchedulingDisabled",
      "control-plane,edge",
      "60m",
      "v1.36.2",
    ]);
  });

  it("a namespace is labelled with its name and becomes active", () => {
    const { namespaces: kind } = kindTable;
    const made = kind.prepareForCreate?.(kind.defaults?.({ metadata: { name: "lab" } }) ?? {}, 0);
    expect(made).toEqual({
      metadata: { name: "lab", labels: { "kubernetes.io/metadata.name": "lab" } },
      spec: { finalizers: ["kubernetes"] },
      status: { phase: "Active" },
    });
  });

  it("a secret takes texts as data", () => {
    const made = kindTable.secrets.defaults?.({ metadata: { name: "s" }, stringData: { a: "schön" } }) as Secret;
    expect(made).toEqual({ metadata: { name: "s" }, type: "Opaque", data: { a: "c2Now7Zu" } });
    for (const text of ["", "a", "ab", "abc", "schön", "€ und 😀"]) expect(decodeBase64(base64Text(text))).toBe(text);
  });

  it("what is immutable stays so", () => {
    const old = { metadata: { name: "c" }, immutable: true, data: { a: "1" } };
    const errors = (object: typeof old | { metadata: { name: string }; data: { a: string } }): string[] =>
      (kindTable.configmaps.validateUpdate?.(object, old, context) ?? []).map(fieldErrorMessage);
    expect(errors({ ...old, data: { a: "2" } })).toEqual(["data: Forbidden: field is immutable when `immutable` is set"]);
    expect(errors({ metadata: { name: "c" }, data: { a: "1" } })).toEqual([
      "immutable: Forbidden: field is immutable when `immutable` is set",
    ]);
  });

  it("an event shows when, what and about whom", () => {
    const event: Event = {
      metadata: { name: "e", namespace: "lab" },
      type: "Warning",
      reason: "BackOff",
      message: "Back-off\n",
      involvedObject: { kind: "Pod", name: "p", namespace: "lab" },
      lastTimestamp: "2026-01-01T00:59:30Z",
      count: 3,
    };
    expect(kindTable.events.columns.filter((c) => !c.wide).map((c) => c.cell(event, now))).toEqual([
      "30s",
      "Warning",
      "BackOff",
      "pod/p",
      "Back-off",
    ]);
    expect(kindTable.events.validate({ ...event, involvedObject: { namespace: "other" } }, context)).toHaveLength(1);
  });

  it("the clock is one, and its speed is sane", () => {
    const { clocks: kind } = kindTable;
    const made = kind.defaults?.({ metadata: { name: "cluster" } });
    expect(made?.spec).toEqual({ paused: false, speed: 1, step: 0 });
    expect(kind.validate({ metadata: { name: "other" }, spec: { speed: 5000 } }, context).map((e) => e.field)).toEqual([
      "metadata.name",
      "spec.speed",
    ]);
    expect(kind.validate({ metadata: { name: "cluster" }, spec: { speed: "max" } }, context)).toEqual([]);
  });
});
