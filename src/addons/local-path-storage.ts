import type { Manifest } from "./coredns.ts";

const namespace = "local-path-storage";
const account = "local-path-provisioner-service-account";
const role = "local-path-provisioner-role";
const app = { app: "local-path-provisioner" };
const RBAC = "rbac.authorization.k8s.io";

const CONFIG = `{
        "nodePathMap":[
        {
                "node":"DEFAULT_PATH_FOR_NON_LISTED_NODES",
                "paths":["/opt/local-path-provisioner"]
        }
        ]
}`;
const SETUP = `#!/bin/sh
set -eu
mkdir -m 0777 -p "$VOL_DIR"
`;
const TEARDOWN = `#!/bin/sh
set -eu
rm -rf "$VOL_DIR"
`;
const HELPER_POD = `apiVersion: v1
kind: Pod
metadata:
  name: helper-pod
spec:
  priorityClassName: system-node-critical
  tolerations:
    - key: node.kubernetes.io/disk-pressure
      operator: Exists
      effect: NoSchedule
  containers:
  - name: helper-pod
    image: docker.io/library/busybox
    imagePullPolicy: IfNotPresent
`;

const bound = (kind: "Role" | "ClusterRole") => ({
  roleRef: { apiGroup: RBAC, kind, name: role },
  subjects: [{ kind: "ServiceAccount", name: account, namespace }],
});
const probe = (path: string, more: object) => ({ httpGet: { path, port: "health" }, periodSeconds: 5, ...more });

/**
 * rancher/local-path-provisioner as its deploy/local-path-storage.yaml installs it, with the class that kind gives it:
 * `standard`, the default. Claims get a directory on the node of their first pod.
 */
export function localPathStorage(): readonly Manifest[] {
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: account, namespace } },
    {
      apiVersion: `${RBAC}/v1`,
      kind: "Role",
      metadata: { name: role, namespace },
      rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch", "create", "patch", "update", "delete"] }],
    },
    {
      apiVersion: `${RBAC}/v1`,
      kind: "ClusterRole",
      metadata: { name: role },
      rules: [
        {
          apiGroups: [""],
          resources: ["nodes", "persistentvolumeclaims", "configmaps", "pods", "pods/log"],
          verbs: ["get", "list", "watch"],
        },
        { apiGroups: [""], resources: ["persistentvolumes"], verbs: ["get", "list", "watch", "create", "patch", "update", "delete"] },
        { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
        { apiGroups: ["storage.k8s.io"], resources: ["storageclasses"], verbs: ["get", "list", "watch"] },
      ],
    },
    { apiVersion: `${RBAC}/v1`, kind: "RoleBinding", metadata: { name: "local-path-provisioner-bind", namespace }, ...bound("Role") },
    { apiVersion: `${RBAC}/v1`, kind: "ClusterRoleBinding", metadata: { name: "local-path-provisioner-bind" }, ...bound("ClusterRole") },
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "local-path-config", namespace },
      data: { "config.json": CONFIG, setup: SETUP, teardown: TEARDOWN, "helperPod.yaml": HELPER_POD },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "local-path-provisioner", namespace },
      spec: {
        replicas: 1,
        selector: { matchLabels: app },
        template: {
          metadata: { labels: app },
          spec: {
            serviceAccountName: account,
            containers: [
              {
                name: "local-path-provisioner",
                image: "docker.io/rancher/local-path-provisioner:v0.0.37",
                imagePullPolicy: "IfNotPresent",
                command: ["local-path-provisioner", "--debug", "start", "--config", "/etc/config/config.json"],
                ports: [{ name: "health", containerPort: 8080, protocol: "TCP" }],
                startupProbe: probe("/health", { initialDelaySeconds: 5, failureThreshold: 12 }),
                livenessProbe: probe("/health", { initialDelaySeconds: 10, periodSeconds: 10 }),
                readinessProbe: probe("/ready", { initialDelaySeconds: 5 }),
                volumeMounts: [{ name: "config-volume", mountPath: "/etc/config/" }],
                env: [
                  { name: "POD_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
                  { name: "CONFIG_MOUNT_PATH", value: "/etc/config/" },
                  { name: "HEALTH_PORT", value: "8080" },
                ],
              },
            ],
            volumes: [{ name: "config-volume", configMap: { name: "local-path-config" } }],
          },
        },
      },
    },
    {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
      provisioner: "rancher.io/local-path",
      volumeBindingMode: "WaitForFirstConsumer",
      reclaimPolicy: "Delete",
    },
  ];
}
