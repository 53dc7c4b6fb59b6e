import { field } from "../../machinery/index.ts";
import type { Errors } from "../checks.ts";

/** Whether the platform's time zone database has it. Names are spelled exactly, as files of Go's database are. */
function isKnown(name: string): boolean {
  if (name === "UTC") return true;
  if (name.split("/").some((part) => !/^[A-Z]/.test(part))) return false;
  try {
    const found = new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
    return found === name || found.toLowerCase() !== name.toLowerCase();
  } catch {
    return false;
  }
}

/** k8s: apis/batch/validation validateTimeZone. */
export function checkTimeZone(errors: Errors, path: string, name: string | undefined): void {
  if (name === undefined) return;
  const problem = problemOf(name);
  if (problem !== undefined) errors.push(field.invalid(path, name, problem));
  if (name.toLowerCase() === "local")
    errors.push(field.invalid(path, name, "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"));
}

function problemOf(name: string): string | undefined {
  if (name === "") return "timeZone must be nil or non-empty string";
  if (name.toLowerCase() === "local") return name === "Local" ? undefined : `unknown time zone ${name}`;
  return isKnown(name) ? undefined : `unknown time zone ${name}`;
}
