import { apiVersionOf, type KubeObject, type ObjectMeta } from "../../api/index.ts";
import { conflict, deepEqual, field, invalid, notFound, sameButTimes, StatusError } from "../../machinery/index.ts";
import type { Entry } from "../../etcd/index.ts";
import type { Admission } from "../admission/types.ts";
import { keyOf, type Scope } from "../context.ts";
import { asStored, decodeBody } from "../decode.ts";
import { andThen, type MaybePromise } from "../maybe.ts";
import { createObject } from "./create.ts";
import { matchPath, validateMetadata, validateMetadataUpdate } from "./metadata.ts";
import { ownersAfter } from "./ownership.ts";
import { managersOf, type Owners, withoutManagers } from "./owners.ts";
import { withoutTwins } from "./owner-references.ts";
import { createsOnUpdate, needsVersion } from "./strategy.ts";
import { parseObjectVersion } from "./versions.ts";
import { currentEntry, put, remove } from "./write.ts";

/** How often a change that insists on no version is tried again on top of somebody else's (k8s: patch.go maxRetries). */
const RETRIES = 5;

/** PUT (k8s: registry/generic/registry Store.Update). */
export function update(scope: Scope): MaybePromise<KubeObject> {
  const wanted = asStored(scope, withoutTwins(scope, matchPath(scope, decodeBody(scope)), "as sent"));
  if (scope.info.subresource === "" && createsOnUpdate(scope.kind) && !currentEntry(scope)) return createByUpdate(scope, wanted);
  return onTopOf(scope, wanted.metadata?.resourceVersion === undefined, (entry) => updateObject(scope, entry, wanted));
}

/** Who may update may not always create (k8s: handlers/update.go withAuthorization). */
function createByUpdate(scope: Scope, object: KubeObject): MaybePromise<KubeObject> {
  const { user, info, request, server } = scope;
  server.authorization.require({ user, verb: "create", resource: info, path: request.path });
  return createObject(scope, object);
}

/**
 * Runs `change` on the stored object. It is done in one turn unless an admission plugin waits; if the object moved
 * meanwhile, a change that named no version is made again on the new one. Throws 404.
 */
export function onTopOf(
  scope: Scope,
  unconditional: boolean,
  change: (entry: Entry<KubeObject>) => MaybePromise<KubeObject>,
  retries = RETRIES,
): MaybePromise<KubeObject> {
  const { kind, info } = scope;
  const entry = currentEntry(scope);
  if (!entry) throw notFound(kind.plural, info.name, kind.group);
  const done = change(entry);
  if (!(done instanceof Promise) || !unconditional || retries === 0) return done;
  return done.catch((error: unknown) => {
    if (!(error instanceof StatusError) || error.reason !== "Conflict" || currentEntry(scope)?.modRevision === entry.modRevision)
      throw error;
    return onTopOf(scope, unconditional, change, retries - 1);
  });
}

/** Replaces `entry` by `object`, which is decoded and defaulted; the end of update and patch alike. */
export function updateObject(
  scope: Scope,
  entry: Entry<KubeObject>,
  object: KubeObject,
  owners = ownersAfter(scope, entry.value, object),
  admission: Admission = scope.server.admission,
): MaybePromise<KubeObject> {
  const { kind, info, server } = scope;
  const old = entry.value;
  checkVersion(scope, object, old);
  const merged = keepSystemFields(scope, object, old);
  const prepared = prepare(scope, merged, old);
  const attributes = { scope, operation: "UPDATE", old, owners } as const;
  return andThen(admission.mutate({ ...attributes, object: prepared }), (mutated) => {
    const admitted = withoutTwins(scope, mutated as KubeObject, "admitted");
    if (sameContent(admitted, old) && sameOwners(owners, old)) return old;
    const counted = countGeneration(scope, admitted, old);
    const context = { namespace: info.namespace, now: server.clock.now(), old, requested: scope.requested };
    const status = info.subresource === "status";
    const door = kind.doors?.[info.subresource];
    const errors = status
      ? (kind.validateStatusUpdate?.(counted, old) ?? [])
      : [
          ...validateMetadata(scope, counted),
          ...validateMetadataUpdate(counted, old),
          ...(kind.rulesLast ? kind.validate(counted, context) : []),
          ...(door ? door.validate(counted, old) : (kind.validateUpdate?.(counted, old, context) ?? [])),
          ...(kind.rulesLast ? [] : kind.validate(counted, context)),
        ];
    if (errors.length > 0) throw invalid(kind, info.name, errors);
    return andThen(admission.validate({ ...attributes, object: counted }), () => {
      if (!status) scope.warnings.push(...(kind.warnings?.(counted, old) ?? []));
      if (isFinished(counted)) return remove(scope, counted, entry);
      const stored = put(scope, server.allocators.allocate(scope, counted, old), entry, owners);
      if (!scope.dryRun) server.allocators.commit(scope, stored, old);
      return stored;
    });
  });
}

function checkVersion({ kind, info }: Scope, object: KubeObject, old: KubeObject): void {
  const uid = object.metadata?.uid;
  if (uid && uid !== old.metadata?.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata?.uid}`;
    const key = keyOf(kind, info.namespace, info.name);
    const stored = `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${why}`;
    throw conflict(kind.plural, info.name, kind.group, stored);
  }
  const version = object.metadata?.resourceVersion ?? "";
  if (version === old.metadata?.resourceVersion) return;
  if (parseObjectVersion(version) !== 0) throw conflict(kind.plural, info.name, kind.group);
  if (needsVersion(kind)) {
    const errors = [field.invalid("metadata.resourceVersion", 0, "must be specified for an update")];
    throw invalid({ group: kind.group, kind: kind.plural }, info.name, errors);
  }
}

/** A client may leave out what only the server sets (k8s: registry/rest BeforeUpdate). */
function keepSystemFields({ kind }: Scope, object: KubeObject, old: KubeObject): KubeObject {
  const { deletionTimestamp, deletionGracePeriodSeconds, creationTimestamp, uid, generation, namespace, name } = old.metadata ?? {};
  const meta: { -readonly [K in keyof ObjectMeta]: ObjectMeta[K] } = { ...withoutEmptyLists(object.metadata ?? {}) };
  delete meta.resourceVersion;
  if ("selfLink" in meta) delete meta.selfLink;
  if (name !== undefined) meta.name ??= name;
  if (namespace !== undefined) meta.namespace = namespace;
  if (uid !== undefined) meta.uid ??= uid;
  if (creationTimestamp !== undefined) meta.creationTimestamp ??= creationTimestamp;
  if (generation !== undefined) meta.generation = generation;
  if (deletionTimestamp !== undefined) meta.deletionTimestamp = deletionTimestamp;
  if (deletionGracePeriodSeconds !== undefined) meta.deletionGracePeriodSeconds = deletionGracePeriodSeconds;
  if ("managedFields" in meta) delete meta.managedFields;
  return { ...object, apiVersion: apiVersionOf(kind), kind: old.kind as string, metadata: meta };
}

/** Go leaves empty lists out when it writes. */
function withoutEmptyLists(meta: ObjectMeta): ObjectMeta {
  if (meta.ownerReferences?.length !== 0 && meta.finalizers?.length !== 0) return meta;
  const { ownerReferences, finalizers, ...rest } = meta;
  return { ...rest, ...(ownerReferences?.length ? { ownerReferences } : {}), ...(finalizers?.length ? { finalizers } : {}) };
}

interface WithStatus extends KubeObject {
  readonly spec?: unknown;
  readonly status?: unknown;
}

/** The main resource keeps the stored status; the status subresource keeps everything else. */
function prepare({ kind, info, server }: Scope, object: WithStatus, old: WithStatus): KubeObject {
  if (info.subresource === "status") {
    const metadata = kind.statusKeepsMetadata ? (object.metadata ?? {}) : withoutManagers(old).metadata;
    const next: WithStatus = { ...old, metadata: metadata ?? {}, status: object.status };
    return kind.prepareForStatusUpdate?.(next, old, server.clock.now()) ?? next;
  }
  const door = kind.doors?.[info.subresource];
  if (door) return withoutManagers(door.prepare(object, old, server.clock.now()));
  const next = kind.subresources?.includes("status") ? withStatus(object, old.status) : object;
  return kind.prepareForUpdate?.(next, old) ?? next;
}

function withStatus(object: WithStatus, status: unknown): WithStatus {
  if (object.status === status) return object;
  if (status !== undefined) return { ...object, status };
  const { status: _, ...rest } = object;
  return rest;
}

/** generation counts changes of anything but metadata and status; a custom resource may have a status that is like any other field. */
function countGeneration({ kind, info }: Scope, object: KubeObject, old: KubeObject): KubeObject {
  if (!kind.generation || info.subresource === "status") return object;
  const { metadata: _, apiVersion: __, status: newStatus, ...now } = object as WithStatus;
  const { metadata: ___, apiVersion: ____, status: oldStatus, ...before } = old as WithStatus;
  const plainStatus = kind.custom && !kind.subresources?.includes("status");
  if (deepEqual(now, before) && !(plainStatus && !deepEqual(newStatus, oldStatus))) return object;
  return { ...object, metadata: { ...object.metadata, generation: (old.metadata?.generation ?? 0) + 1 } };
}

/**
 * Nothing but the version the server gives, and when somebody last set what he owns: no write, no revision (k8s:
 * GuaranteedUpdate's no-op check, IgnoreManagedFieldsTimestampsTransformer).
 */
function sameContent(object: KubeObject, old: KubeObject): boolean {
  const [now, before] = [object.metadata ?? {}, old.metadata ?? {}];
  return sameBut(["metadata"], object, old) && sameBut(SERVER_COUNTS, now, before);
}
const SERVER_COUNTS = ["resourceVersion", "managedFields"];

/** Whoever is not found out yet changes nothing by changing nothing. */
const sameOwners = (owners: Owners, old: KubeObject): boolean => !owners.settled || sameButTimes(owners.managers, managersOf(old));

function sameBut(except: readonly string[], a: object, b: object): boolean {
  const x = a as Readonly<Record<string, unknown>>;
  const y = b as Readonly<Record<string, unknown>>;
  for (const key in x) if (!except.includes(key) && !deepEqual(x[key], y[key])) return false;
  for (const key in y) if (!except.includes(key) && x[key] === undefined && y[key] !== undefined) return false;
  return true;
}

/** The last finalizer is gone from an object whose time is up (k8s: deletionFinalizersForGarbageCollection, ShouldDeleteDuringUpdate). */
export function isFinished(object: KubeObject): boolean {
  const meta = object.metadata ?? {};
  const finalizers = (object as { spec?: { finalizers?: readonly string[] } }).spec?.finalizers;
  return (
    meta.deletionTimestamp !== undefined &&
    (meta.deletionGracePeriodSeconds ?? 0) === 0 &&
    !meta.finalizers?.length &&
    !(object.kind === "Namespace" && finalizers?.length)
  );
}
