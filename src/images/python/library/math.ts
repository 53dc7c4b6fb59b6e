import { PyFloat, PyTuple, typeOf, type Value } from "../values.ts";
import { raised, typeError, valueError } from "../vm/errors.ts";
import type { Gen } from "../vm/frame.ts";
import { call, listOf } from "../vm/iterate.ts";
import { functions } from "../vm/native.ts";
import { plain, typeName } from "../vm/names.ts";
import { asFloat, asInt, type Int, ints } from "../vm/numbers.ts";
import { same } from "../vm/compare.ts";

const real = (v: Value | undefined): number => {
  const x = asFloat(plain(v as Value));
  if (x === undefined) throw typeError(`must be real number, not ${typeName(v as Value)}`);
  return x;
};
const whole = (v: Value | undefined): Int => {
  const n = asInt(plain(v as Value));
  if (n === undefined) throw typeError(`'${typeName(v as Value)}' object cannot be interpreted as an integer`);
  return n;
};
const domain = (): unknown => valueError("math domain error");
const checked = (x: number, y: number): Value => {
  if (Number.isNaN(y) && !Number.isNaN(x)) throw domain();
  if (!Number.isFinite(y) && Number.isFinite(x)) throw raised("OverflowError", "math range error");
  return new PyFloat(y);
};
const rounded = (name: string, fn: (x: number) => number) =>
  [
    "x, /",
    (_: unknown, [v]: Value[]): Value | Gen => {
      const n = asInt(plain(v as Value));
      if (n !== undefined) return n;
      const own = typeOf(v as Value).find(`__${name}__`);
      if (own !== undefined) return call(own, v as Value);
      const x = real(v);
      if (Number.isNaN(x)) throw valueError("cannot convert float NaN to integer");
      if (!Number.isFinite(x)) throw raised("OverflowError", "cannot convert float infinity to integer");
      const y = fn(x);
      return Number.isSafeInteger(y) ? y + 0 : BigInt(y);
    },
  ] as const;

function isqrt(n: Int): Int {
  if (n < 0) throw valueError("isqrt() argument must be nonnegative");
  if (n < 2 ** 50) return Math.floor(Math.sqrt(Number(n)));
  const big = BigInt(n);
  let x = (1n << BigInt((big.toString(16).length * 4) >> 1)) << 1n;
  for (;;) {
    const y = (x + big / x) >> 1n;
    if (y >= x) return ints["+"](x, 0);
    x = y;
  }
}
function gcd(a: Int, b: Int): Int {
  let [x, y] = [BigInt(a), BigInt(b)];
  while (y) [x, y] = [y, x % y];
  return ints["+"](x < 0n ? -x : x, 0);
}
function product(from: number, to: number): bigint {
  if (to - from < 16) {
    let p = 1n;
    for (let i = from; i <= to; i++) p *= BigInt(i);
    return p;
  }
  const middle = (from + to) >> 1;
  return product(from, middle) * product(middle + 1, to);
}
function factorial(v: Value | undefined): Int {
  if (v instanceof PyFloat) throw typeError("'float' object cannot be interpreted as an integer");
  const n = Number(whole(v));
  if (n < 0) throw valueError("factorial() not defined for negative values");
  if (n > 100_000) throw raised("MemoryError");
  return ints["+"](product(1, n), 0);
}
function log(v: Value | undefined): number {
  const n = asInt(plain(v as Value));
  if (typeof n === "bigint" && n > 0n) {
    const hex = n.toString(16);
    return Math.log(parseInt(hex.slice(0, 13), 16)) + Math.max(0, hex.length - 13) * Math.log(16);
  }
  const x = real(v);
  if (x <= 0) throw domain();
  return Math.log(x);
}
function* sumOf(v: Value): Gen {
  // Shewchuk's partial sums: exact.
  let partials: number[] = [];
  for (const item of yield* listOf(v)) {
    let x = real(item);
    const next: number[] = [];
    for (let y of partials) {
      if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
      const hi = x + y;
      const lo = y - (hi - x);
      if (lo) next.push(lo);
      x = hi;
    }
    partials = [...next, x];
  }
  return new PyFloat(partials.reduce((a, b) => a + b, 0));
}
function* prod(v: Value, start: Value): Gen {
  let total = start;
  for (const item of yield* listOf(v)) {
    const [a, b] = [asInt(total), asInt(item)];
    total = a !== undefined && b !== undefined ? ints["*"](a, b) : new PyFloat(real(total) * real(item));
  }
  return total;
}

const plainly = ["sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "cbrt", "expm1"] as const;

export function mathModule(): Map<string, Value> {
  return new Map<string, Value>([
    ...functions(
      Object.fromEntries(
        plainly.map((name) => [name, ["x, /", (_: unknown, [x]: Value[]) => checked(real(x), Math[name](real(x)))]] as const),
      ),
    ),
    ...functions({
      floor: rounded("floor", Math.floor),
      ceil: rounded("ceil", Math.ceil),
      trunc: rounded("trunc", Math.trunc),
      sqrt: [
        "x, /",
        (_, [v]) => {
          const x = real(v);
          if (x < 0) throw domain();
          return new PyFloat(Math.sqrt(x));
        },
      ],
      exp: ["x, /", (_, [x]) => checked(real(x), Math.exp(real(x)))],
      log1p: ["x, /", (_, [x]) => checked(real(x), Math.log1p(real(x)))],
      log: ["x, base=, /", (_, [x, base]) => new PyFloat(base === undefined ? log(x) : log(x) / log(base))],
      log2: [
        "x, /",
        (_, [x]) => {
          if (real(x) <= 0) throw domain();
          return new PyFloat(Math.log2(real(x)));
        },
      ],
      log10: [
        "x, /",
        (_, [x]) => {
          if (real(x) <= 0) throw domain();
          return new PyFloat(Math.log10(real(x)));
        },
      ],
      pow: ["x, y, /", (_, [x, y]) => checked(real(x), real(x) ** real(y))],
      fabs: ["x, /", (_, [x]) => new PyFloat(Math.abs(real(x)))],
      fmod: ["x, y, /", (_, [x, y]) => checked(real(x), real(x) % real(y))],
      modf: ["x, /", (_, [x]) => new PyTuple([new PyFloat(real(x) % 1), new PyFloat(Math.trunc(real(x)))])],
      atan2: ["y, x, /", (_, [y, x]) => new PyFloat(Math.atan2(real(y), real(x)))],
      hypot: ["*", (_, args) => new PyFloat(Math.hypot(...args.map(real)))],
      degrees: ["x, /", (_, [x]) => new PyFloat((real(x) * 180) / Math.PI)],
      radians: ["x, /", (_, [x]) => new PyFloat((real(x) * Math.PI) / 180)],
      copysign: ["x, y, /", (_, [x, y]) => new PyFloat(Math.abs(real(x)) * (real(y) < 0 || Object.is(real(y), -0) ? -1 : 1))],
      isnan: ["x, /", (_, [x]) => Number.isNaN(real(x))],
      isinf: ["x, /", (_, [x]) => Math.abs(real(x)) === Infinity],
      isfinite: ["x, /", (_, [x]) => Number.isFinite(real(x))],
      isclose: [
        "a, b, *, rel_tol=, abs_tol=",
        (_, [a, b, rel, abs]) => {
          const [x, y] = [real(a), real(b)];
          return (
            same(a as Value, b as Value) === true ||
            Math.abs(x - y) <=
              Math.max((rel === undefined ? 1e-9 : real(rel)) * Math.max(Math.abs(x), Math.abs(y)), abs === undefined ? 0 : real(abs))
          );
        },
      ],
      isqrt: ["n, /", (_, [n]) => isqrt(whole(n))],
      gcd: ["*", (_, args) => args.map(whole).reduce(gcd, 0)],
      lcm: ["*", (_, args) => args.map(whole).reduce((a, b) => (a === 0 || b === 0 ? 0 : ints["//"](ints["*"](a, b), gcd(a, b))), 1)],
      factorial: ["n, /", (_, [n]) => factorial(n)],
      comb: [
        "n, k, /",
        (_, [n, k]) => {
          const [a, b] = [Number(whole(n)), Number(whole(k))];
          if (a < 0 || b < 0) throw valueError("n must be a non-negative integer");
          return b > a ? 0 : ints["+"](product(a - b + 1, a) / product(1, b), 0);
        },
      ],
      perm: [
        "n, k=, /",
        (_, [n, k]) => (Number(k ?? n) > Number(n) ? 0 : ints["+"](product(Number(n) - Number(k ?? n) + 1, Number(n)), 0)),
      ],
      fsum: ["seq, /", (_, [v]) => sumOf(v as Value)],
      prod: ["iterable, /, *, start=", (_, [v, start]) => prod(v as Value, start ?? 1)],
      dist: [
        "p, q, /",
        function* (_, [p, q]) {
          const [a, b] = [yield* listOf(p as Value), yield* listOf(q as Value)];
          return new PyFloat(Math.hypot(...a.map((x, i) => real(x) - real(b[i]))));
        },
      ],
    }),
    ["pi", new PyFloat(Math.PI)],
    ["e", new PyFloat(Math.E)],
    ["tau", new PyFloat(2 * Math.PI)],
    ["inf", new PyFloat(Infinity)],
    ["nan", new PyFloat(NaN)],
  ]);
}
