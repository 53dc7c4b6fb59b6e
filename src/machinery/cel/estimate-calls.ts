import { COST } from "./cost.ts";
import type { Sized } from "./estimate.ts";
import { add, fixed, type Range, scaled, times, UNKNOWN } from "./range.ts";

interface CallEstimate {
  readonly cost: Range;
  /** Of the result. */
  readonly size?: Range;
}

type Rule = (target: Sized | undefined, args: readonly Sized[]) => CallEstimate;

const sizeOf = (node: Sized | undefined): Range => node?.size ?? UNKNOWN;
const walk = (size: Range, factor = 1): Range => scaled(size, COST.traversal * factor);
const one: CallEstimate = { cost: fixed(1) };

/** A walk through the first argument, or the receiver. */
const argument =
  (factor = 1): Rule =>
  (_, [first]) => ({ cost: walk(sizeOf(first), factor) });
const same: Rule = (target) => ({ cost: walk(sizeOf(target)), size: sizeOf(target) });
const regex: Rule = (target, [pattern]) => ({
  cost: times(walk(add(sizeOf(target), fixed(1))), scaled(sizeOf(pattern), COST.regex)),
  size: { min: 0, max: sizeOf(target).max },
});

/** Each element once; of texts and bytes, each of their parts. */
const elements: Rule = (target) => {
  if (target === undefined || target.type.kind !== "list") return { cost: walk(sizeOf(target)) };
  const element = target.type.params[0];
  const long = element?.kind === "string" || element?.kind === "bytes";
  const each = long ? add(fixed(1), walk({ min: 0, max: element.max ?? Infinity })) : fixed(1);
  return { cost: times(sizeOf(target), each) };
};

const making =
  (steps: (size: Range) => Range, of: "target" | "argument" = "target"): Rule =>
  (target, [first]) => {
    const size = steps(sizeOf(of === "target" ? target : first));
    return { cost: add(size, fixed(1 + COST.list)), size };
  };
const square = (size: Range): Range => scaled(times(size, size), 2);
const pairs =
  (factor: number): Rule =>
  (_, [a, b]) => ({ cost: add(fixed(1), scaled(times(sizeOf(a), sizeOf(b)), factor)) });

const replace: Rule = (target, [from, to]) => {
  const [size, old, fresh] = [sizeOf(target), sizeOf(from), sizeOf(to)];
  const most = old.min === 0 ? size.max + 1 : fresh.max <= old.min ? 0 : Math.ceil(size.max / old.min);
  const least = old.max === 0 ? size.min + 1 : old.max <= fresh.min ? 0 : Math.ceil(size.min / old.max);
  const keptMost = old.min === 0 || fresh.max <= old.min ? size.max : 0;
  const keptLeast = old.max === 0 || old.max <= fresh.min ? size.min : 0;
  return {
    cost: walk(size, 2),
    size: add(times({ min: least, max: most }, fresh), { min: keptLeast, max: keptMost }),
  };
};

const split: Rule = (target, args) => {
  const limit =
    args[1]?.expr.kind === "literal" && typeof args[1].expr.value === "bigint" ? Number(args[1].expr.value) : sizeOf(target).max;
  return { cost: walk(sizeOf(target), 2), size: { min: 0, max: limit } };
};

const join: Rule = (target, [separator]) => {
  const count = sizeOf(target);
  const item = target?.type.params[0];
  const items = times(count, { min: 0, max: item?.max ?? Infinity });
  const between = { min: Math.max(0, count.min - 1), max: Math.max(0, count.max - 1) };
  const size = separator ? add(items, times(sizeOf(separator), between)) : items;
  return { cost: walk(size), size };
};

const compared: Rule = (_, [left, right]) => {
  const max = Math.min(sizeOf(left).max, sizeOf(right).max);
  if (left?.type.kind === "opaque") return one;
  return { cost: walk({ min: max > 0 ? 1 : 0, max }) };
};

/** Networks are compared byte by byte. */
const network =
  (more: number): Rule =>
  (_, [other]) => {
    const bytes = { min: 4, max: 16 };
    const base = add(walk(add(bytes, bytes)), more ? add(walk(bytes), fixed(more)) : fixed(0));
    return { cost: other?.type.kind === "string" ? add(base, walk(sizeOf(other))) : base };
  };

const selector: Rule = (_, [text]) => {
  const size = sizeOf(text);
  return { cost: add(fixed(COST.list), add(walk(size), scaled(scaled(size, 0.5), COST.list + COST.struct))) };
};

/** k8s: cel/library/cost.go EstimateCallCost and cel-go checker/cost.go functionCost; what is not here costs 1. */
const RULES: Readonly<Record<string, Rule>> = {
  check: () => ({ cost: fixed(350_000) }),
  fieldSelector: selector,
  labelSelector: selector,
  isSorted: elements,
  sum: elements,
  max: elements,
  min: elements,
  indexOf: elements,
  lastIndexOf: elements,
  url: (_, [text]) => ({ cost: walk(sizeOf(text)), size: sizeOf(text) }),
  "jsonpatch.escapeKey": (_, [text]) => ({ cost: walk(sizeOf(text)), size: sizeOf(text) }),
  lowerAscii: same,
  upperAscii: same,
  substring: same,
  trim: same,
  replace,
  split,
  join,
  find: regex,
  findAll: regex,
  matches: (target, args) => ({ cost: regex(target ?? args[0], target ? args : args.slice(1)).cost }),
  startsWith: argument(),
  endsWith: argument(),
  contains: (target, [part]) => ({ cost: times(walk(sizeOf(target)), walk(sizeOf(part))) }),
  "@in": (_, [, list]) => (list?.type.kind === "map" ? one : { cost: sizeOf(list) }),
  cidr: argument(),
  isIP: argument(),
  isCIDR: argument(),
  ip: (target, [text]) => (target ? one : { cost: walk(sizeOf(text)) }),
  "ip.isCanonical": argument(2),
  containsIP: network(0),
  containsCIDR: network(1),
  quantity: argument(),
  isQuantity: argument(),
  semver: argument(),
  isSemver: argument(),
  validate: (_, [text]) => ({ cost: scaled(walk(sizeOf(text)), 128 * COST.regex) }),
  "strings.quote": (_, [text]) => ({ cost: walk(sizeOf(text)), size: { min: sizeOf(text).min + 2, max: sizeOf(text).max * 2 + 2 } }),
  format: (target) => ({ cost: walk(sizeOf(target)) }),
  bytes: (_, [text]) => ({ cost: walk(sizeOf(text)), size: { min: sizeOf(text).min, max: sizeOf(text).max * 4 } }),
  string: (_, [value]) =>
    value?.type.kind === "bytes" ? { cost: walk(value.size), size: { min: Math.trunc(value.size.min / 4), max: value.size.max } } : one,
  "_==_": compared,
  "_!=_": compared,
  slice: making((size) => size),
  reverse: making((size) => size),
  flatten: making((size) => size),
  distinct: making(square),
  sort: making(square),
  "@sortByAssociatedKeys": making(square, "argument"),
  "lists.range": making(() => UNKNOWN, "argument"),
  "sets.contains": pairs(1),
  "sets.intersects": pairs(1),
  "sets.equivalent": pairs(2),
};

export function callEstimate(name: string, overload: string, target: Sized | undefined, args: readonly Sized[]): CallEstimate {
  if (/_(string|bytes)$/.test(overload) && ["_<_", "_<=_", "_>_", "_>=_"].includes(name)) return compared(target, args);
  if (name === "_+_") {
    const size = add(sizeOf(args[0]), sizeOf(args[1]));
    if (overload === "add_list") return { cost: fixed(1), size };
    return overload === "add_string" || overload === "add_bytes" ? { cost: walk(size), size } : one;
  }
  return Object.hasOwn(RULES, name) ? (RULES[name] as Rule)(target, args) : one;
}
