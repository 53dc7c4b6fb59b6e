import { formatDuration } from "../machinery/index.ts";
import type { ContainerRuntime } from "../runtime/index.ts";

/** A condition of a node. */
export interface Verdict {
  readonly type: string;
  readonly status: "True" | "False";
  readonly reason: string;
  readonly message: string;
  /** The event of getting there. */
  readonly event: string;
}

type Words = Omit<Verdict, "type" | "status">;

/** Each pressure, when it is not there and when it is (k8s: nodestatus/setters.go MemoryPressureCondition and its like). */
const PRESSURES: readonly (readonly [string, Words, Words])[] = [
  [
    "MemoryPressure",
    { reason: "KubeletHasSufficientMemory", message: "kubelet has sufficient memory available", event: "NodeHasSufficientMemory" },
    { reason: "KubeletHasInsufficientMemory", message: "kubelet has insufficient memory available", event: "NodeHasInsufficientMemory" },
  ],
  [
    "DiskPressure",
    { reason: "KubeletHasNoDiskPressure", message: "kubelet has no disk pressure", event: "NodeHasNoDiskPressure" },
    { reason: "KubeletHasDiskPressure", message: "kubelet has disk pressure", event: "NodeHasDiskPressure" },
  ],
  [
    "PIDPressure",
    { reason: "KubeletHasSufficientPID", message: "kubelet has sufficient PID available", event: "NodeHasSufficientPID" },
    { reason: "KubeletHasInsufficientPID", message: "kubelet has insufficient PID available", event: "NodeHasInsufficientPID" },
  ],
];

const READY: Verdict = {
  type: "Ready",
  status: "True",
  reason: "KubeletReady",
  message: "kubelet is posting ready status",
  event: "NodeReady",
};

/** How long a runtime may be silent before it is said to be down, and before its events are missed (k8s: runtime.go maxWaitForContainerRuntime, pleg relistThreshold). */
const PATIENCE = 30_000;
const PLEG_PATIENCE = 180_000;

/** What is wrong with the runtime; undefined: nothing that is worth saying. */
export function runtimeDown(runtime: Pick<ContainerRuntime, "trouble">, now: number): string | undefined {
  const silent = now - (runtime.trouble?.()?.since ?? now);
  if (silent < PATIENCE) return undefined;
  const down = "container runtime is down";
  if (silent < PLEG_PATIENCE) return down;
  return `[${down}, PLEG is not healthy: pleg was last seen active ${formatDuration(silent)} ago; threshold is 3m0s]`;
}
/** k8s: runtime.go networkErrors. */
export function networkDown(runtime: Pick<ContainerRuntime, "networkTrouble">): string | undefined {
  const why = runtime.networkTrouble?.();
  return why === undefined ? undefined : `container runtime network not ready: ${why}`;
}
export const notReady = (message: string): Verdict => ({
  type: "Ready",
  status: "False",
  reason: "KubeletNotReady",
  message,
  event: "NodeNotReady",
});

export function verdictsUnder(pressures: readonly string[]): readonly Verdict[] {
  const of = PRESSURES.map(([type, absent, present]): Verdict => {
    const pressed = pressures.includes(type);
    return { type, status: pressed ? "True" : "False", ...(pressed ? present : absent) };
  });
  return [...of, READY];
}
export const HEALTHY = verdictsUnder([]);
export const SHUTTING_DOWN = notReady("node is shutting down");
