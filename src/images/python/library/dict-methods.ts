import { PyTuple, PyWrapped, T, PyType, type Value } from "../values.ts";
import { findAttribute } from "../vm/attributes.ts";
import { keyOf, PyDict, PySet, SLOW } from "../vm/dicts.ts";
import { raised, typeError, valueError } from "../vm/errors.ts";
import { END, type Gen } from "../vm/frame.ts";
import { getItem } from "../vm/items.ts";
import { DictView, listOf } from "../vm/iterate.ts";
import { methods, PyNative } from "../vm/native.ts";

const dict = (v: Value | undefined): PyDict => v as PyDict;

/** Adds what dict() and update() are given. */
export function* intoDict(into: PyDict, args: readonly Value[], kw: Map<string, Value> | undefined): Gen {
  const [from] = args;
  if (args.length > 1) throw typeError(`dict expected at most 1 argument, got ${args.length}`);
  if (from instanceof PyDict) for (const [key, value] of from.entries()) into.set(yield* into.slowKey(key), key, value);
  else if (from !== undefined) {
    const keys = yield (t) => findAttribute(t, from, "keys") ?? END;
    if (keys !== END) {
      for (const key of yield* listOf((yield (t) => t.call(keys as Value, [])) as Value))
        into.set(yield* into.slowKey(key), key, (yield (t) => getItem(t, from, key)) as Value);
    } else {
      for (const [i, pair] of (yield* listOf(from)).entries()) {
        let parts: Value[];
        try {
          parts = yield* listOf(pair);
        } catch {
          throw typeError(`cannot convert dictionary update sequence element #${i} to a sequence`);
        }
        if (parts.length !== 2) throw valueError(`dictionary update sequence element #${i} has length ${parts.length}; 2 is required`);
        into.set(yield* into.slowKey(parts[0] as Value), parts[0] as Value, parts[1] as Value);
      }
    }
  }
  for (const [name, value] of kw ?? []) into.put(name, value);
  return into;
}
/** What is under a key; END: nothing. */
function* look(d: PyDict, key: Value): Gen<Value | typeof END> {
  const fast = keyOf(key);
  return d.map.get(fast === SLOW ? yield* d.slowKey(key) : fast) ?? (d.map.has(fast as string) ? null : END);
}

export function installDicts(): void {
  methods("dict", T.dict.attrs, {
    keys: ["", (_, [d]) => new DictView(dict(d), "keys")],
    values: ["", (_, [d]) => new DictView(dict(d), "values")],
    items: ["", (_, [d]) => new DictView(dict(d), "items")],
    get: [
      "key, default=",
      function* (_, [d, key, fallback]) {
        const v = yield* look(dict(d), key as Value);
        return v === END ? (fallback ?? null) : v;
      },
    ],
    pop: [
      "key, default=",
      function* (_, [d, key, fallback]) {
        const v = yield* look(dict(d), key as Value);
        if (v === END) {
          if (fallback === undefined) throw raised("KeyError", key as Value);
          return fallback;
        }
        dict(d).delete(yield* dict(d).slowKey(key as Value));
        return v;
      },
    ],
    popitem: [
      "",
      (_, [d]) => {
        const last = [...dict(d).map.keys()].at(-1);
        if (last === undefined) throw raised("KeyError", "popitem(): dictionary is empty");
        const pair = new PyTuple([dict(d).original(last), dict(d).map.get(last) as Value]);
        dict(d).delete(last);
        return pair;
      },
    ],
    setdefault: [
      "key, default=",
      function* (_, [d, key, value]) {
        const v = yield* look(dict(d), key as Value);
        if (v !== END) return v;
        dict(d).set(yield* dict(d).slowKey(key as Value), key as Value, value ?? null);
        return value ?? null;
      },
    ],
    update: [
      "*",
      function* (_, [d, ...args], kw) {
        yield* intoDict(dict(d), args, kw);
        return null;
      },
    ],
    clear: ["", (_, [d]) => (dict(d).clear(), null)],
    copy: ["", (_, [d]) => dict(d).copy()],
    __getitem__: [
      "key",
      function* (_, [d, key]) {
        const v = yield* look(dict(d), key as Value);
        if (v === END) throw raised("KeyError", key as Value);
        return v;
      },
    ],
    __setitem__: [
      "key, value",
      function* (_, [d, key, value]) {
        dict(d).set(yield* dict(d).slowKey(key as Value), key as Value, value as Value);
        return null;
      },
    ],
    __delitem__: [
      "key",
      function* (_, [d, key]) {
        if (!dict(d).delete(yield* dict(d).slowKey(key as Value))) throw raised("KeyError", key as Value);
        return null;
      },
    ],
    __contains__: [
      "key",
      function* (_, [d, key]) {
        return (yield* look(dict(d), key as Value)) !== END;
      },
    ],
  });
  const fromkeys = new PyNative("fromkeys", "cls, iterable, value=, /", function* (_, [cls, from, value]) {
    const made = new PyDict(undefined, cls instanceof PyType ? cls : T.dict);
    for (const key of yield* listOf(from as Value)) made.set(yield* made.slowKey(key), key, value ?? null);
    return made;
  });
  T.dict.attrs.set("fromkeys", new PyWrapped(T.classmethod, fromkeys));
  methods("dict_keys", T.keys.attrs, {
    isdisjoint: [
      "other",
      (_, [v, other]) => !(v as DictView).of.keys().some((k) => other instanceof PySet && other.map.has(keyOf(k) as string)),
    ],
  });
}
