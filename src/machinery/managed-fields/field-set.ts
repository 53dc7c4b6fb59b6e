import { EMPTY, type FieldSet, start } from "./field-nodes.ts";
import { isPlain } from "./field-type.ts";
import { elementProblem, type PathElement } from "./path-element.ts";

/** Fields that are left out, by name: whole, or what is below; "." stands for the map itself. */
export interface Skip {
  readonly [field: string]: true | Skip;
}

export function isEmpty(set: FieldSet): boolean {
  for (const _ in set) return false;
  return true;
}

export const isMember = (node: FieldSet): boolean => node === EMPTY || node["."] !== undefined || isEmpty(node);

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || isEmpty(b)) return a;
  return isEmpty(a) ? b : unionOf(a, b, false);
}

/** `a` itself when `b` adds nothing to it. */
function unionOf(a: FieldSet, b: FieldSet, member: boolean): FieldSet {
  if (a === b) return a;
  let draft = start();
  let changed = member && !isMember(a);
  for (const key in a) {
    if (key === ".") continue;
    const mine = a[key] as FieldSet;
    const theirs = b[key];
    const both = theirs === undefined ? mine : unionOf(mine, theirs, isMember(mine) || isMember(theirs));
    if (both !== mine) changed = true;
    draft = draft.with(key, both);
  }
  for (const key in b) {
    if (key === "." || a[key] !== undefined) continue;
    changed = true;
    draft = draft.with(key, b[key]);
  }
  return changed ? (draft.node(member) ?? EMPTY) : a;
}

/** What is in `a` and not in `b`; members below a member of `b` stay (k8s: fieldpath.Set Difference). */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  if (b === EMPTY) return a;
  for (const key in b) if (a[key] !== undefined) return differenceOf(a, b, false) ?? EMPTY;
  return a;
}

function differenceOf(a: FieldSet, b: FieldSet, member: boolean): FieldSet | undefined {
  let draft = start();
  let changed = member !== isMember(a);
  for (const key in a) {
    if (key === ".") continue;
    const mine = a[key] as FieldSet;
    const theirs = b[key];
    const rest = theirs === undefined ? mine : differenceOf(mine, theirs, isMember(mine) && !isMember(theirs));
    if (rest !== mine) changed = true;
    draft = draft.with(key, rest);
  }
  return changed ? draft.node(member) : a;
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  return a === EMPTY || b === EMPTY ? EMPTY : (intersectionOf(a, b, false) ?? EMPTY);
}

function intersectionOf(a: FieldSet, b: FieldSet, member: boolean): FieldSet | undefined {
  let draft = start();
  for (const key in a) {
    const mine = a[key] as FieldSet;
    const theirs = b[key];
    if (key !== "." && theirs !== undefined) draft = draft.with(key, intersectionOf(mine, theirs, isMember(mine) && isMember(theirs)));
  }
  return draft.node(member);
}

/** What is in `set` at none of these fields nor below them (k8s: RecursiveDifference). */
export function without(set: FieldSet, skip: Skip): FieldSet {
  return withoutOf(set, skip, false) ?? EMPTY;
}

function withoutOf(set: FieldSet, skip: Skip, member: boolean): FieldSet | undefined {
  let draft = start();
  for (const key in set) {
    if (key === ".") continue;
    const node = set[key] as FieldSet;
    const below = key.startsWith("f:") ? skip[key.slice(2)] : undefined;
    if (below === true) continue;
    draft = draft.with(key, below === undefined ? node : withoutOf(node, below, isMember(node) && below["."] !== true));
  }
  return draft.node(member);
}

export function has(set: FieldSet, path: readonly PathElement[]): boolean {
  let at: FieldSet | undefined = set;
  for (const element of path) at = at?.[element];
  return at !== undefined && path.length > 0 && isMember(at);
}

/** All paths, those that end at a level before those that go below it. */
export function pathsOf(set: FieldSet, prefix: readonly PathElement[] = []): (readonly PathElement[])[] {
  const keys = Object.keys(set).filter((key) => key !== ".");
  const members = keys.filter((key) => isMember(set[key] as FieldSet)).map((key) => [...prefix, key]);
  return [...members, ...keys.flatMap((key) => pathsOf(set[key] as FieldSet, [...prefix, key]))];
}

/** A set that came from outside, in order; undefined when it cannot be read. */
export function readFieldSet(value: unknown): FieldSet | undefined {
  if (!isPlain(value)) return undefined;
  let draft = start();
  for (const [key, child] of Object.entries(value)) {
    if (key === ".") continue;
    const problem = elementProblem(key);
    if (problem === "ignore") continue;
    const node = problem === undefined ? readFieldSet(child) : undefined;
    if (node === undefined) return undefined;
    draft = draft.with(key, node);
  }
  return draft.node(value["."] !== undefined) ?? EMPTY;
}
