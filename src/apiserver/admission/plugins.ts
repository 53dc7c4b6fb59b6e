import { alwaysAdmit, alwaysDeny } from "./always.ts";
import { alwaysPullImages } from "./always-pull-images.ts";
import { certificateApproval, certificateSigning, certificateSubjectRestriction } from "./certificates.ts";
import { defaultIngressClass } from "./default-ingress-class.ts";
import { defaultStorageClass } from "./default-storage-class.ts";
import { defaultTolerationSeconds } from "./default-toleration-seconds.ts";
import { denyServiceExternalIps } from "./deny-service-external-ips.ts";
import { extendedResourceToleration } from "./extended-resource-toleration.ts";
import { limitPodHardAntiAffinityTopology } from "./limit-pod-hard-anti-affinity-topology.ts";
import { lazyPlugins } from "./lazily.ts";
import { limitRanger } from "./limit-ranger.ts";
import { namespaceExists } from "./namespace-exists.ts";
import { namespaceLifecycle } from "./namespace-lifecycle.ts";
import { nodeRestriction } from "./node-restriction.ts";
import { persistentVolumeClaimResize } from "./persistent-volume-claim-resize.ts";
import { podNodeSelector } from "./pod-node-selector.ts";
import { podResizeValidator } from "./pod-resize-validator.ts";
import { podTopologyLabels } from "./pod-topology-labels.ts";
import { podPriority } from "./priority.ts";
import { resourceQuota } from "./resource-quota.ts";
import { runtimeClass } from "./runtime-class.ts";
import { serviceAccount } from "./service-account.ts";
import { storageObjectInUseProtection } from "./storage-object-in-use-protection.ts";
import { taintNodesByCondition } from "./taint-nodes-by-condition.ts";
import type { AdmissionPlugin } from "./types.ts";

/** The plugins that are simulated; `order` says where each one runs. */
const plugins: readonly AdmissionPlugin[] = [
  ...lazyPlugins,
  alwaysAdmit,
  alwaysDeny,
  alwaysPullImages,
  certificateApproval,
  certificateSigning,
  certificateSubjectRestriction,
  defaultIngressClass,
  defaultStorageClass,
  defaultTolerationSeconds,
  denyServiceExternalIps,
  extendedResourceToleration,
  limitPodHardAntiAffinityTopology,
  limitRanger,
  namespaceExists,
  namespaceLifecycle,
  nodeRestriction,
  persistentVolumeClaimResize,
  podNodeSelector,
  podPriority,
  podResizeValidator,
  podTopologyLabels,
  resourceQuota,
  runtimeClass,
  serviceAccount,
  storageObjectInUseProtection,
  taintNodesByCondition,
];

/** Every plugin of kube-apiserver, in the order it runs them (k8s: kubeapiserver/options/plugins.go AllOrderedPlugins). */
export const order: readonly string[] = [
  "AlwaysAdmit",
  "NamespaceAutoProvision",
  "NamespaceLifecycle",
  "NamespaceExists",
  "LimitPodHardAntiAffinityTopology",
  "LimitRanger",
  "ServiceAccount",
  "NodeRestriction",
  "TaintNodesByCondition",
  "AlwaysPullImages",
  "ImagePolicyWebhook",
  "PodSecurity",
  "PodNodeSelector",
  "Priority",
  "DefaultTolerationSeconds",
  "PodTolerationRestriction",
  "EventRateLimit",
  "ExtendedResourceToleration",
  "DefaultStorageClass",
  "StorageObjectInUseProtection",
  "OwnerReferencesPermissionEnforcement",
  "PersistentVolumeClaimResize",
  "RuntimeClass",
  "CertificateApproval",
  "CertificateSigning",
  "ClusterTrustBundleAttest",
  "CertificateSubjectRestriction",
  "DefaultIngressClass",
  "DenyServiceExternalIPs",
  "PodTopologyLabels",
  "NodeDeclaredFeatureValidator",
  "PodResizeValidator",
  "MutatingAdmissionPolicy",
  "MutatingAdmissionWebhook",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionWebhook",
  "ResourceQuota",
  "AlwaysDeny",
];

export interface AdmissionChoice {
  readonly enable?: readonly string[];
  readonly disable?: readonly string[];
}

/** What is wrong with the flags, in kube-apiserver's words, or by name what is not simulated (k8s: AdmissionOptions.Validate). */
export function admissionProblems({ enable = [], disable = [] }: AdmissionChoice): readonly string[] {
  const problems: string[] = [];
  for (const [flag, names] of [
    ["enable-admission-plugins", enable],
    ["disable-admission-plugins", disable],
  ] as const) {
    for (const name of names) if (!order.includes(name)) problems.push(`${flag} plugin ${JSON.stringify(name)} is unknown`);
  }
  const both = enable.filter((name) => disable.includes(name)).sort();
  if (both.length > 0) problems.push(`[${both.join(" ")}] in enable-admission-plugins and disable-admission-plugins overlapped`);
  for (const name of enable) {
    if (order.includes(name) && !plugins.some((plugin) => plugin.name === name))
      problems.push(`admission plugin ${JSON.stringify(name)} is not simulated in Timonel`);
  }
  return problems;
}

/** What runs: the default set, with and without what was asked for, in kube-apiserver's order. */
export function enabledPlugins({ enable = [], disable = [] }: AdmissionChoice): readonly AdmissionPlugin[] {
  return plugins
    .filter(({ name, offByDefault }) => (offByDefault ? enable.includes(name) : !disable.includes(name)))
    .toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
}
