import type { KubeObject } from "../../api/index.ts";
import { conflict } from "../../machinery/index.ts";
import type { Entry, Op } from "../../etcd/index.ts";
import { keyOf, type Scope } from "../context.ts";
import { ownersOf, setOwners } from "./owners.ts";

/** Freezes what the store shares by reference; a no-op outside development and tests (law 7). */
let freeze: <T>(value: T) => T = (value) => value;

/** Development and tests: a mutation of a stored object throws where it happens. */
export function freezeStoredObjects(): void {
  freeze = deepFreeze;
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const child of Object.values(value)) deepFreeze(child);
  return value;
}

export function currentEntry(scope: Scope, name = scope.info.name): Entry<KubeObject> | undefined {
  return scope.server.store.get(keyOf(scope.kind, scope.info.namespace, name)) as Entry<KubeObject> | undefined;
}

/** Stores `object` under the revision it is about to get; `entry` undefined: it must not exist. A dry run stores nothing. */
export function put(
  scope: Scope,
  object: KubeObject,
  entry: Entry | undefined,
  owners = entry && ownersOf(entry.value as KubeObject),
): KubeObject {
  const { store } = scope.server;
  const key = keyOf(scope.kind, scope.info.namespace, object.metadata?.name ?? "");
  const stored = freeze({
    ...object,
    metadata: { ...object.metadata, resourceVersion: String(scope.dryRun ? (entry?.modRevision ?? 0) : store.revision + 1) },
  });
  setOwners(stored, owners);
  if (scope.dryRun) {
    if (entry) return stored;
    const { resourceVersion: _, ...metadata } = stored.metadata;
    const unborn = { ...stored, metadata };
    setOwners(unborn, owners);
    return unborn;
  }
  commit(scope, key, entry, { put: key, value: stored });
  return stored;
}

/** Removes it and answers the last state, under the revision of its removal. */
export function remove(scope: Scope, object: KubeObject, entry: Entry): KubeObject {
  if (scope.dryRun) return object;
  commit(scope, entry.key, entry, { delete: entry.key });
  scope.server.allocators.release(scope, object);
  const last = { ...object, metadata: { ...object.metadata, resourceVersion: String(scope.server.store.revision) } };
  setOwners(last, ownersOf(entry.value as KubeObject));
  return last;
}

function commit(scope: Scope, key: string, entry: Entry | undefined, op: Op): void {
  const result = scope.server.store.txn({ compare: [{ key, modRevision: entry?.modRevision ?? 0 }], success: [op] }, scope.origin);
  if (!result.succeeded) throw conflict(scope.kind.plural, scope.info.name, scope.kind.group);
  scope.record.revision = result.revision;
  scope.server.registrations.written(scope.kind);
}
