import { field, type FieldError, getIn, goSprint, setIn } from "../../machinery/index.ts";
import type { CustomResourceSubresourceScale } from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import type { KubeObject } from "../meta.ts";

const MAX_INT32 = 2147483647;
const stepsOf = (path: string): readonly string[] => path.replace(/^\./, "").split(".");
const asNumber = (value: unknown): number => (typeof value === "number" ? value : 0);

/** Which fields the scale subresource reads and writes. `from`: as this version shows what is stored. */
export function scaleOf(mapping: CustomResourceSubresourceScale, from: (stored: KubeObject) => KubeObject): NonNullable<Kind["scale"]> {
  const replicas = stepsOf(mapping.specReplicasPath);
  const statusReplicas = stepsOf(mapping.statusReplicasPath);
  const selector = mapping.labelSelectorPath ? stepsOf(mapping.labelSelectorPath) : undefined;
  return {
    path: replicas,
    replicas: (object) => asNumber(getIn(from(object), replicas)),
    withReplicas: (object, wanted) => setIn(object, replicas, wanted),
    statusReplicas: (object) => asNumber(getIn(from(object), statusReplicas)),
    selector: (object) => (selector ? String(getIn(from(object), selector) ?? "") : ""),
    missing: (object) =>
      getIn(from(object), replicas) === undefined
        ? `the spec replicas field ${JSON.stringify(mapping.specReplicasPath)} does not exist`
        : undefined,
  };
}

/** k8s: registry/customresource/validator.go ValidateScaleSpec, ValidateScaleStatus. */
export function scaleProblems(
  mapping: CustomResourceSubresourceScale,
  object: KubeObject,
  parts: readonly ("spec" | "status")[],
): readonly FieldError[] {
  const errors: FieldError[] = [];
  for (const path of [parts.includes("spec") ? mapping.specReplicasPath : "", mapping.statusReplicasPath]) {
    if (path === "") continue;
    const value = getIn(object, stepsOf(path));
    if (value === undefined || value === null) continue;
    if (typeof value !== "number" || !Number.isInteger(value))
      errors.push(field.invalid(path, 0, `${path} accessor error: ${goSprint(value)} is of the type ${goTypeOf(value)}, expected int64`));
    else if (value < 0) errors.push(field.invalid(path, value, "should be a non-negative integer"));
    else if (value > MAX_INT32) errors.push(field.invalid(path, value, `should be less than or equal to ${MAX_INT32}`));
  }
  const { labelSelectorPath: path } = mapping;
  const selector = path ? getIn(object, stepsOf(path)) : undefined;
  if (path && selector !== undefined && typeof selector !== "string")
    errors.push(
      field.invalid(path, "", `${path} accessor error: ${goSprint(selector)} is of the type ${goTypeOf(selector)}, expected string`),
    );
  return errors;
}

function goTypeOf(value: unknown): string {
  if (Array.isArray(value)) return "[]interface {}";
  if (typeof value === "number") return Number.isInteger(value) ? "int64" : "float64";
  return typeof value === "boolean" ? "bool" : typeof value === "object" ? "map[string]interface {}" : "string";
}
