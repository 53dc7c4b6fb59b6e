import type { PolicyRule } from "../../api/index.ts";
import type { UserInfo } from "../types.ts";
import type { NodeGraph } from "./node-graph.ts";
import { ruleAllows } from "./rules.ts";
import { ALLOWED, type Attributes, type Authorizer, type Decision, NO_OPINION, NO_RULES, type ResourceAttributes } from "./types.ts";

const PREFIX = "system:node:";

/** The node that a kubelet speaks for; "" for a member of system:nodes who names none; undefined for everybody else. */
export function nodeOf({ name, groups }: UserInfo): string | undefined {
  if (!groups.includes("system:nodes")) return undefined;
  return name.startsWith(PREFIX) ? name.slice(PREFIX.length) : "";
}

const READ = ["get", "list", "watch"];
const OWN_OBJECT = ["get", "create", "update", "patch", "delete"];
const rule = (group: string, resources: string, verbs: string): PolicyRule => ({
  apiGroups: [group],
  resources: resources.split(" "),
  verbs: verbs.split(" "),
});

/** What every node may do where it does not matter whose object it is (k8s: bootstrappolicy NodeRules). */
const RULES: readonly PolicyRule[] = [
  rule("authentication.k8s.io", "tokenreviews", "create"),
  rule("authorization.k8s.io", "subjectaccessreviews localsubjectaccessreviews", "create"),
  rule("", "services", "get list watch"),
  rule("", "events", "create update patch"),
  rule("events.k8s.io", "events", "create update patch"),
  rule("", "endpoints", "get"),
  rule("certificates.k8s.io", "certificatesigningrequests", "create get list watch"),
  rule("storage.k8s.io", "csidrivers", "get list watch"),
  rule("node.k8s.io", "runtimeclasses", "get list watch"),
];

const no = (reason: string): Decision => ({ allowed: false, reason });
const FIELD = /(?:^|,)([\w.]+)==?([^,]*)/g;

/** Whether a field selector names this node. */
function selects(selector: string | undefined, field: string, node: string): boolean {
  for (const [, name, value] of (selector ?? "").matchAll(FIELD)) if (name === field && value === node) return true;
  return false;
}

/** What kubelets may do: their own node, and what the pods on it need (k8s: plugin/pkg/auth/authorizer/node). */
export function createNodeAuthorizer(graph: NodeGraph): Authorizer {
  const related = (node: string, { resource, namespace, name }: ResourceAttributes): Decision => {
    if (name === "") return no("No Object name found");
    if (graph.needs(node, resource, namespace, name)) return ALLOWED;
    return no(`no relationship found between node '${node}' and this object`);
  };
  const getOnly = (node: string, verb: string, r: ResourceAttributes): Decision => {
    if (verb !== "get") return no("can only get individual resources of this type");
    return r.subresource === "" ? related(node, r) : no("cannot get subresource");
  };
  const readOnly = (node: string, verb: string, r: ResourceAttributes): Decision => {
    if (!READ.includes(verb)) return no("can only read resources of this type");
    if (r.subresource !== "") return no("cannot read subresource");
    return r.namespace === "" ? no("can only read namespaced object of this type") : related(node, r);
  };
  const pods = (node: string, { verb, fieldSelector }: Attributes, r: ResourceAttributes): Decision => {
    if (r.subresource === "status") return verb === "update" || verb === "patch" ? ALLOWED : NO_OPINION;
    if (r.subresource === "eviction") return verb === "create" ? ALLOWED : NO_OPINION;
    if (r.subresource !== "") return NO_OPINION;
    if (verb === "get") return related(node, r);
    if (verb === "create" || verb === "delete") return ALLOWED;
    if (verb !== "list" && verb !== "watch") return NO_OPINION;
    if (selects(fieldSelector, "spec.nodeName", node)) return ALLOWED;
    return r.name === "" ? no("can only list/watch pods with spec.nodeName field selector") : related(node, r);
  };
  const nodes = (node: string, verb: string, { subresource, name }: ResourceAttributes): Decision => {
    // That it writes to no other is NodeRestriction's to see.
    if (verb === "update" || verb === "patch") return subresource === "" || subresource === "status" ? ALLOWED : NO_OPINION;
    if (subresource !== "") return NO_OPINION;
    if (verb === "create") return ALLOWED;
    if (!READ.includes(verb)) return NO_OPINION;
    if (name === node) return ALLOWED;
    if (name === "") return no(`node '${node}' cannot read all nodes, only its own Node object`);
    return no(`node '${node}' cannot read '${name}', only its own Node object`);
  };
  const slices = (node: string, { verb, fieldSelector }: Attributes, r: ResourceAttributes): Decision => {
    if (r.subresource !== "") return no("cannot authorize ResourceSlice subresources");
    if (verb === "create") return ALLOWED;
    if (verb === "get" || verb === "update" || verb === "patch" || verb === "delete") return related(node, r);
    if (selects(fieldSelector, "spec.nodeName", node)) return ALLOWED;
    return no("can only list/watch/deletecollection resourceslices with nodeName field selector");
  };
  const ownNamed = (node: string, verb: string, { name }: ResourceAttributes, what: string, verbs: string): Decision => {
    if (!OWN_OBJECT.includes(verb)) return no(`can only get, create, update, patch, or delete a ${verbs}`);
    return verb === "create" || name === node ? ALLOWED : no(`can only access ${what} with the same name as the requesting node`);
  };

  const decide = (node: string, attributes: Attributes, r: ResourceAttributes): Decision | undefined => {
    const { verb } = attributes;
    switch (`${r.group}/${r.resource}`) {
      case "/secrets":
      case "/configmaps":
        return readOnly(node, verb, r);
      case "/persistentvolumeclaims":
        if (r.subresource === "status")
          return verb === "update" || verb === "patch" ? related(node, r) : no("can only get/update/patch this type");
        return getOnly(node, verb, r);
      case "/persistentvolumes":
      case "resource.k8s.io/resourceclaims":
      case "storage.k8s.io/volumeattachments":
        return getOnly(node, verb, r);
      case "/serviceaccounts":
        if (verb !== "create" || r.name === "") return no("can only create tokens for individual service accounts");
        return r.subresource === "token" ? related(node, r) : no("can only create token subresource of serviceaccount");
      case "coordination.k8s.io/leases":
        if (OWN_OBJECT.includes(verb) && r.namespace !== "kube-node-lease")
          return no('can only access leases in the "kube-node-lease" system namespace');
        return ownNamed(node, verb, r, "node lease", "node lease");
      case "storage.k8s.io/csinodes":
        if (OWN_OBJECT.includes(verb) && r.subresource !== "") return no("cannot authorize CSINode subresources");
        return ownNamed(node, verb, r, "CSINode", "CSINode");
      case "resource.k8s.io/resourceslices":
        return slices(node, attributes, r);
      case "/nodes":
        return nodes(node, verb, r);
      case "/pods":
        return pods(node, attributes, r);
      default:
        return undefined;
    }
  };

  return {
    authorize(attributes) {
      const node = nodeOf(attributes.user);
      if (node === undefined) return NO_OPINION;
      if (node === "") return no(`unknown node for user ${JSON.stringify(attributes.user.name)}`);
      const special = attributes.resource && decide(node, attributes, attributes.resource);
      return special ?? (RULES.some((allowing) => ruleAllows(allowing, attributes)) ? ALLOWED : NO_OPINION);
    },
    rulesFor: (user) =>
      nodeOf(user) === undefined
        ? NO_RULES
        : { ...NO_RULES, incomplete: true, errors: ["node authorizer does not support user rule resolution"] },
  };
}
