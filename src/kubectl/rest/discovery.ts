import { ApiFailure, CliError } from "../errors.ts";

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

interface RawResource {
  readonly name: string;
  readonly singularName?: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs?: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}
interface RawGroup {
  readonly name: string;
  readonly versions: readonly { readonly groupVersion: string; readonly version: string }[];
  readonly preferredVersion?: { readonly version: string };
}

type Get = (path: string) => Promise<object>;

/** Reads the unaggregated discovery documents: /api, /apis, and one list of resources for each group and version. */
export async function discover(get: Get): Promise<Discovery> {
  const [core, groups] = await Promise.all([get("/api"), get("/apis")]);
  const wanted: { group: string; version: string; path: string }[] = [];
  for (const version of (core as { versions?: readonly string[] }).versions ?? [])
    wanted.push({ group: "", version, path: `/api/${version}` });
  for (const group of (groups as { groups?: readonly RawGroup[] }).groups ?? []) {
    const preferred = group.preferredVersion?.version;
    const versions = group.versions.map((v) => v.version).sort((a, b) => Number(b === preferred) - Number(a === preferred));
    for (const version of versions) wanted.push({ group: group.name, version, path: `/apis/${group.name}/${version}` });
  }
  // One server that is down does not hide the others (k8s: discovery.ErrGroupDiscoveryFailed).
  const lists = await Promise.all(wanted.map(({ path }) => get(path).catch(unlessUnavailable)));
  const types: ResourceType[] = [];
  const subresources = new Set<string>();
  lists.forEach((list, i) => {
    const { group, version } = wanted[i] as { group: string; version: string };
    for (const r of ((list ?? {}) as { resources?: readonly RawResource[] }).resources ?? []) {
      if (r.name.includes("/")) {
        subresources.add(`${group}/${version}/${r.name}`);
        continue;
      }
      types.push({
        group,
        version,
        name: r.name,
        singular: r.singularName || r.kind.toLowerCase(),
        kind: r.kind,
        namespaced: r.namespaced,
        verbs: r.verbs ?? [],
        shortNames: r.shortNames ?? [],
        categories: r.categories ?? [],
      });
    }
  });
  const groupVersions = wanted.map(({ group, version }) => (group ? `${group}/${version}` : version));
  return { types, subresources, groupVersions };
}

function unlessUnavailable(error: unknown): undefined {
  if (error instanceof ApiFailure && error.code === 503) return undefined;
  throw error;
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
    const key = groupResourceOf(t);
    if (!t.categories.includes(category) || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
