import { Errno } from "../../../runtime/index.ts";
import { NetError } from "../../../network/index.ts";
import { type PyExc, PyFunc, PyMethod, PyType, type Value } from "../values.ts";
import { bind } from "./calls.ts";
import { exception, isException, osError, PyRaise, raised, typeError } from "./errors.ts";
import { type AnyFrame, DROPPED, END, Frame, type Gen, type Maybe, NativeFrame, PAUSE, PENDING, type Request } from "./frame.ts";
import { instantiate } from "./instances.ts";
import { typeName } from "./names.ts";
import { FOR_ITER, SEND } from "./ops-flow.ts";
import type { Machine } from "./machine.ts";
import { PyNative } from "./native.ts";

/** Host's frames that may be within each other: sorted() within a key function within sorted() and so on. */
const DEEPEST_NATIVE = 4000;

/** What a call takes besides its instructions, and what a frame takes that an exception leaves: in instructions. */
const CALL_COST = 5;
const UNWIND_COST = 30;

/** One flow of Python code. */
export class Thread {
  readonly machine: Machine;
  readonly id: number;
  top: AnyFrame | undefined = undefined;
  depth = 0;
  #natives = 0;
  result: Value = null;
  failure: PyExc | undefined = undefined;
  state: "ready" | "waiting" | "done" = "ready";
  /** Raised at the next instruction: a signal's handler, or KeyboardInterrupt. */
  interrupt: (() => void) | undefined = undefined;

  constructor(machine: Machine, id: number) {
    this.machine = machine;
    this.id = id;
  }

  isOver(): boolean {
    return this.state === "done";
  }
  push(frame: AnyFrame): void {
    const isFrame = frame instanceof Frame;
    if (isFrame ? this.depth >= this.machine.recursionLimit : this.#natives >= DEEPEST_NATIVE)
      throw raised("RecursionError", "maximum recursion depth exceeded");
    if (isFrame) this.depth++;
    else this.#natives++;
    frame.back = this.top;
    this.top = frame;
  }
  pushGen(gen: Gen<Value | typeof END>): typeof PENDING {
    this.push(new NativeFrame(gen));
    return PENDING;
  }
  /** Takes the frame on top away. */
  leave(frame: AnyFrame): void {
    this.top = frame.back;
    frame.back = undefined;
    if (frame instanceof Frame) this.depth--;
    else this.#natives--;
  }
  /** What native code answered: a value, or code that goes on. */
  settle(result: Value | Gen): Maybe {
    if (typeof result === "object" && result !== null && !("cls" in result)) return this.pushGen(result);
    return result;
  }

  call(fn: Value, args: Value[], kw?: Map<string, Value>): Maybe {
    if (fn instanceof PyFunc) return this.callFunction(fn, args, kw);
    if (fn instanceof PyNative) return this.settle(fn.call(this, args, kw));
    if (fn instanceof PyMethod) return this.call(fn.fn, [fn.self, ...args], kw);
    if (fn instanceof PyType) return instantiate(this, fn, args, kw);
    const call = fn !== null && typeof fn === "object" ? fn.cls.find("__call__") : undefined;
    if (call === undefined) throw typeError(`'${typeName(fn)}' object is not callable`);
    return this.call(call, [fn, ...args], kw);
  }
  callFunction(fn: PyFunc, args: Value[], kw?: Map<string, Value>): Maybe {
    const frame = bind(this, fn, args, kw);
    this.machine.budget -= CALL_COST;
    if (frame.code.yields !== "no") return this.machine.generator(frame);
    this.push(frame);
    return PENDING;
  }

  /** A frame is done: its caller gets the value. */
  finish(frame: AnyFrame, value: Value | typeof END): void {
    this.leave(frame);
    this.deliver(value);
  }
  deliver(value: Value | typeof END): void {
    const { top } = this;
    if ((value as unknown) === DROPPED) return;
    if (!top) {
      this.result = value === END ? null : value;
      this.state = "done";
    } else if (top instanceof Frame) {
      if (value === END) this.unwind(new PyRaise(exception("StopIteration")));
      else top.stack.push(value);
    } else top.sent = value;
  }

  /** A generator has returned: whoever let it go on gets StopIteration. */
  unwindStop(value: Value): void {
    this.unwind(new PyRaise(exception("StopIteration", ...(value === null ? [] : [value]))));
  }

  /** Runs until it waits, is done, or its time is up. */
  run(): void {
    const { machine } = this;
    while (this.state === "ready") {
      const { interrupt } = this;
      try {
        if (interrupt) {
          this.interrupt = undefined;
          interrupt();
        }
        while (this.state === "ready") {
          const frame = this.top as AnyFrame;
          if (frame instanceof NativeFrame) {
            this.#native(frame);
            if (machine.budget <= 0) return;
            continue;
          }
          const { ops, args } = frame.code;
          for (;;) {
            if (--machine.budget <= 0) return;
            const pc: number = (frame.at = frame.pc++);
            if ((ops[pc] as (typeof ops)[number])(frame, args[pc] as never)) break;
          }
        }
      } catch (error) {
        this.unwind(pythonic(error));
      }
    }
  }

  #native(frame: NativeFrame): void {
    const { failed } = frame;
    if (frame.waiting && !failed) {
      // A signal's handler is over, and what it came between goes on.
      this.state = "waiting";
      return;
    }
    frame.waiting = undefined;
    let step: IteratorResult<Request, Value | typeof END>;
    try {
      if (failed) {
        frame.failed = undefined;
        step = frame.gen.throw(failed.error);
      } else {
        const { sent } = frame;
        frame.sent = undefined;
        step = frame.gen.next(sent);
      }
    } catch (error) {
      this.leave(frame);
      throw pythonic(error);
    }
    this.machine.budget -= 2;
    if (step.done) return this.finish(frame, step.value);
    const request = step.value;
    if (request === PAUSE) return;
    if (typeof request === "function") {
      try {
        const answer = request(this);
        if (answer !== PENDING) frame.sent = answer;
      } catch (error) {
        frame.failed = { error: pythonic(error) };
      }
      return;
    }
    frame.waiting = request;
    this.state = "waiting";
    void request.then(
      (value) => this.#wake(frame, request, () => (frame.sent = value)),
      (error: unknown) => this.#wake(frame, request, () => (frame.failed = { error: pythonic(error) })),
    );
  }
  #wake(frame: NativeFrame, request: Promise<unknown>, set: () => void): void {
    if (frame.waiting !== request) return;
    frame.waiting = undefined;
    set();
    if (this.top !== frame) return;
    this.state = "ready";
    this.machine.wake();
  }

  /** Finds who handles an exception, from the top on. */
  unwind(error: PyRaise): void {
    const { exc } = error;
    let { again } = error;
    // What was being handled when it was raised.
    const handled = this.handled();
    if (!again && handled && handled !== exc) {
      for (let e: PyExc | null = handled; e; e = e.context) if (e.context === exc) e.context = null;
      exc.context = handled;
    }
    for (;;) {
      const frame = this.top;
      if (!frame) {
        this.failure = exc;
        this.state = "done";
        return;
      }
      if (frame instanceof NativeFrame) {
        frame.failed = { error: new PyRaise(exc) };
        return;
      }
      const op = frame.code.ops[frame.at];
      if (!again && (op === FOR_ITER || op === SEND) && isException(exc, "StopIteration")) {
        frame.pop();
        if (op === SEND) frame.push(exc.args[0] ?? null);
        frame.pc = frame.code.args[frame.at] as number;
        return;
      }
      this.machine.budget -= UNWIND_COST;
      if (!again) this.#trace(frame, exc);
      again = false;
      const block = frame.blocks.pop();
      if (block) {
        frame.stack.length = block.depth;
        frame.push(frame.handled);
        frame.push(exc);
        frame.handled = exc;
        frame.pc = block.handler;
        return;
      }
      this.leave(frame);
      if (frame.gen) {
        frame.gen.state = "done";
        if (isException(exc, "StopIteration")) {
          const wrong = exception(
            "RuntimeError",
            frame.code.yields === "coroutine" ? "coroutine raised StopIteration" : "generator raised StopIteration",
          );
          wrong.cause = wrong.context = exc;
          wrong.suppress = true;
          wrong.traceback = exc.traceback;
          return this.unwind(new PyRaise(wrong));
        }
      }
    }
  }
  #trace(frame: Frame, exc: PyExc): void {
    if (frame.code.source.hidden) return;
    const entry = { code: frame.code, pc: frame.at };
    exc.traceback = [entry, ...exc.traceback];
  }
  /** The exception that is being handled, here or by a caller. */
  handled(): PyExc | null {
    for (let f = this.top; f; f = f.back) if (f instanceof Frame && f.handled) return f.handled;
    return null;
  }
  /** The frame of Python code that is on top. */
  frame(): Frame | undefined {
    let f = this.top;
    while (f && !(f instanceof Frame)) f = f.back;
    return f;
  }
}

/** What the host throws, as an exception of Python's; what is not meant for it goes on. */
function pythonic(error: unknown): PyRaise {
  if (error instanceof PyRaise) return error;
  if (error instanceof Errno) return osError(error.code, error.message, error.path);
  if (error instanceof NetError) return osError(error.code, error.message);
  // The host's own stack, in what is nested without frames: a list within a list within a list.
  if (error instanceof RangeError && /call stack|recursion/i.test(error.message))
    return raised("RecursionError", "maximum recursion depth exceeded");
  throw error;
}
