import type { Kind } from "../../api/index.ts";

/** A row of a remote server's own discovery (APIResourceList). */
interface Resource {
  readonly name: string;
  readonly singularName?: string;
  readonly namespaced: boolean;
  readonly kind: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

/** What discovery shows of a remote server's resources. Nothing else is asked of these rows: requests are passed on. */
export function remoteKinds(group: string, version: string, list: unknown): readonly Kind[] {
  const resources = (list as { readonly resources?: readonly Resource[] }).resources ?? [];
  return resources
    .filter(({ name }) => !name.includes("/"))
    .map(({ name, singularName = "", namespaced, kind, verbs, shortNames, categories }) => ({
      group,
      version,
      kind,
      plural: name,
      singular: singularName,
      namespaced,
      verbs,
      ...(shortNames ? { shortNames } : {}),
      ...(categories ? { categories } : {}),
      remote: true as const,
      validate: () => [],
      columns: [],
    }));
}
