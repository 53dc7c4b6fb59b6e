import { apiVersionOf, type Kind, type KubeObject, structureErrors } from "../../../api/index.ts";
import { applyJsonPatch, type Cel, type CelMap, type CelValue, type JsonPatchOperation, PatchError } from "../../../machinery/index.ts";
import { atomicsIn, merge, MergeError, rootOf } from "./merge.ts";

/** A mutation that cannot be made; the policy's failurePolicy says what then. */
export class MutationError extends Error {}

/** An object as its kind would decode and default it (k8s: dispatchOne). */
export function decoded(kind: Kind, patched: unknown, subresource: string): KubeObject {
  // A binding, an eviction: not of the resource's kind.
  if (subresource !== "" && subresource !== "status") return patched as KubeObject;
  const { typeErrors, pruned } = structureErrors(kind, patched as KubeObject);
  if (typeErrors.length > 0) throw new MutationError(typeErrors[0]);
  const whole = { ...pruned, apiVersion: apiVersionOf(kind), kind: kind.kind };
  return kind.defaults?.(whole) ?? whole;
}

/** What `Object{...}` says, merged into the object (k8s: policy/mutating/patch smd.go). */
export function applyConfiguration(cel: Cel, kind: Kind, object: KubeObject, value: CelValue): unknown {
  checkNames(value);
  const applied = { ...(cel.toJson(value) as object), apiVersion: object.apiVersion, kind: object.kind };
  const root = rootOf(kind);
  const atomics = atomicsIn(applied, root);
  if (atomics.length > 0)
    throw new MutationError(
      `error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: ${atomics.join(", ")}`,
    );
  try {
    return merge(object, applied, root);
  } catch (error) {
    if (error instanceof MergeError) throw new MutationError(`error applying patch: ${error.message}`);
    throw error;
  }
}

/** Applies a list of `JSONPatch{...}`; a test that fails leaves the object as it is (k8s: policy/mutating/patch json_patch.go). */
export function applyOperations(cel: Cel, object: KubeObject, value: CelValue): unknown {
  const operations = value instanceof cel.ListValue ? value.values().map((operation) => operationOf(cel, operation as CelMap)) : [];
  try {
    return applyJsonPatch(object, operations);
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    if (error.message.endsWith("test failed")) return object;
    throw new MutationError(`JSON Patch: ${error.message}`);
  }
}

function operationOf(cel: Cel, operation: CelMap): JsonPatchOperation {
  const value = operation.get("value");
  if (value !== undefined) checkNames(value, "");
  const text = (name: string): string => (operation.get(name) as string | undefined) ?? "";
  return {
    op: text("op"),
    path: text("path"),
    ...(text("from") === "" ? {} : { from: text("from") }),
    ...(value === undefined ? {} : { value: cel.toJson(value) }),
  };
}

const isObject = (value: unknown): value is CelMap => typeof value === "object" && value !== null && "isMap" in value;

/** Types must be named by the path of fields that leads to them: `Object.spec{...}` is of `spec` (k8s: CheckTypeNamesMatchFieldPathNames). */
function checkNames(value: CelValue, expected = "Object"): void {
  const problems = namingProblems(value, expected);
  if (problems.length > 0) throw new MutationError(`type mismatch: ${problems.join("\n")}`);
}

function namingProblems(value: CelValue | undefined, wanted: string): readonly string[] {
  if (Array.isArray((value as { items?: unknown } | null)?.items))
    return (value as { values(): readonly CelValue[] }).values().flatMap((item) => namingProblems(item, wanted));
  if (!isObject(value)) return [];
  const named = value.typeName === "Object" || value.typeName.startsWith("Object.");
  // A patch's value may begin anywhere.
  const expected = wanted === "" && named ? value.typeName : wanted;
  const wrong = named && value.typeName !== expected;
  const inner = value.keys().flatMap((key) => namingProblems(value.get(key), named ? `${expected}.${String(key)}` : expected));
  const words = `unexpected type name ${JSON.stringify(value.typeName)}, expected ${JSON.stringify(expected)}, which matches field name path from root Object type`;
  return [...(wrong ? [words] : []), ...inner];
}
