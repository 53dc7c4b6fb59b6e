import { orNone, since } from "../columns.ts";
import type { SchedulingDecision } from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import { OBSERVED } from "./observed.ts";

export const schedulingDecision: Kind<SchedulingDecision> = {
  ...OBSERVED,
  kind: "SchedulingDecision",
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
