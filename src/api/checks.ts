import {
  deepEqual,
  field,
  isDNS1123Label,
  isDNS1123Subdomain,
  isQualifiedName,
  isValidLabelValue,
  regexMessage,
  type FieldError,
} from "../machinery/index.ts";

/** Where checks put what they find. */
export type Errors = FieldError[];

export type Labels = Readonly<Record<string, string>>;

/** One `Invalid value` for each thing that is wrong. */
export function invalidEach(errors: Errors, path: string, value: unknown, problems: readonly string[]): void {
  for (const problem of problems) errors.push(field.invalid(path, value, problem));
}

export const checkLabel = (errors: Errors, path: string, value: string): void => invalidEach(errors, path, value, isDNS1123Label(value));
export const checkSubdomain = (errors: Errors, path: string, value: string): void =>
  invalidEach(errors, path, value, isDNS1123Subdomain(value));

export function checkNonNegative(
  errors: Errors,
  path: string,
  value: number | undefined,
  why = "must be greater than or equal to 0",
): void {
  if (value !== undefined && value < 0) errors.push(field.invalid(path, value, why));
}

/** Required, or one of `supported`; listed sorted unless the order is given as it is. */
export function checkOneOf(errors: Errors, path: string, value: string | undefined, supported: readonly string[]): void {
  if (!value) errors.push(field.required(path));
  else if (!supported.includes(value)) errors.push(field.notSupported(path, value, supported));
}

/** k8s: apivalidation.ValidateImmutableField. */
export function checkImmutable(errors: Errors, path: string, value: unknown, old: unknown): void {
  if (!deepEqual(value, old)) errors.push(field.invalid(path, value, "field is immutable"));
}

/** k8s: unversionedvalidation.ValidateLabels. */
export function checkLabels(errors: Errors, path: string, labels: Labels | undefined): void {
  for (const key in labels) {
    invalidEach(errors, path, key, isQualifiedName(key));
    const value = labels[key] ?? "";
    invalidEach(errors, path, value, isValidLabelValue(value));
  }
}

/** k8s: ValidateAnnotations. */
export function checkAnnotations(errors: Errors, path: string, annotations: Labels | undefined): void {
  let size = 0;
  for (const key in annotations) {
    invalidEach(errors, path, key, isQualifiedName(key.toLowerCase()));
    size += key.length + (annotations[key]?.length ?? 0);
  }
  if (size > 262144) errors.push(field.tooLong(path, "", 262144));
}

interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[];
}

/** k8s: unversionedvalidation.ValidateLabelSelector. */
export function checkSelector(errors: Errors, path: string, selector: Selector | undefined): void {
  if (selector === undefined) return;
  checkLabels(errors, `${path}.matchLabels`, selector.matchLabels);
  for (const [i, expression] of (selector.matchExpressions ?? []).entries()) {
    const at = `${path}.matchExpressions[${i}]`;
    const { key, operator, values = [] } = expression;
    if (operator === "In" || operator === "NotIn") {
      if (values.length === 0) errors.push(field.required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
    } else if (operator === "Exists" || operator === "DoesNotExist") {
      if (values.length > 0)
        errors.push(field.forbidden(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
    } else errors.push(field.invalid(`${at}.operator`, operator, "not a valid selector operator"));
    invalidEach(errors, `${at}.key`, key, isQualifiedName(key));
    for (const [j, value] of values.entries()) invalidEach(errors, `${at}.values[${j}]`, value, isValidLabelValue(value));
  }
}

/** `acme.io/foo` (k8s: util/validation IsDomainPrefixedPath). */
export function checkDomainPrefixedPath(errors: Errors, path: string, value: string): void {
  if (value === "") return void errors.push(field.required(path));
  const slash = value.indexOf("/");
  if (slash <= 0 || slash === value.length - 1)
    return void errors.push(field.invalid(path, value, 'must be a domain-prefixed path (such as "acme.io/foo")'));
  const host = value.slice(0, slash);
  invalidEach(errors, path, host, isDNS1123Subdomain(host));
  const rest = value.slice(slash + 1);
  if (!/^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/.test(rest))
    errors.push(field.invalid(path, rest, regexMessage("Invalid path", "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+")));
}
