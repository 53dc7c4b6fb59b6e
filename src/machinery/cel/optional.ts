import type { FunctionTable } from "./functions.ts";
import { CelError, equal, isMap, ListValue, Opaque, type Value } from "./values.ts";

/** `optional.of(x)`, or none. */
export class Optional extends Opaque {
  readonly typeName = "optional_type";
  readonly value: Value | undefined;

  constructor(value: Value | undefined) {
    super();
    this.value = value;
  }

  equals(other: Opaque): boolean {
    if (!(other instanceof Optional)) return false;
    return this.value === undefined || other.value === undefined ? this.value === other.value : equal(this.value, other.value);
  }
}

export const NONE = new Optional(undefined);

const isZero = (value: Value): boolean =>
  value === null ||
  value === false ||
  value === 0n ||
  value === 0 ||
  value === "" ||
  ((value instanceof ListValue || isMap(value)) && value.size === 0) ||
  (value instanceof Uint8Array && value.length === 0);

/** k8s: cel-go optionalLib. */
export const optionals: FunctionTable = {
  "optional.of": [["optional_of", "(V) optional(V)", (value: Value) => new Optional(value)]],
  "optional.ofNonZeroValue": [
    ["optional_ofNonZeroValue", "(V) optional(V)", (value: Value) => (isZero(value) ? NONE : new Optional(value))],
  ],
  "optional.none": [["optional_none", "() optional(V)", () => NONE]],
  value: [
    [
      "optional_value",
      ".(optional(V)) V",
      ({ value }: Optional) => {
        if (value === undefined) throw new CelError("optional.none() dereference");
        return value;
      },
    ],
  ],
  hasValue: [["optional_hasValue", ".(optional(V)) bool", ({ value }: Optional) => value !== undefined]],
  or: [["optional_or_optional", ".(optional(V), optional(V)) optional(V)", (a: Optional, b: Optional) => (a.value === undefined ? b : a)]],
  orValue: [["optional_orValue_value", ".(optional(V), V) V", (a: Optional, b: Value) => a.value ?? b]],
};
