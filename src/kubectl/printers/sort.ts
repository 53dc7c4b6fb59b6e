import { CliError } from "../errors.ts";
import { compareQuantities, goType, parseQuantity, quantityProblem } from "../../machinery/index.ts";
import type { Resource } from "../types.ts";
import { goSorted } from "./go-sort.ts";
import { compile, relaxed } from "./jsonpath.ts";
import type { Row } from "./table.ts";

/** Where upstream's sorter gives up: over objects or over the rows of a table. */
interface Sorter {
  readonly of: string;
  readonly line: number;
}
const OBJECTS: Sorter = { of: "*unstructured.Unstructured", line: 329 };
const ROWS: Sorter = { of: "[][][]reflect.Value", line: 375 };

export const sortObjects = (items: readonly Resource[], field: string): readonly Resource[] =>
  field === "" || items.length === 0 ? items : sortBy(items, (o) => o, field, OBJECTS);

/** One row is in order. */
export const sortRows = (rows: readonly Row[], field: string): readonly Row[] =>
  field === "" || rows.length < 2 ? rows : sortBy(rows, (r) => r.object ?? {}, field, ROWS);

/** Things of several answers, by what came of each: a table has no fields but its own (k8s: get.go RuntimeSorter). */
export const sortAnswers = <T>(items: readonly T[], object: (item: T) => object, field: string): readonly T[] =>
  field === "" || items.length < 2 ? items : sortBy(items, object, field, OBJECTS);

/** What lacks the field comes first (k8s: get/sorter.go). */
function sortBy<T>(items: readonly T[], object: (item: T) => object, field: string, sorter: Sorter): readonly T[] {
  const path = relaxed(field);
  const find = compile(path);
  const keyed = items.map((item) => ({ item, found: find(object(item), true) }));
  if (keyed.every(({ found }) => found.length === 0))
    throw new CliError(`couldn't find any field with path ${JSON.stringify(path)} in the list of objects`);
  const less = (a: readonly unknown[], b: readonly unknown[]): boolean => {
    if (a.length === 0) return true;
    if (b.length === 0) return false;
    return isLess(a[0], b[0], (problem) => {
      throw new Unsortable(path, sorter, problem);
    });
  };
  return goSorted(keyed, (a, b) => less(a.found, b.found)).map((k) => k.item);
}

/** What upstream's sorter gives up over, with its program (k8s: get/sorter.go isLess; klog.Exitf). */
export class Unsortable extends Error {
  readonly line: number;
  constructor(path: string, { of, line }: Sorter, problem: string) {
    super(`Field ${path} in ${of} is an unsortable type: interface, err: ${problem}`);
    this.line = line;
  }
}

/** Texts that are quantities compare as such (k8s: get/sorter.go isLess). */
function isLess(a: unknown, b: unknown, wrong: (problem: string) => never): boolean {
  if (a === null || b === null) return a === null && b !== null;
  if (typeof a === "string" && typeof b === "string") {
    if (isQuantity(a) && isQuantity(b)) return compareQuantities(parseQuantity(a), parseQuantity(b)) < 0;
    return a < b;
  }
  if (typeof a === "number" && typeof b === "number") return a < b;
  if (typeof a === "string" || typeof a === "number") return wrong("unsortable interface: interface");
  return wrong(`unsortable type: ${goType(a)}`);
}

const isQuantity = (text: string): boolean => /^[-+\d.]/.test(text) && quantityProblem(text) === null;
