import type { ConfigMap, KubeObject } from "../../api/index.ts";
import type { Client, Resource } from "../../client/index.ts";
import { bootstrapKubeconfig, clusterConfiguration, type KubernetesPlace } from "../../images/index.ts";
import { isAlreadyExists } from "../../machinery/index.ts";
import { kubeletConfigText } from "../systemd/machine-files.ts";

const RBAC = "rbac.authorization.k8s.io";
const NODES = "system:bootstrappers:kubeadm:default-node-token";
const group = (name: string) => ({ kind: "Group", apiGroup: RBAC, name });
const role = (namespace: string | undefined, name: string, rule: object): readonly [Resource, KubeObject] => [
  namespace === undefined ? "clusterroles" : "roles",
  {
    apiVersion: `${RBAC}/v1`,
    kind: namespace === undefined ? "ClusterRole" : "Role",
    metadata: { name, ...(namespace !== undefined && { namespace }) },
    rules: [rule],
  } as KubeObject,
];
const binding = (
  namespace: string | undefined,
  name: string,
  subjects: readonly object[],
  to = name,
  kind = namespace === undefined ? "ClusterRole" : "Role",
): readonly [Resource, KubeObject] => [
  namespace === undefined ? "clusterrolebindings" : "rolebindings",
  {
    apiVersion: `${RBAC}/v1`,
    kind: namespace === undefined ? "ClusterRoleBinding" : "RoleBinding",
    metadata: { name, ...(namespace !== undefined && { namespace }) },
    roleRef: { apiGroup: RBAC, kind, name: to },
    subjects,
  } as KubeObject,
];
const configMap = (namespace: string, name: string, data: Readonly<Record<string, string>>): readonly [Resource, ConfigMap] => [
  "configmaps",
  { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data },
];
const ANONYMOUS = { kind: "User", apiGroup: RBAC, name: "system:anonymous" };

/** kubeadm: phases uploadconfig, kubelet, bootstraptoken (clusterinfo, node), kubeconfig EnsureAdminClusterRoleBinding. */
function objectsOf(place: KubernetesPlace, authority: string): readonly (readonly [Resource, KubeObject])[] {
  const reads = (name: string) => ({ apiGroups: [""], resources: ["configmaps"], resourceNames: [name], verbs: ["get"] });
  const everyNode = [group("system:nodes"), group(NODES)];
  return [
    binding(undefined, "kubeadm:cluster-admins", [group("kubeadm:cluster-admins")], "cluster-admin"),
    configMap("kube-system", "kubeadm-config", { ClusterConfiguration: clusterConfiguration(place) }),
    role("kube-system", "kubeadm:nodes-kubeadm-config", reads("kubeadm-config")),
    binding("kube-system", "kubeadm:nodes-kubeadm-config", [group(NODES), group("system:nodes")]),
    configMap("kube-system", "kubelet-config", { kubelet: kubeletConfigText() }),
    role("kube-system", "kubeadm:kubelet-config", reads("kubelet-config")),
    binding("kube-system", "kubeadm:kubelet-config", everyNode),
    role(undefined, "kubeadm:get-nodes", { apiGroups: [""], resources: ["nodes"], verbs: ["get"] }),
    binding(undefined, "kubeadm:get-nodes", [group(NODES)]),
    binding(undefined, "kubeadm:kubelet-bootstrap", [group(NODES)], "system:node-bootstrapper"),
    binding(
      undefined,
      "kubeadm:node-autoapprove-bootstrap",
      [group(NODES)],
      "system:certificates.k8s.io:certificatesigningrequests:nodeclient",
    ),
    binding(
      undefined,
      "kubeadm:node-autoapprove-certificate-rotation",
      [group("system:nodes")],
      "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient",
    ),
    configMap("kube-public", "cluster-info", { kubeconfig: bootstrapKubeconfig(place.server, authority) }),
    role("kube-public", "kubeadm:bootstrap-signer-clusterinfo", reads("cluster-info")),
    binding("kube-public", "kubeadm:bootstrap-signer-clusterinfo", [ANONYMOUS]),
  ];
}

/** What `kubeadm init` makes in the API, and how it marks the node. */
export async function initialize(client: Client, place: KubernetesPlace, authority: string): Promise<void> {
  for (const [resource, object] of objectsOf(place, authority))
    try {
      await client.create(resource, object as never);
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
  await client.patch("nodes", undefined, place.node, "strategic", {
    metadata: {
      labels: { "node-role.kubernetes.io/control-plane": "", "node.kubernetes.io/exclude-from-external-load-balancers": "" },
    },
    spec: { taints: [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }] },
  });
}
