import type { Pod } from "../../../api/index.ts";
import { deploymentBounds } from "../checkers/deployment.ts";
import { replicaSetSize } from "../checkers/replica-set.ts";
import { statefulSetOrder } from "../checkers/stateful-set.ts";
import { daemonSetNodes } from "../checkers/daemon-set.ts";
import { jobCompletions } from "../checkers/job.ts";
import { cronJobConcurrency } from "../checkers/cron-job.ts";
import { type Forgeries, deployment, going, object, owned, ready, running, sized } from "../forged.ts";

export const workloadForgeries: Forgeries = [
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
];
