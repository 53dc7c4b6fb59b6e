import type { PatchSchema } from "../../machinery/index.ts";
import type { ResourceType } from "../rest/discovery.ts";

interface Rule {
  readonly key?: string;
  readonly strategy: readonly string[];
}
const merge = (key?: string): Rule => ({ strategy: ["merge"], ...(key ? { key } : {}) });

/** Lists of the built-in kinds that merge, by field name: where a name means several, by the field above it. */
const RULES: Readonly<Record<string, Rule>> = {
  containers: merge("name"),
  initContainers: merge("name"),
  ephemeralContainers: merge("name"),
  env: merge("name"),
  "containers.ports": merge("containerPort"),
  "initContainers.ports": merge("containerPort"),
  "ephemeralContainers.ports": merge("containerPort"),
  "spec.ports": merge("port"),
  volumes: { key: "name", strategy: ["merge", "retainKeys"] },
  volumeMounts: merge("mountPath"),
  volumeDevices: merge("devicePath"),
  imagePullSecrets: merge("name"),
  secrets: merge("name"),
  hostAliases: merge("ip"),
  topologySpreadConstraints: merge("topologyKey"),
  resourceClaims: { key: "name", strategy: ["merge", "retainKeys"] },
  schedulingGates: merge("name"),
  "projected.sources": { strategy: ["replace"] },
  conditions: merge("type"),
  "status.addresses": merge("type"),
  podIPs: merge("ip"),
  hostIPs: merge("ip"),
  podCIDRs: merge(),
  ownerReferences: merge("uid"),
  finalizers: merge(),
  strategy: { strategy: ["retainKeys"] },
  updateStrategy: { strategy: [] },
  // A whole that is sent each time: `apply` never finds such an object unchanged.
  "PodDisruptionBudget.spec.selector": { strategy: ["replace"] },
};

/** Groups that every server has, but of which kubectl has no types. */
const FOREIGN: ReadonlySet<string> = new Set(["apiextensions.k8s.io", "apiregistration.k8s.io", "metrics.k8s.io"]);

/** How the built-in kinds merge, or undefined for a custom resource (which takes JSON merge patches). */
export function patchSchema(type: ResourceType): PatchSchema | undefined {
  const builtin = !type.group.includes(".") || type.group.endsWith(".k8s.io");
  if (!builtin || FOREIGN.has(type.group)) return undefined;
  return schemaBelow(type.kind === "PodDisruptionBudget" ? type.kind : "");
}

const cache = (): Map<string, PatchSchema> => new Map();

function schemaBelow(parent: string, known = cache()): PatchSchema {
  const found = known.get(parent);
  if (found) return found;
  const schema: PatchSchema = {
    field(name) {
      const rule = RULES[`${parent}.${name}`] ?? RULES[name];
      return {
        schema: schemaBelow(parent === "PodDisruptionBudget" ? `${parent}.${name}` : name, known),
        ...(rule ? { patchStrategy: rule.strategy, ...(rule.key ? { patchMergeKey: rule.key } : {}) } : {}),
      };
    },
  };
  known.set(parent, schema);
  return schema;
}

/** How a container of a pod merges. */
export const containerSchema: PatchSchema = schemaBelow("containers");
