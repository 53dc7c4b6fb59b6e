import { CliError } from "../errors.ts";

/** A resource as discovery lists it, with its group and version. */
export interface ResourceType {
  readonly group: string;
  readonly version: string;
  readonly name: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
}

export interface Discovery {
  /** In the server's order of preference; each version of a group, preferred first. */
  readonly types: readonly ResourceType[];
  readonly subresources: ReadonlySet<string>;
  readonly groupVersions: readonly string[];
}

/** apidiscovery.k8s.io/v2, as far as kubectl reads it. */
export interface RawResource {
  readonly resource: string;
  readonly responseKind?: { readonly kind: string };
  readonly scope: "Namespaced" | "Cluster";
  readonly singularResource?: string;
  readonly verbs?: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly subresources?: readonly {
    readonly subresource: string;
    readonly responseKind?: { readonly kind: string };
    readonly verbs?: readonly string[];
  }[];
}
export interface RawGroups {
  readonly items?: readonly {
    readonly metadata?: { readonly name?: string };
    /** The preferred one first; of a server that does not answer nothing but the version is known. */
    readonly versions?: readonly { readonly version: string; readonly resources?: readonly RawResource[] }[];
  }[];
}

/** What asks for discovery in two documents: the API server knows by heart what others serve, so that nobody waits for them. */
const ACCEPT = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

export type Get = (path: string, headers: Readonly<Record<string, string>>) => Promise<object>;

/** Reads the aggregated discovery documents, /api and /apis (k8s: client-go/discovery GroupsAndMaybeResources). */
export async function discover(get: Get): Promise<Discovery> {
  const documents = (await Promise.all(["/api", "/apis"].map((path) => get(path, { accept: ACCEPT })))) as readonly RawGroups[];
  const key = documents.at(-1) as object;
  const known = read.get(key);
  if (known && known.core === documents[0]) return known.discovery;
  const discovery = readDocuments(documents);
  read.set(key, { core: documents[0], discovery });
  return discovery;
}

/** What documents say that are the same objects as last time: a cluster in this process hands them out by reference. */
const read = new WeakMap<object, { readonly core: unknown; readonly discovery: Discovery }>();

function readDocuments(documents: readonly RawGroups[]): Discovery {
  const types: ResourceType[] = [];
  const subresources = new Set<string>();
  const groupVersions: string[] = [];
  for (const { metadata, versions = [] } of documents.flatMap((d) => d.items ?? [])) {
    const group = metadata?.name ?? "";
    for (const { version, resources = [] } of versions) {
      groupVersions.push(group ? `${group}/${version}` : version);
      for (const r of resources) {
        const kind = r.responseKind?.kind ?? "";
        for (const sub of r.subresources ?? []) subresources.add(`${group}/${version}/${r.resource}/${sub.subresource}`);
        types.push({
          group,
          version,
          name: r.resource,
          singular: r.singularResource || kind.toLowerCase(),
          kind,
          namespaced: r.scope === "Namespaced",
          verbs: r.verbs ?? [],
          shortNames: r.shortNames ?? [],
          categories: r.categories ?? [],
        });
      }
    }
  }
  return { types, subresources, groupVersions };
}

/** "deployments.apps", "pods". */
export const groupResourceOf = (t: ResourceType): string => (t.group ? `${t.name}.${t.group}` : t.name);
/** "deployment.apps", "pod": how kubectl names what it did something to. */
export const singularWithGroup = (t: ResourceType): string => (t.group ? `${t.kind.toLowerCase()}.${t.group}` : t.kind.toLowerCase());
export const apiVersionOf = (t: ResourceType): string => (t.group ? `${t.group}/${t.version}` : t.version);

/**
 * What "po", "deploy.apps", "deployments.v1.apps" or "Pod" means. The first part may be followed by a version and a
 * group, or a group alone (k8s: schema.ParseResourceArg, then ParseKindArg). A group may be abbreviated to a prefix.
 */
export function findType(discovery: Discovery, argument: string): ResourceType {
  const [name, ...rest] = argument.split(".");
  const lower = (name ?? "").toLowerCase();
  const named = (t: ResourceType): boolean => t.name === lower || t.singular === lower || t.shortNames.includes(lower);
  const candidates = discovery.types.filter(named);
  const exact = rest.length >= 2 ? candidates.find((t) => t.version === rest[0] && t.group === rest.slice(1).join(".")) : undefined;
  const found =
    // A short name forgets its version: `hpa.v1.autoscaling` is of the preferred one.
    (exact && exact.shortNames.includes(lower) ? byGroup(candidates, exact.group) : exact) ??
    (rest.length > 0 ? byGroup(candidates, rest.join(".")) : preferLongName(candidates, lower)) ??
    discovery.types.find(
      (t) =>
        t.kind === name &&
        (rest.length === 0 || t.group === rest.join(".") || (t.version === rest[0] && t.group === rest.slice(1).join("."))),
    );
  if (!found) throw new CliError(`the server doesn't have a resource type ${JSON.stringify(name ?? "")}`);
  return found;
}

function byGroup(candidates: readonly ResourceType[], group: string): ResourceType | undefined {
  return candidates.find((t) => t.group === group) ?? candidates.find((t) => t.group.startsWith(group) && group !== "");
}
/** A full name beats another type's short name. */
function preferLongName(candidates: readonly ResourceType[], name: string): ResourceType | undefined {
  return candidates.find((t) => t.name === name || t.singular === name) ?? candidates[0];
}

export function typeOfKind(discovery: Discovery, apiVersion: string, kind: string): ResourceType | undefined {
  const slash = apiVersion.indexOf("/");
  const group = slash < 0 ? "" : apiVersion.slice(0, slash);
  const version = apiVersion.slice(slash + 1);
  return discovery.types.find((t) => t.kind === kind && t.group === group && t.version === version);
}

/** Types of a category ("all"), each once, in the server's order. */
export function typesOfCategory(discovery: Discovery, category: string): readonly ResourceType[] {
  const seen = new Set<string>();
  return discovery.types.filter((t) => {
    if (!t.categories.includes(category)) return false;
    const key = groupResourceOf(t);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
