import { deepEqual } from "../equal.ts";
import { type Draft, EMPTY, type FieldSet, start } from "./field-nodes.ts";
import type { Skip } from "./field-set.ts";
import { type FieldDef, type FieldType, isPlain, type ListType, type MapType, type Plain, typeFor, untyped } from "./field-type.ts";
import { elementOf, fieldElement, type PathElement } from "./path-element.ts";

/** What differs between two states of an object. */
export interface Changes {
  /** Added or modified. */
  readonly touched: FieldSet;
  readonly removed: FieldSet;
}

const NONE: Changes = { touched: EMPTY, removed: EMPTY };

/**
 * Compares as structured-merge-diff does (k8s: typed/compare.go). Equal references end the walk, so an update costs
 * what it changes. A map or list that appears is touched itself besides its leaves; one that Go always writes (a
 * struct that is no pointer) was there before.
 */
export function compareFields(before: Plain | undefined, after: Plain, type: FieldType, skip?: Skip): Changes {
  if (before === after) return NONE;
  const walk = new Walk();
  walk.maps(before ?? EMPTY, after, typeFor(type, after) as MapType, skip);
  const { touched, removed } = walk;
  return touched === undefined && removed === undefined ? NONE : { touched: touched ?? EMPTY, removed: removed ?? EMPTY };
}

/** What a struct touches that replaces nothing: a thousand pods of one template share their spec. */
const firstSeen = new WeakMap<object, { readonly type: FieldType; readonly touched: FieldSet | undefined }>();

/** Leaves what it found of a value in its two fields. */
class Walk {
  touched: FieldSet | undefined;
  removed: FieldSet | undefined;

  /** Undefined: absent. */
  values(before: unknown, after: unknown, declared: FieldType): void {
    this.touched = undefined;
    this.removed = undefined;
    if (before === after) return;
    if (before === undefined) this.touched = allOf(after, declared);
    else if (after === undefined) this.removed = allOf(before, declared);
    else {
      const type = typeFor(declared, after);
      if (type.kind === "map" && !type.atomic && isMapOrNull(before) && isMapOrNull(after))
        this.maps(before ?? EMPTY, after ?? EMPTY, type, undefined);
      else if (type.kind === "list" && type.relation !== "atomic" && isListOrNull(before) && isListOrNull(after))
        this.#lists(before ?? [], after ?? [], type);
      else if (!deepEqual(before, after)) this.touched = EMPTY;
    }
  }

  maps(before: Plain, after: Plain, type: MapType, skip: Skip | undefined): void {
    let touched: Draft = start();
    let removed: Draft = touched;
    for (const key in after) {
      const now = after[key];
      const old = before[key];
      if (old === now || now === undefined) continue;
      // A time that is not set is written as null, and was before.
      if (now === null && old === undefined) continue;
      const below = skip?.[key];
      if (below === true) continue;
      const field = type.field(key);
      if (old === undefined && typeof now !== "object" && !field?.always) {
        touched = touched.with(field?.element ?? fieldElement(key), EMPTY);
        continue;
      }
      this.#field(old, now, type, field, below);
      if (this.touched !== undefined) touched = touched.with(field?.element ?? fieldElement(key), this.touched);
      if (this.removed !== undefined) removed = removed.with(field?.element ?? fieldElement(key), this.removed);
    }
    for (const key in before) {
      if (after[key] !== undefined || before[key] === undefined) continue;
      const below = skip?.[key];
      if (below === true) continue;
      const field = type.field(key);
      this.#field(before[key], undefined, type, field, below);
      touched = touched.with(field?.element ?? fieldElement(key), this.touched);
      removed = removed.with(field?.element ?? fieldElement(key), this.removed);
    }
    this.touched = touched.node(false);
    this.removed = removed.node(false);
  }

  #field(before: unknown, after: unknown, type: MapType, field: FieldDef | undefined, skip: Skip | undefined): void {
    if (!field?.always) return this.values(before, after, field?.type ?? type.of ?? untyped);
    const old = before ?? zeroOf(field);
    const now = after ?? zeroOf(field);
    const of = field.type;
    if (of.kind !== "map" || of.atomic || !isPlain(old) || !isPlain(now)) return this.values(old, now, of);
    if (old !== EMPTY || skip !== undefined) return this.maps(old, now, of, skip);
    const known = firstSeen.get(now);
    if (known?.type === of) {
      this.touched = known.touched;
      this.removed = undefined;
      return;
    }
    this.maps(old, now, of, undefined);
    if (this.removed === undefined) firstSeen.set(now, { type: of, touched: this.touched });
  }

  #lists(before: readonly unknown[], after: readonly unknown[], type: ListType): void {
    let touched = start();
    let removed = touched;
    const keys = keysInStep(type, before, after);
    if (keys !== undefined) {
      for (const [i, key] of keys.entries()) {
        if (before[i] === after[i]) continue;
        this.values(before[i], after[i], type.of);
        touched = touched.with(key, this.touched);
        removed = removed.with(key, this.removed);
      }
      this.touched = touched.node(false);
      this.removed = removed.node(false);
      return;
    }
    const old = indexed(type, before);
    const now = indexed(type, after);
    for (const [key, items] of now) {
      this.#items(old.get(key), items, type);
      touched = touched.with(key, this.touched);
      removed = removed.with(key, this.removed);
    }
    for (const [key, items] of old) {
      if (now.has(key)) continue;
      this.#items(items, undefined, type);
      touched = touched.with(key, this.touched);
      removed = removed.with(key, this.removed);
    }
    this.touched = touched.node(false);
    this.removed = removed.node(false);
  }

  /** Several items under one key count as one value. */
  #items(before: unknown, after: unknown, type: ListType): void {
    if (!(before instanceof Several) && !(after instanceof Several)) return this.values(before, after, type.of);
    const same = before !== undefined && after !== undefined && deepEqual(before, after);
    this.touched = same || after === undefined ? undefined : EMPTY;
    this.removed = after === undefined ? EMPTY : undefined;
  }
}

/** Items with one key. */
class Several {
  readonly items: readonly unknown[];
  constructor(items: readonly unknown[]) {
    this.items = items;
  }
}

function indexed(type: ListType, list: readonly unknown[]): Map<PathElement, unknown> {
  const index = new Map<PathElement, unknown>();
  for (const item of list) {
    const key = elementOf(type, item);
    const known = index.get(key);
    if (known === undefined) index.set(key, item);
    else index.set(key, new Several([...(known instanceof Several ? known.items : [known]), item]));
  }
  return index;
}

/** Short lists mostly keep their order: item by item they are the same ones, or nothing was there before, and none comes twice. */
function keysInStep(type: ListType, before: readonly unknown[], after: readonly unknown[]): readonly PathElement[] | undefined {
  if (after.length > MAX_IN_STEP || (before.length !== 0 && before.length !== after.length)) return undefined;
  const keys: PathElement[] = [];
  for (let i = 0; i < after.length; i++) {
    const key = elementOf(type, after[i]);
    if (keys.includes(key)) return undefined;
    if (before.length > 0 && before[i] !== after[i] && elementOf(type, before[i]) !== key) return undefined;
    keys.push(key);
  }
  return keys;
}
const MAX_IN_STEP = 8;

const isMapOrNull = (value: unknown): value is Plain | null => value === null || isPlain(value);
const isListOrNull = (value: unknown): value is readonly unknown[] | null => value === null || Array.isArray(value);

/** What Go has in a field that nobody set. */
function zeroOf({ type }: FieldDef): unknown {
  if (type.kind === "map") return EMPTY;
  if (type.kind !== "scalar") return null;
  return type.scalar === "numeric" ? 0 : type.scalar === "boolean" ? false : "";
}

/** Everything in a value that was not there before, itself included. */
function allOf(value: unknown, declared: FieldType): FieldSet {
  if (typeof value !== "object" || value === null) return EMPTY;
  const type = typeFor(declared, value);
  if (type.kind === "map" && !type.atomic && isPlain(value)) {
    let draft = start();
    for (const key in value) {
      if (value[key] === undefined) continue;
      const field = type.field(key);
      const item = value[key];
      const below = typeof item === "object" ? allOf(item, field?.type ?? type.of ?? untyped) : EMPTY;
      draft = draft.with(field?.element ?? fieldElement(key), below);
    }
    for (const field of type.always) if (value[field.name] === undefined) draft = draft.with(field.element, EMPTY);
    return draft.node(true) ?? EMPTY;
  }
  if (type.kind === "list" && type.relation !== "atomic" && Array.isArray(value)) {
    let draft = start();
    for (const [key, item] of indexed(type, value)) draft = draft.with(key, item instanceof Several ? EMPTY : allOf(item, type.of));
    return draft.node(true) ?? EMPTY;
  }
  return EMPTY;
}
