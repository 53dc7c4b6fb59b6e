import { field, isValidLabelValue, parseQuantity, quantityProblem } from "../../machinery/index.ts";
import { checkImmutable, checkNonNegative, checkOneOf, invalidEach, type Errors } from "../checks.ts";
import { ageColumn, orNone } from "../columns.ts";
import { fill, put } from "../defaulting.ts";
import type { Machine } from "../generated/types.ts";
import type { Kind, OwnSchema } from "../kind.ts";

const schema: OwnSchema = {
  Machine: {
    description: "Machine is a simulated computer. A Node of the same name runs on it while it is on.",
    fields: {
      spec: {
        type: "MachineSpec",
        default: {},
        description: "What the computer is.",
      },
      status: {
        type: "MachineStatus",
        default: {},
        description: "What the computer does.",
      },
    },
  },
  MachineSpec: {
    description: "MachineSpec describes a simulated computer.",
    fields: {
      cpu: {
        type: "quantity",
        description: "Processors, as a quantity. Defaults to 2.",
      },
      memory: {
        type: "quantity",
        description: "Main memory, as a quantity. Defaults to 4Gi.",
      },
      pods: {
        type: "int32",
        description: "How many pods its kubelet accepts. Defaults to 110.",
      },
      zone: {
        type: "string",
        description:
          "The zone it stands in: the node's label topology.kubernetes.io/zone. Its kubelet starts anew when it changes, and labels its node.",
      },
      power: {
        type: "string",
        enum: ["Off", "On"],
        description:
          "On, or Off: shut down in good order, as `poweroff` does. A Fault of type MachineCrash pulls the plug. Defaults to On.",
      },
    },
  },
  MachineStatus: {
    description: "MachineStatus says what a simulated computer does.",
    fields: {
      power: {
        type: "string",
        enum: ["Off", "On", "ShuttingDown"],
        description: "Whether it runs.",
      },
      address: {
        type: "string",
        description: "Its address in the machines' network.",
      },
      bootedAt: {
        type: "time",
        description: "When it was switched on last.",
      },
    },
  },
};

/** A simulated computer as an object (law 6). */
export const machine: Kind<Machine> = {
  group: "sim.timonel.dev",
  version: "v1alpha1",
  kind: "Machine",
  plural: "machines",
  singular: "machine",
  namespaced: false,
  schema,
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
    return errors;
  },
  validateUpdate({ spec }, old) {
    const errors: Errors = [];
    // Nobody opens a computer to give it another processor: it is replaced.
    for (const name of ["cpu", "memory", "pods"] as const) checkImmutable(errors, `spec.${name}`, spec?.[name], old.spec?.[name]);
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
