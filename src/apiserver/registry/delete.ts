import type { KubeObject } from "../../api/index.ts";
import type { Entry } from "../../etcd/index.ts";
import { badRequest, conflict, field, invalid, notFound, type Status, successStatus } from "../../machinery/index.ts";
import { rfc3339 } from "../../sim/index.ts";
import { queryNumber, queryValue, type Scope } from "../context.ts";
import { parseBody } from "../decode.ts";
import { andThen, eachInOrder, type MaybePromise } from "../maybe.ts";
import { selectionOf } from "../selection.ts";
import { list } from "./read.ts";
import { currentEntry, put, remove } from "./write.ts";

interface Options {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: string;
  readonly orphanDependents?: boolean;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: readonly string[];
}

/** DELETE of one object (k8s: registry/generic/registry Store.Delete). */
export function deleteOne(scope: Scope): MaybePromise<{ readonly status: number; readonly body: KubeObject | Status }> {
  const { kind, info } = scope;
  const entry = currentEntry(scope);
  if (!entry) throw notFound(kind.plural, info.name, kind.group);
  return andThen(deleteEntry(scope, entry, deleteOptions(scope)), (result) => {
    if (!result.gone || kind.returnsDeleted) return { status: 200, body: result.object };
    const details = { name: info.name, group: kind.group, kind: kind.plural, uid: entry.value.metadata?.uid ?? "" };
    return { status: 200, body: successStatus(details) };
  });
}

/** DELETE of a collection: what the selectors choose, one after the other. */
export function deleteCollection(scope: Scope): MaybePromise<{ readonly status: number; readonly body: KubeObject }> {
  const listed = list({ ...scope, verb: "list" });
  const options = deleteOptions(scope);
  const { matches } = selectionOf(scope);
  const deleted = eachInOrder(listed.items, (item) => {
    const named = { ...scope, info: { ...scope.info, name: item.metadata?.name ?? "", namespace: item.metadata?.namespace ?? "" } };
    const entry = currentEntry(named);
    if (entry && matches(entry.value)) return deleteEntry(named, entry, options);
  });
  return andThen(deleted, () => ({ status: 200, body: listed as KubeObject }));
}

/** Options come in the body or, for what fits there, in the query. */
export function deleteOptions(scope: Scope): Options {
  const body = scope.request.body === undefined ? undefined : parseBody(scope.request);
  const fromBody = typeof body === "object" && body !== null ? (body as Options) : {};
  const grace = fromBody.gracePeriodSeconds ?? queryNumber(scope.request, "gracePeriodSeconds");
  const policy = fromBody.propagationPolicy ?? queryValue(scope.request, "propagationPolicy");
  if (policy !== undefined && !["Foreground", "Background", "Orphan"].includes(policy)) {
    throw badRequest(`invalid propagationPolicy ${JSON.stringify(policy)}`);
  }
  const unknown = fromBody.dryRun?.find((value) => value !== "All");
  if (unknown !== undefined)
    throw invalid({ kind: "DeleteOptions", group: "meta.k8s.io" }, "", [field.notSupported("dryRun", fromBody.dryRun, ["All"])]);
  if (scope.kind.orphanWarning !== undefined && policy === undefined && fromBody.orphanDependents === undefined)
    scope.warnings.push(scope.kind.orphanWarning);
  return {
    ...fromBody,
    ...(grace === undefined ? {} : { gracePeriodSeconds: grace }),
    ...(policy === undefined ? {} : { propagationPolicy: policy }),
  };
}

interface Deleted {
  readonly object: KubeObject;
  /** Removed now. */
  readonly gone: boolean;
}

/** Marks or removes it: finalizers and grace decide which. */
export function deleteEntry(scope: Scope, entry: Entry<KubeObject>, options: Options): MaybePromise<Deleted> {
  const { server } = scope;
  const old = entry.value;
  const name = old.metadata?.name ?? "";
  const named = {
    ...scope,
    dryRun: scope.dryRun || (options.dryRun?.length ?? 0) > 0,
    info: { ...scope.info, name, namespace: old.metadata?.namespace ?? "" },
  };
  checkPreconditions(named, old, options.preconditions);
  const admitted = server.admission.validate({ scope: named, operation: "DELETE", object: undefined, old });
  return andThen(admitted, () => markOrRemove(named, entry, options));
}

function markOrRemove(named: Scope, entry: Entry<KubeObject>, options: Options): Deleted {
  const { kind, server } = named;
  const old = entry.value;
  const finalizers = finalizersFor(kind.defaultPropagation, old, options);
  const grace = kind.gracefulDeletion?.(old, options.gracePeriodSeconds) ?? 0;
  const meta = old.metadata ?? {};
  const pendingNamespace =
    kind.plural === "namespaces" && ((old as { spec?: { finalizers?: readonly string[] } }).spec?.finalizers?.length ?? 0) > 0;
  if (grace === 0 && finalizers.length === 0 && !pendingNamespace) return { object: remove(named, old, entry), gone: true };
  // A second request may shorten the wait, never lengthen it (k8s: rest.BeforeDelete).
  const marked = meta.deletionTimestamp !== undefined;
  if (marked && sameList(finalizers, meta.finalizers) && grace >= (meta.deletionGracePeriodSeconds ?? 0))
    return { object: old, gone: false };
  const requestedAt = server.clock.now();
  const deadline = rfc3339(requestedAt + grace * 1000);
  const { finalizers: _, ...rest } = meta;
  const next: KubeObject = {
    ...old,
    ...(pendingNamespace ? { status: { ...(old as { status?: object }).status, phase: "Terminating" } } : {}),
    metadata: {
      ...rest,
      ...(finalizers.length > 0 ? { finalizers } : {}),
      deletionTimestamp: marked && grace >= (meta.deletionGracePeriodSeconds ?? 0) ? (meta.deletionTimestamp as string) : deadline,
      deletionGracePeriodSeconds: marked ? Math.min(grace, meta.deletionGracePeriodSeconds ?? grace) : grace,
      ...(kind.generation && !marked && meta.generation !== undefined ? { generation: meta.generation + 1 } : {}),
    },
  };
  return { object: put(named, next, entry), gone: false };
}

function checkPreconditions({ kind, info }: Scope, object: KubeObject, wanted: Options["preconditions"]): void {
  const meta = object.metadata ?? {};
  if (wanted?.uid !== undefined && wanted.uid !== meta.uid) {
    throw conflict(
      kind.plural,
      info.name,
      kind.group,
      `the UID in the precondition (${wanted.uid}) does not match the UID in record (${meta.uid}). The object might have been deleted and then recreated`,
    );
  }
  if (wanted?.resourceVersion !== undefined && wanted.resourceVersion !== meta.resourceVersion) {
    throw conflict(
      kind.plural,
      info.name,
      kind.group,
      `the ResourceVersion in the precondition (${wanted.resourceVersion}) does not match the ResourceVersion in record (${meta.resourceVersion}). The object might have been modified`,
    );
  }
}

/** Orphan and foreground deletion are finalizers that the garbage collector takes away (k8s: deletionFinalizersForGarbageCollection). */
function finalizersFor(fallback: "orphan" | "background" | undefined, object: KubeObject, options: Options): readonly string[] {
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
