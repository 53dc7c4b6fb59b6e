import type { HorizontalPodAutoscalerSpec, HPAScalingRules } from "../../api/index.ts";
import { parseQuantity } from "../../machinery/index.ts";
import type { Tolerances } from "./replicas.ts";

/** What an autoscaler remembers; none of it is stored, as upstream's is not. */
export interface History {
  /** What the metrics asked for, oldest first. */
  readonly recommendations: readonly { readonly at: number; readonly replicas: number }[];
  /** By how many pods the target was changed: more than zero, up. */
  readonly changes: readonly { readonly at: number; readonly by: number }[];
}
export const NO_HISTORY: History = { recommendations: [], changes: [] };

/** Reason and message of a condition. */
export interface Word {
  readonly reason: string;
  readonly message: string;
}

/** A number of replicas within all bounds, and what the conditions say of it. */
export interface Bounded {
  readonly replicas: number;
  readonly ableToScale: Word;
  readonly limited: boolean;
  readonly scalingLimited: Word;
  readonly history: History;
}

/** k8s: --horizontal-pod-autoscaler-downscale-stabilization, -tolerance. */
const DOWNSCALE_STABILIZATION_S = 300;
const TOLERANCE = 0.1;
/** The longest period that a policy may have. */
const MAX_PERIOD_MS = 1800_000;

const STEADY: Word = { reason: "ReadyForNewScale", message: "recommended size matches current size" };
const UP_STABILIZED: Word = {
  reason: "ScaleUpStabilized",
  message: "recent recommendations were lower than current one, applying the lowest recent recommendation",
};
const DOWN_STABILIZED: Word = {
  reason: "ScaleDownStabilized",
  message: "recent recommendations were higher than current one, applying the highest recent recommendation",
};
const IN_RANGE: Word = { reason: "DesiredWithinRange", message: "the desired count is within the acceptable range" };
const TOO_FAST: Word = {
  reason: "ScaleUpLimit",
  message: "the desired replica count is increasing faster than the maximum scale rate",
};
const TOO_FAST_DOWN: Word = {
  reason: "ScaleDownLimit",
  message: "the desired replica count is decreasing faster than the maximum scale rate",
};
const TOO_MANY: Word = { reason: "TooManyReplicas", message: "the desired replica count is more than the maximum replica count" };
const TOO_FEW: Word = { reason: "TooFewReplicas", message: "the desired replica count is less than the minimum replica count" };

/** Per-direction tolerances where the behaviour says any (k8s: tolerancesForHpa). */
export function tolerancesOf({ behavior }: HorizontalPodAutoscalerSpec): Tolerances {
  const of = (rules: HPAScalingRules | undefined): number =>
    rules?.tolerance === undefined ? TOLERANCE : Number(parseQuantity(rules.tolerance).nano) / 1e9;
  return { down: of(behavior?.scaleDown), up: of(behavior?.scaleUp) };
}

/** The first sight of a target counts as a recommendation to keep it as it is (k8s: recordInitialRecommendation). */
export const begun = (history: History, replicas: number, at: number): History =>
  history.recommendations.length > 0 ? history : { ...history, recommendations: [{ at, replicas }] };

/** After the target was changed (k8s: storeScaleEvent); without a behaviour nobody asks. */
export function changed(history: History, spec: HorizontalPodAutoscalerSpec, by: number, at: number): History {
  if (spec.behavior === undefined) return history;
  return { ...history, changes: [...history.changes.filter((c) => c.at >= at - MAX_PERIOD_MS), { at, by }] };
}

/** `desired` within the autoscaler's own bounds, stabilised and no faster than allowed. */
export function bounded(spec: HorizontalPodAutoscalerSpec, history: History, current: number, desired: number, now: number): Bounded {
  return spec.behavior === undefined ? plainly(spec, history, current, desired, now) : byRules(spec, history, current, desired, now);
}

/** k8s: normalizeDesiredReplicas. */
function plainly(spec: HorizontalPodAutoscalerSpec, history: History, current: number, desired: number, now: number): Bounded {
  const recent = history.recommendations.filter((r) => r.at >= now - DOWNSCALE_STABILIZATION_S * 1000);
  const stabilized = Math.max(desired, ...recent.map((r) => r.replicas));
  const fastest = Math.max(2 * current, 4);
  const most = Math.min(spec.maxReplicas, fastest);
  const least = minOf(spec);
  const [replicas, scalingLimited] =
    stabilized < least
      ? [least, TOO_FEW]
      : stabilized > most
        ? [most, spec.maxReplicas > fastest ? TOO_FAST : TOO_MANY]
        : [stabilized, IN_RANGE];
  return {
    replicas,
    ableToScale: stabilized === desired ? STEADY : DOWN_STABILIZED,
    limited: replicas !== stabilized,
    scalingLimited,
    history: { ...history, recommendations: [...recent, { at: now, replicas: desired }] },
  };
}

/** k8s: normalizeDesiredReplicasWithBehaviors. */
function byRules(spec: HorizontalPodAutoscalerSpec, history: History, current: number, desired: number, now: number): Bounded {
  const up = spec.behavior?.scaleUp ?? {};
  const down = spec.behavior?.scaleDown ?? {};
  const upWindow = (up.stabilizationWindowSeconds ?? 0) * 1000;
  const downWindow = (down.stabilizationWindowSeconds ?? DOWNSCALE_STABILIZATION_S) * 1000;
  let lowest = desired;
  let highest = desired;
  for (const { at, replicas } of history.recommendations) {
    if (at > now - upWindow) lowest = Math.min(lowest, replicas);
    if (at > now - downWindow) highest = Math.max(highest, replicas);
  }
  const stabilized = Math.min(Math.max(current, lowest), highest);
  const [replicas, scalingLimited] = atRate(spec, history, current, stabilized, now);
  const window = Math.max(upWindow, downWindow);
  return {
    replicas,
    ableToScale: stabilized === desired ? STEADY : desired >= current ? UP_STABILIZED : DOWN_STABILIZED,
    limited: replicas !== stabilized,
    scalingLimited,
    history: {
      ...history,
      recommendations: [...history.recommendations.filter((r) => r.at >= now - window), { at: now, replicas: desired }],
    },
  };
}

/** k8s: convertDesiredReplicasWithBehaviorRate. */
function atRate(
  spec: HorizontalPodAutoscalerSpec,
  history: History,
  current: number,
  desired: number,
  now: number,
): readonly [replicas: number, word: Word] {
  if (desired > current) {
    const limit = Math.max(current, upLimit(spec.behavior?.scaleUp ?? {}, history, current, now));
    const most = Math.min(spec.maxReplicas, limit);
    if (desired > most) return [most, spec.maxReplicas > limit ? TOO_FAST : TOO_MANY];
  } else if (desired < current) {
    const limit = Math.min(current, downLimit(spec.behavior?.scaleDown ?? {}, history, current, now));
    const least = Math.max(minOf(spec), limit);
    if (desired < least) return [least, minOf(spec) < limit ? TOO_FAST_DOWN : TOO_FEW];
  }
  return [desired, IN_RANGE];
}

/** How many there were when the policy's period began. */
function atStart({ changes }: History, current: number, periodSeconds: number, now: number): number {
  return changes.reduce((replicas, { at, by }) => (at > now - periodSeconds * 1000 ? replicas - by : replicas), current);
}

/** The most pods there may be (k8s: calculateScaleUpLimitWithScalingRules). */
function upLimit({ selectPolicy, policies = [] }: HPAScalingRules, history: History, current: number, now: number): number {
  if (selectPolicy === "Disabled") return current;
  const limits = policies.map(({ type, value, periodSeconds }) => {
    const start = atStart(history, current, periodSeconds, now);
    // Rounded up: a small percentage of few pods must still be able to add one.
    return type === "Pods" ? start + value : Math.ceil(start * (1 + value / 100));
  });
  return selectPolicy === "Min" ? Math.min(...limits) : Math.max(...limits);
}

/** The fewest pods there may be (k8s: calculateScaleDownLimitWithBehaviors). */
function downLimit({ selectPolicy, policies = [] }: HPAScalingRules, history: History, current: number, now: number): number {
  if (selectPolicy === "Disabled") return current;
  const limits = policies.map(({ type, value, periodSeconds }) => {
    const start = atStart(history, current, periodSeconds, now);
    return type === "Pods" ? start - value : Math.trunc(start * (1 - value / 100));
  });
  return selectPolicy === "Min" ? Math.max(...limits) : Math.min(...limits);
}

export const minOf = ({ minReplicas }: HorizontalPodAutoscalerSpec): number => minReplicas ?? 1;
