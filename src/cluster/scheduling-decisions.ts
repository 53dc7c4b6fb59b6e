import type { SchedulingDecision } from "../api/index.ts";
import { type Advice, type Decision, fitError, type PodInfo } from "../scheduler/index.ts";
import { rfc3339 } from "../sim/index.ts";

/** How many decisions of the scheduler are remembered. */
const KEPT = 1_000;
/** Of decisions about very many nodes fewer are kept: so many scores and verdicts altogether. */
const MAX_CELLS = 200_000;
/** For how many pods that wait advice is worked out in one reading: the newest. */
const ADVISED = 20;

/** A decision, and when it was made. */
interface Decided {
  readonly decision: Decision;
  readonly at: number;
  readonly sequence: number;
}

type Status = NonNullable<SchedulingDecision["status"]>;

/** The newest decisions of the scheduler. */
export class Decisions {
  #kept: Decided[] = [];
  #sequence = 0;
  #cells = 0;

  add(decision: Decision, at: number): void {
    this.#kept.push({ decision: withoutPods(decision), at, sequence: ++this.#sequence });
    this.#cells += cellsOf(decision);
    let gone = 0;
    while (this.#kept.length - gone > KEPT || (this.#cells > MAX_CELLS && this.#kept.length - gone > 1)) {
      this.#cells -= cellsOf((this.#kept[gone] as Decided).decision);
      gone++;
    }
    if (gone > 0) this.#kept.splice(0, gone);
  }

  /** As they are read, oldest first. */
  objects(advise: (key: string) => readonly Advice[]): readonly SchedulingDecision[] {
    const asked = new Set<string>();
    const advised = this.#kept.toReversed().map((decided) => {
      const { key } = decided.decision.pod;
      const newest = !asked.has(key);
      if (decided.decision.node !== undefined || !newest || asked.size >= ADVISED) return schedulingDecision(decided, []);
      asked.add(key);
      return schedulingDecision(decided, advise(key));
    });
    return advised.toReversed();
  }
}

/** The decision with nothing of its pods but their names: they are long gone when it is still remembered. */
function withoutPods(decision: Decision): Decision {
  const named = (info: PodInfo): PodInfo => {
    const { namespace, name } = info.pod.metadata ?? {};
    return { ...info, pod: { metadata: { ...(namespace ? { namespace } : {}), ...(name ? { name } : {}) } } };
  };
  const after = decision.after.map(({ victims, candidates, ...rest }) => ({
    ...rest,
    ...(victims ? { victims: victims.map(named) } : {}),
    ...(candidates ? { candidates: candidates.map((c) => ({ ...c, victims: c.victims.map(named) })) } : {}),
  }));
  return { ...decision, pod: named(decision.pod), after };
}

/** How much a decision holds: its verdicts and scores. */
const cellsOf = ({ verdicts, scores, feasible }: Decision): number => verdicts.size + scores.length * feasible.length;

/** A decision as the object that is read; `advice` is what would help the pod now. */
function schedulingDecision({ decision, at, sequence }: Decided, advice: readonly Advice[]): SchedulingDecision {
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
      ...(advice.length > 0 ? { advice } : {}),
    },
  };
}

function nodeScores({ feasible, scores, node: chosen }: Decision): NonNullable<Status["scores"]> {
  if (scores.length === 0) return [];
  const rows = feasible.map((node, i) => {
    const plugins = scores.map(({ plugin, weight, raw, normalized }) => {
      const counted = raw[i] ?? Number.NaN;
      const value = normalized[i] ?? 0;
      return { plugin, ...(Number.isNaN(counted) ? {} : { raw: counted }), normalized: value, weight, weighted: value * weight };
    });
    return { node, score: plugins.reduce((sum, p) => sum + p.weighted, 0), plugins };
  });
  // Of equals the one that chance chose is first.
  return rows.toSorted((a, b) => b.score - a.score || Number(b.node === chosen) - Number(a.node === chosen));
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
