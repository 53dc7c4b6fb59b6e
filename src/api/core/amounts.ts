import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  quantity,
  subtractQuantities,
  type Quantity,
} from "../../machinery/index.ts";

/** What a v1.ResourceList says, by resource: exact, and pure like all quantities. */
export type Amounts = Readonly<Record<string, Quantity>>;
type Texts = Readonly<Record<string, string>>;

const NONE: Amounts = Object.freeze({});
const ZERO = quantity(0);

export function parseAmounts(texts: Texts | undefined): Amounts {
  let amounts: Record<string, Quantity> | undefined;
  for (const name in texts) (amounts ??= {})[name] = parseQuantity(texts[name] as string);
  return amounts ?? NONE;
}

export function formatAmounts(amounts: Amounts): Texts {
  const texts: Record<string, string> = {};
  for (const name of Object.keys(amounts).sort()) texts[name] = formatQuantity(amounts[name] as Quantity);
  return texts;
}

/** Those of either, combined by `join` where both have one; the argument itself when the other adds nothing. */
function combine(a: Amounts, b: Amounts, join: (x: Quantity, y: Quantity) => Quantity): Amounts {
  if (a === NONE) return b;
  let out: Record<string, Quantity> | undefined;
  for (const name in b) {
    const x = a[name];
    const y = b[name] as Quantity;
    (out ??= { ...a })[name] = x === undefined ? y : join(x, y);
  }
  return out ?? a;
}

export const addAmounts = (a: Amounts, b: Amounts): Amounts => combine(a, b, addQuantities);
export const largestAmounts = (a: Amounts, b: Amounts): Amounts => combine(a, b, (x, y) => (compareQuantities(x, y) < 0 ? y : x));

/** What `a` has more than `b`; nothing where it has less (k8s: quota.SubtractWithNonNegativeResult). */
export function excessAmounts(a: Amounts, b: Amounts): Amounts {
  const out: Record<string, Quantity> = {};
  for (const name in a) {
    const rest = subtractQuantities(a[name] as Quantity, b[name] ?? ZERO);
    if (rest.nano > 0n) out[name] = rest;
  }
  return out;
}

export function filterAmounts(amounts: Amounts, keep: (name: string, amount: Quantity) => boolean): Amounts {
  const out: Record<string, Quantity> = {};
  for (const name in amounts) if (keep(name, amounts[name] as Quantity)) out[name] = amounts[name] as Quantity;
  return out;
}
