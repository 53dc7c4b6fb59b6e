/** CEL's types, and how they unify. A type is compared by structure, except objects, which have their name. */
export type TypeKind =
  | "bool"
  | "bytes"
  | "double"
  | "duration"
  | "dyn"
  | "error"
  | "int"
  | "list"
  | "map"
  | "null"
  | "object"
  | "opaque"
  | "param"
  | "string"
  | "timestamp"
  | "type"
  | "uint";

export interface Type {
  readonly kind: TypeKind;
  readonly name: string;
  readonly params: readonly Type[];
  /** Of an object: a field's type; undefined when there is no such field. Names as expressions write them (escaped). */
  field?(name: string): Type | undefined;
  /** Of an object: the JSON key of a field whose name is escaped. */
  keyOf?(name: string): string;
  /** The most elements, characters or bytes that a value can have; Infinity when nobody says. */
  readonly max?: number;
  /** How two lists compare and add up (x-kubernetes-list-type). */
  readonly listType?: "set" | "map";
  readonly listMapKeys?: readonly string[];
  /** Texts of this type: the seconds of a `date` start at midnight. */
  readonly format?: "date";
}

const simple = (kind: TypeKind, name: string = kind): Type => ({ kind, name, params: [] });

export const BOOL = simple("bool");
export const BYTES = simple("bytes");
export const DOUBLE = simple("double");
export const DURATION = simple("duration", "google.protobuf.Duration");
export const DYN = simple("dyn");
export const ERROR = simple("error");
export const INT = simple("int");
export const NULL = simple("null", "null_type");
export const STRING = simple("string");
export const TIMESTAMP = simple("timestamp", "google.protobuf.Timestamp");
export const TYPE = simple("type");
export const UINT = simple("uint");

export const listOf = (element: Type): Type => ({ kind: "list", name: "list", params: [element] });
export const mapOf = (key: Type, value: Type): Type => ({ kind: "map", name: "map", params: [key, value] });
export const optionalOf = (value: Type): Type => ({ kind: "opaque", name: "optional_type", params: [value] });
export const typeOfType = (type: Type): Type => ({ kind: "type", name: "type", params: [type] });
export const opaque = (name: string): Type => simple("opaque", name);
export const param = (name: string): Type => simple("param", name);

/** An object with these fields; `any` answers for every other name. */
export const objectOf = (name: string, fields: Readonly<Record<string, Type>>, any?: Type): Type => ({
  kind: "object",
  name,
  params: [],
  field: (field) => (Object.hasOwn(fields, field) ? fields[field] : any),
});

const SIMPLE: Readonly<Record<string, Type>> = {
  bool: BOOL,
  bytes: BYTES,
  double: DOUBLE,
  duration: DURATION,
  dyn: DYN,
  int: INT,
  null: NULL,
  string: STRING,
  timestamp: TIMESTAMP,
  type: TYPE,
  uint: UINT,
};

/** `map(string, list(A))`; a capital letter is a type parameter, an unknown name an opaque type. */
export function parseType(text: string): Type {
  const [type, rest] = readType(text);
  if (rest !== "") throw new Error(`not a type: ${text}`);
  return type;
}

function readType(text: string): [Type, string] {
  const name = /^[\w.]+/.exec(text)?.[0] ?? "";
  let rest = text.slice(name.length);
  if (!rest.startsWith("(")) return [SIMPLE[name] ?? (/^[A-Z]$/.test(name) ? param(name) : opaque(name)), rest];
  const params: Type[] = [];
  do {
    const [next, after] = readType(rest.slice(1).trimStart());
    params.push(next);
    rest = after;
  } while (rest.startsWith(","));
  const [first = DYN, second = DYN] = params;
  rest = rest.slice(1);
  if (name === "list") return [listOf(first), rest];
  if (name === "map") return [mapOf(first, second), rest];
  return [name === "optional" ? optionalOf(first) : typeOfType(first), rest];
}

/** As errors show it (k8s: cel-go checker FormatCELType). */
export function formatType(type: Type): string {
  switch (type.kind) {
    case "duration":
    case "null":
    case "timestamp":
      return type.kind;
    case "error":
      return "!error!";
    default:
      return type.params.length === 0 ? type.name : `${type.name}(${type.params.map(formatType).join(", ")})`;
  }
}

export const isDyn = (type: Type): boolean => type.kind === "dyn" || type.kind === "error";
export const isOptional = (type: Type): boolean => type.kind === "opaque" && type.name === "optional_type";

export function sameType(a: Type, b: Type): boolean {
  return (
    a === b ||
    (a.kind === b.kind &&
      a.name === b.name &&
      a.params.length === b.params.length &&
      a.params.every((p, i) => sameType(p, b.params[i] as Type)))
  );
}

/** What type parameters stand for, so far; grows by assignments that succeed. */
export class Unifier {
  #bound = new Map<string, Type>();
  #next = 0;

  fresh(): Type {
    return param(`_var${this.#next++}`);
  }

  /** Whether values of one type can stand where the other is wanted; what had to hold for it is kept only then. */
  assignable(a: readonly Type[], b: readonly Type[]): boolean {
    const before = new Map(this.#bound);
    if (this.#all(a, b)) return true;
    this.#bound = before;
    return false;
  }

  /** With bound parameters replaced; unbound ones too, by dyn, when `final`. */
  substitute(type: Type, final = false): Type {
    if (type.kind === "param") {
      const bound = this.#bound.get(type.name);
      return bound ? this.substitute(bound, final) : final ? DYN : type;
    }
    if (type.params.length === 0) return type;
    const params = type.params.map((p) => this.substitute(p, final));
    return params.every((p, i) => p === type.params[i]) ? type : { ...type, params };
  }

  #all(a: readonly Type[], b: readonly Type[]): boolean {
    return a.length === b.length && a.every((type, i) => this.#one(type, b[i] as Type));
  }

  #one(a: Type, b: Type): boolean {
    if (b.kind === "param") {
      const bound = this.#bound.has(b.name);
      if (this.#bind(a, b)) return true;
      if (bound) return false;
    }
    if (a.kind === "param") return this.#bind(b, a);
    if (isDyn(a) || isDyn(b)) return true;
    if (a.kind === "null") return nullable(b);
    if (b.kind === "null") return nullable(a);
    if (a.kind !== b.kind) return false;
    if (a.kind === "type") return true;
    return a.name === b.name && this.#all(a.params, b.params);
  }

  /** k8s: cel-go checker isValidTypeSubstitution. */
  #bind(type: Type, variable: Type): boolean {
    if (sameType(type, variable)) return true;
    const bound = this.#bound.get(variable.name);
    if (bound) {
      if (sameType(type, bound)) return true;
      if (!this.#one(type, bound)) return false;
      const general = mostGeneral(type, bound);
      if (!this.#occurs(variable, general)) this.#bound.set(variable.name, general);
      return true;
    }
    if (this.#occurs(variable, type)) return false;
    this.#bound.set(variable.name, type);
    return true;
  }

  #occurs(variable: Type, type: Type): boolean {
    if (type.kind === "param") {
      if (type.name === variable.name) return true;
      const bound = this.#bound.get(type.name);
      return bound !== undefined && this.#occurs(variable, bound);
    }
    return type.params.some((p) => this.#occurs(variable, p));
  }
}

const nullable = (type: Type): boolean => ["null", "opaque", "object", "duration", "timestamp"].includes(type.kind);

/** Of two types that unify, the one that says less. */
export const mostGeneral = (a: Type, b: Type): Type => (lessSpecific(a, b) ? a : b);

function lessSpecific(a: Type, b: Type): boolean {
  if (a.kind === "dyn" || a.kind === "param") return true;
  if (b.kind === "dyn" || b.kind === "param" || a.kind !== b.kind || a.name !== b.name) return false;
  return a.kind === "type" || (a.params.length === b.params.length && a.params.every((p, i) => lessSpecific(p, b.params[i] as Type)));
}
