import type { PatchSchema } from "../machinery/index.ts";
import { controllerRevision } from "./apps/controller-revision.ts";
import { daemonSet } from "./apps/daemon-set.ts";
import { mutatingAdmissionPolicy } from "./admissionregistration/mutating-admission-policy.ts";
import { mutatingAdmissionPolicyBinding, validatingAdmissionPolicyBinding } from "./admissionregistration/policy-bindings.ts";
import { validatingAdmissionPolicy } from "./admissionregistration/validating-admission-policy.ts";
import { mutatingWebhookConfiguration, validatingWebhookConfiguration } from "./admissionregistration/webhook-configurations.ts";
import { apiService } from "./apiregistration/api-service.ts";
import { customResourceDefinition } from "./apiextensions/custom-resource-definition.ts";
import { deployment } from "./apps/deployment.ts";
import { replicaSet } from "./apps/replica-set.ts";
import { statefulSet } from "./apps/stateful-set.ts";
import { horizontalPodAutoscaler } from "./autoscaling/horizontal-pod-autoscaler.ts";
import { horizontalPodAutoscalerV1 } from "./autoscaling/v1.ts";
import { cronJob } from "./batch/cron-job.ts";
import { job } from "./batch/job.ts";
import { lease } from "./coordination/lease.ts";
import { binding } from "./core/binding.ts";
import { componentStatus } from "./core/component-status.ts";
import { selfSubjectReview, tokenReview } from "./authentication/reviews.ts";
import { localSubjectAccessReview, selfSubjectAccessReview, selfSubjectRulesReview, subjectAccessReview } from "./authorization/reviews.ts";
import { certificateSigningRequest } from "./certificates/certificate-signing-request.ts";
import { configMap } from "./core/config-map.ts";
import { endpoints } from "./core/endpoints.ts";
import { event } from "./core/event.ts";
import { limitRange } from "./core/limit-range.ts";
import { namespace } from "./core/namespace.ts";
import { node } from "./core/node.ts";
import { persistentVolumeClaim } from "./core/persistent-volume-claim.ts";
import { persistentVolume } from "./core/persistent-volume.ts";
import { podTemplate } from "./core/pod-template.ts";
import { pod } from "./core/pod.ts";
import { replicationController } from "./core/replication-controller.ts";
import { resourceQuota } from "./core/resource-quota.ts";
import { secret } from "./core/secret.ts";
import { serviceAccount } from "./core/service-account.ts";
import { service } from "./core/service.ts";
import { structureErrorsOf, type StructureErrors } from "./decode.ts";
import { endpointSlice } from "./discovery/endpoint-slice.ts";
import { eventsEvent } from "./events/event.ts";
import type { Kind } from "./kind.ts";
import type { KubeObject } from "./meta.ts";
import { ingressClass } from "./networking/ingress-class.ts";
import { ingress } from "./networking/ingress.ts";
import { ipAddress } from "./networking/ip-address.ts";
import { networkPolicy } from "./networking/network-policy.ts";
import { serviceCIDR } from "./networking/service-cidr.ts";
import { runtimeClass } from "./node/runtime-class.ts";
import { priorityClass } from "./scheduling/priority-class.ts";
import { podDisruptionBudget } from "./policy/pod-disruption-budget.ts";
import { clusterRoleBinding, roleBinding } from "./rbac/bindings.ts";
import { clusterRole } from "./rbac/cluster-role.ts";
import { role } from "./rbac/role.ts";
import { clock } from "./simulator/clock.ts";
import { component } from "./simulator/component.ts";
import { fault } from "./simulator/fault.ts";
import { imageRegistry } from "./simulator/image-registry.ts";
import { image } from "./simulator/image.ts";
import { machine } from "./simulator/machine.ts";
import { packetTrace } from "./simulator/packet-trace.ts";
import { schedulingDecision } from "./simulator/scheduling-decision.ts";
import { storageClass } from "./storage/storage-class.ts";
import { csiDriver } from "./storage/csi-driver.ts";
import { csiNode } from "./storage/csi-node.ts";
import { csiStorageCapacity } from "./storage/csi-storage-capacity.ts";
import { volumeAttachment } from "./storage/volume-attachment.ts";
import { volumeAttributesClass } from "./storage/volume-attributes-class.ts";
import { flowSchema } from "./flowcontrol/flow-schema.ts";
import { priorityLevelConfiguration } from "./flowcontrol/priority-level-configuration.ts";
import { deviceClass } from "./resource/device-class.ts";
import { resourceClaim } from "./resource/resource-claim.ts";
import { resourceClaimTemplate } from "./resource/resource-claim-template.ts";
import { resourceSlice } from "./resource/resource-slice.ts";
import { structureOf, type FieldStructure, type Shape } from "./structure.ts";

/** Plural (with its group, where two groups have it) to kind: what is served. Another kind is a file and a row here. */
export const kindTable = {
  bindings: binding,
  componentstatuses: componentStatus,
  configmaps: configMap,
  endpoints,
  events: event,
  "events.events.k8s.io": eventsEvent,
  namespaces: namespace,
  nodes: node,
  pods: pod,
  podtemplates: podTemplate,
  replicationcontrollers: replicationController,
  secrets: secret,
  services: service,
  serviceaccounts: serviceAccount,
  controllerrevisions: controllerRevision,
  daemonsets: daemonSet,
  deployments: deployment,
  replicasets: replicaSet,
  statefulsets: statefulSet,
  horizontalpodautoscalers: horizontalPodAutoscaler,
  "horizontalpodautoscalers.v1.autoscaling": horizontalPodAutoscalerV1,
  cronjobs: cronJob,
  jobs: job,
  poddisruptionbudgets: podDisruptionBudget,
  leases: lease,
  endpointslices: endpointSlice,
  ingresses: ingress,
  ingressclasses: ingressClass,
  ipaddresses: ipAddress,
  networkpolicies: networkPolicy,
  servicecidrs: serviceCIDR,
  limitranges: limitRange,
  resourcequotas: resourceQuota,
  runtimeclasses: runtimeClass,
  priorityclasses: priorityClass,
  selfsubjectreviews: selfSubjectReview,
  tokenreviews: tokenReview,
  localsubjectaccessreviews: localSubjectAccessReview,
  selfsubjectaccessreviews: selfSubjectAccessReview,
  selfsubjectrulesreviews: selfSubjectRulesReview,
  subjectaccessreviews: subjectAccessReview,
  certificatesigningrequests: certificateSigningRequest,
  roles: role,
  rolebindings: roleBinding,
  clusterroles: clusterRole,
  clusterrolebindings: clusterRoleBinding,
  persistentvolumes: persistentVolume,
  persistentvolumeclaims: persistentVolumeClaim,
  storageclasses: storageClass,
  csidrivers: csiDriver,
  csinodes: csiNode,
  csistoragecapacities: csiStorageCapacity,
  volumeattachments: volumeAttachment,
  volumeattributesclasses: volumeAttributesClass,
  flowschemas: flowSchema,
  prioritylevelconfigurations: priorityLevelConfiguration,
  mutatingadmissionpolicies: mutatingAdmissionPolicy,
  mutatingadmissionpolicybindings: mutatingAdmissionPolicyBinding,
  mutatingwebhookconfigurations: mutatingWebhookConfiguration,
  validatingadmissionpolicies: validatingAdmissionPolicy,
  validatingadmissionpolicybindings: validatingAdmissionPolicyBinding,
  validatingwebhookconfigurations: validatingWebhookConfiguration,
  customresourcedefinitions: customResourceDefinition,
  apiservices: apiService,
  deviceclasses: deviceClass,
  resourceclaims: resourceClaim,
  resourceclaimtemplates: resourceClaimTemplate,
  resourceslices: resourceSlice,
  clocks: clock,
  machines: machine,
  images: image,
  imageregistries: imageRegistry,
  components: component,
  faults: fault,
  schedulingdecisions: schedulingDecision,
  packettraces: packetTrace,
} as const;

/** Plural to the type of its objects. */
export type ResourceTypes = { readonly [R in keyof typeof kindTable]: (typeof kindTable)[R] extends Kind<infer T> ? T : never };

export const kinds: readonly Kind[] = Object.values(kindTable) as unknown as readonly Kind[];

const byResource = new Map(kinds.map((kind) => [`${kind.group}/${kind.version}/${kind.plural}`, kind]));
const byKind = new Map(kinds.map((kind) => [`${kind.group}/${kind.version}/${kind.kind}`, kind]));
const groupVersions = [...new Set(kinds.map((kind) => apiVersionOf(kind)))];
const byGroupVersion = new Map(
  groupVersions.map((groupVersion) => [groupVersion, kinds.filter((kind) => apiVersionOf(kind) === groupVersion)]),
);

/** `v1`, `apps/v1`. */
export function apiVersionOf(kind: Pick<Kind, "group" | "version">): string {
  return kind.group === "" ? kind.version : `${kind.group}/${kind.version}`;
}

export const kindOf = (group: string, version: string, plural: string): Kind | undefined => byResource.get(`${group}/${version}/${plural}`);
export const kindByGVK = (group: string, version: string, kind: string): Kind | undefined => byKind.get(`${group}/${version}/${kind}`);
/** Kinds of `v1` or `apps/v1`; empty for a group-version that is not served. */
export const resourcesOf = (groupVersion: string): readonly Kind[] => byGroupVersion.get(groupVersion) ?? [];
/** Groups whose types do not live with the others. */
const PACKAGES: Readonly<Record<string, string>> = {
  "apiextensions.k8s.io": "io.k8s.apiextensions-apiserver.pkg.apis",
  "apiregistration.k8s.io": "io.k8s.kube-aggregator.pkg.apis",
};

/** The kind's name in OpenAPI: `io.k8s.api.core.v1.Pod`. */
export function typeNameOf({ group, version, kind }: Pick<Kind, "group" | "version" | "kind">): string {
  const first = group === "" ? "core" : (group.split(".")[0] ?? "");
  const own = PACKAGES[group];
  if (own !== undefined) return `${own}.${first}.${version}.${kind}`;
  return `${group.endsWith("timonel.dev") ? "dev.timonel" : "io.k8s.api"}.${first}.${version}.${kind}`;
}

/** Strict decoding of a kind's object: type errors in Go's words, unknown fields, and the object without them. */
export const structureErrors = <T extends KubeObject>(
  kind: Pick<Kind<T>, "group" | "version" | "kind" | "decode">,
  object: T,
): StructureErrors<T> => kind.decode?.(object) ?? structureErrorsOf(typeNameOf(kind), object);

type FieldPatch = NonNullable<ReturnType<PatchSchema["field"]>>;

const patchSchemas = new Map<string, PatchSchema>();

/** What a strategic merge patch must know of a kind. */
export const patchSchemaOf = (kind: Pick<Kind, "group" | "version" | "kind">): PatchSchema => patchSchema(typeNameOf(kind));

function patchSchema(typeName: string): PatchSchema {
  const known = patchSchemas.get(typeName);
  if (known !== undefined) return known;
  const fields = new Map<string, FieldPatch>();
  const made: PatchSchema = {
    field(name) {
      const found = fields.get(name);
      if (found !== undefined) return found;
      const field = structureOf(typeName).fields.get(name);
      if (field === undefined) return undefined;
      const patch = fieldPatch(field);
      fields.set(name, patch);
      return patch;
    },
  };
  patchSchemas.set(typeName, made);
  return made;
}

function fieldPatch(field: FieldStructure): FieldPatch {
  const schema = shapeSchema(field.shape);
  return {
    ...(schema === undefined ? {} : { schema }),
    ...(field.patchStrategy === undefined ? {} : { patchStrategy: field.patchStrategy.split(",") }),
    ...(field.patchMergeKey === undefined ? {} : { patchMergeKey: field.patchMergeKey }),
  };
}

/** Of a list, its items'; of a map, one that answers for every key. */
function shapeSchema(shape: Shape): PatchSchema | undefined {
  if (shape.kind === "ref") return patchSchema(shape.name);
  if (shape.kind === "list") return shapeSchema(shape.of);
  if (shape.kind === "scalar") return undefined;
  const schema = shapeSchema(shape.of);
  return schema === undefined ? undefined : { field: () => ({ schema }) };
}
