import type { PersistentVolumeClaim, Pod, Volume } from "../../api/index.ts";
import { ephemeralClaimName, isMadeFor } from "../claims.ts";
import { controllerRef } from "../owners.ts";

export const hasEphemeral = ({ metadata, spec }: Pod): boolean =>
  metadata?.deletionTimestamp === undefined && spec?.volumes?.some(({ ephemeral }) => ephemeral !== undefined) === true;

/** The claim that a pod's volume brings; the pod's deletion takes it along. Undefined for other volumes (k8s: ephemeral/controller.go handleVolume). */
export function claimFor(pod: Pod, { name, ephemeral }: Volume): PersistentVolumeClaim | undefined {
  const template = ephemeral?.volumeClaimTemplate;
  if (!template) return undefined;
  const { labels, annotations } = template.metadata ?? {};
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: {
      name: ephemeralClaimName(pod, name),
      namespace: pod.metadata?.namespace ?? "",
      ownerReferences: [controllerRef(pod, "v1", "Pod")],
      ...(annotations ? { annotations } : {}),
      ...(labels ? { labels } : {}),
    },
    spec: template.spec,
  };
}

/** Somebody else's claim has the name: a pod must not get at it by naming a volume so (k8s: VolumeIsForPod). */
export function conflict(claim: PersistentVolumeClaim, pod: Pod): string | undefined {
  if (isMadeFor(claim, pod)) return undefined;
  const [its, own] = [claim, pod].map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`);
  return `PVC ${its} was not created for pod ${own} (pod is not owner)`;
}
