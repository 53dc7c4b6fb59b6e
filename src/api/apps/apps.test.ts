import { describe, expect, it } from "vitest";
import { front } from "../testing/front.ts";
import { controllerRevision } from "./controller-revision.ts";
import { daemonSet } from "./daemon-set.ts";
import { statefulSet } from "./stateful-set.ts";

const sets = front(statefulSet);
const daemons = front(daemonSet);
const revisions = front(controllerRevision);

const template = (spec: object = {}, labels: object = { app: "db" }) => ({
  metadata: { labels },
  spec: { containers: [{ name: "sql", image: "postgres:16" }], ...spec },
});
const selector = { matchLabels: { app: "db" } };
const aSet = (spec: object = {}) => ({ metadata: { name: "db" }, spec: { selector, template: template(), ...spec } });
const claim = { metadata: { name: "data" }, spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } };
const UNCHANGEABLE =
  "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

describe("stateful sets", () => {
  it("get their defaults", () => {
    const { spec, status } = sets.made(aSet({ serviceName: "db", volumeClaimTemplates: [claim] }));
    expect({ ...spec, template: undefined }).toEqual({
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
      podManagementPolicy: "OrderedReady",
      replicas: 1,
      revisionHistoryLimit: 10,
      selector,
      serviceName: "db",
      updateStrategy: { rollingUpdate: { partition: 0 }, type: "RollingUpdate" },
      volumeClaimTemplates: [
        {
          apiVersion: "v1",
          kind: "PersistentVolumeClaim",
          ...claim,
          spec: { ...claim.spec, volumeMode: "Filesystem" },
          status: { phase: "Pending" },
        },
      ],
    });
    expect(status).toEqual({ availableReplicas: 0, replicas: 0 });
    expect(sets.made(aSet()).spec?.serviceName).toBe("");
    const rolling = sets.made(aSet({ updateStrategy: { rollingUpdate: { maxUnavailable: 2 } } }));
    expect(rolling.spec?.updateStrategy).toEqual({ type: "RollingUpdate", rollingUpdate: { partition: 0 } });
  });

  it.each<readonly [string, object, readonly string[]]>([
    [
      "claims for the volumes it mounts",
      aSet({
        volumeClaimTemplates: [claim],
        template: template({ containers: [{ name: "c", image: "x", volumeMounts: [{ name: "data", mountPath: "/d" }] }] }),
      }),
      [],
    ],
    [
      "a mount of nothing",
      aSet({ template: template({ containers: [{ name: "c", image: "x", volumeMounts: [{ name: "data", mountPath: "/d" }] }] }) }),
      ['spec.template.spec.containers[0].volumeMounts[0].name: Not found: "data"'],
    ],
    [
      "no selector",
      { metadata: { name: "queue" }, spec: { template: template({}, {}) } },
      ["spec.selector: Required value", "spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`"],
    ],
    [
      "labels that are not selected",
      aSet({ template: template({}, { app: "que" }) }),
      ['spec.template.metadata.labels: Invalid value: {"app":"que"}: `selector` does not match template `labels`'],
    ],
    ["an empty selector", aSet({ selector: {} }), ["spec.selector: Invalid value: {}: empty selector is invalid for statefulset"]],
    [
      "another order of pods",
      aSet({ podManagementPolicy: "Random" }),
      ["spec.podManagementPolicy: Invalid value: \"Random\": must be 'OrderedReady' or 'Parallel'"],
    ],
    [
      "an unknown strategy",
      aSet({ updateStrategy: { type: "Recreate" } }),
      ['spec.updateStrategy: Invalid value: {"Type":"Recreate","RollingUpdate":null}: must be \'RollingUpdate\' or \'OnDelete\''],
    ],
    [
      "a partition below zero and a policy that is none",
      aSet({ updateStrategy: { rollingUpdate: { partition: -1 } }, persistentVolumeClaimRetentionPolicy: { whenScaled: "Keep" } }),
      [
        "spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or equal to 0",
        'spec.persistentVolumeClaimRetentionPolicy.whenScaled: Unsupported value: "Keep": supported values: "Retain", "Delete"',
      ],
    ],
    [
      "pods that end",
      aSet({ template: template({ restartPolicy: "Never", activeDeadlineSeconds: 5 }) }),
      [
        'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
        "spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in StatefulSet is not Supported",
      ],
    ],
  ])("are judged with %s", (_name, object, errors) => {
    expect(sets.refusals(object)).toEqual(errors);
  });

  it.each<readonly [object, readonly string[]]>([
    [{ serviceName: "other" }, [UNCHANGEABLE]],
    [
      { podManagementPolicy: "Random" },
      ["spec.podManagementPolicy: Invalid value: \"Random\": must be 'OrderedReady' or 'Parallel'", UNCHANGEABLE],
    ],
    [{ selector: { matchLabels: { tier: "x" } }, template: { metadata: { labels: { tier: "x" } } } }, [UNCHANGEABLE]],
    [{ replicas: 3, revisionHistoryLimit: 2, minReadySeconds: 1, template: { spec: { nodeSelector: { a: "b" } } } }, []],
  ])("keep what may not change: %j", (spec, errors) => {
    expect(sets.updateRefusals(sets.made(aSet()), { spec })).toEqual(errors);
  });

  it("refuse a status that does not add up", () => {
    const old = { ...sets.made(aSet()), status: { replicas: 1, collisionCount: 2 } };
    expect(sets.statusRefusals(old, { replicas: 1, readyReplicas: 2, availableReplicas: 3, observedGeneration: -1 })).toEqual([
      "status.observedGeneration: Invalid value: -1: must be greater than or equal to 0",
      "status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas",
      "status.availableReplicas: Invalid value: 3: cannot be greater than status.replicas",
      "status.availableReplicas: Invalid value: 3: cannot be greater than status.readyReplicas",
      "status.collisionCount: Invalid value: 0: cannot be decremented",
    ]);
  });
});

describe("daemon sets", () => {
  it("get their defaults, and count their templates in an annotation", () => {
    const made = daemons.made(aSet());
    expect([made.spec?.revisionHistoryLimit, made.spec?.updateStrategy, made.status, made.metadata?.annotations]).toEqual([
      10,
      { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
      { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 },
      { "deprecated.daemonset.template.generation": "1" },
    ]);
    const changed = { ...made, metadata: { name: "db" }, spec: { ...made.spec, template: template({ hostPID: true }) } };
    const next = daemonSet.prepareForUpdate?.(changed as typeof made, made);
    expect(next?.metadata?.annotations).toEqual({ "deprecated.daemonset.template.generation": "2" });
  });

  it.each<readonly [object, readonly string[]]>([
    [
      { updateStrategy: { type: "Recreate", rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } } },
      [
        'spec.updateStrategy: Unsupported value: {"Type":"Recreate","RollingUpdate":{"MaxUnavailable":1,"MaxSurge":0}}: supported values: "RollingUpdate", "OnDelete"',
      ],
    ],
    [
      { template: { spec: { restartPolicy: "OnFailure" } } },
      ['spec.template.spec.restartPolicy: Unsupported value: "OnFailure": supported values: "Always"'],
    ],
    [
      { selector: { matchLabels: { app: "other" } }, template: { metadata: { labels: { app: "other" } } } },
      ['spec.selector: Invalid value: {"matchLabels":{"app":"other"}}: field is immutable'],
    ],
    [
      { updateStrategy: { rollingUpdate: { maxSurge: 1 } } },
      ["spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero"],
    ],
    [
      { updateStrategy: { rollingUpdate: { maxUnavailable: 0 } } },
      ["spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0"],
    ],
  ])("refuse the patch %j", (spec, errors) => {
    expect(daemons.updateRefusals(daemons.made(aSet()), { spec })).toEqual(errors);
  });

  it("show where they run", () => {
    const made = daemons.made(aSet({ template: template({ nodeSelector: { disk: "ssd" } }) }));
    const status = {
      currentNumberScheduled: 3,
      desiredNumberScheduled: 4,
      numberMisscheduled: 0,
      numberReady: 2,
      updatedNumberScheduled: 1,
    };
    expect(daemons.row({ ...made, status }, 0, true)).toEqual([4, 3, 2, 1, 0, "disk=ssd", "<unknown>", "sql", "postgres:16", "app=db"]);
  });
});

describe("controller revisions", () => {
  const revision = { metadata: { name: "db-1" }, data: { spec: {} }, revision: 1 };
  it("must say what they keep, and keep it", () => {
    expect(revisions.refusals({ metadata: { name: "r" }, revision: -1 })).toEqual([
      "data: Required value: data is mandatory",
      "revision: Invalid value: -1: must be greater than or equal to 0",
    ]);
    expect(revisions.updateRefusals(revisions.made(revision), { revision: 2 })).toEqual([]);
    expect(revisions.updateRefusals(revisions.made(revision), { data: { spec: { a: 1 } } })).toEqual([
      'data: Invalid value: {"spec":{"a":1}}: field is immutable',
    ]);
  });

  it("show whose they are", () => {
    const ownerReferences = [{ apiVersion: "apps/v1", kind: "StatefulSet", name: "db", uid: "u", controller: true }];
    expect(revisions.row({ ...revision, metadata: { name: "db-1", ownerReferences } }, 0)).toEqual(["statefulset.apps/db", 1, "<unknown>"]);
    expect(revisions.row(revision, 0)[0]).toBe("<none>");
  });
});
