import { DurationError, field, isDNS1123Label, isDNS1123Subdomain, parseDuration } from "../../machinery/index.ts";
import { checkImmutable, checkOneOf, type Errors, invalidEach } from "../checks.ts";
import { ageColumn, booleanWord, orNone } from "../columns.ts";
import { checkConditions } from "../conditions.ts";
import { at, fill, put } from "../defaulting.ts";
import type { Fault, FaultSpec } from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import { FAULT_MEMBERS, FAULT_TYPES, type FaultType } from "./fault-schema.ts";

const MAX_DELAY_MS = 3_600_000;

/** A Go duration above zero. */
function checkDuration(errors: Errors, path: string, text: string, longest = Infinity): void {
  try {
    const ms = parseDuration(text);
    if (ms <= 0) errors.push(field.invalid(path, text, "must be greater than 0"));
    else if (ms > longest) errors.push(field.invalid(path, text, "must be no more than 1h"));
  } catch (error) {
    if (!(error instanceof DurationError)) throw error;
    errors.push(field.invalid(path, text, error.message));
  }
}

function checkName(errors: Errors, path: string, name: string | undefined, rule = isDNS1123Subdomain): void {
  if (!name) errors.push(field.required(path));
  else invalidEach(errors, path, name, rule(name));
}

/** What each type's member must say. */
function checkMember(errors: Errors, type: FaultType, spec: FaultSpec): void {
  const path = `spec.${FAULT_MEMBERS[type]}`;
  if (spec[FAULT_MEMBERS[type]] === undefined) {
    errors.push(field.required(path, `must be set when type is ${type}`));
    return;
  }
  const { componentStop, componentSlow, watchLag, networkPartition, machineCrash, diskFull, leaseExpiry } = spec;
  switch (type) {
    case "ComponentStop":
      return checkName(errors, `${path}.component`, componentStop?.component);
    case "ComponentSlow":
    case "WatchLag": {
      const { component, delay } = (type === "WatchLag" ? watchLag : componentSlow) ?? {};
      checkName(errors, `${path}.component`, component);
      if (!delay) errors.push(field.required(`${path}.delay`));
      else checkDuration(errors, `${path}.delay`, delay, MAX_DELAY_MS);
      return;
    }
    case "NetworkPartition": {
      const machines = networkPartition?.machines ?? [];
      if (machines.length === 0) errors.push(field.required(`${path}.machines`));
      for (const [i, name] of machines.entries()) {
        checkName(errors, `${path}.machines[${i}]`, name);
        if (machines.indexOf(name) < i) errors.push(field.duplicate(`${path}.machines[${i}]`, name));
      }
      return;
    }
    case "MachineCrash":
      return checkName(errors, `${path}.machine`, machineCrash?.machine);
    case "DiskFull":
      return checkName(errors, `${path}.machine`, diskFull?.machine);
    case "LeaseExpiry":
      checkName(errors, `${path}.name`, leaseExpiry?.name);
      return checkName(errors, `${path}.namespace`, leaseExpiry?.namespace, isDNS1123Label);
  }
}

function validate({ spec }: Fault): Errors {
  const errors: Errors = [];
  if (spec === undefined) return [field.required("spec")];
  const type = spec.type as FaultType | undefined;
  checkOneOf(errors, "spec.type", type, FAULT_TYPES);
  if (spec.duration !== undefined) checkDuration(errors, "spec.duration", spec.duration);
  if (type === undefined || !FAULT_TYPES.includes(type)) return errors;
  checkMember(errors, type, spec);
  for (const member of Object.values(FAULT_MEMBERS))
    if (member !== FAULT_MEMBERS[type] && spec[member] !== undefined)
      errors.push(field.forbidden(`spec.${member}`, `may not be set when type is ${type}`));
  return errors;
}

/** What a fault happens to, in a word. */
function target({ spec }: Fault): string {
  if (spec === undefined) return "";
  const { componentStop, componentSlow, watchLag, networkPartition, machineCrash, diskFull, leaseExpiry } = spec;
  const lease = leaseExpiry && `${leaseExpiry.namespace}/${leaseExpiry.name}`;
  const component = componentStop ?? componentSlow ?? watchLag;
  return component?.component ?? networkPartition?.machines.join(",") ?? machineCrash?.machine ?? diskFull?.machine ?? lease ?? "";
}

export const fault: Kind<Fault> = {
  group: "sim.timonel.dev",
  version: "v1alpha1",
  kind: "Fault",
  plural: "faults",
  singular: "fault",
  namespaced: false,
  subresources: ["status"],
  generation: true,
  defaults: (object) => at(object, "spec", (spec) => at(spec, "leaseExpiry", (l) => fill(l, { namespace: "kube-node-lease" }))),
  validate,
  validateUpdate({ spec }, old) {
    const errors: Errors = [];
    checkImmutable(errors, "spec", spec, old.spec);
    return errors;
  },
  validateStatusUpdate({ status }) {
    const errors: Errors = [];
    checkConditions(errors, "status.conditions", status?.conditions);
    return errors;
  },
  prepareForCreate: (object) => put(object, "status", undefined),
  columns: [
    { name: "Type", description: "What goes wrong.", cell: (f) => orNone(f.spec?.type) },
    { name: "Target", description: "What it happens to.", cell: (f) => orNone(target(f)) },
    { name: "Active", description: "Whether it is in force.", cell: (f) => booleanWord(f.status?.active ?? false) },
    { name: "Until", description: "When it ends by its duration.", cell: (f) => orNone(f.status?.until) },
    ageColumn,
    { name: "Message", description: "What it does now, or why it does nothing.", wide: true, cell: (f) => orNone(f.status?.message) },
  ],
};
