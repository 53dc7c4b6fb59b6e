import type { Cell, Value } from "../values.ts";
import { PyDict } from "./dicts.ts";
import { nameError } from "./errors.ts";
import type { Frame } from "./frame.ts";

export const CONST = (f: Frame, value: Value): void => void f.stack.push(value);
export const POP = (f: Frame): void => void f.stack.pop();
export const DUP = (f: Frame): void => void f.stack.push(f.top());
/** a b → a b a b */
export const DUP2 = (f: Frame): void => {
  const n = f.stack.length;
  f.stack.push(f.stack[n - 2] as Value, f.stack[n - 1] as Value);
};
export const SWAP = (f: Frame): void => {
  const b = f.pop();
  const a = f.pop();
  f.stack.push(b, a);
};
/** a b c → c a b */
export const ROT3 = (f: Frame): void => {
  const c = f.pop();
  f.stack.splice(f.stack.length - 2, 0, c);
};
const unbound = (name: string): unknown =>
  nameError(name, `cannot access local variable '${name}' where it is not associated with a value`, "UnboundLocalError");

export const LOAD_FAST = (f: Frame, i: number): void => {
  const v = f.locals[i];
  if (v === undefined) throw unbound(f.code.locals[i] as string);
  f.stack.push(v);
};
export const STORE_FAST = (f: Frame, i: number): void => void (f.locals[i] = f.pop());
export const DELETE_FAST = (f: Frame, i: number): void => {
  if (f.locals[i] === undefined) throw unbound(f.code.locals[i] as string);
  f.locals[i] = undefined;
};
const cellName = (f: Frame, i: number): string => {
  const { cells, free } = f.code;
  return (cells[i]?.[0] ?? free[i - cells.length]) as string;
};
export const LOAD_CELL = (f: Frame, i: number): void => {
  const { v } = f.cells[i] as Cell;
  if (v === undefined) {
    const name = cellName(f, i);
    if (i < f.code.cells.length) throw unbound(name);
    throw nameError(name, `cannot access free variable '${name}' where it is not associated with a value in enclosing scope`);
  }
  f.stack.push(v);
};
export const STORE_CELL = (f: Frame, i: number): void => void ((f.cells[i] as Cell).v = f.pop());
export const DELETE_CELL = (f: Frame, i: number): void => void ((f.cells[i] as Cell).v = undefined);
/** The cell itself: for an inner function. */
export const CELL = (f: Frame, i: number): void => void f.stack.push(f.cells[i] as Cell);

export const LOAD_GLOBAL = (f: Frame, name: string): void => {
  let v = f.globals.get(name);
  if (v === undefined) {
    v = f.t.machine.builtins.get(name);
    if (v === undefined) throw nameError(name);
  }
  f.stack.push(v);
};
export const STORE_GLOBAL = (f: Frame, name: string): void => void f.globals.set(name, f.pop());
export const DELETE_GLOBAL = (f: Frame, name: string): void => {
  if (!f.globals.delete(name)) throw nameError(name);
};
export const LOAD_NAME = (f: Frame, name: string): void => {
  const v = f.names?.get(name);
  if (v === undefined) return LOAD_GLOBAL(f, name);
  f.stack.push(v);
};
export const STORE_NAME = (f: Frame, name: string): void => void (f.names ?? f.globals).set(name, f.pop());
export const DELETE_NAME = (f: Frame, name: string): void => {
  if (!(f.names ?? f.globals).delete(name)) throw nameError(name);
};
/** In a class's body: what it has by a name, or else what a function around it has. */
export const LOAD_CLASS_CELL = (f: Frame, [name, i]: readonly [string, number]): void => {
  const own = f.names?.get(name);
  if (own === undefined) LOAD_CELL(f, i);
  else f.stack.push(own);
};
/** `__annotations__` of a class that is being made. */
export const ANNOTATIONS = (f: Frame): void => {
  const names = f.names as Map<string, Value>;
  const all = names.get("__annotations__") ?? new PyDict();
  names.set("__annotations__", all);
  f.stack.push(all);
};
