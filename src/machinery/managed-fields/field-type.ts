/**
 * What ownership of fields must know of a type: where it ends. Made once a type and compared by reference.
 *
 * Built-in kinds give it from their generated structure. A custom resource gives it from its structural schema:
 * `x-kubernetes-list-type` and `-list-map-keys` to `relation` and `keys`, `x-kubernetes-map-type: atomic` to `atomic`,
 * `properties` to `field`, `additionalProperties` to `of`, `x-kubernetes-preserve-unknown-fields` to `of: untyped`
 * (a map whose other keys are kept), `x-kubernetes-int-or-string` to an "any" scalar; `always` stays empty.
 */
export type FieldType = ScalarType | ListType | MapType | UntypedType;

export interface ScalarType {
  readonly kind: "scalar";
  readonly scalar: "string" | "numeric" | "boolean" | "any";
}

export interface ListType {
  readonly kind: "list";
  readonly relation: "atomic" | "set" | "map";
  /** Of a "map": what identifies an item. */
  readonly keys: readonly string[];
  readonly of: FieldType;
}

/** A struct, a map, or both. */
export interface MapType {
  readonly kind: "map";
  readonly atomic: boolean;
  field(name: string): FieldDef | undefined;
  /** Fields that Go always writes, be they set or not: they are there before anybody has set them. */
  readonly always: readonly FieldDef[];
  /** Of keys that are no field; undefined: there may be none. */
  readonly of: FieldType | undefined;
}

/** Whatever the value looks like: maps are maps of untyped values, lists are atomic (k8s: schemaconv's deduced type). */
export interface UntypedType {
  readonly kind: "untyped";
}

export interface FieldDef {
  readonly name: string;
  /** `f:name`. */
  readonly element: string;
  readonly type: FieldType;
  readonly always: boolean;
  readonly default?: unknown;
}

export type Plain = Readonly<Record<string, unknown>>;
export const isPlain = (value: unknown): value is Plain => typeof value === "object" && value !== null && !Array.isArray(value);

export const untyped: UntypedType = { kind: "untyped" };
const anyScalar: ScalarType = { kind: "scalar", scalar: "any" };
const anyList: ListType = { kind: "list", relation: "atomic", keys: [], of: untyped };
const anyMap: MapType = { kind: "map", atomic: false, field: () => undefined, always: [], of: untyped };

/** The type itself, or what an untyped value turns out to be. */
export function typeFor(type: FieldType, value: unknown): Exclude<FieldType, UntypedType> {
  if (type.kind !== "untyped") return type;
  return Array.isArray(value) ? anyList : isPlain(value) ? anyMap : anyScalar;
}

/** The type under a key of a map; undefined where the schema knows no such key. */
export function typeOfKey(type: MapType, key: string): FieldType | undefined {
  return type.field(key)?.type ?? type.of;
}
