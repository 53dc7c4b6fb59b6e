import { apiVersionOf, type Kind, type KubeObject, type ObjectMeta } from "../../api/index.ts";
import { conflict, field, fromScaleManagers, internalError, invalid, notFound, toScaleManagers } from "../../machinery/index.ts";
import type { Entry } from "../../etcd/index.ts";
import type { Admission } from "../admission/types.ts";
import { mediaTypeOf } from "../body.ts";
import type { Scope } from "../context.ts";
import { decodeBody } from "../decode.ts";
import { andThen, type MaybePromise } from "../maybe.ts";
import { appliedTo } from "../registry/apply.ts";
import { matchPath } from "../registry/metadata.ts";
import { ownersAfter } from "../registry/ownership.ts";
import { type Managers, managersOf, Owners } from "../registry/owners.ts";
import { patchedValue, patchType } from "../registry/patch.ts";
import { decodePatched } from "../registry/patch-decode.ts";
import { onTopOf, updateObject } from "../registry/update.ts";
import { currentEntry } from "../registry/write.ts";
import type { Subresource } from "./types.ts";

interface Scale extends KubeObject {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly replicas: number; readonly selector?: string };
}

type Mapping = NonNullable<Kind["scale"]>;

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
  const mapping = kind.scale as Mapping;
  if (verb === "get") {
    const entry = currentEntry(scope);
    if (!entry) throw notFound(kind.plural, info.name, kind.group);
    const missing = mapping.missing?.(entry.value);
    if (missing !== undefined) throw internalError(missing);
    return toScale(mapping, entry.value);
  }
  const own = { ...scope, kind: scaleKind, requested: scaleKind };
  const body = verb === "update" ? decodeBody(own) : undefined;
  return onTopOf(scope, !body?.metadata?.resourceVersion, (entry) => {
    const current = toScale(mapping, entry.value);
    const before = managersOf(entry.value);
    const at = (mapping.path ?? ["spec", "replicas"]).map((step) => `f:${step}`);
    const live = withMetadata(current, { managedFields: toScaleManagers(before, () => at) });
    const { object: wanted, managers } = changed(own, current, live, body);
    const after = fromScaleManagers(before, managers, apiVersionOf(scope.requested), () => at);
    const attributes = { scope, operation: "UPDATE", object: wanted, old: current } as const;
    return andThen(scope.server.admission.mutate(attributes), (admitted) => {
      const object = mapping.withReplicas(entry.value, replicasOf(scope, entry, admitted as Scale));
      const main = { ...scope, info: { ...info, subresource: "" } };
      const stored = updateObject(main, entry, object, Owners.of(after as Managers), ofScales(scope, mapping));
      return andThen(stored, (result) => toScale(mapping, result));
    });
  });
}

/** Admission is asked about Scales, not about what they scale; it has made its changes when the scaled object is changed. */
const ofScales = (scope: Scope, mapping: Mapping): Admission => ({
  mutate: ({ object }) => object,
  validate: ({ object, old }) =>
    scope.server.admission.validate({
      scope,
      operation: "UPDATE",
      object: object && toScale(mapping, object),
      old: old && toScale(mapping, old),
    }),
});

function replicasOf({ kind, info }: Scope, entry: Entry<KubeObject>, wanted: Scale): number {
  const version = wanted.metadata?.resourceVersion;
  if (version && version !== entry.value.metadata?.resourceVersion) throw conflict(kind.plural, info.name, kind.group);
  const replicas = wanted.spec?.replicas ?? 0;
  if (replicas >= 0) return replicas;
  const errors = [field.invalid("spec.replicas", replicas, "must be greater than or equal to 0")];
  throw invalid({ group: "autoscaling", kind: "Scale" }, info.name, errors);
}

/** The Scale that is wanted, and who manages it then. */
function changed(
  scope: Scope,
  current: Scale,
  live: KubeObject,
  body: KubeObject | undefined,
): { readonly object: KubeObject; readonly managers: Managers } {
  if (scope.verb === "patch" && mediaTypeOf(scope.request.contentType) === "application/apply-patch+yaml") return appliedTo(scope, live);
  const object = body ?? patchedScale(scope, current);
  return { object: matchPath(scope, object), managers: ownersAfter(scope, live, object).managers };
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

function toScale(mapping: Mapping, object: KubeObject): Scale {
  const { name = "", namespace = "", uid = "", resourceVersion = "", creationTimestamp = "" } = object.metadata ?? {};
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: mapping.replicas(object) },
    status: { replicas: mapping.statusReplicas(object), selector: mapping.selector(object) },
  };
}
