/** At least and at most; Infinity when nobody knows. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

export const UNKNOWN: Range = { min: 0, max: Infinity };
export const fixed = (value: number): Range => ({ min: value, max: value });
export const add = (a: Range, b: Range): Range => ({ min: a.min + b.min, max: a.max + b.max });
export const union = (a: Range, b: Range): Range => ({ min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) });
export const allOf = (ranges: readonly Range[]): Range => ranges.reduce(add, fixed(0));
/** Nothing taken without end is nothing. */
const product = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : a * b);
export const times = (a: Range, b: Range): Range => ({ min: product(a.min, b.min), max: product(a.max, b.max) });
/** Rounded up. */
export const scaled = (a: Range, factor: number): Range => ({ min: Math.ceil(a.min * factor), max: Math.ceil(a.max * factor) });
