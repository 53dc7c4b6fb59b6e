import type { PersistentVolume, Pod } from "../../api/index.ts";
import { value } from "../../machinery/index.ts";

export const RECYCLER_NAMESPACE = "default";
const PREFIX = "recycler-for-";
export const recyclerName = (volumeName: string): string => `${PREFIX}${volumeName}`;
/** The volume that a pod of this name empties. */
export const recycledBy = (podName: string): string | undefined => (podName.startsWith(PREFIX) ? podName.slice(PREFIX.length) : undefined);

const GI = 1024 ** 3;
/** Seconds: at least, and for every Gi (k8s: --pv-recycler-minimum-timeout-*, --pv-recycler-increment-timeout-*). */
const TIMEOUTS = { hostPath: { minimum: 60, increment: 30 }, nfs: { minimum: 300, increment: 30 } };

/**
 * The pod that empties a volume, which only host-path and NFS volumes have; a volume's size gives it time
 * (k8s: volume/plugins.go NewPersistentVolumeRecyclerPodTemplate, util.CalculateTimeoutForVolume).
 */
export function recyclerPod(volume: PersistentVolume): Pod | undefined {
  const { hostPath, nfs, capacity } = volume.spec ?? {};
  if (!hostPath && !nfs) return undefined;
  const { minimum, increment } = TIMEOUTS[hostPath ? "hostPath" : "nfs"];
  const size = Math.floor(value(capacity?.["storage"]) / GI);
  const source = hostPath ? { hostPath: { path: hostPath.path } } : nfs ? { nfs: { server: nfs.server, path: nfs.path } } : {};
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: recyclerName(volume.metadata?.name ?? ""), namespace: RECYCLER_NAMESPACE },
    spec: {
      activeDeadlineSeconds: Math.max(minimum, size * increment),
      restartPolicy: "Never",
      volumes: [{ name: "vol", ...source }],
      containers: [
        {
          name: "pv-recycler",
          image: "registry.k8s.io/build-image/debian-base:bookworm-v1.0.6",
          command: ["/bin/sh"],
          args: ["-c", 'test -e /scrub && find /scrub -mindepth 1 -delete && test -z "$(ls -A /scrub)" || exit 1'],
          volumeMounts: [{ name: "vol", mountPath: "/scrub" }],
        },
      ],
    },
  };
}

/** How a recycler pod ended; undefined while it runs (k8s: recyclerclient waitForPod). */
export function recyclingResult(pod: Pod | undefined): "succeeded" | { readonly problem: string } | undefined {
  if (!pod) return { problem: "recycler pod was deleted" };
  const { phase, message } = pod.status ?? {};
  if (phase === "Succeeded") return "succeeded";
  return phase === "Failed" ? { problem: message || "pod failed, pod.Status.Message unknown" } : undefined;
}
