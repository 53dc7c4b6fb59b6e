import type { Manifest } from "./coredns.ts";

const namespace = "ingress-nginx";
const RBAC = "rbac.authorization.k8s.io";
const name = "ingress-nginx-controller";
const selector = {
  "app.kubernetes.io/component": "controller",
  "app.kubernetes.io/instance": "ingress-nginx",
  "app.kubernetes.io/name": "ingress-nginx",
};
const labels = { ...selector, "app.kubernetes.io/part-of": "ingress-nginx", "app.kubernetes.io/version": "1.13.3" };
const common = Object.fromEntries(Object.entries(labels).filter(([key]) => !key.endsWith("/component")));
const READ = ["get", "list", "watch"];

const RULES = [
  { apiGroups: [""], resources: ["configmaps", "endpoints", "nodes", "pods", "secrets", "namespaces"], verbs: ["list", "watch"] },
  { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["list", "watch"] },
  { apiGroups: [""], resources: ["nodes"], verbs: ["get"] },
  { apiGroups: [""], resources: ["services"], verbs: READ },
  { apiGroups: ["networking.k8s.io"], resources: ["ingresses"], verbs: READ },
  { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
  { apiGroups: ["networking.k8s.io"], resources: ["ingresses/status"], verbs: ["update"] },
  { apiGroups: ["networking.k8s.io"], resources: ["ingressclasses"], verbs: READ },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch", "get"] },
];
const OWN_RULES = [
  { apiGroups: [""], resources: ["namespaces"], verbs: ["get"] },
  { apiGroups: [""], resources: ["configmaps", "pods", "secrets", "endpoints"], verbs: READ },
  { apiGroups: [""], resources: ["services"], verbs: READ },
  { apiGroups: ["networking.k8s.io"], resources: ["ingresses"], verbs: READ },
  { apiGroups: ["networking.k8s.io"], resources: ["ingresses/status"], verbs: ["update"] },
  { apiGroups: ["networking.k8s.io"], resources: ["ingressclasses"], verbs: READ },
  { apiGroups: ["coordination.k8s.io"], resourceNames: ["ingress-nginx-leader"], resources: ["leases"], verbs: ["get", "update"] },
  { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["create"] },
  { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch", "get"] },
];
const subjects = [{ kind: "ServiceAccount", name: "ingress-nginx", namespace }];
const probe = (failures: number) => ({
  failureThreshold: failures,
  httpGet: { path: "/healthz", port: 10254, scheme: "HTTP" },
  initialDelaySeconds: 10,
  periodSeconds: 10,
  successThreshold: 1,
  timeoutSeconds: 1,
});

/**
 * ingress-nginx as its deploy/static/provider/cloud/deploy.yaml installs it, with kind's flag that has it serve
 * Ingresses without a class too. Its one replica elects no leader; there is no TLS, and so no admission webhook.
 */
export function ingressNginx(): readonly Manifest[] {
  return [
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: namespace, labels: { "app.kubernetes.io/instance": "ingress-nginx", "app.kubernetes.io/name": "ingress-nginx" } },
    },
    {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "ingress-nginx", namespace, labels },
      automountServiceAccountToken: true,
    },
    { apiVersion: `${RBAC}/v1`, kind: "Role", metadata: { name: "ingress-nginx", namespace, labels }, rules: OWN_RULES },
    { apiVersion: `${RBAC}/v1`, kind: "ClusterRole", metadata: { name: "ingress-nginx", labels: common }, rules: RULES },
    {
      apiVersion: `${RBAC}/v1`,
      kind: "RoleBinding",
      metadata: { name: "ingress-nginx", namespace, labels },
      roleRef: { apiGroup: RBAC, kind: "Role", name: "ingress-nginx" },
      subjects,
    },
    {
      apiVersion: `${RBAC}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name: "ingress-nginx", labels: common },
      roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: "ingress-nginx" },
      subjects,
    },
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace, labels }, data: {} },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace, labels },
      spec: {
        externalTrafficPolicy: "Local",
        ipFamilies: ["IPv4"],
        ipFamilyPolicy: "SingleStack",
        // Away from those that learners' Services get, one after the other.
        loadBalancerIP: "203.0.113.200",
        ports: [
          { appProtocol: "http", name: "http", port: 80, protocol: "TCP", targetPort: "http" },
          { appProtocol: "https", name: "https", port: 443, protocol: "TCP", targetPort: "https" },
        ],
        selector,
        type: "LoadBalancer",
      },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name, namespace, labels },
      spec: {
        minReadySeconds: 0,
        revisionHistoryLimit: 10,
        selector: { matchLabels: selector },
        strategy: { rollingUpdate: { maxUnavailable: 1 }, type: "RollingUpdate" },
        template: {
          metadata: { labels },
          spec: {
            containers: [
              {
                name: "controller",
                image: "registry.k8s.io/ingress-nginx/controller:v1.13.3",
                imagePullPolicy: "IfNotPresent",
                args: [
                  "/nginx-ingress-controller",
                  `--publish-service=$(POD_NAMESPACE)/${name}`,
                  "--election-id=ingress-nginx-leader",
                  "--disable-leader-election=true",
                  "--controller-class=k8s.io/ingress-nginx",
                  "--ingress-class=nginx",
                  "--watch-ingress-without-class=true",
                  `--configmap=$(POD_NAMESPACE)/${name}`,
                ],
                env: [
                  { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
                  { name: "POD_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
                ],
                lifecycle: { preStop: { exec: { command: ["/wait-shutdown"] } } },
                livenessProbe: probe(5),
                ports: [
                  { containerPort: 80, name: "http", protocol: "TCP" },
                  { containerPort: 443, name: "https", protocol: "TCP" },
                ],
                readinessProbe: probe(3),
                resources: { requests: { cpu: "100m", memory: "90Mi" } },
                securityContext: {
                  allowPrivilegeEscalation: false,
                  capabilities: { add: ["NET_BIND_SERVICE"], drop: ["ALL"] },
                  readOnlyRootFilesystem: false,
                  runAsGroup: 82,
                  runAsNonRoot: true,
                  runAsUser: 101,
                  seccompProfile: { type: "RuntimeDefault" },
                },
              },
            ],
            dnsPolicy: "ClusterFirst",
            nodeSelector: { "kubernetes.io/os": "linux" },
            serviceAccountName: "ingress-nginx",
            terminationGracePeriodSeconds: 300,
          },
        },
      },
    },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "IngressClass",
      metadata: { name: "nginx", labels },
      spec: { controller: "k8s.io/ingress-nginx" },
    },
  ];
}
