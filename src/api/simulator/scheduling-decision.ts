import { orNone, since } from "../columns.ts";
import type { SchedulingDecision } from "../generated/types.ts";
import type { Kind, OwnSchema } from "../kind.ts";
import { OBSERVED } from "./observed.ts";

const schema: OwnSchema = {
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
      node: { type: "string", description: "The node that was chosen; absent when the pod fits nowhere." },
      nodes: { type: "int32", description: "How many nodes there were." },
      rejectedBy: { type: "string", description: "The plugin that rejected all nodes at once." },
      reasons: { type: "[]string", description: "Why it rejected them." },
      rejections: { type: "[]NodeRejection", description: "Nodes that do not do." },
      scores: { type: "[]NodeScore", description: "Nodes that do, best first. One node alone is not scored." },
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
    },
  },
};

export const schedulingDecision: Kind<SchedulingDecision> = {
  ...OBSERVED,
  kind: "SchedulingDecision",
  schema,
  plural: "schedulingdecisions",
  singular: "schedulingdecision",
  shortNames: ["sd"],
  namespaced: true,
  notSimulated: "decisions of the scheduler can be read, not written",
  columns: [
    { name: "Pod", description: "The pod that it was about.", cell: (d) => orNone(d.status?.pod) },
    { name: "Node", description: "The node that was chosen.", cell: (d) => orNone(d.status?.node) },
    { name: "Rejected", description: "How many nodes do not do.", type: "integer", cell: (d) => d.status?.rejections?.length ?? 0 },
    { name: "Age", description: "Time since it was decided.", cell: (d, now) => since(d.status?.decidedAt, now) },
  ],
};
