import type { Kind } from "../../api/index.ts";
import { keyOf, prefixOf, type ServerContext } from "../context.ts";

type Which = Pick<Kind, "group" | "plural" | "namespaced">;

/** What plugins look up besides the object: by key, in the same turn. `namespace` is not looked at for what has none. */
export function getStored<T extends object>(server: ServerContext, kind: Which, namespace: string, name: string): T | undefined {
  return server.store.get(keyOf(kind, namespace, name))?.value as T | undefined;
}

/** Of one namespace, or all where there are none; by name. */
export function listStored<T extends object>(server: ServerContext, kind: Which, namespace = ""): readonly T[] {
  const prefix = namespace === "" ? prefixOf(kind) : `${prefixOf(kind)}${namespace}/`;
  return server.store.range({ prefix }).entries.map((entry) => entry.value as T);
}
