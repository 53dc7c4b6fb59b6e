import type { KubeObject, ResourceTypes } from "../../api/index.ts";
import type { Change, Client, DeleteOptions, EventRecorder, Informer, Informers, Resource } from "../../client/index.ts";
import { alreadyExists, conflict, notFound } from "../../machinery/index.ts";
import { rfc3339, type Cause, type Clock } from "../../sim/index.ts";

type Handler = (change: Change<KubeObject>) => void;

/** Objects by resource and key, with revisions, optimistic locking and graceful deletion of pods; no more than a kubelet needs. */
export class FakeApi {
  readonly writes: string[] = [];
  readonly events: string[] = [];
  readonly causeless: string[] = [];
  readonly #clock: Clock;
  readonly #objects = new Map<string, Map<string, KubeObject>>();
  readonly #handlers = new Map<string, Set<Handler>>();
  #revision = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(resource: string, key: string): KubeObject | undefined {
    return this.#objects.get(resource)?.get(key);
  }

  /** As somebody else would write it. */
  put<R extends Resource>(resource: R, object: ResourceTypes[R]): void {
    const meta = (object as KubeObject).metadata;
    const key = meta?.namespace === undefined ? (meta?.name ?? "") : `${meta.namespace}/${meta.name}`;
    this.#store(resource, key, object as KubeObject);
  }

  remove(resource: string, key: string): void {
    const old = this.get(resource, key);
    this.#objects.get(resource)?.delete(key);
    this.#revision++;
    if (old !== undefined) this.#tell(resource, { key, object: undefined, old, causes: this.#cause() });
  }

  /** `kubectl delete pod`. */
  deletePod(key: string, seconds: number): void {
    const pod = this.get("pods", key);
    if (pod === undefined) return;
    this.#store("pods", key, {
      ...pod,
      metadata: { ...pod.metadata, deletionTimestamp: rfc3339(this.#clock.now() + seconds * 1000), deletionGracePeriodSeconds: seconds },
    });
  }

  client(causes: readonly Cause[] = []): Client {
    const note = (text: string): void => {
      this.writes.push(text);
      if (causes.length === 0) this.causeless.push(text);
    };
    const keyOf = (namespace: string | undefined, name: string): string => (namespace === undefined ? name : `${namespace}/${name}`);
    const need = (resource: string, key: string): KubeObject => {
      const found = this.get(resource, key);
      if (found === undefined) throw notFound(resource, key.split("/").at(-1) ?? key);
      return found;
    };
    return {
      because: (more) => this.client(more),
      get: async (resource, namespace, name) => need(resource, keyOf(namespace, name)) as never,
      scale: () => Promise.reject(new Error("kubelets do not scale")),
      read: () => Promise.reject(new Error("kubelets ask only for what they know")),
      list: async () => ({ items: [] }),
      create: async (resource, object) => {
        const { metadata } = object as KubeObject;
        const key = keyOf(metadata?.namespace, metadata?.name ?? "");
        note(`create ${resource} ${key}`);
        if (this.get(resource, key) !== undefined) throw alreadyExists(resource, key);
        return this.#store(resource, key, object as KubeObject) as never;
      },
      update: async (resource, object, subresource) => {
        const { metadata } = object as KubeObject;
        const key = keyOf(metadata?.namespace, metadata?.name ?? "");
        note(`update ${resource}${subresource === undefined ? "" : `/${subresource}`} ${key}`);
        const current = need(resource, key);
        if (current.metadata?.resourceVersion !== metadata?.resourceVersion) throw conflict(resource, key);
        const next = subresource === "status" ? { ...current, status: (object as { status?: unknown }).status } : (object as KubeObject);
        return this.#store(resource, key, next) as never;
      },
      apply: () => Promise.reject(new Error("kubelets do not apply")),
      patch: async (resource, namespace, name, _type, patch, subresource) => {
        const key = keyOf(namespace, name);
        note(`patch ${resource}${subresource === undefined ? "" : `/${subresource}`} ${key}`);
        const current = need(resource, key) as { readonly status?: object };
        const { status } = patch as { readonly status?: object };
        return this.#store(resource, key, { ...current, status: { ...current.status, ...status } } as KubeObject) as never;
      },
      delete: async (resource, namespace, name, options?: DeleteOptions) => {
        const key = keyOf(namespace, name);
        note(`delete ${resource} ${key} ${options?.gracePeriodSeconds}`);
        need(resource, key);
        this.remove(resource, key);
      },
      watch: () => () => {},
    };
  }

  recorder(): EventRecorder {
    return {
      event: (_about, type, reason, message, causes, options) => {
        const text = `${type} ${reason}: ${options?.fieldPath === undefined ? "" : `${options.fieldPath}: `}${message}`;
        this.events.push(text);
        if (causes.length === 0) this.causeless.push(text);
      },
    };
  }

  informers(): Informers {
    return {
      of: (resource) => this.#informer(resource) as never,
      synced: async () => {},
      answered: async () => {},
      forget: () => {},
      stop: () => {},
    };
  }

  #informer(resource: string): Informer<KubeObject> {
    const all = (): readonly KubeObject[] => [...(this.#objects.get(resource)?.values() ?? [])];
    return {
      synced: true,
      get: (key) => this.get(resource, key),
      list: all,
      size: 0,
      by: (_index, value) => all().filter((o) => o.metadata?.namespace === value),
      index: () => {},
      on: (handler) => {
        let handlers = this.#handlers.get(resource);
        if (handlers === undefined) this.#handlers.set(resource, (handlers = new Set()));
        handlers.add(handler);
        return () => handlers.delete(handler);
      },
    };
  }

  #cause(): readonly Cause[] {
    return [{ kind: "revision", revision: this.#revision }];
  }

  #store(resource: string, key: string, object: KubeObject): KubeObject {
    let objects = this.#objects.get(resource);
    if (objects === undefined) this.#objects.set(resource, (objects = new Map()));
    const old = objects.get(key);
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.#revision) } };
    objects.set(key, stored);
    this.#tell(resource, { key, object: stored, old, causes: this.#cause() });
    return stored;
  }

  #tell(resource: string, change: Change<KubeObject>): void {
    for (const handler of this.#handlers.get(resource) ?? []) this.#clock.turn(() => handler(change));
  }
}
