import type { KubeObject, ParamKind, ParamRef } from "../../../api/index.ts";
import { labelSelector } from "../../../machinery/index.ts";
import type { ServerContext } from "../../context.ts";
import { getStored, listStored } from "../stored.ts";
import { inVersion } from "./match.ts";

/** A policy or a binding is not set up right; the policy's failurePolicy says what then. */
export class ConfigurationError extends Error {}

/**
 * The objects that a binding gives a policy as params, one evaluation each; null: none. An empty list: none were found,
 * and that is fine. Throws ConfigurationError (k8s: policy/generic CollectParams).
 */
export function collectParams(
  server: ServerContext,
  paramKind: ParamKind | undefined,
  ref: ParamRef | undefined,
  namespace: string,
): readonly (KubeObject | null)[] {
  if (!paramKind || !ref) return [null];
  const { apiVersion = "", kind: name = "" } = paramKind;
  const slash = apiVersion.indexOf("/");
  const [group, version] = [apiVersion.slice(0, Math.max(slash, 0)), apiVersion.slice(slash + 1)];
  const kind = server.kinds.kindByGVK(group, version, name);
  if (!kind) throw new ConfigurationError(`failed to find resource referenced by paramKind: '${group}/${version}, Kind=${name}'`);
  const stored = kind.storedAs?.kind ?? kind;
  if (!stored.namespaced && ref.namespace)
    throw new ConfigurationError("paramRef.namespace must not be provided for a cluster-scoped `paramKind`");
  const where = ref.namespace || namespace;
  if (stored.namespaced && where === "")
    throw new ConfigurationError("cannot use namespaced paramRef in policy binding that matches cluster-scoped resources");
  const found = ref.name ? named(server, stored, where, ref.name) : chosen(server, stored, where, ref);
  if (found.length === 0 && ref.parameterNotFoundAction === "Deny")
    throw new ConfigurationError("no params found for policy binding with `Deny` parameterNotFoundAction");
  return found.map((object) => inVersion(kind, object) ?? null);
}

type Which = Parameters<typeof getStored>[1];

function named(server: ServerContext, kind: Which, namespace: string, name: string): readonly KubeObject[] {
  const object = getStored<KubeObject>(server, kind, namespace, name);
  return object ? [object] : [];
}

function chosen(server: ServerContext, kind: Which, namespace: string, { selector }: ParamRef): readonly KubeObject[] {
  const all = listStored<KubeObject>(server, kind, kind.namespaced ? namespace : "");
  const matches = labelSelector(selector);
  return all.filter((object) => matches.matches(object.metadata?.labels ?? {}));
}
