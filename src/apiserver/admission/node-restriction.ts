import type { AuthenticationTokenRequest, KubeObject, Node, PersistentVolumeClaim, Pod } from "../../api/index.ts";
import { deepEqual, notFound } from "../../machinery/index.ts";
import { nodeOf } from "../authz/node.ts";
import { references } from "../authz/node-graph.ts";
import { refuse } from "./refuse.ts";
import type { AdmissionPlugin, Attributes } from "./types.ts";

const MIRROR = "kubernetes.io/config.mirror";
const q = JSON.stringify;

/** A kubelet's limits: why it may not, or undefined. */
type Limit = (node: string, attributes: Attributes) => string | undefined;

const storedPod = ({ scope: { server, info } }: Attributes, name = info.name): Pod => {
  const pod = server.store.get(`/registry/pods/${info.namespace}/${name}`)?.value as Pod | undefined;
  if (!pod) throw notFound("pods", name);
  return pod;
};

const pods: Limit = (node, attributes) => {
  const { operation, object, old } = attributes;
  if (operation === "DELETE")
    return (old as Pod | undefined)?.spec?.nodeName === node
      ? undefined
      : `node ${q(node)} can only delete pods with spec.nodeName set to itself`;
  if (operation === "UPDATE") return `unexpected operation "UPDATE", node ${q(node)} can only create and delete mirror pods`;
  return mirrorPod(node, object as Pod, attributes);
};

/** A mirror pod stands for one of the node's own and names nothing of the API (k8s: admitPodCreate). */
function mirrorPod(node: string, { metadata = {}, spec }: Pod, { scope: { server } }: Attributes): string | undefined {
  if (metadata.annotations?.[MIRROR] === undefined)
    return `pod does not have ${q(MIRROR)} annotation, node ${q(node)} can only create mirror pods`;
  if (spec?.nodeName !== node) return `node ${q(node)} can only create pods with spec.nodeName set to itself`;
  const [owner, ...more] = metadata.ownerReferences ?? [];
  if (more.length > 0) return `node ${q(node)} can only create pods with a single owner reference set to itself`;
  if (owner?.apiVersion !== "v1" || owner.kind !== "Node" || owner.name !== node)
    return `node ${q(node)} can only create pods with an owner reference set to itself`;
  if (!owner.controller) return `node ${q(node)} can only create pods with a controller owner reference set to itself`;
  if (owner.blockOwnerDeletion) return `node ${q(node)} must not set blockOwnerDeletion on an owner reference`;
  const there = server.store.get(`/registry/nodes/${node}`)?.value as Node | undefined;
  if (!there) throw notFound("nodes", node);
  if (owner.uid !== there.metadata?.uid) return `node ${node} UID mismatch: expected ${owner.uid} got ${there.metadata?.uid}`;
  if (spec.serviceAccountName) return `node ${q(node)} can not create pods that reference a service account`;
  const named = new Set<string>();
  references(spec, metadata.name ?? "", (resource, name) => void (name && named.add(resource)));
  const forbidden = ["secrets", "configmaps", "persistentvolumeclaims"].find((resource) => named.has(resource));
  return forbidden === undefined ? undefined : `node ${q(node)} can not create pods that reference ${forbidden}`;
}

const podStatus: Limit = (node, { operation, object, old }) => {
  if (operation !== "UPDATE") return `unexpected operation ${q(operation)}`;
  const [pod, before] = [object as Pod, old as Pod];
  if (before.spec?.nodeName !== node) return `node ${q(node)} can only update pod status for pods with spec.nodeName set to itself`;
  if (pod.metadata?.labels !== before.metadata?.labels && !deepEqual(pod.metadata?.labels ?? {}, before.metadata?.labels ?? {}))
    return `node ${q(node)} cannot update labels through pod status`;
  const [claims, old_] = [pod.status?.resourceClaimStatuses, before.status?.resourceClaimStatuses];
  return deepEqual(claims ?? [], old_ ?? []) ? undefined : `node ${q(node)} cannot update resource claim statues`;
};

const eviction: Limit = (node, attributes) =>
  storedPod(attributes).spec?.nodeName === node ? undefined : `node ${node} can only evict pods with spec.nodeName set to itself`;

const claimStatus: Limit = (node, { operation, object, old }) => {
  if (operation !== "UPDATE") return `unexpected operation ${q(operation)}`;
  const rest = ({ metadata = {}, status = {}, ...claim }: PersistentVolumeClaim): object => {
    const { resourceVersion: _, managedFields: __, ...meta } = metadata;
    const { capacity: ___, conditions: ____, allocatedResources: _____, allocatedResourceStatuses: ______, ...others } = status;
    return { ...claim, metadata: meta, status: others };
  };
  if (deepEqual(rest(object as PersistentVolumeClaim), rest(old as PersistentVolumeClaim))) return undefined;
  return `node ${q(node)} is not allowed to update fields other than status.capacity and status.conditions`;
};

const LABELS = new Set([
  "kubernetes.io/hostname",
  "kubernetes.io/arch",
  "kubernetes.io/os",
  "beta.kubernetes.io/arch",
  "beta.kubernetes.io/os",
  "beta.kubernetes.io/instance-type",
  "node.kubernetes.io/instance-type",
  ...["topology.kubernetes.io", "failure-domain.beta.kubernetes.io"].flatMap((domain) => [`${domain}/zone`, `${domain}/region`]),
]);
const within = (domain: string, ...domains: readonly string[]): boolean => domains.some((d) => domain === d || domain.endsWith(`.${d}`));

/** Labels by which a node could draw workloads to itself (k8s: getForbiddenLabels). */
function forbiddenLabels({ metadata: now }: KubeObject, { metadata: before }: KubeObject): readonly string[] {
  const [labels, old] = [now?.labels ?? {}, before?.labels ?? {}];
  const changed = [...new Set([...Object.keys(labels), ...Object.keys(old)])].filter((key) => labels[key] !== old[key]);
  return changed
    .filter((key) => {
      const domain = key.includes("/") ? (key.split("/")[0] ?? "") : "";
      if (within(domain, "node-restriction.kubernetes.io")) return true;
      const own = LABELS.has(key) || within(domain, "kubelet.kubernetes.io", "node.kubernetes.io");
      return within(domain, "kubernetes.io", "k8s.io") && !own;
    })
    .sort();
}

const nodes: Limit = (node, { operation, object, old, scope: { info } }) => {
  const requested = info.name || (object?.metadata?.name ?? "");
  if (requested !== node) return `node ${q(node)} is not allowed to modify node ${q(requested)}`;
  if (operation === "DELETE") return undefined;
  const labels = forbiddenLabels(object as Node, old ?? {});
  if (operation === "CREATE")
    return labels.length > 0 ? `node ${q(node)} is not allowed to set the following labels: ${labels.join(", ")}` : undefined;
  if (!deepEqual((object as Node).spec?.taints ?? [], (old as Node).spec?.taints ?? []))
    return `node ${q(node)} is not allowed to modify taints`;
  return labels.length > 0 ? `is not allowed to modify labels: ${labels.join(", ")}` : undefined;
};

const token: Limit = (node, attributes) => {
  const { scope, object } = attributes;
  const { boundObjectRef: ref, audiences = [] } = (object as AuthenticationTokenRequest).spec ?? {};
  if (ref?.apiVersion !== "v1" || ref.kind !== "Pod" || !ref.name) return "node requested token not bound to a pod";
  if (!ref.uid) return "node requested token with a pod binding without a uid";
  const pod = storedPod(attributes, ref.name);
  if (ref.uid !== pod.metadata?.uid)
    return `the UID in the bound object reference (${ref.uid}) does not match the UID in record. The object might have been deleted and then recreated`;
  if (pod.spec?.nodeName !== node) return "node requested token bound to a pod scheduled on a different node";
  if (audiences.length > 1) return "node may only request 0 or 1 audiences";
  const [audience = ""] = audiences;
  const asked = (pod.spec.volumes ?? []).some((v) =>
    v.projected?.sources?.some((s) => (s.serviceAccountToken?.audience ?? "") === audience && s.serviceAccountToken),
  );
  if (audience === "" || asked) return undefined;
  const { server, user, info, request } = scope;
  const resource = { group: "", resource: audience, subresource: "", namespace: info.namespace, name: info.name };
  if (server.authorization.authorize({ user, verb: "request-serviceaccounts-token-audience", resource, path: request.path }).allowed)
    return undefined;
  return `audience ${q(audience)} not found in pod spec volume, ${user.name} is not authorized to request tokens for this audience`;
};

const ownName =
  (what: string): Limit =>
  (node, { scope: { info }, object }) =>
    (info.name || object?.metadata?.name) === node ? undefined : `can only access ${what} with the same name as the requesting node`;

const leases: Limit = (node, attributes) =>
  attributes.scope.info.namespace === "kube-node-lease"
    ? ownName("node lease")(node, attributes)
    : 'can only access leases in the "kube-node-lease" system namespace';

const LIMITS: Readonly<Record<string, Limit>> = {
  "/pods": pods,
  "/pods/status": podStatus,
  "/pods/eviction": eviction,
  "/nodes": nodes,
  "/nodes/status": nodes,
  "/persistentvolumeclaims/status": claimStatus,
  "/serviceaccounts/token": token,
  "coordination.k8s.io/leases": leases,
  "storage.k8s.io/csinodes": ownName("CSINode"),
};

/** A kubelet writes to its own node and to the pods on it, and not in a way that draws others there (k8s: plugin/pkg/admission/noderestriction). */
export const nodeRestriction: AdmissionPlugin = {
  name: "NodeRestriction",
  resources: Object.keys(LIMITS),
  validate(attributes) {
    const { user, kind, info } = attributes.scope;
    const node = nodeOf(user);
    if (node === undefined) return;
    if (node === "") throw refuse(attributes, `could not determine node from user ${q(user.name)}`);
    const why = LIMITS[`${kind.group}/${kind.plural}${info.subresource === "" ? "" : `/${info.subresource}`}`]?.(node, attributes);
    if (why !== undefined) throw refuse(attributes, why);
  },
};
