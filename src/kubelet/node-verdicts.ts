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

export const SHUTTING_DOWN: Verdict = {
  type: "Ready",
  status: "False",
  reason: "KubeletNotReady",
  message: "node is shutting down",
  event: "NodeNotReady",
};

export function verdictsUnder(pressures: readonly string[]): readonly Verdict[] {
  const of = PRESSURES.map(([type, absent, present]): Verdict => {
    const pressed = pressures.includes(type);
    return { type, status: pressed ? "True" : "False", ...(pressed ? present : absent) };
  });
  return [...of, READY];
}
export const HEALTHY = verdictsUnder([]);
