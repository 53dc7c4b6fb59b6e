import type { CustomResourceDefinition, Kind, KubeObject } from "../api/index.ts";
import { type Change, type Controller, type Informers, resourceOf } from "../client/index.ts";
import type { Cancel } from "../sim/index.ts";

/** What controllers that look after every kind must know of custom resources: rows made of the definitions, as discovery would list them. */
export function customKinds(definitions: Iterable<CustomResourceDefinition>): readonly Kind[] {
  return [...definitions].flatMap((crd) => rowOf(crd) ?? []);
}

/** Undefined while nobody serves it. */
function rowOf({ spec, status }: CustomResourceDefinition): Kind | undefined {
  const version = spec.versions.find((v) => v.served && v.storage) ?? spec.versions.find((v) => v.served);
  if (version === undefined || !status?.conditions?.some((c) => c.type === "Established" && c.status === "True")) return undefined;
  const { kind, plural, singular = "" } = spec.names;
  const namespaced = spec.scope === "Namespaced";
  return { group: spec.group, version: version.name, kind, plural, singular, namespaced, custom: true, validate: () => [], columns: [] };
}

/** Watches each custom kind for as long as it is served; `keysOf` as of a watch. */
export function customWatches(
  informers: Informers,
  keysOf: (kind: Kind, change: Change<KubeObject>) => readonly string[],
): NonNullable<Controller["moreWatches"]> {
  return (begin) => {
    const watching = new Map<string, Cancel>();
    const stop = informers.of("customresourcedefinitions").on(({ key, object }) => {
      const kind = object && rowOf(object);
      if (kind === undefined) {
        watching.get(key)?.();
        watching.delete(key);
      } else if (!watching.has(key)) {
        const cancel = begin({ resource: resourceOf(kind), keys: (change) => keysOf(kind, change) });
        watching.set(key, () => {
          cancel();
          informers.forget(resourceOf(kind));
        });
      }
    });
    return () => {
      stop();
      for (const cancel of watching.values()) cancel();
    };
  };
}
