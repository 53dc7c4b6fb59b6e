import type { Namespace } from "../../api/index.ts";
import { conflict, notFound } from "../../machinery/index.ts";
import type { Scope } from "../context.ts";
import { decodeBody } from "../decode.ts";
import { isFinished } from "../registry/update.ts";
import { currentEntry, put, remove } from "../registry/write.ts";
import type { Subresource } from "./types.ts";

/** PUT namespaces/NAME/finalize: the only way to change spec.finalizers (k8s: registry/core/namespace/storage FinalizeREST). */
function finalized(scope: Scope): Namespace {
  const entry = currentEntry(scope);
  if (!entry) throw notFound("namespaces", scope.info.name);
  const old = entry.value as Namespace;
  const wanted = decodeBody(scope) as Namespace;
  const version = wanted.metadata?.resourceVersion;
  if (version && version !== old.metadata?.resourceVersion) throw conflict("namespaces", scope.info.name);
  const finalizers = wanted.spec?.finalizers ?? [];
  const next: Namespace = { ...old, spec: { ...old.spec, finalizers } };
  return (isFinished(next) ? remove(scope, next, entry) : put(scope, next, entry)) as Namespace;
}

export const finalize: Subresource = {
  verbs: ["update"],
  serve: (scope) => ({ status: 200, body: finalized(scope) }),
};
