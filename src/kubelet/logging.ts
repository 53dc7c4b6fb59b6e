import type { Pod } from "../api/index.ts";
import type { ContainerStatus } from "../runtime/index.ts";
import { gracePeriodOf, isDeleting, nameOf, namespaceOf, uidOf } from "./pod.ts";
import type { KubeletLog } from "./types.ts";

/** A pod as a line of the log names it. */
export const ref = (pod: Pod): { readonly namespace: string; readonly name: string } => ({
  namespace: namespaceOf(pod),
  name: nameOf(pod),
});

/** What the API said of a pod (k8s: kubelet.go syncLoopIteration); echoes of the kubelet's own writes are nothing. */
export function syncLoop(log: KubeletLog, now: Pod | undefined, old: Pod | undefined): void {
  const pod = now ?? old;
  if (pod === undefined) return;
  const what =
    now === undefined
      ? "REMOVE"
      : old === undefined
        ? "ADD"
        : isDeleting(now) && !isDeleting(old)
          ? "DELETE"
          : now.spec !== old.spec ||
              now.metadata?.annotations !== old.metadata?.annotations ||
              now.metadata?.labels !== old.metadata?.labels
            ? "UPDATE"
            : undefined;
  if (what !== undefined) log(2, "I", PLACES[what], `SyncLoop ${what}`, { source: "api", pods: [ref(pod)] });
}
const PLACES = { ADD: "kubelet.go:2537", UPDATE: "kubelet.go:2544", REMOVE: "kubelet.go:2547", DELETE: "kubelet.go:2553" } as const;

/** k8s: kubelet.go syncLoopIteration, pleg.ContainerStarted and its like. */
export function sayEvent(log: KubeletLog, pod: Pod, type: "started" | "stopped", container: string): void {
  const event = { ID: uidOf(pod), Type: type === "started" ? "ContainerStarted" : "ContainerDied", Data: container };
  log(2, "I", "kubelet.go:2629", "SyncLoop (PLEG): event for pod", { pod: ref(pod), event });
}

/** k8s: prober/prober.go probe. */
export function sayUnhealthy(log: KubeletLog, pod: Pod, containerName: string, message: string): void {
  const [, probeType = "", output = message] = /^(\w+) probe (?:failed|errored): (.*)$/s.exec(message) ?? [];
  const about = { pod: ref(pod), podUID: uidOf(pod), containerName, probeResult: "failure", output };
  log(1, "I", "prober.go:120", "Probe failed", { probeType, ...about });
}

/** k8s: kubelet.go NewMainKubelet, makePodSourceConfig. */
export function sayStarting(log: KubeletLog, manifests: string | undefined): void {
  log(0, "I", "kubelet.go:386", "Attempting to sync node with API server");
  if (manifests !== undefined) log(0, "I", "kubelet.go:286", "Adding static pod path", { path: manifests });
  log(0, "I", "kubelet.go:312", "Adding apiserver pod source");
}
export function sayStarted(log: KubeletLog): void {
  log(0, "I", "server.go:180", "Starting to listen", { address: "0.0.0.0", port: 10250 });
  log(0, "I", "kubelet.go:2416", "Starting kubelet main sync loop");
}

/** k8s: kuberuntime_manager.go SyncPod's errors, pod_workers.go podWorkerLoop. */
export function sayFailure(log: KubeletLog, pod: Pod, container: string, why: { readonly reason: string; readonly message: string }): void {
  const { reason, message } = why;
  if (reason !== "CrashLoopBackOff" && reason !== "ImagePullBackOff")
    log(0, "E", "kuberuntime_manager.go:1341", "Unhandled Error", {
      err: `container ${container} start failed in pod ${nameOf(pod)}_${namespaceOf(pod)}(${uidOf(pod)}): ${reason}: ${message}`,
      logger: "UnhandledError",
    });
  const err = `failed to "StartContainer" for "${container}" with ${reason}: ${JSON.stringify(message)}`;
  log(0, "E", "pod_workers.go:1324", "Error syncing pod, skipping", { err, pod: ref(pod), podUID: uidOf(pod) });
}

/** k8s: kuberuntime_container.go killContainer. */
export function sayKilling(log: KubeletLog, pod: Pod, { name, id }: ContainerStatus): void {
  const about = { pod: ref(pod), podUID: uidOf(pod), containerName: name, containerID: `containerd://${id}` };
  log(2, "I", "kuberuntime_container.go:864", "Killing container with a grace period", { ...about, gracePeriod: gracePeriodOf(pod) });
}
