/** A refusal of one field (k8s: apimachinery/pkg/util/validation/field/errors.go). Expected refusals are values. */
export type FieldErrorType =
  | "FieldValueNotFound"
  | "FieldValueRequired"
  | "FieldValueDuplicate"
  | "FieldValueInvalid"
  | "FieldValueNotSupported"
  | "FieldValueForbidden"
  | "FieldValueTooLong"
  | "FieldValueTooMany"
  | "FieldValueTypeInvalid"
  | "InternalError";

export interface FieldError {
  readonly type: FieldErrorType;
  /** As `fieldPath` helpers build it: `spec.containers[0].name`. */
  readonly field: string;
  /** The bad value; `omitValue` prints none. */
  readonly value: unknown;
  /** Empty when there is nothing to add. */
  readonly detail: string;
  readonly origin?: string;
}

/** A value that is not printed. */
export const omitValue: unique symbol = Symbol("omitted value");

const WORDS: Readonly<Record<FieldErrorType, string>> = {
  FieldValueNotFound: "Not found",
  FieldValueRequired: "Required value",
  FieldValueDuplicate: "Duplicate value",
  FieldValueInvalid: "Invalid value",
  FieldValueNotSupported: "Unsupported value",
  FieldValueForbidden: "Forbidden",
  FieldValueTooLong: "Too long",
  FieldValueTooMany: "Too many",
  FieldValueTypeInvalid: "Invalid value",
  InternalError: "Internal error",
};

function fieldError(type: FieldErrorType, field: string, value: unknown, detail: string, origin?: string): FieldError {
  return origin === undefined ? { type, field, value, detail } : { type, field, value, detail, origin };
}

export const required = (field: string, detail = ""): FieldError => fieldError("FieldValueRequired", field, "", detail);
export const invalid = (field: string, value: unknown, detail: string, origin?: string): FieldError =>
  fieldError("FieldValueInvalid", field, value, detail, origin);
export const typeInvalid = (field: string, value: unknown, detail: string): FieldError =>
  fieldError("FieldValueTypeInvalid", field, value, detail);
export const forbidden = (field: string, detail: string): FieldError => fieldError("FieldValueForbidden", field, "", detail);
export const duplicate = (field: string, value: unknown): FieldError => fieldError("FieldValueDuplicate", field, value, "");
export const notFound = (field: string, value: unknown): FieldError => fieldError("FieldValueNotFound", field, value, "");
export const internal = (field: string, detail: string): FieldError => fieldError("InternalError", field, "", detail);

/** `supported` is listed in the order given: sort it where upstream does. */
export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const detail = supported.length === 0 ? "" : "supported values: " + supported.map(goQuote).join(", ");
  return fieldError("FieldValueNotSupported", field, value, detail);
}

/** `max` in bytes; negative: no number is named. */
export function tooLong(field: string, value: unknown, max: number): FieldError {
  const detail = max < 0 ? "value is too long" : `may not be more than ${max} ${max === 1 ? "byte" : "bytes"}`;
  return fieldError("FieldValueTooLong", field, value, detail);
}

/** `actual` items where `max` are allowed; negative numbers are not printed. */
export function tooMany(field: string, actual: number, max: number): FieldError {
  const detail = max < 0 ? "has too many items" : `must have at most ${max} ${max === 1 ? "item" : "items"}`;
  return fieldError("FieldValueTooMany", field, actual < 0 ? omitValue : actual, detail);
}

/** Everything but the field's name (k8s: field.Error.ErrorBody). */
export function fieldErrorText(e: FieldError): string {
  let text = WORDS[e.type];
  switch (e.type) {
    case "FieldValueRequired":
    case "FieldValueForbidden":
    case "FieldValueTooLong":
    case "InternalError":
      break;
    default:
      if (e.value !== omitValue) text += ": " + valueText(e.value);
  }
  return e.detail === "" ? text : `${text}: ${e.detail}`;
}

/** `spec.replicas: Invalid value: -1: must be ...` (k8s: field.Error.Error). */
export function fieldErrorMessage(e: FieldError): string {
  return `${e.field}: ${fieldErrorText(e)}`;
}

function valueText(value: unknown): string {
  if (typeof value === "string") return goQuote(value);
  if (value === undefined || value === null) return "null";
  return typeof value === "object" ? goJson(value) : String(value as number | boolean | bigint);
}

/** JSON as Go's encoder writes it: `<`, `>` and `&` escaped. */
export function goJson(value: unknown, indent?: number): string {
  return escapeHtml(JSON.stringify(value, null, indent) ?? "null");
}

function escapeHtml(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};
const UNPRINTABLE = /["\\]|[^\P{C}]|[\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

/** What needs no escape: most texts; the other pattern takes long to compile. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** A string as Go's `%q` prints it. */
export function goQuote(s: string): string {
  if (PLAIN.test(s)) return `"${s}"`;
  return `"${s.replace(UNPRINTABLE, (c) => SIMPLE_ESCAPES[c] ?? hexEscape(c))}"`;
}

function hexEscape(c: string): string {
  const code = c.codePointAt(0) ?? 0;
  if (code < 0x80) return "\\x" + code.toString(16).padStart(2, "0");
  if (code < 0x10000) return "\\u" + code.toString(16).padStart(4, "0");
  return "\\U" + code.toString(16).padStart(8, "0");
}

/** Builds the names of fields: `child("spec", "containers")`, `index(p, 0)`, `key("metadata.labels", "foo")`. */
export const fieldPath = {
  child: (parent: string, ...names: readonly string[]): string => (parent === "" ? names.join(".") : `${parent}.${names.join(".")}`),
  index: (parent: string, i: number): string => `${parent}[${i}]`,
  key: (parent: string, k: string): string => `${parent}[${k}]`,
} as const;
