/** An object of any kind, as the API has it. */
export interface WorldObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
}

export interface WorldKind {
  readonly plural: string;
  /** What else it is called: singular, short names, Kind; all lower case. */
  readonly names: readonly string[];
  readonly namespaced: boolean;
}

/** The cluster and the learner's files at one moment. */
export interface World {
  readonly kinds: readonly WorldKind[];
  /** Every object of a kind, all namespaces. */
  list(plural: string): readonly WorldObject[];
  /** Undefined: there is no such file. `path` from the home folder. */
  file(path: string): string | undefined;
}

/** A kind by any of its names. */
export const kindNamed = (kinds: readonly WorldKind[], name: string): WorldKind | undefined =>
  kinds.find(({ plural, names }) => plural === name.toLowerCase() || names.includes(name.toLowerCase()));

export type Found = { readonly object: WorldObject } | { readonly missing: "kind" | "object" };

/** What `kind/name` or `kind/namespace/name` names; without a namespace, the one called default. */
export function findResource(world: World, resource: string): Found {
  const [kindName = "", ...rest] = resource.split("/");
  const kind = kindNamed(world.kinds, kindName);
  if (!kind) return { missing: "kind" };
  const [namespace, name] = rest.length === 2 ? rest : ["default", rest[0]];
  const object = world
    .list(kind.plural)
    .find(({ metadata }) => metadata?.name === name && (!kind.namespaced || metadata?.namespace === namespace));
  return object ? { object } : { missing: "object" };
}
