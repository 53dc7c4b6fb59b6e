import { base64Decode } from "../../base64.ts";
import { goFloat } from "../../goprint.ts";
import { Uint } from "../ast.ts";
import type { FunctionTable } from "../functions.ts";
import { CelError, type Opaque, textFormats, TypeName, typeNameOf, type Value } from "../values.ts";
import { type Duration, Timestamp, toDuration, toTimestamp } from "./time.ts";

const same = (value: Value): Value => value;
const failed = (from: string, to: string) => new CelError(`type conversion error from '${from}' to '${to}'`);

function int(value: bigint): bigint {
  if (BigInt.asIntN(64, value) !== value) throw new CelError("integer overflow");
  return value;
}
function uint(value: bigint): Uint {
  if (BigInt.asUintN(64, value) !== value) throw new CelError("unsigned integer overflow");
  return new Uint(value);
}

function truncated(value: number, error: string): bigint {
  if (!Number.isFinite(value)) throw new CelError(error);
  return BigInt(Math.trunc(value));
}

function wholeNumber(text: string, to: string): bigint {
  if (!/^[+-]?\d+$/.test(text)) throw failed("string", to);
  return BigInt(text.replace(/^\+/, ""));
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new CelError("invalid UTF-8 in bytes, cannot convert to string");
  }
}

function double(text: string): number {
  if (!/^[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?|Inf(inity)?|NaN)$/i.test(text)) throw failed("string", "double");
  if (/inf/i.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  return /nan/i.test(text) ? Number.NaN : Number(text);
}

function bool(text: string): boolean {
  if (["1", "t", "true", "TRUE", "True"].includes(text)) return true;
  if (["0", "f", "false", "FALSE", "False"].includes(text)) return false;
  throw failed("string", "bool");
}

const shown = (value: Opaque): string => String(value);

textFormats.set("bytes", (text) => {
  const bytes = base64Decode(text);
  return typeof bytes === "number" ? text : bytes;
});

/** k8s: cel-go common/stdlib, and IP addresses and networks as texts. */
export const conversions: FunctionTable = {
  type: [["type", "(A) type(A)", (value: Value) => new TypeName(typeNameOf(value))]],
  dyn: [["to_dyn", "(A) dyn", same]],
  bool: [
    ["bool_to_bool", "(bool) bool", same],
    ["string_to_bool", "(string) bool", bool],
  ],
  bytes: [
    ["bytes_to_bytes", "(bytes) bytes", same],
    ["string_to_bytes", "(string) bytes", (text: string) => new TextEncoder().encode(text)],
  ],
  double: [
    ["double_to_double", "(double) double", same],
    ["int64_to_double", "(int) double", (value: bigint) => Number(value)],
    ["string_to_double", "(string) double", double],
    ["uint64_to_double", "(uint) double", ({ value }: Uint) => Number(value)],
  ],
  duration: [
    ["duration_to_duration", "(duration) duration", same],
    ["string_to_duration", "(string) duration", toDuration],
  ],
  int: [
    ["int64_to_int64", "(int) int", same],
    ["double_to_int64", "(double) int", (value: number) => int(truncated(value, "integer overflow"))],
    ["duration_to_int64", "(duration) int", ({ nanos }: Duration) => nanos],
    ["string_to_int64", "(string) int", (text: string) => int(wholeNumber(text, "int"))],
    ["timestamp_to_int64", "(timestamp) int", ({ millis }: Timestamp) => BigInt(Math.floor(millis / 1000))],
    ["uint64_to_int64", "(uint) int", ({ value }: Uint) => int(value)],
  ],
  string: [
    ["string_to_string", "(string) string", same],
    ["bool_to_string", "(bool) string", String],
    ["bytes_to_string", "(bytes) string", utf8],
    ["double_to_string", "(double) string", goFloat],
    ["duration_to_string", "(duration) string", shown],
    ["int64_to_string", "(int) string", String],
    ["timestamp_to_string", "(timestamp) string", shown],
    ["uint64_to_string", "(uint) string", ({ value }: Uint) => String(value)],
    ["ip_to_string", "(net.IP) string", shown],
    ["cidr_to_string", "(net.CIDR) string", shown],
  ],
  timestamp: [
    ["timestamp_to_timestamp", "(timestamp) timestamp", same],
    ["int64_to_timestamp", "(int) timestamp", (seconds: bigint) => new Timestamp(seconds * 1_000_000_000n)],
    ["string_to_timestamp", "(string) timestamp", toTimestamp],
  ],
  uint: [
    ["uint64_to_uint64", "(uint) uint", same],
    ["double_to_uint64", "(double) uint", (value: number) => uint(truncated(value, "unsigned integer overflow"))],
    ["int64_to_uint64", "(int) uint", uint],
    ["string_to_uint64", "(string) uint", (text: string) => uint(wholeNumber(text, "uint"))],
  ],
};
