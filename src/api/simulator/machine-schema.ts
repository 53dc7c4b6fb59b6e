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
      disk: {
        type: "quantity",
        description: "Its disk, for images, containers, volumes and logs. Defaults to 100Gi.",
      },
      kubelet: {
        type: "MachineKubelet",
        description: "What its kubelet is configured with beyond the defaults. It starts anew when that changes.",
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
  MachineKubelet: {
    description: "MachineKubelet has fields of a KubeletConfiguration, which mean what they mean there.",
    fields: {
      kubeReserved: { type: "{}string", description: "By resource, what pods do not get: it is kept for Kubernetes." },
      systemReserved: { type: "{}string", description: "By resource, what pods do not get: it is kept for the system." },
      evictionHard: { type: "{}string", description: "By signal, a quantity or percentage below which pods are ended at once." },
      evictionSoft: { type: "{}string", description: "By signal, a quantity or percentage below which pods are ended after a while." },
      evictionSoftGracePeriod: { type: "{}string", description: 'By signal, that while, as "1m30s".' },
      evictionMinimumReclaim: {
        type: "{}string",
        description: "By signal, what must be free beyond a threshold before it counts as over.",
      },
      evictionMaxPodGracePeriod: { type: "int32", description: "Seconds that pods get to end under soft thresholds. Defaults to 0." },
      evictionPressureTransitionPeriod: {
        type: "string",
        description: 'How long a pressure is reported after it was seen last. Defaults to "5m".',
      },
      imageGCHighThresholdPercent: {
        type: "int32",
        description: "Percent of the disk from which unused images are removed. Defaults to 85.",
      },
      imageGCLowThresholdPercent: { type: "int32", description: "Percent of the disk down to which they are. Defaults to 80." },
      podPidsLimit: {
        type: "int32",
        description: "How many processes a pod may have. Defaults to 1024, which is the most that a simulated machine gives one.",
      },
      shutdownGracePeriod: {
        type: "string",
        description: 'How long pods get when the machine is shut down. Defaults to "0s": it tells nobody.',
      },
      shutdownGracePeriodCriticalPods: { type: "string", description: "How much of it is the critical pods' own." },
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
