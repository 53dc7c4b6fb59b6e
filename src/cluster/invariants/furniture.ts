import type { Client, Resource } from "../../client/index.ts";
import type { Cause } from "../../sim/index.ts";
import type { Cluster } from "../cluster.ts";

const labels = (app: string) => ({ matchLabels: { app } });
const template = (app: string, command?: readonly string[], restartPolicy?: string) => ({
  metadata: { labels: { app } },
  spec: {
    ...(restartPolicy ? { restartPolicy } : {}),
    containers: [
      {
        name: "main",
        ...(command ? { image: "busybox:1.36", command } : { image: "registry.k8s.io/pause:3.10" }),
        // A quota of CPU takes nothing in that does not say.
        resources: { requests: { cpu: "1m" } },
      },
    ],
  },
});
const apps = (kind: string, name: string, spec: object) => ({
  apiVersion: "apps/v1",
  kind,
  metadata: { name, namespace: "default" },
  spec,
});
const batch = (kind: string, name: string, spec: object) => ({
  apiVersion: "batch/v1",
  kind,
  metadata: { name, namespace: "default" },
  spec,
});

/** One object of nearly every kind that a controller looks after. */
const ofEach = (i: number): readonly (readonly [Resource, object])[] => [
  ["deployments", apps("Deployment", `web-${i}`, { replicas: 3, selector: labels(`web-${i}`), template: template(`web-${i}`) })],
  [
    "statefulsets",
    apps("StatefulSet", `db-${i}`, { replicas: 2, serviceName: `db-${i}`, selector: labels(`db-${i}`), template: template(`db-${i}`) }),
  ],
  ["daemonsets", apps("DaemonSet", `agent-${i}`, { selector: labels(`agent-${i}`), template: template(`agent-${i}`) })],
  [
    "replicationcontrollers",
    {
      apiVersion: "v1",
      kind: "ReplicationController",
      metadata: { name: `old-${i}`, namespace: "default" },
      spec: { replicas: 1, selector: { app: `old-${i}` }, template: template(`old-${i}`) },
    },
  ],
  ["jobs", batch("Job", `sum-${i}`, { completions: 2, template: template(`sum-${i}`, ["true"], "Never") })],
  ["jobs", batch("Job", `long-${i}`, { template: template(`long-${i}`, ["sleep", "1000000"], "Never") })],
  [
    "cronjobs",
    batch("CronJob", `every-${i}`, {
      schedule: "0 0 1 1 *",
      jobTemplate: { spec: { template: template(`every-${i}`, ["true"], "Never") } },
    }),
  ],
  [
    "services",
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: `web-${i}`, namespace: "default" },
      spec: { selector: { app: `web-${i}` }, ports: [{ port: 80 }] },
    },
  ],
  [
    "services",
    { apiVersion: "v1", kind: "Service", metadata: { name: `out-${i}`, namespace: "default" }, spec: { ports: [{ port: 80 }] } },
  ],
  [
    "endpoints",
    {
      apiVersion: "v1",
      kind: "Endpoints",
      metadata: { name: `out-${i}`, namespace: "default" },
      subsets: [{ addresses: [{ ip: "192.0.2.1" }], ports: [{ port: 80 }] }],
    },
  ],
  [
    "poddisruptionbudgets",
    {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name: `web-${i}`, namespace: "default" },
      spec: { minAvailable: 1, selector: labels(`web-${i}`) },
    },
  ],
  [
    "resourcequotas",
    {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: `quota-${i}`, namespace: "default" },
      spec: { hard: { pods: "1000", configmaps: "1000", "requests.cpu": "1000" } },
    },
  ],
];

/** Fills a cluster with `count` objects of each kind. */
export async function furnish(cluster: Pick<Cluster, "client" | "clock">, count: number): Promise<void> {
  const causes: readonly Cause[] = [{ kind: "input", at: cluster.clock.now(), sequence: 0, what: "furnish" }];
  const client: Client = cluster.client({ name: "kubernetes-admin", groups: ["system:masters"] }, "furnish", causes);
  for (let i = 0; i < count; i++) for (const [resource, object] of ofEach(i)) await client.create(resource, object as never);
}
