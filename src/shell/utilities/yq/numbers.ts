import { YqError } from "./node.ts";

/** Whole numbers in any of YAML's bases. */
export function integer(value: string): bigint {
  const digits = value.replaceAll("_", "").replace(/^\+/, "");
  try {
    return digits.startsWith("-") ? -BigInt(digits.slice(1)) : BigInt(digits);
  } catch {
    throw new YqError(`strconv.ParseInt: parsing "${value}": invalid syntax`);
  }
}
