import { isNotFound, StatusError } from "../machinery/index.ts";
import type { Event, KubeObject, ObjectReference } from "../api/index.ts";
import { rfc3339 } from "../sim/index.ts";
import type { Clock } from "../sim/index.ts";
import type { Client, EventRecorder } from "./types.ts";

interface Known {
  readonly name: string;
  readonly namespace: string;
  readonly message: string;
  /** When it happened first. */
  readonly first: string;
  count: number;
  /** Requests about one event go out in order: the last one under way. */
  pending: Promise<void> | undefined;
}

/** Messages about one object and reason. Nearly always there is only one, which then needs no key of its own. */
interface Similar {
  readonly first: string;
  firstSeen: boolean;
  others: Set<string> | undefined;
  at: number;
}

/** Tokens of the spam filter for one source and object (k8s: client-go/tools/record EventSourceObjectSpamFilter). */
interface Bucket {
  tokens: number;
  at: number;
}
const BURST = 25;
const REFILL_MS = 300_000;
/** More distinct messages than this about one object and reason within ten minutes become one "(combined from similar events)". */
const MAX_SIMILAR = 10;
const SIMILAR_MS = 600_000;
const CACHE = 4096;
/** A bucket is full again by then, and what was like a message has expired. */
const FORGET_MS = BURST * REFILL_MS;

/** The recorders of one client, one a component: each is made when it is first asked for. */
export function createEventRecorders(options: { readonly client: Client; readonly clock: Clock }): (component: string) => EventRecorder {
  const recorders = new Map<string, EventRecorder>();
  return (component) => {
    const known = recorders.get(component) ?? createEventRecorder({ ...options, component });
    recorders.set(component, known);
    return known;
  };
}

/** As client-go's recorder and correlator: repeats raise `count`, floods are dropped, and losing an event never fails the caller. */
export function createEventRecorder(options: {
  readonly client: Client;
  readonly clock: Clock;
  readonly component: string;
  readonly host?: string;
}): EventRecorder {
  const { client, clock, component, host } = options;
  const known = new Map<string, Known>();
  const buckets = new Map<string, Bucket>();
  const similar = new Map<string, Similar>();

  const allowed = (object: string): boolean => {
    const now = clock.now();
    let bucket = buckets.get(object);
    if (!bucket) keepFresh(buckets, object, (bucket = { tokens: BURST, at: now }));
    else {
      touch(buckets, object, bucket);
      bucket.tokens = Math.min(BURST, bucket.tokens + (now - bucket.at) / REFILL_MS);
      bucket.at = now;
    }
    if (bucket.tokens < 1) return false;
    bucket.tokens--;
    return true;
  };

  /** The key under which repeats are counted: the message's own, or once there are many, one for all (`||`). */
  const aggregated = (group: string, message: string): string => {
    const now = clock.now();
    let record = similar.get(group);
    if (!record) keepFresh(similar, group, (record = { first: message, firstSeen: true, others: undefined, at: now }));
    else {
      touch(similar, group, record);
      if (now - record.at > SIMILAR_MS) {
        record.firstSeen = false;
        record.others = undefined;
      }
      record.at = now;
      if (message === record.first) record.firstSeen = true;
      // More than enough is not kept: the number only has to stay at the limit.
      else if ((record.others?.size ?? 0) < MAX_SIMILAR) (record.others ??= new Set()).add(message);
    }
    if ((record.firstSeen ? 1 : 0) + (record.others?.size ?? 0) >= MAX_SIMILAR) return `${group}||`;
    return message === record.first ? group : `${group}|${message}`;
  };

  return {
    event(about, type, reason, text, causes, extra = {}) {
      const { name: aboutName = "", namespace: aboutNamespace, uid = "" } = about.metadata ?? {};
      const namespace = aboutNamespace ?? "default";
      // A UID says it all, and costs nothing.
      const object = uid || `${about.kind}|${aboutNamespace ?? ""}|${aboutName}`;
      const group = `${object}|${extra.fieldPath ?? ""}|${type}|${reason}`;
      const own = inOnePiece(text.length > 1024 ? text.slice(0, 1024) : text);
      const key = aggregated(group, own);
      const combined = key.length === group.length + 2 && key.endsWith("||");
      const message = combined ? `(combined from similar events): ${own}` : own;
      if (!allowed(object)) return;
      const at = rfc3339(clock.now());
      const stamped = client.because(causes);
      const made = (name: string, firstTimestamp: string, count: number): Event => ({
        apiVersion: "v1",
        kind: "Event",
        metadata: extra.annotations === undefined ? { name, namespace } : { name, namespace, annotations: extra.annotations },
        involvedObject: reference(about, extra.fieldPath),
        reason,
        message,
        source: host ? { component, host } : { component },
        firstTimestamp,
        lastTimestamp: at,
        count,
        type,
        reportingComponent: component,
        reportingInstance: host ?? "",
      });
      const before = known.get(key);
      if (before && (combined || before.message === message)) {
        const count = ++before.count;
        const patch = { count, lastTimestamp: at, message };
        before.pending = (before.pending ?? Promise.resolve())
          .then(() => stamped.patch("events", before.namespace, before.name, "strategic", patch))
          .catch((error: unknown) => {
            // It has expired since: it comes back, as old and as often as it is (k8s: tools/record recordEvent).
            if (!(error instanceof StatusError) || !isNotFound(error)) throw error;
            return stamped.create("events", made(before.name, before.first, count));
          })
          .then(nothing, () => void known.delete(key));
        return;
      }
      // k8s: `%v.%x` of the object's name and the time in nanoseconds: by name, events of an object are in order.
      const name = `${aboutName}.${clock.nanoseconds().toString(16)}`;
      const entry: Known = { name, namespace, message, first: at, count: 1, pending: undefined };
      const pending = stamped.create("events", made(name, at, 1)).then(
        () => {
          if (entry.pending === pending) entry.pending = undefined;
        },
        () => void known.delete(key),
      );
      entry.pending = pending;
      keep(known, key, entry);
    },
  };
}

const nothing = (): void => {};

/** A text that was put together is kept as its pieces until it is read; an event lives for an hour. */
function inOnePiece(text: string): string {
  return text.charCodeAt(0) === 0 ? "" : text;
}

function reference(about: KubeObject, fieldPath: string | undefined): ObjectReference {
  const { name, namespace, uid, resourceVersion } = about.metadata ?? {};
  const { kind, apiVersion } = about;
  if (
    kind !== undefined &&
    namespace !== undefined &&
    apiVersion !== undefined &&
    resourceVersion !== undefined &&
    name !== undefined &&
    uid !== undefined
  ) {
    return fieldPath === undefined
      ? { kind, namespace, name, uid, apiVersion, resourceVersion }
      : { kind, namespace, name, uid, apiVersion, resourceVersion, fieldPath: inOnePiece(fieldPath) };
  }
  const to: { -readonly [K in keyof ObjectReference]: ObjectReference[K] } = {};
  if (about.kind !== undefined) to.kind = about.kind;
  if (namespace !== undefined) to.namespace = namespace;
  if (name !== undefined) to.name = name;
  if (uid !== undefined) to.uid = uid;
  if (about.apiVersion !== undefined) to.apiVersion = about.apiVersion;
  if (resourceVersion !== undefined) to.resourceVersion = resourceVersion;
  if (fieldPath !== undefined) to.fieldPath = fieldPath;
  return to;
}

/** Small least-recently-used caches over Map's insertion order. */
function keep<V>(map: Map<string, V>, key: string, value: V): void {
  map.set(key, value);
  if (map.size > CACHE) map.delete(map.keys().next().value as string);
}
/** The same, of what is as good as unknown when it was not used for so long. */
function keepFresh<V extends { readonly at: number }>(map: Map<string, V>, key: string, value: V): void {
  keep(map, key, value);
  for (const [old, { at }] of map) {
    if (value.at - at <= FORGET_MS) return;
    map.delete(old);
  }
}
function touch<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
}
