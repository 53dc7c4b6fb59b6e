import type { ControllerRevision, KubeObject, OwnerReference, PodTemplateSpec } from "../api/index.ts";
import type { Client } from "../client/index.ts";
import { computeHash, deterministicText, isAlreadyExists, isNotFound, semanticEqual } from "../machinery/index.ts";

/** The hash of a revision's data, as a label of the revision (k8s: history.ControllerRevisionHashLabel). */
const HASH_LABEL = "controller.kubernetes.io/hash";
/** Longer names of owners are cut, so that the hash fits into a name (k8s: ControllerRevisionName). */
const MAX_PREFIX = 223;

const dataOf = new WeakMap<PodTemplateSpec, object>();

/**
 * What a revision remembers of its owner: a strategic merge patch that puts the template back (k8s: getPatch). Its keys
 * are in order, as Go writes maps: kubectl compares the bytes to tell whether there is anything to roll back.
 */
export function templateData(template: PodTemplateSpec): object {
  let data = dataOf.get(template);
  if (!data) dataOf.set(template, (data = sorted({ spec: { template: { ...template, $patch: "replace" } } })));
  return data;
}

const sorted = (value: object): object => JSON.parse(deterministicText(value)) as object;

/** The template that a revision remembers (k8s: ApplyRevision). */
export function rememberedTemplate(revision: ControllerRevision): PodTemplateSpec {
  const { spec } = (revision.data ?? {}) as { spec?: { template?: PodTemplateSpec & { readonly $patch?: string } } };
  const { $patch: _, ...template } = spec?.template ?? {};
  return template;
}

/** Oldest number first; ties by age, then name (k8s: SortControllerRevisions). */
export function byRevision(a: ControllerRevision, b: ControllerRevision): number {
  if (a.revision !== b.revision) return a.revision - b.revision;
  const keys = (r: ControllerRevision): string => `${r.metadata?.creationTimestamp ?? ""} ${r.metadata?.name ?? ""}`;
  return keys(a) < keys(b) ? -1 : 1;
}

/** Of the revisions in order: which says the same, and the number that a new one takes. */
export function findRevision(
  history: readonly ControllerRevision[],
  data: object,
): { readonly found: ControllerRevision | undefined; readonly isLast: boolean; readonly next: number } {
  const last = history.at(-1);
  const same = (r: ControllerRevision): boolean => semanticEqual(r.data, data);
  return { found: history.findLast(same), isLast: last !== undefined && same(last), next: (last?.revision ?? 0) + 1 };
}

/** The revisions above the limit that nothing lives by, oldest first (k8s: truncateHistory). */
export function surplusRevisions(
  history: readonly ControllerRevision[],
  live: ReadonlySet<string>,
  limit: number,
): readonly ControllerRevision[] {
  const idle = history.filter((r) => !live.has(r.metadata?.name ?? ""));
  return limit < 0 ? [] : idle.slice(0, Math.max(0, idle.length - limit));
}

/**
 * Creates a revision named by the hash of its data. A name that another revision has taken counts as a collision and
 * gives the next hash; one that says the same is the revision wanted (k8s: CreateControllerRevision).
 */
export async function createRevision(options: {
  readonly client: Client;
  readonly owner: KubeObject;
  readonly ref: OwnerReference;
  readonly template: PodTemplateSpec;
  readonly revision: number;
  readonly collisionCount: number;
}): Promise<{ readonly revision: ControllerRevision; readonly collisionCount: number }> {
  const { client, owner, ref, template } = options;
  const { namespace = "", annotations } = owner.metadata ?? {};
  const prefix = ref.name.slice(0, MAX_PREFIX);
  const data = templateData(template);
  // The label keeps the hash that the first try had.
  const label = computeHash(data, options.collisionCount);
  for (let collisionCount = options.collisionCount; ; collisionCount++) {
    const name = `${prefix}-${computeHash(data, collisionCount)}`;
    try {
      const revision = await client.create("controllerrevisions", {
        apiVersion: "apps/v1",
        kind: "ControllerRevision",
        metadata: {
          name,
          namespace,
          labels: { ...template.metadata?.labels, [HASH_LABEL]: label },
          ...(annotations ? { annotations } : {}),
          ownerReferences: [ref],
        },
        data,
        revision: options.revision,
      });
      return { revision, collisionCount };
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      const there = await client.get("controllerrevisions", namespace, name);
      if (semanticEqual(there.data, data)) return { revision: there, collisionCount };
    }
  }
}

/** Deletes these revisions; those that are gone already are no news. */
export async function deleteRevisions(client: Client, revisions: readonly ControllerRevision[]): Promise<void> {
  for (const { metadata } of revisions) {
    try {
      await client.delete("controllerrevisions", metadata?.namespace, metadata?.name ?? "");
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
