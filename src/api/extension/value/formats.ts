import { base64Decode, isDNS1123Label, isDNS1123Subdomain, parseCidr, parseIp } from "../../../machinery/index.ts";
import { parseTime } from "../../../sim/index.ts";
import type { Schema } from "../schema/schema.ts";
import { patternMatches } from "./pattern.ts";

type Test = (text: string) => boolean;
const like =
  (pattern: string): Test =>
  (text) =>
    patternMatches(pattern, text);

const uuid = (version: string, variant: string): Test =>
  like(`(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?${version}[0-9a-f]{3}-?${variant}[0-9a-f]{3}-?[0-9a-f]{12}$`);

const isbn10: Test = (text) => {
  const digits = text.replace(/[\s-]/g, "");
  if (!/^\d{9}[\dX]$/.test(digits)) return false;
  return [...digits].reduce((sum, d, i) => sum + (10 - i) * (d === "X" ? 10 : Number(d)), 0) % 11 === 0;
};
const isbn13: Test = (text) => {
  const digits = text.replace(/[\s-]/g, "");
  return /^\d{13}$/.test(digits) && [...digits].reduce((sum, d, i) => sum + Number(d) * (i % 2 === 0 ? 1 : 3), 0) % 10 === 0;
};
const rgb: Test = (text) => {
  const part = /^rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)$/.exec(text);
  return part !== null && part.slice(1).every((n) => Number(n) < 256);
};
/** Luhn's check over the digits. */
const creditCard: Test = (text) => {
  const digits = text.replace(/\D/g, "");
  if (
    !/^(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|6(?:011|5\d\d)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|(?:2131|1800|35\d{3})\d{11})$/.test(
      digits,
    )
  )
    return false;
  const sum = [...digits].toReversed().reduce((total, d, i) => {
    const n = Number(d) * (i % 2 === 0 ? 1 : 2);
    return total + (n > 9 ? n - 9 : n);
  }, 0);
  return sum % 10 === 0;
};
const hostname: Test = (text) =>
  text.length <= 255 &&
  text.split(".").every((label) => label.length <= 63) &&
  patternMatches(
    String.raw`^([a-zA-Z0-9\p{S}\p{L}]((-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?)|([a-zA-Z0-9\p{S}\p{L}](([a-zA-Z0-9-\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?)(\.)){1,}([a-zA-Z\p{L}]){2,63})$`,
    text,
  );
const date: Test = (text) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(parseTime(`${text}T00:00:00Z`));
const dateTime: Test = (text) =>
  /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:?\d\d)?$/.test(text) &&
  !Number.isNaN(parseTime(/[Zz]$|[+-]\d\d:?\d\d$/.test(text) ? text : `${text}Z`));
const base64: Test = (text) => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text) && typeof base64Decode(text) !== "number";
/** Go's durations, and Scala's with words for units. */
const duration: Test = (text) =>
  /^[+-]?(0|((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))+)$/.test(text) ||
  /^\d+\s*(ns|nanos?|nanoseconds?|us|µs|micros?|microseconds?|ms|millis?|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|wks?|weeks?)$/.test(
    text,
  );

/** By name without hyphens (k8s: apiextensions apiserver/validation/formats.go, kube-openapi strfmt). */
const FORMATS: Readonly<Record<string, Test>> = {
  bsonobjectid: like("^[0-9a-fA-F]{24}$"),
  uri: (text) => patternMatches(String.raw`^(/|[a-zA-Z][a-zA-Z0-9+.-]*:)[^\s\x00-\x1f\x7f]*$`, text),
  email: like(String.raw`^([^<>"]*<)?[^\s@<>(),;:\\"]+@[^\s@<>(),;:\\"]+>?$`),
  hostname,
  ipv4: (text) => parseIp(text)?.family === 4,
  ipv6: (text) => parseIp(text)?.family === 6,
  cidr: (text) => parseCidr(text) !== null,
  mac: like("^([0-9a-fA-F]{2}([:-])([0-9a-fA-F]{2}[:-]){4,6}[0-9a-fA-F]{2}|([0-9a-fA-F]{4}[.]){2,3}[0-9a-fA-F]{4})$"),
  uuid: like("(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$"),
  uuid3: uuid("3", "[0-9a-f]"),
  uuid4: uuid("4", "[89ab]"),
  uuid5: uuid("5", "[89ab]"),
  isbn: (text) => isbn10(text) || isbn13(text),
  isbn10,
  isbn13,
  creditcard: creditCard,
  ssn: like(String.raw`^\d{3}[- ]?\d{2}[- ]?\d{4}$`),
  hexcolor: like("^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$"),
  rgbcolor: rgb,
  byte: base64,
  password: () => true,
  date,
  duration,
  datetime: dateTime,
  k8sshortname: (text) => isDNS1123Label(text).length === 0,
  k8slongname: (text) => isDNS1123Subdomain(text).length === 0,
};

const NUMERIC: Readonly<Record<string, readonly string[]>> = { integer: ["int32", "int64"], number: ["float", "double"] };

const plain = (format: string): string => format.replaceAll("-", "");

/** The format where it says something for this type; "" otherwise: what is unknown is ignored. */
export function knownFormat({ format = "" }: Schema, type: readonly string[]): string {
  if (format === "") return "";
  const only = type.length === 1 ? type[0] : undefined;
  if (only === undefined || only === "string") return Object.hasOwn(FORMATS, plain(format)) ? format : "";
  return NUMERIC[only]?.includes(format) ? format : "";
}

/** `Warning: unrecognized format "x"`: whether a format is one that says nothing here. */
export const isUnrecognized = (schema: Schema): boolean =>
  (schema.format ?? "") !== "" && knownFormat(schema, schema.type ? [schema.type] : []) === "";

/** Whether a text does not have the format. */
export const formatProblem = (format: string, text: string): boolean => FORMATS[plain(format)]?.(text) === false;
