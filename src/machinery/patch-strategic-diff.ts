import { deepEqual } from "./equal.ts";
import { identity, normalizeOrder, positions } from "./patch-lists.ts";
import { isMap, PatchError, setKey, type JsonMap } from "./patch-merge.ts";
import {
  DELETE_FROM_LIST,
  DIRECTIVE,
  ELEMENT_ORDER,
  fieldMerge,
  joinStrategicPatches,
  RETAIN_KEYS,
  type FieldMerge,
  type PatchSchema,
} from "./patch-strategic.ts";

/** Which differences count: a three-way patch takes changes from one pair and deletions from another. */
interface Want {
  readonly changes: boolean;
  readonly deletions: boolean;
  readonly order: boolean;
}

/** The strategic patch that turns one object into another (k8s: CreateTwoWayMergeMapPatch); `{}` when they are equal. */
export function createTwoWayStrategicPatch(original: JsonMap, modified: JsonMap, schema: PatchSchema): JsonMap {
  return diffMaps(original, modified, schema, { changes: true, deletions: true, order: true }, false);
}

/**
 * What `kubectl apply` sends (k8s: CreateThreeWayMergePatch, overwriting): changes are live against the file, deletions
 * last-applied against the file. Throws PatchError when a list item lacks its merge key.
 */
export function createThreeWayStrategicPatch(
  lastApplied: JsonMap | undefined,
  modified: JsonMap,
  current: JsonMap,
  schema: PatchSchema,
): JsonMap {
  const delta = diffMaps(current, modified, schema, { changes: true, deletions: false, order: true }, false);
  const deletions = diffMaps(lastApplied ?? {}, modified, schema, { changes: false, deletions: true, order: true }, false);
  return joinStrategicPatches(deletions, delta, schema);
}

function diffMaps(a: JsonMap, b: JsonMap, schema: PatchSchema | undefined, want: Want, retainKeys: boolean): JsonMap {
  const patch: Record<string, unknown> = {};
  const present = Object.keys(b).filter((k) => b[k] !== undefined);
  for (const key of present) {
    const [old, next] = [a[key], b[key]];
    const field = fieldMerge(schema, key);
    // A map that is replaced is sent even where it is as it was (k8s: strategicpatch handleMapDiff).
    if (field.replace && isMap(old) && isMap(next)) {
      if (want.changes) setKey(patch, key, next);
      continue;
    }
    if (old === next) continue;
    if (old === undefined) {
      if (want.changes) setKey(patch, key, next);
      continue;
    }
    if (isMap(old) && isMap(next)) {
      const inner = diffMaps(old, next, field.schema, want, field.retainKeys);
      if (inner !== undefined && Object.keys(inner).length > 0) setKey(patch, key, inner);
    } else if (Array.isArray(old) && Array.isArray(next) && field.merge) diffLists(patch, key, old, next, field, want);
    else if (want.changes && !deepEqual(old, next)) setKey(patch, key, next);
  }
  const gone = Object.keys(a).filter((k) => a[k] !== undefined && b[k] === undefined);
  if (want.deletions) for (const key of gone) setKey(patch, key, null);
  const counts = Object.keys(patch).length > 0 || gone.length > 0;
  if (retainKeys && present.length > 0 && counts) patch[RETAIN_KEYS] = [...present].sort();
  return patch;
}

function diffLists(
  patch: Record<string, unknown>,
  key: string,
  old: readonly unknown[],
  next: readonly unknown[],
  field: FieldMerge,
  want: Want,
): void {
  const items = next.length > 0 ? next : old;
  if (items.length === 0) return;
  if (!isMap(items[0])) return diffScalars(patch, key, old, next, want);
  const { mergeKey } = field;
  if (mergeKey === undefined) throw new PatchError(`cannot diff lists without merge key: ${key}`);
  const was = positions(old, mergeKey);
  const is = positions(next, mergeKey);
  const changed: unknown[] = [];
  for (const [id, i] of is) {
    const before = was.get(id);
    const [from, to] = [before === undefined ? undefined : old[before], next[i]];
    if (isMap(from) && isMap(to)) {
      const inner = diffMaps(from, to, field.schema, want, field.retainKeys);
      if (Object.keys(inner).length > 0) changed.push({ ...inner, [mergeKey]: id });
    } else if (want.changes) changed.push(to);
  }
  const ordered = normalizeOrder(changed, next, next, mergeKey);
  const removed = want.deletions ? [...was.keys()].filter((id) => !is.has(id)) : [];
  const list = [...ordered, ...removed.map((id) => ({ [DIRECTIVE]: "delete", [mergeKey]: id }))];
  if (list.length > 0) setKey(patch, key, list);
  const reordered = want.changes && !sameOrder(old, next, mergeKey);
  if (want.order && next.length > 0 && (list.length > 0 || reordered))
    patch[ELEMENT_ORDER + key] = next.map((v) => ({ [mergeKey]: identity(v, mergeKey) }));
}

function diffScalars(patch: Record<string, unknown>, key: string, old: readonly unknown[], next: readonly unknown[], want: Want): void {
  const added = want.changes ? next.filter((v, i) => !old.includes(v) && next.indexOf(v) === i) : [];
  const removed = want.deletions ? old.filter((v) => !next.includes(v)) : [];
  if (added.length > 0) setKey(patch, key, added);
  if (removed.length > 0) patch[DELETE_FROM_LIST + key] = removed;
  const differs = removed.length > 0 || (want.changes && !deepEqual(old, next));
  if (want.order && next.length > 0 && differs) patch[ELEMENT_ORDER + key] = next;
}

/** Whether the items that both have come in one order, with nothing new in between. */
function sameOrder(old: readonly unknown[], next: readonly unknown[], mergeKey: string): boolean {
  return old.length === next.length && old.every((v, i) => identity(v, mergeKey) === identity(next[i], mergeKey));
}
