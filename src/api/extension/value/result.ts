import { field, fieldErrorMessage, type FieldError } from "../../../machinery/index.ts";

/**
 * What checking a value against a schema found. `matches` counts the checks that were made, which is how the
 * alternative that came closest is chosen (k8s: kube-openapi/pkg/validation/validate Result.MatchCount).
 */
export class Result {
  readonly errors: FieldError[] = [];
  matches = 0;
  readonly #texts = new Set<string>();

  get valid(): boolean {
    return this.errors.length === 0;
  }

  /** The same words twice are said once. */
  add(error: FieldError): void {
    const text = fieldErrorMessage(error);
    if (this.#texts.has(text)) return;
    this.#texts.add(text);
    this.errors.push(error);
  }

  merge(other: Result | undefined): void {
    if (other === undefined) return;
    for (const error of other.errors) this.add(error);
    this.matches += other.matches;
  }
}

/** A failure of a group of schemas is about no field: Go's nil path prints so. */
export const NO_FIELD = "<nil>";

/** `spec.size in body should be ...`: the errors name a field without the leading dot, the words keep it. */
export const fieldName = (path: string): string => (path === "" ? NO_FIELD : path.replace(/^\./, ""));

export const wrong = (path: string, value: unknown, words: string): FieldError =>
  field.invalid(fieldName(path), value, `${path} in body ${words}`);
