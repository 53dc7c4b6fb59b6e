import { field, isValidLabelValue, parseQuantity, quantityProblem } from "../../machinery/index.ts";
import { checkImmutable, checkNonNegative, checkOneOf, invalidEach, type Errors } from "../checks.ts";
import { ageColumn, orNone } from "../columns.ts";
import { fill, put } from "../defaulting.ts";
import type { Machine } from "../generated/types.ts";
import type { Kind } from "../kind.ts";

/** A simulated computer as an object (law 6). */
export const machine: Kind<Machine> = {
  group: "sim.timonel.dev",
  version: "v1alpha1",
  kind: "Machine",
  plural: "machines",
  singular: "machine",
  namespaced: false,
  subresources: ["status"],
  generation: true,
  defaults: (object) => put(object, "spec", fill(object.spec ?? {}, { cpu: "2", memory: "4Gi", pods: 110, power: "On" })),
  validate({ spec = {} }) {
    const errors: Errors = [];
    for (const name of ["cpu", "memory"] as const) {
      const text = spec[name];
      if (text === undefined) errors.push(field.required(`spec.${name}`));
      else if (quantityProblem(text) !== null) errors.push(field.invalid(`spec.${name}`, text, quantityProblem(text) ?? ""));
      else if (parseQuantity(text).nano <= 0n) errors.push(field.invalid(`spec.${name}`, text, "must be greater than 0"));
    }
    checkNonNegative(errors, "spec.pods", spec.pods);
    if (spec.zone !== undefined) invalidEach(errors, "spec.zone", spec.zone, isValidLabelValue(spec.zone));
    checkOneOf(errors, "spec.power", spec.power, ["Off", "On"]);
    if (spec.architecture !== undefined) checkOneOf(errors, "spec.architecture", spec.architecture, ["amd64", "arm64"]);
    return errors;
  },
  validateUpdate({ spec }, old) {
    const errors: Errors = [];
    // Nobody opens a computer to give it another processor: it is replaced.
    for (const name of ["cpu", "memory", "pods", "architecture"] as const)
      checkImmutable(errors, `spec.${name}`, spec?.[name], old.spec?.[name]);
    return errors;
  },
  prepareForCreate: (object) => put(object, "status", undefined),
  columns: [
    { name: "CPU", description: "Its processors.", cell: (m) => orNone(m.spec?.cpu) },
    { name: "Memory", description: "Its main memory.", cell: (m) => orNone(m.spec?.memory) },
    { name: "Zone", description: "Where it stands.", cell: (m) => orNone(m.spec?.zone) },
    { name: "Power", description: "Whether it is on.", cell: (m) => m.status?.power ?? m.spec?.power ?? "" },
    ageColumn,
  ],
};
