import type { KubeObject, List, ResourceTypes, Scale, WatchEvent } from "../api/index.ts";
import type { Cancel, Cause } from "../sim/index.ts";

/** A resource that the kind table serves: "pods", "deployments", ... */
export type Resource = keyof ResourceTypes;

export interface ListOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly resourceVersion?: string;
  readonly limit?: number;
  readonly continue?: string;
}

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: "Foreground" | "Background" | "Orphan";
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

export type PatchType = "json" | "merge" | "strategic";

/**
 * The typed client of in-process components. Every verb goes through the API server's whole pipeline; objects pass by
 * reference in both directions and are immutable. A refusal throws StatusError (see machinery).
 */
export interface Client {
  /** The same client with these causes stamped on every write (law 5). */
  because(causes: readonly Cause[]): Client;
  get<R extends Resource>(resource: R, namespace: string | undefined, name: string): Promise<ResourceTypes[R]>;
  /** How many of it there are to be, of whatever kind has the subresource. */
  scale(resource: Resource, namespace: string, name: string): Promise<Scale>;
  /** What is at a path that no row of ours describes: another API server's groups. `of` words refusals that have no words, as client-go does. */
  read(path: string, query: Readonly<Record<string, string>>, of?: { resource: string; group: string; name?: string }): Promise<unknown>;
  list<R extends Resource>(resource: R, options?: ListOptions): Promise<List<ResourceTypes[R]>>;
  create<R extends Resource>(resource: R, object: ResourceTypes[R], subresource?: string): Promise<ResourceTypes[R]>;
  update<R extends Resource>(resource: R, object: ResourceTypes[R], subresource?: string): Promise<ResourceTypes[R]>;
  patch<R extends Resource>(
    resource: R,
    namespace: string | undefined,
    name: string,
    type: PatchType,
    patch: unknown,
    subresource?: string,
  ): Promise<ResourceTypes[R]>;
  /** Server-side apply as this manager, who takes what others own. */
  apply<R extends Resource>(resource: R, object: ResourceTypes[R], manager: string, subresource?: string): Promise<ResourceTypes[R]>;
  delete<R extends Resource>(resource: R, namespace: string | undefined, name: string, options?: DeleteOptions): Promise<void>;
  /** Events by reference; list first and pass its resourceVersion. Prefer an informer. */
  watch<R extends Resource>(
    resource: R,
    options: ListOptions,
    onEvents: (events: readonly WatchEvent<ResourceTypes[R]>[]) => void,
    onEnd?: (error?: unknown) => void,
  ): Cancel;
}

/** A change in an informer's cache. `old` undefined: added; `object` undefined: deleted. */
export interface Change<T> {
  readonly key: string;
  readonly object: T | undefined;
  readonly old: T | undefined;
  /** The revision that brought it, as a cause; empty for the first list. */
  readonly causes: readonly Cause[];
}

/**
 * A cache of one resource kept current by list and watch. Reads are synchronous and by reference. Keys are
 * `namespace/name`, or `name` for cluster-scoped objects.
 */
export interface Informer<T extends KubeObject> {
  readonly synced: boolean;
  get(key: string): T | undefined;
  list(): Iterable<T>;
  readonly size: number;
  /** Objects whose index of that name has this value. Built in: "namespace", "owner" (controller's uid), "label" (`key=value`). */
  by(index: string, value: string): readonly T[];
  /** Declares an index before start; `values` gives all the values an object is found under. */
  index(name: string, values: (object: T) => readonly string[]): void;
  on(handler: (change: Change<T>) => void): Cancel;
}

/** Shared informers of one process (a controller manager, a kubelet): one list and watch for each resource and selector. */
export interface Informers {
  /** Starts on first use. */
  of<R extends Resource>(
    resource: R,
    options?: { fieldSelector?: string; labelSelector?: string; namespace?: string },
  ): Informer<ResourceTypes[R] & KubeObject>;
  /** Stops what was begun for a resource that is not served any more. */
  forget(resource: Resource): void;
  /** Resolves when every informer asked for so far has its first list. */
  synced(): Promise<void>;
  /** Resolves when each of them has its first list or a first refusal: for who must not wait for rights. */
  answered(): Promise<void>;
  stop(): void;
}

/** A queue of keys that coalesces, remembers causes, and backs off per key (5 ms doubling to 1000 s, as client-go's). */
export interface WorkQueue {
  add(key: string, causes: readonly Cause[]): void;
  addAfter(key: string, ms: number, causes: readonly Cause[]): void;
  addRateLimited(key: string, causes: readonly Cause[]): void;
  forget(key: string): void;
  readonly depth: number;
  /** Keys that failed and have not succeeded since. */
  readonly retrying: number;
  retries(key: string): number;
  /** Forgets everything; nothing is taken any more. */
  stop(): void;
}

/** Records events as client-go's recorder does: coalesces repeats into `count`, limits floods per source and object. */
export interface EventRecorder {
  event(
    about: KubeObject,
    type: "Normal" | "Warning",
    reason: string,
    message: string,
    causes: readonly Cause[],
    options?: { readonly fieldPath?: string; readonly annotations?: Readonly<Record<string, string>> },
  ): void;
}

export interface ReconcileContext {
  /** Already stamped with `causes`. */
  readonly client: Client;
  readonly causes: readonly Cause[];
}

export interface Watch {
  readonly resource: Resource;
  /** Keys to reconcile for a change; both states are given so that a release reaches the old owner. */
  keys(change: Change<KubeObject>): readonly string[];
  /** Milliseconds that a change's keys wait, so that what comes at once is handled at once; absent: none. */
  after?(change: Change<KubeObject>): number;
}

/** How soon what failed is tried again: first after this, then after twice as long each time. */
export interface Retry {
  readonly firstMs: number;
  readonly mostMs: number;
  /** After so many tries in a row a key is left alone until something about it changes; absent: never. */
  readonly times?: number;
}

/** One row of the table of controllers. */
export interface Controller {
  readonly name: string;
  readonly watches: readonly Watch[];
  /** Watches that come and go with what is defined while it runs; answers how to stop. */
  readonly moreWatches?: (begin: (watch: Watch) => Cancel) => Cancel;
  /** Re-reads state and moves it towards the desired one. May throw: it is retried with back-off. Returns ms to requeue after. */
  reconcile(key: string, context: ReconcileContext): Promise<number | void>;
  /** Absent: as client-go's default. */
  readonly retry?: Retry;
}
