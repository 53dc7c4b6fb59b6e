import { isEmbedded, isPlain, META_FIELDS, own, type Plain, preserves, type Schema, valuesOf } from "../schema/schema.ts";

/**
 * `object` without the fields that its schema does not name, and their paths sorted (k8s: schema/pruning). `root`: it
 * is a resource, whose apiVersion, kind and metadata nobody has to name.
 */
export function prune<T>(object: T, schema: Schema, root: boolean): { readonly value: T; readonly unknown: readonly string[] } {
  const unknown: string[] = [];
  const pruned = visit(object, root && !isEmbedded(schema) ? { ...schema, "x-kubernetes-embedded-resource": true } : schema, "", unknown);
  return { value: pruned as T, unknown: unknown.toSorted() };
}

function visit(value: unknown, schema: Schema | undefined, path: string, unknown: string[]): unknown {
  if (Array.isArray(value)) {
    // What is kept whole in a list is kept whole in its items, too.
    const items = schema !== undefined && preserves(schema) ? keeping(schema.items) : schema?.items;
    return mapItems(value, (item, i) => visit(item, items, `${path}[${i}]`, unknown));
  }
  if (!isPlain(value)) return value;
  const keep = preserves(schema);
  let copy: Record<string, unknown> | undefined;
  for (const key in value) {
    if (isEmbedded(schema) && META_FIELDS.has(key)) continue;
    const known = own(schema?.properties, key) !== undefined || schema?.additionalProperties !== undefined;
    const at = path === "" ? key : `${path}.${key}`;
    if (!known) {
      if (keep) continue;
      if (!META_FIELDS.has(key) || path !== "") unknown.push(at);
      copy ??= { ...value };
      delete copy[key];
      continue;
    }
    const before = value[key];
    const after = visit(before, own(schema?.properties, key) ?? valuesOf(schema), at, unknown);
    if (after === before) continue;
    copy ??= { ...value };
    copy[key] = after;
  }
  return copy ?? value;
}

const keeping = (schema: Schema | undefined): Schema => ({ ...schema, "x-kubernetes-preserve-unknown-fields": true });

/** Drops nulls where the schema allows none and has no default to put there (k8s: PruneNonNullableNullsWithoutDefaults). */
export function dropNulls<T>(value: T, schema: Schema | undefined): T {
  if (Array.isArray(value)) return mapItems(value, (item) => dropNulls(item as unknown, schema?.items)) as T;
  if (!isPlain(value)) return value;
  let copy: Record<string, unknown> | undefined;
  for (const key in value) {
    const field = own(schema?.properties, key) ?? valuesOf(schema);
    const before = (value as Plain)[key];
    if (before === null && field !== undefined && !field.nullable && field.default === undefined) {
      copy ??= { ...(value as Plain) };
      delete copy[key];
      continue;
    }
    const after = dropNulls(before, field);
    if (after === before) continue;
    copy ??= { ...(value as Plain) };
    copy[key] = after;
  }
  return (copy as T | undefined) ?? value;
}

/** The list itself when no item changes. */
export function mapItems(list: readonly unknown[], change: (item: unknown, index: number) => unknown): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const after = change(list[i], i);
    if (after === list[i]) continue;
    copy ??= [...list];
    copy[i] = after;
  }
  return copy ?? list;
}
