import { app, ran, runs } from "./containers.ts";
import type { Breakage } from "./types.ts";

const MANAGER = "k8s: kubelet/eviction/eviction_manager.go";
const stopped = "Normal Killing spec.containers{app}: Stopping container app";
const fills = (path: string): string => `dd if=/dev/zero of=${path} bs=1M count=3; sleep 3600`;
const quick = { terminationGracePeriodSeconds: 1 };
const resize = (patch: string): string =>
  `kubectl wait --for=condition=Ready pod/it --timeout=30s
kubectl patch pod it --subresource resize -p '{"spec":{"containers":[{"name":"app","resources":${patch}}]}}'`;

/** What a pod's node takes from it, or does not give. */
export const node: readonly Breakage[] = [
  {
    name: "it keeps more in an emptyDir than that may have",
    source: `${MANAGER} emptyDirLimitEviction, evictPod`,
    pod: {
      ...quick,
      volumes: [{ name: "tmp", emptyDir: { sizeLimit: "2Mi" } }],
      containers: [runs(fills("/t/x"), { volumeMounts: [{ name: "tmp", mountPath: "/t" }] })],
    },
    seconds: 30,
    turns: [
      ["ContainerCreating", 0, 1],
      ["Running", 0, 2],
      ["Error", 1, 15],
    ],
    phase: 'Failed Evicted: Usage of EmptyDir volume "tmp" exceeds the limit "2Mi".',
    containers: ["app: ended Error 137"],
    conditions: "!PodReadyToStartContainers Initialized !Ready(PodFailed) !ContainersReady(PodFailed) PodScheduled",
    events: [...ran, 'Warning Evicted: Usage of EmptyDir volume "tmp" exceeds the limit "2Mi".', stopped],
  },
  {
    name: "it writes more into its own files than its containers may have together",
    source: `${MANAGER} podEphemeralStorageLimitEviction`,
    pod: { ...quick, containers: [runs(fills("/x"), { resources: { limits: { "ephemeral-storage": "2Mi" } } })] },
    seconds: 30,
    turns: [
      ["ContainerCreating", 0, 1],
      ["Running", 0, 2],
      ["Error", 1, 15],
    ],
    phase: "Failed Evicted: Pod ephemeral local storage usage exceeds the total limit of containers 2Mi.",
    events: [...ran, "Warning Evicted: Pod ephemeral local storage usage exceeds the total limit of containers 2Mi.", stopped],
  },
  {
    name: "one of its containers writes more than it may, though together they may",
    source: `${MANAGER} containerEphemeralStorageLimitEviction`,
    pod: {
      ...quick,
      containers: [
        runs(fills("/x"), { resources: { limits: { "ephemeral-storage": "2Mi" } } }),
        app({ name: "other", resources: { limits: { "ephemeral-storage": "1Gi" } } }),
      ],
    },
    seconds: 30,
    turns: [
      ["ContainerCreating", 0, 1],
      ["Running", 0, 2],
      ["Error", 1, 15],
    ],
    phase: 'Failed Evicted: Container app exceeded its local ephemeral storage limit "2Mi".',
  },
  {
    name: "it asks its node for more CPU in place than is free now",
    source: "k8s: kubelet/allocation/allocation_manager.go handlePodResourcesResize; kubelet/events/resize.go",
    alone: true,
    with: [
      {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "other" },
        spec: { containers: [app({ resources: { requests: { cpu: "1" } } })] },
      },
    ] as never,
    pod: { containers: [app({ resources: { requests: { cpu: "500m" } } })] },
    script: resize('{"requests":{"cpu":"1500m"}}'),
    seconds: 20,
    turns: [
      ["ContainerCreating", 0, 1],
      ["Running", 0, 2],
    ],
    phase: "Running",
    conditions: "PodResizePending(Deferred) PodReadyToStartContainers Initialized Ready ContainersReady PodScheduled",
    events: [
      ...ran,
      `Warning ResizeDeferred: Pod resize Deferred: {"containers":[{"name":"app","resources":{"requests":{"cpu":"1500m"}}}],"generation":2,"error":"Node didn't have enough resource: cpu, requested: 1500, used: 1000, capacity: 2000"}`,
    ],
    repair: {
      script: "kubectl delete pod other --grace-period=1; kubectl wait pod/it --for=jsonpath='{.status.allocatedResources.cpu}'=1500m",
      status: "Running",
      within: 10,
    },
  },
  {
    name: "its memory limit is lowered below what it uses",
    source: "k8s: kuberuntime_manager.go validateMemoryResizeAction; words as a v1.35 cluster printed them",
    pod: { containers: [app({ resources: { limits: { memory: "64Mi" } } })] },
    script: resize('{"requests":{"memory":"64Ki"},"limits":{"memory":"64Ki"}}'),
    seconds: 15,
    turns: [
      ["ContainerCreating", 0, 1],
      ["Running", 0, 2],
    ],
    phase: "Running",
    conditions: "PodResizeInProgress(Error) PodReadyToStartContainers Initialized Ready ContainersReady PodScheduled",
  },
  {
    name: "it is put on a node whose labels it does not want",
    source: "k8s: kubelet/lifecycle/predicate.go generalFilter, PredicateFailureError",
    pod: { nodeName: "node-1", nodeSelector: { disk: "ssd" }, containers: [app()] },
    seconds: 5,
    turns: [["NodeAffinity", 0, 1]],
    phase: "Failed NodeAffinity: Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
    events: ["Warning NodeAffinity: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector"],
  },
  {
    name: "it is put on a node and asks for more storage than that has",
    source: "k8s: kubelet/lifecycle/predicate.go InsufficientResourceError; noderesources/fit.go fitsRequest",
    pod: { nodeName: "node-1", containers: [app({ resources: { requests: { "ephemeral-storage": "1Ti" } } })] },
    seconds: 5,
    turns: [["OutOfephemeral-storage", 0, 1]],
    phase:
      "Failed OutOfephemeral-storage: Pod was rejected: Node didn't have enough resource: ephemeral-storage, requested: 1099511627776, used: 0, capacity: 96636764160",
  },
  {
    name: "it is put on a node that has no huge pages",
    source: "k8s: kubelet/lifecycle/predicate.go InsufficientResourceError; noderesources/fit.go fitsRequest",
    pod: { nodeName: "node-1", containers: [app({ resources: { limits: { "hugepages-2Mi": "4Mi", memory: "64Mi" } } })] },
    seconds: 5,
    turns: [["OutOfhugepages-2Mi", 0, 1]],
    phase:
      "Failed OutOfhugepages-2Mi: Pod was rejected: Node didn't have enough resource: hugepages-2Mi, requested: 4194304, used: 0, capacity: 0",
  },
];
