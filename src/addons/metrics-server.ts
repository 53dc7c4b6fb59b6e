import type { Manifest } from "./coredns.ts";

const namespace = "kube-system";
const labels = { "k8s-app": "metrics-server" };
const rbac = "rbac.authorization.k8s.io";
const named = (name: string, more: object = {}) => ({ name, labels: { ...labels, ...more } });
const account = { kind: "ServiceAccount", name: "metrics-server", namespace };
const httpsGet = (path: string) => ({ failureThreshold: 3, httpGet: { path, port: "https", scheme: "HTTPS" }, periodSeconds: 10 });

const binding = (kind: "RoleBinding" | "ClusterRoleBinding", name: string, roleKind: string, role: string): Manifest => ({
  apiVersion: `${rbac}/v1`,
  kind,
  metadata: { ...named(name), ...(kind === "RoleBinding" ? { namespace } : {}) },
  roleRef: { apiGroup: rbac, kind: roleKind, name: role },
  subjects: [account],
});

/**
 * metrics-server's components.yaml (k8s-sigs/metrics-server: manifests/base). Kubelets' certificates are their own, as in
 * any kubeadm cluster, hence the flag that is not upstream's.
 */
export function metricsServer(): readonly Manifest[] {
  const aggregated = Object.fromEntries(["admin", "edit", "view"].map((role) => [`${rbac}/aggregate-to-${role}`, "true"]));
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { ...named("metrics-server"), namespace } },
    {
      apiVersion: `${rbac}/v1`,
      kind: "ClusterRole",
      metadata: named("system:aggregated-metrics-reader", aggregated),
      rules: [{ apiGroups: ["metrics.k8s.io"], resources: ["pods", "nodes"], verbs: ["get", "list", "watch"] }],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: "ClusterRole",
      metadata: named("system:metrics-server"),
      rules: [
        { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
        { apiGroups: [""], resources: ["pods", "nodes"], verbs: ["get", "list", "watch"] },
      ],
    },
    binding("RoleBinding", "metrics-server-auth-reader", "Role", "extension-apiserver-authentication-reader"),
    binding("ClusterRoleBinding", "metrics-server:system:auth-delegator", "ClusterRole", "system:auth-delegator"),
    binding("ClusterRoleBinding", "system:metrics-server", "ClusterRole", "system:metrics-server"),
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { ...named("metrics-server"), namespace },
      spec: { ports: [{ appProtocol: "https", name: "https", port: 443, protocol: "TCP", targetPort: "https" }], selector: labels },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { ...named("metrics-server"), namespace },
      spec: {
        selector: { matchLabels: labels },
        strategy: { rollingUpdate: { maxUnavailable: 0 } },
        template: {
          metadata: { labels },
          spec: {
            containers: [
              {
                name: "metrics-server",
                image: "registry.k8s.io/metrics-server/metrics-server:v0.8.0",
                imagePullPolicy: "IfNotPresent",
                args: [
                  "--cert-dir=/tmp",
                  "--secure-port=10250",
                  "--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname",
                  "--kubelet-use-node-status-port",
                  "--metric-resolution=15s",
                  "--kubelet-insecure-tls",
                ],
                livenessProbe: httpsGet("/livez"),
                readinessProbe: { ...httpsGet("/readyz"), initialDelaySeconds: 20 },
                ports: [{ containerPort: 10250, name: "https", protocol: "TCP" }],
                resources: { requests: { cpu: "100m", memory: "200Mi" } },
                securityContext: {
                  allowPrivilegeEscalation: false,
                  capabilities: { drop: ["ALL"] },
                  readOnlyRootFilesystem: true,
                  runAsNonRoot: true,
                  runAsUser: 1000,
                  seccompProfile: { type: "RuntimeDefault" },
                },
                volumeMounts: [{ mountPath: "/tmp", name: "tmp-dir" }],
              },
            ],
            nodeSelector: { "kubernetes.io/os": "linux" },
            priorityClassName: "system-cluster-critical",
            serviceAccountName: "metrics-server",
            volumes: [{ emptyDir: {}, name: "tmp-dir" }],
          },
        },
      },
    },
    {
      apiVersion: "apiregistration.k8s.io/v1",
      kind: "APIService",
      metadata: named("v1beta1.metrics.k8s.io"),
      spec: {
        group: "metrics.k8s.io",
        groupPriorityMinimum: 100,
        insecureSkipTLSVerify: true,
        service: { name: "metrics-server", namespace },
        version: "v1beta1",
        versionPriority: 100,
      },
    },
  ];
}
