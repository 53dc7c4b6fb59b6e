import type { Code } from "../compile/code.ts";
import type { Cell, PyExc, PyGen, Value } from "../values.ts";
import type { Thread } from "./thread.ts";

interface Block {
  readonly handler: number;
  readonly depth: number;
}

/** A piece of code that is being run. */
export class Frame {
  readonly code: Code;
  pc = 0;
  /** The instruction that is being run, or was the last. */
  at = 0;
  readonly stack: Value[] = [];
  readonly locals: (Value | undefined)[];
  cells: readonly Cell[];
  readonly globals: Map<string, Value>;
  /** Of a module, a class's body and what exec() runs: names by themselves. */
  readonly names: Map<string, Value> | undefined;
  readonly blocks: Block[] = [];
  back: AnyFrame | undefined = undefined;
  t: Thread;
  gen: PyGen | undefined = undefined;
  /** What is being handled: what `raise` by itself raises again. */
  handled: PyExc | null = null;
  /** What its caller gets instead of what it returns: a new object. */
  instance: Value | undefined = undefined;

  constructor(t: Thread, code: Code, globals: Map<string, Value>, names?: Map<string, Value>) {
    this.t = t;
    this.code = code;
    this.globals = globals;
    this.names = names;
    this.locals = new Array<Value | undefined>(code.locals.length).fill(undefined);
    this.cells = [];
  }
  push(v: Value): void {
    this.stack.push(v);
  }
  pop(): Value {
    return this.stack.pop() as Value;
  }
  top(): Value {
    return this.stack[this.stack.length - 1] as Value;
  }
}

/** Pending: the answer comes when the frames that have been put on top are done. */
export const PENDING = Symbol("pending");
/** An iterator has nothing more. */
export const END = Symbol("end");
/** Nobody wants the answer: a signal's handler comes between what was going on. */
export const DROPPED = Symbol("dropped");
/** Lets others run, if it is their turn. */
export const PAUSE = Symbol("pause");

export type Maybe = Value | typeof PENDING;
/** What the host's code asks of the thread that runs it: to call something, to wait for something. */
export type Request = ((t: Thread) => Maybe | typeof END) | Promise<unknown> | typeof PAUSE;
/** The host's code where it has to call Python's, or wait. */
export type Gen<R = Value> = Generator<Request, R, unknown>;

/** The host's code that is being run. */
export class NativeFrame {
  readonly gen: Gen<Value | typeof END>;
  back: AnyFrame | undefined = undefined;
  sent: unknown = undefined;
  failed: { readonly error: unknown } | undefined = undefined;
  /** What it waits for. */
  waiting: Promise<unknown> | undefined = undefined;
  constructor(gen: Gen<Value | typeof END>) {
    this.gen = gen;
  }
}
export type AnyFrame = Frame | NativeFrame;
