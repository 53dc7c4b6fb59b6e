/** k8s: flowcontrol.NewBackOff of NewDaemonSetsController. */
const INITIAL_MS = 1000;
const MAX_MS = 15 * 60_000;

interface Entry {
  readonly delay: number;
  readonly at: number;
}

/**
 * How soon a failed pod may be replaced again on the same node, so that a kubelet that refuses it is not asked without
 * end: at once, then after 1 s, 2 s, 4 s, ... and at most 15 minutes. What rested twice that long begins anew.
 */
export function createFailureBackoff(): {
  /** Milliseconds to wait, or 0 and counts the try. */
  take(key: string, now: number): number;
  sweep(now: number): void;
} {
  const entries = new Map<string, Entry>();
  const expired = ({ at }: Entry, now: number): boolean => now - at > 2 * MAX_MS;
  return {
    take(key, now) {
      const entry = entries.get(key);
      if (!entry || expired(entry, now)) {
        entries.set(key, { delay: INITIAL_MS, at: now });
        return 0;
      }
      const wait = entry.at + entry.delay - now;
      if (wait > 0) return wait;
      entries.set(key, { delay: Math.min(2 * entry.delay, MAX_MS), at: now });
      return 0;
    },
    sweep(now) {
      for (const [key, entry] of entries) if (expired(entry, now)) entries.delete(key);
    },
  };
}
