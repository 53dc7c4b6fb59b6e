import type { OwnSchema } from "../kind.ts";

export const componentSchema: OwnSchema = {
  Component: {
    description:
      "Component is a part of Kubernetes that runs in this cluster: a controller, the scheduler, a kubelet, a kube-proxy. It is read from the component itself when it is asked for, and takes no revision. Faults name what they happen to as it is named here.",
    fields: { status: { type: "ComponentState", default: {}, description: "What it does." } },
  },
  ComponentState: {
    description: "ComponentState says what a component does.",
    fields: {
      process: { type: "string", description: "The program that it is part of." },
      machine: { type: "string", description: "The Machine that it runs on; the control plane's is none." },
      state: { type: "string", enum: ["Running", "Slow", "Stopped"], description: "Whether it runs." },
      queueDepth: { type: "int32", description: "Keys that wait to be worked on." },
      retries: { type: "int32", description: "Keys that failed and wait for their back-off to end." },
      reconciles: { type: "int64", description: "Pieces of work done since it started." },
      errors: { type: "int64", description: "Of those, how many failed." },
      lastError: { type: "string", description: "Why the last one that failed did." },
      lastErrorTime: { type: "time", description: "When that was." },
      startedAt: { type: "time", description: "When it started." },
      delay: { type: "string", description: "What faults add to each piece of its work." },
      watchLag: { type: "string", description: "How late it sees what changes." },
      faults: { type: "[]string", description: "Faults in force that are about it." },
      queues: { type: "SchedulingQueues", description: "Of the scheduler: how many pods wait, and for what." },
    },
  },
  SchedulingQueues: {
    description: "SchedulingQueues counts the pods that wait for a node.",
    fields: {
      active: { type: "int32", required: true, description: "To be tried next." },
      backoff: { type: "int32", required: true, description: "To be tried when their back-off ends." },
      unschedulable: { type: "int32", required: true, description: "Until something changes that could help." },
      gated: { type: "int32", required: true, description: "Until their scheduling gates are gone." },
    },
  },
};
