import type { KubeObject } from "../../api/index.ts";
import type { Entry } from "../../etcd/index.ts";
import { conflict, notFound, type Status, successStatus } from "../../machinery/index.ts";
import { parseTime, rfc3339 } from "../../sim/index.ts";
import type { Scope } from "../context.ts";
import { andThen, eachInOrder, type MaybePromise } from "../maybe.ts";
import { type DeleteOptions, deleteOptions } from "./delete-options.ts";
import { list } from "./read.ts";
import { currentEntry, put, remove } from "./write.ts";

/** DELETE of one object (k8s: registry/generic/registry Store.Delete). */
export function deleteOne(scope: Scope): MaybePromise<{ readonly status: number; readonly body: KubeObject | Status }> {
  const { kind, info } = scope;
  const options = optionsOf(scope);
  const entry = currentEntry(scope);
  if (!entry) throw notFound(kind.plural, info.name, kind.group);
  return andThen(deleteEntry(scope, entry, options), (result) => {
    if (!result.gone) return { status: options.orphanDependents === false ? 202 : 200, body: result.object };
    if (kind.returnsDeleted) return { status: 200, body: result.object };
    const details = { name: info.name, group: kind.group, kind: kind.plural, uid: entry.value.metadata?.uid ?? "" };
    return { status: 200, body: successStatus(details) };
  });
}

/** DELETE of a collection: what the selectors choose, one after the other. Answers the list of it. */
export function deleteCollection(scope: Scope): MaybePromise<KubeObject> {
  const listed = list(scope);
  const options = optionsOf(scope);
  const deleted = eachInOrder(listed.items, (item) => {
    const named = { ...scope, info: { ...scope.info, name: item.metadata?.name ?? "", namespace: item.metadata?.namespace ?? "" } };
    const entry = currentEntry(named);
    if (entry) return deleteEntry(named, entry, options);
  });
  return andThen(deleted, () => listed as KubeObject);
}

function optionsOf({ kind, request, warnings }: Scope): DeleteOptions {
  const options = deleteOptions(request);
  if (kind.orphanWarning !== undefined && options.propagationPolicy === undefined && options.orphanDependents === undefined)
    warnings.push(kind.orphanWarning);
  return options;
}

interface Deleted {
  readonly object: KubeObject;
  /** Removed now. */
  readonly gone: boolean;
}

/** Marks or removes it: finalizers and grace decide which. */
export function deleteEntry(scope: Scope, entry: Entry<KubeObject>, options: DeleteOptions): MaybePromise<Deleted> {
  const { server } = scope;
  const old = entry.value;
  const name = old.metadata?.name ?? "";
  const named = {
    ...scope,
    dryRun: (options.dryRun?.length ?? 0) > 0,
    info: { ...scope.info, name, namespace: old.metadata?.namespace ?? "" },
  };
  checkPreconditions(named, old, options.preconditions);
  const admitted = server.admission.validate({ scope: named, operation: "DELETE", object: undefined, old });
  return andThen(admitted, () => markOrRemove(named, entry, options));
}

function markOrRemove(named: Scope, entry: Entry<KubeObject>, options: DeleteOptions): Deleted {
  const { kind, server } = named;
  const now = server.clock.now();
  const first = entry.value.metadata?.deletionTimestamp === undefined;
  const old = first ? (kind.prepareForDelete?.(entry.value, now) ?? entry.value) : entry.value;
  const meta = old.metadata ?? {};
  const ending = meta.deletionTimestamp;
  const pending = meta.deletionGracePeriodSeconds ?? 0;
  const graceful = ending !== undefined && pending > 0;
  // A second request may shorten the wait, never lengthen it, and has no say in finalizers (k8s: rest.BeforeDelete).
  if (graceful && (options.gracePeriodSeconds ?? pending) >= pending) return { object: old, gone: false };
  const { grace, at } = graceful
    ? shortened(parseTime(ending), pending, options.gracePeriodSeconds as number, now)
    : deadline(kind.gracefulDeletion?.(old, options.gracePeriodSeconds) ?? 0, now);
  const finalizers = finalizersFor(kind.defaultPropagation, old, options);
  const pendingNamespace =
    kind.plural === "namespaces" && ((old as { spec?: { finalizers?: readonly string[] } }).spec?.finalizers?.length ?? 0) > 0;
  if (grace === 0 && finalizers.length === 0 && !pendingNamespace) return { object: remove(named, old, entry), gone: true };
  if (ending !== undefined && !graceful && sameList(finalizers, meta.finalizers)) return { object: old, gone: false };
  const { finalizers: _, ...rest } = meta;
  const next: KubeObject = {
    ...old,
    ...(pendingNamespace ? { status: { ...(old as { status?: object }).status, phase: "Terminating" } } : {}),
    metadata: {
      ...rest,
      ...(finalizers.length > 0 ? { finalizers } : {}),
      deletionTimestamp: ending !== undefined && !graceful ? ending : rfc3339(at),
      deletionGracePeriodSeconds: grace,
      ...(ending === undefined && meta.generation !== undefined ? { generation: meta.generation + 1 } : {}),
    },
  };
  return { object: put(named, next, entry), gone: false };
}

/** Seconds left, and the moment at which they are over. */
interface Deadline {
  readonly grace: number;
  readonly at: number;
}

const deadline = (grace: number, now: number): Deadline => ({ grace, at: now + grace * 1000 });

/** Counted from the first request; what would lie in the past ends in a second, unless no grace at all is wanted. */
function shortened(ending: number, pending: number, wanted: number, now: number): Deadline {
  const at = ending - pending * 1000 + wanted * 1000;
  return at < now ? { grace: wanted === 0 ? 0 : 1, at: now } : { grace: wanted, at };
}

function checkPreconditions({ kind, info }: Scope, object: KubeObject, wanted: DeleteOptions["preconditions"]): void {
  const meta = object.metadata ?? {};
  if (wanted?.uid !== undefined && wanted.uid !== meta.uid) {
    throw conflict(
      kind.kind,
      info.name,
      kind.group,
      `the UID in the precondition (${wanted.uid}) does not match the UID in record (${meta.uid}). The object might have been deleted and then recreated`,
    );
  }
  if (wanted?.resourceVersion !== undefined && wanted.resourceVersion !== meta.resourceVersion) {
    throw conflict(
      kind.kind,
      info.name,
      kind.group,
      `the ResourceVersion in the precondition (${wanted.resourceVersion}) does not match the ResourceVersion in record (${meta.resourceVersion}). The object might have been modified`,
    );
  }
}

/** Orphan and foreground deletion are finalizers that the garbage collector takes away (k8s: deletionFinalizersForGarbageCollection). */
function finalizersFor(fallback: "orphan" | "background" | undefined, object: KubeObject, options: DeleteOptions): readonly string[] {
  const own = object.metadata?.finalizers ?? [];
  const others = own.filter((f) => f !== "orphan" && f !== "foregroundDeletion");
  if (options.orphanDependents === true || options.propagationPolicy === "Orphan") return [...others, "orphan"];
  if (options.propagationPolicy === "Foreground") return [...others, "foregroundDeletion"];
  if (options.propagationPolicy === "Background" || options.orphanDependents === false) return others;
  if (own.length !== others.length) return own;
  return fallback === "orphan" ? [...others, "orphan"] : others;
}

function sameList(a: readonly string[], b: readonly string[] | undefined): boolean {
  return a.length === (b?.length ?? 0) && a.every((x, i) => x === b?.[i]);
}
