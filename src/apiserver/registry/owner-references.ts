import type { KubeObject } from "../../api/index.ts";
import { deepEqual } from "../../machinery/index.ts";
import type { Scope } from "../context.ts";

/** Owners that are named twice are named once from then on, with a warning (k8s: handlers/rest.go dedupOwnerReferencesAndAddWarning). */
export function withoutTwins({ warnings }: Scope, object: KubeObject, when: "as sent" | "admitted"): KubeObject {
  const owners = object.metadata?.ownerReferences;
  if (owners === undefined || owners.length < 2) return object;
  const isTwin = (i: number): boolean => owners.slice(0, i).some((other) => other.uid === owners[i]?.uid && deepEqual(other, owners[i]));
  const twins = owners.filter((_, i) => isTwin(i));
  if (twins.length === 0) return object;
  const kept = owners.filter((_, i) => !isTwin(i));
  const after = when === "admitted" ? " after mutating admission happens" : "";
  warnings.push(
    `.metadata.ownerReferences contains duplicate entries${after}; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ${twins.map(({ uid }) => uid).join(", ")}`,
  );
  return { ...object, metadata: { ...object.metadata, ownerReferences: kept } };
}
