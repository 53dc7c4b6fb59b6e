import { canonicalQuantity, goQuote, quantityProblem } from "../machinery/index.ts";
import { parseTime, rfc3339, rfc3339Micro } from "../sim/index.ts";
import { structureOf, type FieldStructure, type Scalar, type Shape } from "./structure.ts";

export interface StructureErrors<T> {
  /** What Go's JSON decoder would say; the first is what a server answers with. */
  readonly typeErrors: readonly string[];
  /** `unknown field "spec.replica"`, in the order upstream lists them. */
  readonly unknown: readonly string[];
  /** Without unknown fields and nulls, quantities and times in canonical form; shares with `object` what is as it was. */
  readonly pruned: T;
}

/**
 * Walks the object along its type's structure, and fills in the zero values that Go writes for required scalars that
 * are absent. `typeName` is an OpenAPI name: `io.k8s.api.core.v1.Pod`; `path` is where the object is in a larger one.
 */
export function structureErrorsOf<T>(typeName: string, object: T, path = ""): StructureErrors<T> {
  const walk: Walk = { typeErrors: [], unknown: [] };
  const pruned = struct(walk, typeName, object, path, { plain: "", struct: "" }) as T;
  return { ...walk, pruned };
}

interface Walk {
  readonly typeErrors: string[];
  readonly unknown: string[];
}

/** Where Go's decoder is: it names the innermost struct and a path without indexes. */
interface GoPlace {
  readonly plain: string;
  readonly struct: string;
}

type Plain = Readonly<Record<string, unknown>>;
const isPlain = (value: unknown): value is Plain => typeof value === "object" && value !== null && !Array.isArray(value);
const lastPart = (name: string): string => name.slice(name.lastIndexOf(".") + 1);

function struct(walk: Walk, name: string, value: unknown, path: string, place: GoPlace): unknown {
  if (!isPlain(value)) return mismatch(walk, value, goType({ kind: "ref", name }), place);
  const type = structureOf(name);
  let copy: Record<string, unknown> | undefined;
  for (const key in value) {
    const field = type.fields.get(key);
    const before = value[key];
    let after: unknown;
    if (field === undefined) walk.unknown.push(`unknown field ${goQuote(join(path, key))}`);
    else if (before !== null && before !== undefined)
      after = fieldValue(walk, field, before, join(path, key), {
        plain: join(place.plain, field.embedded === undefined ? key : `${field.embedded}.${key}`),
        struct: lastPart(name),
      });
    if (after === before) continue;
    copy ??= { ...value };
    if (after === undefined) delete copy[key];
    else copy[key] = after;
  }
  for (const field of type.requiredScalars) {
    if ((copy ?? value)[field.name] !== undefined) continue;
    copy ??= { ...value };
    copy[field.name] = zeroOf(field.shape);
  }
  for (const field of type.requiredStructs) {
    if ((copy ?? value)[field.name] !== undefined) continue;
    copy ??= { ...value };
    copy[field.name] = zeroStruct(field.type);
  }
  return copy ?? value;
}

const zeroStructs = new Map<string, object>();

/** What Go writes for a struct that nobody filled in; shared, as objects are. */
function zeroStruct(name: string): object {
  let zero = zeroStructs.get(name);
  if (zero === undefined) {
    zero = Object.freeze(struct({ typeErrors: [], unknown: [] }, name, {}, "", { plain: "", struct: "" }) as object);
    zeroStructs.set(name, zero);
  }
  return zero;
}

/** Numbers of statuses that are no pointers in Go: 0 is not written. What OpenAPI says of them says nothing of that. */
const COUNTS: Readonly<Record<string, readonly string[]>> = {
  DaemonSetStatus: ["observedGeneration", "updatedNumberScheduled", "numberAvailable", "numberUnavailable"],
  DeploymentStatus: ["observedGeneration", "replicas", "updatedReplicas", "readyReplicas", "availableReplicas", "unavailableReplicas"],
  JobStatus: ["active", "succeeded", "failed"],
  ReplicaSetStatus: ["observedGeneration", "fullyLabeledReplicas", "readyReplicas", "availableReplicas"],
  ReplicationControllerStatus: ["observedGeneration", "fullyLabeledReplicas", "readyReplicas", "availableReplicas"],
  StatefulSetStatus: ["observedGeneration", "readyReplicas", "currentReplicas", "updatedReplicas"],
};

/** Go leaves out lists and maps that are empty, unless they must be there (omitempty). */
function fieldValue(walk: Walk, field: FieldStructure, value: unknown, path: string, place: GoPlace): unknown {
  const after = shaped(walk, field.shape, value, path, place);
  if (after === 0 && COUNTS[place.struct]?.includes(field.name)) return undefined;
  if (field.required || after === undefined) return after;
  if (field.shape.kind === "list") return (after as readonly unknown[]).length === 0 ? undefined : after;
  if (field.shape.kind === "map") return Object.keys(after as object).length === 0 ? undefined : after;
  return after;
}

function shaped(walk: Walk, shape: Shape, value: unknown, path: string, place: GoPlace): unknown {
  switch (shape.kind) {
    case "ref":
      return struct(walk, shape.name, value, path, place);
    case "scalar":
      return scalar(walk, shape.scalar, value, place);
    case "list": {
      if (!Array.isArray(value)) return mismatch(walk, value, goType(shape), place);
      let copy: unknown[] | undefined;
      for (let i = 0; i < value.length; i++) {
        const before: unknown = value[i];
        const after = shaped(walk, shape.of, before === null ? zeroOf(shape.of) : before, `${path}[${i}]`, place);
        if (after === before) continue;
        copy ??= [...(value as unknown[])];
        copy[i] = after;
      }
      return copy ?? value;
    }
    case "map": {
      if (!isPlain(value)) return mismatch(walk, value, goType(shape), place);
      let copy: Record<string, unknown> | undefined;
      for (const key in value) {
        const before = value[key];
        const after = shaped(walk, shape.of, before === null ? zeroOf(shape.of) : before, `${path}[${key}]`, place);
        if (after === before) continue;
        copy ??= { ...value };
        copy[key] = after;
      }
      return copy ?? value;
    }
  }
}

function scalar(walk: Walk, type: Scalar, value: unknown, place: GoPlace): unknown {
  switch (type) {
    case "string":
      return typeof value === "string" ? value : mismatch(walk, value, "string", place);
    case "boolean":
      return typeof value === "boolean" ? value : mismatch(walk, value, "bool", place);
    case "int32":
    case "int64":
      return integer(walk, value, type, place);
    case "double":
      return typeof value === "number" ? value : mismatch(walk, value, "float64", place);
    case "bytes":
      return bytes(walk, value, place);
    case "time":
    case "microtime":
      return time(walk, value, type);
    case "intOrString":
      return typeof value === "string" ? value : integer(walk, value, "int32", undefined);
    case "numberOrString":
      return typeof value === "string" || typeof value === "number" ? value : mismatch(walk, value, "float64", place);
    case "quantity":
      return quantity(walk, value);
    case "object":
    case "any":
      return value;
  }
}

function integer(walk: Walk, value: unknown, type: "int32" | "int64", place: GoPlace | undefined): unknown {
  if (typeof value !== "number") return mismatch(walk, value, type, place);
  const fits = Number.isInteger(value) && (type === "int64" || (value >= -2147483648 && value <= 2147483647));
  return fits ? value : mismatch(walk, value, type, place, `number ${value}`);
}

function bytes(walk: Walk, value: unknown, place: GoPlace): unknown {
  if (typeof value !== "string") return mismatch(walk, value, "[]uint8", place);
  const text = value.replace(/[\r\n]/g, "");
  const bad = /[^A-Za-z0-9+/]/.exec(text.replace(/={0,2}$/, ""));
  const at = bad !== null ? bad.index : text.length % 4 === 0 ? -1 : text.length - (text.length % 4);
  if (at < 0) return value;
  walk.typeErrors.push(`illegal base64 data at input byte ${at}`);
  return undefined;
}

function time(walk: Walk, value: unknown, type: "time" | "microtime"): unknown {
  if (typeof value !== "string") return mismatch(walk, value, "string", undefined);
  if (value === "") return undefined;
  const ms = parseTime(value);
  if (Number.isNaN(ms) || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(value)) {
    const layout = type === "time" ? "2006-01-02T15:04:05Z07:00" : "2006-01-02T15:04:05.000000Z07:00";
    walk.typeErrors.push(`parsing time ${goQuote(value)} as "${layout}": cannot parse ${goQuote(value)} as "2006"`);
    return undefined;
  }
  if (type === "time") return value.length === 20 && value.endsWith("Z") ? value : rfc3339(ms);
  return value.length === 27 && value.endsWith("Z") ? value : rfc3339Micro(ms);
}

function quantity(walk: Walk, value: unknown): unknown {
  const readable = typeof value === "string" || typeof value === "number" ? value : JSON.stringify(value);
  const problem = quantityProblem(readable);
  if (problem === null) return canonicalQuantity(readable);
  walk.typeErrors.push(problem);
  return undefined;
}

/** json.UnmarshalTypeError's text. Without a place the value was decoded on its own by an Unmarshaler. */
function mismatch(walk: Walk, value: unknown, type: string, place: GoPlace | undefined, what = jsonType(value)): undefined {
  const into =
    place === undefined || place.struct === ""
      ? `Go value of type ${type}`
      : `Go struct field ${place.struct}.${place.plain} of type ${type}`;
  walk.typeErrors.push(`json: cannot unmarshal ${what} into ${into}`);
  return undefined;
}

function jsonType(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}

const GO_SCALARS: Readonly<Record<Scalar, string>> = {
  string: "string",
  bytes: "[]uint8",
  int32: "int32",
  int64: "int64",
  double: "float64",
  boolean: "bool",
  time: "v1.Time",
  microtime: "v1.MicroTime",
  intOrString: "intstr.IntOrString",
  numberOrString: "float64",
  quantity: "resource.Quantity",
  any: "interface {}",
  object: "runtime.RawExtension",
};

function goType(shape: Shape): string {
  switch (shape.kind) {
    case "scalar":
      return GO_SCALARS[shape.scalar];
    case "ref":
      return shape.name.split(".").slice(-2).join(".");
    case "list":
      return `[]${goType(shape.of)}`;
    case "map":
      return shape.of.kind === "scalar" && shape.of.scalar === "quantity" ? "v1.ResourceList" : `map[string]${goType(shape.of)}`;
  }
}

function zeroOf(shape: Shape): unknown {
  if (shape.kind === "ref" || shape.kind === "map") return {};
  if (shape.kind === "list") return [];
  if (shape.scalar === "boolean") return false;
  if (shape.scalar === "quantity") return "0";
  return ["int32", "int64", "double", "intOrString"].includes(shape.scalar) ? 0 : "";
}

const join = (path: string, key: string): string => (path === "" ? key : `${path}.${key}`);
