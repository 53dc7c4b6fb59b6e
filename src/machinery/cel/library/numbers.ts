import { goQuote } from "../../fields.ts";
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity as Amount,
  QuantityError,
  quantityProblem,
  subtractQuantities,
} from "../../quantity.ts";
import type { FunctionTable } from "../functions.ts";
import { CelError, Opaque } from "../values.ts";

const NANO = 1_000_000_000n;

class Quantity extends Opaque {
  readonly typeName = "kubernetes.Quantity";
  readonly amount: Amount;

  constructor(amount: Amount) {
    super();
    this.amount = amount;
  }

  equals(other: Opaque): boolean {
    return other instanceof Quantity && compareQuantities(this.amount, other.amount) === 0;
  }

  override toString(): string {
    return formatQuantity(this.amount);
  }
}

export function quantity(text: string): Quantity {
  try {
    return new Quantity(parseQuantity(text));
  } catch (error) {
    if (error instanceof QuantityError) throw new CelError(error.message);
    throw error;
  }
}

const units = (value: bigint): Quantity => new Quantity({ nano: value * NANO, format: "DecimalExponent" });
const isWhole = ({ amount }: Quantity): boolean => amount.nano % NANO === 0n;

function asInteger(value: Quantity): bigint {
  if (!isWhole(value)) throw new CelError("cannot convert value to integer");
  return value.amount.nano / NANO;
}

const sign = (order: number): bigint => BigInt(Math.sign(order));
const order = (a: Quantity, b: Quantity): number => compareQuantities(a.amount, b.amount);
const add = (a: Quantity, b: Quantity): Quantity => new Quantity(addQuantities(a.amount, b.amount));
const sub = (a: Quantity, b: Quantity): Quantity => new Quantity(subtractQuantities(a.amount, b.amount));

class Semver extends Opaque {
  readonly typeName = "kubernetes.Semver";
  readonly numbers: readonly bigint[];
  readonly pre: readonly string[];
  readonly text: string;

  constructor(numbers: readonly bigint[], pre: readonly string[], text: string) {
    super();
    this.numbers = numbers;
    this.pre = pre;
    this.text = text;
  }

  equals(other: Opaque): boolean {
    return other instanceof Semver && precedence(this, other) === 0;
  }

  override toString(): string {
    return this.text;
  }
}

/** As github.com/blang/semver reads it; a text in place of a version is what is wrong. */
function readSemver(text: string): Semver | string {
  if (text === "") return "Version string empty";
  const parts = text.split(".");
  if (parts.length < 3) return "No Major.Minor.Patch elements found";
  const [, core = "", pre, build] = /^([^-+]*)(?:-([^+]*))?(?:\+(.*))?$/s.exec(text) ?? [];
  const numbers = core.split(".");
  for (const number of numbers) {
    if (!/^\d+$/.test(number))
      return `Invalid character(s) found in ${["major", "minor", "patch"][numbers.indexOf(number)] ?? "patch"} number ${goQuote(number)}`;
    if (number.length > 1 && number.startsWith("0"))
      return `${["Major", "Minor", "Patch"][numbers.indexOf(number)]} number must not contain leading zeroes ${goQuote(number)}`;
  }
  const labels = pre?.split(".") ?? [];
  for (const label of [...labels, ...(build?.split(".") ?? [])])
    if (!/^[0-9A-Za-z-]+$/.test(label))
      return label === "" ? "Prerelease is empty" : `Invalid character(s) found in prerelease ${goQuote(label)}`;
  const zero = labels.find((label) => /^0\d+$/.test(label));
  if (zero !== undefined) return `Numeric PreRelease version must not contain leading zeroes ${goQuote(zero)}`;
  return new Semver(numbers.map(BigInt), labels, text);
}

/** A leading v and zeroes are taken away, what is missing is 0. */
function normalized(text: string): string | undefined {
  const parts = text.replace(/^v/, "").split(".");
  const three = [...parts.slice(0, 2), ...(parts.length > 2 ? [parts.slice(2).join(".")] : [])];
  const trimmed = three.map((part) => (part.length > 1 ? part.replace(/^0+(?=\d)/, "").replace(/^0+(?=$|\D)/, "0") : part));
  if (trimmed.length < 3 && /[+-]/.test(trimmed.at(-1) ?? "")) return undefined;
  while (trimmed.length < 3) trimmed.push("0");
  return trimmed.join(".");
}

function semverOf(text: string, normalize = false): Semver | string {
  const plain = normalize ? normalized(text) : text;
  return plain === undefined ? "short version cannot contain PreRelease/Build meta data" : readSemver(plain);
}

export function semver(text: string, normalize = false): Semver {
  const read = semverOf(text, normalize);
  if (typeof read === "string") throw new CelError(read);
  return read;
}

/** A release is after its pre-releases; numbers are before texts. */
function precedence(a: Semver, b: Semver): number {
  for (const [i, x] of a.numbers.entries()) {
    const y = b.numbers[i] ?? 0n;
    if (x !== y) return x < y ? -1 : 1;
  }
  if (a.pre.length === 0 || b.pre.length === 0) return Math.sign(b.pre.length - a.pre.length);
  for (const [i, x] of a.pre.entries()) {
    const y = b.pre[i];
    if (y === undefined) return 1;
    if (x === y) continue;
    const [n, m] = [/^\d+$/.test(x), /^\d+$/.test(y)];
    if (n && m) return BigInt(x) < BigInt(y) ? -1 : 1;
    return n !== m ? (n ? -1 : 1) : x < y ? -1 : 1;
  }
  return a.pre.length < b.pre.length ? -1 : 0;
}

const Q = "kubernetes.Quantity";
const S = "kubernetes.Semver";
const isSemver = (text: string, normalize = false): boolean => typeof semverOf(text, normalize) !== "string";

/** k8s: cel/library quantity.go, semverlib.go. */
export const numbers: FunctionTable = {
  quantity: [["string_to_quantity", `(string) ${Q}`, quantity]],
  isQuantity: [["is_quantity_string", "(string) bool", (text: string) => quantityProblem(text) === null]],
  sign: [["quantity_sign", `.(${Q}) int`, ({ amount }: Quantity) => (amount.nano > 0n ? 1n : amount.nano < 0n ? -1n : 0n)]],
  isInteger: [["quantity_is_integer", `.(${Q}) bool`, isWhole]],
  asInteger: [["quantity_get_int", `.(${Q}) int`, asInteger]],
  asApproximateFloat: [["quantity_get_float", `.(${Q}) double`, ({ amount }: Quantity) => Number(amount.nano) / 1e9]],
  add: [
    ["quantity_add", `.(${Q}, ${Q}) ${Q}`, add],
    ["quantity_add_int", `.(${Q}, int) ${Q}`, (a: Quantity, b: bigint) => add(a, units(b))],
  ],
  sub: [
    ["quantity_sub", `.(${Q}, ${Q}) ${Q}`, sub],
    ["quantity_sub_int", `.(${Q}, int) ${Q}`, (a: Quantity, b: bigint) => sub(a, units(b))],
  ],
  isGreaterThan: [
    ["quantity_is_greater_than", `.(${Q}, ${Q}) bool`, (a: Quantity, b: Quantity) => order(a, b) > 0],
    ["semver_is_greater_than", `.(${S}, ${S}) bool`, (a: Semver, b: Semver) => precedence(a, b) > 0],
  ],
  isLessThan: [
    ["quantity_is_less_than", `.(${Q}, ${Q}) bool`, (a: Quantity, b: Quantity) => order(a, b) < 0],
    ["semver_is_less_than", `.(${S}, ${S}) bool`, (a: Semver, b: Semver) => precedence(a, b) < 0],
  ],
  compareTo: [
    ["quantity_compare_to", `.(${Q}, ${Q}) int`, (a: Quantity, b: Quantity) => sign(order(a, b))],
    ["semver_compare_to", `.(${S}, ${S}) int`, (a: Semver, b: Semver) => sign(precedence(a, b))],
  ],
  semver: [
    ["string_to_semver", `(string) ${S}`, semver],
    ["string_bool_to_semver", `(string, bool) ${S}`, semver],
  ],
  isSemver: [
    ["is_semver_string", "(string) bool", isSemver],
    ["is_semver_string_bool", "(string, bool) bool", isSemver],
  ],
  major: [["semver_major", `.(${S}) int`, (v: Semver) => v.numbers[0]]],
  minor: [["semver_minor", `.(${S}) int`, (v: Semver) => v.numbers[1]]],
  patch: [["semver_patch", `.(${S}) int`, (v: Semver) => v.numbers[2]]],
};
