import type { Deployment, PodTemplateSpec, ReplicaSet } from "../../api/index.ts";
import { semanticEqual } from "../../machinery/index.ts";
import {
  byCreation,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  maxReplicasOf,
  desiredOf,
  replicasOf,
  REVISION,
  REVISION_HISTORY,
} from "./arithmetic.ts";

export const HASH_LABEL = "pod-template-hash";
/** Characters of the list of revisions that a ReplicaSet had (k8s: maxRevHistoryLengthInChars). */
const MAX_HISTORY = 2000;

type Strings = Readonly<Record<string, string>>;

/** Equal but for the hash label (k8s: EqualIgnoreHash). */
export function sameTemplate(a: PodTemplateSpec, b: PodTemplateSpec): boolean {
  return (a.spec === b.spec || semanticEqual(a.spec, b.spec)) && semanticEqual(withoutHash(a), withoutHash(b));
}

function withoutHash({ metadata }: PodTemplateSpec): object {
  const { [HASH_LABEL]: _, ...labels } = metadata?.labels ?? {};
  return { ...metadata, labels };
}

/** The ReplicaSet of the current template; the oldest, should there be several (k8s: FindNewReplicaSet). */
export function findNew(d: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  const template = d.spec?.template ?? {};
  let found: ReplicaSet | undefined;
  for (const rs of sets) if (sameTemplate(rs.spec?.template ?? {}, template) && (!found || byCreation(rs, found) < 0)) found = rs;
  return found;
}

/** Go's int64: a ReplicaSet that is adopted may say any. */
const integer = (text = ""): bigint => (/^-?\d{1,19}$/.test(text) ? BigInt(text) : 0n);
const revisionOf = (rs: ReplicaSet): bigint => integer(rs.metadata?.annotations?.[REVISION]);
export const maxRevision = (sets: readonly ReplicaSet[]): bigint =>
  sets.reduce((most, rs) => {
    const revision = revisionOf(rs);
    return revision > most ? revision : most;
  }, 0n);

export const ROLLBACK_TO = "deprecated.deployment.rollback.to";

/** Annotations of the Deployment that are its own business (k8s: annotationsToSkip). */
const OWN = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  ROLLBACK_TO,
]);
export const isOwnAnnotation = (key: string): boolean => OWN.has(key);

/** Annotations of the new ReplicaSet; its own by reference when they stay (k8s: SetNewReplicaSetAnnotations). */
export function newAnnotations(d: Deployment, current: Strings | undefined, revision: bigint, exists: boolean): Strings {
  const next: Record<string, string> = { ...current };
  for (const [key, value] of Object.entries(d.metadata?.annotations ?? {})) if (!isOwnAnnotation(key)) next[key] = value;
  const before = current?.[REVISION];
  if (integer(before) < revision) {
    next[REVISION] = String(revision);
    if (before !== undefined) {
      const history = [...(current?.[REVISION_HISTORY]?.split(",") ?? []), before];
      while (history.length > 1 && history.join(",").length > MAX_HISTORY) history.shift();
      next[REVISION_HISTORY] = history.join(",");
    }
  }
  if (!exists) Object.assign(next, sizeAnnotations(d));
  return current && semanticEqual(current, next) ? current : next;
}

export const sizeAnnotations = (d: Deployment): Strings => ({
  [DESIRED_REPLICAS]: String(desiredOf(d)),
  [MAX_REPLICAS]: String(maxReplicasOf(d)),
});

/** The old ReplicaSets above the history limit that hold nothing any more, lowest revision first (k8s: cleanupDeployment). */
export function surplus(d: Deployment, old: readonly ReplicaSet[]): readonly ReplicaSet[] {
  const limit = d.spec?.revisionHistoryLimit;
  if (limit === undefined || limit === 2147483647) return [];
  const alive = old.filter((rs) => rs.metadata?.deletionTimestamp === undefined);
  const idle = (rs: ReplicaSet): boolean =>
    (rs.status?.replicas ?? 0) === 0 && replicasOf(rs) === 0 && (rs.metadata?.generation ?? 0) <= (rs.status?.observedGeneration ?? 0);
  return [...alive]
    .sort((a, b) => Number(revisionOf(a) - revisionOf(b)))
    .slice(0, Math.max(0, alive.length - limit))
    .filter(idle);
}
