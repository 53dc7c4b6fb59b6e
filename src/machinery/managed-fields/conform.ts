import { goType, goSprint } from "../goprint.ts";
import { type FieldType, isPlain, type ListType, type MapType, type Plain, type ScalarType, typeFor, typeOfKey } from "./field-type.ts";
import { ElementError, elementOf, elementText } from "./path-element.ts";

/** What in a configuration is not of its type, in upstream's words (k8s: typed/validate.go); empty when all is. */
export function conformErrors(value: unknown, declared: FieldType, path = ""): readonly string[] {
  const type = typeFor(declared, value);
  const wrong = (text: string): readonly string[] => [path === "" ? text : `${path}: ${text}`];
  if (type.kind === "scalar") {
    const problem = value === null ? undefined : scalarProblem(type, value);
    return problem === undefined ? [] : wrong(problem);
  }
  if (value === null) return [];
  if (type.kind === "map") return isPlain(value) ? mapErrors(value, type, path) : wrong(`expected map, got ${goValue(value)}`);
  return Array.isArray(value) ? listErrors(value, type, path) : wrong(`expected list, got ${goValue(value)}`);
}

function mapErrors(value: Plain, type: MapType, path: string): readonly string[] {
  const errors: string[] = [];
  for (const key of Object.keys(value)) {
    const of = typeOfKey(type, key);
    // The first key that does not belong ends the look at its map.
    if (of === undefined) return [...errors, `${path}.${key}: field not declared in schema`];
    if (value[key] !== undefined) errors.push(...conformErrors(value[key], of, `${path}.${key}`));
  }
  return errors;
}

function listErrors(list: readonly unknown[], type: ListType, path: string): readonly string[] {
  const errors: string[] = [];
  const seen = new Set<string>();
  for (const [i, item] of list.entries()) {
    let at = `[${i}]`;
    if (type.relation !== "atomic") {
      try {
        const key = elementOf(type, item);
        at = elementText(key);
        if (seen.has(key)) errors.push(`${path}: duplicate entries for key ${at}`);
        seen.add(key);
      } catch (error) {
        if (!(error instanceof ElementError)) throw error;
        return [...errors, `${path}: element ${i}: ${error.message}`];
      }
    }
    errors.push(...conformErrors(item, type.of, `${path}${at}`));
  }
  return errors;
}

function scalarProblem({ scalar }: ScalarType, value: unknown): string | undefined {
  switch (scalar) {
    case "numeric":
      return typeof value === "number" ? undefined : `expected numeric (int or float), got ${goType(value)}`;
    case "string":
      return typeof value === "string" ? undefined : `expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`;
    case "boolean":
      return typeof value === "boolean" ? undefined : `expected boolean, got ${goValue(value)}`;
    default:
      return typeof value === "object" ? `expected any scalar, got ${goValue(value)}` : undefined;
  }
}

/** How Go prints the wrapper that structured-merge-diff has around a value: %v, and %#v. */
const goValue = (value: unknown): string => `&{${goSprint(value)}}`;
function goSyntax(value: unknown): string {
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(", ")}}`;
  if (!isPlain(value)) return JSON.stringify(value);
  const pairs = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${goSyntax(value[key])}`);
  return `map[string]interface {}{${pairs.join(", ")}}`;
}

/** One error as it is, several as a list. */
export function conformMessage(errors: readonly string[]): string {
  return errors.length === 1 ? (errors[0] as string) : ["errors:", ...errors.map((text) => `  ${text}`)].join("\n");
}
