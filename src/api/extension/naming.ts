import { deepEqual } from "../../machinery/index.ts";
import type { CustomResourceDefinition, CustomResourceDefinitionCondition, CustomResourceDefinitionNames } from "../generated/types.ts";

type Condition = Omit<CustomResourceDefinitionCondition, "lastTransitionTime">;

export interface Naming {
  readonly acceptedNames: CustomResourceDefinitionNames;
  readonly conditions: readonly Condition[];
}

/**
 * Which of the names that a definition asks for are its own, beside those that others of its group already have
 * (k8s: controller/status/naming_controller.go calculateNamesAndConditions). Undefined: there is nothing to decide.
 */
export function acceptNames(crd: CustomResourceDefinition, others: readonly CustomResourceDefinition[]): Naming | undefined {
  const wanted = crd.spec.names;
  const accepted: Partial<CustomResourceDefinitionNames> = crd.status?.acceptedNames ?? {};
  if (deepEqual(wanted, accepted)) return undefined;
  const taken = others.filter((o) => o.spec.group === crd.spec.group).map((o) => o.status?.acceptedNames);
  const resources = new Set(taken.flatMap((n) => (n ? [n.plural, n.singular, ...(n.shortNames ?? [])] : [])));
  const kinds = new Set(taken.flatMap((n) => (n ? [n.kind, n.listKind] : [])));
  let refusal: Condition | undefined;
  const inUse = (name: string | undefined, mine: string | undefined, used: ReadonlySet<string | undefined>): string | undefined =>
    name !== mine && name && used.has(name) ? `${JSON.stringify(name)} is already in use` : undefined;
  const choose = <K extends keyof CustomResourceDefinitionNames>(key: K, reason: string, problems: readonly (string | undefined)[]) => {
    const real = problems.filter((p) => p !== undefined);
    if (real.length === 0) return wanted[key];
    const message = real.length === 1 ? (real[0] as string) : `[${real.join(", ")}]`;
    refusal = { type: "NamesAccepted", status: "False", reason, message };
    return accepted[key];
  };
  const names = {
    plural: choose("plural", "PluralConflict", [inUse(wanted.plural, accepted.plural, resources)]) ?? "",
    singular: choose("singular", "SingularConflict", [inUse(wanted.singular, accepted.singular, resources)]),
    shortNames: choose(
      "shortNames",
      "ShortNamesConflict",
      (wanted.shortNames ?? []).map((name) => (accepted.shortNames?.includes(name) ? undefined : inUse(name, "", resources))),
    ),
    kind: choose("kind", "KindConflict", [inUse(wanted.kind, accepted.kind, kinds)]) ?? "",
    listKind: choose("listKind", "ListKindConflict", [inUse(wanted.listKind, accepted.listKind, kinds)]),
    categories: wanted.categories,
  };
  const acceptedNames = Object.fromEntries(
    Object.entries(names).filter(([, v]) => v !== undefined),
  ) as unknown as CustomResourceDefinitionNames;
  const accept: Condition = refusal ?? { type: "NamesAccepted", status: "True", reason: "NoConflicts", message: "no conflicts found" };
  const established = crd.status?.conditions?.find((c) => c.type === "Established");
  if (established?.status === "True") return { acceptedNames, conditions: [accept] };
  const installing: Condition =
    refusal === undefined
      ? { type: "Established", status: "False", reason: "Installing", message: "the initial names have been accepted" }
      : { type: "Established", status: "False", reason: "NotAccepted", message: "not all names are accepted" };
  return { acceptedNames, conditions: [accept, refusal !== undefined && established ? established : installing] };
}
