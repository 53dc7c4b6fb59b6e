import { DISK_DRIVER } from "./disk-csi/cloud.ts";
import type { Manifest } from "./coredns.ts";

const namespace = "kube-system";
const RBAC = "rbac.authorization.k8s.io";
const image = "registry.timonel.dev/disk-csi-driver:v1.0.0";

const READ = ["get", "list", "watch"];
/** What external-provisioner, -attacher and -resizer ask for in their deploy/kubernetes/rbac.yaml, together. */
const RULES = [
  { apiGroups: [""], resources: ["persistentvolumes"], verbs: [...READ, "create", "update", "patch", "delete"] },
  { apiGroups: [""], resources: ["persistentvolumeclaims"], verbs: [...READ, "update", "patch"] },
  { apiGroups: [""], resources: ["persistentvolumeclaims/status"], verbs: ["update", "patch"] },
  { apiGroups: [""], resources: ["nodes"], verbs: READ },
  { apiGroups: [""], resources: ["events"], verbs: [...READ, "create", "update", "patch"] },
  { apiGroups: ["storage.k8s.io"], resources: ["storageclasses", "csinodes", "volumeattributesclasses"], verbs: READ },
  { apiGroups: ["storage.k8s.io"], resources: ["volumeattachments"], verbs: [...READ, "update", "patch"] },
  { apiGroups: ["storage.k8s.io"], resources: ["volumeattachments/status"], verbs: ["patch"] },
];

const storageClass = (name: string, parameters: Readonly<Record<string, string>>, annotations?: Readonly<Record<string, string>>) => ({
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name, ...(annotations ? { annotations } : {}) },
  provisioner: DISK_DRIVER,
  parameters,
  reclaimPolicy: "Delete",
  volumeBindingMode: "WaitForFirstConsumer",
  allowVolumeExpansion: true,
});

const account = (name: string) => ({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } });

/** The simulated cloud's disks: their CSI driver as a Deployment and a DaemonSet, and classes of which `standard` is the default. */
export function diskStorage(): readonly Manifest[] {
  const labels = (app: string) => ({ app });
  return [
    {
      apiVersion: "storage.k8s.io/v1",
      kind: "CSIDriver",
      metadata: { name: DISK_DRIVER },
      spec: { attachRequired: true, podInfoOnMount: false, fsGroupPolicy: "File" },
    },
    account("disk-csi-controller"),
    account("disk-csi-node"),
    { apiVersion: `${RBAC}/v1`, kind: "ClusterRole", metadata: { name: "disk-csi-controller" }, rules: RULES },
    {
      apiVersion: `${RBAC}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name: "disk-csi-controller" },
      roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: "disk-csi-controller" },
      subjects: [{ kind: "ServiceAccount", name: "disk-csi-controller", namespace }],
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "disk-csi-controller", namespace, labels: labels("disk-csi-controller") },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels("disk-csi-controller") },
        template: {
          metadata: { labels: labels("disk-csi-controller") },
          spec: {
            serviceAccountName: "disk-csi-controller",
            priorityClassName: "system-cluster-critical",
            tolerations: [{ key: "CriticalAddonsOnly", operator: "Exists" }],
            containers: [
              {
                name: "disk-plugin",
                image,
                args: ["controller"],
                resources: { requests: { cpu: "10m", memory: "40Mi" }, limits: { memory: "256Mi" } },
              },
            ],
          },
        },
      },
    },
    {
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: { name: "disk-csi-node", namespace, labels: labels("disk-csi-node") },
      spec: {
        selector: { matchLabels: labels("disk-csi-node") },
        template: {
          metadata: { labels: labels("disk-csi-node") },
          spec: {
            serviceAccountName: "disk-csi-node",
            priorityClassName: "system-node-critical",
            hostNetwork: true,
            tolerations: [{ operator: "Exists" }],
            containers: [
              {
                name: "disk-plugin",
                image,
                args: ["node"],
                env: [{ name: "CSI_NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }],
                resources: { requests: { cpu: "10m", memory: "40Mi" }, limits: { memory: "256Mi" } },
              },
            ],
          },
        },
      },
    },
    storageClass("standard", { type: "standard" }, { "storageclass.kubernetes.io/is-default-class": "true" }),
    storageClass("fast", { type: "ssd" }),
  ];
}
