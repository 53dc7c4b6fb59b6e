import type { Kind, KubeObject, WatchEvent } from "../api/index.ts";
import type { MemoryStore, Revision } from "../etcd/index.ts";
import type { Cancel } from "../sim/index.ts";
import { prefixOf } from "./context.ts";
import { ownersOf, setOwners } from "./registry/owners.ts";
import type { Term } from "./terms.ts";

/** Which objects a watch is about. `matches` undefined: all. */
export interface WatchScope {
  readonly namespace: string;
  readonly name?: string;
  readonly matches?: (object: KubeObject) => boolean;
  /** An equality that it insists on: such watches are found by index, as a node's kubelet must not see every pod. */
  readonly dispatch?: Term;
}

type OnEvents = (events: readonly WatchEvent[], revision: number) => void;

interface Watcher {
  readonly scope: WatchScope;
  readonly on: OnEvents;
  /** Events up to this revision are known to the client. */
  readonly after: number;
}

/** A revision of this resource, with its event made once for everybody who sees it whole. */
interface Change {
  readonly revision: number;
  readonly object: KubeObject | undefined;
  readonly old: KubeObject | undefined;
  readonly event: WatchEvent;
  deleted: WatchEvent | undefined;
  added: WatchEvent | undefined;
}

/** One etcd watch a resource, fanned out by reference to all who watch it. */
export class WatchCaches {
  readonly #store: MemoryStore;
  readonly #caches = new Map<string, WatchCache>();

  constructor(store: MemoryStore) {
    this.#store = store;
  }

  /** Sends events after revision `after` (exclusive). Throws etcd's CompactedError. */
  watch(kind: Kind, scope: WatchScope, after: number, on: OnEvents): Cancel {
    const prefix = prefixOf(kind);
    let cache = this.#caches.get(prefix);
    if (!cache) this.#caches.set(prefix, (cache = new WatchCache(this.#store, prefix)));
    return cache.watch(scope, after, on);
  }
}

/** Watches that insist on some value of one term, by that value. */
interface Dealt {
  readonly of: Term["of"];
  readonly watchers: Map<string, Set<Watcher>>;
}

class WatchCache {
  readonly #store: MemoryStore;
  readonly #prefix: string;
  readonly #everybody = new Set<Watcher>();
  readonly #byTerm = new Map<string, Dealt>();
  #cancel: Cancel | undefined;
  #delivered = 0;

  constructor(store: MemoryStore, prefix: string) {
    this.#store = store;
    this.#prefix = prefix;
  }

  watch(scope: WatchScope, after: number, on: OnEvents): Cancel {
    if (!this.#cancel) {
      this.#delivered = this.#store.revision;
      this.#cancel = this.#store.watch({ prefix: this.#prefix, from: 0 }, (revisions) => this.#deliver(revisions));
    }
    const watcher: Watcher = { scope, on, after };
    if (after < this.#delivered) return this.#catchUp(watcher);
    return this.#join(watcher);
  }

  #join(watcher: Watcher): Cancel {
    const { dispatch } = watcher.scope;
    const [value] = dispatch?.values ?? [];
    if (dispatch === undefined || value === undefined) {
      this.#everybody.add(watcher);
      return () => void this.#everybody.delete(watcher);
    }
    const dealt: Dealt = this.#byTerm.get(dispatch.key) ?? { of: dispatch.of, watchers: new Map<string, Set<Watcher>>() };
    this.#byTerm.set(dispatch.key, dealt);
    const set = dealt.watchers.get(value) ?? new Set();
    dealt.watchers.set(value, set);
    set.add(watcher);
    return () => {
      set.delete(watcher);
      if (set.size === 0 && dealt.watchers.get(value) === set) dealt.watchers.delete(value);
      if (dealt.watchers.size === 0 && this.#byTerm.get(dispatch.key) === dealt) this.#byTerm.delete(dispatch.key);
    };
  }

  /** A watch from the past gets what it missed in a batch of its own, then joins the others. */
  #catchUp(watcher: Watcher): Cancel {
    const upTo = this.#delivered;
    let cancel: Cancel | undefined;
    let cancelled = false;
    const stop = this.#store.watch({ prefix: this.#prefix, from: watcher.after + 1 }, (revisions) => {
      stop();
      if (cancelled) return;
      send(watcher, revisions.filter((r) => r.revision <= Math.max(upTo, this.#delivered)).map(toChange));
      cancel = this.#join({ ...watcher, after: Math.max(upTo, this.#delivered) });
    });
    // Nothing of this resource was written since: there will be no first batch to wait for.
    if (this.#store.history(watcher.after + 1).every((r) => !r.key.startsWith(this.#prefix))) {
      stop();
      return this.#join(watcher);
    }
    return () => {
      cancelled = true;
      stop();
      cancel?.();
    };
  }

  #deliver(revisions: readonly Revision[]): void {
    const changes = revisions.map(toChange);
    this.#delivered = (revisions[revisions.length - 1] as Revision).revision;
    const whole = changes.map((c) => c.event);
    for (const watcher of [...this.#everybody]) {
      if (isWhole(watcher) && watcher.after < (changes[0] as Change).revision) watcher.on(whole, this.#delivered);
      else send(watcher, changes);
    }
    for (const dealt of [...this.#byTerm.values()]) deal(dealt, changes);
  }
}

/** To those whose value an object has or had. */
function deal({ of, watchers }: Dealt, changes: readonly Change[]): void {
  const batches = new Map<string, Change[]>();
  const give = (value: string | undefined, change: Change): void => {
    if (value === undefined || !watchers.has(value)) return;
    const batch = batches.get(value);
    if (batch) batch.push(change);
    else batches.set(value, [change]);
  };
  for (const change of changes) {
    const now = change.object && of(change.object);
    const before = change.old && of(change.old);
    give(now, change);
    if (before !== now) give(before, change);
  }
  for (const [value, batch] of batches) for (const watcher of [...(watchers.get(value) ?? [])]) send(watcher, batch);
}

function isWhole({ scope }: Watcher): boolean {
  return scope.namespace === "" && scope.name === undefined && scope.matches === undefined;
}

function toChange(r: Revision): Change {
  const object = r.value as KubeObject | undefined;
  const old = r.previous?.value as KubeObject | undefined;
  const event: WatchEvent = object
    ? { type: old ? "MODIFIED" : "ADDED", object }
    : { type: "DELETED", object: at(old as KubeObject, r.revision) };
  return { revision: r.revision, object, old, event, deleted: undefined, added: undefined };
}

/** A deletion shows the last state under the revision of the deletion. */
function at(object: KubeObject, revision: number): KubeObject {
  const last = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
  setOwners(last, ownersOf(object));
  return last;
}

function send(watcher: Watcher, changes: readonly Change[]): void {
  const events: WatchEvent[] = [];
  let last = 0;
  for (const change of changes) {
    if (change.revision <= watcher.after) continue;
    const event = eventFor(watcher.scope, change);
    if (event) events.push(event);
    last = change.revision;
  }
  if (events.length > 0) watcher.on(events, last);
}

/** With a selector, an object that begins to match is added and one that stops is deleted. */
function eventFor(scope: WatchScope, change: Change): WatchEvent | undefined {
  const now = inScope(scope, change.object);
  const before = inScope(scope, change.old);
  if (now && before) return change.event.type === "MODIFIED" ? change.event : { type: "MODIFIED", object: change.object as KubeObject };
  if (now) return change.event.type === "ADDED" ? change.event : (change.added ??= { type: "ADDED", object: change.object as KubeObject });
  if (!before) return undefined;
  if (change.event.type === "DELETED") return change.event;
  return (change.deleted ??= { type: "DELETED", object: at(change.old as KubeObject, change.revision) });
}

function inScope(scope: WatchScope, object: KubeObject | undefined): boolean {
  if (!object) return false;
  if (scope.namespace !== "" && object.metadata?.namespace !== scope.namespace) return false;
  if (scope.name !== undefined && object.metadata?.name !== scope.name) return false;
  return scope.matches?.(object) ?? true;
}
