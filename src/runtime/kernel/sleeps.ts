const SLEEP = "sleep@";

/** A sleep's key says until when: of several that are pending at a checkpoint, each gets its own end. */
export const sleepKey = (deadline: number): string => `${SLEEP}${Math.round(deadline * 1000)}`;

/** What a call is, whatever it waits for. */
export const kindOf = (key: string): string => (key.startsWith(SLEEP) ? "sleep" : key);

/**
 * Which of the calls that were pending at a checkpoint is made again. A sleep is known by its end; a program that does
 * not say when that was (it sleeps anew, or not at all as it is past) means the one that ends before, else the first.
 */
export function sameCall(key: string, carried: readonly string[]): string | undefined {
  if (!key.startsWith(SLEEP) || carried.includes(key)) return carried.find((k) => k === key);
  const end = (k: string): number => Number(k.slice(SLEEP.length));
  const sleeps = carried.filter((k) => k.startsWith(SLEEP));
  const before = sleeps.filter((k) => end(k) <= end(key)).sort((a, b) => end(a) - end(b));
  return before[0] ?? sleeps[0];
}
