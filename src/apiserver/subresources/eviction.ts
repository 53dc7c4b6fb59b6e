import { kindTable, type Pod, type PodCondition, type PodDisruptionBudget, withDisruptionAllowed } from "../../api/index.ts";
import {
  badRequest,
  failure,
  forbidden,
  labelSelector,
  notFound,
  type Status,
  successStatus,
  tooManyRequests,
} from "../../machinery/index.ts";
import { rfc3339 } from "../../sim/index.ts";
import { listStored } from "../admission/stored.ts";
import { keyOf, type Scope } from "../context.ts";
import { parseBody } from "../body.ts";
import type { Entry } from "../../etcd/index.ts";
import { andThen, type MaybePromise } from "../maybe.ts";
import { deleteEntry } from "../registry/delete.ts";
import type { DeleteOptions } from "../registry/delete-options.ts";
import { currentEntry, put } from "../registry/write.ts";
import type { Subresource } from "./types.ts";

interface Eviction {
  readonly metadata?: { readonly name?: string };
  readonly deleteOptions?: DeleteOptions;
}

const REFUSED = "Cannot evict pod as it would violate the pod's disruption budget.";
/** k8s: eviction.go MaxDisruptedPodSize. */
const MOST_DISRUPTED = 2000;

/** POST pods/NAME/eviction: a deletion that asks the pod's budget first (k8s: registry/core/pod/storage/eviction.go). */
function evict(scope: Scope): MaybePromise<Status> {
  const eviction = parseBody(scope.request) as Eviction;
  const { info, server } = scope;
  if (eviction.metadata?.name !== undefined && eviction.metadata.name !== info.name)
    throw badRequest("name in URL does not match name in Eviction object");
  const entry = currentEntry(scope) as Entry<Pod> | undefined;
  if (!entry) throw notFound("pods", info.name);
  const attributes = { scope, operation: "CREATE", object: eviction, old: undefined } as const;
  return andThen(server.admission.mutate(attributes), () =>
    andThen(server.admission.validate(attributes), () => {
      const dryRun = scope.dryRun || (eviction.deleteOptions?.dryRun?.length ?? 0) > 0;
      const asked = { ...scope, dryRun };
      if (!needsNoBudget(entry.value)) chargeBudget(asked, entry.value);
      const marked = markDisrupted(asked, entry);
      const main = { ...asked, info: { ...info, subresource: "" } };
      return andThen(deleteEntry(main, marked, eviction.deleteOptions ?? {}), () => successStatus(undefined, 201));
    }),
  );
}

/** k8s: canIgnorePDB. */
const needsNoBudget = ({ metadata, status }: Pod): boolean =>
  metadata?.deletionTimestamp !== undefined || ["Succeeded", "Failed", "Pending"].includes(status?.phase ?? "");

const isReady = ({ status }: Pod): boolean => status?.conditions?.some((c) => c.type === "Ready" && c.status === "True") ?? false;

function chargeBudget(scope: Scope, pod: Pod): void {
  const { info, server } = scope;
  const kind = kindTable.poddisruptionbudgets;
  const budgets = listStored<PodDisruptionBudget>(server, kind, info.namespace).filter(
    ({ spec }) => spec?.selector !== undefined && labelSelector(spec.selector).matches(pod.metadata?.labels ?? {}),
  );
  const [budget, other] = budgets;
  if (budget === undefined) return;
  if (other !== undefined)
    throw failure(500, "", "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
  const { currentHealthy = 0, desiredHealthy = 0 } = budget.status ?? {};
  if (!isReady(pod)) {
    // What does not serve may go, always or while enough others do.
    if (budget.spec?.unhealthyPodEvictionPolicy === "AlwaysAllow") return;
    if (currentHealthy >= desiredHealthy && desiredHealthy > 0) return;
  }
  const entry = server.store.get(keyOf(kind, info.namespace, budget.metadata?.name ?? "")) as Entry<PodDisruptionBudget>;
  const charged = charge(budget, pod.metadata?.name ?? "", rfc3339(server.clock.now()));
  put({ ...scope, kind: kind as unknown as Scope["kind"], info: { ...info, name: budget.metadata?.name ?? "" } }, charged, entry);
}

/** The budget with one disruption fewer, and the pod's name among those that go; throws when there is none left (k8s: checkAndDecrement). */
function charge(budget: PodDisruptionBudget, pod: string, now: string): PodDisruptionBudget {
  const { metadata, status } = budget;
  const name = metadata?.name ?? "";
  const { currentHealthy = 0, desiredHealthy = 0, disruptionsAllowed = 0, disruptedPods = {}, expectedPods = 0 } = status ?? {};
  if ((status?.observedGeneration ?? 0) < (metadata?.generation ?? 0))
    throw overBudget(`The disruption budget ${name} is still being processed by the server.`, 10);
  if (disruptionsAllowed < 0) throw forbidden("poddisruptionbudget", name, "pdb disruptions allowed is negative", "policy");
  if (Object.keys(disruptedPods).length > MOST_DISRUPTED)
    throw forbidden(
      "poddisruptionbudget",
      name,
      "DisruptedPods map too big - too many evictions not confirmed by PDB controller",
      "policy",
    );
  if (disruptionsAllowed === 0) throw overBudget(`The disruption budget ${name} ${exhausted(budget)}`, 0);
  const charged = {
    ...status,
    currentHealthy,
    desiredHealthy,
    expectedPods,
    disruptionsAllowed: disruptionsAllowed - 1,
    disruptedPods: { ...disruptedPods, [pod]: now },
  };
  // The last one is gone before the controller can say so.
  return { ...budget, status: disruptionsAllowed === 1 ? { ...charged, conditions: withDisruptionAllowed(charged, now) } : charged };
}

/** Why it has none left; counts are not to be trusted where counting failed. */
function exhausted({ status }: PodDisruptionBudget): string {
  const { currentHealthy = 0, desiredHealthy = 0, conditions = [] } = status ?? {};
  const said = conditions.find((c) => c.type === "DisruptionAllowed" && c.status === "False" && c.message !== "");
  const none = "does not allow evicting pods currently";
  if (said?.reason === "SyncFailed") return `${none} because it failed sync: ${said.message}`;
  if (currentHealthy <= desiredHealthy) return `needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
  return said ? `${none} (${said.reason}): ${said.message}` : none;
}

function overBudget(why: string, retryAfterSeconds: number): Error {
  const { status } = tooManyRequests(REFUSED, retryAfterSeconds);
  return failure(429, "TooManyRequests", REFUSED, { ...status.details, causes: [{ reason: "DisruptionBudget", message: why }] });
}

/** Its end says why it came (k8s: addConditionAndDeletePod). */
function markDisrupted(scope: Scope, entry: Entry<Pod>): Entry<Pod> {
  const { value: pod } = entry;
  const condition: PodCondition = {
    type: "DisruptionTarget",
    status: "True",
    reason: "EvictionByEvictionAPI",
    message: "Eviction API: evicting",
    lastTransitionTime: rfc3339(scope.server.clock.now()),
    ...(pod.metadata?.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
  };
  const conditions = [...(pod.status?.conditions ?? []).filter((c) => c.type !== condition.type), condition];
  if (scope.dryRun) return entry;
  put(scope, { ...pod, status: { ...pod.status, conditions } } as Pod, entry);
  return currentEntry(scope) as Entry<Pod>;
}

export const eviction: Subresource = {
  verbs: ["create"],
  kind: { group: "policy", version: "v1", kind: "Eviction" },
  serve: (scope) => andThen(evict(scope), (body) => ({ status: 201, body })),
};
