import type { OwnSchema } from "../kind.ts";

export const schedulingDecisionSchema: OwnSchema = {
  SchedulingDecision: {
    description:
      "SchedulingDecision is what the scheduler decided about a pod in one cycle, and why. The newest are kept in memory; they are not stored.",
    fields: { status: { type: "SchedulingDecisionStatus", default: {}, description: "What was decided." } },
  },
  SchedulingDecisionStatus: {
    description: "SchedulingDecisionStatus is the outcome of one scheduling cycle.",
    fields: {
      pod: { type: "string", description: "The pod that it was about." },
      decidedAt: { type: "time", description: "When it was decided." },
      scheduler: { type: "string", description: "The scheduler name whose profile decided." },
      node: { type: "string", description: "The node that was chosen; absent when the pod fits nowhere." },
      nodes: { type: "int32", description: "How many nodes there were." },
      rejectedBy: { type: "string", description: "The plugin that rejected all nodes at once." },
      reasons: { type: "[]string", description: "Why it rejected them." },
      rejections: { type: "[]NodeRejection", description: "Nodes that do not do." },
      feasible: { type: "[]string", description: "Nodes that do, in the order they were looked at." },
      scores: { type: "[]NodeScore", description: "Nodes that do, best first. One node alone is not scored." },
      message: { type: "string", description: "What FailedScheduling said of a pod that fits nowhere." },
      preemption: { type: "Preemption", description: "What was considered to make room; absent when nothing was." },
      advice: {
        type: "[]SchedulingAdvice",
        description:
          "The smallest changes that would give the pod a node now, each found by trying it. Worked out for the newest decisions about pods that still wait.",
      },
    },
  },
  SchedulingAdvice: {
    description: "SchedulingAdvice is what would give a pod a node.",
    fields: {
      node: { type: "string", required: true, description: "Where it would fit then." },
      changes: { type: "[]SchedulingChange", required: true, description: "What must change, all of it." },
    },
  },
  SchedulingChange: {
    description: "SchedulingChange is one change to the pod or to the cluster.",
    fields: {
      target: { type: "string", required: true, description: "What is changed, as pod/name or node/name." },
      what: { type: "string", required: true, description: "What is done to it, in words." },
      action: { type: "string", required: true, description: "The same as a name: LowerRequest, Uncordon, and so on." },
      parameters: { type: "{}string", description: "What its words are filled with." },
      command: { type: "string", description: "The command that does it, where one does." },
    },
  },
  NodeRejection: {
    description: "NodeRejection is why a node does not do.",
    fields: {
      node: { type: "string", required: true, description: "The node." },
      plugin: { type: "string", required: true, description: "The plugin that rejected it." },
      reasons: { type: "[]string", required: true, description: "What the plugin said." },
    },
  },
  NodeScore: {
    description: "NodeScore is how well a node does.",
    fields: {
      node: { type: "string", required: true, description: "The node." },
      score: { type: "int64", required: true, description: "The sum of all plugins' scores, each with its weight." },
      plugins: { type: "[]PluginScore", description: "What each plugin gave." },
    },
  },
  PluginScore: {
    description: "PluginScore is what one plugin thinks of a node.",
    fields: {
      plugin: { type: "string", required: true, description: "The plugin." },
      raw: { type: "int64", description: "What it counted; absent for a node that it does not score." },
      normalized: { type: "int64", required: true, description: "The same as 0 to 100 among the nodes that do." },
      weight: { type: "int64", required: true, description: "How often it counts." },
      weighted: { type: "int64", required: true, description: "What it adds to the node's score." },
    },
  },
  Preemption: {
    description: "Preemption is what was considered to make room for a pod.",
    fields: {
      nominated: { type: "string", description: "The node on which room is made." },
      victims: { type: "[]string", description: "The pods that leave for it, as namespace/name." },
      candidates: { type: "[]PreemptionCandidate", description: "Nodes on which room could be made, and at what price." },
      message: { type: "string", description: "Why no room could be made." },
    },
  },
  PreemptionCandidate: {
    description: "PreemptionCandidate is a node on which a pod would fit if others left.",
    fields: {
      node: { type: "string", required: true, description: "The node." },
      victims: { type: "[]string", required: true, description: "Who would leave, as namespace/name, the most important first." },
      violations: { type: "int32", required: true, description: "How many of them a PodDisruptionBudget protects." },
    },
  },
};
