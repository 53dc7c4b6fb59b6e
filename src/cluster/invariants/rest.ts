import type { Revision } from "../../etcd/index.ts";

/** What a cluster writes where nothing happens: leases, the kubelets' word that their nodes are there, and the end of old events. */
export function isHeartbeat({ key, origin, previous, value }: Revision): boolean {
  if (key.startsWith("/registry/leases/")) return previous !== undefined && value !== undefined;
  if (key.startsWith("/registry/events/")) return value === undefined && origin.user === "system:apiserver";
  if (!key.startsWith("/registry/nodes/") || origin.user !== `system:node:${key.slice("/registry/nodes/".length)}`) return false;
  return said(previous?.value) === said(value);
}

/** A node without the times of its heartbeats. */
function said(node: unknown): string {
  const { spec, status } = (node ?? {}) as {
    readonly spec?: object;
    readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
  };
  return `${JSON.stringify(spec)} ${(status?.conditions ?? []).map((c) => `${c.type}=${c.status}`).join()}`;
}

/** What is written though nothing happens any more, each writer and object once: a hot loop, or a loose end. */
export function unrest(history: readonly Revision[], from: number): readonly { readonly problem: string; readonly revision: number }[] {
  const found = new Map<string, { readonly revision: number; times: number }>();
  for (const write of history) {
    if (write.revision < from || isHeartbeat(write)) continue;
    const what = `${write.key} is written by ${write.origin.user}`;
    const known = found.get(what);
    if (known) known.times++;
    else found.set(what, { revision: write.revision, times: 1 });
  }
  return [...found].map(([what, { revision, times }]) => ({ problem: `${what}, ${times} times`, revision }));
}

/** Writes of one object by one writer at one moment that are too many to lead anywhere. */
const MOST_AT_ONCE = 40;

/** Objects that someone writes again and again while time stands still. */
export function spinning(history: readonly Revision[]): readonly { readonly problem: string; readonly revision: number }[] {
  const found: { readonly problem: string; readonly revision: number }[] = [];
  const counts = new Map<string, number>();
  let at = -1;
  for (const write of history) {
    if (write.at !== at) counts.clear();
    at = write.at;
    const what = `${write.key} by ${write.origin.user}`;
    const count = (counts.get(what) ?? 0) + 1;
    counts.set(what, count);
    if (count === MOST_AT_ONCE) found.push({ problem: `${what}: ${count} writes at one moment`, revision: write.revision });
  }
  return found;
}
