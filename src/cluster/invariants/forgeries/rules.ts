import type { Pod } from "../../../api/index.ts";
import { disruptionBudgets } from "../checkers/disruption.ts";
import { ownership } from "../checkers/ownership.ts";
import { quotas } from "../checkers/quota.ts";
import { nodeCapacity } from "../checkers/capacity.ts";
import { podRemoval } from "../checkers/removal.ts";
import { metadataRules } from "../checkers/metadata.ts";
import { type Forgeries, going, object, owned, ownedBy, ready, running, sized } from "../forged.ts";

const SMALL_NODE = {
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "node-1" },
  status: { allocatable: { pods: "1", cpu: "2", memory: "1Gi" } },
};

export const ruleForgeries: Forgeries = [
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
          f.put(SMALL_NODE);
          for (const name of ["a", "b"]) f.put(running(name));
        },
      ],
      [
        /default\/a brings the cpu asked of node-1 to 3000m of 2000m/,
        (f) => {
          f.put(SMALL_NODE);
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
