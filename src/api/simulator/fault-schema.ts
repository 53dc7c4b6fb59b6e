import type { OwnSchema } from "../kind.ts";

/** Each type of fault and the member of its spec that says what it happens to. */
export const FAULT_MEMBERS = {
  ComponentSlow: "componentSlow",
  ComponentStop: "componentStop",
  DiskFull: "diskFull",
  LeaseExpiry: "leaseExpiry",
  MachineCrash: "machineCrash",
  NetworkPartition: "networkPartition",
  WatchLag: "watchLag",
} as const;

export type FaultType = keyof typeof FAULT_MEMBERS;
export const FAULT_TYPES = Object.keys(FAULT_MEMBERS) as readonly FaultType[];

const component = {
  type: "string",
  required: true,
  description:
    "A component as `kubectl get components` names it: replicaset-controller, kube-scheduler, kubelet-node-1, kube-proxy-node-1; kube-controller-manager is all of its controllers.",
} as const;
const machine = { type: "string", required: true, description: "The Machine that it happens to." } as const;

export const faultSchema: OwnSchema = {
  Fault: {
    description:
      "Fault is something that is made to go wrong in the cluster, for learning what Kubernetes does about it. It is in force from when it is made until it is deleted or its duration ends; what it did is then undone, and what Kubernetes made of it is not.",
    fields: {
      spec: { type: "FaultSpec", required: true, description: "What goes wrong. It can't be changed: delete the fault and make another." },
      status: { type: "FaultStatus", default: {}, description: "Whether it does." },
    },
  },
  FaultSpec: {
    description: "FaultSpec says what goes wrong, where and for how long. Of its members, the one that goes with its type must be set.",
    fields: {
      type: {
        type: "string",
        required: true,
        enum: FAULT_TYPES,
        description:
          "ComponentStop ends the process of a component, which starts anew when the fault ends. ComponentSlow makes it take longer over each piece of work. WatchLag shows it the world as it was a while ago. NetworkPartition cuts machines off. MachineCrash pulls a machine's plug. DiskFull leaves a machine no space on its disk. LeaseExpiry loses the renewals of a lease.",
      },
      duration: {
        type: "string",
        description: 'How long it lasts in virtual time, as "90s" or "5m"; when absent, until the fault is deleted.',
      },
      componentStop: { type: "ComponentStopFault", description: "Which component is stopped. With type ComponentStop." },
      componentSlow: { type: "ComponentSlowFault", description: "Which component is slow, and how much. With type ComponentSlow." },
      watchLag: { type: "WatchLagFault", description: "Which component sees the world late, and how late. With type WatchLag." },
      networkPartition: { type: "NetworkPartitionFault", description: "Which machines are cut off. With type NetworkPartition." },
      machineCrash: { type: "MachineCrashFault", description: "Which machine loses its power. With type MachineCrash." },
      diskFull: { type: "DiskFullFault", description: "Which machine has no space left. With type DiskFull." },
      leaseExpiry: { type: "LeaseExpiryFault", description: "Which lease is not renewed. With type LeaseExpiry." },
    },
  },
  ComponentStopFault: {
    description:
      "ComponentStopFault ends a component's process as a signal would: what it only remembered is lost. Containers go on while their kubelet is stopped, and kube-proxy's rules stay as they are.",
    fields: { component },
  },
  ComponentSlowFault: {
    description: "ComponentSlowFault makes a component slow.",
    fields: {
      component,
      delay: {
        type: "string",
        required: true,
        description: 'What each piece of work (a reconcile, a scheduling cycle, a sync of a pod) takes longer, as "500ms" or "2s".',
      },
    },
  },
  WatchLagFault: {
    description:
      "WatchLagFault holds a component's watches back. What it reads directly is as new as ever; when it starts anew it lists the world as it is, and lags from there.",
    fields: {
      component,
      delay: { type: "string", required: true, description: 'How late it learns of a change, as "30s".' },
    },
  },
  NetworkPartitionFault: {
    description:
      "NetworkPartitionFault cuts machines, their kubelets and their pods off from the control plane, the workstation and every machine that is not cut off with them.",
    fields: {
      machines: { type: "[]string", required: true, description: "The Machines on the far side. They still reach one another." },
    },
  },
  MachineCrashFault: {
    description:
      "MachineCrashFault takes a machine's power away: its processes are gone at once and nobody is told. When the fault ends it is switched on again, if its spec wants it on.",
    fields: { machine },
  },
  DiskFullFault: {
    description:
      "DiskFullFault fills a machine's disk: writes fail with `No space left on device`, and its kubelet reports DiskPressure. Its kubelet does not evict pods yet.",
    fields: { machine },
  },
  LeaseExpiryFault: {
    description: "LeaseExpiryFault loses every renewal of a lease on its way, so that it expires for those who watch it.",
    fields: {
      namespace: { type: "string", description: "Where the lease is. Defaults to kube-node-lease, where nodes have theirs." },
      name: { type: "string", required: true, description: "The lease; a node's has the node's name." },
    },
  },
  FaultStatus: {
    description: "FaultStatus says whether a fault is in force.",
    fields: {
      active: { type: "boolean", description: "Whether it is in force." },
      since: { type: "time", description: "When it began." },
      until: { type: "time", description: "When it ends, or ended, by its duration." },
      message: { type: "string", description: "What it does now, or why it does nothing." },
      observedGeneration: { type: "int64", description: "The generation that this is about." },
      conditions: {
        type: "[]io.k8s.apimachinery.pkg.apis.meta.v1.Condition",
        description: "Active says whether the fault is in force: Injected, TargetNotFound or DurationEnded.",
      },
    },
  },
};
