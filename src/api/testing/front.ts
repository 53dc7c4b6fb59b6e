import { applyMergePatch, fieldErrorMessage } from "../../machinery/index.ts";
import type { Kind } from "../kind.ts";
import { structureErrors } from "../kinds.ts";
import type { KubeObject } from "../meta.ts";

const UID = "0d9d2b1c-0001-4000-8000-000000000001";

/** A kind as the API server uses it, without the server: decode, default, prepare, validate. */
export function front<T extends KubeObject>(kind: Kind<T>) {
  const context = { namespace: "default", now: 0 };

  function decoded(object: object): T {
    const { typeErrors, unknown, pruned } = structureErrors(kind, object as T);
    const problem = [...typeErrors, ...unknown][0];
    if (problem !== undefined) throw new Error(problem);
    return kind.defaults?.(pruned) ?? pruned;
  }

  function prepared(object: object): T {
    const given = decoded(object);
    const named = { ...given, metadata: { namespace: "default", uid: UID, ...given.metadata } };
    return kind.prepareForCreate?.(named, 0) ?? named;
  }

  return {
    /** What is stored when it is created, refused or not. */
    made: prepared,
    /** Why it cannot be created. */
    refusals: (object: object): readonly string[] => kind.validate(prepared(object), context).map(fieldErrorMessage),
    /** Why a merge patch of `old` is refused. */
    updateRefusals(old: T, patch: object): readonly string[] {
      const wanted = decoded(applyMergePatch(old, patch) as object);
      const next = kind.prepareForUpdate?.(wanted, old) ?? wanted;
      const rules = kind.validateUpdate?.(next, old, context) ?? [];
      const own = kind.validate(next, context);
      return [...new Set((kind.rulesLast ? [...own, ...rules] : [...rules, ...own]).map(fieldErrorMessage))];
    },
    /** Why `status` may not take the place of the one in `old`. */
    statusRefusals: (old: T, status: object): readonly string[] =>
      (kind.validateStatusUpdate?.({ ...old, status }, old) ?? []).map(fieldErrorMessage),
    warnings: (object: object): readonly string[] => kind.warnings?.(prepared(object), undefined) ?? [],
    /** Its row of `kubectl get`, without the name. */
    row: (object: T, now: number, wide = false): readonly unknown[] =>
      kind.columns.filter((column) => wide || !column.wide).map((column) => column.cell(object, now)),
  };
}
