import type { CustomResourceDefinition, Extension } from "../../api/index.ts";
import { type Condition, isTrue, withCondition } from "./conditions.ts";

/**
 * What the controllers of definitions write next; the definition itself when there is nothing to write. Names are
 * accepted first; being established follows in a write of its own (k8s: apiextensions-apiserver/pkg/controller).
 */
export function nextStatus(
  crd: CustomResourceDefinition,
  others: readonly CustomResourceDefinition[],
  now: number,
  { acceptNames, approvalOf }: Pick<Extension, "acceptNames" | "approvalOf">,
): CustomResourceDefinition {
  let next = crd;
  const naming = acceptNames(crd, others);
  if (naming !== undefined) {
    const { acceptedNames, conditions } = naming;
    next = { ...next, status: { ...next.status, acceptedNames } };
    for (const condition of conditions) next = withCondition(next, condition, now);
    if (naming.conditions.some((c) => c.type === "NamesAccepted" && c.status === "False") && sameNames(crd, next))
      next = withConditions(crd, conditions, now);
  } else if (isTrue(crd, "NamesAccepted") && !isTrue(crd, "Established")) next = withCondition(next, ESTABLISHED, now);
  const approval = approvalOf(crd);
  if (approval !== undefined) next = withCondition(next, APPROVALS[approval.state](approval.reason), now);
  return next;
}

function withConditions(crd: CustomResourceDefinition, conditions: readonly Condition[], now: number): CustomResourceDefinition {
  let next = crd;
  for (const condition of conditions) next = withCondition(next, condition, now);
  return next;
}

const sameNames = (a: CustomResourceDefinition, b: CustomResourceDefinition): boolean =>
  JSON.stringify(a.status?.acceptedNames) === JSON.stringify(b.status?.acceptedNames);

const ESTABLISHED: Condition = {
  type: "Established",
  status: "True",
  reason: "InitialNamesAccepted",
  message: "the initial names have been accepted",
};

const conformant =
  (status: "True" | "False", reason: string) =>
  (message: string): Condition => ({
    type: "KubernetesAPIApprovalPolicyConformant",
    status,
    reason,
    message,
  });

/** k8s: controller/apiapproval calculateCondition. */
const APPROVALS = {
  invalid: conformant("False", "InvalidAnnotation"),
  missing: conformant("False", "MissingAnnotation"),
  bypassed: conformant("False", "UnapprovedAnnotation"),
  approved: conformant("True", "ApprovedAnnotation"),
} as const;
