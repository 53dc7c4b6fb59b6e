import { Cell, Obj, PyByteArray, PyBytes, PyFunc, PyGen, PyList, PyMethod, PyModule, PyTuple, PyType, type Value } from "../values.ts";
import { PyDict, PySet } from "./dicts.ts";
import { raised } from "./errors.ts";
import { type AnyFrame, Frame, type Gen } from "./frame.ts";
import type { Thread } from "./thread.ts";

/** What is looked at before a count is taken for good: a heap so big is counted in parts of it. */
const MOST = 4_000_000;

/** Bytes that are reachable from here, as CPython's objects would be big. */
export function reachable(
  roots: Iterable<Map<unknown, Value>>,
  threads: Iterable<Thread>,
): { readonly bytes: number; readonly looked: number } {
  const seen = new Set<object>();
  const todo: unknown[] = [];
  let bytes = 0;
  let looked = 0;
  const look = (v: unknown): void => {
    looked++;
    if (typeof v === "string") bytes += v.length > 64 ? v.length : 0;
    else if (typeof v === "object" && v !== null && !seen.has(v)) {
      seen.add(v);
      todo.push(v);
    }
  };
  const all = (values: Iterable<unknown>): void => {
    for (const v of values) look(v);
  };
  for (const root of roots) all(root.values());
  for (const thread of threads) for (let f: AnyFrame | undefined = thread.top; f; f = f.back) if (f instanceof Frame) look(f);
  while (todo.length > 0 && seen.size < MOST) {
    const v = todo.pop();
    if (v instanceof Frame) {
      all(v.stack);
      all(v.locals);
      all(v.cells);
      if (v.names) all(v.names.values());
      bytes += 400;
      continue;
    }
    if (!(v instanceof Obj)) continue;
    bytes += 48;
    if (v.dict) {
      bytes += v.dict.size * 40 + 100;
      all(v.dict.values());
    }
    if (v instanceof PyList || v instanceof PyTuple) {
      bytes += v.items.length * 8;
      all(v.items);
    } else if (v instanceof PyDict) {
      bytes += v.size * 100;
      all(v.map.keys());
      all(v.map.values());
    } else if (v instanceof PySet) {
      bytes += v.map.size * 64;
      all(v.map.values());
    } else if (v instanceof PyBytes || v instanceof PyByteArray) bytes += v.data.length;
    else if (v instanceof PyFunc) {
      all(v.closure);
      all(v.defaults);
      all(v.globals.values());
    } else if (v instanceof PyMethod) look(v.self);
    else if (v instanceof PyGen) look(v.frame);
    else if (v instanceof Cell) look(v.v);
    else if (v instanceof PyModule) all(v.ns.values());
    else if (v instanceof PyType) all(v.attrs.values());
  }
  return { bytes, looked };
}

/** Makes room for something big: the kernel may end the process for it; what the host cannot hold is a MemoryError. */
export function* reserve(bytes: number, most = 2 ** 28): Gen<void> {
  yield (t) => (t.machine.charge(bytes), t.machine.spend(Math.min(bytes / 512, 1e7)), null);
  yield* settled();
  if (bytes > most) throw raised("MemoryError");
}
/** Tells the kernel how much is used, which it may not survive. */
function* settled(): Gen<void> {
  let wait: Promise<unknown> | undefined;
  yield (t) => ((wait = t.machine.report()), null);
  if (wait) yield wait;
}
