import type { KubeObject } from "../../api/index.ts";
import { type Informer, keyOfObject } from "../../client/index.ts";

export const versionOf = ({ metadata }: KubeObject): number => Number(metadata?.resourceVersion ?? 0);

/** An informer's objects, or the newer versions that the controller wrote itself: one volume must not be given to two claims. */
export interface Latest<T> {
  get(key: string): T | undefined;
  by(index: string, value: string): readonly T[];
  /** Keeps what was written until the informer has it; answers it. */
  keep(object: T): T;
}

export function createLatest<T extends KubeObject>(informer: Informer<T>): Latest<T> {
  const written = new Map<string, T>();
  informer.on(({ key, object }) => {
    const own = written.get(key);
    if (own && (!object || versionOf(object) >= versionOf(own))) written.delete(key);
  });
  return {
    get: (key) => written.get(key) ?? informer.get(key),
    by(index, value) {
      const found = informer.by(index, value);
      return written.size === 0 ? found : found.map((object) => written.get(keyOfObject(object)) ?? object);
    },
    keep(object) {
      const key = keyOfObject(object);
      const seen = informer.get(key);
      if (seen && versionOf(seen) < versionOf(object)) written.set(key, object);
      return object;
    },
  };
}
