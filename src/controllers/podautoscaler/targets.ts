import { type Kind, kinds, type Scale } from "../../api/index.ts";
import { type Client, type Informers, type Resource, resourceOf } from "../../client/index.ts";
import { customKinds } from "../custom-resources.ts";

/** Something that can be scaled, as it is now. */
export interface Target {
  readonly resource: Resource;
  readonly scale: Scale;
}

/** Finds what a reference means; refusals are errors in upstream's words. */
export interface Targets {
  /** Kinds of this name and group in any version (k8s: RESTMapper.RESTMappings). */
  mappings(group: string, kind: string): readonly Kind[];
  /** k8s: scaleForResourceMappings. */
  scaleOf(
    client: Client,
    reference: { readonly apiVersion?: string; readonly kind: string; readonly name: string },
    namespace: string,
  ): Promise<Target>;
}

export function createTargets(informers: Informers): Targets {
  const definitions = informers.of("customresourcedefinitions");
  const mappings = (group: string, kind: string): readonly Kind[] => {
    const found = [...kinds, ...customKinds(definitions.list())].filter((k) => k.group === group && k.kind === kind);
    if (found.length === 0) throw new Error(`no matches for kind "${kind}" in group "${group}"`);
    return found;
  };
  return {
    mappings,
    async scaleOf(client, { apiVersion = "", kind, name }, namespace) {
      let first: unknown;
      for (const found of mappings(groupOf(apiVersion), kind)) {
        const resource = resourceOf(found);
        try {
          return { resource, scale: await client.scale(resource, namespace, name) };
        } catch (error) {
          first ??= error;
        }
      }
      throw first;
    },
  };
}

/** k8s: schema.ParseGroupVersion. */
export function groupOf(apiVersion: string): string {
  const parts = apiVersion.split("/");
  if (parts.length > 2) throw new Error(`unexpected GroupVersion string: ${apiVersion}`);
  return parts.length === 2 ? (parts[0] ?? "") : "";
}
