import { isMap, ListValue, Opaque, type Value } from "./values.ts";

/** What evaluation costs, by unit (k8s: cel-go common/cost.go). */
export const COST = { select: 1, list: 10, map: 30, struct: 40, traversal: 0.1, regex: 0.25 } as const;

/** Evaluation stops here: the cost limit of one expression (k8s: apis/cel PerCallLimit). */
export class CostExceeded extends Error {
  constructor() {
    super("operation cancelled: actual cost limit exceeded");
  }
}

/** Characters, bytes, items or entries; 1 for what has no size. Texts count UTF-16 units outside of their first plane twice, not code points. */
export function sizeOf(value: Value): number {
  if (typeof value === "string" || value instanceof Uint8Array) return value.length;
  if (value instanceof ListValue || isMap(value)) return value.size;
  return value instanceof Opaque && "size" in value ? (value.size as number) : 1;
}

type Rule = (args: readonly Value[], result: Value) => number;

const arg = (args: readonly Value[], i: number): number => sizeOf(args[i] ?? null);
const traversal =
  (times = 1, i = 0): Rule =>
  (args) =>
    Math.ceil(arg(args, i) * times * COST.traversal);
const shorter: Rule = (args) => Math.ceil(Math.min(arg(args, 0), arg(args, 1)) * COST.traversal);
const regex: Rule = (args) => Math.ceil((1 + arg(args, 0)) * COST.traversal) * Math.ceil(arg(args, 1) * COST.regex);
const tree: Rule = (args) => treeCost(args[0] ?? null);

/** Of comparing what is in a network with it; a text is read first. */
const contains =
  (more: number): Rule =>
  (args) =>
    Math.ceil(arg(args, 0) * 2 * COST.traversal) +
    (more ? Math.ceil(arg(args, 0) * COST.traversal) + more : 0) +
    (typeof args[1] === "string" ? Math.ceil(args[1].length * COST.traversal) : 0);

/** An authorization check is so dear that an expression can make two (k8s: cel/library/cost.go). */
const CHECK_COST = 350_000;
/** About the length of the expression that a name format stands for. */
const FORMAT_REGEX = 60;

/** Of making a list, with one unit for each step. */
const listOf =
  (steps: Rule): Rule =>
  (args, result) =>
    steps(args, result) + 1 + COST.list;
const square =
  (i: number): Rule =>
  (args) =>
    Math.trunc(arg(args, i) ** 2 * 2);
const pairs =
  (times: number): Rule =>
  (args) =>
    1 + times * arg(args, 0) * arg(args, 1);

const selector: Rule = (args) => {
  const length = arg(args, 1);
  return COST.list + Math.ceil(length * COST.traversal) + Math.ceil(Math.ceil(length * 0.5) * (COST.list + COST.struct));
};

/** Function name to what a call costs; every other costs 1 (k8s: cel-go runtimecost.go, cel/library/cost.go CallCost). */
const RULES: Readonly<Record<string, Rule>> = {
  startsWith: traversal(),
  endsWith: traversal(),
  bytes: traversal(),
  "strings.quote": traversal(),
  format: traversal(),
  "@in": (args) => (args[1] instanceof ListValue ? arg(args, 1) : 1),
  "_==_": (args, result) => (args[0] instanceof Opaque ? 1 : shorter(args, result)),
  "_!=_": shorter,
  matches: regex,
  find: regex,
  findAll: regex,
  contains: (args) => Math.ceil(arg(args, 0) * COST.traversal) * Math.ceil(arg(args, 1) * COST.traversal),
  check: () => CHECK_COST,
  fieldSelector: selector,
  labelSelector: selector,
  isSorted: tree,
  sum: tree,
  max: tree,
  min: tree,
  indexOf: tree,
  lastIndexOf: tree,
  slice: listOf((_, result) => sizeOf(result)),
  reverse: listOf((_, result) => sizeOf(result)),
  "lists.range": listOf((_, result) => sizeOf(result)),
  flatten: listOf((args) => arg(args, 0) * Number(args[1] ?? 1n)),
  distinct: listOf(square(0)),
  sort: listOf(square(0)),
  "@sortByAssociatedKeys": listOf(square(1)),
  "sets.contains": pairs(1),
  "sets.intersects": pairs(1),
  "sets.equivalent": pairs(2),
  url: traversal(),
  lowerAscii: traversal(),
  upperAscii: traversal(),
  substring: traversal(),
  trim: traversal(),
  "jsonpatch.escapeKey": traversal(),
  replace: traversal(2),
  split: traversal(2),
  join: (_, result) => Math.ceil(sizeOf(result) * 2 * COST.traversal),
  cidr: traversal(),
  isIP: traversal(),
  isCIDR: traversal(),
  ip: (args) => (typeof args[0] === "string" ? Math.ceil(args[0].length * COST.traversal) : 1),
  "ip.isCanonical": traversal(2),
  containsIP: contains(0),
  containsCIDR: contains(1),
  quantity: traversal(),
  isQuantity: traversal(),
  semver: traversal(),
  isSemver: traversal(),
  validate: (args) => Math.ceil((1 + arg(args, 1)) * COST.traversal) * Math.ceil(FORMAT_REGEX * COST.regex),
};

const COMPARED: readonly string[] = ["_<_", "_<=_", "_>_", "_>=_"];

export function callCost(name: string, args: readonly Value[], result: Value): number {
  const [first = null] = args;
  const texts = typeof first === "string" || first instanceof Uint8Array;
  if (COMPARED.includes(name)) return texts ? shorter(args, result) : 1;
  if (name === "_+_") return texts ? Math.ceil((arg(args, 0) + arg(args, 1)) * COST.traversal) : 1;
  if (name === "string") return first instanceof Uint8Array ? traversal()(args, result) : 1;
  return Object.hasOwn(RULES, name) ? (RULES[name] as Rule)(args, result) : 1;
}

/** Of walking through everything in it. */
function treeCost(value: Value): number {
  if (typeof value === "string" || value instanceof Uint8Array) return Math.trunc(value.length * COST.traversal);
  if (value instanceof ListValue) return value.values().reduce((sum: number, item) => sum + treeCost(item), 0);
  if (isMap(value)) return value.keys().reduce((sum: number, key) => sum + treeCost(key) + treeCost(value.get(key) ?? null), 0);
  return 1;
}
