import type { CustomResourceDefinition, Kind } from "../api/index.ts";

/** What controllers that look after every kind must know of custom resources: rows made of the definitions, as discovery would list them. */
export function customKinds(definitions: Iterable<CustomResourceDefinition>): readonly Kind[] {
  return [...definitions].flatMap((crd) => rowOf(crd) ?? []);
}

/** Undefined while nobody serves it. */
export function rowOf({ spec, status }: CustomResourceDefinition): Kind | undefined {
  const version = spec.versions.find((v) => v.served && v.storage) ?? spec.versions.find((v) => v.served);
  if (version === undefined || !status?.conditions?.some((c) => c.type === "Established" && c.status === "True")) return undefined;
  const { kind, plural, singular = "" } = spec.names;
  const namespaced = spec.scope === "Namespaced";
  return { group: spec.group, version: version.name, kind, plural, singular, namespaced, custom: true, validate: () => [], columns: [] };
}
