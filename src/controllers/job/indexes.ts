import type { Job, Pod } from "../../api/index.ts";

const INDEX = "batch.kubernetes.io/job-completion-index";
export const INDEX_KEY = INDEX;

export const isIndexed = (job: Job): boolean => job.spec?.completionMode === "Indexed";

/** The index that a pod is to complete; undefined when it has none, or one that the job has not. */
export function indexOf(pod: Pod, job: Job): number | undefined {
  const text = pod.metadata?.annotations?.[INDEX];
  const index = text !== undefined && /^\+?\d+$/.test(text) ? Number(text) : undefined;
  return index !== undefined && index < (job.spec?.completions ?? 0) ? index : undefined;
}

export function indexesOf(pods: readonly Pod[], job: Job): ReadonlySet<number> {
  return new Set(pods.map((p) => indexOf(p, job)).filter((i) => i !== undefined));
}

/** `1,3-5,7` as a set of those below `completions`. */
export function parseIndexes(text: string | undefined, completions: number): Set<number> {
  const indexes = new Set<number>();
  for (const part of (text ?? "").split(",")) {
    const [first, last = first] = part.split("-");
    if (part === "" || !/^\d+$/.test(first ?? "") || !/^\d+$/.test(last ?? "")) continue;
    for (let i = Number(first); i <= Math.min(Number(last), completions - 1); i++) indexes.add(i);
  }
  return indexes;
}

/** In increasing order; three or more in a row become `3-5` (k8s: orderedIntervals.String). */
export function formatIndexes(indexes: ReadonlySet<number>): string {
  const sorted = [...indexes].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let i = 0; i < sorted.length;) {
    const first = sorted[i] as number;
    let length = 1;
    while (sorted[i + length] === first + length) length++;
    if (length === 1) parts.push(`${first}`);
    else parts.push(length === 2 ? `${first},${first + 1}` : `${first}-${first + length - 1}`);
    i += length;
  }
  return parts.join(",");
}

/** The first `count` indexes that are in none of `taken`. */
export function firstPending(count: number, completions: number, ...taken: readonly ReadonlySet<number>[]): readonly number[] {
  const pending: number[] = [];
  for (let i = 0; i < completions && pending.length < count; i++) if (!taken.some((set) => set.has(i))) pending.push(i);
  return pending;
}
