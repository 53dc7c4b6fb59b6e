import { entryOf, fieldsOf, type ManagedFields, sorted, withFields } from "./entries.ts";
import { type FieldSet, EMPTY } from "./field-nodes.ts";
import { difference, has, isEmpty } from "./field-set.ts";
import type { PathElement } from "./path-element.ts";

const SCALE = "autoscaling/v1";
const REPLICAS: FieldSet = { "f:spec": { "f:replicas": EMPTY } };

/** Where a version of a kind keeps what its Scale calls spec.replicas. */
export type ReplicasPath = (apiVersion: string) => readonly PathElement[] | undefined;

/** Who manages a Scale's replicas, of those who manage the scaled object (k8s: ScaleHandler ToSubresource). */
export function toScaleManagers(entries: readonly ManagedFields[], path: ReplicasPath): readonly ManagedFields[] {
  return entries
    .filter((entry) => has(fieldsOf(entry), path(entry.apiVersion ?? "") ?? []))
    .map((entry) => ({ ...entry, apiVersion: SCALE, fieldsV1: REPLICAS }));
}

/** The managers of the scaled object at `apiVersion` after its Scale was written (k8s: ScaleHandler ToParent). */
export function fromScaleManagers(
  entries: readonly ManagedFields[],
  scale: readonly ManagedFields[],
  apiVersion: string,
  path: ReplicasPath,
): readonly ManagedFields[] {
  const left = scale.filter((entry) => has(fieldsOf(entry), ["f:spec", "f:replicas"]));
  const kept: ManagedFields[] = [];
  for (const entry of entries) {
    const replicas = path(entry.apiVersion ?? "");
    if (replicas === undefined) continue;
    if (!has(fieldsOf(entry), replicas)) {
      kept.push(entry);
      continue;
    }
    const i = left.findIndex((s) => s.manager === entry.manager && s.operation === entry.operation && s.subresource === entry.subresource);
    if (i >= 0) {
      left.splice(i, 1);
      kept.push(entry);
      continue;
    }
    const rest = difference(fieldsOf(entry), setAt(replicas));
    if (!isEmpty(rest)) kept.push(withFields(entry, rest));
  }
  const fields = setAt(path(apiVersion) ?? []);
  // Those who come by way of the Scale have no time: upstream looks it up among the object's own managers.
  const added = left.map(({ manager = "", operation, subresource = "" }) =>
    entryOf({ manager, operation: operation === "Apply" ? "Apply" : "Update", apiVersion, subresource }, undefined, fields),
  );
  return added.length === 0 && kept.length === entries.length && kept.every((e, i) => e === entries[i])
    ? entries
    : sorted([...kept, ...added]);
}

function setAt(path: readonly PathElement[]): FieldSet {
  return path.reduceRight<FieldSet>((below, element) => ({ [element]: below }), EMPTY);
}
