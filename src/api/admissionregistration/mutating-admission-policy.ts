import { field } from "../../machinery/index.ts";
import type { Errors } from "../checks.ts";
import { ageColumn } from "../columns.ts";
import type { MutatingAdmissionPolicy, Mutation } from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import { ExpressionCompiler } from "./expressions.ts";
import { checkPolicySpec, defaultPolicy, HOLDS_EXPRESSIONS, paramKindColumn } from "./policies.ts";
import { WARNS_OF_STATIC_NAMES } from "./static-suffix.ts";

const REINVOCATION_POLICIES = ["IfNeeded", "Never"];
const PATCH_TYPES = ["ApplyConfiguration", "JSONPatch"];

/** Where a mutation of each type has its expression, and what that must give. */
const PATCHES = {
  ApplyConfiguration: { member: "applyConfiguration", other: "jsonPatch", gives: "Object" },
  JSONPatch: { member: "jsonPatch", other: "applyConfiguration", gives: "list(JSONPatch)" },
} as const;

/** The expression of a mutation and the type of what it gives; undefined where there is none. */
export function mutationExpression(mutation: Mutation): { readonly expression: string; readonly gives: string } | undefined {
  const patch = PATCHES[mutation.patchType as keyof typeof PATCHES] as (typeof PATCHES)[keyof typeof PATCHES] | undefined;
  const expression = patch && mutation[patch.member]?.expression;
  return patch && expression !== undefined ? { expression, gives: patch.gives } : undefined;
}

/** k8s: validateMutatingAdmissionPolicySpec. */
function validate({ spec = {} }: MutatingAdmissionPolicy): Errors {
  const errors: Errors = [];
  const compiler = new ExpressionCompiler();
  checkPolicySpec(errors, spec, compiler);
  if (!spec.mutations?.length) errors.push(field.required("spec.mutations", "mutations must contain at least one item"));
  for (const [i, mutation] of (spec.mutations ?? []).entries())
    checkMutation(errors, `spec.mutations[${i}]`, mutation, compiler, spec.paramKind !== undefined);
  if (!spec.reinvocationPolicy) errors.push(field.required("spec.reinvocationPolicy"));
  else if (!REINVOCATION_POLICIES.includes(spec.reinvocationPolicy))
    errors.push(field.notSupported("spec.reinvocationPolicy", spec.reinvocationPolicy, REINVOCATION_POLICIES));
  return errors;
}

/** k8s: validateMutation. */
function checkMutation(errors: Errors, path: string, mutation: Mutation, compiler: ExpressionCompiler, params: boolean): void {
  const { patchType } = mutation;
  if (!patchType) return void errors.push(field.required(`${path}.patchType`));
  if (!PATCH_TYPES.includes(patchType)) return void errors.push(field.notSupported(`${path}.patchType`, patchType, PATCH_TYPES));
  const { member, other, gives } = PATCHES[patchType as keyof typeof PATCHES];
  const expression = mutation[member]?.expression?.trim();
  if (mutation[member] === undefined) errors.push(field.required(`${path}.${member}`, `must be specified when patchType is ${patchType}`));
  else if (!expression) errors.push(field.required(`${path}.${member}.expression`));
  else {
    const compiled = compiler.compile(expression, [gives], { params, authorizer: true, patch: true });
    if ("error" in compiled) errors.push(field.invalid(`${path}.${member}.expression`, expression, compiled.error));
  }
  if (mutation[other] !== undefined)
    errors.push(field.invalid(`${path}.${other}`, `{${other}}`, `must not be specified when patchType is ${patchType}`));
}

export const mutatingAdmissionPolicy: Kind<MutatingAdmissionPolicy> = {
  ...HOLDS_EXPRESSIONS,
  ...WARNS_OF_STATIC_NAMES,
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "MutatingAdmissionPolicy",
  plural: "mutatingadmissionpolicies",
  singular: "mutatingadmissionpolicy",
  categories: ["api-extensions"],
  namespaced: false,
  generation: true,
  defaults: defaultPolicy,
  validate,
  columns: [
    { name: "Mutations", type: "integer", description: "How many mutations it has.", cell: ({ spec }) => spec?.mutations?.length ?? 0 },
    paramKindColumn,
    ageColumn,
  ],
};
