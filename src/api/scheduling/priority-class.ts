import { field } from "../../machinery/index.ts";
import type { Errors } from "../checks.ts";
import { ageColumn } from "../columns.ts";
import { fill } from "../defaulting.ts";
import type { PriorityClass } from "../generated/types.ts";
import type { Kind } from "../kind.ts";

const SYSTEM_PREFIX = "system-";
const HIGHEST_OF_USERS = 1_000_000_000;
const POLICIES = ["Never", "PreemptLowerPriority"];

/** The classes that every cluster has from its first start, and what they stand for (k8s: pkg/apis/scheduling/v1 SystemPriorityClasses). */
const SYSTEM: ReadonlyMap<string, number> = new Map([
  ["system-node-critical", 2_000_001_000],
  ["system-cluster-critical", 2_000_000_000],
]);
export const isSystemPriorityClass = (name: string): boolean => SYSTEM.has(name);

/** Why a class of a system's name is not that of the system; undefined when it is (k8s: IsKnownSystemPriorityClass). */
function strange({ metadata, value = 0, globalDefault = false }: PriorityClass): string | undefined {
  const name = metadata?.name ?? "";
  const known = SYSTEM.get(name);
  if (known === undefined) return `${name} is not a known system priority class`;
  if (known !== value) return `value of ${name} PriorityClass must be ${known}`;
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}

/** k8s: ValidatePriorityClass. */
function validate(object: PriorityClass): Errors {
  const errors: Errors = [];
  if (object.metadata?.name?.startsWith(SYSTEM_PREFIX)) {
    const why = strange(object);
    if (why !== undefined) {
      const text = `priority class names with '${SYSTEM_PREFIX}' prefix are reserved for system use only. error: ${why}`;
      errors.push(field.forbidden("metadata.name", text));
    }
  } else if ((object.value ?? 0) > HIGHEST_OF_USERS) {
    errors.push(field.forbidden("value", `maximum allowed value of a user defined priority is ${HIGHEST_OF_USERS}`));
  }
  const policy = object.preemptionPolicy;
  if (policy === "") errors.push(field.required("preemptionPolicy"));
  else if (policy !== undefined && !POLICIES.includes(policy)) errors.push(field.notSupported("preemptionPolicy", policy, POLICIES));
  return errors;
}

export const priorityClass: Kind<PriorityClass> = {
  group: "scheduling.k8s.io",
  version: "v1",
  kind: "PriorityClass",
  plural: "priorityclasses",
  singular: "priorityclass",
  shortNames: ["pc"],
  namespaced: false,
  defaults: (object) => fill(object, { preemptionPolicy: "PreemptLowerPriority" }),
  validate,
  /** k8s: ValidatePriorityClassUpdate. */
  validateUpdate(object, old) {
    const errors: Errors = [];
    if ((object.value ?? 0) !== (old.value ?? 0)) errors.push(field.forbidden("value", "may not be changed in an update."));
    if (object.preemptionPolicy !== old.preemptionPolicy)
      errors.push(field.invalid("preemptionPolicy", object.preemptionPolicy, "field is immutable"));
    return errors;
  },
  // It has a generation, but nothing ever counts it (k8s: priorityClassStrategy).
  prepareForCreate: (object) => ({ ...object, metadata: { ...object.metadata, generation: 1 } }),
  columns: [
    { name: "Value", type: "integer", description: "The priority that it stands for.", cell: (object) => object.value ?? 0 },
    {
      name: "Global-Default",
      type: "boolean",
      description: "Whether pods that name no class get it.",
      cell: (object) => object.globalDefault ?? false,
    },
    ageColumn,
    {
      name: "PreemptionPolicy",
      description: "Whether its pods may push out others.",
      cell: (object) => object.preemptionPolicy ?? "",
    },
  ],
};
