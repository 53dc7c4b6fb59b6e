import type { FieldStructure, Scalar } from "../../../api/index.ts";
import { namedValues, typedValues } from "./words.ts";

/** A field within its type: `Container`, `image`. */
export interface Place {
  readonly type: string;
  readonly field: FieldStructure;
}

const SCALARS: Readonly<Record<Scalar, unknown>> = {
  string: "a-text",
  bytes: "YQ==",
  int32: 3,
  int64: 4,
  double: 1.5,
  boolean: true,
  time: "2026-01-01T00:00:00Z",
  microtime: "2026-01-01T00:00:00.000001Z",
  intOrString: 5,
  numberOrString: 7,
  quantity: "1",
  any: { a: 1 },
  object: { kind: "Anything", apiVersion: "example.com/v1" },
};

/** `Container` of `io.k8s.api.core.v1.Container`. */
export const shortName = (type: string): string => type.slice(type.lastIndexOf(".") + 1);

/** What a table says of a type or of its field: by `flowcontrol.v1.Subject` where the name is not the only one, else by `Subject`. */
export function said<T>(table: Readonly<Record<string, T>>, type: string, field?: string): T | undefined {
  const suffix = field === undefined ? "" : `.${field}`;
  return table[`${type.split(".").slice(-3).join(".")}${suffix}`] ?? table[`${shortName(type)}${suffix}`];
}

/** A plausible value of a scalar; `turn` chooses among the values of an enum. */
export function sampleScalar({ type, field }: Place, scalar: Scalar, turn: number): unknown {
  const typed = said(typedValues, type, field.name);
  if (typed !== undefined) return typed;
  if (field.enum !== undefined && field.enum.length > 0) return field.enum[turn % field.enum.length];
  if (field.default !== undefined && typeof field.default === typeof SCALARS[scalar]) return field.default;
  const named = namedValues[field.name];
  return named !== undefined && typeof named === typeof SCALARS[scalar] ? named : SCALARS[scalar];
}
