import { rfc3339 } from "../../sim/index.ts";
import { parseTime } from "../../sim/index.ts";
import { extension, loadExtension } from "../extension/load.ts";
import type { CustomResourceDefinition } from "../generated/types.ts";
import type { Kind } from "../kind.ts";

export const CLEANUP_FINALIZER = "customresourcecleanup.apiextensions.k8s.io";

/** Every version that was the storage version is remembered until somebody says that nothing is kept in it. */
function withStoredVersion(crd: CustomResourceDefinition): CustomResourceDefinition {
  const { status, spec } = crd;
  const storage = (spec.versions ?? []).find((v) => v.storage)?.name;
  const stored = status?.storedVersions ?? [];
  if (storage === undefined || stored.includes(storage)) return crd;
  return { ...crd, status: { ...status, storedVersions: [...stored, storage] } };
}

/** The row alone; the rules of schemas come with the first definition that is written (src/api/extension). */
export const customResourceDefinition: Kind<CustomResourceDefinition> = {
  group: "apiextensions.k8s.io",
  version: "v1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  singular: "customresourcedefinition",
  shortNames: ["crd", "crds"],
  categories: ["api-extensions"],
  namespaced: false,
  subresources: ["status"],
  generation: true,
  code: loadExtension,
  decode: (object) => extension().decodeDefinition(object),
  defaults: (object) => extension().defaultDefinition(object),
  validate: (object, { old }) => extension().validateDefinition(object, old),
  // Go writes what a status must have, even when there is nothing to say yet.
  prepareForCreate: (object) =>
    withStoredVersion({
      ...object,
      status: { acceptedNames: { kind: "", plural: "" }, conditions: null as never, storedVersions: [] },
    }),
  prepareForUpdate: withStoredVersion,
  // The last finalizer is taken away through the status, too.
  statusKeepsMetadata: true,
  prepareForStatusUpdate: (object) => object,
  // Its objects go first: a finalizer holds the definition meanwhile.
  prepareForDelete(object, now) {
    const { finalizers = [] } = object.metadata ?? {};
    const kept = finalizers.includes(CLEANUP_FINALIZER) ? finalizers : [...finalizers, CLEANUP_FINALIZER];
    const conditions = (object.status?.conditions ?? []).filter((c) => c.type !== "Terminating");
    const terminating = {
      type: "Terminating",
      status: "True",
      lastTransitionTime: rfc3339(now),
      reason: "InstanceDeletionPending",
      message: "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
    };
    return {
      ...object,
      metadata: { ...object.metadata, finalizers: kept },
      status: { ...object.status, conditions: [...conditions, terminating] },
    };
  },
  warnings: (object, old) => extension().definitionWarnings(object, old),
  columns: [
    {
      name: "Created At",
      type: "date",
      description: "When it was created.",
      cell: ({ metadata }) => rfc3339(parseTime(metadata?.creationTimestamp ?? "")),
    },
  ],
};
