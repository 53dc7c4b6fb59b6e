import { apiVersionOf, type KubeObject, type WatchEvent } from "../../api/index.ts";
import { CompactedError } from "../../etcd/index.ts";
import { resourceExpired, type StatusError } from "../../machinery/index.ts";
import type { Cancel } from "../../sim/index.ts";
import type { Scope } from "../context.ts";
import { listOptions } from "../options.ts";
import { selectionOf } from "../selection.ts";
import type { WatchStream } from "../types.ts";
import { present } from "./read.ts";
import { parseVersion, tooLarge } from "./versions.ts";

/** Bookmarks go out about once a minute, and 2 s before the end (k8s: cacher nextBookmarkTime). */
const BOOKMARK_EVERY = 60_000;
const BOOKMARK_BEFORE_END = 2_000;
/** An outside watch that sets no end gets one between this and twice as long (k8s: --min-request-timeout). */
const LEAST_TIMEOUT_SECONDS = 1_800;

/** A watch (k8s: storage/cacher Watch): from a version on, or with the present state as ADDED events first. */
export function watch(scope: Scope): WatchStream {
  const { kind, request, server } = scope;
  const { store, clock } = server;
  const options = listOptions(request);
  const selection = selectionOf(scope);
  const version = parseVersion(options.resourceVersion);
  const initial = options.sendInitialEvents ?? version === 0;
  const bookmarks = options.allowWatchBookmarks;
  // Only clients outside lose their connections; components inside watch for as long as they run.
  const outside = request.headers !== undefined;
  const seconds =
    options.timeoutSeconds || (outside ? LEAST_TIMEOUT_SECONDS * (1 + server.random.fork(`watch ${clock.nanoseconds()}`).next()) : 0);
  return {
    start(onEvents, onEnd) {
      const cancels: Cancel[] = [];
      let stopped = false;
      const stop = (): void => {
        stopped = true;
        for (const cancel of cancels) cancel();
      };
      const end = (): void => {
        if (stopped) return;
        stop();
        onEnd?.();
      };
      /** What is wrong once a watch is accepted is told in the stream. */
      const refuse = (error: StatusError): void =>
        clock.turn(() => {
          if (stopped) return;
          onEvents([{ type: "ERROR", object: error.status as KubeObject }], store.revision);
          end();
        });
      if (initial && version > store.revision) {
        refuse(tooLarge(version, store.revision));
        return stop;
      }
      /** Tells what there is. A change that comes by a turn which was queued before is told behind it. */
      let open: (() => void) | undefined;
      if (initial) {
        const listed = present(scope, selection);
        const events: WatchEvent[] = listed.entries.map((e) => ({ type: "ADDED", object: e.value }));
        if (bookmarks) events.push(bookmark(scope, listed.at, true));
        open = () => {
          open = undefined;
          if (events.length > 0 && !stopped) onEvents(events, listed.at);
        };
        clock.turn(() => open?.());
      }
      const after = initial || version === 0 ? store.revision : version;
      try {
        cancels.push(
          server.watches.watch(kind, selection, after, (events, at) => {
            open?.();
            onEvents(events, at);
          }),
        );
      } catch (error) {
        if (!(error instanceof CompactedError)) throw error;
        refuse(resourceExpired(`too old resource version: ${after} (${store.compactRevision})`));
        return stop;
      }
      /** Behind the events that are on their way. */
      const mark = (): void => {
        const at = store.revision;
        clock.turn(() => {
          if (!stopped && at >= after) onEvents([bookmark(scope, at, false)], at);
        });
      };
      if (bookmarks && outside) cancels.push(every(scope, BOOKMARK_EVERY, mark));
      if (seconds > 0) {
        const ms = seconds * 1000;
        if (bookmarks && ms > BOOKMARK_BEFORE_END) cancels.push(clock.timer(ms - BOOKMARK_BEFORE_END, mark));
        cancels.push(clock.timer(ms, end));
      }
      return stop;
    },
  };
}

function every({ server: { clock } }: Scope, ms: number, fn: () => void): Cancel {
  let cancel: Cancel;
  const arm = (): void => {
    cancel = clock.timer(ms, () => {
      fn();
      arm();
    });
  };
  arm();
  return () => cancel();
}

function bookmark({ requested }: Scope, revision: number, initialEnd: boolean): WatchEvent {
  const object = {
    kind: requested.kind,
    apiVersion: apiVersionOf(requested),
    metadata: {
      resourceVersion: String(revision),
      ...(initialEnd ? { annotations: { "k8s.io/initial-events-end": "true" } } : {}),
    },
  };
  return { type: "BOOKMARK", object };
}
