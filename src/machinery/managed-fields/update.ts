import { type Changes, compareFields } from "./compare.ts";
import { capped, entryOf, fieldsOf, isBy, isOwned, type ManagedFields, type Manager, sorted, withFields } from "./entries.ts";
import { EMPTY, type FieldSet } from "./field-nodes.ts";
import { difference, isEmpty, type Skip, union } from "./field-set.ts";
import type { FieldType, Plain } from "./field-type.ts";

/** The versions of one kind. What is owned under a version that is served no more is forgotten. */
export interface Versions {
  typeAt(apiVersion: string): FieldType | undefined;
  /** `object` is at `from`. Only asked for versions that have a type. */
  convert(object: Plain, from: string, to: string): Plain;
  /** What writes to the resource do not own, as the strategy resets it. */
  skipAt(apiVersion: string): Skip;
}

/** Changes as a version sees them, computed once a version; undefined for one that is served no more. */
export class ChangesByVersion {
  readonly #before: Plain | undefined;
  readonly #after: Plain;
  readonly #at: string;
  readonly #versions: Versions;
  /** As the version sees them in which the objects are. */
  readonly own: Changes | undefined;
  #others: Map<string, Changes | undefined> | undefined;

  constructor(before: Plain | undefined, after: Plain, at: string, versions: Versions) {
    this.#before = before;
    this.#after = after;
    this.#at = at;
    this.#versions = versions;
    const type = versions.typeAt(at);
    this.own = type && compareFields(before, after, type, versions.skipAt(at));
  }

  at(apiVersion = ""): Changes | undefined {
    if (apiVersion === this.#at) return this.own;
    const others = (this.#others ??= new Map());
    if (!others.has(apiVersion)) others.set(apiVersion, this.#compared(apiVersion));
    return others.get(apiVersion);
  }

  #compared(apiVersion: string): Changes | undefined {
    const versions = this.#versions;
    const type = versions.typeAt(apiVersion);
    if (type === undefined) return undefined;
    const before = this.#before && versions.convert(this.#before, this.#at, apiVersion);
    return compareFields(before, versions.convert(this.#after, this.#at, apiVersion), type, versions.skipAt(apiVersion));
  }
}

/**
 * Who owns what after an update, create or any patch but apply (k8s: merge.Updater Update): what it added or changed
 * is its own from now on, what it removed is nobody's. `before` undefined: a creation. Both objects are at
 * `by.apiVersion`. Answers `entries` itself when nothing changes hands.
 */
export function updatedManagers(
  entries: readonly ManagedFields[],
  before: Plain | undefined,
  after: Plain,
  by: Manager,
  versions: Versions,
  now: string,
): readonly ManagedFields[] {
  // Ownership is followed from the creation on, or from the first apply (k8s: skipNonAppliedManager).
  if (entries.length === 0 && before !== undefined) return entries;
  const all = new ChangesByVersion(before, after, by.apiVersion, versions);
  const mine = all.own;
  if (mine === undefined) return entries;
  if (entries.length === 0) return isEmpty(mine.touched) ? entries : firstEntries(by, now, mine.touched);
  const out: ManagedFields[] = [];
  let changed = false;
  let own: ManagedFields | undefined;
  for (const entry of entries) {
    const changes = all.at(entry.apiVersion);
    const fields = changes && difference(fieldsOf(entry), changes.removed);
    if (isBy(entry, by)) {
      own = fields && withFields(entry, fields);
      if (own !== entry) changed = true;
      continue;
    }
    const left = fields && changes && withFields(entry, difference(fields, changes.touched));
    if (left && isOwned(left)) out.push(left);
    if (left !== entry) changed = true;
  }
  if (!isEmpty(mine.touched)) {
    const fields = union(own ? fieldsOf(own) : EMPTY, mine.touched);
    if (own === undefined || own.time !== now || fields !== own.fieldsV1) {
      own = entryOf(by, now, fields);
      changed = true;
    }
  }
  if (own && isOwned(own)) out.push(own);
  return changed ? capped(sorted(out)) : entries;
}

let latest: readonly [ManagedFields] | undefined;

/** What is created together by one component has its entry in common. */
function firstEntries(by: Manager, now: string, fields: FieldSet): readonly ManagedFields[] {
  const known = latest?.[0];
  if (known !== undefined && known.time === now && known.fieldsV1 === fields && isBy(known, by)) return latest as readonly ManagedFields[];
  return (latest = [entryOf(by, now, fields)]);
}
