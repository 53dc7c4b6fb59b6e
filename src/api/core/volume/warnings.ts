import type { PersistentVolume } from "../../generated/types.ts";
import { deprecatedNodeLabel } from "../pod/warnings.ts";
import { CLASS_ANNOTATION } from "./modes.ts";

export const CLASS_WARNING = `metadata.annotations[${CLASS_ANNOTATION}]: deprecated since v1.8; use "storageClassName" attribute instead`;
const MOUNT_OPTIONS = "volume.beta.kubernetes.io/mount-options";

/** Plug-ins that left Kubernetes. */
const GONE = {
  cephfs: "deprecated in v1.28, non-functional in v1.31+",
  flocker: "deprecated in v1.22, non-functional in v1.25+",
  glusterfs: "deprecated in v1.25, non-functional in v1.26+",
  photonPersistentDisk: "deprecated in v1.11, non-functional in v1.16+",
  quobyte: "deprecated in v1.22, non-functional in v1.25+",
  rbd: "deprecated in v1.28, non-functional in v1.31+",
  scaleIO: "deprecated in v1.16, non-functional in v1.22+",
  storageos: "deprecated in v1.22, non-functional in v1.25+",
} as const;

/** k8s: pkg/api/persistentvolume/util.go GetWarningsForPersistentVolume. */
export function volumeWarnings({ metadata, spec = {} }: PersistentVolume): readonly string[] {
  const warnings: string[] = [];
  for (const [i, term] of (spec.nodeAffinity?.required?.nodeSelectorTerms ?? []).entries())
    for (const [j, { key }] of (term.matchExpressions ?? []).entries()) {
      const text = deprecatedNodeLabel(key);
      if (text !== undefined)
        warnings.push(`spec.nodeAffinity.required.nodeSelectorTerms[${i}].matchExpressions[${j}].key: ${key} is ${text}`);
    }
  if (metadata?.annotations?.[CLASS_ANNOTATION] !== undefined) warnings.push(CLASS_WARNING);
  if (metadata?.annotations?.[MOUNT_OPTIONS] !== undefined)
    warnings.push(`metadata.annotations[${MOUNT_OPTIONS}]: deprecated since v1.31; use "mountOptions" attribute instead`);
  if (spec.persistentVolumeReclaimPolicy === "Recycle")
    warnings.push(
      "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.",
    );
  for (const key in GONE) if (spec[key as keyof typeof GONE] !== undefined) warnings.push(`spec.${key}: ${GONE[key as keyof typeof GONE]}`);
  return warnings;
}
