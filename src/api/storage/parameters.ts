import { field, isQualifiedName } from "../../machinery/index.ts";
import { invalidEach, type Errors, type Labels } from "../checks.ts";
import { utf8Length } from "../core/data.ts";

const MOST = 512;
const MAX_SIZE = 256 * 1024;

/** Of a class of storage or of attributes (k8s: apis/storage/validation validateParameters). */
export function checkParameters(errors: Errors, parameters: Labels | undefined): void {
  const entries = Object.entries(parameters ?? {});
  if (entries.length > MOST) return void errors.push(field.tooLong("parameters", "", MOST));
  for (const [key] of entries) if (key === "") errors.push(field.invalid("parameters", key, "field can not be empty."));
  const size = entries.reduce((sum, [key, value]) => sum + utf8Length(key) + utf8Length(value), 0);
  if (size > MAX_SIZE) errors.push(field.tooLong("parameters", "", MAX_SIZE));
}

/** k8s: validateProvisioner. */
export function checkProvisioner(errors: Errors, path: string, name: string): void {
  if (name === "") errors.push(field.required(path));
  else invalidEach(errors, path, name.toLowerCase(), isQualifiedName(name.toLowerCase()));
}
