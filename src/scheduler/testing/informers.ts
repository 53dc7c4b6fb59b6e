import type { KubeObject } from "../../api/index.ts";
import { type Informers, keyOfObject } from "../../client/index.ts";

/** Informers that know what they are given, by resource, and nothing else. */
export function informersOf(objects: Readonly<Record<string, readonly KubeObject[]>>): Informers {
  const of = (resource: string) => {
    const all = objects[resource] ?? [];
    const indexes = new Map<string, (object: KubeObject) => readonly string[]>();
    return {
      synced: true,
      size: all.length,
      get: (key: string) => all.find((object) => keyOfObject(object) === key),
      list: () => all,
      by: (index: string, value: string) => all.filter((object) => indexes.get(index)?.(object).includes(value)),
      index: (name: string, values: (object: KubeObject) => readonly string[]) => void indexes.set(name, values),
      on: () => () => {},
    };
  };
  return { of, forget() {}, synced: async () => {}, answered: async () => {}, stop() {} } as unknown as Informers;
}
