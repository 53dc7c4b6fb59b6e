import type { Client, Resource } from "../../client/index.ts";
import type { MemoryStore } from "../../etcd/index.ts";
import { StatusError } from "../../machinery/index.ts";
import type { Cause } from "../../sim/index.ts";
import type { Cluster } from "../cluster.ts";

const MINUTE = 60_000;

const container = (command: readonly string[]) => ({
  name: "main",
  image: "busybox:1.36",
  command,
  resources: { requests: { cpu: "20m" } },
});
const template = (app: string, command: readonly string[], more: object = {}) => ({
  metadata: { labels: { app } },
  spec: { terminationGracePeriodSeconds: 2, ...more, containers: [container(command)] },
});
const FOREVER = ["sleep", "1000000"];
const workload = (kind: string, name: string, spec: object) => ({
  apiVersion: "apps/v1",
  kind,
  metadata: { name, namespace: "default" },
  spec: { selector: { matchLabels: { app: name } }, template: template(name, FOREVER), ...spec },
});
const cronJob = (name: string, schedule: string, script: string, concurrencyPolicy: string) => ({
  apiVersion: "batch/v1",
  kind: "CronJob",
  metadata: { name, namespace: "default" },
  spec: {
    schedule,
    concurrencyPolicy,
    jobTemplate: { spec: { backoffLimit: 1, template: template(name, ["sh", "-c", script], { restartPolicy: "Never" }) } },
  },
});

/** What runs all day. */
const OBJECTS: readonly (readonly [Resource, object])[] = [
  ["deployments", workload("Deployment", "web", { replicas: 6 })],
  ["deployments", workload("Deployment", "api", { replicas: 3 })],
  ["statefulsets", workload("StatefulSet", "db", { replicas: 3, serviceName: "db" })],
  ["daemonsets", workload("DaemonSet", "agent", {})],
  ["cronjobs", cronJob("minutely", "* * * * *", "exit 0", "Allow")],
  ["cronjobs", cronJob("failing", "*/5 * * * *", "exit 1", "Forbid")],
  ["cronjobs", cronJob("lasting", "*/3 * * * *", "sleep 240", "Replace")],
  [
    "services",
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "web", namespace: "default" },
      spec: { selector: { app: "web" }, ports: [{ port: 80 }] },
    },
  ],
  [
    "poddisruptionbudgets",
    {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name: "web", namespace: "default" },
      spec: { maxUnavailable: 1, selector: { matchLabels: { app: "web" } } },
    },
  ],
  [
    "horizontalpodautoscalers",
    {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "api", namespace: "default" },
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "api" },
        minReplicas: 2,
        maxReplicas: 5,
        metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 50 } } }],
      },
    },
  ],
];

/** How much there is of what could pile up. */
export interface Counts {
  readonly objects: number;
  readonly events: number;
  readonly jobs: number;
  readonly replicaSets: number;
  readonly pods: number;
  /** Writes that the store remembers. */
  readonly remembered: number;
  readonly revision: number;
}

/** A day in the life of a cluster, an hour at a time. */
export interface Soak {
  begin(): Promise<void>;
  hour(): Promise<void>;
  counts(): Counts;
}

/** Every ten minutes a rollout; twice an hour a machine fails, once short and once so long that its pods are moved. */
export function createSoak({ clock, store, client: clientOf }: Pick<Cluster, "clock" | "client"> & { readonly store: MemoryStore }): Soak {
  const began = clock.now();
  let sequence = 0;
  const as = (what: string): Client => {
    const causes: readonly Cause[] = [{ kind: "input", at: clock.now(), sequence: sequence++, what }];
    return clientOf({ name: "kubernetes-admin", groups: ["system:masters"] }, "soak", causes);
  };
  const rollOut = (resource: Resource, name: string) =>
    as("roll out").patch(resource, "default", name, "strategic", {
      spec: { template: { metadata: { annotations: { at: String(clock.now()) } } } },
    });
  const crash = async (minutes: number): Promise<void> => {
    const machine = `node-${1 + (Math.floor((clock.now() - began) / (30 * MINUTE)) % 4)}`;
    const fault = { apiVersion: "sim.timonel.dev/v1alpha1", kind: "Fault", metadata: { name: "crash" } };
    const spec = { type: "MachineCrash", machineCrash: { machine }, duration: `${minutes}m` };
    // The last one is over, and leaves its name.
    await as("a machine is whole again").delete("faults", undefined, "crash").catch(ignoreRefusals);
    await as("a machine fails").create("faults", { ...fault, spec });
  };
  return {
    async begin() {
      for (const [resource, object] of OBJECTS) await as("begin").create(resource, object as never);
    },
    async hour() {
      for (let minute = 0; minute < 60; minute += 10) {
        if (minute === 10) await crash(2);
        if (minute === 40) await crash(9);
        await rollOut("deployments", "web");
        if (minute === 20) await rollOut("statefulsets", "db");
        if (minute === 30) await rollOut("daemonsets", "agent");
        await clock.advance(10 * MINUTE);
      }
    },
    counts: () => ({
      objects: store.count("/registry/"),
      events: store.count("/registry/events/"),
      jobs: store.count("/registry/jobs/"),
      replicaSets: store.count("/registry/replicasets/"),
      pods: store.count("/registry/pods/"),
      remembered: store.history(0).length,
      revision: store.revision,
    }),
  };
}

function ignoreRefusals(error: unknown): void {
  if (!(error instanceof StatusError)) throw error;
}
