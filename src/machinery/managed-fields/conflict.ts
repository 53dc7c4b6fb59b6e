import { type Conflict } from "./apply.ts";
import type { ManagedFields } from "./entries.ts";
import { goQuote } from "../fields.ts";
import { pathsOf } from "./field-set.ts";
import { elementText, type PathElement } from "./path-element.ts";

export interface ConflictCause {
  readonly reason: "FieldManagerConflict";
  readonly message: string;
  readonly field: string;
}

/** What a refused apply says (k8s: managedfields/internal/conflict.go). */
export function conflictReport(conflicts: readonly Conflict[]): { readonly message: string; readonly causes: readonly ConflictCause[] } {
  const byName = conflicts.toSorted((a, b) => (identity(a.with) < identity(b.with) ? -1 : 1));
  const all = byName.map((c) => ({ manager: managerText(c.with), paths: pathsOf(c.fields).map(pathText) }));
  const causes = all.flatMap(({ manager, paths }) =>
    paths.map((field) => ({ reason: "FieldManagerConflict" as const, message: `conflict with ${manager}`, field })),
  );
  const [first] = causes;
  if (first && causes.length === 1) return { message: `Apply failed with 1 conflict: ${first.message}: ${first.field}`, causes };
  const lines = all.flatMap(({ manager, paths }) => [`conflicts with ${manager}:`, ...paths.map((path) => `- ${path}`)]);
  return { message: `Apply failed with ${causes.length} conflicts: ${lines.join("\n")}`, causes };
}

export const pathText = (path: readonly PathElement[]): string => path.map(elementText).join("");

function managerText({ manager = "", operation, apiVersion, subresource }: ManagedFields): string {
  const by = goQuote(manager) + (subresource ? ` with subresource ${goQuote(subresource)}` : "");
  return operation === "Update" ? `${by} using ${apiVersion}` : by;
}

/** As upstream's manager identifiers sort: appliers have no version in theirs. */
function identity({ manager, operation, apiVersion, subresource }: ManagedFields): string {
  return JSON.stringify({ manager, operation, ...(operation === "Apply" ? {} : { apiVersion }), ...(subresource ? { subresource } : {}) });
}
