import type { KubeObject, PodSpec } from "../../../api/index.ts";
import { deepEqual } from "../../../machinery/index.ts";
import type { Checker } from "../checker.ts";

const IDENTITY = ["uid", "name", "namespace", "creationTimestamp"] as const;

function content(object: KubeObject): object {
  const { resourceVersion: _, ...metadata } = object.metadata ?? {};
  return { ...object, metadata };
}

/** What the API server promises of every object: versions that grow, identities that stay, and no write that changes nothing. */
export const metadataRules = (): Checker => {
  let last = 0;
  return {
    name: "versions grow, identities stay and writes change something",
    *at({ revision, key, before, after }) {
      if (revision < last) yield `revision ${revision} comes after ${last}`;
      last = revision;
      const [was, is] = [before?.metadata ?? {}, after?.metadata ?? {}];
      if (!before || !after) return;
      if (Number(was.resourceVersion) >= Number(is.resourceVersion))
        yield `${key} goes from version ${was.resourceVersion} to ${is.resourceVersion}`;
      for (const field of IDENTITY) if (was[field] !== is[field]) yield `${key} had the ${field} ${was[field]}, and has ${is[field]}`;
      if (was.deletionTimestamp !== undefined && is.deletionTimestamp === undefined) yield `${key} was going, and stays`;
      const [old, generation] = [was.generation ?? 0, is.generation ?? 0];
      if (generation < old || generation > old + 1) yield `${key} goes from generation ${old} to ${generation}`;
      const specs = [(before as { spec?: unknown }).spec, (after as { spec?: unknown }).spec];
      const changed = specs[0] !== specs[1] && !deepEqual(specs[0], specs[1]);
      // A binding is no change of what is wanted (k8s: registry/core/pod/storage assignPod).
      const bound = after.kind === "Pod" && (specs[0] as PodSpec).nodeName !== (specs[1] as PodSpec).nodeName;
      if (was.generation !== undefined && changed && !bound && generation === old)
        yield `${key} has another spec, and still the generation ${old}`;
      const observed = (after as { status?: { observedGeneration?: number } }).status?.observedGeneration ?? 0;
      if (is.generation !== undefined && observed > generation) yield `${key} observed generation ${observed} of ${generation}`;
      if (deepEqual(content(before), content(after))) yield `${key} is written, and nothing of it changes`;
    },
  };
};
