import { milliValue, semanticEqual } from "../../../machinery/index.ts";
import type { Affinity, Container, LabelSelector, NodeSelectorTerm, PodAffinity, PodSpec, PodTemplateSpec } from "../../generated/types.ts";
import { ipWarnings } from "../../ip-warnings.ts";
import { portWarnings } from "./port-warnings.ts";
import { containersWithPaths } from "./validation/os.ts";
import { volumeWarnings } from "./volume-warnings.ts";

const DEPRECATED_NODE_LABELS: Readonly<Record<string, string>> = {
  "beta.kubernetes.io/arch": 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  "beta.kubernetes.io/os": 'deprecated since v1.14; use "kubernetes.io/os" instead',
  "failure-domain.beta.kubernetes.io/region": 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  "failure-domain.beta.kubernetes.io/zone": 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  "beta.kubernetes.io/instance-type": 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
};
const DEPRECATED_ANNOTATIONS: Readonly<Record<string, string>> = {
  "scheduler.alpha.kubernetes.io/critical-pod": 'non-functional in v1.16+; use the "priorityClassName" field instead',
  "security.alpha.kubernetes.io/sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
  "security.alpha.kubernetes.io/unsafe-sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
};
const SECCOMP = 'non-functional in v1.27+; use the "seccompProfile" field instead';
const APP_ARMOR = 'deprecated since v1.30; use the "appArmorProfile" field instead';

/** What is said of a node label that has a new name (k8s: pkg/api/node/util.go GetNodeLabelDeprecatedMessage). */
export const deprecatedNodeLabel = (key: string): string | undefined => DEPRECATED_NODE_LABELS[key];

interface WithTemplate {
  readonly template?: PodTemplateSpec | undefined;
}

/** What is said of a template, whenever anything of the spec it is in has changed (k8s: GetWarningsForPodTemplate). */
export function templateWarnings(path: string, now: WithTemplate | undefined, before: WithTemplate | undefined): readonly string[] {
  if (now?.template === undefined || (before !== undefined && semanticEqual(now, before))) return [];
  return podWarnings(`${path}.`, now.template);
}

/** k8s: pkg/api/pod/warnings.go warningsForPodSpecAndMeta, in its order. `root` is "" for a pod itself. */
export function podWarnings(root: string, { metadata, spec = { containers: [] } }: PodTemplateSpec): readonly string[] {
  const path = `${root}spec`;
  const annotations = metadata?.annotations ?? {};
  const annotated = (key: string, text: string): readonly string[] =>
    annotations[key] === undefined ? [] : [`${root}metadata.annotations[${key}]: ${text}`];
  const containers = containersWithPaths(path, spec);
  const grace = spec.terminationGracePeriodSeconds ?? 0;
  return [
    ...labelWarnings(path, spec),
    ...Object.entries(DEPRECATED_ANNOTATIONS).flatMap(([key, text]) => annotated(key, text)),
    ...volumeWarnings(`${path}.volumes`, spec.volumes ?? []),
    ...repeats(`${path}.hostAliases`, "ip", spec.hostAliases),
    ...repeats(`${path}.imagePullSecrets`, "name", spec.imagePullSecrets),
    ...(spec.imagePullSecrets ?? []).flatMap(({ name }, i) => (name ? [] : [`${path}.imagePullSecrets[${i}].name: invalid empty name ""`])),
    ...fractions(`${path}.overhead`, spec.overhead, BYTES),
    ...(spec.securityContext?.seccompProfile ? [] : annotated("seccomp.security.alpha.kubernetes.io/pod", SECCOMP)),
    ...containers.flatMap(([at, container]) => {
      const { securityContext, name } = container;
      const hasAppArmor = spec.securityContext?.appArmorProfile ?? securityContext?.appArmorProfile;
      return [
        ...(securityContext?.seccompProfile ? [] : annotated(`container.seccomp.security.alpha.kubernetes.io/${name}`, SECCOMP)),
        ...(root === "" || hasAppArmor ? [] : annotated(`container.apparmor.security.beta.kubernetes.io/${name}`, APP_ARMOR)),
        ...containerWarnings(at, container),
      ];
    }),
    ...portWarnings(containers),
    ...(grace < 0 ? [`${path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`] : []),
    ...podAffinityWarnings(`${path}.affinity`, spec.affinity),
    ...(spec.dnsConfig?.nameservers ?? []).flatMap((server, i) => ipWarnings(`${path}.dnsConfig.nameservers[${i}]`, server)),
    ...(spec.hostAliases ?? []).flatMap(({ ip }, i) => ipWarnings(`${path}.hostAliases[${i}].ip`, ip)),
  ];
}

/** Names that nodes' labels once had, in selectors, affinity and topology. */
function labelWarnings(path: string, { nodeSelector, affinity, topologySpreadConstraints }: PodSpec): readonly string[] {
  const { requiredDuringSchedulingIgnoredDuringExecution: required, preferredDuringSchedulingIgnoredDuringExecution: preferred } =
    affinity?.nodeAffinity ?? {};
  const at = `${path}.affinity.nodeAffinity`;
  return [
    ...Object.keys(nodeSelector ?? {}).flatMap((key) => deprecated(`${path}.nodeSelector[${key}]`, key, "")),
    ...(required?.nodeSelectorTerms ?? []).flatMap((term, i) =>
      nodeTermWarnings(`${at}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[${i}]`, term),
    ),
    ...(preferred ?? []).flatMap(({ preference }, i) =>
      nodeTermWarnings(`${at}.preferredDuringSchedulingIgnoredDuringExecution[${i}].preference`, preference),
    ),
    ...(topologySpreadConstraints ?? []).flatMap(({ topologyKey, labelSelector }, i) => {
      const here = `${path}.topologySpreadConstraints[${i}]`;
      return [...deprecated(`${here}.topologyKey`, topologyKey, `${topologyKey} is `), ...noMatch(`${here}.labelSelector`, labelSelector)];
    }),
  ];
}

const nodeTermWarnings = (path: string, { matchExpressions = [] }: NodeSelectorTerm): readonly string[] =>
  matchExpressions.flatMap(({ key }, i) => deprecated(`${path}.matchExpressions[${i}].key`, key, `${key} is `));

function deprecated(path: string, key: string, before: string): readonly string[] {
  const text = DEPRECATED_NODE_LABELS[key];
  return text === undefined ? [] : [`${path}: ${before}${text}`];
}

const noMatch = (path: string, selector: LabelSelector | undefined): readonly string[] =>
  selector === undefined ? [`${path}: a null labelSelector results in matching no pod`] : [];

function podAffinityWarnings(path: string, affinity: Affinity | undefined): readonly string[] {
  const of = (at: string, terms: PodAffinity | undefined): readonly string[] => [
    ...(terms?.requiredDuringSchedulingIgnoredDuringExecution ?? []).flatMap((term, i) =>
      noMatch(`${at}.requiredDuringSchedulingIgnoredDuringExecution[${i}].labelSelector`, term.labelSelector),
    ),
    ...(terms?.preferredDuringSchedulingIgnoredDuringExecution ?? []).flatMap(({ podAffinityTerm }, i) =>
      noMatch(`${at}.preferredDuringSchedulingIgnoredDuringExecution[${i}].podAffinityTerm.labelSelector`, podAffinityTerm.labelSelector),
    ),
  ];
  return [...of(`${path}.podAffinity`, affinity?.podAffinity), ...of(`${path}.podAntiAffinity`, affinity?.podAntiAffinity)];
}

function repeats<K extends "ip" | "name">(path: string, key: K, list: readonly { readonly [_ in K]?: string }[] = []): readonly string[] {
  const values = list.map((one) => one[key] ?? "");
  return values.flatMap((value, i) =>
    values.indexOf(value) < i ? [`${path}[${i}].${key}: duplicate ${key} ${JSON.stringify(value)}`] : [],
  );
}

const BYTES = ["memory", "ephemeral-storage"];

function fractions(path: string, amounts: Readonly<Record<string, string>> | undefined, names: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    const amount = amounts?.[name];
    if (amount === undefined || milliValue(amount) % 1000 === 0) return [];
    return [`${path}[${name}]: fractional byte value ${JSON.stringify(amount)} is invalid, must be an integer`];
  });
}

function containerWarnings(path: string, { resources, env = [] }: Container): readonly string[] {
  const names = env.map((variable) => variable.name);
  return [
    ...BYTES.flatMap((name) =>
      (["limits", "requests"] as const).flatMap((list) => fractions(`${path}.resources.${list}`, resources?.[list], [name])),
    ),
    ...env.flatMap(({ name, value = "", valueFrom }, i) => {
      if (names.indexOf(name) === i) return [];
      // What is built on the value that was there is meant.
      const built = valueFrom === undefined && value.includes(`$(${name})`) && value !== `$(${name})`;
      return built
        ? []
        : [`${path}.env[${i}]: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`];
    }),
  ];
}
