/** Pods by domain, with what preemption supposes on top; the counts themselves are the cache's and live on. */
export interface Domains {
  readonly counts: ReadonlyMap<string, number>;
  /** No zeros. */
  readonly supposed: ReadonlyMap<string, number>;
}

const NONE: ReadonlyMap<string, number> = new Map();

export const domainsOf = (counts: ReadonlyMap<string, number> = NONE): Domains => ({ counts, supposed: NONE });

export function countIn({ counts, supposed }: Domains, domain: string): number {
  return (counts.get(domain) ?? 0) + (supposed.size === 0 ? 0 : (supposed.get(domain) ?? 0));
}

export function supposing({ counts, supposed }: Domains, domain: string, by: number): Domains {
  const more = new Map(supposed);
  const sum = (more.get(domain) ?? 0) + by;
  if (sum === 0) more.delete(domain);
  else more.set(domain, sum);
  return { counts, supposed: more };
}

/** Whether any domain has a pod. */
export function anyIn({ counts, supposed }: Domains): boolean {
  let domains = counts.size;
  for (const [domain, by] of supposed) {
    const before = counts.get(domain) ?? 0;
    if (before === 0 && before + by > 0) domains++;
    else if (before > 0 && before + by <= 0) domains--;
  }
  return domains > 0;
}
