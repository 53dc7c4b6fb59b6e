import { type FieldSet, EMPTY, start } from "./field-nodes.ts";
import { type FieldType, isPlain, type MapType, type Plain, typeFor, typeOfKey, untyped } from "./field-type.ts";
import { elementOf, fieldElement, type PathElement } from "./path-element.ts";

/**
 * The fields that a configuration speaks of (k8s: typed.ToFieldSet): leaves, items, empty maps and keys of free maps,
 * but not the maps and lists on the way.
 */
export function setOf(value: unknown, type: FieldType): FieldSet {
  return setAt(value, type, false) ?? EMPTY;
}

function setAt(value: unknown, declared: FieldType, member: boolean): FieldSet | undefined {
  const type = typeFor(declared, value);
  if (type.kind === "map" && !type.atomic) {
    if (!isPlain(value)) return member ? EMPTY : undefined;
    let draft = start();
    for (const key in value) {
      if (value[key] === undefined) continue;
      const below = setAt(value[key], typeOfKey(type, key) ?? untyped, isOwnMember(type, value, key));
      draft = draft.with(fieldElement(key), below);
    }
    return draft.node(member);
  }
  if (type.kind === "list" && type.relation !== "atomic") {
    if (!Array.isArray(value)) return member ? EMPTY : undefined;
    const items = new Map<PathElement, unknown>();
    const twice = new Set<PathElement>();
    for (const item of value) {
      const key = elementOf(type, item);
      if (items.has(key)) twice.add(key);
      items.set(key, item);
    }
    let draft = start();
    for (const [key, item] of items) draft = draft.with(key, twice.has(key) ? EMPTY : setAt(item, type.of, true));
    return draft.node(member);
  }
  return EMPTY;
}

function isOwnMember(type: MapType, map: Plain, key: string): boolean {
  const value = map[key];
  return value === null || (isPlain(value) && Object.keys(value).length === 0) || type.field(key) === undefined;
}
