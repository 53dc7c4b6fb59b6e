import { field, isQualifiedName, regexMessage } from "../machinery/index.ts";
import { checkNonNegative, invalidEach, type Errors } from "./checks.ts";
import type { Condition } from "./generated/types.ts";

const STATUSES = ["False", "True", "Unknown"];
const BAD_REASON = regexMessage(
  "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'",
  "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?",
  "my_name",
  "MY_NAME",
  "MyName",
  "ReasonA,ReasonB",
  "ReasonA:ReasonB",
);

/** meta/v1 conditions of a status (k8s: meta/v1/validation ValidateConditions). */
export function checkConditions(errors: Errors, path: string, conditions: readonly Condition[] = []): void {
  const seen = new Set<string>();
  for (const [i, condition] of conditions.entries()) {
    const at = `${path}[${i}]`;
    const { type, status, reason = "", observedGeneration, lastTransitionTime, message = "" } = condition as Partial<Condition>;
    if (seen.has(type ?? "")) errors.push(field.duplicate(`${at}.type`, type));
    seen.add(type ?? "");
    invalidEach(errors, `${at}.type`, type, isQualifiedName(type ?? ""));
    if (!STATUSES.includes(status ?? "")) errors.push(field.notSupported(`${at}.status`, status ?? "", STATUSES));
    checkNonNegative(errors, `${at}.observedGeneration`, observedGeneration, "must be greater than or equal to zero");
    if (!lastTransitionTime) errors.push(field.required(`${at}.lastTransitionTime`));
    if (reason === "") errors.push(field.required(`${at}.reason`));
    else if (!/^[A-Za-z]/.test(reason) || !/^[A-Za-z0-9_,:]*[A-Za-z0-9_]$/.test(reason))
      errors.push(field.invalid(`${at}.reason`, reason, BAD_REASON));
    if (reason.length > 1024) errors.push(field.tooLong(`${at}.reason`, "", 1024));
    if (message.length > 32768) errors.push(field.tooLong(`${at}.message`, "", 32768));
  }
}
