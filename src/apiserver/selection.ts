import type { KubeObject } from "../api/index.ts";
import { badRequest, type FieldRequirement, parseFieldSelector, parseLabelSelector } from "../machinery/index.ts";
import { queryValue, type Scope } from "./context.ts";
import type { WatchScope } from "./watch-cache.ts";

/** What list, watch and deletecollection are about. */
export interface Selection extends WatchScope {
  readonly matches: (object: KubeObject) => boolean;
  /** No selector: everything in the namespace. */
  readonly whole: boolean;
}

const all = (): boolean => true;

export function selectionOf(scope: Scope): Selection {
  const { kind, info, request } = scope;
  const labels = queryValue(request, "labelSelector");
  const fields = queryValue(request, "fieldSelector");
  const byLabel = labels ? labelMatcher(labels) : undefined;
  const requirements = fields ? fieldRequirements(scope, fields) : [];
  const node = requirements.find((r) => r.field === "spec.nodeName" && r.operator === "=" && r.value !== "")?.value;
  const selected = requirements.find((r) => r.field === "metadata.name" && r.operator === "=")?.value;
  if (info.name !== "" && selected !== undefined && selected !== info.name)
    throw badRequest("fieldSelector metadata.name doesn't match requested name");
  const named = info.name !== "" ? info.name : selected || undefined;
  const base = {
    namespace: kind.namespaced ? info.namespace : "",
    ...(named ? { name: named } : {}),
    ...(node === undefined ? {} : { node }),
  };
  if (!byLabel && requirements.length === 0) {
    return named ? { ...base, whole: false, matches: (o) => o.metadata?.name === named } : { ...base, whole: true, matches: all };
  }
  const others = requirements.filter(
    (r) =>
      !(r.operator === "=" && ((r.field === "spec.nodeName" && r.value === node) || (r.field === "metadata.name" && r.value === named))),
  );
  const matches = (object: KubeObject): boolean =>
    (node === undefined || (object as { spec?: { nodeName?: string } }).spec?.nodeName === node) &&
    (named === undefined || object.metadata?.name === named) &&
    (byLabel?.(object.metadata?.labels ?? {}) ?? true) &&
    others.every((r) => (fieldOf(scope, object, r.field) === r.value) === (r.operator === "="));
  return { ...base, whole: false, matches };
}

function labelMatcher(text: string): (labels: Readonly<Record<string, string>>) => boolean {
  try {
    const selector = parseLabelSelector(text);
    return (labels) => selector.matches(labels);
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

function fieldOf({ requested }: Scope, object: KubeObject, field: string): string {
  if (field === "metadata.name") return object.metadata?.name ?? "";
  if (field === "metadata.namespace") return object.metadata?.namespace ?? "";
  return requested.fields?.(requested.storedAs?.from(object) ?? object)[field] ?? "";
}
