import type { Gvk } from "./ids.ts";

/** A field of some kinds: "spec/template/spec/containers[]/image". `create`: made where it is missing. */
export interface FieldSpec extends Partial<Gvk> {
  readonly path: string;
  readonly create?: boolean;
}
/** Fields that hold the name of another object, by what that object is. */
export interface BackReference extends Partial<Gvk> {
  readonly fieldSpecs: readonly FieldSpec[];
}

const at = (path: string, kind?: string, more: Partial<FieldSpec> = {}): FieldSpec => ({ path, ...(kind ? { kind } : {}), ...more });
const made = (path: string, kind?: string, more: Partial<FieldSpec> = {}): FieldSpec => at(path, kind, { create: true, ...more });

const WORKLOADS = ["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "Job"] as const;
/** Where each kind has its pod: kind, the way there, and what else the spec asks. */
const PODS: readonly (readonly [string, string])[] = [
  ["Pod", "spec"],
  ["PodTemplate", "template/spec"],
  ...WORKLOADS.map((kind) => [kind, "spec/template/spec"] as const),
  ["CronJob", "spec/jobTemplate/spec/template/spec"],
];
const inPods = (paths: readonly string[], podVersion?: string): FieldSpec[] =>
  PODS.flatMap(([kind, spec]) => paths.map((p) => at(`${spec}/${p}`, kind, podVersion && kind === "Pod" ? { version: podVersion } : {})));
/** As above, of the kinds that name accounts, claims and priorities. */
const inRunners = (path: string): FieldSpec[] =>
  [
    ...PODS.filter(([kind]) => kind !== "PodTemplate" && kind !== "ReplicaSet"),
    ["ReplicationController", "spec/template/spec"] as const,
  ].map(([kind, spec]) => at(`${spec}/${path}`, kind));
const inContainers = (tail: string): string[] => [`containers/${tail}`, `initContainers/${tail}`];

const metadataLabels: readonly FieldSpec[] = [
  made("metadata/labels"),
  made("spec/template/metadata/labels", "ReplicationController", { version: "v1" }),
  ...["Deployment", "ReplicaSet", "DaemonSet"].map((kind) => made("spec/template/metadata/labels", kind)),
  made("spec/template/metadata/labels", "StatefulSet", { group: "apps" }),
  made("spec/volumeClaimTemplates[]/metadata/labels", "StatefulSet", { group: "apps" }),
  made("spec/template/metadata/labels", "Job", { group: "batch" }),
  made("spec/jobTemplate/metadata/labels", "CronJob", { group: "batch" }),
  made("spec/jobTemplate/spec/template/metadata/labels", "CronJob", { group: "batch" }),
];
const spreading = (kind: string): FieldSpec[] =>
  [
    ...["podAffinity", "podAntiAffinity"].flatMap((a) => [
      `affinity/${a}/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels`,
      `affinity/${a}/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels`,
    ]),
    "topologySpreadConstraints/labelSelector/matchLabels",
  ].map((path) => at(`spec/template/spec/${path}`, kind, { group: "apps" }));

const commonLabels: readonly FieldSpec[] = [
  made("spec/selector", "Service", { version: "v1" }),
  made("spec/selector", "ReplicationController", { version: "v1" }),
  made("spec/selector/matchLabels", "Deployment"),
  ...spreading("Deployment"),
  made("spec/selector/matchLabels", "ReplicaSet"),
  made("spec/selector/matchLabels", "DaemonSet"),
  made("spec/selector/matchLabels", "StatefulSet", { group: "apps" }),
  ...spreading("StatefulSet"),
  at("spec/selector/matchLabels", "Job", { group: "batch" }),
  at("spec/jobTemplate/spec/selector/matchLabels", "CronJob", { group: "batch" }),
  at("spec/selector/matchLabels", "PodDisruptionBudget", { group: "policy" }),
  ...["spec/podSelector", "spec/ingress/from/podSelector", "spec/egress/to/podSelector"].map((p) =>
    at(`${p}/matchLabels`, "NetworkPolicy", { group: "networking.k8s.io" }),
  ),
  ...metadataLabels,
];

const commonAnnotations: readonly FieldSpec[] = [
  made("metadata/annotations"),
  made("spec/template/metadata/annotations", "ReplicationController", { version: "v1" }),
  ...["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet"].map((kind) => made("spec/template/metadata/annotations", kind)),
  made("spec/template/metadata/annotations", "Job", { group: "batch" }),
  made("spec/jobTemplate/metadata/annotations", "CronJob", { group: "batch" }),
  made("spec/jobTemplate/spec/template/metadata/annotations", "CronJob", { group: "batch" }),
];

const HOOKS = ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"];
const RBAC = "rbac.authorization.k8s.io";
const nameReference: readonly BackReference[] = [
  ...["Deployment", "ReplicationController", "ReplicaSet", "StatefulSet"].map((kind) => ({
    kind,
    fieldSpecs: [at("spec/scaleTargetRef/name", "HorizontalPodAutoscaler")],
  })),
  {
    kind: "ConfigMap",
    version: "v1",
    fieldSpecs: [
      ...inPods(
        [
          "volumes/configMap/name",
          ...inContainers("env/valueFrom/configMapKeyRef/name"),
          ...inContainers("envFrom/configMapRef/name"),
          "volumes/projected/sources/configMap/name",
        ],
        "v1",
      ),
      at("spec/configSource/configMap", "Node"),
      at("rules/resourceNames", "Role"),
      at("rules/resourceNames", "ClusterRole"),
      at("metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap", "Ingress"),
    ],
  },
  {
    kind: "Secret",
    version: "v1",
    fieldSpecs: [
      ...inPods(
        [
          "volumes/secret/secretName",
          ...inContainers("env/valueFrom/secretKeyRef/name"),
          ...inContainers("envFrom/secretRef/name"),
          "imagePullSecrets/name",
          "volumes/projected/sources/secret/name",
        ],
        "v1",
      ),
      at("spec/tls/secretName", "Ingress"),
      ...[
        "ingress.kubernetes.io\\/auth-secret",
        "nginx.ingress.kubernetes.io\\/auth-secret",
        "nginx.ingress.kubernetes.io\\/auth-tls-secret",
      ].map((a) => at(`metadata/annotations/${a}`, "Ingress")),
      at("imagePullSecrets/name", "ServiceAccount"),
      ...["secretName", "adminSecretName", "userSecretName", "secretRef"].map((p) => at(`parameters/${p}`, "StorageClass")),
      at("rules/resourceNames", "Role"),
      at("rules/resourceNames", "ClusterRole"),
      at("spec/template/spec/containers/env/valueFrom/secretKeyRef/name", "Service", { group: "serving.knative.dev", version: "v1" }),
      at("spec/azureFile/secretName", "PersistentVolume"),
    ],
  },
  {
    kind: "Service",
    version: "v1",
    fieldSpecs: [
      at("spec/serviceName", "StatefulSet", { group: "apps" }),
      ...[
        "spec/rules/http/paths/backend/serviceName",
        "spec/backend/serviceName",
        "spec/rules/http/paths/backend/service/name",
        "spec/defaultBackend/service/name",
      ].map((p) => at(p, "Ingress")),
      at("spec/service/name", "APIService", { group: "apiregistration.k8s.io" }),
      ...HOOKS.map((kind) => at("webhooks/clientConfig/service", kind, { group: "admissionregistration.k8s.io" })),
    ],
  },
  { kind: "Role", group: RBAC, fieldSpecs: [at("roleRef/name", "RoleBinding", { group: RBAC })] },
  {
    kind: "ClusterRole",
    group: RBAC,
    fieldSpecs: ["RoleBinding", "ClusterRoleBinding"].map((kind) => at("roleRef/name", kind, { group: RBAC })),
  },
  {
    kind: "ServiceAccount",
    version: "v1",
    fieldSpecs: [
      ...["RoleBinding", "ClusterRoleBinding"].map((kind) => at("subjects", kind, { group: RBAC })),
      ...inRunners("serviceAccountName"),
    ],
  },
  { kind: "PersistentVolumeClaim", version: "v1", fieldSpecs: inRunners("volumes/persistentVolumeClaim/claimName") },
  {
    kind: "PersistentVolume",
    version: "v1",
    fieldSpecs: [at("spec/volumeName", "PersistentVolumeClaim"), at("rules/resourceNames", "ClusterRole")],
  },
  {
    kind: "StorageClass",
    version: "v1",
    group: "storage.k8s.io",
    fieldSpecs: [
      at("spec/storageClassName", "PersistentVolume"),
      at("spec/storageClassName", "PersistentVolumeClaim"),
      at("spec/volumeClaimTemplates/spec/storageClassName", "StatefulSet"),
    ],
  },
  { kind: "PriorityClass", version: "v1", group: "scheduling.k8s.io", fieldSpecs: inRunners("priorityClassName") },
  {
    kind: "ValidatingAdmissionPolicy",
    group: "admissionregistration.k8s.io",
    fieldSpecs: [at("spec/policyName", "ValidatingAdmissionPolicyBinding", { group: "admissionregistration.k8s.io" })],
  },
];

const varReference: readonly FieldSpec[] = [
  ...PODS.filter(([kind]) => kind !== "PodTemplate").flatMap(([kind, spec]) => [
    ...["args", "command", "env/value", "volumeMounts/mountPath"].flatMap((tail) =>
      inContainers(tail).map((p) => at(`${spec}/${p}`, kind)),
    ),
    ...(kind === "StatefulSet"
      ? [at("spec/volumeClaimTemplates/spec/nfs/server", kind)]
      : [at(kind === "CronJob" ? "spec/jobTemplate/spec/template/volumes/nfs/server" : `${spec}/volumes/nfs/server`, kind)]),
  ]),
  at("spec/template/metadata/annotations", "Deployment"),
  ...["spec/rules/host", "spec/tls/hosts", "spec/tls/secretName"].map((p) => at(p, "Ingress")),
  at("spec/ports/port", "Service"),
  at("spec/ports/targetPort", "Service"),
  at("spec/nfs/server", "PersistentVolume"),
  at("metadata/labels"),
  at("metadata/annotations"),
];

/** What transformers change where nobody configures anything else (kustomize: api/internal/konfig/builtinpluginconsts). */
export const DEFAULTS = {
  namePrefix: [at("metadata/name")],
  nameSuffix: [at("metadata/name")],
  namespace: [
    made("metadata/name", "Namespace"),
    made("spec/service/namespace", "APIService", { group: "apiregistration.k8s.io" }),
    at("spec/conversion/webhook/clientConfig/service/namespace", "CustomResourceDefinition", { group: "apiextensions.k8s.io" }),
  ],
  commonLabels,
  labels: [] as readonly FieldSpec[],
  templateLabels: metadataLabels,
  commonAnnotations,
  varReference,
  images: ["", "template/spec/"].flatMap((spec) =>
    ["containers[]/image", "initContainers[]/image", "volumes[]/image/reference"].map((p) => made(`spec/${spec}${p}`)),
  ),
  replicas: ["Deployment", "ReplicationController", "ReplicaSet", "StatefulSet"].map((kind) => made("spec/replicas", kind)),
  nameReference,
};
