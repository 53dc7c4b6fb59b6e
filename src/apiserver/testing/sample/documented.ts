/** What defaulting changes in an object that has every field, by kind. */
export const changes: Readonly<Record<string, readonly string[]>> = {
  "namespaces.v1": ["added metadata.labels.kubernetes.io/metadata.name"],
  // Texts are written over the data of their keys.
  "secrets.v1": ["lost data.a-key", "lost stringData.a-key"],
  // Without affinity it has no settings.
  "services.v1": ["lost spec.sessionAffinityConfig.clientIP.timeoutSeconds"],
};

type Said = Readonly<Record<string, string>>;

const notSupported = (field: string): Said => ({ [`JSONSchemaProps.${field}`]: `${field}: Forbidden: ${field} is not supported` });
const ONLY_EXEMPT = "type must be 'Exempt' if and only if name is 'exempt'";

/** Fields that are not kept as they are given, by kind, with a part of what is said of them. */
export const refused: Readonly<Record<string, Said>> = {
  // Who asks is the server's to say, and how long cannot be changed.
  "certificatesigningrequests.certificates.k8s.io/v1": {
    "CertificateSigningRequestSpec.expirationSeconds patched": "undefined, not 700",
    "CertificateSigningRequestSpec.extra": "lost spec.extra.akey[0]",
    "CertificateSigningRequestSpec.groups": "lost spec.groups[0]",
    "CertificateSigningRequestSpec.uid": "lost spec.uid",
    "CertificateSigningRequestSpec.username": "lost spec.username",
  },
  "customresourcedefinitions.apiextensions.k8s.io/v1": {
    ...notSupported("$ref"),
    ...notSupported("additionalItems"),
    ...notSupported("definitions"),
    ...notSupported("dependencies"),
    ...notSupported("id"),
    ...notSupported("patternProperties"),
    "JSONSchemaProps.uniqueItems": "uniqueItems cannot be set to true since the runtime complexity becomes quadratic",
  },
  "events.events.k8s.io/v1": {
    "Event.deprecatedCount": "needs to be unset",
    "Event.deprecatedFirstTimestamp": "needs to be unset",
    "Event.deprecatedLastTimestamp": "needs to be unset",
  },
  // Coordinated leader election is off.
  "leases.coordination.k8s.io/v1": { "LeaseSpec.preferredHolder": "lost spec.preferredHolder", "LeaseSpec.strategy": "lost spec.strategy" },
  // Only a new node is given a taint until it is ready.
  "nodes.v1": {
    "Node.spec patched": "node.kubernetes.io/not-ready",
    "NodeSpec.taints patched": "node.kubernetes.io/not-ready",
  },
  "pods.v1": { "PodSpec.ephemeralContainers": "cannot be set on create" },
  "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io/v1": {
    "ExemptPriorityLevelConfiguration.lendablePercent": ONLY_EXEMPT,
    "ExemptPriorityLevelConfiguration.nominalConcurrencyShares": ONLY_EXEMPT,
    "PriorityLevelConfigurationSpec.exempt": ONLY_EXEMPT,
  },
  // Only in a namespace with the label for that.
  "resourceclaims.resource.k8s.io/v1": { "ExactDeviceRequest.adminAccess": "admin access to devices requires" },
  // When a taint was added is filled in when the slice is made; upstream does so at each write.
  "resourceslices.resource.k8s.io/v1": { "Device.taints patched": "timeAdded" },
  "secrets.v1": { "Secret.stringData": "lost stringData.akey" },
  // Who replaces the spec and names an address in one of the two fields alone is told of the other.
  "services.v1": { "ServiceSpec.clusterIP patched": "spec.clusterIPs: Required value" },
  "statefulsets.apps/v1": {
    // Behind a gate that is off.
    "RollingUpdateStatefulSetStrategy.maxUnavailable": "lost spec.updateStrategy.rollingUpdate.maxUnavailable",
    // What the other strategy was defaulted with stays, and contradicts.
    "StatefulSetUpdateStrategy.type patched": "spec.updateStrategy.rollingUpdate: Invalid value",
  },
};
