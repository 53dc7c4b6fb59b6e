import { apiVersionOf, type KubeObject, type List } from "../../api/index.ts";
import { CompactedError, type Entry } from "../../etcd/index.ts";
import { badRequest, failure, notFound, resourceExpired, StatusError } from "../../machinery/index.ts";
import { keyOf, prefixOf, queryValue, type Scope } from "../context.ts";
import { type ListOptions, listOptions } from "../options.ts";
import { type Selection, selectionOf } from "../selection.ts";
import { type ContinueToken, decodeContinue, encodeContinue } from "./continue.ts";
import { parseListVersion, parseVersion, tooLarge } from "./versions.ts";
import { currentEntry } from "./write.ts";

/** GET of one object; never older than the version that was asked for. */
export function get(scope: Scope): KubeObject {
  const { kind, info, request, server } = scope;
  if (request.query !== undefined) {
    const wanted = parseVersion(queryValue(request, "resourceVersion") ?? "");
    if (wanted > server.store.revision) throw tooLarge(wanted, server.store.revision);
  }
  const entry = currentEntry(scope);
  if (!entry) throw notFound(kind.plural, info.name, kind.group);
  return entry.value;
}

/** GET of a collection: consistent as of one revision over all its pages (k8s: storage/etcd3 GetList). */
export function list(scope: Scope): List<KubeObject> {
  const { requested, request } = scope;
  const options = listOptions(request);
  const selection = selectionOf(scope);
  const prefix = collectionPrefix(scope, selection);
  const token = continuation(options, prefix);
  const revision = token ? (token.revision < 0 ? undefined : token.revision) : exactRevision(scope, options);
  // A cache may answer "any version will do", and answers with all it has (k8s: cacher computeListLimit).
  const limit = options.resourceVersion === "0" ? 0 : Math.max(0, options.limit);
  const { entries, remaining, at } = collect(scope, selection, { prefix, limit, revision, from: token?.from });
  const last = entries[entries.length - 1];
  const more = remaining > 0 && last !== undefined;
  return {
    kind: requested.listKind ?? `${requested.kind}List`,
    apiVersion: apiVersionOf(requested),
    metadata: {
      resourceVersion: String(at),
      ...(more ? { continue: encodeContinue({ revision: at, from: `${last.key}\0` }, prefix) } : {}),
      ...(more && selection.whole ? { remainingItemCount: remaining } : {}),
    },
    items: entries.map((e) => e.value),
  };
}

function collectionPrefix({ kind }: Scope, { namespace }: Selection): string {
  return namespace === "" ? prefixOf(kind) : `${prefixOf(kind)}${namespace}/`;
}

function continuation(options: ListOptions, prefix: string): ContinueToken | undefined {
  if (options.continue === "") return undefined;
  const token = decodeContinue(options.continue, prefix);
  if (options.resourceVersion !== "" && options.resourceVersion !== "0")
    throw badRequest("specifying resource version is not allowed when using continue");
  return token;
}

/** `Exact` reads the past, and so does a limit without a match; anything else is answered with the present, which is never older. */
function exactRevision({ server }: Scope, { resourceVersion, resourceVersionMatch, limit }: ListOptions): number | undefined {
  const revision = parseListVersion(resourceVersion);
  if (revision > server.store.revision) throw tooLarge(revision, server.store.revision);
  const exact = resourceVersionMatch === "Exact" || (resourceVersionMatch === "" && limit > 0);
  return exact && revision > 0 ? revision : undefined;
}

interface Page {
  readonly prefix: string;
  /** 0: everything. */
  readonly limit: number;
  readonly revision?: number | undefined;
  readonly from?: string | undefined;
}

interface Collected {
  readonly entries: readonly Entry<KubeObject>[];
  /** How many keys follow; with a selector, only whether any does. */
  readonly remaining: number;
  readonly at: number;
}

/** What is in the collection. Throws 410 for a revision that is gone, with a token that goes on without it when there was one. */
export function collect(scope: Scope, selection: Selection, { prefix, limit, revision, from }: Page): Collected {
  const { store } = scope.server;
  if (
    selection.name !== undefined &&
    revision === undefined &&
    from === undefined &&
    (selection.namespace !== "" || !scope.kind.namespaced)
  )
    return collectOne(scope, selection, selection.name);
  const query = { prefix, ...(revision === undefined ? {} : { revision }), ...(from === undefined ? {} : { from }) };
  try {
    if (selection.whole) {
      const range = store.range(limit > 0 ? { ...query, limit } : query);
      return { entries: range.entries as readonly Entry<KubeObject>[], remaining: range.remaining, at: range.revision };
    }
    const found = revision === undefined ? scope.server.indexes.candidates(prefixOf(scope.kind), prefix, selection.terms) : undefined;
    if (found) return collectFound(scope, selection, found, { prefix, limit, from });
    const range = store.range(query);
    const matching: Entry<KubeObject>[] = [];
    let i = 0;
    for (; i < range.entries.length && (limit === 0 || matching.length < limit); i++) {
      const entry = range.entries[i] as Entry<KubeObject>;
      if (selection.matches(entry.value)) matching.push(entry);
    }
    return { entries: matching, remaining: range.entries.length - i, at: range.revision };
  } catch (error) {
    throw error instanceof CompactedError ? expired(from, prefix) : error;
  }
}

/** What an index found, as a walk over the collection would have it. */
function collectFound({ server }: Scope, selection: Selection, keys: readonly string[], { prefix, limit, from }: Page): Collected {
  const { store } = server;
  const matching: Entry<KubeObject>[] = [];
  for (const key of keys) {
    if (from !== undefined && key < from) continue;
    const entry = store.get(key) as Entry<KubeObject> | undefined;
    if (!entry || !selection.matches(entry.value)) continue;
    matching.push(entry);
    if (matching.length === limit) break;
  }
  const last = matching.at(-1);
  const full = limit > 0 && matching.length === limit && last !== undefined;
  const rest = full ? store.range({ prefix, from: `${last.key}\0`, limit: 1 }) : undefined;
  return { entries: matching, remaining: rest ? rest.entries.length + rest.remaining : 0, at: store.revision };
}

function collectOne({ kind, server }: Scope, selection: Selection, name: string): Collected {
  const entry = server.store.get(keyOf(kind, selection.namespace, name)) as Entry<KubeObject> | undefined;
  return { entries: entry && selection.matches(entry.value) ? [entry] : [], remaining: 0, at: server.store.revision };
}

/** Everything of the collection as it is now. */
export function present(scope: Scope, selection: Selection): Collected {
  return collect(scope, selection, { prefix: collectionPrefix(scope, selection), limit: 0 });
}

/** k8s: storage/etcd3/errors.go interpretListError. */
function expired(from: string | undefined, prefix: string): StatusError {
  if (from === undefined) return resourceExpired("The resourceVersion for the provided list is too old.");
  const { status } = failure(
    410,
    "Expired",
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.",
  );
  return new StatusError({ ...status, metadata: { continue: encodeContinue({ revision: -1, from }, prefix) } });
}
