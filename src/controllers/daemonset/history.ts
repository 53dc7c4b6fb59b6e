import type { ControllerRevision, DaemonSet, Pod, PodTemplateSpec } from "../../api/index.ts";
import type { Client, Informer } from "../../client/index.ts";
import { computeHash, isAlreadyExists, labelSelector, semanticEqual } from "../../machinery/index.ts";
import { byRevision, deleteRevisions, templateData } from "../history.ts";
import { claim, controllerRef } from "../owners.ts";
import { HASH_LABEL } from "./placement.ts";

export interface History {
  readonly current: ControllerRevision;
  /** Oldest number first. */
  readonly old: readonly ControllerRevision[];
}

const hashOf = (object: ControllerRevision | Pod): string | undefined => object.metadata?.labels?.[HASH_LABEL];

/** The revisions that say what the template says, and the others; each oldest number first. */
export function splitHistory(
  template: PodTemplateSpec,
  revisions: readonly ControllerRevision[],
): { readonly same: readonly ControllerRevision[]; readonly old: readonly ControllerRevision[] } {
  const data = templateData(template);
  const sorted = [...revisions].sort(byRevision);
  const same = new Set(sorted.filter((r) => semanticEqual(r.data, data)));
  return { same: [...same], old: sorted.filter((r) => !same.has(r)) };
}

/** The oldest revisions above the limit that no pod lives by (k8s: cleanupHistory). */
export function surplusHistory(
  old: readonly ControllerRevision[],
  pods: readonly Pod[],
  limit: number | undefined,
): readonly ControllerRevision[] {
  const surplus = limit === undefined ? 0 : old.length - limit;
  if (surplus <= 0) return [];
  const live = new Set(pods.map(hashOf));
  return old.filter((r) => !live.has(hashOf(r))).slice(0, surplus);
}

/** Finds or writes the revision of the template, with the highest number of all (k8s: constructHistory). */
export async function keepHistory(options: {
  readonly client: Client;
  readonly daemonSet: DaemonSet;
  readonly revisions: Informer<ControllerRevision>;
  readonly pods: () => readonly Pod[];
}): Promise<History> {
  const { client, daemonSet: d, revisions, pods } = options;
  const { namespace = "", name = "" } = d.metadata ?? {};
  const owned = await claim({
    client,
    resource: "controllerrevisions",
    owner: d,
    ref: controllerRef(d, "apps/v1", "DaemonSet"),
    selector: labelSelector(d.spec?.selector),
    informer: revisions,
    recheck: () => client.get("daemonsets", namespace, name),
  });
  const labelled = await Promise.all(owned.map((r) => withHash(client, r)));
  const { same, old } = splitHistory(d.spec?.template ?? {}, labelled);
  const next = (old.at(-1)?.revision ?? 0) + 1;
  const kept = same.at(-1);
  if (!kept) return { current: await createRevision(client, d, next), old };
  if (same.length > 1) await dropTwins(client, kept, same, pods());
  // Rolled back to: it becomes the newest.
  return { current: kept.revision < next ? await client.update("controllerrevisions", { ...kept, revision: next }) : kept, old };
}

/** Of a revision from elsewhere the name serves as its hash. */
async function withHash(client: Client, revision: ControllerRevision): Promise<ControllerRevision> {
  const { metadata } = revision;
  if (hashOf(revision) !== undefined) return revision;
  const labels = { ...metadata?.labels, [HASH_LABEL]: metadata?.name ?? "" };
  return client.update("controllerrevisions", { ...revision, metadata: { ...metadata, labels } });
}

/** Several revisions say the same: pods move to the one that stays (k8s: dedupCurHistories). */
async function dropTwins(
  client: Client,
  kept: ControllerRevision,
  same: readonly ControllerRevision[],
  pods: readonly Pod[],
): Promise<void> {
  const labels = { [HASH_LABEL]: hashOf(kept) };
  for (const pod of pods)
    if (hashOf(pod) !== hashOf(kept))
      await client.patch("pods", pod.metadata?.namespace, pod.metadata?.name ?? "", "merge", { metadata: { labels } });
  await deleteRevisions(
    client,
    same.filter((r) => r !== kept),
  );
}

async function createRevision(client: Client, d: DaemonSet, revision: number): Promise<ControllerRevision> {
  const { namespace = "", name = "", annotations } = d.metadata ?? {};
  const template = d.spec?.template ?? {};
  const data = templateData(template);
  const hash = computeHash(template, d.status?.collisionCount);
  const metadata = {
    name: `${name}-${hash}`,
    namespace,
    labels: { ...template.metadata?.labels, [HASH_LABEL]: hash },
    ...(annotations ? { annotations } : {}),
    ownerReferences: [controllerRef(d, "apps/v1", "DaemonSet")],
  };
  try {
    return await client.create("controllerrevisions", { apiVersion: "apps/v1", kind: "ControllerRevision", metadata, data, revision });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    const there = await client.get("controllerrevisions", namespace, metadata.name);
    if (semanticEqual(there.data, data)) return there;
    // Another template has this hash: the next turn salts it.
    const fresh = await client.get("daemonsets", namespace, name);
    if (fresh.status?.collisionCount === d.status?.collisionCount) {
      const status = { ...fresh.status, collisionCount: (fresh.status?.collisionCount ?? 0) + 1 };
      await client.update("daemonsets", { ...fresh, status } as DaemonSet, "status");
    }
    throw error;
  }
}
