import { describe, expect, it } from "vitest";
import type { PersistentVolumeClaim, Pod, StatefulSet, StatefulSetSpec } from "../../api/index.ts";
import { hasOtherController, isStale, withOwners } from "./claims.ts";
import { nextAvailability, planned, statusOf, type View } from "./decide.ts";
import { claimsOf, isMember, newPod, ordinalOf } from "./identity.ts";

const NOW = Date.UTC(2026, 0, 1, 1);
const template = (image: string) => ({ metadata: { labels: { app: "db" } }, spec: { containers: [{ name: "c", image }] } });
const OLD = { name: "db-old", template: template("db:1") };
const NEW = { name: "db-new", template: template("db:2") };
const OWN = { apiVersion: "apps/v1", kind: "StatefulSet", name: "db", uid: "set", controller: true, blockOwnerDeletion: true };

const set = (spec: Partial<StatefulSetSpec> = {}): StatefulSet => ({
  metadata: { name: "db", namespace: "default", uid: "set", generation: 2 },
  spec: {
    replicas: 3,
    serviceName: "db",
    selector: { matchLabels: { app: "db" } },
    template: NEW.template,
    updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
    ...spec,
  },
});

/** `ready`, `waiting` (not ready), `going` (being deleted), `failed`, `pending`, `old` (ready, of the old revision). */
function pod(ordinal: number, kind: string): Pod {
  const made = newPod(set(), ordinal, NEW.template, kind.startsWith("old") ? OLD.name : NEW.name);
  const phase = kind === "failed" ? "Failed" : kind === "pending" ? "Pending" : "Running";
  const status = /ready|^old$|going/.test(kind) ? "True" : "False";
  return {
    ...made,
    metadata: { ...made.metadata, uid: `pod-${ordinal}`, ...(kind === "going" ? { deletionTimestamp: "2026-01-01T00:59:00Z" } : {}) },
    status: { phase, conditions: [{ type: "Ready", status, lastTransitionTime: "2026-01-01T00:59:55Z" }] },
  };
}
const pods = (text: string): readonly Pod[] =>
  text
    .split(" ")
    .filter(Boolean)
    .map((word) => pod(Number(word.split("=")[0]), word.split("=")[1] ?? ""));
const view = (spec: Partial<StatefulSetSpec>, text: string, more: Partial<View> = {}): View => ({
  set: set(spec),
  pods: pods(text),
  current: OLD,
  update: NEW,
  claim: () => undefined,
  now: NOW,
  ...more,
});
const words = (v: View): string =>
  planned(v)
    .actions.map((a) => `${a.do} ${ordinalOf(a.pod)}`)
    .join(", ");
const partition = (n: number) => ({ updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: n } } });
const parallel = { podManagementPolicy: "Parallel" };

describe("what a StatefulSet does next", () => {
  it.each([
    ["begins with the first pod", {}, "", "create 0"],
    ["waits until the pod before is ready", {}, "0=waiting", ""],
    ["goes on when it is", {}, "0=ready", "create 1"],
    ["fills a gap before it goes on", {}, "0=ready 2=ready", "create 1"],
    ["waits for minReadySeconds too", { minReadySeconds: 10 }, "0=ready", ""],
    ["waits for a pod that is leaving", {}, "0=ready 1=going 2=ready", ""],
    ["deletes a failed pod, to make it anew", {}, "0=failed 1=ready", "delete 0"],
    ["counts from the first ordinal", { ordinals: { start: 5 } }, "5=ready", "create 6"],
    ["creates all at once in parallel", parallel, "1=waiting", "create 0, create 2"],
    ["scales down from the highest", { replicas: 1 }, "0=ready 1=ready 2=ready", "delete 2"],
    ["scales down one at a time", { replicas: 1 }, "0=ready 1=ready 2=going", ""],
    ["leaves what is above while one below is not ready", { replicas: 1 }, "0=ready 1=waiting 2=ready", "delete 2"],
    ["takes the lowest unready of the condemned", { replicas: 1 }, "0=ready 1=waiting", "delete 1"],
    ["does not take the highest when it and one below are unready", { replicas: 1 }, "0=ready 1=waiting 2=waiting", ""],
    ["keeps all while one that stays is not ready", { replicas: 2 }, "0=ready 1=waiting 2=ready", ""],
    ["scales down at once in parallel", { ...parallel, replicas: 1 }, "0=waiting 1=ready 2=waiting", "delete 2, delete 1"],
    ["takes what is below the first ordinal away", { replicas: 1, ordinals: { start: 1 } }, "0=ready 1=ready", "delete 0"],
    ["updates from the highest", {}, "0=old 1=old 2=old", "delete 2"],
    ["updates the next when the last is ready", {}, "0=old 1=old 2=ready", "delete 1"],
    ["waits for the updated one", {}, "0=old 1=old 2=waiting", ""],
    ["stops at the partition", partition(2), "0=old 1=old 2=ready", ""],
    ["leaves updates to who deletes", { updateStrategy: { type: "OnDelete" } }, "0=old 1=old 2=old", ""],
    ["is stuck behind a broken update, as the real one", {}, "0=old 1=old 2=oldwaiting", ""],
    ["replaces a broken pod at once in parallel", parallel, "0=old 1=old 2=oldwaiting", "delete 2"],
  ] as [string, Partial<StatefulSetSpec>, string, string][])("%s", (_, spec, given, expected) =>
    expect(words(view(spec, given))).toBe(expected),
  );

  it("does nothing for a set that is being deleted", () => {
    const v = view({}, "");
    expect(words({ ...v, set: { ...v.set, metadata: { ...v.set.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" } } })).toBe("");
  });

  it("makes pods below the partition of the current revision", () => {
    const revisions = planned(view({ ...parallel, ...partition(2) }, "")).actions.map(
      (a) => a.pod.metadata?.labels?.["controller-revision-hash"],
    );
    expect(revisions).toEqual(["db-old", "db-old", "db-new"]);
  });

  it("puts labels back that somebody took", () => {
    const [bare] = pods("0=ready");
    const v = view({ replicas: 1 }, "", { pods: [{ ...bare, metadata: { ...bare?.metadata, labels: { app: "db" } } } as Pod] });
    expect(words({ ...v, set: set({ replicas: 1, updateStrategy: { type: "OnDelete" } }) })).toBe("repair 0");
  });
});

describe("the status", () => {
  it("counts by revision until the update is complete", () => {
    const half = view({}, "0=old 1=going 2=ready");
    expect(statusOf(half, 0, 0)).toEqual({
      observedGeneration: 2,
      replicas: 3,
      readyReplicas: 3,
      currentReplicas: 1,
      updatedReplicas: 1,
      currentRevision: "db-old",
      updateRevision: "db-new",
      collisionCount: 0,
      availableReplicas: 3,
    });
    expect(statusOf(view({}, "0=ready 1=ready 2=ready"), 0, 0)).toMatchObject({
      currentReplicas: 3,
      updatedReplicas: 3,
      currentRevision: "db-new",
    });
  });
  it("is available after minReadySeconds", () => {
    const v = view({ minReadySeconds: 8 }, "0=ready");
    expect(statusOf(v, 0, 0)).toMatchObject({ readyReplicas: 1, availableReplicas: 0 });
    expect(nextAvailability(v)).toBe(3000);
    expect(statusOf({ ...v, now: NOW + 3000 }, 0, 0)).toMatchObject({ availableReplicas: 1 });
  });
});

describe("identity", () => {
  it("gives a pod its name, host and claims", () => {
    const claiming = set({ volumeClaimTemplates: [{ metadata: { name: "data", labels: { tier: "x" } } }] });
    const withVolume = {
      ...NEW.template,
      spec: {
        ...NEW.template.spec,
        volumes: [
          { name: "data", emptyDir: {} },
          { name: "tmp", emptyDir: {} },
        ],
      },
    };
    const made = newPod(claiming, 4, withVolume, "db-new");
    expect(made.metadata).toMatchObject({
      name: "db-4",
      generateName: "db-",
      labels: {
        app: "db",
        "statefulset.kubernetes.io/pod-name": "db-4",
        "apps.kubernetes.io/pod-index": "4",
        "controller-revision-hash": "db-new",
      },
      ownerReferences: [OWN],
    });
    expect(made.spec).toMatchObject({
      hostname: "db-4",
      subdomain: "db",
      volumes: [
        { name: "data", persistentVolumeClaim: { claimName: "data-db-4" } },
        { name: "tmp", emptyDir: {} },
      ],
    });
    expect(claimsOf(claiming, 4)[0]?.metadata).toEqual({ name: "data-db-4", namespace: "default", labels: { tier: "x", app: "db" } });
  });
  it.each([
    ["db-0", true],
    ["db-main-0", false],
    ["db-x", false],
  ])("%s is a member: %s", (name, member) => expect(isMember(set(), { metadata: { name } })).toBe(member));
});

describe("the retention policy", () => {
  const claim = (...ownerReferences: NonNullable<PersistentVolumeClaim["metadata"]>["ownerReferences"] & {}): PersistentVolumeClaim => ({
    metadata: { name: "data-db-1", ownerReferences },
  });
  const kept = (whenDeleted: string, whenScaled: string, replicas: number) =>
    set({ replicas, persistentVolumeClaimRetentionPolicy: { whenDeleted, whenScaled } });
  const one = pod(1, "ready");
  it.each([
    ["Retain", "Retain", 3, []],
    ["Delete", "Retain", 3, ["StatefulSet"]],
    ["Delete", "Retain", 1, ["StatefulSet"]],
    ["Retain", "Delete", 3, []],
    ["Retain", "Delete", 1, ["Pod"]],
    ["Delete", "Delete", 3, ["StatefulSet"]],
    ["Delete", "Delete", 1, ["Pod"]],
  ] as [string, string, number, string[]][])(
    "whenDeleted %s, whenScaled %s, %i replicas: owned by %j",
    (deleted, scaled, replicas, owners) => {
      const s = kept(deleted, scaled, replicas);
      const owned = withOwners(s, claim(OWN), one);
      expect(owned.metadata?.ownerReferences?.map((r) => r.kind)).toEqual(owners);
      expect(withOwners(s, owned, one)).toBe(owned);
    },
  );
  it("leaves claims alone that another controls, or a pod before", () => {
    const other = { apiVersion: "v1", kind: "ConfigMap", name: "x", uid: "x", controller: true };
    const s = kept("Delete", "Delete", 3);
    expect(hasOtherController(s, claim(other), one)).toBe(true);
    expect(withOwners(s, claim(other), one).metadata?.ownerReferences).toEqual([other]);
    const before = claim({ apiVersion: "v1", kind: "Pod", name: "db-1", uid: "earlier", controller: true });
    expect(withOwners(s, before, one)).toBe(before);
    expect(isStale(s, before, one)).toBe(true);
    expect(words(view({ ...s.spec }, "0=ready", { set: s, claim: () => before }))).toBe("create 1");
    const claiming = { ...s, spec: { ...s.spec, volumeClaimTemplates: [{ metadata: { name: "data" } }] } } as StatefulSet;
    expect(words(view({}, "0=ready", { set: claiming, claim: (name) => (name === "data-db-1" ? before : undefined) }))).not.toContain(
      "create 1",
    );
  });
});
