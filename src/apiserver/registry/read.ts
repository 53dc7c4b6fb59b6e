import { apiVersionOf, type KubeObject, type List, type WatchEvent } from "../../api/index.ts";
import { CompactedError, type Entry, FutureRevisionError } from "../../etcd/index.ts";
import { badRequest, failure, notFound } from "../../machinery/index.ts";
import { type Cancel } from "../../sim/index.ts";
import { prefixOf, queryNumber, queryValue, type Scope } from "../context.ts";
import { isTrue } from "../route.ts";
import { type Selection, selectionOf } from "../selection.ts";
import type { WatchStream } from "../types.ts";
import { currentEntry } from "./write.ts";

export function get(scope: Scope): KubeObject {
  const { kind, info } = scope;
  const entry = currentEntry(scope);
  if (!entry) throw notFound(kind.plural, info.name, kind.group);
  return entry.value;
}

/** GET of a collection: consistent as of one revision over all its pages (k8s: storage/etcd3 GetList). */
export function list(scope: Scope): List<KubeObject> {
  const { requested, request } = scope;
  const selection = selectionOf(scope);
  const limit = queryNumber(request, "limit") ?? 0;
  const token = continueToken(queryValue(request, "continue"));
  const revision = token?.revision ?? exactRevision(scope);
  const { entries, remaining, at } = collect(scope, selection, limit, revision, token?.after);
  const last = entries[entries.length - 1];
  const more = remaining > 0 && last !== undefined;
  return {
    kind: `${requested.kind}List`,
    apiVersion: apiVersionOf(requested),
    metadata: {
      resourceVersion: String(at),
      ...(more ? { continue: encodeToken(at, last.key) } : {}),
      ...(more && selection.whole ? { remainingItemCount: remaining } : {}),
    },
    items: entries.map((e) => e.value),
  };
}

function collect(scope: Scope, selection: Selection, limit: number, revision: number | undefined, after: string | undefined) {
  const { store } = scope.server;
  const prefix = selection.namespace === "" ? prefixOf(scope.kind) : `${prefixOf(scope.kind)}${selection.namespace}/`;
  const base = { prefix, ...(revision === undefined ? {} : { revision }), ...(after === undefined ? {} : { after }) };
  try {
    if (limit === 0 || selection.whole) {
      const range = store.range({ ...base, ...(limit > 0 ? { limit } : {}) });
      const all = range.entries as readonly Entry<KubeObject>[];
      return {
        entries: selection.whole ? all : all.filter((e) => selection.matches(e.value)),
        remaining: range.remaining,
        at: range.revision,
      };
    }
    // With a selector, a page is filled with what matches; how many remain is not said.
    const range = store.range(base);
    const matching = (range.entries as readonly Entry<KubeObject>[]).filter((e) => selection.matches(e.value));
    return { entries: matching.slice(0, limit), remaining: Math.max(0, matching.length - limit), at: range.revision };
  } catch (error) {
    throw asStatus(error, after !== undefined);
  }
}

/** Only `resourceVersionMatch=Exact` reads the past; anything else is answered with the present, which is never older. */
function exactRevision({ request, server }: Scope): number | undefined {
  const version = queryValue(request, "resourceVersion");
  const match = queryValue(request, "resourceVersionMatch");
  if (match !== undefined && version === undefined) {
    throw failure(
      422,
      "Invalid",
      `ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided`,
    );
  }
  if (version === undefined || version === "" || version === "0") return undefined;
  const revision = parseVersion(version);
  if (revision > server.store.revision) throw tooLarge(revision, server.store.revision);
  return match === "Exact" ? revision : undefined;
}

function parseVersion(version: string): number {
  if (!/^\d+$/.test(version))
    throw badRequest(`Invalid value: ${JSON.stringify(version)}: strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`);
  return Number(version);
}

function tooLarge(revision: number, current: number) {
  return failure(504, "Timeout", `Timeout: Too large resource version: ${revision}, current: ${current}`, {
    causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
    retryAfterSeconds: 1,
  });
}

function encodeToken(revision: number, key: string): string {
  return `v1.${revision}.${encodeURIComponent(key)}`;
}

function continueToken(token: string | undefined): { readonly revision: number; readonly after: string } | undefined {
  if (!token) return undefined;
  const [version, revision, key] = token.split(".");
  const after = token.slice(`${version}.${revision}.`.length);
  if (version !== "v1" || !revision || !/^\d+$/.test(revision) || !key) throw badRequest("continue key is not valid: illegal base64 data");
  return { revision: Number(revision), after: decodeURIComponent(after) };
}

function asStatus(error: unknown, continued: boolean): unknown {
  if (error instanceof CompactedError) {
    const message = continued
      ? "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter."
      : "The resourceVersion for the provided list is too old.";
    return failure(410, "Expired", message);
  }
  if (error instanceof FutureRevisionError) return badRequest("the resource version is too new");
  return error;
}

/** A watch (k8s: storage/cacher Watch): from a version on, or with the present state as ADDED events first. */
export function watch(scope: Scope): WatchStream {
  const { kind, request, server } = scope;
  const selection = selectionOf(scope);
  const version = queryValue(request, "resourceVersion") ?? "";
  const initial = isTrue(queryValue(request, "sendInitialEvents"));
  const bookmarks = isTrue(queryValue(request, "allowWatchBookmarks"));
  const fromStart = version === "" || version === "0" || initial;
  const after = fromStart ? server.store.revision : parseVersion(version);
  if (after > server.store.revision) throw tooLarge(after, server.store.revision);
  return {
    start(onEvents, onEnd) {
      const cancels: Cancel[] = [];
      if (fromStart) {
        const listed = collect(scope, selection, 0, undefined, undefined);
        const events: WatchEvent[] = listed.entries.map((e) => ({ type: "ADDED", object: e.value }));
        if (initial && bookmarks) events.push(bookmark(scope, listed.at, true));
        server.clock.turn(() => {
          if (events.length > 0 && !stopped) onEvents(events, listed.at);
        });
      }
      let stopped = false;
      try {
        cancels.push(server.watches.watch(kind, selection, after, onEvents));
      } catch (error) {
        if (!(error instanceof CompactedError)) throw error;
        const expired = failure(410, "Expired", `too old resource version: ${after} (${server.store.compactRevision})`);
        server.clock.turn(() => {
          if (stopped) return;
          onEvents([{ type: "ERROR", object: expired.status as KubeObject }], server.store.revision);
          onEnd?.();
        });
      }
      if (bookmarks && request.headers !== undefined) cancels.push(everyMinute(scope, (at) => onEvents([bookmark(scope, at, false)], at)));
      const timeout = queryNumber(request, "timeoutSeconds");
      const stop = (): void => {
        stopped = true;
        for (const cancel of cancels) cancel();
      };
      if (timeout !== undefined) {
        cancels.push(
          server.clock.timer(timeout * 1000, () => {
            stop();
            onEnd?.();
          }),
        );
      }
      return stop;
    },
  };
}

/** Bookmarks are sent to outside watchers once a minute, as upstream's cacher does. */
function everyMinute(scope: Scope, send: (revision: number) => void): Cancel {
  const { clock, store } = scope.server;
  let cancel: Cancel;
  const arm = (): void => {
    cancel = clock.timer(60_000, () => {
      send(store.revision);
      arm();
    });
  };
  arm();
  return () => cancel();
}

function bookmark({ requested: kind }: Scope, revision: number, initialEnd: boolean): WatchEvent {
  const object = {
    kind: kind.kind,
    apiVersion: apiVersionOf(kind),
    metadata: {
      resourceVersion: String(revision),
      ...(initialEnd ? { annotations: { "k8s.io/initial-events-end": "true" } } : {}),
    },
  };
  return { type: "BOOKMARK", object };
}
