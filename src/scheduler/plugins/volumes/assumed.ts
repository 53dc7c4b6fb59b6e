import type { KubeObject } from "../../../api/index.ts";
import type { Informer } from "../../../client/index.ts";

/** A cache in which objects may look as they soon will, until their next version comes (k8s: volumebinding/assume_cache.go). */
export class Assumed<T extends KubeObject> {
  readonly #informer: Informer<T>;
  readonly #assumed = new Map<string, { readonly object: T; readonly version: string | undefined }>();

  constructor(informer: Informer<T>) {
    this.#informer = informer;
  }

  get(key: string): T | undefined {
    return this.now(this.#informer.get(key), key);
  }
  /** What an object of the cache is taken for. */
  now(known: T | undefined, key: string): T | undefined {
    const assumed = this.#assumed.get(key);
    if (assumed === undefined) return known;
    if (known?.metadata?.resourceVersion === assumed.version) return assumed.object;
    this.#assumed.delete(key);
    return known;
  }
  assume(key: string, object: T): void {
    this.#assumed.set(key, { object, version: this.#informer.get(key)?.metadata?.resourceVersion });
  }
  forget(key: string): void {
    this.#assumed.delete(key);
  }
}
