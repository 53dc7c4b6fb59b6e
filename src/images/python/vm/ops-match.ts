import { PyList, PyTuple, PyType, typeOf, type Value, T } from "../values.ts";
import { findAttribute } from "./attributes.ts";
import { keyOf, PyDict, SLOW } from "./dicts.ts";
import { typeError } from "./errors.ts";
import { END, type Frame, type Gen } from "./frame.ts";

/** value → a tuple of its parts, or None. */
export const MATCH_SEQUENCE = (f: Frame, [n, star]: readonly [number, number]): void => {
  const v = f.pop();
  const items = v instanceof PyList || v instanceof PyTuple ? v.items : undefined;
  if (!items || (star < 0 ? items.length !== n : items.length < n)) return void f.stack.push(null);
  if (star < 0) return void f.stack.push(new PyTuple([...items]));
  const middle = items.length - n;
  f.stack.push(new PyTuple([...items.slice(0, star), new PyList(items.slice(star, star + middle)), ...items.slice(star + middle)]));
};
/** value keys… → a tuple of what it has under them, and the rest if asked for; or None. */
export const MATCH_KEYS = (f: Frame, [n, rest]: readonly [number, boolean]): void => {
  const keys = f.stack.splice(f.stack.length - n, n);
  const v = f.pop();
  if (!(v instanceof PyDict)) return void f.stack.push(null);
  const found: Value[] = [];
  const left = v.copy();
  for (const key of keys) {
    const k = keyOf(key);
    const value = k === SLOW ? undefined : v.map.get(k);
    if (value === undefined || k === SLOW) return void f.stack.push(null);
    left.delete(k);
    found.push(value);
  }
  if (rest) found.push(left);
  f.stack.push(new PyTuple(found));
};
interface Wanted {
  readonly positional: number;
  readonly names: readonly string[];
}
/** value class → a tuple of its attributes, or None. */
export const MATCH_CLASS = (f: Frame, wanted: Wanted): boolean => {
  const cls = f.pop();
  f.t.pushGen(attributes(f.pop(), cls, wanted));
  return true;
};
function* attributes(v: Value, cls: Value, { positional, names }: Wanted): Gen {
  if (!(cls instanceof PyType)) throw typeError("called match pattern must be a class");
  if (!typeOf(v).isSubclass(cls)) return null;
  const found: Value[] = [];
  let all = names;
  if (positional > 0) {
    if (cls.layout !== "object" || cls === T.object) {
      if (positional > 1) throw typeError(`${cls.name}() accepts 1 positional sub-pattern (${positional} given)`);
      found.push(v);
    } else {
      const match = cls.find("__match_args__");
      const known = match instanceof PyTuple ? match.items : [];
      if (known.length < positional)
        throw typeError(
          `${cls.name}() accepts ${known.length} positional sub-pattern${known.length === 1 ? "" : "s"} (${positional} given)`,
        );
      all = [...known.slice(0, positional).map(String), ...names];
    }
  }
  for (const name of all) {
    const value = yield (t) => findAttribute(t, v, name) ?? END;
    if (value === END) return null;
    found.push(value as Value);
  }
  return new PyTuple(found);
}
