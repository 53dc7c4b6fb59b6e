import { CliError } from "../errors.ts";
import { goType, parseQuantity, compareQuantities, quantityProblem } from "../../machinery/index.ts";
import type { Resource } from "../types.ts";
import { compile, relaxed } from "./jsonpath.ts";
import type { ColumnDefinition, Row } from "./table.ts";

export function sortObjects(items: readonly Resource[], field: string): readonly Resource[] {
  return field === "" ? items : sortBy(items, (o) => o, field);
}

export function sortRows(rows: readonly Row[], _columns: readonly ColumnDefinition[], field: string): readonly Row[] {
  return field === "" || rows.length < 2 ? rows : sortBy(rows, (r) => r.object ?? {}, field);
}

/** Objects without the field come first (k8s: get/sorter.go). */
function sortBy<T>(items: readonly T[], object: (item: T) => object, field: string): readonly T[] {
  const path = relaxed(field);
  const find = compile(path);
  const keyed = items.map((item) => ({ item, value: find(object(item), true)[0] ?? undefined }));
  if (items.length > 0 && keyed.every((k) => k.value === undefined))
    throw new CliError(`couldn't find any field with path ${JSON.stringify(path)} in the list of objects`);
  const wrong = keyed.find(({ value }) => typeof value === "object" && value !== null);
  if (wrong !== undefined && items.length > 1) throw new Unsortable(path, goType(wrong.value));
  return inOrder(keyed, (a, b) => a.value === undefined || (b.value !== undefined && compare(a.value, b.value) < 0)).map((k) => k.item);
}

/** What upstream's sorter gives up over, with its program (k8s: get/sorter.go isLess; klog.Fatalf). */
export class Unsortable extends Error {
  constructor(path: string, type: string) {
    super(`Field ${path} in [][][]reflect.Value is an unsortable type: interface, err: unsortable type: ${type}`);
  }
}

/** Go sorts so few by insertion, which the rule "what lacks the field is less" turns round. */
const FEW = 12;

function inOrder<T>(items: readonly T[], less: (a: T, b: T) => boolean): readonly T[] {
  if (items.length > FEW) return items.toSorted((a, b) => (less(a, b) ? (less(b, a) ? 0 : -1) : less(b, a) ? 1 : 0));
  const sorted: T[] = [];
  for (const item of items) {
    let at = sorted.length;
    while (at > 0 && less(item, sorted[at - 1] as T)) at--;
    sorted.splice(at, 0, item);
  }
  return sorted;
}

function compare(a: unknown, b: unknown): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "string" && typeof b === "string") {
    if (/^[\d.]/.test(a) && /^[\d.]/.test(b) && quantityProblem(a) === null && quantityProblem(b) === null)
      return compareQuantities(parseQuantity(a), parseQuantity(b));
    return natural(a, b);
  }
  return 0;
}

/** Digits compare as numbers (upstream uses fvbommel/sortorder). */
function natural(a: string, b: string): number {
  const x = a.match(/\d+|\D+/g) ?? [];
  const y = b.match(/\d+|\D+/g) ?? [];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const [p, q] = [x[i] as string, y[i] as string];
    if (p === q) continue;
    const numbers = /^\d/.test(p) && /^\d/.test(q);
    if (numbers && Number(p) !== Number(q)) return Number(p) - Number(q);
    return p < q ? -1 : 1;
  }
  return x.length - y.length;
}
