import type { Affinity, LabelSelector, Namespace, Node, Pod, PodAffinityTerm, PodSpec, TopologySpreadConstraint } from "../../api/index.ts";
import type { Random } from "../../sim/index.ts";

/** A small cluster: few names and few values, so that what is random meets often. */
export interface SmallCluster {
  readonly namespaces: readonly Namespace[];
  readonly nodes: readonly Node[];
  readonly placed: readonly { readonly pod: Pod; readonly node: string }[];
}

const NAMESPACES = ["blue", "green", "red"];
const ZONES = ["east", "north", "west"];
const KEYS = ["kubernetes.io/hostname", "zone", "rack"];
const IMAGES = ["app:1", "app:2", "registry.example/tool"];
const TAINTS = [
  { key: "lock", value: "a", effect: "NoSchedule" },
  { key: "lock", value: "b", effect: "NoExecute" },
  { key: "soft", effect: "PreferNoSchedule" },
  { key: "dusty", value: "yes", effect: "PreferNoSchedule" },
];

export function smallCluster(random: Random): SmallCluster {
  const namespaces = NAMESPACES.map((name) => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, labels: { "kubernetes.io/metadata.name": name, ...(chance(random, 0.6) ? { team: one(random, ["x", "y"]) } : {}) } },
  }));
  const nodes = times(1 + random.int(6), (i) => randomNode(random, `node-${i}`));
  const placed = times(random.int(14), (i) => ({
    pod: randomPod(random, `old-${i}`, true),
    node: one(random, nodes).metadata?.name ?? "",
  }));
  return {
    namespaces,
    nodes,
    placed: placed.map(({ pod, node }) => ({ pod: { ...pod, spec: { ...(pod.spec as PodSpec), nodeName: node } }, node })),
  };
}

export function randomNode(random: Random, name: string): Node {
  const maybe = (p: number, labels: Record<string, string>): Record<string, string> => (chance(random, p) ? labels : {});
  const amount = (list: readonly string[]): string => one(random, list);
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: {
        ...maybe(0.95, { "kubernetes.io/hostname": name }),
        ...maybe(0.8, { zone: one(random, ZONES) }),
        ...maybe(0.6, { rack: one(random, ["1", "2"]) }),
        ...maybe(0.5, { cores: one(random, ["2", "4", "many"]) }),
      },
    },
    spec: {
      ...(chance(random, 0.1) ? { unschedulable: true } : {}),
      ...(chance(random, 0.35) ? { taints: some(random, TAINTS, 2) } : {}),
    },
    status: {
      allocatable: {
        cpu: amount(["1", "2", "4", "1500m"]),
        memory: amount(["1Gi", "2Gi", "4Gi"]),
        pods: amount(["3", "6", "110"]),
        ...(chance(random, 0.7) ? { "ephemeral-storage": amount(["1Gi", "10Gi"]) } : {}),
        ...(chance(random, 0.4) ? { "example.com/gpu": amount(["1", "2"]) } : {}),
        ...(chance(random, 0.2) ? { "hugepages-2Mi": "4Mi" } : {}),
      },
      images: some(random, IMAGES, 3).map((image) => ({
        names: [image.includes(":") ? image : `${image}:latest`],
        sizeBytes: (1 + random.int(12)) * 100_000_000,
      })),
    },
  };
}

let serial = 0;

export function randomPod(random: Random, name: string, old = false): Pod {
  const affinity = randomAffinity(random);
  const spread = chance(random, 0.4) ? constraints(random) : [];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: one(random, NAMESPACES),
      uid: `uid-${serial++}`,
      labels: randomLabels(random),
      ...(old && chance(random, 0.1) ? { deletionTimestamp: "2026-01-01T00:00:00Z", deletionGracePeriodSeconds: 30 } : {}),
    },
    spec: {
      containers: times(1 + random.int(2), (i) => randomContainer(random, `c${i}`)),
      ...(chance(random, 0.2) ? { initContainers: [initContainer(random)] } : {}),
      ...(chance(random, 0.15) ? { volumes: [{ name: "tool", image: { reference: one(random, IMAGES) } }] } : {}),
      ...(chance(random, 0.15) ? { overhead: { cpu: "50m", memory: "10Mi" } } : {}),
      ...(chance(random, 0.1) ? { resources: { requests: { cpu: one(random, ["100m", "900m"]), memory: "300Mi" } } } : {}),
      ...(chance(random, 0.2) ? { nodeSelector: { zone: one(random, ZONES) } } : {}),
      ...(affinity ? { affinity } : {}),
      ...(chance(random, 0.4) ? { tolerations: tolerations(random) } : {}),
      ...(spread.length > 0 ? { topologySpreadConstraints: spread } : {}),
    },
  };
}

export const randomLabels = (random: Random): Record<string, string> => ({
  ...(chance(random, 0.85) ? { app: one(random, ["web", "db", "cache"]) } : {}),
  ...(chance(random, 0.6) ? { tier: one(random, ["1", "2"]) } : {}),
});

function randomContainer(random: Random, name: string): PodSpec["containers"][number] {
  const requests = {
    ...(chance(random, 0.6) ? { cpu: one(random, ["100m", "300m", "1"]) } : {}),
    ...(chance(random, 0.5) ? { memory: one(random, ["64Mi", "512Mi"]) } : {}),
    ...(chance(random, 0.15) ? { "ephemeral-storage": "300Mi" } : {}),
    ...(chance(random, 0.15) ? { "example.com/gpu": "1" } : {}),
    ...(chance(random, 0.05) ? { "hugepages-2Mi": "2Mi" } : {}),
  };
  const port = {
    containerPort: 80,
    hostPort: one(random, [80, 443]),
    ...(chance(random, 0.5) ? { protocol: one(random, ["TCP", "UDP"]) } : {}),
    ...(chance(random, 0.5) ? { hostIP: one(random, ["127.0.0.1", "10.0.0.1", "0.0.0.0"]) } : {}),
  };
  return { name, image: one(random, IMAGES), resources: { requests }, ...(chance(random, 0.2) ? { ports: [port] } : {}) };
}

const initContainer = (random: Random): PodSpec["containers"][number] => ({
  ...randomContainer(random, "init"),
  ...(chance(random, 0.5) ? { restartPolicy: "Always" } : {}),
});

function randomAffinity(random: Random): Affinity | undefined {
  const affinity: { -readonly [K in keyof Affinity]: Affinity[K] } = {};
  const requirement = () => ({ key: one(random, ["zone", "rack", "cores"]), ...one(random, NODE_OPERATORS) });
  if (chance(random, 0.2)) {
    const terms = times(1 + random.int(2), () => ({
      matchExpressions: times(random.int(3), requirement),
      ...(chance(random, 0.2)
        ? { matchFields: [{ key: "metadata.name", operator: one(random, ["In", "NotIn"]), values: [`node-${random.int(6)}`] }] }
        : {}),
    }));
    affinity.nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } };
  }
  if (chance(random, 0.2)) {
    const preferred = times(1 + random.int(2), () => ({ weight: 1 + random.int(100), preference: { matchExpressions: [requirement()] } }));
    affinity.nodeAffinity = { ...affinity.nodeAffinity, preferredDuringSchedulingIgnoredDuringExecution: preferred };
  }
  const rules = () => ({
    ...(chance(random, 0.6) ? { requiredDuringSchedulingIgnoredDuringExecution: times(1 + random.int(2), () => randomTerm(random)) } : {}),
    ...(chance(random, 0.6)
      ? {
          preferredDuringSchedulingIgnoredDuringExecution: times(1 + random.int(2), () => ({
            weight: 1 + random.int(100),
            podAffinityTerm: randomTerm(random),
          })),
        }
      : {}),
  });
  if (chance(random, 0.3)) affinity.podAffinity = rules();
  if (chance(random, 0.35)) affinity.podAntiAffinity = rules();
  return Object.keys(affinity).length > 0 ? affinity : undefined;
}

const NODE_OPERATORS = [
  { operator: "In", values: ["east", "1", "4"] },
  { operator: "NotIn", values: ["west", "2"] },
  { operator: "Exists" },
  { operator: "DoesNotExist" },
  { operator: "Gt", values: ["1"] },
  { operator: "Lt", values: ["3"] },
];

function randomTerm(random: Random): PodAffinityTerm {
  const namespaceSelector = chance(random, 0.25) ? one<LabelSelector>(random, [{}, { matchLabels: { team: "x" } }]) : undefined;
  return {
    topologyKey: one(random, KEYS),
    ...(chance(random, 0.95) ? { labelSelector: randomSelector(random) } : {}),
    ...(chance(random, 0.25) ? { namespaces: some(random, NAMESPACES, 2) } : {}),
    ...(namespaceSelector ? { namespaceSelector } : {}),
  };
}

function randomSelector(random: Random): LabelSelector {
  return one<LabelSelector>(random, [
    { matchLabels: { app: one(random, ["web", "db"]) } },
    { matchExpressions: [{ key: "app", operator: "In", values: ["web", "cache"] }] },
    { matchExpressions: [{ key: "tier", operator: "NotIn", values: ["1"] }] },
    { matchLabels: { app: "web" }, matchExpressions: [{ key: "tier", operator: "Exists" }] },
    { matchExpressions: [{ key: "tier", operator: "DoesNotExist" }] },
    {},
  ]);
}

function constraints(random: Random): readonly TopologySpreadConstraint[] {
  return some(random, KEYS, 2).map((topologyKey) => {
    const whenUnsatisfiable = one(random, ["DoNotSchedule", "ScheduleAnyway"] as const);
    return {
      topologyKey,
      whenUnsatisfiable,
      maxSkew: 1 + random.int(2),
      ...(chance(random, 0.9) ? { labelSelector: randomSelector(random) } : {}),
      ...(whenUnsatisfiable === "DoNotSchedule" && chance(random, 0.3) ? { minDomains: 1 + random.int(4) } : {}),
      ...(chance(random, 0.3) ? { nodeAffinityPolicy: one(random, ["Honor", "Ignore"]) } : {}),
      ...(chance(random, 0.3) ? { nodeTaintsPolicy: one(random, ["Honor", "Ignore"]) } : {}),
      ...(chance(random, 0.2) ? { matchLabelKeys: ["tier"] } : {}),
    };
  });
}

const tolerations = (random: Random) =>
  some(
    random,
    [
      { key: "lock", operator: "Equal", value: "a" },
      { key: "lock", operator: "Exists", effect: "NoExecute" },
      { key: "soft", operator: "Exists" },
      { operator: "Exists", effect: "PreferNoSchedule" },
      { key: "node.kubernetes.io/unschedulable", operator: "Exists", effect: "NoSchedule" },
    ],
    3,
  );

export const chance = (random: Random, p: number): boolean => random.next() < p;
export const one = <T>(random: Random, list: readonly T[]): T => list[random.int(list.length)] as T;
const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));

/** 1 to `most` different ones. */
function some<T>(random: Random, list: readonly T[], most: number): T[] {
  const rest = [...list];
  return times(Math.min(1 + random.int(most), list.length), () => rest.splice(random.int(rest.length), 1)[0] as T);
}
