import { field, goFloat } from "../../../machinery/index.ts";
import type { Schema } from "../schema/schema.ts";
import { NO_FIELD, type Result, wrong } from "./result.ts";

const INTEGER_RANGES: Readonly<Record<string, number>> = { int32: 2 ** 31, int64: 2 ** 63, "": 2 ** 63 };

/** multipleOf, then minimum, then maximum, as upstream merges them (k8s: kube-openapi validate numberValidator). */
export function checkNumber(result: Result, schema: Schema, type: readonly string[], value: number, path: string): void {
  const { multipleOf, maximum, minimum, exclusiveMaximum = false, exclusiveMinimum = false } = schema;
  checkRange(result, schema, type, value, path);
  if (multipleOf !== undefined) {
    const factor = Number.isInteger(value) && !(multipleOf < 1) ? Math.trunc(multipleOf) : multipleOf;
    if (factor <= 0) result.add(field.invalid(path, factor, `factor MultipleOf declared for ${path} must be positive: ${goFloat(factor)}`));
    else if (!Number.isInteger(Number((value / factor).toPrecision(15))))
      result.add(wrong(path, value, `should be a multiple of ${goFloat(factor)}`));
  }
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum))
    result.add(wrong(path, value, `should be greater than ${exclusiveMinimum ? "" : "or equal to "}${goFloat(minimum)}`));
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum))
    result.add(wrong(path, value, `should be less than ${exclusiveMaximum ? "" : "or equal to "}${goFloat(maximum)}`));
}

/** Whether an integer fits its format. */
function checkRange(result: Result, { format = "" }: Schema, type: readonly string[], value: number, path: string): void {
  if (type.length !== 1 || type[0] !== "integer" || !Number.isInteger(value)) return;
  const known = format === "int32" || format === "int64" ? format : "";
  const limit = INTEGER_RANGES[known] as number;
  if (value >= -limit && value < limit) return;
  const which = known === "" ? "(default format)" : `with format ${known}`;
  result.add(field.invalid(NO_FIELD, "", `Checked value must be of type integer ${which} in ${path}`));
}
