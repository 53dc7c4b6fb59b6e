import { apiVersionOf, fieldTypeOf, hasStructure, type Kind, type KubeObject, structureErrors, typeNameOf } from "../../../api/index.ts";
import {
  applyJsonPatch,
  type Cel,
  type CelMap,
  type CelValue,
  conformErrors,
  conformMessage,
  type FieldType,
  type JsonPatchOperation,
  mergeTyped,
  PatchError,
  typeFor,
} from "../../../machinery/index.ts";

import { shownKind } from "./request.ts";

/** A mutation that cannot be made; the policy's failurePolicy says what then. */
export class MutationError extends Error {}

/** An object as its kind would decode and default it (k8s: dispatchOne). */
export function decoded(kind: Kind, patched: unknown, subresource: string): KubeObject {
  // A binding, an eviction, a scale.
  if (shownKind(kind, subresource).kind !== kind.kind) return patched as KubeObject;
  const { typeErrors, pruned } = structureErrors(kind, patched as KubeObject);
  if (typeErrors.length > 0) throw new MutationError(typeErrors[0]);
  const whole = { ...pruned, apiVersion: apiVersionOf(kind), kind: kind.kind };
  return kind.defaults?.(whole) ?? whole;
}

type TypedKind = Pick<Kind, "group" | "version" | "kind" | "fieldType">;

/** What `Object{...}` says, merged into the object (k8s: policy/mutating/patch smd.go). */
export function applyConfiguration(cel: Cel, kind: TypedKind, object: KubeObject, value: CelValue): unknown {
  checkNames(value);
  const applied = { ...(cel.toJson(value) as object), apiVersion: object.apiVersion, kind: object.kind };
  if (!kind.fieldType && !hasStructure(typeNameOf(kind))) throw new MutationError(`error applying patch: no type of ${kind.kind}`);
  const type = fieldTypeOf(kind);
  const wrong = conformErrors(applied, type);
  if (wrong.length > 0)
    throw new MutationError(`error applying patch: failed to convert patch object to typed object: ${conformMessage(wrong)}`);
  const atomics = atomicsIn(applied, type);
  if (atomics.length > 0)
    throw new MutationError(
      `error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: ${atomics.join(", ")}`,
    );
  return mergeTyped(object, applied, type);
}

/** Paths of what an apply configuration may not hold: it would take away whatever it does not name (k8s: policy/mutating/patch findAtomics). */
function atomicsIn(value: unknown, declared: FieldType, path = ""): readonly string[] {
  const type = typeFor(declared, value);
  if (type.kind === "list" && Array.isArray(value))
    return [...(type.relation === "atomic" ? [path] : []), ...value.flatMap((item, i) => atomicsIn(item, type.of, `${path}[${i}]`))];
  if (type.kind !== "map" || !isMap(value)) return [];
  const inner = Object.entries(value).flatMap(([name, one]) => {
    const of = type.field(name)?.type;
    return of ? atomicsIn(one, of, `${path}.${name}`) : [];
  });
  return [...(type.atomic ? [path] : []), ...inner];
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

const isMap = (value: unknown): value is object => typeof value === "object" && value !== null && !Array.isArray(value);
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
