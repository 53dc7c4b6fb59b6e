import * as t from "./types.ts";
import type { Type } from "./types.ts";

/** What of an OpenAPI schema declares a type (k8s: structural schemas). */
export interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly "x-kubernetes-int-or-string"?: boolean;
  readonly "x-kubernetes-embedded-resource"?: boolean;
  readonly "x-kubernetes-list-type"?: string;
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
}

/** The largest request: what has no bound of its own is bounded by it. */
const MAX_REQUEST = 3 * 1024 * 1024;

/** A type, and the size of its shortest JSON. */
interface Declared {
  readonly type: Type;
  readonly min: number;
}

/** The type that a schema declares, or undefined when expressions may not see it. `root`: of a whole object (k8s: cel/common SchemaDeclType). */
export const schemaType = (schema: Schema, root: boolean, name = "object"): Type | undefined => declared(schema, root, name)?.type;

/** How many values of a schema fit in the largest request (k8s: schema/cel compilation.go maxCardinality). */
export const schemaCardinality = (schema: Schema, root: boolean): number =>
  Math.trunc(MAX_REQUEST / ((declared(schema, root, "object")?.min ?? 1) + 1));

/** What upstream declares no size for has size 0, keys of maps and whole objects too: rules about them are cheap. */
const sizeless = (type: Type): Type => ({ ...type, max: 0 });

function declared(schema: Schema, root: boolean, name: string): Declared | undefined {
  if (schema["x-kubernetes-int-or-string"]) {
    const max = schema.maxLength === undefined ? MAX_REQUEST - 2 : schema.maxLength * 4;
    return { type: { ...t.DYN, max }, min: 1 };
  }
  const whole = root ? withMetadata(schema) : schema;
  switch (whole.type) {
    case "array":
      return list(whole, name);
    case "object":
      return typeof whole.additionalProperties === "object" ? map(whole, whole.additionalProperties, name) : object(whole, name);
    case "string":
      return text(whole);
    case "boolean":
      return { type: sizeless(t.BOOL), min: 4 };
    case "number":
      return { type: sizeless(t.DOUBLE), min: 1 };
    case "integer":
      return { type: sizeless(t.INT), min: 1 };
    default:
      return undefined;
  }
}

function list(schema: Schema, name: string): Declared | undefined {
  const { items, maxItems } = schema;
  const element = items && declared(items, items["x-kubernetes-embedded-resource"] === true, `${name}.@idx`);
  if (!element) return undefined;
  const kind = schema["x-kubernetes-list-type"];
  const keys = schema["x-kubernetes-list-map-keys"];
  const max = maxItems === undefined ? Math.trunc((MAX_REQUEST - 2) / (element.min + 1)) : Math.max(0, maxItems);
  const special =
    kind === "set" || kind === "map" ? { listType: kind, ...(keys ? { listMapKeys: keys.map((key) => escapeName(key) ?? key) } : {}) } : {};
  return { type: { ...t.listOf(element.type), max, ...special } as Type, min: 2 };
}

function map(schema: Schema, values: Schema, name: string): Declared | undefined {
  const value = declared(values, values["x-kubernetes-embedded-resource"] === true, `${name}.@elem`);
  if (!value) return undefined;
  const max = schema.maxProperties === undefined ? Math.trunc((MAX_REQUEST - 2) / (value.min + 6)) : Math.max(0, schema.maxProperties);
  return { type: { ...t.mapOf(sizeless(t.STRING), value.type), max }, min: 2 };
}

function object(schema: Schema, name: string): Declared {
  const fields = new Map<string, Type>();
  const keys = new Map<string, string>();
  let min = 2;
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    const escaped = escapeName(key);
    const field = declared(property, property["x-kubernetes-embedded-resource"] === true, `${name}.${escaped ?? key}`);
    if (field === undefined) continue;
    if (escaped !== undefined) fields.set(escaped, field.type);
    if (escaped !== undefined && escaped !== key) keys.set(escaped, key);
    if (schema.required?.includes(key) && property.default === undefined) min += key.length + field.min + 4;
  }
  const type: Type = {
    kind: "object",
    name,
    params: [],
    max: 0,
    field: (field) => fields.get(field),
    keyOf: (field) => keys.get(field) ?? field,
  };
  return { type, min };
}

const FORMATS: Readonly<Record<string, Declared>> = {
  duration: { type: { ...t.DURATION, max: 32 }, min: 3 },
  date: { type: { ...t.TIMESTAMP, max: 12, format: "date" }, min: 12 },
  "date-time": { type: { ...t.TIMESTAMP, max: 32 }, min: 21 },
};

function text({ format = "", maxLength, enum: values }: Schema): Declared {
  const known = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  if (known) return known;
  if (format === "byte") return { type: { ...t.BYTES, max: maxLength ?? MAX_REQUEST - 2 }, min: 2 };
  const longest = values?.length ? Math.max(...values.map((v) => (typeof v === "string" ? v.length : 0))) : MAX_REQUEST - 2;
  return { type: { ...t.STRING, max: maxLength === undefined ? longest : Math.max(0, maxLength) * 4 }, min: 2 };
}

/** What every object has, whatever its schema says. */
function withMetadata(schema: Schema): Schema {
  const string = { type: "string" };
  const metadata = { type: "object", properties: { name: string, generateName: string } };
  return { ...schema, type: "object", properties: { ...schema.properties, kind: string, apiVersion: string, metadata } };
}

const RESERVED = new Set(
  "true false null in as break const continue else for function if import let loop package namespace return var void while".split(" "),
);
const ESCAPES: Readonly<Record<string, string>> = { __: "__underscores__", ".": "__dot__", "-": "__dash__", "/": "__slash__" };

/** A property's name as an expression writes it, or undefined when it cannot (k8s: cel/escaping.go). */
export function escapeName(name: string): string | undefined {
  if (!/^[A-Za-z_./-][A-Za-z0-9_./-]*$/.test(name)) return undefined;
  if (RESERVED.has(name)) return `__${name}__`;
  return name.replace(/__|[-./]/g, (part) => ESCAPES[part] ?? part);
}
