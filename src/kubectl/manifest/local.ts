import { CliError } from "../errors.ts";
import { NOTHING_GIVEN, type Target } from "../rest/resources.ts";
import type { Invocation, Resource } from "../types.ts";
import { readSources, type Unread } from "./sources.ts";

export type LocalTarget = Target & { readonly name: string; readonly object: Resource; readonly source: string };

/** What -f holds where no server is asked: any kind will do (k8s: resource.Builder Local). */
export async function localTargets(
  invocation: Invocation,
): Promise<{ readonly found: readonly LocalTarget[]; readonly errors: readonly Unread[] }> {
  const { flags } = invocation;
  if (flags.list("filename").length === 0 && (!flags.has("kustomize") || flags.string("kustomize") === ""))
    throw new CliError(NOTHING_GIVEN);
  const { objects, errors } = await readSources(invocation.proc, flags);
  const found = objects.map(({ source, object }) => {
    const { apiVersion = "", kind = "", metadata = {} } = object as Partial<Resource>;
    const [version = "", group = ""] = apiVersion.split("/").toReversed();
    const type = { group, version, kind, name: "", singular: "", namespaced: true, verbs: [], shortNames: [], categories: [] };
    const { name = "", namespace } = metadata as Partial<Resource["metadata"]>;
    return { type, namespace, name, source, object: object as unknown as Resource };
  });
  return { found, errors };
}
