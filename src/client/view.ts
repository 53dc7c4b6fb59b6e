import type { KubeObject } from "../api/index.ts";
import type { Cancel, Clock } from "../sim/index.ts";
import { builtInIndexes, keyOfObject } from "./informer.ts";
import type { Change, Informer, Informers, Resource } from "./types.ts";

/** One component's look at informers that it shares with others: it can be held back, and closed, without them. */
export interface InformersView extends Informers {
  /** From now on changes are seen this many ms late; 0: what is held back is seen at once, and all else as it comes. */
  lag(ms: number): void;
  /** Nothing reaches the component any more. The informers stay. */
  close(): void;
}

interface Held<T> {
  readonly due: number;
  readonly change: Change<T>;
}

/** Passes everything on while nothing lags; else the newest states are hidden under an overlay of what was seen last (DESIGN §5). */
class InformerView<T extends KubeObject> implements Informer<T> {
  readonly #base: Informer<T>;
  readonly #clock: Clock;
  readonly #handlers = new Set<(change: Change<T>) => void>();
  readonly #indexes = new Map<string, (object: T) => readonly string[]>(Object.entries(builtInIndexes));
  /** What is still seen of keys that have changed; undefined: nothing. */
  readonly #overlay = new Map<string, T | undefined>();
  #held: Held<T>[] = [];
  #lag = 0;
  #timer: Cancel | undefined;
  #subscription: Cancel | undefined;

  constructor(base: Informer<T>, clock: Clock, lag: number) {
    this.#base = base;
    this.#clock = clock;
    if (lag > 0) this.lag(lag);
  }

  get synced(): boolean {
    return this.#base.synced;
  }
  get size(): number {
    if (this.#overlay.size === 0) return this.#base.size;
    return [...this.list()].length;
  }
  get(key: string): T | undefined {
    return this.#overlay.size > 0 && this.#overlay.has(key) ? this.#overlay.get(key) : this.#base.get(key);
  }
  list(): Iterable<T> {
    return this.#overlay.size === 0 ? this.#base.list() : this.#merged(this.#base.list(), () => true);
  }
  by(index: string, value: string): readonly T[] {
    const found = this.#base.by(index, value);
    if (this.#overlay.size === 0) return found;
    return this.#merged(found, (object) => this.#indexes.get(index)?.(object).includes(value) ?? false);
  }
  index(name: string, values: (object: T) => readonly string[]): void {
    this.#indexes.set(name, values);
    this.#base.index(name, values);
  }
  on(handler: (change: Change<T>) => void): Cancel {
    this.#handlers.add(handler);
    // The first subscription is told of what is there by the informer itself.
    if (this.#subscription === undefined) this.#subscribe();
    else if (this.synced) for (const object of this.list()) handler({ key: keyOfObject(object), object, old: undefined, causes: [] });
    return () => void this.#handlers.delete(handler);
  }

  lag(ms: number): void {
    if (this.#subscription === undefined) this.#subscribe();
    this.#lag = ms;
    const now = this.#clock.now();
    this.#held = this.#held.map(({ due, change }) => ({ due: Math.min(due, now + ms), change }));
    this.#arm();
  }
  close(): void {
    this.#subscription?.();
    this.#timer?.();
    this.#handlers.clear();
  }

  #subscribe(): void {
    this.#subscription = this.#base.on((change) => this.#changed(change));
  }

  #changed(change: Change<T>): void {
    // A first list is the world as it is.
    if ((this.#lag === 0 && this.#held.length === 0) || !this.#base.synced) return this.#tell(change);
    if (!this.#overlay.has(change.key)) this.#overlay.set(change.key, change.old);
    this.#held.push({ due: this.#clock.now() + this.#lag, change });
    this.#arm();
  }

  #arm(): void {
    this.#timer?.();
    const next = this.#held[0];
    this.#timer = next && this.#clock.timer(next.due - this.#clock.now(), () => this.#release());
  }

  #release(): void {
    const now = this.#clock.now();
    while (this.#held[0] && this.#held[0].due <= now) {
      const { change } = this.#held.shift() as Held<T>;
      if (this.#held.some((h) => h.change.key === change.key)) this.#overlay.set(change.key, change.object);
      else this.#overlay.delete(change.key);
      this.#tell(change);
    }
    this.#arm();
  }

  #tell(change: Change<T>): void {
    for (const handler of this.#handlers) handler(change);
  }

  #merged(present: Iterable<T>, wanted: (object: T) => boolean): readonly T[] {
    const seen = [...present].filter((object) => !this.#overlay.has(keyOfObject(object)));
    for (const object of this.#overlay.values()) if (object !== undefined && wanted(object)) seen.push(object);
    return seen;
  }
}

export function createInformersView(base: Informers, clock: Clock): InformersView {
  const views = new Map<string, InformerView<KubeObject>>();
  let lag = 0;
  return {
    of(resource, options) {
      const key =
        options === undefined
          ? resource
          : `${resource}?${options.namespace ?? ""}&${options.fieldSelector ?? ""}&${options.labelSelector ?? ""}`;
      let view = views.get(key);
      if (!view) views.set(key, (view = new InformerView<KubeObject>(base.of(resource, options) as Informer<KubeObject>, clock, lag)));
      return view as unknown as ReturnType<typeof base.of<typeof resource>>;
    },
    forget(resource: Resource) {
      for (const [key, view] of views) {
        if (key !== resource && !key.startsWith(`${resource}?`)) continue;
        view.close();
        views.delete(key);
      }
      base.forget(resource);
    },
    synced: () => base.synced(),
    answered: () => base.answered(),
    stop() {
      this.close();
      base.stop();
    },
    lag(ms) {
      if (ms === lag) return;
      lag = ms;
      for (const view of views.values()) view.lag(ms);
    },
    close() {
      for (const view of views.values()) view.close();
      views.clear();
    },
  };
}
