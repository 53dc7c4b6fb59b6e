/** Group, version and kind; an empty part of a selector means any. */
export interface Gvk {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}
/** What tells one object of a build from the others. */
export interface Id extends Gvk {
  readonly name: string;
  readonly namespace: string;
}

/** Kinds that kustomize knows to be in no namespace (kustomize: kyaml/openapi precomputedIsNamespaceScoped). */
const CLUSTER_SCOPED: Readonly<Record<string, readonly string[]>> = {
  "": ["ComponentStatus", "Namespace", "Node", "NodeProxyOptions", "PersistentVolume"],
  "admissionregistration.k8s.io": ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"],
  "apiextensions.k8s.io": ["CustomResourceDefinition"],
  "apiregistration.k8s.io": ["APIService"],
  "certificates.k8s.io": ["CertificateSigningRequest"],
  "flowcontrol.apiserver.k8s.io": ["FlowSchema", "PriorityLevelConfiguration"],
  "networking.k8s.io": ["IngressClass"],
  "node.k8s.io": ["RuntimeClass"],
  policy: ["PodSecurityPolicy"],
  "rbac.authorization.k8s.io": ["ClusterRole", "ClusterRoleBinding"],
  "scheduling.k8s.io": ["PriorityClass"],
  "storage.k8s.io": ["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"],
};
const KNOWN_VERSIONS: ReadonlySet<string> = new Set(["v1", "v1beta1"]);
const OUTSIDE = "_non_namespaceable_";

export const clusterScoped = (id: Gvk): boolean =>
  (CLUSTER_SCOPED[id.group]?.includes(id.kind) ?? false) && KNOWN_VERSIONS.has(id.version) && (id.group !== "" || id.version === "v1");

/** A namespace for comparing: none is "default", and what is in no namespace has one of its own. */
export const effectiveNamespace = (id: Id): string => (clusterScoped(id) ? OUTSIDE : id.namespace || "default");

export const sameGvk = (a: Gvk, b: Gvk): boolean => a.group === b.group && a.version === b.version && a.kind === b.kind;
export const sameId = (a: Id, b: Id): boolean => sameGvk(a, b) && a.name === b.name && effectiveNamespace(a) === effectiveNamespace(b);

export const selectedBy = (id: Gvk, by: Partial<Gvk>): boolean =>
  (!by.group || by.group === id.group) && (!by.version || by.version === id.version) && (!by.kind || by.kind === id.kind);

export const gvkText = (g: Partial<Gvk>): string => `${g.kind || "[noKind]"}.${g.version || "[noVer]"}.${g.group || "[noGrp]"}`;
/** "ConfigMap.v1.[noGrp]/settings.[noNs]". */
export const idText = (id: Partial<Id>): string => `${gvkText(id)}/${id.name || "[noName]"}.${id.namespace || "[noNs]"}`;

/** As Go prints the struct with %#v. */
export const idStruct = (id: Id): string =>
  `resid.ResId{Gvk:resid.Gvk{Group:${JSON.stringify(id.group)}, Version:${JSON.stringify(id.version)}, Kind:${JSON.stringify(id.kind)}, isClusterScoped:${clusterScoped(id)}}, Name:${JSON.stringify(id.name)}, Namespace:${JSON.stringify(id.namespace)}}`;

export function gvkOf(apiVersion: string, kind: string): Gvk {
  const slash = apiVersion.indexOf("/");
  return { group: slash < 0 ? "" : apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1), kind };
}
