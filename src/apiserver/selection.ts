import type { KubeObject } from "../api/index.ts";
import { badRequest, type FieldRequirement, parseFieldSelector, parseLabelSelector, type Selector } from "../machinery/index.ts";
import { queryValue, type Scope } from "./context.ts";
import { dispatchTerm, fieldReader, type Term, termsOf } from "./terms.ts";
import type { WatchScope } from "./watch-cache.ts";

/** What list, watch and deletecollection are about. */
export interface Selection extends WatchScope {
  readonly matches: (object: KubeObject) => boolean;
  /** No selector: everything in the namespace. */
  readonly whole: boolean;
  /** Equalities that it insists on: lists look them up. */
  readonly terms: readonly Term[];
}

const all = (): boolean => true;

export function selectionOf(scope: Scope): Selection {
  const { kind, info, request } = scope;
  const labels = queryValue(request, "labelSelector");
  const fields = queryValue(request, "fieldSelector");
  const byLabel = labels ? labelSelector(labels) : undefined;
  const requirements = fields ? fieldRequirements(scope, fields) : [];
  const selected = requirements.find((r) => r.field === "metadata.name" && r.operator === "=")?.value;
  if (info.name !== "" && selected !== undefined && selected !== info.name)
    throw badRequest("fieldSelector metadata.name doesn't match requested name");
  const named = info.name !== "" ? info.name : selected || undefined;
  const namespace = kind.namespaced ? info.namespace : "";
  const terms = termsOf(scope, byLabel, requirements);
  const dispatch = dispatchTerm(namespace, named, terms);
  const base = { namespace, terms, ...(named ? { name: named } : {}), ...(dispatch ? { dispatch } : {}) };
  if (!byLabel && requirements.length === 0) {
    return named ? { ...base, whole: false, matches: (o) => o.metadata?.name === named } : { ...base, whole: true, matches: all };
  }
  const others = requirements.filter((r) => !(r.operator === "=" && r.field === "metadata.name" && r.value === named));
  const readers = others.map((r) => fieldReader(scope, r.field));
  const matches = (object: KubeObject): boolean =>
    (named === undefined || object.metadata?.name === named) &&
    (byLabel?.matches(object.metadata?.labels) ?? true) &&
    others.every((r, i) => (readers[i]?.(object) === r.value) === (r.operator === "="));
  return { ...base, whole: false, matches };
}

function labelSelector(text: string): Selector {
  try {
    return parseLabelSelector(text);
  } catch (error) {
    throw badRequest((error as Error).message);
  }
}

function fieldRequirements({ requested: kind }: Scope, text: string): readonly FieldRequirement[] {
  let requirements: readonly FieldRequirement[];
  try {
    requirements = parseFieldSelector(text).requirements;
  } catch (error) {
    throw badRequest((error as Error).message);
  }
  for (const { field } of requirements) {
    if (field === "metadata.name" || kind.selectableFields?.includes(field)) continue;
    if (field === "metadata.namespace" && (kind.namespaced || !kind.selectableFields?.length)) continue;
    // Kinds with a conversion of their own word it shorter (k8s: core/v1/conversion.go, and the default in runtime/conversion.go).
    throw badRequest(
      kind.fieldRefusal?.(field) ??
        (kind.selectableFields?.length
          ? `field label not supported: ${field}`
          : `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`),
    );
  }
  return requirements;
}
