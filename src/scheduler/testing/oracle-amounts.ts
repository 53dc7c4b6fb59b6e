import type { Pod } from "../../api/index.ts";

/** CPU in millicores, the rest in units. */
export type Amounts = Readonly<Record<string, number>>;

const UNITS: Readonly<Record<string, number>> = { Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3, "": 1 };

export function bytes(text: string): number {
  const [, number = "0", unit = ""] = /^(\d+)(Ki|Mi|Gi)?$/.exec(text) ?? [];
  return Number(number) * (UNITS[unit] ?? 1);
}
export const millis = (text: string): number => (text.endsWith("m") ? Number(text.slice(0, -1)) : Number(text) * 1000);

/**
 * What a pod asks for: its own word, or the larger of what runs together and of the largest step of initialization; and
 * overhead. `absent`: what a container that names no amount counts as.
 */
export function requestsOf(pod: Pod, absent: Amounts = {}): Amounts {
  const of = (texts: Readonly<Record<string, string>> = {}): Amounts =>
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, name === "cpu" ? millis(text) : bytes(text)]));
  const container = (c: { resources?: { requests?: Readonly<Record<string, string>> } }): Amounts => ({
    ...absent,
    ...of(c.resources?.requests),
  });
  const { containers = [], initContainers = [], overhead, resources } = pod.spec ?? {};
  let total = containers.map(container).reduce(plus, {});
  let sidecars: Amounts = {};
  let largest: Amounts = {};
  for (const c of initContainers) {
    largest = most(largest, plus(sidecars, container(c)));
    if (c.restartPolicy !== "Always") continue;
    sidecars = plus(sidecars, container(c));
    total = plus(total, container(c));
  }
  total = { ...most(total, largest), ...of(resources?.requests) };
  return plus(total, of(overhead));
}

const join = (a: Amounts, b: Amounts, how: (x: number, y: number) => number): Amounts =>
  Object.fromEntries([...Object.keys(a), ...Object.keys(b)].map((name) => [name, how(a[name] ?? 0, b[name] ?? 0)]));
const plus = (a: Amounts, b: Amounts): Amounts => join(a, b, (x, y) => x + y);
const most = (a: Amounts, b: Amounts): Amounts => join(a, b, Math.max);
