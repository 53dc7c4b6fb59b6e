import { structureText } from "./generated/structure.ts";

/**
 * The structure of every type that a served kind reaches, decoded from the generated text when first asked. The text
 * has one line a type: its name, `%` when the whole is atomic, then `field:type` with marks. Types are a letter (see
 * SCALARS), `#n` for the type in line n (base 36), `[` a list of, `{` a map of. Marks: `!` required, `@` what Go
 * always writes, `*` atomic list, `+` set, `=a,b` list with these map keys, `%` atomic map, `^key` merge key (and
 * strategy merge), `&strategy`, `|a,b` enum with ␣ for a blank, `~Struct` embedded by that Go struct, `?json` default.
 */
export type Scalar =
  | "string"
  | "bytes"
  | "int32"
  | "int64"
  | "double"
  | "boolean"
  | "time"
  | "microtime"
  | "intOrString"
  | "numberOrString"
  | "quantity"
  | "any"
  | "object";

export type Shape =
  | { readonly kind: "scalar"; readonly scalar: Scalar }
  | { readonly kind: "ref"; readonly name: string }
  | { readonly kind: "list"; readonly of: Shape }
  | { readonly kind: "map"; readonly of: Shape };

export interface FieldStructure {
  readonly name: string;
  readonly shape: Shape;
  readonly required: boolean;
  /** No pointer in Go and no omitempty: it is there, if empty, when nobody has set it. */
  readonly alwaysThere?: true;
  readonly listType?: "atomic" | "set" | "map";
  readonly listMapKeys?: readonly string[];
  readonly mapType?: "atomic";
  /** "merge", "retainKeys", "merge,retainKeys". */
  readonly patchStrategy?: string;
  readonly patchMergeKey?: string;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  /** The Go structs that embed it in its type, outermost first: Go's decoder names them. */
  readonly embedded?: string;
}

export interface TypeStructure {
  /** `io.k8s.api.core.v1.Pod`. */
  readonly name: string;
  readonly fields: ReadonlyMap<string, FieldStructure>;
  /** Of those, what is always there: Go writes "" or 0 when nobody said anything. */
  readonly requiredScalars: readonly FieldStructure[];
  /** And which structs: in Go they are values, whose zero is written. */
  readonly requiredStructs: readonly { readonly name: string; readonly type: string }[];
  readonly mapType?: "atomic";
}

const SCALARS: Readonly<Record<string, Scalar>> = {
  s: "string",
  B: "bytes",
  i: "int32",
  l: "int64",
  d: "double",
  b: "boolean",
  t: "time",
  m: "microtime",
  x: "intOrString",
  n: "numberOrString",
  q: "quantity",
  a: "any",
  o: "object",
};

const lines = structureText.split("\n");
const nameOf = (line: string): string => /^[^ %]+/.exec(line)?.[0] ?? "";
const numbers = new Map(lines.map((line, i) => [nameOf(line), i]));
const decoded = new Map<string, TypeStructure>();

/** Throws for a name that no served kind reaches. */
export function structureOf(name: string): TypeStructure {
  const known = decoded.get(name);
  if (known !== undefined) return known;
  const line = lines[numbers.get(name) ?? -1];
  if (line === undefined) throw new Error(`no structure of ${name}`);
  const type = decodeLine(name, line);
  decoded.set(name, type);
  return type;
}

/** Whether a served kind reaches it. */
export const hasStructure = (name: string): boolean => numbers.has(name);

/** Names of all types, sorted. */
export const structureNames = (): readonly string[] => [...numbers.keys()];

function decodeLine(name: string, line: string): TypeStructure {
  const [head = "", ...fields] = line.split(" ");
  const rows = fields.map((text) => decodeField(text));
  return {
    name,
    fields: new Map(rows.map((f) => [f.name, f])),
    requiredScalars: rows.filter(isRequiredScalar),
    requiredStructs: rows.flatMap(({ name: field, shape, required }) =>
      required && shape.kind === "ref" && !POINTERS.includes(field) ? [{ name: field, type: shape.name }] : [],
    ),
    ...(head.endsWith("%") ? { mapType: "atomic" as const } : {}),
  };
}

/** Required, but pointers in Go: label selectors, an address's parent, ScaleIO's secret. */
const POINTERS = ["selector", "parentRef", "secretRef"];
const ZEROED: readonly Scalar[] = ["string", "int32", "int64", "double", "boolean"];
const isRequiredScalar = ({ required, shape }: FieldStructure): boolean =>
  required && shape.kind === "scalar" && ZEROED.includes(shape.scalar);

function decodeField(text: string): FieldStructure {
  const colon = text.indexOf(":");
  const end = /^[[{]*(?:#[0-9a-z]+|[a-zB])/.exec(text.slice(colon + 1))?.[0] ?? "";
  const marks = text.slice(colon + 1 + end.length);
  const mark = (sign: RegExp): string | undefined => sign.exec(marks)?.[1];
  const keys = mark(/=([\w,]+)/);
  const mergeKey = mark(/\^(\w+)/);
  const strategy = mark(/&([\w,]+)/) ?? (mergeKey === undefined ? undefined : "merge");
  const values = mark(/\|([^?~]*)/);
  const embedded = mark(/~([\w.]+)/);
  const fallback = mark(/\?(.*)$/);
  return {
    name: text.slice(0, colon),
    shape: decodeShape(end),
    required: marks.startsWith("!"),
    ...(/^!?@/.test(marks) ? { alwaysThere: true as const } : {}),
    ...(keys !== undefined ? { listType: "map" as const, listMapKeys: keys.split(",") } : {}),
    ...(/^!?@?\*/.test(marks) ? { listType: "atomic" as const } : {}),
    ...(/^!?@?\+/.test(marks) ? { listType: "set" as const } : {}),
    ...(/^!?@?%/.test(marks) ? { mapType: "atomic" as const } : {}),
    ...(mergeKey === undefined ? {} : { patchMergeKey: mergeKey }),
    ...(strategy === undefined ? {} : { patchStrategy: strategy }),
    ...(values === undefined ? {} : { enum: values.replaceAll("␣", " ").split(",") }),
    ...(embedded === undefined ? {} : { embedded }),
    ...(fallback === undefined ? {} : { default: JSON.parse(fallback) as unknown }),
  };
}

function decodeShape(text: string): Shape {
  if (text.startsWith("[")) return { kind: "list", of: decodeShape(text.slice(1)) };
  if (text.startsWith("{")) return { kind: "map", of: decodeShape(text.slice(1)) };
  if (text.startsWith("#")) return { kind: "ref", name: nameOf(lines[parseInt(text.slice(1), 36)] ?? "") };
  return { kind: "scalar", scalar: SCALARS[text] ?? "any" };
}
