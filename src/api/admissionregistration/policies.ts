import { field, formatLabelSelector, isDNS1123Subdomain, loadCel } from "../../machinery/index.ts";
import { invalidEach, type Errors } from "../checks.ts";
import { ageColumn } from "../columns.ts";
import { at, fill } from "../defaulting.ts";
import type { MatchCondition, MatchResources, ParamKind, ParamRef, Variable } from "../generated/types.ts";
import type { Column } from "../kind.ts";
import type { ExpressionCompiler } from "./expressions.ts";
import {
  checkChoice,
  checkMatchConditions,
  checkMatchResources,
  checkParamKind,
  checkParamRef,
  defaultMatchResources,
  FAILURE_POLICIES,
} from "./match.ts";

/** What validating and mutating policies have in common. */
interface PolicySpec {
  readonly failurePolicy?: string;
  readonly matchConditions?: readonly MatchCondition[];
  readonly matchConstraints?: MatchResources;
  readonly paramKind?: ParamKind;
  readonly variables?: readonly Variable[];
}

interface BindingSpec {
  readonly matchResources?: MatchResources;
  readonly paramRef?: ParamRef;
  readonly policyName?: string;
}

const FAIL: PolicySpec = { failurePolicy: "Fail" };

export const defaultPolicy = <S extends PolicySpec, T extends { readonly spec?: S }>(policy: T): T =>
  at(
    policy,
    "spec",
    (spec) => at(fill(spec as S, FAIL as Partial<S>), "matchConstraints", defaultMatchResources) as NonNullable<T["spec"]>,
  );

export const defaultBinding = <S extends BindingSpec, T extends { readonly spec?: S }>(binding: T): T =>
  at(binding, "spec", (spec) => at(spec as S, "matchResources", defaultMatchResources) as NonNullable<T["spec"]>);

/** Kinds that hold expressions: validation compiles them. */
export const HOLDS_EXPRESSIONS = { code: loadCel };

const RESERVED = new Set(
  "true false null in as break const continue else for function if import let loop package namespace return var void while".split(" "),
);

/** k8s: validateValidatingAdmissionPolicySpec, validateMutatingAdmissionPolicySpec. Afterwards the compiler knows the variables. */
export function checkPolicySpec(errors: Errors, spec: PolicySpec, compiler: ExpressionCompiler): void {
  checkChoice(errors, "spec.failurePolicy", spec.failurePolicy, FAILURE_POLICIES);
  if (spec.paramKind) checkParamKind(errors, "spec.paramKind", spec.paramKind);
  const params = spec.paramKind !== undefined;
  if (spec.matchConstraints === undefined) errors.push(field.required("spec.matchConstraints"));
  else {
    checkMatchResources(errors, "spec.matchConstraints", spec.matchConstraints);
    if (!spec.matchConstraints.resourceRules?.length) errors.push(field.required("spec.matchConstraints.resourceRules"));
  }
  checkMatchConditions(errors, "spec.matchConditions", spec.matchConditions, params);
  for (const [i, { name, expression }] of (spec.variables ?? []).entries()) {
    const path = `spec.variables[${i}]`;
    if (name.trim() === "") errors.push(field.required(`${path}.name`, "name is not specified"));
    else if (!/^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name) || RESERVED.has(name))
      errors.push(field.invalid(`${path}.name`, name, "name is not a valid CEL identifier"));
    if (expression.trim() === "") errors.push(field.required(`${path}.expression`, "expression is not specified"));
    else {
      const compiled = compiler.variable(name, expression, { params, authorizer: true });
      if ("error" in compiled) errors.push(field.invalid(`${path}.expression`, expression, compiled.error));
    }
  }
}

/** k8s: validateValidatingAdmissionPolicyBindingSpec. */
export function checkBindingSpec(errors: Errors, { policyName = "", paramRef, matchResources }: BindingSpec): void {
  if (policyName === "") errors.push(field.required("spec.policyName"));
  else invalidEach(errors, "spec.policyName", policyName, isDNS1123Subdomain(policyName));
  checkParamRef(errors, "spec.paramRef", paramRef);
  // Upstream's path lacks a letter, too.
  checkMatchResources(errors, "spec.matchResouces", matchResources);
}

export const paramKindColumn: Column<{ readonly spec?: PolicySpec }> = {
  name: "ParamKind",
  description: "The kind of its parameters.",
  cell: ({ spec }) => (spec?.paramKind ? `${spec.paramKind.apiVersion}/${spec.paramKind.kind}` : "<unset>"),
};

/** Of bindings. */
export const bindingColumns: readonly Column<{
  readonly metadata?: { readonly creationTimestamp?: string };
  readonly spec?: BindingSpec;
}>[] = [
  { name: "PolicyName", description: "The policy that it binds.", cell: ({ spec }) => spec?.policyName ?? "" },
  { name: "ParamRef", description: "Which objects are the parameters.", cell: ({ spec }) => paramText(spec?.paramRef) },
  ageColumn as Column<{ readonly metadata?: { readonly creationTimestamp?: string }; readonly spec?: BindingSpec }>,
];

function paramText(ref: ParamRef | undefined): string {
  if (ref?.name) return `${ref.namespace || "*"}/${ref.name}`;
  return ref?.selector ? formatLabelSelector(ref.selector) : "<unset>";
}
