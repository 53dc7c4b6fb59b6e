import type { Step } from "./run.ts";

/**
 * Fewer steps that fail as well: leaves out halves, quarters and so on down to single steps, for as long as there is
 * patience. What a step waited for is waited for by the next one.
 */
export async function shrink(
  steps: readonly Step[],
  fails: (steps: readonly Step[]) => Promise<boolean>,
  patience: number,
): Promise<readonly Step[]> {
  let left = steps;
  let tries = 0;
  for (let size = Math.ceil(left.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < left.length && tries < patience;) {
      const fewer = without(left, at, size);
      tries++;
      if (fewer.length > 0 && (await fails(fewer))) left = fewer;
      else at += size;
    }
  }
  return left;
}

function without(steps: readonly Step[], at: number, size: number): readonly Step[] {
  const waited = steps.slice(at, at + size).reduce((sum, s) => sum + s.wait, 0);
  const rest = steps.slice(at + size);
  const [next] = rest;
  return [...steps.slice(0, at), ...(next ? [{ ...next, wait: next.wait + waited }] : []), ...rest.slice(1)];
}
