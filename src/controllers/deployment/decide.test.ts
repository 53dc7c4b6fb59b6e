import { describe, expect, it } from "vitest";
import type { Deployment, ReplicaSet } from "../../api/index.ts";
import {
  fenceposts,
  isScalingEvent,
  rollbackRevision,
  rolledBack,
  maxRevision,
  newAnnotations,
  newReplicaSetSize,
  oldReplicaSetSizes,
  rolloutStatus,
  scaleSizes,
  surplus,
  withCondition,
} from "./decide.ts";

const NOW = Date.UTC(2026, 0, 1, 1);
const T = "2026-01-01T01:00:00Z";
const rolling = (replicas: number, maxSurge: number | string, maxUnavailable: number | string, more = {}): Deployment => ({
  metadata: { name: "web", generation: 1 },
  spec: {
    replicas,
    progressDeadlineSeconds: 600,
    selector: {},
    template: {},
    strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge, maxUnavailable } },
    ...more,
  },
});
let made = 0;
const set = (replicas: number, available: number, annotations: Record<string, string> = {}): ReplicaSet => ({
  metadata: { name: `rs-${++made}`, creationTimestamp: `2026-01-01T00:00:${String(made).padStart(2, "0")}Z`, annotations, generation: 1 },
  spec: { replicas, selector: {} },
  status: { replicas, availableReplicas: available, terminatingReplicas: 0, observedGeneration: 1 },
});

describe("fenceposts", () => {
  it.each([
    [4, "25%", "25%", 1, 1],
    [10, "25%", "25%", 3, 2],
    [1, "25%", "25%", 1, 0],
    [3, 0, "0%", 0, 1],
    [4, 1, 0, 1, 0],
  ])("%i replicas, surge %s, unavailable %s: %i and %i", (replicas, surge, unavailable, maxSurge, maxUnavailable) =>
    expect(fenceposts(rolling(replicas, surge, unavailable))).toEqual({ maxSurge, maxUnavailable }),
  );
});

describe("a rolling update", () => {
  it.each([
    ["starts with the surge", 10, 10, 0, 3],
    ["takes what the old gave up", 10, 8, 3, 5],
    ["pauses when the surge is full", 10, 10, 3, 3],
    ["never exceeds what is wanted", 4, 0, 3, 4],
  ])("%s", (_, desired, old, current, size) =>
    expect(newReplicaSetSize(rolling(desired, 3, 2), [set(old, old), set(current, 0)], current)).toBe(size),
  );

  it.each([
    ["gives up what availability spares", 10, [10, 10], [3, 0], [8]],
    ["gives up unhealthy pods first", 10, [10, 7], [3, 0], [8]],
    ["keeps maxUnavailable while the new image crash-loops", 10, [8, 8], [5, 0], []],
    ["goes on as the new become available", 10, [8, 8], [5, 3], [5]],
    ["gives up the unhealthy and then the spare, in two steps", 10, [10, 7], [3, 3], [7, 5]],
  ] as [string, number, [number, number], [number, number], number[]][])("%s", (_, desired, old, fresh, sizes) =>
    expect(oldReplicaSetSizes(rolling(desired, 3, 2), [set(...old)], set(...fresh)).map((s) => s.replicas)).toEqual(sizes),
  );
});

describe("scaling in the middle of a rollout", () => {
  const at = (replicas: number, max: number) => ({
    "deployment.kubernetes.io/desired-replicas": String(replicas),
    "deployment.kubernetes.io/max-replicas": String(max),
  });
  it("shares in proportion", () => {
    const [old, fresh] = [set(8, 8, at(10, 13)), set(5, 0, at(10, 13))];
    const d = rolling(20, 3, 2);
    expect(isScalingEvent(d, [old, fresh])).toBe(true);
    expect(scaleSizes(d, fresh, [old]).map((s) => s.replicas)).toEqual([14, 9]);
  });
  it("empties the old when the new is full", () => {
    const [old, fresh] = [set(1, 1, at(3, 4)), set(3, 3, at(3, 4))];
    expect(scaleSizes(rolling(3, 1, 0), fresh, [old])).toEqual([{ rs: old, replicas: 0 }]);
  });
  it("gives all to the only one", () => {
    const only = set(3, 3, at(3, 4));
    expect(scaleSizes(rolling(7, 1, 0), only, [set(0, 0)])).toEqual([{ rs: only, replicas: 7 }]);
  });
});

describe("revisions", () => {
  it("moves a set that comes back to a new revision and keeps the old ones in its history", () => {
    const d = rolling(1, 1, 0);
    const first = { "deployment.kubernetes.io/revision": "1" };
    const again = newAnnotations(
      { ...d, metadata: { annotations: { "kubernetes.io/change-cause": "x", "kubectl.kubernetes.io/last-applied-configuration": "{}" } } },
      first,
      3n,
      true,
    );
    expect(again).toEqual({
      "deployment.kubernetes.io/revision": "3",
      "deployment.kubernetes.io/revision-history": "1",
      "kubernetes.io/change-cause": "x",
    });
    expect(newAnnotations(d, again, 2n, true)).toBe(again);
  });
  it.each([
    [["1", "3", "2"], 3n],
    [["3546343826724305832"], 3546343826724305832n],
    [["not a number", "-1"], 0n],
    [[], 0n],
  ])("the highest of %j is %d", (revisions, highest) => {
    expect(maxRevision(revisions.map((r) => set(0, 0, { "deployment.kubernetes.io/revision": r })))).toBe(highest);
  });
  it("drops the lowest idle revisions above the limit", () => {
    const old = [3, 1, 2].map((r) => set(r === 1 ? 1 : 0, 0, { "deployment.kubernetes.io/revision": String(r) }));
    expect(surplus(rolling(1, 1, 0, { revisionHistoryLimit: 1 }), old)).toEqual([old[2]]);
  });
});

describe("a rollback by annotation", () => {
  const at = (revision: string, image: string, cause: string): ReplicaSet => ({
    metadata: { name: image, annotations: { "deployment.kubernetes.io/revision": revision, "kubernetes.io/change-cause": cause } },
    spec: {
      replicas: 0,
      selector: {},
      template: { metadata: { labels: { app: "a", "pod-template-hash": image } }, spec: { containers: [{ name: "c", image }] } },
    },
  });
  const sets = [at("1", "old", "first"), at("3", "new", "third"), at("2", "middle", "second")];
  const asking = (to: string): Deployment => ({
    metadata: {
      name: "web",
      annotations: {
        "deprecated.deployment.rollback.to": to,
        "deployment.kubernetes.io/revision": "3",
        "kubernetes.io/change-cause": "third",
      },
    },
    spec: {
      selector: {},
      template: { metadata: { labels: { app: "a" } }, spec: { containers: [{ name: "c", image: "new" }] } },
    },
  });
  it.each([
    ["1", ["Normal", "DeploymentRollback", 'Rolled back deployment "web" to revision 1'], "old", "first"],
    ["0", ["Normal", "DeploymentRollback", 'Rolled back deployment "web" to revision 2'], "middle", "second"],
    [
      "3",
      ["Warning", "DeploymentRollbackTemplateUnchanged", 'The rollback revision contains the same template as current deployment "web"'],
      "new",
      "third",
    ],
    ["9", ["Warning", "DeploymentRollbackRevisionNotFound", "Unable to find the revision to rollback to."], "new", "third"],
  ])("to %s", (to, event, image, cause) => {
    const d = asking(to);
    const result = rolledBack(d, sets, rollbackRevision(d) as number);
    expect(result.event).toEqual(event);
    expect(result.deployment.spec?.template).toEqual({ metadata: { labels: { app: "a" } }, spec: { containers: [{ name: "c", image }] } });
    expect(result.deployment.metadata?.annotations).toEqual({
      "deployment.kubernetes.io/revision": "3",
      "kubernetes.io/change-cause": cause,
    });
  });
  it("has no last revision when there is one only", () =>
    expect(rolledBack(asking("0"), [sets[1] as ReplicaSet], 0).event[2]).toBe("Unable to find last revision."));
  it.each([
    ["", undefined],
    ["x", undefined],
    ["4", 4],
  ])("reads %j as %s", (text, revision) => expect(rollbackRevision(asking(text))).toBe(revision));
});

describe("rolloutStatus", () => {
  const progressing = (reason: string, lastUpdateTime: string) => ({
    type: "Progressing",
    status: "True",
    reason,
    message: "",
    lastUpdateTime,
    lastTransitionTime: lastUpdateTime,
  });
  it("times out when nothing has moved for the deadline", () => {
    const d = {
      ...rolling(2, 1, 0),
      status: {
        replicas: 2,
        updatedReplicas: 2,
        observedGeneration: 1,
        terminatingReplicas: 0,
        unavailableReplicas: 2,
        conditions: [progressing("ReplicaSetUpdated", "2026-01-01T00:49:00Z")],
      },
    };
    const status = rolloutStatus(d, [set(2, 0)], { ...set(2, 0), metadata: { name: "rs" } }, NOW, T);
    expect(status.conditions?.find((c) => c.type === "Progressing")).toMatchObject({
      status: "False",
      reason: "ProgressDeadlineExceeded",
      message: 'ReplicaSet "rs" has timed out progressing.',
    });
  });
  it("leaves a complete rollout's words alone when pods come and go", () => {
    const d = {
      ...rolling(2, 1, 0),
      status: { replicas: 2, updatedReplicas: 2, conditions: [progressing("NewReplicaSetAvailable", "2026-01-01T00:00:00Z")] },
    };
    const fresh = set(2, 1);
    expect(rolloutStatus(d, [fresh], fresh, NOW, T).conditions?.map((c) => `${c.type} ${c.reason}`)).toEqual([
      "Progressing NewReplicaSetAvailable",
      "Available MinimumReplicasUnavailable",
    ]);
  });
  it("keeps the transition time while only the reason changes", () => {
    const status = { conditions: [progressing("NewReplicaSetCreated", "2026-01-01T00:00:00Z")] };
    const next = withCondition(status, { type: "Progressing", status: "True", reason: "X", message: "" }, T);
    expect(next.conditions?.[0]).toMatchObject({ lastTransitionTime: "2026-01-01T00:00:00Z", lastUpdateTime: T });
  });
});
