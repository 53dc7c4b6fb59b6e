import { deepEqual } from "../equal.ts";
import { entryOf, fieldsOf, isBy, isOwned, type ManagedFields, type Manager, sorted, withFields } from "./entries.ts";
import { EMPTY, type FieldSet } from "./field-nodes.ts";
import { difference, intersection, isEmpty, union, without } from "./field-set.ts";
import type { FieldType, Plain } from "./field-type.ts";
import { mergeTyped } from "./merge.ts";
import { removeFields, withNamedFields } from "./remove.ts";
import { setOf } from "./set-of.ts";
import { ChangesByVersion, type Versions } from "./update.ts";

/** Fields that others own and the configuration would change. */
export interface Conflict {
  readonly with: ManagedFields;
  readonly fields: FieldSet;
}

export type Applied =
  | { readonly conflicts: readonly Conflict[] }
  /** `object` is the live one itself when the configuration changes nothing in it. */
  | { readonly object: Plain; readonly managers: readonly ManagedFields[] };

/**
 * Server-side apply (k8s: merge.Updater Apply): merges the configuration into the live object, takes away what this
 * manager applied last time and nobody else owns, and says who owns what; or with whom it is in conflict. `live` and
 * `config` are at `by.apiVersion` and conform to their type; the live one has nothing in it when it does not exist.
 */
export function applyConfig(
  entries: readonly ManagedFields[],
  live: Plain,
  config: Plain,
  by: Manager,
  versions: Versions,
  options: { readonly force: boolean; readonly now: string },
): Applied {
  const type = versions.typeAt(by.apiVersion) as FieldType;
  const last = entries.find((entry) => isBy(entry, by));
  const others = entries.filter((entry) => entry !== last);
  const spoken = setOf(config, type);
  const own = without(spoken, versions.skipAt(by.apiVersion));
  const merged = mergeTyped(live, config, type) as Plain;
  const next = last === undefined ? merged : pruned(merged, last, [...others, entryOf(by, undefined, spoken)], by, versions);
  const all = new ChangesByVersion(live, next, by.apiVersion, versions);
  const left: ManagedFields[] = [];
  const conflicts: Conflict[] = [];
  for (const entry of others) {
    const changes = all.at(entry.apiVersion);
    if (changes === undefined) continue;
    const taken = intersection(fieldsOf(entry), changes.touched);
    if (!isEmpty(taken)) conflicts.push({ with: entry, fields: taken });
    left.push(withFields(entry, difference(difference(fieldsOf(entry), taken), changes.removed)));
  }
  if (conflicts.length > 0 && !options.force) return { conflicts };
  const same = next === live || deepEqual(next, live);
  // A configuration that changes nothing leaves the time of the last one that did.
  const entry = entryOf(by, same ? last?.time : options.now, own);
  const mine = last && same && deepEqual(last, entry) ? last : entry;
  const managers = [...left, mine].filter(isOwned);
  const kept = managers.length === entries.length && managers.every((m) => entries.includes(m));
  return { object: same ? live : next, managers: kept ? entries : sorted(managers) };
}

/**
 * Removes what was applied last time and not this time, but for what others own, or what this manager never owned
 * (k8s: Updater.prune). `entries` has this manager with what it applies now.
 */
function pruned(merged: Plain, last: ManagedFields, entries: readonly ManagedFields[], by: Manager, versions: Versions): Plain {
  const version = last.apiVersion ?? "";
  const type = versions.typeAt(version);
  if (type === undefined || isEmpty(fieldsOf(last))) return merged;
  const before = version === by.apiVersion ? merged : versions.convert(merged, by.apiVersion, version);
  const all = withNamedFields(setOf(before, type), type);
  const gone = withNamedFields(fieldsOf(last), type);
  let after = remove(before, gone, type);
  let owned = EMPTY;
  for (const entry of entries) if (entry.apiVersion === version) owned = union(owned, fieldsOf(entry));
  after = remove(before, difference(all, union(present(after, type), withNamedFields(owned, type))), type);
  for (const other of new Set(entries.map((e) => e.apiVersion ?? ""))) {
    const otherType = other === version ? undefined : versions.typeAt(other);
    if (otherType === undefined) continue;
    let theirs = EMPTY;
    for (const entry of entries) if (entry.apiVersion === other) theirs = union(theirs, fieldsOf(entry));
    const whole = versions.convert(before, version, other);
    const rest = present(versions.convert(after, version, other), otherType);
    const lost = difference(present(whole, otherType), union(rest, withNamedFields(theirs, otherType)));
    after = versions.convert(remove(whole, lost, otherType), other, version);
  }
  const result = remove(before, intersection(difference(all, present(after, type)), gone), type);
  return version === by.apiVersion ? result : versions.convert(result, version, by.apiVersion);
}

const remove = (object: Plain, set: FieldSet, type: FieldType): Plain => (removeFields(object, set, type) ?? EMPTY) as Plain;
const present = (object: Plain, type: FieldType): FieldSet => withNamedFields(setOf(object, type), type);
