import { deepEqual } from "../equal.ts";
import { EMPTY, type FieldSet } from "./field-nodes.ts";
import { isEmpty, readFieldSet, union } from "./field-set.ts";
import { isPlain } from "./field-type.ts";

/** One item of `metadata.managedFields`; what is stored always has all but time and subresource. */
export interface ManagedFields {
  readonly manager?: string;
  readonly operation?: string;
  readonly apiVersion?: string;
  readonly time?: string;
  readonly fieldsType?: string;
  readonly fieldsV1?: object;
  readonly subresource?: string;
}

/** Who changes an object, by which door. */
export interface Manager {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  /** "" for the main resource. */
  readonly subresource: string;
}

export const fieldsOf = (entry: ManagedFields): FieldSet => (entry.fieldsV1 ?? EMPTY) as FieldSet;

/** One applier has one entry whatever its version; an updater has one a version (k8s: BuildManagerIdentifier). */
export function isBy(entry: ManagedFields, by: Manager): boolean {
  return (
    entry.manager === by.manager &&
    entry.operation === by.operation &&
    (entry.subresource ?? "") === by.subresource &&
    (by.operation === "Apply" || entry.apiVersion === by.apiVersion)
  );
}

export function entryOf(by: Manager, time: string | undefined, fields: FieldSet): ManagedFields {
  const { manager, operation, apiVersion, subresource } = by;
  if (time === undefined)
    return { manager, operation, apiVersion, fieldsType: "FieldsV1", fieldsV1: fields, ...(subresource === "" ? {} : { subresource }) };
  if (subresource === "") return { manager, operation, apiVersion, time, fieldsType: "FieldsV1", fieldsV1: fields };
  return { manager, operation, apiVersion, time, fieldsType: "FieldsV1", fieldsV1: fields, subresource };
}

export function withFields(entry: ManagedFields, fields: FieldSet): ManagedFields {
  return entry.fieldsV1 === fields ? entry : { ...entry, fieldsV1: fields };
}

/** Appliers first, then by time, name, version and subresource (k8s: sortEncodedManagedFields). */
export function sorted(entries: readonly ManagedFields[]): readonly ManagedFields[] {
  for (let i = 1; i < entries.length; i++)
    if (compareEntries(entries[i - 1] as ManagedFields, entries[i] as ManagedFields) > 0) return entries.toSorted(compareEntries);
  return entries;
}

function compareEntries(a: ManagedFields, b: ManagedFields): number {
  return (
    compareTexts(a.operation, b.operation) ||
    compareTexts(a.time, b.time) ||
    compareTexts(a.manager, b.manager) ||
    compareTexts(a.apiVersion, b.apiVersion) ||
    compareTexts(a.subresource, b.subresource)
  );
}

const compareTexts = (a = "", b = ""): number => (a === b ? 0 : a < b ? -1 : 1);

/** A client empties the list to have it forgotten: `[]` or `[{}]` (k8s: isResetManagedFields). */
export function isReset(entries: readonly ManagedFields[] | undefined): boolean {
  return entries !== undefined && (entries.length === 0 || (entries.length === 1 && Object.keys(entries[0] as object).length === 0));
}

/** Entries that a client sent, in order and with their sets readable; undefined when one cannot be read (k8s: DecodeManagedFields). */
export function readEntries(entries: readonly ManagedFields[]): readonly ManagedFields[] | undefined {
  const out: ManagedFields[] = [];
  for (const entry of entries) {
    const { operation, apiVersion, fieldsType, fieldsV1 } = isPlain(entry) ? (entry as ManagedFields) : {};
    if ((operation !== "Apply" && operation !== "Update") || !apiVersion || fieldsType !== "FieldsV1") return undefined;
    const fields = readFieldSet(fieldsV1 ?? EMPTY);
    if (fields === undefined) return undefined;
    out.push({ ...entry, fieldsV1: fields });
  }
  return sorted(out);
}

const MAX_UPDATERS = 10;
const OLD = "ancient-changes";

/** Keeps at most ten updaters: the oldest of a version become one (k8s: capManagersManager). */
export function capped(entries: readonly ManagedFields[]): readonly ManagedFields[] {
  if (entries.length <= MAX_UPDATERS) return entries;
  let updaters = entries.filter((e) => e.operation === "Update");
  if (updaters.length <= MAX_UPDATERS) return entries;
  const kept = entries.filter((e) => e.operation !== "Update");
  const first = new Map<string, ManagedFields>();
  for (const entry of updaters.toSorted(compareEntries)) {
    if (updaters.length <= MAX_UPDATERS) break;
    const version = entry.apiVersion ?? "";
    const older = first.get(version);
    if (older === undefined) {
      first.set(version, entry);
      continue;
    }
    const bucket = entryOf({ manager: OLD, operation: "Update", apiVersion: version, subresource: "" }, entry.time, EMPTY);
    const merged = withFields(bucket, union(fieldsOf(older), fieldsOf(entry)));
    first.set(version, merged);
    updaters = [...updaters.filter((e) => e !== entry && e !== older), merged];
  }
  return sorted([...kept, ...updaters]);
}

/** Whether only times differ. */
export function sameButTimes(a: readonly ManagedFields[] | undefined, b: readonly ManagedFields[] | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined || a.length !== b.length) return false;
  return a.every((entry, i) => {
    const { time: _, ...one } = entry;
    const { time: __, ...other } = b[i] as ManagedFields;
    return deepEqual(one, other);
  });
}

export const isOwned = (entry: ManagedFields): boolean => !isEmpty(fieldsOf(entry));
