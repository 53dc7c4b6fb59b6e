import type { KubeObject } from "../../api/index.ts";
import type { Kind } from "../../api/index.ts";
import { badRequest, conflict, field, internalError, invalid, notFound } from "../../machinery/index.ts";
import type { Scope } from "../context.ts";
import { parseBody } from "../body.ts";
import { andThen, type MaybePromise } from "../maybe.ts";
import { patchedValue } from "../registry/patch.ts";
import { updateObject } from "../registry/update.ts";
import { currentEntry } from "../registry/write.ts";
import type { Subresource } from "./types.ts";

interface Scale extends KubeObject {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly replicas: number; readonly selector?: string };
}

/** autoscaling/v1 Scale over any kind whose row declares one (k8s: registry/apps/deployment/storage ScaleREST). */
function scaled(scope: Scope): MaybePromise<KubeObject> {
  const { kind, info, verb } = scope;
  const mapping = kind.scale as NonNullable<Kind["scale"]>;
  const entry = currentEntry(scope);
  if (!entry) throw notFound(kind.plural, info.name, kind.group);
  const missing = verb === "get" ? mapping.missing?.(entry.value) : undefined;
  if (missing !== undefined) throw internalError(missing);
  const current = toScale(mapping, entry.value);
  if (verb === "get") return current;
  const wanted = (verb === "patch" ? patchedValue(scope, current) : parseBody(scope.request)) as Scale;
  const version = wanted.metadata?.resourceVersion;
  if (version && version !== entry.value.metadata?.resourceVersion) throw conflict(kind.plural, info.name, kind.group);
  if (wanted.metadata?.name && wanted.metadata.name !== info.name) {
    throw badRequest(`the name of the object (${wanted.metadata.name}) does not match the name on the URL (${info.name})`);
  }
  const replicas = wanted.spec?.replicas ?? 0;
  if (replicas < 0) {
    const errors = [field.invalid("spec.replicas", replicas, "must be greater than or equal to 0")];
    throw invalid({ group: "autoscaling", kind: "Scale" }, info.name, errors);
  }
  const main = { ...scope, info: { ...info, subresource: "" } };
  return andThen(updateObject(main, entry, mapping.withReplicas(entry.value, replicas)), (object) => toScale(mapping, object));
}

export const scale: Subresource = {
  verbs: ["get", "patch", "update"],
  kind: { group: "autoscaling", version: "v1", kind: "Scale" },
  serve: (scope) => andThen(scaled(scope), (body) => ({ status: 200, body })),
};

function toScale(mapping: NonNullable<Kind["scale"]>, object: KubeObject): Scale {
  const { name = "", namespace = "", uid = "", resourceVersion = "", creationTimestamp = "" } = object.metadata ?? {};
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: mapping.replicas(object) },
    status: { replicas: mapping.statusReplicas(object), selector: mapping.selector(object) },
  };
}
