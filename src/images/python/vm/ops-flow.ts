import { PyExc, PyGen, PyTuple, PyType, type Value } from "../values.ts";
import { getAttribute } from "./attributes.ts";
import { SLOW } from "./dicts.ts";
import { exceptions, PyRaise, raised, typeError } from "./errors.ts";
import { END, type Frame, type Gen, PENDING } from "./frame.ts";
import { call, getIter, next, PyIter, resume } from "./iterate.ts";
import { Obj, typeOf, T } from "../values.ts";
import { typeName } from "./names.ts";
import { PyTraceback } from "./traceback-objects.ts";
import { isTrue, truth } from "./truth.ts";

export const JUMP = (f: Frame, to: number): void => void (f.pc = to);
/** Takes what is on top: whether it is true. Undefined: its class is being asked, and the instruction runs again. */
function test(f: Frame): boolean | undefined {
  const v = f.stack.pop() as Value;
  const fast = isTrue(v);
  if (fast !== SLOW) return fast;
  f.pc--;
  f.t.pushGen(truth(v));
  return undefined;
}
export const JUMP_IF_FALSE = (f: Frame, to: number): boolean | void => {
  const yes = test(f);
  if (yes === undefined) return true;
  if (!yes) f.pc = to;
};
export const JUMP_IF_TRUE = (f: Frame, to: number): boolean | void => {
  const yes = test(f);
  if (yes === undefined) return true;
  if (yes) f.pc = to;
};
export const NOT = (f: Frame): boolean | void => {
  const yes = test(f);
  if (yes === undefined) return true;
  f.stack.push(!yes);
};

export const GET_ITER = (f: Frame): boolean | void => {
  const it = getIter(f.t, f.pop());
  if (it === PENDING) return true;
  f.stack.push(it);
};
export const FOR_ITER = (f: Frame, to: number): boolean | void => {
  const it = f.top();
  const v = it instanceof PyIter ? it.step(f.t) : next(f.t, it);
  if (v === PENDING) return true;
  if (v === END) {
    f.pop();
    f.pc = to;
    return;
  }
  if (typeof v === "object" && v !== null && !(v instanceof Obj)) {
    f.t.pushGen(v as Gen<Value | typeof END>);
    return true;
  }
  f.stack.push(v as Value);
};

/** Lets a generator within this one go on with what is on top: `yield from`. */
export const SEND = (f: Frame): boolean | void => {
  const sent = f.pop();
  const it = f.top();
  if (it instanceof PyGen) {
    resume(f.t, it, sent);
    return true;
  }
  if (sent !== null) {
    const method = getAttribute(f.t, it, "send");
    if (method === PENDING) return true;
    const v = f.t.call(method, [sent]);
    if (v === PENDING) return true;
    f.stack.push(v);
    return;
  }
  const v = next(f.t, it);
  if (v === PENDING) return true;
  if (v === END) throw raised("StopIteration");
  f.stack.push(v);
};
export const YIELD = (f: Frame): boolean => {
  const v = f.pop();
  (f.gen as PyGen).state = "suspended";
  f.t.finish(f, v);
  return true;
};
export const GET_AWAITABLE = (f: Frame): boolean | void => {
  const v = f.top();
  if (v instanceof PyGen) return;
  const method = typeOf(v).find("__await__");
  if (method === undefined) throw typeError(`object ${typeName(v)} can't be used in 'await' expression`);
  f.pop();
  const it = f.t.call(method, [v]);
  if (it === PENDING) return true;
  f.stack.push(it);
};
export const RETURN = (f: Frame): boolean => {
  let v = f.pop();
  if (f.instance !== undefined) {
    if (v !== null) throw typeError(`__init__() should return None, not '${typeName(v)}'`);
    v = f.instance;
  }
  if (f.gen) {
    f.gen.state = "done";
    f.t.leave(f);
    f.t.unwindStop(v);
    return true;
  }
  f.t.finish(f, v);
  return true;
};

export const SETUP = (f: Frame, handler: number): void => void f.blocks.push({ handler, depth: f.stack.length });
/** As SETUP, but what is on top goes when it is needed. */
export const SETUP_BELOW = (f: Frame, handler: number): void => void f.blocks.push({ handler, depth: f.stack.length - 1 });
export const POP_BLOCK = (f: Frame): void => void f.blocks.pop();
/** The end of a handler: what was handled before is handled again. */
export const POP_EXCEPT = (f: Frame): void => void (f.handled = f.pop() as PyExc | null);

function toRaise(f: Frame, v: Value): PyExc | undefined {
  if (v instanceof PyExc) return v;
  if (v instanceof PyType && v.isSubclass(exceptions["BaseException"] as PyType)) {
    const made = f.t.call(v, []);
    if (made === PENDING) return undefined;
    return made as PyExc;
  }
  throw typeError("exceptions must derive from BaseException");
}
export const RAISE = (f: Frame, parts: 0 | 1 | 2): boolean | void => {
  if (parts === 0) {
    const now = f.t.handled();
    if (!now) throw raised("RuntimeError", "No active exception to reraise");
    throw new PyRaise(now, true);
  }
  const cause = parts === 2 ? f.pop() : undefined;
  const exc = toRaise(f, f.pop());
  if (!exc) {
    // Its class runs code of its own first; then this runs again with what it made.
    if (cause !== undefined) throw typeError("an exception class with code of its own has to be called before `from`");
    f.pc--;
    return true;
  }
  if (cause !== undefined) {
    if (cause !== null && !(cause instanceof PyExc) && !(cause instanceof PyType))
      throw typeError("exception causes must derive from BaseException");
    exc.cause = cause === null ? null : (toRaise(f, cause) ?? null);
    exc.suppress = true;
  }
  throw new PyRaise(exc);
};
export const RERAISE = (f: Frame): void => {
  const exc = f.pop() as PyExc;
  f.handled = f.pop() as PyExc | null;
  throw new PyRaise(exc, true);
};
/** What was raised while something was handled goes on: prev, so many values, prev, exc. */
export const RERAISE_OVER = (f: Frame, between: number): void => {
  const exc = f.pop() as PyExc;
  f.stack.length -= 1 + between;
  f.handled = f.pop() as PyExc | null;
  throw new PyRaise(exc, true);
};
/** exc type → exc, and whether it is of the type. */
export const MATCHES = (f: Frame): void => {
  const type = f.pop();
  const exc = f.top() as PyExc;
  f.stack.push(matches(exc, type));
};
function matches(exc: PyExc, type: Value): boolean {
  if (type instanceof PyTuple) return type.items.some((one) => matches(exc, one));
  if (!(type instanceof PyType) || !type.isSubclass(T.BaseException))
    throw typeError("catching classes that do not inherit from BaseException is not allowed");
  return exc.cls.isSubclass(type);
}

/** `with`: context → its exit, and what it gives. */
export const ENTER = (f: Frame, isAsync: boolean): boolean => {
  const context = f.pop();
  const [enter, exit] = isAsync ? ["__aenter__", "__aexit__"] : ["__enter__", "__exit__"];
  const cls = typeOf(context);
  if (cls.find(enter) === undefined)
    throw typeError(`'${cls.name}' object does not support the ${isAsync ? "asynchronous " : ""}context manager protocol`);
  if (cls.find(exit) === undefined)
    throw typeError(
      `'${cls.name}' object does not support the ${isAsync ? "asynchronous " : ""}context manager protocol (missed ${exit} method)`,
    );
  const leave = getAttribute(f.t, context, exit);
  f.stack.push(leave as Value);
  f.t.pushGen(entered(context, enter));
  return true;
};
function* entered(context: Value, enter: string): Gen {
  const method = (yield (t) => getAttribute(t, context, enter)) as Value;
  return yield* call(method);
}
/** exit → the answer of exit(None, None, None) */
export const LEAVE = (f: Frame): boolean => {
  f.t.pushGen(call(f.pop(), null, null, null));
  return true;
};
/** exit prev exc → exit prev exc, and what exit says to the exception. */
export const LEAVE_FAILED = (f: Frame): boolean => {
  const exc = f.top() as PyExc;
  const exit = f.stack[f.stack.length - 3] as Value;
  f.t.pushGen(call(exit, exc.cls, exc, new PyTraceback(exc.traceback)));
  return true;
};
