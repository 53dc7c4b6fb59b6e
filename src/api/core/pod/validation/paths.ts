import { field } from "../../../../machinery/index.ts";
import type { Errors } from "../../../checks.ts";

/** Relative, and not upwards (k8s: validateLocalDescendingPath). */
export function checkLocalPath(errors: Errors, path: string, target: string): void {
  if (target.startsWith("/")) errors.push(field.invalid(path, target, "must be a relative path"));
  checkNoBacksteps(errors, path, target);
}

export const hasBacksteps = (target: string): boolean => target.split("/").includes("..");

export function checkNoBacksteps(errors: Errors, path: string, target: string): void {
  if (hasBacksteps(target)) errors.push(field.invalid(path, target, "must not contain '..'"));
}
