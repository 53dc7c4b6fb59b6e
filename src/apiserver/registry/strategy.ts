import type { Kind } from "../../api/index.ts";

type Row = Pick<Kind, "group" | "plural" | "custom">;

/** What a PUT makes where nothing is (k8s: the strategies' AllowCreateOnUpdate). */
const CREATED = new Set([
  "/endpoints",
  "/events",
  "/limitranges",
  "/services",
  "coordination.k8s.io/leases",
  "rbac.authorization.k8s.io/clusterrolebindings",
  "rbac.authorization.k8s.io/clusterroles",
  "rbac.authorization.k8s.io/rolebindings",
  "rbac.authorization.k8s.io/roles",
]);

/** What can't be replaced without a word of which version it was (k8s: the strategies' AllowUnconditionalUpdate). */
const CONDITIONAL = new Set([
  "admissionregistration.k8s.io/mutatingadmissionpolicies",
  "admissionregistration.k8s.io/mutatingadmissionpolicybindings",
  "admissionregistration.k8s.io/mutatingwebhookconfigurations",
  "admissionregistration.k8s.io/validatingadmissionpolicies",
  "admissionregistration.k8s.io/validatingadmissionpolicybindings",
  "admissionregistration.k8s.io/validatingwebhookconfigurations",
  "apiextensions.k8s.io/customresourcedefinitions",
  "apiregistration.k8s.io/apiservices",
  "coordination.k8s.io/leases",
  "flowcontrol.apiserver.k8s.io/flowschemas",
  "flowcontrol.apiserver.k8s.io/prioritylevelconfigurations",
  "node.k8s.io/runtimeclasses",
  "policy/poddisruptionbudgets",
  "storage.k8s.io/csidrivers",
  "storage.k8s.io/csinodes",
  "storage.k8s.io/csistoragecapacities",
  "storage.k8s.io/volumeattachments",
]);

const nameOf = ({ group, plural }: Row): string => `${group}/${plural}`;

export const createsOnUpdate = (kind: Row): boolean => CREATED.has(nameOf(kind));
/** Asked only of an update that names no version. */
export const needsVersion = (kind: Row): boolean => kind.custom === true || CONDITIONAL.has(nameOf(kind));
