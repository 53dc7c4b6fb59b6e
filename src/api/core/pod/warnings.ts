import { semanticEqual } from "../../../machinery/index.ts";
import type { Container, PodSpec } from "../../generated/types.ts";

const DEPRECATED_NODE_LABELS: Readonly<Record<string, string>> = {
  "beta.kubernetes.io/arch": 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  "beta.kubernetes.io/os": 'deprecated since v1.14; use "kubernetes.io/os" instead',
  "failure-domain.beta.kubernetes.io/region": 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  "failure-domain.beta.kubernetes.io/zone": 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  "beta.kubernetes.io/instance-type": 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
};

/** What is said of a node label that has a new name (k8s: pkg/api/node/util.go GetNodeLabelDeprecatedMessage). */
export const deprecatedNodeLabel = (key: string): string | undefined => DEPRECATED_NODE_LABELS[key];

/** k8s: pkg/api/pod/warnings.go, for what is common. `path` is "spec" or "spec.template.spec". */
export function podSpecWarnings(path: string, spec: PodSpec | undefined, old: PodSpec | undefined): readonly string[] {
  if (spec === undefined || spec === old || (old !== undefined && semanticEqual(spec, old))) return [];
  const warnings: string[] = [];
  for (const key in spec.nodeSelector) {
    const text = DEPRECATED_NODE_LABELS[key];
    if (text !== undefined) warnings.push(`${path}.nodeSelector[${key}]: ${text}`);
  }
  for (const [i, volume] of (spec.volumes ?? []).entries()) {
    if (volume.gitRepo) warnings.push(`${path}.volumes[${i}].gitRepo: deprecated in v1.11, and disabled by default in v1.33+`);
    if (volume.glusterfs) warnings.push(`${path}.volumes[${i}].glusterfs: deprecated in v1.25, non-functional in v1.26+`);
  }
  for (const [i, alias] of (spec.hostAliases ?? []).entries()) if (!alias.ip) warnings.push(`${path}.hostAliases[${i}].ip: empty`);
  for (const [i, ref] of (spec.imagePullSecrets ?? []).entries()) {
    if (!ref.name) warnings.push(`${path}.imagePullSecrets[${i}]: invalid empty name ""`);
  }
  for (const key of ["containers", "initContainers"] as const) {
    for (const [i, container] of (spec[key] ?? []).entries()) containerWarnings(warnings, `${path}.${key}[${i}]`, container);
  }
  if (spec.terminationGracePeriodSeconds !== undefined && spec.terminationGracePeriodSeconds < 0) {
    warnings.push(`${path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`);
  }
  return warnings;
}

function containerWarnings(warnings: string[], path: string, container: Container): void {
  for (const list of ["requests", "limits"] as const) {
    for (const name of ["memory", "ephemeral-storage"]) {
      const amount = container.resources?.[list]?.[name];
      if (amount?.endsWith("m"))
        warnings.push(`${path}.resources.${list}[${name}]: fractional byte value ${JSON.stringify(amount)} is invalid, must be an integer`);
    }
  }
  if (!container.env) return;
  const seen = new Map<string, number>();
  for (const [i, env] of container.env.entries()) {
    const first = seen.get(env.name);
    if (first !== undefined)
      warnings.push(`${path}.env[${i}]: hides previous definition of "${env.name}", which may be dropped when using apply`);
    else seen.set(env.name, i);
  }
}
