import { EMPTY, type FieldSet, start } from "./field-nodes.ts";
import { isEmpty, isMember } from "./field-set.ts";
import { type FieldType, isPlain, typeFor, typeOfKey, untyped } from "./field-type.ts";
import { elementOf } from "./path-element.ts";

/** The value without the fields and items of a set (k8s: typed/remove.go); itself when none of them is in it. A map or list that is left with nothing goes. */
export function removeFields(value: unknown, set: FieldSet, declared: FieldType): unknown {
  if (isEmpty(set)) return value;
  const type = typeFor(declared, value);
  if (type.kind === "map" && isPlain(value)) {
    if (type.atomic) return undefined;
    let out: Record<string, unknown> | undefined;
    for (const key of Object.keys(value)) {
      const node = set[`f:${key}`];
      if (node === undefined) continue;
      const rest = isMember(node) ? undefined : removeFields(value[key], node, typeOfKey(type, key) ?? untyped);
      if (rest === value[key]) continue;
      out ??= { ...value };
      if (rest === undefined) delete out[key];
      else out[key] = rest;
    }
    return out === undefined ? value : isEmptyMap(out) ? undefined : out;
  }
  if (type.kind === "list" && Array.isArray(value)) {
    if (type.relation === "atomic") return undefined;
    const items: unknown[] = [];
    for (const item of value as readonly unknown[]) {
      const node = set[elementOf(type, item)];
      if (node === undefined) items.push(item);
      else if (!isMember(node)) items.push(removeFields(item, node, type.of));
    }
    if (items.length === 0) return undefined;
    return items.length === value.length && items.every((item, i) => item === value[i]) ? value : items;
  }
  return value;
}

function isEmptyMap(map: object): boolean {
  for (const _ in map) return false;
  return true;
}

/** The set with the named fields on the way to its members as members too (k8s: EnsureNamedFieldsAreMembers). */
export function withNamedFields(set: FieldSet, declared: FieldType): FieldSet {
  return isEmpty(set) ? set : (named(set, declared, false) ?? EMPTY);
}

function named(set: FieldSet, type: FieldType, member: boolean): FieldSet | undefined {
  let draft = start();
  for (const key in set) {
    const node = set[key] as FieldSet;
    if (key === ".") continue;
    const field = key[0] === "f" && type.kind === "map" ? type.field(key.slice(2)) : undefined;
    const below = field?.type ?? (type.kind === "list" || type.kind === "map" ? type.of : undefined) ?? untyped;
    draft = draft.with(key, named(node, below, isMember(node) || field !== undefined));
  }
  return draft.node(member);
}
