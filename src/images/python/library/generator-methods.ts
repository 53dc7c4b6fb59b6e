import { type PyExc, type PyGen, PyType, T, type Value } from "../values.ts";
import { PyRaise, raised } from "../vm/errors.ts";
import { END } from "../vm/frame.ts";
import { getIter, next, resume } from "../vm/iterate.ts";
import { methods } from "../vm/native.ts";
import { plain } from "../vm/names.ts";
import { lengthOf } from "./length.ts";

/** What generators and coroutines can be asked, and what everything that can be walked through has. */
export function installGenerators(): void {
  const go = (v: Value | undefined): PyGen => v as PyGen;
  for (const cls of [T.generator, T.coroutine])
    methods(cls.name, cls.attrs, {
      send: [
        "value",
        function* (_, [gen, value]) {
          return (yield (t) => resume(t, go(gen), value as Value)) as Value;
        },
      ],
      throw: [
        "type, value=, tb=, /",
        function* (_, [gen, type, value]) {
          const exc = type instanceof PyType ? ((yield (t) => t.call(type, value === undefined ? [] : [value])) as PyExc) : (type as PyExc);
          return (yield (t) => resume(t, go(gen), null, new PyRaise(exc))) as Value;
        },
      ],
      close: [
        "",
        function* (_, [gen]) {
          const { state } = go(gen);
          if (state === "done") return null;
          try {
            yield (t) => resume(t, go(gen), null, raised("GeneratorExit"));
          } catch (error) {
            if (error instanceof PyRaise && ["GeneratorExit", "StopIteration"].includes(error.exc.cls.name)) return null;
            throw error;
          }
          if (state !== "new") throw raised("RuntimeError", "generator ignored GeneratorExit");
          return null;
        },
      ],
    });
  for (const cls of [T.generator, T.iterator])
    methods(cls.name, cls.attrs, {
      __iter__: ["", (_, [it]) => it as Value],
      __next__: [
        "",
        function* (_, [it]) {
          const item = yield (t) => next(t, it as Value);
          if (item === END) throw raised("StopIteration");
          return item as Value;
        },
      ],
    });
  for (const cls of [T.list, T.tuple, T.dict, T.set, T.frozenset, T.str, T.bytes, T.range, T.keys, T.values, T.items])
    methods(cls.name, cls.attrs, {
      __iter__: [
        "",
        function* (_, [v]) {
          return (yield (t) => getIter(t, plain(v as Value))) as Value;
        },
      ],
      __len__: ["", (t, [v]) => lengthOf(t, plain(v as Value))],
    });
}
