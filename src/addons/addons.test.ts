import { expect, it } from "vitest";
import { parseCorefile } from "../images/index.ts";
import { addonsFor } from "./index.ts";

it("a cluster has its DNS, a storage provisioner, metrics and an ingress controller, the recordings' presets have nothing", () => {
  const objects = addonsFor("two-node", { nodes: 2 });
  expect(objects.map((o) => `${o.kind} ${o.metadata.namespace}/${o.metadata.name}`)).toEqual([
    "ServiceAccount kube-system/coredns",
    "ClusterRole undefined/system:coredns",
    "ClusterRoleBinding undefined/system:coredns",
    "ConfigMap kube-system/coredns",
    "Service kube-system/kube-dns",
    "Deployment kube-system/coredns",
    "Namespace undefined/local-path-storage",
    "ServiceAccount local-path-storage/local-path-provisioner-service-account",
    "Role local-path-storage/local-path-provisioner-role",
    "ClusterRole undefined/local-path-provisioner-role",
    "RoleBinding local-path-storage/local-path-provisioner-bind",
    "ClusterRoleBinding undefined/local-path-provisioner-bind",
    "ConfigMap local-path-storage/local-path-config",
    "Deployment local-path-storage/local-path-provisioner",
    "StorageClass undefined/standard",
    "ServiceAccount kube-system/metrics-server",
    "ClusterRole undefined/system:aggregated-metrics-reader",
    "ClusterRole undefined/system:metrics-server",
    "RoleBinding kube-system/metrics-server-auth-reader",
    "ClusterRoleBinding undefined/metrics-server:system:auth-delegator",
    "ClusterRoleBinding undefined/system:metrics-server",
    "Service kube-system/metrics-server",
    "Deployment kube-system/metrics-server",
    "APIService undefined/v1beta1.metrics.k8s.io",
    "Namespace undefined/ingress-nginx",
    "ServiceAccount ingress-nginx/ingress-nginx",
    "Role ingress-nginx/ingress-nginx",
    "ClusterRole undefined/ingress-nginx",
    "RoleBinding ingress-nginx/ingress-nginx",
    "ClusterRoleBinding undefined/ingress-nginx",
    "ConfigMap ingress-nginx/ingress-nginx-controller",
    "Service ingress-nginx/ingress-nginx-controller",
    "Deployment ingress-nginx/ingress-nginx-controller",
    "IngressClass undefined/nginx",
  ]);
  expect(addonsFor("reference-node")).toEqual([]);
});

it("CoreDNS understands its Corefile", () => {
  const { data } = addonsFor("one-node")[3] as unknown as { data: { Corefile: string } };
  expect(parseCorefile(data.Corefile, "Corefile")).toMatchObject({
    port: 53,
    lameduck: 5000,
    health: true,
    ready: true,
    zones: ["cluster.local"],
    forward: true,
  });
});
