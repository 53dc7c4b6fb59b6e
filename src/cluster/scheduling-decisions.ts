import type { SchedulingDecision } from "../api/index.ts";
import { type Decision, fitError } from "../scheduler/index.ts";
import { rfc3339 } from "../sim/index.ts";

/** A decision, and when it was made. */
export interface Decided {
  readonly decision: Decision;
  readonly at: number;
  readonly sequence: number;
}

type Status = NonNullable<SchedulingDecision["status"]>;

/** How much a decision holds: its verdicts and scores. */
export const cellsOf = ({ verdicts, scores, feasible }: Decision): number => verdicts.size + scores.length * feasible.length;

/** A decision as the object that is read. */
export function schedulingDecision({ decision, at, sequence }: Decided): SchedulingDecision {
  const { verdicts, rejection, feasible, scheduler, node, nodes } = decision;
  const { namespace = "", name = "" } = decision.pod.pod.metadata ?? {};
  const rejections = [...verdicts].map(([on, { plugin, reasons }]) => ({ node: on, plugin, reasons }));
  const scores = nodeScores(decision);
  const preemption = preemptionOf(decision);
  return {
    apiVersion: "sim.timonel.dev/v1alpha1",
    kind: "SchedulingDecision",
    metadata: { name: `${name}.${sequence}`, namespace },
    status: {
      pod: name,
      scheduler,
      decidedAt: rfc3339(at),
      ...(node === undefined ? { message: fitError(decision) } : { node }),
      nodes,
      ...(rejection ? { rejectedBy: rejection.plugin, reasons: rejection.reasons } : {}),
      ...(rejections.length > 0 ? { rejections } : {}),
      ...(feasible.length > 0 ? { feasible } : {}),
      ...(scores.length > 0 ? { scores } : {}),
      ...(preemption ? { preemption } : {}),
    },
  };
}

function nodeScores({ feasible, scores }: Decision): NonNullable<Status["scores"]> {
  if (scores.length === 0) return [];
  const rows = feasible.map((node, i) => {
    const plugins = scores.map(({ plugin, weight, raw, normalized }) => {
      const counted = raw[i] ?? Number.NaN;
      const value = normalized[i] ?? 0;
      return { plugin, ...(Number.isNaN(counted) ? {} : { raw: counted }), normalized: value, weight, weighted: value * weight };
    });
    return { node, score: plugins.reduce((sum, p) => sum + p.weighted, 0), plugins };
  });
  return rows.toSorted((a, b) => b.score - a.score);
}

function preemptionOf({ after }: Decision): Status["preemption"] {
  const tried = after.find((a) => a.plugin === "DefaultPreemption");
  if (!tried) return undefined;
  const { nominated, victims, candidates, message } = tried;
  const names = (pods: NonNullable<typeof victims>): string[] => pods.map((p) => p.key);
  return {
    ...(nominated ? { nominated } : {}),
    ...(victims ? { victims: names(victims) } : {}),
    ...(candidates ? { candidates: candidates.map((c) => ({ node: c.node, victims: names(c.victims), violations: c.violations })) } : {}),
    ...(message === undefined ? {} : { message }),
  };
}
