import type { PodSpec, PodTemplateSpec } from "../../api/index.ts";
import type { Random } from "../../sim/index.ts";

export const pick = <T>(random: Random, from: readonly T[]): T => from[random.int(from.length)] as T;
const oneIn = (random: Random, n: number): boolean => random.int(n) === 0;

const BUSYBOX = "busybox:1.36";
const FOREVER = ["sleep", "1000000"];

/** What a workload's containers do. */
const PODS: Readonly<Record<string, PodSpec>> = {
  // Stops as soon as it is asked to.
  quick: { containers: [{ name: "main", image: "registry.k8s.io/pause:3.10" }] },
  // Does not hear that it should stop.
  stubborn: { terminationGracePeriodSeconds: 9, containers: [{ name: "main", image: BUSYBOX, command: FOREVER }] },
  // Serves a while after it starts.
  late: {
    terminationGracePeriodSeconds: 2,
    containers: [
      {
        name: "main",
        image: BUSYBOX,
        command: FOREVER,
        readinessProbe: { exec: { command: ["true"] }, initialDelaySeconds: 7, periodSeconds: 60 },
      },
    ],
  },
  // Falls over again and again.
  flaky: { terminationGracePeriodSeconds: 1, containers: [{ name: "main", image: BUSYBOX, command: ["sh", "-c", "sleep 25; exit 1"] }] },
  // Fits on no node.
  huge: { containers: [{ name: "main", image: "registry.k8s.io/pause:3.10", resources: { requests: { cpu: "64" } } }] },
};

/** A template of a random temper. `calm`: one that starts, stays and stops. */
export function template(random: Random, labels: Readonly<Record<string, string>>, calm = false): PodTemplateSpec {
  const temper = calm
    ? "quick"
    : pick(random, ["quick", "quick", "stubborn", "late", "late", "flaky", ...(oneIn(random, 3) ? ["huge"] : [])]);
  const { containers, ...rest } = PODS[temper] as PodSpec;
  const cpu = calm ? "20m" : pick(random, ["20m", "50m", "100m", "300m"]);
  // The number makes each template another one.
  const env = [{ name: "N", value: String(random.int(1_000_000)) }];
  return {
    metadata: { labels },
    spec: { ...rest, containers: containers.map((c) => ({ ...c, env, resources: c.resources ?? { requests: { cpu } } })) },
  };
}

const meta = (namespace: string, name: string) => ({ name, namespace, labels: { app: name } });
const matching = (name: string) => ({ matchLabels: { app: name } });

export function strategy(random: Random): object {
  if (oneIn(random, 5)) return { type: "Recreate" };
  const some = (): number | string => pick(random, [0, 1, 2, "10%", "25%", "50%"]);
  const maxSurge = some();
  const maxUnavailable = maxSurge === 0 ? pick(random, [1, 2, "40%"]) : some();
  return { type: "RollingUpdate", rollingUpdate: { maxSurge, maxUnavailable } };
}

function jobSpec(random: Random): object {
  const indexed = oneIn(random, 2);
  const script = pick(random, [
    "exit 0",
    "sleep 3",
    "sleep 20",
    "sleep 2; exit 1",
    "sleep $(( $RANDOM % 9 )); exit $(( $RANDOM % 3 / 2 ))",
  ]);
  const counted = indexed || oneIn(random, 2);
  const perIndex = indexed && oneIn(random, 2);
  const completions = 1 + random.int(5);
  return {
    parallelism: random.int(4) + (counted ? 0 : 1) || 1,
    ...(counted ? { completions } : {}),
    ...(indexed ? { completionMode: "Indexed" } : {}),
    ...(perIndex ? { backoffLimitPerIndex: 1, maxFailedIndexes: random.int(completions) } : { backoffLimit: random.int(3) }),
    ...(oneIn(random, 4) ? { podReplacementPolicy: "Failed" } : {}),
    ...(oneIn(random, 5) ? { ttlSecondsAfterFinished: random.int(60) } : {}),
    ...(oneIn(random, 6) ? { activeDeadlineSeconds: 5 + random.int(60) } : {}),
    template: {
      spec: {
        restartPolicy: perIndex ? "Never" : pick(random, ["Never", "Never", "OnFailure"]),
        terminationGracePeriodSeconds: 3,
        containers: [{ name: "main", image: BUSYBOX, command: ["sh", "-c", script], resources: { requests: { cpu: "50m" } } }],
      },
    },
  };
}

/** Random objects, by resource. */
export const WORKLOADS: Readonly<Record<string, (random: Random, namespace: string, name: string) => object>> = {
  deployments: (random, namespace, name) => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: meta(namespace, name),
    spec: {
      replicas: random.int(6),
      selector: matching(name),
      strategy: strategy(random),
      revisionHistoryLimit: random.int(3),
      progressDeadlineSeconds: pick(random, [40, 600]),
      minReadySeconds: pick(random, [0, 0, 3]) || 0,
      template: template(random, { app: name }),
    },
  }),
  replicasets: (random, namespace, name) => ({
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: meta(namespace, name),
    spec: { replicas: random.int(4), selector: matching(name), template: template(random, { app: name }) },
  }),
  statefulsets: (random, namespace, name) => ({
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: meta(namespace, name),
    spec: {
      replicas: random.int(5),
      serviceName: name,
      podManagementPolicy: pick(random, ["OrderedReady", "OrderedReady", "Parallel"]),
      selector: matching(name),
      minReadySeconds: pick(random, [0, 0, 4]),
      updateStrategy: oneIn(random, 5)
        ? { type: "OnDelete" }
        : { type: "RollingUpdate", rollingUpdate: oneIn(random, 3) ? { partition: random.int(4) } : {} },
      ...(oneIn(random, 4) ? { ordinals: { start: random.int(5) } } : {}),
      template: template(random, { app: name }),
    },
  }),
  daemonsets: (random, namespace, name) => ({
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: meta(namespace, name),
    spec: {
      selector: matching(name),
      updateStrategy: pick(random, [
        { type: "OnDelete" },
        { type: "RollingUpdate", rollingUpdate: { maxUnavailable: pick(random, [1, 2, "50%"]) } },
        { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: pick(random, [1, 2, "50%"]) } },
      ]),
      template: template(random, { app: name }),
    },
  }),
  jobs: (random, namespace, name) => ({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: meta(namespace, name),
    spec: jobSpec(random),
  }),
  cronjobs: (random, namespace, name) => ({
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: meta(namespace, name),
    spec: {
      schedule: pick(random, ["* * * * *", "*/2 * * * *"]),
      concurrencyPolicy: pick(random, ["Allow", "Forbid", "Replace"]),
      successfulJobsHistoryLimit: random.int(3),
      failedJobsHistoryLimit: random.int(2),
      ...(oneIn(random, 4) ? { startingDeadlineSeconds: 15 } : {}),
      jobTemplate: { spec: jobSpec(random) },
    },
  }),
  poddisruptionbudgets: (random, namespace, name) => ({
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name, namespace },
    spec: {
      selector: matching(name),
      ...pick(random, [
        { minAvailable: 1 },
        { minAvailable: 2 },
        { minAvailable: "50%" },
        { maxUnavailable: 1 },
        { maxUnavailable: "34%" },
      ]),
      ...(oneIn(random, 3) ? { unhealthyPodEvictionPolicy: "AlwaysAllow" } : {}),
    },
  }),
  resourcequotas: (random, namespace, name) => ({
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name, namespace },
    spec: {
      hard: { pods: String(4 + random.int(12)), ...pick(random, [{}, { "requests.cpu": "1500m" }, { "count/jobs.batch": "3" }]) },
    },
  }),
  services: (_random, namespace, name) => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace },
    spec: { selector: { app: name }, ports: [{ port: 80 }] },
  }),
};
