import { orNone } from "../columns.ts";
import type { Fault } from "../generated/types.ts";
import type { Kind, OwnSchema } from "../kind.ts";
import { OBSERVED } from "./observed.ts";

const schema: OwnSchema = {
  Fault: {
    description: "Fault is something that is made to go wrong. Faults are not simulated yet: none can be made, and there are none.",
    fields: {
      spec: { type: "FaultSpec", default: {}, description: "What goes wrong." },
      status: { type: "FaultStatus", default: {}, description: "Whether it does." },
    },
  },
  FaultSpec: {
    description: "FaultSpec says what goes wrong, where and for how long.",
    fields: {
      type: {
        type: "string",
        enum: ["Crash", "DiskFull", "Latency", "Partition", "StoppedComponent"],
        description: "What goes wrong.",
      },
      target: { type: "string", description: "What it happens to: a machine, a pod, or a component of the control plane." },
      duration: { type: "string", description: "How long it lasts in virtual time; until it is deleted when absent." },
    },
  },
  FaultStatus: {
    description: "FaultStatus says whether a fault is in force.",
    fields: { active: { type: "boolean", description: "Whether it is in force." } },
  },
};

export const fault: Kind<Fault> = {
  ...OBSERVED,
  kind: "Fault",
  schema,
  plural: "faults",
  singular: "fault",
  namespaced: false,
  notSimulated: "faults are not simulated yet in Timonel",
  columns: [
    { name: "Type", description: "What goes wrong.", cell: (f) => orNone(f.spec?.type) },
    { name: "Target", description: "What it happens to.", cell: (f) => orNone(f.spec?.target) },
  ],
};
