import { field, isValidCIDR } from "../../machinery/index.ts";
import { invalidEach, type Errors } from "../checks.ts";
import { ageColumn, orNone } from "../columns.ts";
import { at, put } from "../defaulting.ts";
import type { Node, NodeStatus } from "../generated/types.ts";
import { cidrWarnings } from "../ip-warnings.ts";
import type { Kind } from "../kind.ts";
import { goForm } from "./go-form.ts";
import { checkTaints } from "./pod/validation/scheduling.ts";
import { checkAmount } from "./resource-names.ts";

const ROLE_PREFIX = "node-role.kubernetes.io/";

/** k8s: SetDefaults_NodeStatus: what is allocatable is the capacity until somebody says less. */
function defaults(node: Node): Node {
  return at(node, "status", (status) =>
    status.allocatable === undefined && status.capacity !== undefined ? { ...status, allocatable: status.capacity } : status,
  );
}

/** k8s: ValidateNode, which names taints as if they were metadata. */
function validate({ spec, status }: Node): Errors {
  const errors: Errors = [];
  if (spec?.taints) checkTaints(errors, "metadata.taints", spec.taints);
  checkAmounts(errors, status);
  const path = "spec.podCIDRs";
  const cidrs = spec?.podCIDRs ?? [];
  for (const [i, cidr] of cidrs.entries()) invalidEach(errors, `${path}[${i}]`, cidr, isValidCIDR(cidr));
  if (cidrs.length > 1) {
    const families = new Set(cidrs.map((cidr) => cidr.includes(":")));
    if (families.size < 2 || cidrs.length > 2)
      errors.push(field.invalid(path, cidrs, "may specify no more than one CIDR for each IP family"));
    for (const [i, cidr] of cidrs.entries()) if (cidrs.indexOf(cidr) < i) errors.push(field.duplicate(`${path}[${i}]`, cidr));
  }
  return errors;
}

/** k8s: ValidateNodeResources. */
function checkAmounts(errors: Errors, status: NodeStatus | undefined): void {
  for (const list of ["capacity", "allocatable"] as const) {
    const amounts = status?.[list];
    for (const name in amounts) checkAmount(errors, `status.${list}.${name}`, name, amounts[name] ?? "");
  }
}

/** k8s: ValidateNodeUpdate, but for what ValidateNode has said. */
function validateUpdate(node: Node, old: Node): Errors {
  const errors: Errors = [];
  const [now, before] = [node.spec ?? {}, old.spec ?? {}];
  checkUniqueAddresses(errors, node.status);
  const cidrs = before.podCIDRs ?? [];
  const changed = 'node updates may not change podCIDR except from "" to valid';
  if (cidrs.length > 0 && cidrs.length !== (now.podCIDRs?.length ?? 0)) errors.push(field.forbidden("spec.podCIDRs", changed));
  else for (const [i, cidr] of cidrs.entries()) if (now.podCIDRs?.[i] !== cidr) errors.push(field.forbidden("spec.podCIDRs", changed));
  if (before.providerID && before.providerID !== now.providerID)
    errors.push(field.forbidden("spec.providerID", 'node updates may not change providerID except from "" to valid'));
  if ((now.externalID ?? "") !== (before.externalID ?? "")) errors.push(field.forbidden("spec.externalID", "may not be updated"));
  return errors;
}

function checkUniqueAddresses(errors: Errors, status: NodeStatus | undefined): void {
  const seen = new Set<string>();
  for (const [i, address] of (status?.addresses ?? []).entries()) {
    const text = `${address.type}/${address.address}`;
    if (seen.has(text)) errors.push(field.duplicate(`status.addresses[${i}]`, goForm("NodeAddress", address)));
    seen.add(text);
  }
}

function validateStatusUpdate({ status }: Node): Errors {
  const errors: Errors = [];
  checkAmounts(errors, status);
  checkUniqueAddresses(errors, status);
  return errors;
}

/** k8s: registry/core/node strategy.go fieldIsDeprecatedWarnings, and networks not written as they should be. */
const warnings = ({ spec }: Node): readonly string[] => [
  ...(spec?.configSource === undefined ? [] : ["spec.configSource: the feature is no longer supported since v1.24"]),
  ...(spec?.externalID ? ["spec.externalID: this field is deprecated, and is unused by Kubernetes"] : []),
  ...(spec?.podCIDRs ?? []).flatMap((cidr, i) => cidrWarnings(`spec.podCIDRs[${i}]`, cidr)),
];

/** Ready, NotReady or Unknown, and whether it is cordoned (k8s: printers printNode). */
function statusCell(node: Node): string {
  const ready = node.status?.conditions?.find((c) => c.type === "Ready");
  const words = [ready === undefined ? "Unknown" : ready.status === "True" ? "Ready" : "NotReady"];
  if (node.spec?.unschedulable) words.push("SchedulingDisabled");
  return words.join(",");
}

function rolesCell(node: Node): string {
  const roles = new Set<string>();
  for (const [key, label] of Object.entries(node.metadata?.labels ?? {})) {
    if (key.startsWith(ROLE_PREFIX) && key.length > ROLE_PREFIX.length) roles.add(key.slice(ROLE_PREFIX.length));
    else if (key === "kubernetes.io/role" && label) roles.add(label);
  }
  return orNone([...roles].sort().join(","));
}

const address = (node: Node, type: string): string => orNone(node.status?.addresses?.find((a) => a.type === type)?.address);
const unknown = (text: string | undefined): string => text || "<unknown>";

export const node: Kind<Node> = {
  group: "",
  version: "v1",
  kind: "Node",
  plural: "nodes",
  singular: "node",
  shortNames: ["no"],
  namespaced: false,
  subresources: ["proxy", "status"],
  statusKeepsMetadata: true,
  defaults,
  validate,
  validateUpdate,
  validateStatusUpdate,
  warnings,
  // A kubelet may register itself with a status; it is a creator's only chance to set one.
  prepareForStatusUpdate: (object, old) => put(object, "spec", old.spec),
  fields: (object) => ({ "spec.unschedulable": String(object.spec?.unschedulable ?? false) }),
  selectableFields: ["spec.unschedulable"],
  columns: [
    { name: "Status", description: "Whether it is ready, and whether pods may be scheduled on it.", cell: statusCell },
    { name: "Roles", description: "Roles from its labels.", cell: rolesCell },
    ageColumn,
    { name: "Version", description: "The kubelet's version.", cell: (n) => n.status?.nodeInfo?.kubeletVersion ?? "" },
    { name: "Internal-IP", description: "Its address inside the cluster.", wide: true, cell: (n) => address(n, "InternalIP") },
    { name: "External-IP", description: "Its address outside the cluster.", wide: true, cell: (n) => address(n, "ExternalIP") },
    { name: "OS-Image", description: "Its operating system.", wide: true, cell: (n) => unknown(n.status?.nodeInfo?.osImage) },
    { name: "Kernel-Version", description: "Its kernel.", wide: true, cell: (n) => unknown(n.status?.nodeInfo?.kernelVersion) },
    {
      name: "Container-Runtime",
      description: "What runs its containers.",
      wide: true,
      cell: (n) => unknown(n.status?.nodeInfo?.containerRuntimeVersion),
    },
  ],
};
