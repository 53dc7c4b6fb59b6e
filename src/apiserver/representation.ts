import type { Kind, KubeObject, WatchEvent } from "../api/index.ts";
import { badRequest, failure, StatusError } from "../machinery/index.ts";
import { queryValue, type Scope } from "./context.ts";
import { internalPackage } from "./decode.ts";
import { type IncludeObject, partialMetadata, toTable, toTableEvent } from "./table.ts";
import { completed, completedEvent, completedLater } from "./registry/owners.ts";
import type { ApiRequest, ApiResponse, WatchStream } from "./types.ts";

type Listed = KubeObject & { readonly items?: readonly KubeObject[] };

/** With what is computed when it is read, in the requested version. */
function presented({ kind, requested, request }: Scope, value: Listed, now: number): KubeObject {
  const { storedAs } = requested;
  const whole = showsOwners(request);
  if (!kind.observe && !storedAs && !whole) return value;
  const one = (object: KubeObject): KubeObject => {
    const stored = !whole ? object : value.items && request.headers === undefined ? completedLater(object) : completed(object);
    const observed = kind.observe?.(stored, now) ?? stored;
    return storedAs?.from(observed) ?? observed;
  };
  return value.items ? ({ ...value, items: value.items.map(one) } as KubeObject) : one(value);
}

/** Components do not look at owners, nor does a table inside the process. */
const showsOwners = ({ trusted, headers, as = "Object" }: ApiRequest): boolean =>
  trusted !== true && (headers !== undefined || as === "Object");

/** The representation that was asked for. */
export function shown(scope: Scope, stored: KubeObject, status: number): ApiResponse {
  const { requested, request, server } = scope;
  // What is gone is not shown but told of.
  if (stored.kind === "Status" && stored.apiVersion === "v1") return { status, body: stored };
  const now = server.clock.now();
  const value = presented(scope, stored, now);
  if (request.as === "Table") return { status, body: toTable(requested as Kind, value, now, includeOf(scope)) };
  if (request.as === "PartialObjectMetadata" || request.as === "PartialObjectMetadataList") {
    const { items } = value as Listed;
    // Inside, who asks for metadata means a list's, too.
    if (request.headers !== undefined) checkListness(scope, items !== undefined);
    if (!items) return { status, body: partialMetadata(value) };
    const body = {
      kind: "PartialObjectMetadataList",
      apiVersion: "meta.k8s.io/v1",
      metadata: value.metadata,
      items: items.map(partialMetadata),
    };
    return { status, body };
  }
  return { status, body: value };
}

/** k8s: handlers/response.go asPartialObjectMetadata. */
function checkListness({ requested, request }: Scope, list: boolean): void {
  const wanted = request.as === "PartialObjectMetadataList";
  if (wanted === list) return;
  const type = `*${internalPackage(requested.group)}.${requested.kind}${list ? "List" : ""}`;
  throw failure(406, "NotAcceptable", `you requested ${request.as}, but the requested object is ${list ? "" : "not "}a list (${type})`);
}

export function shownWatch(scope: Scope, events: WatchStream): WatchStream {
  const { requested, request, server } = scope;
  const plain = request.as === undefined || request.as === "Object";
  const whole = showsOwners(request);
  if (plain && !requested.storedAs && !whole) return events;
  const include = includeOf(scope);
  return {
    start(onEvents, onEnd) {
      let first = true;
      const represent = (changed: WatchEvent): WatchEvent => {
        if (changed.type === "ERROR") return changed;
        const stored = !whole
          ? changed
          : request.headers === undefined
            ? { ...changed, object: completedLater(changed.object) }
            : completedEvent(changed);
        const { storedAs } = requested;
        const event = storedAs && stored.type !== "BOOKMARK" ? converted(stored, storedAs) : stored;
        if (event.type === "ERROR" || plain) return event;
        if (request.as !== "Table") return { ...event, object: partialMetadata(event.object) };
        const row = toTableEvent(requested as Kind, event, server.clock.now(), include, first);
        first = false;
        return row;
      };
      return events.start((batch, revision) => onEvents(batch.map(represent), revision), onEnd);
    },
  };
}

/** What can't be shown in the version that was asked for is told in the stream. */
function converted(event: WatchEvent, storedAs: NonNullable<Kind["storedAs"]>): WatchEvent {
  try {
    return { ...event, object: storedAs.from(event.object) };
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return { type: "ERROR", object: error.status as KubeObject };
  }
}

function includeOf({ request }: Scope): IncludeObject {
  const value = queryValue(request, "includeObject");
  if (value === "None" || value === "Object" || value === "Metadata") return value;
  if (value === undefined || value === "") return "Metadata";
  const text = `includeObject: Invalid value: ${JSON.stringify(value)}: must be 'Metadata', 'Object', 'None', or empty`;
  throw badRequest(`Unable to convert to Table as requested: ${text}`);
}
