import { structureOf, type Shape } from "../structure.ts";
import type { PodSpec } from "../generated/types.ts";

/**
 * The fields of upstream's internal structs, in their order: some refusals print them as Go's encoder does. A `?` is a
 * pointer; `=name` is what JSON calls the field where that does not follow from its name.
 */
const FIELDS: Readonly<Record<string, string>> = {
  PodSpec:
    "Volumes InitContainers Containers EphemeralContainers RestartPolicy TerminationGracePeriodSeconds? ActiveDeadlineSeconds? DNSPolicy NodeSelector ServiceAccountName AutomountServiceAccountToken? NodeName SecurityContext? ImagePullSecrets Hostname Subdomain SetHostnameAsFQDN? Affinity? SchedulerName Tolerations HostAliases PriorityClassName Priority? PreemptionPolicy? DNSConfig? ReadinessGates RuntimeClassName? Overhead EnableServiceLinks? TopologySpreadConstraints OS? SchedulingGates ResourceClaims Resources? HostnameOverride? SchedulingGroup?",
  Volume:
    "Name HostPath? EmptyDir? GCEPersistentDisk? AWSElasticBlockStore? GitRepo? Secret? NFS? ISCSI? Glusterfs? PersistentVolumeClaim? RBD? Quobyte? FlexVolume? Cinder? CephFS?=cephfs Flocker? DownwardAPI? FC? AzureFile? ConfigMap? VsphereVolume? AzureDisk? PhotonPersistentDisk? Projected? PortworxVolume? ScaleIO? StorageOS?=storageos CSI? Ephemeral? Image?",
  Container:
    "Name Image Command Args WorkingDir Ports EnvFrom Env Resources ResizePolicy RestartPolicy? RestartPolicyRules VolumeMounts VolumeDevices LivenessProbe? ReadinessProbe? StartupProbe? Lifecycle? TerminationMessagePath TerminationMessagePolicy ImagePullPolicy SecurityContext? Stdin StdinOnce TTY",
  EphemeralContainer:
    "Name Image Command Args WorkingDir Ports EnvFrom Env Resources ResizePolicy RestartPolicy? RestartPolicyRules VolumeMounts VolumeDevices LivenessProbe? ReadinessProbe? StartupProbe? Lifecycle? TerminationMessagePath TerminationMessagePolicy ImagePullPolicy SecurityContext? Stdin StdinOnce TTY TargetContainerName",
  PodSecurityContext:
    "HostNetwork HostPID HostIPC ShareProcessNamespace? HostUsers? SELinuxOptions? WindowsOptions? RunAsUser? RunAsGroup? RunAsNonRoot? SupplementalGroups SupplementalGroupsPolicy? FSGroup? FSGroupChangePolicy? Sysctls SeccompProfile? AppArmorProfile? SELinuxChangePolicy?",
  LocalObjectReference: "Name",
  NodeAddress: "Type Address",
  ServicePort: "Name Protocol AppProtocol? Port TargetPort NodePort",
  Taint: "Key Value Effect TimeAdded?",
  Affinity: "NodeAffinity? PodAffinity? PodAntiAffinity?",
  Toleration: "Key Operator Value Effect TolerationSeconds?",
  HostAlias: "IP Hostnames",
  PodDNSConfig: "Nameservers Searches Options",
  PodReadinessGate: "ConditionType",
  TopologySpreadConstraint:
    "MaxSkew TopologyKey WhenUnsatisfiable LabelSelector? MinDomains? NodeAffinityPolicy? NodeTaintsPolicy? MatchLabelKeys",
  PodOS: "Name",
  PodSchedulingGate: "Name",
  PodResourceClaim: "Name ResourceClaimName? ResourceClaimTemplateName?",
  ResourceRequirements: "Limits Requests Claims",
  PodSchedulingGroup: "PodGroupName?",
  HostPathVolumeSource: "Path Type?",
  EmptyDirVolumeSource: "Medium SizeLimit?",
  GCEPersistentDiskVolumeSource: "PDName FSType Partition ReadOnly",
  AWSElasticBlockStoreVolumeSource: "VolumeID FSType Partition ReadOnly",
  GitRepoVolumeSource: "Repository Revision Directory",
  SecretVolumeSource: "SecretName Items DefaultMode? Optional?",
  NFSVolumeSource: "Server Path ReadOnly",
  ISCSIVolumeSource:
    "TargetPortal IQN Lun ISCSIInterface FSType ReadOnly Portals DiscoveryCHAPAuth=chapAuthDiscovery SessionCHAPAuth=chapAuthSession SecretRef? InitiatorName?",
  GlusterfsVolumeSource: "EndpointsName=endpoints Path ReadOnly",
  PersistentVolumeClaimVolumeSource: "ClaimName ReadOnly",
  RBDVolumeSource: "CephMonitors=monitors RBDImage=image FSType RBDPool=pool RadosUser=user Keyring SecretRef? ReadOnly",
  FlexVolumeSource: "Driver FSType SecretRef? ReadOnly Options",
  CinderVolumeSource: "VolumeID FSType ReadOnly SecretRef?",
  CephFSVolumeSource: "Monitors Path User SecretFile SecretRef? ReadOnly",
  FlockerVolumeSource: "DatasetName DatasetUUID",
  DownwardAPIVolumeSource: "Items DefaultMode?",
  FCVolumeSource: "TargetWWNs Lun? FSType ReadOnly WWIDs=wwids",
  AzureFileVolumeSource: "SecretName ShareName ReadOnly",
  ConfigMapVolumeSource: "Name Items DefaultMode? Optional?",
  VsphereVirtualDiskVolumeSource: "VolumePath FSType StoragePolicyName StoragePolicyID",
  QuobyteVolumeSource: "Registry Volume ReadOnly User Group Tenant",
  AzureDiskVolumeSource: "DiskName DataDiskURI=diskURI CachingMode? FSType? ReadOnly? Kind?",
  PhotonPersistentDiskVolumeSource: "PdID FSType",
  ProjectedVolumeSource: "Sources DefaultMode?",
  PortworxVolumeSource: "VolumeID FSType ReadOnly",
  ScaleIOVolumeSource: "Gateway System SecretRef? SSLEnabled ProtectionDomain StoragePool StorageMode VolumeName FSType ReadOnly",
  StorageOSVolumeSource: "VolumeName VolumeNamespace FSType ReadOnly SecretRef?",
  CSIVolumeSource: "Driver ReadOnly? FSType? VolumeAttributes NodePublishSecretRef?",
  EphemeralVolumeSource: "VolumeClaimTemplate?",
  ImageVolumeSource: "Reference PullPolicy",
  ContainerPort: "Name HostPort ContainerPort Protocol HostIP",
  EnvFromSource: "Prefix ConfigMapRef? SecretRef?",
  EnvVar: "Name Value ValueFrom?",
  ContainerResizePolicy: "ResourceName RestartPolicy",
  ContainerRestartRule: "Action ExitCodes?",
  VolumeMount: "Name ReadOnly RecursiveReadOnly? MountPath SubPath MountPropagation? SubPathExpr",
  VolumeDevice: "Name DevicePath",
  Probe:
    "Exec? HTTPGet? TCPSocket? GRPC? InitialDelaySeconds TimeoutSeconds PeriodSeconds SuccessThreshold FailureThreshold TerminationGracePeriodSeconds?",
  Lifecycle: "PostStart? PreStop? StopSignal?",
  SecurityContext:
    "Capabilities? Privileged? SELinuxOptions? WindowsOptions? RunAsUser? RunAsGroup? RunAsNonRoot? ReadOnlyRootFilesystem? AllowPrivilegeEscalation? ProcMount? SeccompProfile? AppArmorProfile?",
  SELinuxOptions: "User Role Type Level",
  WindowsSecurityContextOptions: "GMSACredentialSpecName? GMSACredentialSpec? RunAsUserName? HostProcess?",
  Sysctl: "Name Value",
  SeccompProfile: "Type LocalhostProfile?",
  AppArmorProfile: "Type LocalhostProfile?",
  NodeAffinity: "RequiredDuringSchedulingIgnoredDuringExecution? PreferredDuringSchedulingIgnoredDuringExecution",
  PodAffinity: "RequiredDuringSchedulingIgnoredDuringExecution PreferredDuringSchedulingIgnoredDuringExecution",
  PodAntiAffinity: "RequiredDuringSchedulingIgnoredDuringExecution PreferredDuringSchedulingIgnoredDuringExecution",
  PodDNSConfigOption: "Name Value?",
  ResourceClaim: "Name Request",
  KeyToPath: "Key Path Mode?",
  DownwardAPIVolumeFile: "Path FieldRef? ResourceFieldRef? Mode?",
  VolumeProjection: "Secret? DownwardAPI? ConfigMap? ServiceAccountToken? ClusterTrustBundle? PodCertificate?",
  PersistentVolumeClaimTemplate: "Spec",
  ConfigMapEnvSource: "Name Optional?",
  SecretEnvSource: "Name Optional?",
  EnvVarSource: "FieldRef? ResourceFieldRef? ConfigMapKeyRef? SecretKeyRef? FileKeyRef?",
  ContainerRestartRuleOnExitCodes: "Operator Values",
  ExecAction: "Command",
  HTTPGetAction: "Path Port Host Scheme HTTPHeaders",
  TCPSocketAction: "Port Host",
  GRPCAction: "Port Service?",
  LifecycleHandler: "Exec? HTTPGet? TCPSocket? Sleep?",
  Capabilities: "Add Drop",
  NodeSelector: "NodeSelectorTerms",
  PreferredSchedulingTerm: "Weight Preference",
  PodAffinityTerm: "LabelSelector? Namespaces TopologyKey NamespaceSelector? MatchLabelKeys MismatchLabelKeys",
  WeightedPodAffinityTerm: "Weight PodAffinityTerm",
  ObjectFieldSelector: "APIVersion FieldPath",
  ResourceFieldSelector: "ContainerName Resource Divisor",
  SecretProjection: "Name Items Optional?",
  DownwardAPIProjection: "Items",
  ConfigMapProjection: "Name Items Optional?",
  ServiceAccountTokenProjection: "Audience ExpirationSeconds? Path",
  ClusterTrustBundleProjection: "Name? SignerName? LabelSelector? Optional? Path",
  PodCertificateProjection: "SignerName KeyType MaxExpirationSeconds? CredentialBundlePath KeyPath CertificateChainPath UserAnnotations",
  PersistentVolumeClaimSpec:
    "AccessModes Selector? Resources VolumeName StorageClassName? VolumeMode? DataSource? DataSourceRef? VolumeAttributesClassName?",
  ConfigMapKeySelector: "Name Key Optional?",
  SecretKeySelector: "Name Key Optional?",
  FileKeySelector: "VolumeName Path Key Optional?",
  HTTPHeader: "Name Value",
  SleepAction: "Seconds",
  NodeSelectorTerm: "MatchExpressions MatchFields",
  VolumeResourceRequirements: "Limits Requests",
  TypedLocalObjectReference: "APIGroup? Kind Name",
  TypedObjectReference: "APIGroup? Kind Name Namespace?",
  NodeSelectorRequirement: "Key Operator Values",
  PersistentVolumeSpec:
    "Capacity GCEPersistentDisk? AWSElasticBlockStore? HostPath? Glusterfs? NFS? RBD? Quobyte? ISCSI? FlexVolume? Cinder? CephFS?=cephfs FC? Flocker? AzureFile? VsphereVolume? AzureDisk? PhotonPersistentDisk? PortworxVolume? ScaleIO? Local? StorageOS?=storageos CSI? AccessModes ClaimRef? PersistentVolumeReclaimPolicy StorageClassName MountOptions VolumeMode? NodeAffinity? VolumeAttributesClassName?",
  ObjectReference: "Kind Namespace Name UID APIVersion ResourceVersion FieldPath",
  GlusterfsPersistentVolumeSource: "EndpointsName=endpoints Path ReadOnly EndpointsNamespace?",
  RBDPersistentVolumeSource: "CephMonitors=monitors RBDImage=image FSType RBDPool=pool RadosUser=user Keyring SecretRef? ReadOnly",
  ISCSIPersistentVolumeSource:
    "TargetPortal IQN Lun ISCSIInterface FSType ReadOnly Portals DiscoveryCHAPAuth=chapAuthDiscovery SessionCHAPAuth=chapAuthSession SecretRef? InitiatorName?",
  FlexPersistentVolumeSource: "Driver FSType SecretRef? ReadOnly Options",
  CinderPersistentVolumeSource: "VolumeID FSType ReadOnly SecretRef?",
  CephFSPersistentVolumeSource: "Monitors Path User SecretFile SecretRef? ReadOnly",
  AzureFilePersistentVolumeSource: "SecretName ShareName ReadOnly SecretNamespace?",
  ScaleIOPersistentVolumeSource: "Gateway System SecretRef? SSLEnabled ProtectionDomain StoragePool StorageMode VolumeName FSType ReadOnly",
  LocalVolumeSource: "Path FSType?",
  StorageOSPersistentVolumeSource: "VolumeName VolumeNamespace FSType ReadOnly SecretRef?",
  CSIPersistentVolumeSource:
    "Driver VolumeHandle ReadOnly FSType VolumeAttributes ControllerPublishSecretRef? NodeStageSecretRef? NodePublishSecretRef? ControllerExpandSecretRef? NodeExpandSecretRef?",
  SecretReference: "Name Namespace",
  VolumeNodeAffinity: "Required?",
  "flowcontrol.v1.FlowSchemaSpec": "PriorityLevelConfiguration MatchingPrecedence DistinguisherMethod? Rules",
  "flowcontrol.v1.PriorityLevelConfigurationReference": "Name",
  "flowcontrol.v1.FlowDistinguisherMethod": "Type",
  "flowcontrol.v1.PolicyRulesWithSubjects": "Subjects ResourceRules NonResourceRules",
  "flowcontrol.v1.Subject": "Kind User? Group? ServiceAccount?",
  "flowcontrol.v1.UserSubject": "Name",
  "flowcontrol.v1.GroupSubject": "Name",
  "flowcontrol.v1.ServiceAccountSubject": "Namespace Name",
  "flowcontrol.v1.ResourcePolicyRule": "Verbs APIGroups Resources ClusterScope Namespaces",
  "flowcontrol.v1.NonResourcePolicyRule": "Verbs NonResourceURLs=nonResourceURLs",
  "flowcontrol.v1.PriorityLevelConfigurationSpec": "Type Limited? Exempt?",
  "flowcontrol.v1.LimitedPriorityLevelConfiguration": "NominalConcurrencyShares LimitResponse LendablePercent? BorrowingLimitPercent?",
  "flowcontrol.v1.LimitResponse": "Type Queuing?",
  "flowcontrol.v1.QueuingConfiguration": "Queues HandSize QueueLengthLimit",
  "flowcontrol.v1.ExemptPriorityLevelConfiguration": "NominalConcurrencyShares? LendablePercent?",
  "storage.v1.VolumeAttachmentSpec": "Attacher Source NodeName",
  "storage.v1.VolumeAttachmentSource": "PersistentVolumeName? InlineVolumeSpec?",
};

interface GoField {
  readonly go: string;
  readonly json: string;
  readonly pointer: boolean;
}

type Plain = Readonly<Record<string, unknown>>;

const API = "io.k8s.api.";
const CORE = "core.v1.";
/** "PodSpec" of the core group, "flowcontrol.v1.Subject" of another. */
const openApiName = (type: string): string => (type.includes(".") ? API + type : API + CORE + type);
const parsed = new Map<string, readonly GoField[]>();

function fieldsOf(type: string): readonly GoField[] | undefined {
  const text = FIELDS[type];
  if (text === undefined) return undefined;
  let fields = parsed.get(type);
  if (fields === undefined) parsed.set(type, (fields = text.split(" ").map(parseField)));
  return fields;
}

function parseField(text: string): GoField {
  const [name = "", json] = text.split("=");
  const pointer = name.endsWith("?");
  const go = pointer ? name.slice(0, -1) : name;
  return { go, json: json ?? jsonName(go), pointer };
}

/** "DNSPolicy" is "dnsPolicy", "TTY" is "tty". */
const jsonName = (go: string): string => go.replace(/^(?:[A-Z]+(?![a-z])|[A-Z])/, (capitals) => capitals.toLowerCase());

/** Upstream's internal form of a struct. What is in no table stays as it is. */
export function goForm(type: string, value: object): object {
  const fields = fieldsOf(type);
  if (fields === undefined) return value;
  const structure = structureOf(openApiName(type));
  const form: Record<string, unknown> = {};
  for (const { go, json, pointer } of fields) {
    const shape = structure.fields.get(json)?.shape;
    const given = (value as Plain)[json];
    form[go] = given !== undefined ? formOf(shape, given) : pointer ? null : zeroOf(shape);
  }
  return form;
}

/** The host's namespaces are fields of the security context there. */
export function goPodSpec(spec: PodSpec): object {
  const { hostNetwork, hostPID, hostIPC, shareProcessNamespace, hostUsers, securityContext } = spec;
  const context = { ...securityContext, hostNetwork, hostPID, hostIPC, shareProcessNamespace, hostUsers };
  return goForm("PodSpec", { ...spec, securityContext: context });
}

function formOf(shape: Shape | undefined, value: unknown): unknown {
  switch (shape?.kind) {
    case "ref":
      return shape.name.startsWith(API) ? goForm(shape.name.slice(API.length).replace(CORE, ""), value as object) : value;
    case "list":
      return (value as readonly unknown[]).map((one) => formOf(shape.of, one));
    case "map":
      return Object.fromEntries(Object.entries(value as object).sort(([a], [b]) => (a < b ? -1 : 1)));
    default:
      return value;
  }
}

const ZEROS: Readonly<Partial<Record<string, unknown>>> = { string: "", int32: 0, int64: 0, intOrString: 0, quantity: "0" };

function zeroOf(shape: Shape | undefined): unknown {
  switch (shape?.kind) {
    case "ref":
      return formOf(shape, {});
    case "list":
    case "map":
      return null;
    default:
      return ZEROS[shape?.scalar ?? ""] ?? false;
  }
}
