import type { Value } from "../values.ts";
import { getAttribute } from "../vm/attributes.ts";
import { raised, valueError } from "../vm/errors.ts";
import { formatValue } from "../vm/format.ts";
import type { Gen } from "../vm/frame.ts";
import { getItem } from "../vm/items.ts";
import { reprOf, strOf } from "../vm/repr.ts";

/** str.format */
export function* strFormat(text: string, args: readonly Value[], kw: Map<string, Value> | undefined): Gen<string> {
  let auto = 0;
  const expand = function* (source: string, depth: number): Gen<string> {
    if (depth > 2) throw valueError("Max string recursion exceeded");
    let out = "";
    for (let i = 0; i < source.length; i++) {
      const c = source[i] as string;
      if (c === "}" && depth === 1) {
        if (source[i + 1] !== "}") throw valueError("Single '}' encountered in format string");
        out += "}";
        i++;
      } else if (c !== "{") out += c;
      else if (source[i + 1] === "{" && depth === 1) {
        out += "{";
        i++;
      } else {
        const end = closing(source, i);
        const [, name = "", conversion, spec = ""] =
          /^([^!:]*(?:\[[^\]]*\][^!:]*)*)(?:!(.))?(?::([^]*))?$/.exec(source.slice(i + 1, end)) ?? [];
        const value = yield* look(name);
        const shown = conversion === "r" ? yield* reprOf(value) : conversion === "s" ? yield* strOf(value) : value;
        out += yield* formatValue(shown, yield* expand(spec, depth + 1));
        i = end;
      }
    }
    return out;
  };
  const look = function* (name: string): Gen {
    const [, first = "", rest = ""] = /^([^.[]*)(.*)$/s.exec(name) ?? [];
    const index = first === "" ? auto++ : /^\d+$/.test(first) ? Number(first) : undefined;
    let value: Value | undefined;
    if (index !== undefined) {
      value = args[index];
      if (value === undefined) throw raised("IndexError", `Replacement index ${index} out of range for positional args tuple`);
    } else {
      value = kw?.get(first);
      if (value === undefined) throw raised("KeyError", first);
    }
    for (const [, attribute, item] of rest.matchAll(/\.([^.[]+)|\[([^\]]*)\]/g)) {
      const of = value as Value;
      value = (yield (t) =>
        attribute === undefined
          ? getItem(t, of, /^\d+$/.test(item as string) ? Number(item) : (item as string))
          : getAttribute(t, of, attribute)) as Value;
    }
    return value;
  };
  return yield* expand(text, 1);
}
function closing(source: string, from: number): number {
  let depth = 0;
  for (let i = from; i < source.length; i++) {
    if (source[i] === "{") depth++;
    else if (source[i] === "}" && --depth === 0) return i;
  }
  throw valueError(source.length === from + 1 ? "Single '{' encountered in format string" : "expected '}' before end of string");
}
