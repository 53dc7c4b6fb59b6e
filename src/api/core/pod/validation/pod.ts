import { field } from "../../../../machinery/index.ts";
import type { Pod, PodSpec } from "../../../generated/types.ts";
import type { Errors } from "../../../checks.ts";
import { checkAgreement, checkPodAnnotations } from "./annotations.ts";
import { checkImagePadding } from "./containers.ts";
import { checkPodSpec } from "./spec.ts";

const NO_SPEC: PodSpec = { containers: [] };

/** k8s: validatePodMetadataAndSpec, ValidatePodCreate. `old` undefined: a new pod. */
export function checkPod(errors: Errors, pod: Pod, old: Pod | undefined): void {
  const { spec = NO_SPEC, metadata } = pod;
  const annotations = metadata?.annotations;
  if (annotations !== undefined) checkPodAnnotations(errors, "metadata.annotations", annotations, spec);
  checkPodSpec(errors, "spec", spec, "pod");
  if (!spec.serviceAccountName) checkNoTokens(errors, spec);
  for (const list of ["containers", "initContainers"] as const) {
    for (const [i, container] of (spec[list] ?? []).entries()) checkImagePadding(errors, `spec.${list}[${i}].image`, container.image);
  }
  if (old !== undefined) return;
  if (spec.ephemeralContainers?.length) errors.push(field.forbidden("spec.ephemeralContainers", "cannot be set on create"));
  if (spec.nodeName && spec.schedulingGates?.length)
    errors.push(field.forbidden("spec.nodeName", "cannot be set until all schedulingGates have been cleared"));
  if (annotations !== undefined) checkAgreement(errors, "spec", annotations, spec);
}

/** A token is an account's (k8s: validatePodMetadataAndSpec). */
function checkNoTokens(errors: Errors, spec: PodSpec): void {
  for (const [i, { projected }] of (spec.volumes ?? []).entries()) {
    for (const [j, source] of (projected?.sources ?? []).entries()) {
      const path = `spec.volumes[${i}].projected.sources[${j}].serviceAccountToken`;
      if (source.serviceAccountToken) errors.push(field.forbidden(path, "must not be specified when serviceAccountName is not set"));
    }
  }
}
