import { apiVersionOf, type Kind, type KubeObject, type ObjectMeta } from "../../api/index.ts";
import { conflict, field, fromScaleManagers, internalError, invalid, notFound, toScaleManagers } from "../../machinery/index.ts";
import { mediaTypeOf } from "../body.ts";
import type { Scope } from "../context.ts";
import { decodeBody } from "../decode.ts";
import { andThen, type MaybePromise } from "../maybe.ts";
import { appliedTo } from "../registry/apply.ts";
import { matchPath } from "../registry/metadata.ts";
import { managersAfter } from "../registry/ownership.ts";
import { patchedValue, patchType } from "../registry/patch.ts";
import { decodePatched } from "../registry/patch-decode.ts";
import { updateObject } from "../registry/update.ts";
import { currentEntry } from "../registry/write.ts";
import type { Subresource } from "./types.ts";

interface Scale extends KubeObject {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly replicas: number; readonly selector?: string };
}

/** What decoding, patching and ownership must know of a Scale; it is never stored. */
const scaleKind: Kind = {
  group: "autoscaling",
  version: "v1",
  kind: "Scale",
  plural: "scales",
  singular: "scale",
  namespaced: true,
  validate: () => [],
  columns: [],
};

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
  const own = { ...scope, kind: scaleKind, requested: scaleKind };
  const before = entry.value.metadata?.managedFields ?? [];
  const at = (mapping.path ?? ["spec", "replicas"]).map((step) => `f:${step}`);
  const live = withMetadata(current, { managedFields: toScaleManagers(before, () => at) });
  const { object: wanted, managers } = changed(own, current, live);
  const version = wanted.metadata?.resourceVersion;
  if (version && version !== entry.value.metadata?.resourceVersion) throw conflict(kind.plural, info.name, kind.group);
  const replicas = (wanted as Scale).spec?.replicas ?? 0;
  if (replicas < 0) {
    const errors = [field.invalid("spec.replicas", replicas, "must be greater than or equal to 0")];
    throw invalid({ group: "autoscaling", kind: "Scale" }, info.name, errors);
  }
  const main = { ...scope, info: { ...info, subresource: "" } };
  const after = fromScaleManagers(before, managers ?? [], apiVersionOf(scope.requested), () => at);
  const object = mapping.withReplicas(entry.value, replicas);
  return andThen(updateObject(main, entry, object, after.length > 0 ? after : undefined), (stored) => toScale(mapping, stored));
}

/** The Scale that is wanted, and who manages it then. */
function changed(
  scope: Scope,
  current: Scale,
  live: KubeObject,
): { readonly object: KubeObject; readonly managers: ObjectMeta["managedFields"] } {
  if (scope.verb === "patch" && mediaTypeOf(scope.request.contentType) === "application/apply-patch+yaml") return appliedTo(scope, live);
  const object = scope.verb === "patch" ? patchedScale(scope, current) : decodeBody(scope);
  return { object: matchPath(scope, object), managers: managersAfter(scope, live, object) };
}

function patchedScale(scope: Scope, current: Scale): KubeObject {
  const type = patchType(scope);
  return decodePatched(scope, type, patchedValue(scope, type, current));
}

const withMetadata = (object: KubeObject, metadata: ObjectMeta): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, ...metadata },
});

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
