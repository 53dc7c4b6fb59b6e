import type { OwnSchema } from "../kind.ts";

export const machineSchema: OwnSchema = {
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
      architecture: {
        type: "string",
        enum: ["amd64", "arm64"],
        description: "What its processors understand: the node's label kubernetes.io/arch. Defaults to amd64.",
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
