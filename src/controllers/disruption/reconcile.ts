import type { Pod, PodDisruptionBudget } from "../../api/index.ts";
import type { Change, Client, Controller, ReconcileContext } from "../../client/index.ts";
import { isConflict, labelSelector } from "../../machinery/index.ts";
import { type Cause, rfc3339 } from "../../sim/index.ts";
import { type ControllerContext, MANAGER_PACE, type PacedController } from "../context.ts";
import {
  budgetStatus,
  countHealthy,
  countsScale,
  desiredHealthy,
  failedStatus,
  followEvictions,
  matters,
  printedSelector,
  staleIn,
  withoutDisruption,
} from "./decide.ts";
import { createSettled } from "../settled.ts";
import { createScaleFinder } from "./scales.ts";

/** Says of each PodDisruptionBudget how many of its pods may go (k8s: pkg/controller/disruption). */
export function createDisruptionController({ informers, clock, recorder }: ControllerContext): PacedController {
  const budgets = informers.of("poddisruptionbudgets");
  const pods = informers.of("pods");
  const events = recorder("controllermanager");
  const scaleOf = createScaleFinder(informers);
  const settled = createSettled(clock);

  const budgetsOf = (pod: Pod): readonly PodDisruptionBudget[] =>
    budgets
      .by("namespace", pod.metadata?.namespace ?? "")
      .filter(({ spec }) => labelSelector(spec?.selector).matches(pod.metadata?.labels));

  const podKeys = ({ object, old, causes }: Change<Pod>): readonly string[] => {
    if (budgets.size === 0 || (object && old && !matters(old, object))) return [];
    const now = budgetsOf((object ?? old) as Pod);
    const [first, another] = now;
    if (object && another) {
      const { namespace, name } = object.metadata ?? {};
      const message = `Pod "${namespace}"/"${name}" matches multiple PodDisruptionBudgets.  Chose "${first?.metadata?.name}" arbitrarily.`;
      events.event(object, "Warning", "MultiplePodDisruptionBudgets", message, causesOf(object, causes));
    }
    const before = object && old && old.metadata?.labels !== object.metadata?.labels ? budgetsOf(old) : [];
    return [...new Set([...now, ...before].map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`))];
  };

  const selected = ({ metadata, spec }: PodDisruptionBudget): readonly Pod[] => {
    const selector = labelSelector(spec?.selector);
    return pods.by("namespace", metadata?.namespace ?? "").filter((p) => selector.matches(p.metadata?.labels));
  };

  const expectedOf = async (budget: PodDisruptionBudget, own: readonly Pod[], { client, causes }: ReconcileContext): Promise<number> => {
    if (!countsScale(budget)) return own.length;
    try {
      const { expected, unmanaged } = await scaleOf(client, own);
      if (unmanaged.length > 0) {
        const message =
          `Pods selected by this PodDisruptionBudget (selector: ${printedSelector(budget.spec?.selector)}) were found to be unmanaged. ` +
          "As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. " +
          'To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.';
        events.event(budget, "Warning", "UnmanagedPods", message, causes);
      }
      return expected;
    } catch (error) {
      const message = `Failed to calculate the number of expected pods: ${messageOf(error)}`;
      events.event(budget, "Warning", "CalculateExpectedPodCountFailed", message, causes);
      throw error;
    }
  };

  const count = async (budget: PodDisruptionBudget, context: ReconcileContext): Promise<number | undefined> => {
    const own = selected(budget);
    if (own.length === 0) events.event(budget, "Normal", "NoPods", "No matching pods found", context.causes);
    const expected = await expectedOf(budget, own, context);
    const now = clock.now();
    const { pending, overdue, recheck } = followEvictions(budget, own, now);
    // Upstream names the namespace twice, and not the budget.
    const { namespace } = budget.metadata ?? {};
    for (const pod of overdue)
      events.event(
        pod,
        "Warning",
        "NotDeleted",
        `Pod was expected by PDB ${namespace}/${namespace} to be deleted but it wasn't`,
        context.causes,
      );
    const desired = desiredHealthy(budget, expected);
    const status = budgetStatus(budget, { expected, desired, healthy: countHealthy(own, pending, now), pending }, rfc3339(now));
    await write(context.client, budget, status);
    return recheck;
  };

  return {
    name: "disruption",
    pace: MANAGER_PACE,
    watches: [
      { resource: "poddisruptionbudgets", keys: ({ key }) => [key] },
      { resource: "pods", keys: (change) => podKeys(change as Change<Pod>) },
    ],
    async reconcile(key, context) {
      const budget = budgets.get(key);
      if (!budget) return settled.forget(key);
      try {
        const inputs = [budget, ...pods.by("namespace", budget.metadata?.namespace ?? "")];
        return await settled.turn(key, inputs, context, (watched) => count(budget, watched));
      } catch (error) {
        if (isConflict(error)) throw error;
        await write(context.client, budget, failedStatus(budget, messageOf(error), rfc3339(clock.now())));
      }
    },
  };
}

/** Takes back what was said of a pod that was to be evicted and was not (k8s: syncStalePodDisruption). */
export function createStaleDisruptionController({ informers, clock }: ControllerContext): Controller {
  const pods = informers.of("pods");
  return {
    name: "stale-pod-disruption",
    watches: [{ resource: "pods", keys: ({ key, object }) => (object && staleIn(object as Pod, clock.now()) !== undefined ? [key] : []) }],
    async reconcile(key, { client }) {
      const pod = pods.get(key);
      const wait = pod && staleIn(pod, clock.now());
      if (!pod || wait === undefined || wait > 0) return wait;
      const conditions = withoutDisruption(pod, rfc3339(clock.now()));
      await client.update("pods", { ...pod, status: { ...pod.status, conditions } }, "status");
    },
  };
}

async function write(client: Client, budget: PodDisruptionBudget, status: PodDisruptionBudget["status"]): Promise<void> {
  if (status && status !== budget.status) await client.update("poddisruptionbudgets", { ...budget, status }, "status");
}

const messageOf = (e: unknown): string => (e instanceof Error ? e.message : String(e));
/** What the first list shows has nothing but its own revision to name. */
const causesOf = ({ metadata }: Pod, causes: readonly Cause[]): readonly Cause[] =>
  causes.length > 0 ? causes : [{ kind: "revision", revision: Number(metadata?.resourceVersion ?? 1) }];
