import { isPodTerminal } from "../../api/index.ts";
import { formatDuration } from "../../machinery/index.ts";
import { parseTime } from "../../sim/index.ts";
import type { Pod } from "../describe/types.ts";
import { ApiFailure, CliError, errorMessage, Failures, isNotFound } from "../errors.ts";
import { findType, type ResourceType } from "../rest/discovery.ts";
import { pathOf } from "../rest/session.ts";
import type { Invocation } from "../types.ts";
import { deleteOptions } from "./delete-options.ts";
import { dryRunOf } from "./each.ts";

/** How long a refused eviction rests (k8s: drain.Helper.EvictErrorRetryDelay). */
const RETRY_MS = 5000;
const POLL_MS = 1000;

/** The node's pods that are to go, and what is said against or about the others. */
interface Selection {
  readonly type: ResourceType;
  readonly doomed: readonly Pod[];
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

interface Judgement {
  readonly skip?: boolean;
  readonly error?: string;
  readonly warning?: string;
}

const controllerOf = ({ metadata }: Pod) => metadata.ownerReferences?.find((o) => o.controller);

/** Whether a pod on its way out is not worth waiting for any more (k8s: shouldSkipPod). */
function isOverdue({ flags, proc }: Invocation, { metadata }: Pod): boolean {
  const seconds = flags.int("skip-wait-for-delete-timeout");
  if (seconds <= 0 || metadata.deletionTimestamp === undefined) return false;
  return Math.floor((proc.clock.now() - parseTime(metadata.deletionTimestamp)) / 1000) > seconds;
}

/** What a DaemonSet, if it is one's, means for a pod (k8s: daemonSetFilter). Whose set is gone is nobody's. */
async function daemonJudgement(invocation: Invocation, pod: Pod): Promise<Judgement | undefined> {
  const { flags, session } = invocation;
  const owner = controllerOf(pod);
  if (owner?.kind !== "DaemonSet" || owner.apiVersion !== "apps/v1" || isPodTerminal(pod)) return undefined;
  try {
    await session.get(findType(await session.discovery(), "daemonsets.apps"), pod.metadata.namespace, owner.name);
  } catch (error) {
    if (!isNotFound(error) || !flags.bool("force")) return { error: `cannot delete ${errorMessage(error)}` };
    return { warning: errorMessage(error) };
  }
  return flags.bool("ignore-daemonsets")
    ? { skip: true, warning: "ignoring DaemonSet-managed Pods" }
    : { error: "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)" };
}

/** k8s: drain/filters.go. */
async function judge(invocation: Invocation, pod: Pod): Promise<Judgement> {
  const { flags } = invocation;
  if (isOverdue(invocation, pod)) return { skip: true };
  const daemon = await daemonJudgement(invocation, pod);
  if (daemon?.skip || daemon?.error !== undefined) return daemon;
  if (pod.metadata.annotations?.["kubernetes.io/config.mirror"] !== undefined) return { skip: true };
  if (pod.spec.volumes?.some((v) => v["emptyDir"] !== undefined) && !isPodTerminal(pod) && !flags.bool("delete-emptydir-data"))
    return { error: "cannot delete Pods with local storage (use --delete-emptydir-data to override)" };
  if (controllerOf(pod) || isPodTerminal(pod)) return {};
  return flags.bool("force")
    ? { warning: "deleting Pods that declare no controller" }
    : { error: "cannot delete Pods that declare no controller (use --force to override)" };
}

/** k8s: drain.GetPodsForDeletion. */
export async function podsToDrain(invocation: Invocation, node: string): Promise<Selection> {
  const { session, flags } = invocation;
  const type = findType(await session.discovery(), "pods");
  const selector = flags.string("pod-selector");
  const { items } = await session.list(
    type,
    undefined,
    {
      fieldSelector: `spec.nodeName=${node}`,
      ...(selector ? { labelSelector: selector } : {}),
    },
    flags.int("chunk-size"),
  );
  const errors = new Map<string, string[]>();
  const warnings = new Map<string, string[]>();
  const doomed: Pod[] = [];
  for (const pod of items as Pod[]) {
    const { skip, error, warning } = await judge(invocation, pod);
    const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
    for (const [text, into] of [
      [error, errors],
      [warning, warnings],
    ] as const)
      if (text) into.set(text, [...(into.get(text) ?? []), name]);
    if (!skip && !error) doomed.push(pod);
  }
  const texts = (map: ReadonlyMap<string, string[]>): string[] =>
    [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([text, names]) => `${text}: ${names.join(", ")}`);
  return { type, doomed, errors: texts(errors), warnings: texts(warnings) };
}

/** Evicts all at once, or deletes, and waits until they are gone (k8s: DeleteOrEvictPods). */
export async function removePods(invocation: Invocation, type: ResourceType, doomed: readonly Pod[]): Promise<void> {
  const { session, flags, proc } = invocation;
  if (doomed.length === 0) return;
  const { subresources } = await session.discovery();
  const timeout = flags.duration("timeout");
  const until = timeout > 0 ? proc.clock.now() + timeout : Infinity;
  if (flags.bool("disable-eviction") || !subresources.has("/v1/pods/eviction")) return deletePods(invocation, type, doomed, until);
  const errors: unknown[] = [];
  // What Go starts last runs first.
  await Promise.all(
    [...doomed.slice(-1), ...doomed.slice(0, -1)].map((pod) =>
      evictPod(invocation, type, pod, until).catch((error: unknown) => void errors.push(error)),
    ),
  );
  if (errors.length > 0) throw new Failures(errors);
}

const isTooMany = (error: unknown): boolean => error instanceof ApiFailure && error.reason === "TooManyRequests";
const isInDyingNamespace = (error: unknown): boolean =>
  error instanceof ApiFailure &&
  error.reason === "Forbidden" &&
  (error.status.details?.causes ?? []).some((c) => c.reason === "NamespaceTerminating");

const deletion = (invocation: Invocation): object =>
  deleteOptions({ gracePeriod: invocation.flags.int("grace-period"), dryRun: dryRunOf(invocation) });

async function evictPod(invocation: Invocation, type: ResourceType, pod: Pod, until: number): Promise<void> {
  const { session, proc, flags } = invocation;
  const { name, namespace } = pod.metadata;
  const who = `pods/${JSON.stringify(name)} -n ${JSON.stringify(namespace)}`;
  const retry = `(will retry after ${RETRY_MS / 1000}s)`;
  const dryRun = dryRunOf(invocation) === "server";
  const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace }, deleteOptions: deletion(invocation) };
  let live = pod;
  for (;;) {
    await invocation.out(`evicting pod ${namespace}/${name}${dryRun ? " (server dry run)" : ""}\n`);
    if (proc.clock.now() > until)
      throw new CliError(`error when evicting ${who}: global timeout reached: ${formatDuration(flags.duration("timeout"))}`);
    try {
      await session.object("POST", pathOf(type, namespace, name, "eviction"), { body });
      break;
    } catch (error) {
      if (isNotFound(error)) return;
      const message = errorMessage(error);
      const dying = isInDyingNamespace(error);
      if (dying && live.metadata.deletionTimestamp !== undefined) break;
      if (isTooMany(error)) await invocation.err(`error when evicting ${who} ${retry}: ${message}\n`);
      else if (dying)
        await invocation.err(
          `error when evicting pod ${JSON.stringify(name)} from terminating namespace ${JSON.stringify(namespace)} ${retry}: ${message}\n`,
        );
      else throw new CliError(`error when evicting ${who}: ${message}`);
      await proc.clock.sleep(RETRY_MS);
    }
    live = (await session.get(type, namespace, name).catch(() => live)) as Pod;
  }
  if (dryRun) return;
  try {
    await waitUntilGone(invocation, type, [live], until, "evicted");
  } catch (error) {
    throw new CliError(
      `error when waiting for pod ${JSON.stringify(name)} in namespace ${JSON.stringify(namespace)} to terminate: ${errorMessage(error)}`,
    );
  }
}

async function deletePods(invocation: Invocation, type: ResourceType, doomed: readonly Pod[], until: number): Promise<void> {
  const body = deletion(invocation);
  for (const { metadata } of doomed) {
    try {
      await invocation.session.object("DELETE", pathOf(type, metadata.namespace, metadata.name), { body });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  if (dryRunOf(invocation) === "none") await waitUntilGone(invocation, type, doomed, until, "deleted");
}

/** Asks every second for those that are left (k8s: waitForDelete). */
async function waitUntilGone(
  invocation: Invocation,
  type: ResourceType,
  pods: readonly Pod[],
  until: number,
  done: "evicted" | "deleted",
): Promise<void> {
  const { session, proc, flags } = invocation;
  for (let left = pods; ;) {
    const pending: Pod[] = [];
    for (const pod of left) {
      const { name, namespace, uid } = pod.metadata;
      const live = (await session.get(type, namespace, name).catch((e: unknown) => (isNotFound(e) ? undefined : Promise.reject(e)))) as
        | Pod
        | undefined;
      if (!live || live.metadata.uid !== uid) await invocation.out(`pod/${name} ${done}\n`);
      else if (isOverdue(invocation, live)) {
        const seconds = flags.int("skip-wait-for-delete-timeout");
        await invocation.out(`pod ${JSON.stringify(name)} has DeletionTimestamp older than ${seconds} seconds, skipping\n`);
      } else pending.push(pod);
    }
    if (pending.length === 0) return;
    left = pending;
    const wait = Math.min(POLL_MS, until - proc.clock.now());
    if (wait > 0) await proc.clock.sleep(wait);
    if (proc.clock.now() >= until) throw new CliError("context deadline exceeded");
  }
}
