import { field, isQualifiedName, parseJsonPath, JsonPathError } from "../../machinery/index.ts";
import { invalidEach, type Errors } from "../checks.ts";
import { ageColumn } from "../columns.ts";
import { checkConditions } from "../conditions.ts";
import type { AuditAnnotation, ValidatingAdmissionPolicy, Validation } from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import { BOOL, ExpressionCompiler, TEXT, TEXT_OR_NULL } from "./expressions.ts";
import { checkPolicySpec, defaultPolicy, HOLDS_EXPRESSIONS, paramKindColumn } from "./policies.ts";
import { WARNS_OF_STATIC_NAMES } from "./static-suffix.ts";

const REASONS = ["Forbidden", "Invalid", "RequestEntityTooLarge"];
const MAX_ANNOTATIONS = 20;
const MAX_VALUE_EXPRESSION = 5 * 1024;
const EMPTY_STATUS = Object.freeze({});

/** k8s: validateValidatingAdmissionPolicySpec. */
function validate({ metadata, spec = {} }: ValidatingAdmissionPolicy): Errors {
  const errors: Errors = [];
  const compiler = new ExpressionCompiler();
  checkPolicySpec(errors, spec, compiler);
  const params = spec.paramKind !== undefined;
  const { validations = [], auditAnnotations = [] } = spec;
  if (validations.length === 0 && auditAnnotations.length === 0) {
    const missing = "validations or auditAnnotations must contain at least one item";
    errors.push(field.required("spec.validations", missing), field.required("spec.auditAnnotations", missing));
  }
  for (const [i, validation] of validations.entries()) checkValidation(errors, `spec.validations[${i}]`, validation, compiler, params);
  if (auditAnnotations.length > MAX_ANNOTATIONS)
    errors.push(field.invalid("spec.auditAnnotations", auditAnnotations, `must not have more than ${MAX_ANNOTATIONS} auditAnnotations`));
  const keys = new Set<string>();
  for (const [i, annotation] of auditAnnotations.entries()) {
    const path = `spec.auditAnnotations[${i}]`;
    checkAuditAnnotation(errors, path, annotation, { compiler, params, name: metadata?.name ?? "" });
    if (keys.has(annotation.key)) errors.push(field.duplicate(`${path}.key`, annotation.key));
    keys.add(annotation.key);
  }
  return errors;
}

/** k8s: validateValidation. */
function checkValidation(errors: Errors, path: string, given: Validation, compiler: ExpressionCompiler, params: boolean): void {
  const { expression, message = "", messageExpression = "", reason } = given;
  if (expression.trim() === "") errors.push(field.required(`${path}.expression`, "expression is not specified"));
  else {
    const compiled = compiler.compile(expression, BOOL, { params, authorizer: true });
    if ("error" in compiled) errors.push(field.invalid(`${path}.expression`, expression, compiled.error));
  }
  if (messageExpression !== "" && messageExpression.trim() === "")
    errors.push(field.invalid(`${path}.messageExpression`, messageExpression, "must be non-empty if specified"));
  else if (messageExpression !== "") {
    const compiled = compiler.compile(messageExpression, TEXT, { params, authorizer: false });
    if ("error" in compiled) errors.push(field.invalid(`${path}.messageExpression`, messageExpression, compiled.error));
  }
  if (message !== "" && message.trim() === "")
    errors.push(field.invalid(`${path}.message`, message, "message must be non-empty if specified"));
  else if (/[\n\r]/.test(message.trim())) errors.push(field.invalid(`${path}.message`, message, "message must not contain line breaks"));
  if (reason !== undefined && !REASONS.includes(reason)) errors.push(field.notSupported(`${path}.reason`, reason, REASONS));
}

/** k8s: validateAuditAnnotation. */
function checkAuditAnnotation(
  errors: Errors,
  path: string,
  { key, valueExpression }: AuditAnnotation,
  { compiler, params, name }: { readonly compiler: ExpressionCompiler; readonly params: boolean; readonly name: string },
): void {
  if (name === "") errors.push(field.invalid(`${path}.key`, key, "requires metadata.name be non-empty"));
  else invalidEach(errors, `${path}.key`, `${name}/${key}`, isQualifiedName(`${name}/${key}`));
  const trimmed = valueExpression.trim();
  const at = `${path}.valueExpression`;
  if (trimmed === "") errors.push(field.required(at, "valueExpression is not specified"));
  else if (trimmed.length > MAX_VALUE_EXPRESSION)
    errors.push(field.required(at, `must not exceed ${MAX_VALUE_EXPRESSION} bytes in length`));
  else {
    const compiled = compiler.compile(trimmed, TEXT_OR_NULL, { params, authorizer: true });
    if ("error" in compiled) errors.push(field.invalid(at, valueExpression, compiled.error));
  }
}

/** k8s: validateValidatingAdmissionPolicyStatus. */
function validateStatusUpdate({ status = {} }: ValidatingAdmissionPolicy): Errors {
  const errors: Errors = [];
  for (const [i, { warning, fieldRef }] of (status.typeChecking?.expressionWarnings ?? []).entries()) {
    const path = `status.typeChecking.expressionWarnings[${i}]`;
    if (!warning) errors.push(field.required(`${path}.warning`));
    if (!fieldRef.trim()) errors.push(field.required(`${path}.fieldRef`));
    else {
      const problem = jsonPathProblem(fieldRef.trim());
      if (problem !== undefined) errors.push(field.invalid(`${path}.fieldRef`, fieldRef.trim(), `invalid JSONPath: ${problem}`));
    }
  }
  checkConditions(errors, "status.conditions", status.conditions);
  return errors;
}

function jsonPathProblem(path: string): string | undefined {
  try {
    parseJsonPath(`{${path}}`);
    return undefined;
  } catch (error) {
    if (error instanceof JsonPathError) return error.message;
    throw error;
  }
}

export const validatingAdmissionPolicy: Kind<ValidatingAdmissionPolicy> = {
  ...HOLDS_EXPRESSIONS,
  ...WARNS_OF_STATIC_NAMES,
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "ValidatingAdmissionPolicy",
  plural: "validatingadmissionpolicies",
  singular: "validatingadmissionpolicy",
  categories: ["api-extensions"],
  namespaced: false,
  subresources: ["status"],
  generation: true,
  defaults: defaultPolicy,
  validate,
  validateStatusUpdate,
  prepareForCreate: (object) => ({ ...object, status: EMPTY_STATUS }),
  columns: [
    {
      name: "Validations",
      type: "integer",
      description: "How many validations it has.",
      cell: ({ spec }) => spec?.validations?.length ?? 0,
    },
    paramKindColumn,
    ageColumn,
  ],
};
