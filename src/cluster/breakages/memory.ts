import { ran, runs } from "./containers.ts";
import type { Breakage } from "./types.ts";

const CHARGE = "Linux Documentation/admin-guide/cgroup-v2.rst, Memory Ownership; k8s: memory.oom.group of containers";
const once = { restartPolicy: "Never", terminationGracePeriodSeconds: 1 } as const;
const limit = { resources: { limits: { memory: "32Mi" } } };
const inMemory = { name: "m", emptyDir: { medium: "Memory" } };
const at = { volumeMounts: [{ name: "m", mountPath: "/m" }] };
const fills = (path: string, mebibytes: number): string => `dd if=/dev/zero of=${path} bs=1M count=${mebibytes}; sleep 3600`;
const started: Breakage["turns"] = [["ContainerCreating", 0, 1]];
const killed = {
  turns: [...started, ["Running", 0, 2], ["OOMKilled", 0, 3]],
  phase: "Failed",
  containers: ["app: ended OOMKilled 137"],
  events: ran,
} satisfies Partial<Breakage>;

/** What takes memory besides processes. */
export const memory: readonly Breakage[] = [
  {
    name: "it fills /dev/shm beyond its memory limit",
    source: CHARGE,
    pod: { ...once, containers: [runs(fills("/dev/shm/x", 40), limit)] },
    seconds: 10,
    ...killed,
  },
  {
    name: "it fills an emptyDir that is in memory beyond its memory limit",
    source: CHARGE,
    pod: { ...once, volumes: [inMemory], containers: [runs(fills("/m/x", 40), { ...limit, ...at })] },
    seconds: 10,
    ...killed,
  },
  {
    name: "it fills an emptyDir that is in memory beyond its sizeLimit",
    source: "k8s: pkg/volume/emptydir/empty_dir.go calculateEmptyDirMemorySize, setupTmpfs",
    pod: {
      ...once,
      volumes: [{ name: "m", emptyDir: { medium: "Memory", sizeLimit: "4Mi" } }],
      containers: [
        runs("dd if=/dev/zero of=/m/x bs=1M count=8 2>&1 | grep -v copied; exit 4", {
          ...at,
          terminationMessagePolicy: "FallbackToLogsOnError",
        }),
      ],
    },
    seconds: 10,
    turns: [...started, ["Running", 0, 2], ["Error", 0, 3]],
    phase: "Failed",
    containers: ["app: ended Error 4: dd: error writing '/m/x': No space left on device\n5+0 records in\n4+0 records out"],
  },
  {
    name: "it writes more to its own disk than its memory limit, which is no matter",
    source: CHARGE,
    pod: { ...once, containers: [runs(fills("/x", 40), limit)] },
    seconds: 10,
    turns: [...started, ["Running", 0, 3]],
    phase: "Running",
    containers: ["app: running"],
  },
  {
    name: "its containers together take more memory than the pod as a whole may have",
    source: "k8s: pkg/kubelet/cm/helpers_linux.go ResourceConfigForPod; KEP-2837",
    pod: {
      ...once,
      resources: { limits: { memory: "32Mi" } },
      containers: [runs("sleep 1; " + fills("/dev/shm/a", 24)), runs("sleep 3; " + fills("/dev/shm/b", 24), { name: "other" })],
    },
    seconds: 10,
    turns: [...started, ["Running", 0, 3], ["OOMKilled", 2, 5]],
  },
];
