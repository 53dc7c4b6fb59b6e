import { PyBytes, PyList, PyTuple, T, type Value } from "../values.ts";
import { PyDict } from "../vm/dicts.ts";
import { typeError, valueError } from "../vm/errors.ts";
import type { Gen } from "../vm/frame.ts";
import { listOf } from "../vm/iterate.ts";
import { methods, PyNative } from "../vm/native.ts";
import { plain, typeName } from "../vm/names.ts";
import { asInt } from "../vm/numbers.ts";
import { PyWrapped } from "../values.ts";
import { encoded } from "./encodings.ts";
import { strFormat } from "./text-format.ts";

const text = (v: Value | undefined): string => plain(v as Value) as string;
const needText = (v: Value | undefined, what: string): string => {
  const s = v === undefined ? v : plain(v);
  if (typeof s !== "string") throw typeError(`${what} must be str, not ${typeName(v as Value)}`);
  return s;
};
const WHITE = "\\s\\x1c-\\x1f\\x85";
const trim = (s: string, chars: Value | undefined, sides: "both" | "left" | "right"): string => {
  const set =
    chars === undefined || chars === null ? WHITE : [...needText(chars, "strip arg")].map((c) => c.replace(/[\\\]^-]/, "\\$&")).join("");
  if (set === "") return s;
  const has = new RegExp(`[${set}]`, "u");
  const points = [...s];
  let [from, to] = [0, points.length];
  if (sides !== "right") while (from < to && has.test(points[from] as string)) from++;
  if (sides !== "left") while (to > from && has.test(points[to - 1] as string)) to--;
  return points.slice(from, to).join("");
};
function bounds(s: string, start: Value | undefined, end: Value | undefined): readonly [number, number] {
  const fix = (v: Value | undefined, otherwise: number): number => {
    if (v === undefined || v === null) return otherwise;
    const n = Number(asInt(v));
    return Math.min(s.length, Math.max(0, n < 0 ? n + s.length : n));
  };
  return [fix(start, 0), fix(end, s.length)];
}
function find(s: string, part: Value | undefined, start: Value | undefined, end: Value | undefined, last: boolean): number {
  const wanted = needText(part, "argument 1");
  const [from, to] = bounds(s, start, end);
  const within = s.slice(from, to);
  const at = last ? within.lastIndexOf(wanted) : within.indexOf(wanted);
  return at < 0 ? -1 : at + from;
}
function split(s: string, sep: Value | undefined, most: Value | undefined, right: boolean): string[] {
  const limit = most === undefined || Number(asInt(most)) < 0 ? Infinity : Number(asInt(most));
  if (sep === undefined || sep === null) {
    const words: string[] = [];
    let rest = right ? trim(s, undefined, "right") : trim(s, undefined, "left");
    while (rest !== "" && words.length < limit) {
      const m = (right ? /\s+(?=\S+$)/ : /\s+/).exec(rest);
      if (!m) break;
      words.push(right ? rest.slice(m.index + m[0].length) : rest.slice(0, m.index));
      rest = right ? rest.slice(0, m.index) : rest.slice(m.index + m[0].length);
    }
    if (rest !== "") words.push(rest);
    return right ? words.toReversed() : words;
  }
  const by = needText(sep, "sep");
  if (by === "") throw valueError("empty separator");
  const parts = s.split(by);
  if (parts.length - 1 <= limit) return parts;
  if (right) return [parts.slice(0, parts.length - limit).join(by), ...parts.slice(parts.length - limit)];
  return [...parts.slice(0, limit), parts.slice(limit).join(by)];
}
const all = (s: string, pattern: RegExp): boolean => s !== "" && pattern.test(s);
const capital = (s: string): string => {
  const [first = "", ...rest] = s;
  return first.toUpperCase() + rest.join("").toLowerCase();
};
const title = (s: string): string => s.replace(/\p{L}+/gu, capital);
const pad = (s: string, width: Value | undefined, fill: Value | undefined, how: "<" | ">" | "^"): string => {
  const missing = Number(asInt(width as Value)) - [...s].length;
  if (missing <= 0) return s;
  const c = fill === undefined ? " " : text(fill);
  if ([...c].length !== 1) throw typeError("The fill character must be exactly one character long");
  if (missing > 1e7) throw valueError("too wide");
  if (how === "<") return s + c.repeat(missing);
  if (how === ">") return c.repeat(missing) + s;
  const left = (missing >> 1) + (missing & Number(asInt(width as Value)) & 1);
  return c.repeat(left) + s + c.repeat(missing - left);
};
function* join(sep: string, items: Value): Gen {
  const parts = yield* listOf(items);
  for (const [i, part] of parts.entries()) {
    const s = plain(part);
    if (typeof s !== "string") throw typeError(`sequence item ${i}: expected str instance, ${typeName(part)} found`);
    parts[i] = s;
  }
  yield (t) => (t.machine.charge(parts.length * 4), t.machine.spend(parts.length >> 3), null);
  return (parts as string[]).join(sep);
}
const affix = (
  s: string,
  given: Value | undefined,
  start: Value | undefined,
  end: Value | undefined,
  how: "startsWith" | "endsWith",
): boolean => {
  const [from, to] = bounds(s, start, end);
  const within = s.slice(from, to);
  if (given instanceof PyTuple) return given.items.some((g) => within[how](text(g)));
  const wanted = plain(given as Value);
  if (typeof wanted !== "string")
    throw typeError(`${how.toLowerCase()} first arg must be str or a tuple of str, not ${typeName(given as Value)}`);
  return within[how](wanted);
};
const partition = (s: string, sep: string, last: boolean): Value => {
  if (sep === "") throw valueError("empty separator");
  const at = last ? s.lastIndexOf(sep) : s.indexOf(sep);
  if (at < 0) return new PyTuple(last ? ["", "", s] : [s, "", ""]);
  return new PyTuple([s.slice(0, at), sep, s.slice(at + sep.length)]);
};
export const lines = (s: string, keep: boolean): string[] => {
  const parts =
    s.match(/[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])|[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+$/g) ??
    [];
  return keep ? parts : parts.map((p) => p.replace(/(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])$/, ""));
};

export function installText(): void {
  methods("str", T.str.attrs, {
    upper: ["", (_, [s]) => text(s).toUpperCase()],
    lower: ["", (_, [s]) => text(s).toLowerCase()],
    casefold: ["", (_, [s]) => text(s).toLowerCase().replaceAll("ß", "ss")],
    capitalize: ["", (_, [s]) => capital(text(s))],
    title: ["", (_, [s]) => title(text(s))],
    swapcase: ["", (_, [s]) => [...text(s)].map((c) => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase())).join("")],
    strip: ["chars=", (_, [s, c]) => trim(text(s), c, "both")],
    lstrip: ["chars=", (_, [s, c]) => trim(text(s), c, "left")],
    rstrip: ["chars=", (_, [s, c]) => trim(text(s), c, "right")],
    split: ["/, sep=, maxsplit=", (_, [s, sep, most]) => new PyList(split(text(s), sep, most, false))],
    rsplit: ["/, sep=, maxsplit=", (_, [s, sep, most]) => new PyList(split(text(s), sep, most, true))],
    splitlines: ["/, keepends=", (_, [s, keep]) => new PyList(lines(text(s), keep === true))],
    join: ["iterable", (_, [s, items]) => join(text(s), items as Value)],
    replace: [
      "old, new, count=",
      (t, [s, old, by, count]) => {
        const [from, to] = [needText(old, "replace() argument 1"), needText(by, "replace() argument 2")];
        const limit = count === undefined || Number(count) < 0 ? Infinity : Number(count);
        if (limit === Infinity) {
          const made = text(s).replaceAll(from, () => to);
          if (made.length > 4096) t.machine.charge(made.length);
          return made;
        }
        let rest = text(s);
        let out = "";
        for (let i = 0; i < limit; i++) {
          const at = rest.indexOf(from);
          if (at < 0) break;
          out += rest.slice(0, at) + to;
          rest = rest.slice(at + from.length);
        }
        return out + rest;
      },
    ],
    startswith: ["prefix, start=, end=", (_, [s, p, a, b]) => affix(text(s), p, a, b, "startsWith")],
    endswith: ["suffix, start=, end=", (_, [s, p, a, b]) => affix(text(s), p, a, b, "endsWith")],
    find: ["sub, start=, end=", (_, [s, p, a, b]) => find(text(s), p, a, b, false)],
    rfind: ["sub, start=, end=", (_, [s, p, a, b]) => find(text(s), p, a, b, true)],
    index: [
      "sub, start=, end=",
      (_, [s, p, a, b]) => {
        const at = find(text(s), p, a, b, false);
        if (at < 0) throw valueError("substring not found");
        return at;
      },
    ],
    rindex: [
      "sub, start=, end=",
      (_, [s, p, a, b]) => {
        const at = find(text(s), p, a, b, true);
        if (at < 0) throw valueError("substring not found");
        return at;
      },
    ],
    count: [
      "sub, start=, end=",
      (_, [s, p, a, b]) => {
        const [from, to] = bounds(text(s), a, b);
        const part = needText(p, "argument 1");
        return part === "" ? to - from + 1 : text(s).slice(from, to).split(part).length - 1;
      },
    ],
    partition: ["sep", (_, [s, sep]) => partition(text(s), needText(sep, "sep"), false)],
    rpartition: ["sep", (_, [s, sep]) => partition(text(s), needText(sep, "sep"), true)],
    removeprefix: ["prefix", (_, [s, p]) => (text(s).startsWith(text(p)) ? text(s).slice(text(p).length) : text(s))],
    removesuffix: ["suffix", (_, [s, p]) => (text(p) !== "" && text(s).endsWith(text(p)) ? text(s).slice(0, -text(p).length) : text(s))],
    ljust: ["width, fillchar=", (_, [s, w, f]) => pad(text(s), w, f, "<")],
    rjust: ["width, fillchar=", (_, [s, w, f]) => pad(text(s), w, f, ">")],
    center: ["width, fillchar=", (_, [s, w, f]) => pad(text(s), w, f, "^")],
    zfill: [
      "width",
      (_, [s, w]) => {
        const [, sign = "", digits = ""] = /^([+-]?)(.*)$/s.exec(text(s)) ?? [];
        return sign + digits.padStart(Math.min(1e6, Number(asInt(w as Value))) - sign.length, "0");
      },
    ],
    expandtabs: [
      "/, tabsize=",
      (_, [s, n]) =>
        text(s).replace(/([^\t\n]*)\t/g, (_all, before: string) => before + " ".repeat(Number(n ?? 8) - (before.length % Number(n ?? 8)))),
    ],
    isdigit: ["", (_, [s]) => all(text(s), /^[\p{Nd}\u00b2\u00b3\u00b9]+$/u)],
    isdecimal: ["", (_, [s]) => all(text(s), /^\p{Nd}+$/u)],
    isnumeric: ["", (_, [s]) => all(text(s), /^\p{N}+$/u)],
    isalpha: ["", (_, [s]) => all(text(s), /^\p{L}+$/u)],
    isalnum: ["", (_, [s]) => all(text(s), /^[\p{L}\p{N}]+$/u)],
    isspace: ["", (_, [s]) => all(text(s), /^[\s\x1c-\x1f\x85]+$/)],
    isupper: ["", (_, [s]) => text(s) !== text(s).toLowerCase() && text(s) === text(s).toUpperCase()],
    islower: ["", (_, [s]) => text(s) !== text(s).toUpperCase() && text(s) === text(s).toLowerCase()],
    istitle: ["", (_, [s]) => /\p{L}/u.test(text(s)) && title(text(s)) === text(s)],
    isidentifier: ["", (_, [s]) => all(text(s), /^[\p{ID_Start}_][\p{ID_Continue}]*$/u)],
    isascii: ["", (_, [s]) => !/[^\0-\x7f]/.test(text(s))],
    isprintable: ["", (_, [s]) => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text(s))],
    encode: [
      "/, encoding=, errors=",
      (_, [s, encoding, errors]) => new PyBytes(encoded(text(s), String(encoding ?? "utf-8"), String(errors ?? "strict"))),
    ],
    format: ["*", (_, [s, ...args], kw) => strFormat(text(s), args, kw)],
    format_map: ["mapping", (_, [s, map]) => strFormat(text(s), [], (map as PyDict).map as Map<string, Value>)],
    translate: [
      "table",
      (_, [s, table]) =>
        [...text(s)]
          .map((c) => {
            const to = (table as PyDict).map.get(c.codePointAt(0) as number);
            return to === undefined ? c : to === null ? "" : typeof to === "number" ? String.fromCodePoint(to) : String(to);
          })
          .join(""),
    ],
    __contains__: ["part", (_, [s, part]) => text(s).includes(text(part))],
  });
  const maketrans = new PyNative("maketrans", "x, y=, z=, /", (_, [x, y, z]) => {
    const table = new PyDict();
    if (x instanceof PyDict) for (const [k, v] of x.entries()) table.put(typeof k === "string" ? (k.codePointAt(0) as number) : k, v);
    else {
      const [from, to] = [[...text(x)], [...text(y)]];
      if (from.length !== to.length) throw valueError("the first two maketrans arguments must have equal length");
      for (const [i, c] of from.entries()) table.put(c.codePointAt(0) as number, (to[i] as string).codePointAt(0) as number);
      for (const c of z === undefined ? "" : text(z)) table.put(c.codePointAt(0) as number, null);
    }
    return table;
  });
  T.str.attrs.set("maketrans", new PyWrapped(T.staticmethod, maketrans));
}
