import { field, goQuote, type FieldError } from "../../../machinery/index.ts";
import type { CustomResourceDefinition } from "../../generated/types.ts";

const ANNOTATION = "api-approved.kubernetes.io";
const SEE = "see https://github.com/kubernetes/enhancements/pull/1111";

export interface Approval {
  readonly state: "missing" | "bypassed" | "approved" | "invalid";
  readonly reason: string;
}

/** What the API review said of a group of the project's own; undefined for anybody else's (k8s: apihelpers GetAPIApprovalState). */
export function approvalOf({ spec, metadata }: CustomResourceDefinition): Approval | undefined {
  if (!/(^|\.)(k8s|kubernetes)\.io$/.test(spec.group)) return undefined;
  const text = metadata?.annotations?.[ANNOTATION] ?? "";
  if (text === "") return { state: "missing", reason: `protected groups must have approval annotation ${goQuote(ANNOTATION)}, ${SEE}` };
  if (text.startsWith("unapproved")) return { state: "bypassed", reason: `not approved: ${goQuote(text)}` };
  if (/^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^/\s]+/.test(text)) return { state: "approved", reason: `approved in ${text}` };
  return {
    state: "invalid",
    reason: `protected groups must have approval annotation ${goQuote(ANNOTATION)} with either a URL or a reason starting with "unapproved", ${SEE}`,
  };
}

/** k8s: validateAPIApproval: a state that has not changed is let pass. */
export function approvalProblem(crd: CustomResourceDefinition, old: CustomResourceDefinition | undefined): FieldError | undefined {
  const approval = approvalOf(crd);
  if (approval === undefined || (old !== undefined && approvalOf(old)?.state === approval.state)) return undefined;
  const path = `metadata.annotations[${ANNOTATION}]`;
  if (approval.state === "missing") return field.required(path, approval.reason);
  return approval.state === "invalid" ? field.invalid(path, crd.metadata?.annotations?.[ANNOTATION], approval.reason) : undefined;
}
