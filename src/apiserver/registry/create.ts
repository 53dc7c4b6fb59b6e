import { kindTable, type KubeObject } from "../../api/index.ts";
import { alreadyExists, failure, generateNameConflict, invalid, StatusError } from "../../machinery/index.ts";
import { getStored } from "../admission/stored.ts";
import type { Scope } from "../context.ts";
import { asStored, decodeBody } from "../decode.ts";
import { andThen, type MaybePromise } from "../maybe.ts";
import { matchPath, systemMetadata, validateMetadata } from "./metadata.ts";
import { withoutTwins } from "./owner-references.ts";
import { ownersAfter } from "./ownership.ts";
import type { Owners } from "./owners.ts";
import { currentEntry, put } from "./write.ts";

/** POST to a collection (k8s: registry/generic/registry Store.Create). */
export function create(scope: Scope): MaybePromise<KubeObject> {
  return createObject(scope, asStored(scope, withoutTwins(scope, matchPath(scope, decodeBody(scope)), "as sent")));
}

/** Everything after decoding: also where an update or an apply may create. */
export function createObject(scope: Scope, object: KubeObject, owners = ownersAfter(scope, undefined, object)): MaybePromise<KubeObject> {
  const { kind, server } = scope;
  const attributes = { scope, operation: "CREATE", old: undefined, owners } as const;
  // Admission sees a generated name already (k8s: handlers/create.go).
  return andThen(server.admission.mutate({ ...attributes, object: systemMetadata(scope, object) }), (mutated) => {
    const admitted = withoutTwins(scope, mutated as KubeObject, "admitted");
    const prepared = kind.prepareForCreate?.(admitted, server.clock.now()) ?? admitted;
    const { namespace } = scope.info;
    const namespaceLabels = () => getStored<KubeObject>(server, kindTable.namespaces, "", namespace)?.metadata?.labels;
    const context = { namespace, now: server.clock.now(), requested: scope.requested, namespaceLabels };
    const errors = [...validateMetadata(scope, prepared), ...kind.validate(prepared, context)];
    const name = prepared.metadata?.name ?? "";
    if (errors.length > 0) throw invalid(kind, name, errors);
    const allocated = server.allocators.allocate(scope, prepared, undefined);
    const validated = server.admission.validate({ ...attributes, object: allocated });
    // What was handed out is only taken with the write: after a wait it is asked for again.
    return andThen(validated, () =>
      store(scope, validated instanceof Promise ? server.allocators.allocate(scope, prepared, undefined) : allocated, owners),
    );
  });
}

function store(scope: Scope, object: KubeObject, owners: Owners): KubeObject {
  const { kind, server } = scope;
  const name = object.metadata?.name ?? "";
  scope.warnings.push(...(kind.warnings?.(object, undefined) ?? []));
  // An error that is no Status upstream (k8s: storage/etcd3 ErrResourceVersionSetOnCreate).
  if (givesVersion(object)) throw failure(500, "", "resourceVersion should not be set on objects to be created");
  const existing = currentEntry(scope, name);
  if (existing) throw taken(scope, object, existing.value);
  const stored = put(scope, object, undefined, owners);
  if (!scope.dryRun) server.allocators.commit(scope, stored, undefined);
  return stored;
}

function givesVersion(object: KubeObject): boolean {
  const version = object.metadata?.resourceVersion ?? "";
  return /^\d+$/.test(version) && Number(version) !== 0;
}

function taken({ kind }: Scope, object: KubeObject, existing: KubeObject): StatusError {
  const { name = "", generateName } = object.metadata ?? {};
  const refusal = (generateName ? generateNameConflict : alreadyExists)(kind.plural, name, kind.group);
  if (existing.metadata?.deletionTimestamp === undefined) return refusal;
  return new StatusError({ ...refusal.status, message: `object is being deleted: ${refusal.message}` });
}
