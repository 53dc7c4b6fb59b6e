import { describe, expect, it } from "vitest";
import type { KubeObject, Pod } from "../../api/index.ts";
import { type Checker, checkHistory } from "./checker.ts";
import { checkers } from "./checkers/index.ts";
import { nodeCapacity } from "./checkers/capacity.ts";
import { cronJobConcurrency } from "./checkers/cron-job.ts";
import { daemonSetNodes } from "./checkers/daemon-set.ts";
import { deploymentBounds } from "./checkers/deployment.ts";
import { disruptionBudgets } from "./checkers/disruption.ts";
import { jobCompletions } from "./checkers/job.ts";
import { metadataRules } from "./checkers/metadata.ts";
import { ownership } from "./checkers/ownership.ts";
import { quotas } from "./checkers/quota.ts";
import { podRemoval } from "./checkers/removal.ts";
import { replicaSetSize } from "./checkers/replica-set.ts";
import { statefulSetOrder } from "./checkers/stateful-set.ts";
import { forge } from "./forged.ts";

type Forge = ReturnType<typeof forge>;
/** What is wrong, as a checker says it; and a history in which it is. */
type Row = readonly [problem: RegExp, write: (f: Forge) => void];

const object = (kind: string, name: string, rest: object = {}): KubeObject & { readonly [key: string]: unknown } => ({
  apiVersion: "v1",
  kind,
  metadata: { name, namespace: "default", generation: 1 },
  ...rest,
});
const ownedBy = (owner: KubeObject) => [
  { apiVersion: "v1", kind: owner.kind ?? "", name: owner.metadata?.name ?? "", uid: owner.metadata?.uid ?? "", controller: true },
];
const owned = <T extends KubeObject>(o: T, owner: KubeObject, annotations?: Readonly<Record<string, string>>): T => ({
  ...o,
  metadata: { ...o.metadata, ownerReferences: ownedBy(owner), ...(annotations ? { annotations } : {}) },
});
const ready = (status: string) => ({ type: "Ready", status, lastTransitionTime: "2026-01-01T00:00:00Z" });
const running = (name: string, spec: object = {}): Pod =>
  object("Pod", name, {
    spec: { nodeName: "node-1", containers: [], ...spec },
    status: { phase: "Running", conditions: [ready("True")], containerStatuses: [{ state: { running: {} } }] },
  }) as unknown as Pod;
const going = { metadata: { deletionTimestamp: "2026-01-01T00:00:30Z" } };

const sized = (name: string, replicas: number, availableReplicas: number, desired = "4") =>
  object("ReplicaSet", name, {
    metadata: { name, namespace: "default", generation: 1, annotations: { "deployment.kubernetes.io/desired-replicas": desired } },
    spec: { replicas },
    status: { replicas, availableReplicas, observedGeneration: 1 },
  });
const deployment = (f: Forge, strategy: object = { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } }) =>
  f.put(object("Deployment", "web", { spec: { replicas: 4, strategy }, status: { observedGeneration: 1 } }));

const rows: readonly (readonly [checker: () => Checker, rows: readonly Row[]])[] = [
  [
    deploymentBounds,
    [
      [
        /default\/web comes to 6 replicas, of which at most 5 are allowed/,
        (f) => {
          const web = deployment(f);
          f.as("deployment-controller");
          f.put(owned(sized("web-1", 4, 4), web));
          f.put(owned(sized("web-2", 2, 0), web));
        },
      ],
      [
        /scales web-1 from 4 to 2: 2 pods stay available of 3 that must/,
        (f) => {
          const web = deployment(f);
          f.as("deployment-controller");
          const old = f.put(owned(sized("web-1", 4, 4), web, { "deployment.kubernetes.io/desired-replicas": "4" }));
          f.as("deployment-controller", 1);
          f.change(old, { metadata: { generation: 2 }, spec: { replicas: 2 } });
        },
      ],
      [
        /begins with web-2 while web-1-a of web-1 is still there/,
        (f) => {
          const web = deployment(f, { type: "Recreate" });
          f.as("deployment-controller");
          const old = f.put(owned(sized("web-1", 0, 0), web));
          f.put(owned(running("web-1-a"), old));
          f.put(owned(sized("web-2", 4, 0), web));
        },
      ],
      [/has 0 of 4 replicas available/, (f) => void deployment(f)],
    ],
  ],
  [
    replicaSetSize,
    [
      [
        /default\/web creates its pod number 2, and wants 1/,
        (f) => {
          const web = f.put(sized("web", 1, 0));
          f.as("replicaset-controller");
          for (const name of ["a", "b"]) f.put(owned(running(name), web));
        },
      ],
      [
        /default\/web deletes a and is left with 1 pods of 2/,
        (f) => {
          const web = f.put(sized("web", 2, 0));
          f.as("replicaset-controller");
          const [a] = ["a", "b"].map((name) => f.put(owned(running(name), web)));
          f.change(a as Pod, going);
        },
      ],
      [/has 0 pods and wants 2/, (f) => void f.put(sized("web", 2, 0))],
    ],
  ],
  [
    statefulSetOrder,
    [
      [
        /creates db-1 before 0 is there/,
        (f) => {
          const db = f.put(object("StatefulSet", "db", { spec: { replicas: 2 } }));
          f.as("statefulset-controller");
          f.put(owned(running("db-1"), db));
        },
      ],
      [
        /stops db-0 before db-1 is gone/,
        (f) => {
          const db = f.put(object("StatefulSet", "db", { spec: { replicas: 2 }, status: { observedGeneration: 1 } }));
          f.as("statefulset-controller");
          const [zero] = ["db-0", "db-1"].map((name) => f.put(owned(running(name), db)));
          f.as("statefulset-controller", 5);
          f.change(db, { metadata: { generation: 2 }, spec: { replicas: 0 }, status: { observedGeneration: 2 } });
          f.change(zero as Pod, going);
        },
      ],
      [
        /replaces db-0 before db-1 is back/,
        (f) => {
          const db = f.put(object("StatefulSet", "db", { spec: { replicas: 2 } }));
          f.as("statefulset-controller");
          const [zero, one] = ["db-0", "db-1"].map((name) => f.put(owned(running(name), db)));
          f.as("statefulset-controller", 5);
          f.change(one as Pod, { status: { conditions: [ready("False")] } });
          f.as("statefulset-controller", 5);
          f.change(zero as Pod, going);
        },
      ],
      [/has the pods {2}and wants 0,1/, (f) => void f.put(object("StatefulSet", "db", { spec: { replicas: 2 } }))],
    ],
  ],
  [
    daemonSetNodes,
    [
      [
        /has 2 pods for node-1: a,b/,
        (f) => {
          const d = f.put(object("DaemonSet", "agent", { spec: {} }));
          f.as("daemon-set-controller");
          for (const name of ["a", "b"]) f.put(owned(running(name), d));
        },
      ],
      [
        /takes b: 2 of 2 nodes are without, and 1 may be/,
        (f) => {
          for (const name of ["node-1", "node-2"]) f.put({ apiVersion: "v1", kind: "Node", metadata: { name } });
          const d = f.put(
            object("DaemonSet", "agent", { spec: { updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } } } }),
          );
          f.as("daemon-set-controller");
          const a = f.put(owned(running("a"), d));
          const b = f.put(owned(running("b", { nodeName: "node-2" }), d));
          f.change(a, going);
          f.as("daemon-set-controller", 1);
          f.change(b, going);
        },
      ],
      [
        /has pods on {2}and is for node-1/,
        (f) => {
          f.put({ apiVersion: "v1", kind: "Node", metadata: { name: "node-1" } });
          f.put(object("DaemonSet", "agent", { spec: {} }));
        },
      ],
    ],
  ],
  [
    jobCompletions,
    [
      [/counts 2 successes of 0/, (f) => void f.put(object("Job", "sum", { spec: { completions: 3 }, status: { succeeded: 2 } }))],
      [
        /takes back what it counted: undefined, 2 to 0, 1/,
        (f) => void f.change(f.put(object("Job", "sum", { spec: {}, status: { failed: 2 } })), { status: { failed: 1 } }),
      ],
      [
        /is complete with 1 of 2 completions/,
        (f) => {
          const sum = f.put(object("Job", "sum", { spec: { completions: 2 } }));
          f.put(owned({ ...running("a"), status: { phase: "Succeeded" } }, sum));
          f.change(sum, { status: { succeeded: 1, conditions: [{ type: "Complete", status: "True" }] } });
        },
      ],
      [
        /says that index 1 succeeded, which it did not/,
        (f) =>
          void f.put(
            object("Job", "sum", { spec: { completions: 2, completionMode: "Indexed" }, status: { succeeded: 1, completedIndexes: "1" } }),
          ),
      ],
      [
        /runs index 0 twice/,
        (f) => {
          const sum = f.put(object("Job", "sum", { spec: { completions: 2, parallelism: 2, completionMode: "Indexed" } }));
          f.as("job-controller");
          for (const name of ["a", "b"]) f.put(owned(running(name), sum, { "batch.kubernetes.io/job-completion-index": "0" }));
        },
      ],
      [
        /creates its active pod number 2 of 1/,
        (f) => {
          const sum = f.put(object("Job", "sum", { spec: { completions: 2, parallelism: 1 } }));
          f.as("job-controller");
          for (const name of ["a", "b"]) f.put(owned(running(name), sum));
        },
      ],
      [
        /is finished and creates a/,
        (f) => {
          const sum = f.put(
            object("Job", "sum", { spec: { completions: 1 }, status: { conditions: [{ type: "Failed", status: "True" }] } }),
          );
          f.as("job-controller");
          f.put(owned(running("a"), sum));
        },
      ],
      [/neither runs nor is finished/, (f) => void f.put(object("Job", "sum", { spec: {} }))],
    ],
  ],
  [
    cronJobConcurrency,
    [
      [
        /starts every-2 beside every-1/,
        (f) => {
          const every = f.put(object("CronJob", "every", { spec: { concurrencyPolicy: "Forbid" } }));
          f.as("cronjob-controller");
          for (const n of ["1", "2"])
            f.put(owned(object("Job", `every-${n}`), every, { "batch.kubernetes.io/cronjob-scheduled-timestamp": n }));
        },
      ],
      [
        /starts every-2 at the time of every-1/,
        (f) => {
          const every = f.put(object("CronJob", "every", { spec: { concurrencyPolicy: "Allow" } }));
          f.as("cronjob-controller");
          for (const n of ["1", "2"])
            f.put(owned(object("Job", `every-${n}`), every, { "batch.kubernetes.io/cronjob-scheduled-timestamp": "0" }));
        },
      ],
      [
        /keeps 2 successful and 0 failed jobs/,
        (f) => {
          const every = f.put(object("CronJob", "every", { spec: { successfulJobsHistoryLimit: 1 } }));
          for (const n of ["1", "2"])
            f.put(owned(object("Job", `every-${n}`, { status: { conditions: [{ type: "Complete", status: "True" }] } }), every));
        },
      ],
    ],
  ],
  [
    disruptionBudgets,
    [
      [
        /default\/a is evicted, and 1 healthy pods are left of 2 that default\/web needs/,
        (f) => {
          f.put(object("PodDisruptionBudget", "web", { spec: { selector: {} }, status: { desiredHealthy: 2 } }));
          const [a] = ["a", "b"].map((name) => f.put(running(name)));
          const conditions = [ready("True"), { type: "DisruptionTarget", status: "True", reason: "EvictionByEvictionAPI" }];
          f.as("kubernetes-admin", 1);
          f.change(a as Pod, { status: { conditions } });
        },
      ],
      [
        /says that 3 pods are healthy, and 0 are/,
        (f) => void f.put(object("PodDisruptionBudget", "web", { spec: { selector: {} }, status: { currentHealthy: 3 } })),
      ],
    ],
  ],
  [
    ownership,
    [
      [
        /has 2 controllers: web,db/,
        (f) => {
          const [web, db] = ["web", "db"].map((name) => f.put(sized(name, 1, 0)));
          f.put({ ...running("a"), metadata: { name: "a", namespace: "default", ownerReferences: [...ownedBy(web!), ...ownedBy(db!)] } });
        },
      ],
      [
        /the garbage collector takes .*\/a, which ReplicaSet web holds/,
        (f) => {
          const a = f.put(owned(running("a"), f.put(sized("web", 1, 0))));
          f.as("generic-garbage-collector");
          f.drop(a);
        },
      ],
      [
        /\/a is an orphan of ReplicaSet web/,
        (f) => void f.put(owned(running("a"), { ...sized("web", 1, 0), metadata: { name: "web", uid: "u" } })),
      ],
      [
        /\/a is still going, held by nothing/,
        (f) => void f.put({ ...running("a"), metadata: { name: "a", namespace: "default", ...going.metadata } }),
      ],
    ],
  ],
  [
    quotas,
    [
      [
        /default\/small uses 2 pods of 1/,
        (f) => {
          const quota = f.put(
            object("ResourceQuota", "small", { spec: { hard: { pods: "1" } }, status: { hard: { pods: "1" }, used: { pods: "1" } } }),
          );
          f.change(quota, { status: { used: { pods: "2" } } });
        },
      ],
      [
        /2000000000 nano of pods are used in default, and default\/small allows 1000000000/,
        (f) => {
          f.put(object("ResourceQuota", "small", { spec: { hard: { pods: "1" } }, status: { hard: { pods: "1" }, used: { pods: "1" } } }));
          f.as("kubernetes-admin", 1);
          for (const name of ["a", "b"]) f.put(running(name));
        },
      ],
      [
        /default\/small says 1 pods, and 0 nano are used/,
        (f) =>
          void f.put(
            object("ResourceQuota", "small", { spec: { hard: { pods: "1" } }, status: { hard: { pods: "1" }, used: { pods: "1" } } }),
          ),
      ],
    ],
  ],
  [
    nodeCapacity,
    [
      [
        /default\/b is pod number 2 of node-1, which takes 1/,
        (f) => {
          f.put({
            apiVersion: "v1",
            kind: "Node",
            metadata: { name: "node-1" },
            status: { allocatable: { pods: "1", cpu: "2", memory: "1Gi" } },
          });
          for (const name of ["a", "b"]) f.put(running(name));
        },
      ],
      [
        /default\/a brings the cpu asked of node-1 to 3000m of 2000m/,
        (f) => {
          f.put({
            apiVersion: "v1",
            kind: "Node",
            metadata: { name: "node-1" },
            status: { allocatable: { pods: "1", cpu: "2", memory: "1Gi" } },
          });
          f.put(running("a", { containers: [{ name: "c", resources: { requests: { cpu: "3" } } }] }));
        },
      ],
    ],
  ],
  [
    podRemoval,
    [
      [
        /default\/a is removed by .*:statefulset-controller while it runs on node-1/,
        (f) => {
          const a = f.put(running("a"));
          f.as("statefulset-controller");
          f.drop(a);
        },
      ],
      [/default\/a is Pending in the end/, (f) => void f.put({ ...running("a"), status: { phase: "Pending" } })],
    ],
  ],
  [
    metadataRules,
    [
      [/had the uid Pod-a, and has other/, (f) => void f.change(f.put(running("a")), { metadata: { uid: "other" } })],
      [/goes from generation 1 to 3/, (f) => void f.change(f.put(running("a")), { metadata: { generation: 3 } })],
      [/has another spec, and still the generation 1/, (f) => void f.change(f.put(sized("web", 1, 0)), { spec: { replicas: 2 } })],
      [/observed generation 7 of 1/, (f) => void f.change(f.put(sized("web", 1, 0)), { status: { observedGeneration: 7 } })],
      [/is written, and nothing of it changes/, (f) => void f.change(f.put(running("a")), {})],
      [
        /was going, and stays/,
        (f) => {
          const a = f.put({ ...running("a"), metadata: { name: "a", namespace: "default", ...going.metadata } });
          f.put({ ...a, metadata: { name: "a", namespace: "default" } });
        },
      ],
    ],
  ],
];

describe("a checker", () => {
  for (const [make, cases] of rows)
    for (const [problem, write] of cases)
      it(`of whether ${make().name} sees that ${problem.source}`, () => {
        const f = forge();
        write(f);
        const found = checkHistory({ history: f.history, checkers: [make], settled: true });
        expect(found.map((v) => v.problem).join("\n")).toMatch(problem);
      });

  it("has been seen to fail, each of them", () => {
    expect(rows.map(([make]) => make)).toEqual(checkers);
  });
});
