import type { Revision } from "../../etcd/index.ts";
import { deepEqual } from "../../machinery/index.ts";
import type { Cause } from "../../sim/index.ts";

const MOST_STEPS = 12;

/** How a revision came about: itself, what caused it, what caused that, down to an operation or to a timer that nothing is known of. */
export function causalChain(history: readonly Revision[], revision: number): readonly string[] {
  const first = history[0]?.revision ?? 0;
  const byRevision = new Map(history.map((r) => [r.revision, r]));
  const began = history[0]?.at ?? 0;
  const lines: string[] = [];
  let at: number | undefined = revision;
  while (at !== undefined && lines.length < MOST_STEPS) {
    const write = byRevision.get(at);
    if (!write) break;
    lines.push(`${at} at ${((write.at - began) / 1000).toFixed(3)} s: ${described(write)}`);
    const { causes } = write.origin;
    at = latest(causes, write.revision);
    for (const cause of causes) if (cause.kind !== "revision") lines.push(`  because of ${told(cause)}`);
    if (at !== undefined && at < first) break;
  }
  return lines;
}

/** The newest revision among the causes, older than what it caused. */
function latest(causes: readonly Cause[], before: number): number | undefined {
  const revisions = causes.flatMap((c) => (c.kind === "revision" ? [c.revision] : c.kind === "timer" ? c.armedBy : []));
  const older = revisions.filter((r) => r < before);
  return older.length > 0 ? Math.max(...older) : undefined;
}

function told(cause: Cause): string {
  switch (cause.kind) {
    case "revision":
      return `revision ${cause.revision}`;
    case "input":
      return `input #${cause.sequence}: ${cause.what}`;
    case "timer":
      return `the timer ${cause.name}`;
    case "process":
      return `process ${cause.pid} on ${cause.machine}: ${cause.what}`;
    case "fault":
      return `the fault ${cause.name}`;
  }
}

/** Who wrote what, and which fields became what. */
export function described({ key, origin, previous, value }: Revision): string {
  const user = origin.user.replace("system:serviceaccount:kube-system:", "");
  const what = value === undefined ? "deletes" : previous ? "writes" : "creates";
  const changes =
    previous && value !== undefined ? differences(previous.value, value, "").filter((d) => !d.startsWith(".metadata.resourceVersion")) : [];
  return `${user} ${what} ${key.slice("/registry/".length)}${changes.map((c) => `\n    ${c}`).join("")}`;
}

const MOST_DIFFERENCES = 12;

function differences(before: unknown, after: unknown, path: string): readonly string[] {
  if (deepEqual(before, after)) return [];
  if (typeof before !== "object" || typeof after !== "object" || before === null || after === null)
    return [`${path}: ${short(before)} to ${short(after)}`];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const found: string[] = [];
  for (const key of keys) found.push(...differences(before[key as keyof object], after[key as keyof object], `${path}.${key}`));
  return found.slice(0, MOST_DIFFERENCES);
}

const short = (value: unknown): string => (value === undefined ? "nothing" : JSON.stringify(value).slice(0, 120));
