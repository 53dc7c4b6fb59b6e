import { nameHash } from "../manifest/name-hash.ts";

/**
 * What is added to the name of what is generated (kustomize: api/hasher). The real one looks for the name in a field
 * called "metadata/name", which nothing has: equal contents have equal hashes.
 */
export function contentHash(object: Readonly<Record<string, unknown>>): string {
  const { kind, data = "", binaryData, stringData, type = "" } = object;
  return nameHash(
    kind === "ConfigMap"
      ? { data, kind, name: "", ...(binaryData ? { binaryData } : {}) }
      : { data, kind, name: "", type, ...(stringData ? { stringData } : {}) },
  );
}
