import { goQuote } from "../fields.ts";
import { isPlain, type ListType, type Plain } from "./field-type.ts";

/**
 * One step of a path, as FieldsV1 writes it: `f:spec`, `k:{"name":"web"}` (an item by its keys), `v:"x"` (an item of a
 * set), `i:0` (k8s: structured-merge-diff fieldpath serialize-pe).
 */
export type PathElement = string;

/** Elements that come again and again, so that each is one string whose hash is known. */
const MAX_KNOWN = 10_000;
const elements = new Map<string, PathElement>();
const itemElements = new Map<string, Map<unknown, PathElement>>();
let knownItems = 0;

/** `f:name`. */
export function fieldElement(name: string): PathElement {
  let element = elements.get(name);
  if (element === undefined) {
    if (elements.size >= MAX_KNOWN) elements.clear();
    elements.set(name, (element = `f:${name}`));
  }
  return element;
}

function itemElement(key: string, value: unknown): PathElement {
  let byValue = itemElements.get(key);
  if (byValue === undefined) itemElements.set(key, (byValue = new Map()));
  let element = byValue.get(value);
  if (element === undefined) {
    if (++knownItems > MAX_KNOWN) {
      for (const known of itemElements.values()) known.clear();
      knownItems = 1;
    }
    byValue.set(value, (element = `k:{${JSON.stringify(key)}:${JSON.stringify(value)}}`));
  }
  return element;
}

/** An item that has no place in an associative list; the message is upstream's. */
export class ElementError extends Error {
  override readonly name = "ElementError";
}

/** What identifies an item of a set or a map list. Throws ElementError. */
export function elementOf(list: ListType, item: unknown): PathElement {
  return list.relation === "map" ? keyElement(list, item) : valueElement(item);
}

function keyElement(list: ListType, item: unknown): PathElement {
  if (item === null || item === undefined) throw new ElementError("associative list with keys may not have a null element");
  if (!isPlain(item)) throw new ElementError("associative list with keys may not have non-map elements");
  const { keys } = list;
  if (keys.length === 1) {
    const value = keyValue(list, item, keys[0] as string);
    if (value !== undefined) return itemElement(keys[0] as string, value);
  } else {
    const key: Record<string, unknown> = {};
    let found = false;
    for (const name of keys.toSorted()) {
      const value = keyValue(list, item, name);
      if (value === undefined) continue;
      key[name] = value;
      found = true;
    }
    if (found) return `k:${JSON.stringify(key)}`;
  }
  const names = `[${keys.map(goQuote).join(" ")}]`;
  throw new ElementError(
    `associative list with keys has an element that omits all key fields ${names} (and doesn't have default values for any key fields)`,
  );
}

/** Absent keys count as their default: a port without protocol is a TCP port. */
function keyValue(list: ListType, item: Plain, name: string): unknown {
  const value = item[name];
  if (value !== undefined) return value;
  return list.of.kind === "map" ? list.of.field(name)?.default : undefined;
}

function valueElement(item: unknown): PathElement {
  if (isPlain(item)) throw new ElementError("associative list without keys has an element that's a map type");
  if (Array.isArray(item)) throw new ElementError("not supported: associative list with lists as elements");
  if (item === null || item === undefined) throw new ElementError("associative list without keys has an element that's an explicit null");
  return `v:${JSON.stringify(item)}`;
}

/** `.spec`, `[name="web"]`, `[="x"]`, `[0]`. */
export function elementText(element: PathElement): string {
  const content = element.slice(2);
  switch (element[0]) {
    case "f":
      return `.${content}`;
    case "k": {
      const pairs = Object.entries(JSON.parse(content) as Plain).sort(([a], [b]) => (a < b ? -1 : 1));
      return `[${pairs.map(([name, value]) => `${name}=${valueText(value)}`).join(",")}]`;
    }
    case "v":
      return `[=${valueText(JSON.parse(content))}]`;
    default:
      return `[${content}]`;
  }
}

const valueText = (value: unknown): string => (typeof value === "string" ? goQuote(value) : JSON.stringify(value));

const CLASSES = "fkvi";

/** Fields first, then keys, values and indexes, each in their own order. */
export function compareElements(a: PathElement, b: PathElement): number {
  if (a === b) return 0;
  if (a[0] !== b[0]) return CLASSES.indexOf(a[0] as string) - CLASSES.indexOf(b[0] as string);
  if (a[0] === "f") return a < b ? -1 : 1;
  const [x, y] = [JSON.parse(a.slice(2)) as unknown, JSON.parse(b.slice(2)) as unknown];
  return isPlain(x) && isPlain(y) ? compareKeys(x, y) : compareValues(x, y);
}

function compareKeys(a: Plain, b: Plain): number {
  const [names, others] = [Object.keys(a).sort(), Object.keys(b).sort()];
  for (let i = 0; i < Math.min(names.length, others.length); i++) {
    const [x, y] = [names[i] as string, others[i] as string];
    const order = x === y ? compareValues(a[x], b[y]) : x < y ? -1 : 1;
    if (order !== 0) return order;
  }
  return names.length - others.length;
}

/** Numbers before strings before booleans (k8s: value.Compare). */
function compareValues(a: unknown, b: unknown): number {
  const rank = (v: unknown): number => ["number", "string", "boolean"].indexOf(typeof v);
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (a === b) return 0;
  return (a as string | number) < (b as string | number) ? -1 : 1;
}

/** Whether a key of FieldsV1 can be read: undefined when it can, "ignore" for a class of a later version. */
export function elementProblem(element: string): string | undefined {
  const content = element.slice(2);
  if (element[1] !== ":") return `missing colon: ${element}`;
  if (element[0] === "f") return undefined;
  if (element[0] === "i") return /^-?\d+$/.test(content) ? undefined : `strconv.Atoi: parsing ${goQuote(content)}: invalid syntax`;
  if (element[0] !== "k" && element[0] !== "v") return "ignore";
  try {
    const value: unknown = JSON.parse(content);
    return element[0] === "k" && !isPlain(value) ? `not a map: ${content}` : undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
