import variant from "@jitl/quickjs-singlefile-mjs-release-sync";
import {
  newQuickJSWASMModuleFromVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  type QuickJSWASMModule,
} from "quickjs-emscripten-core";
import { PRELUDE_GLOBALS } from "../javascript/prelude-globals.ts";
import { PRELUDE_MODULES } from "./prelude-modules.ts";
import { PRELUDE_NET } from "./prelude-net.ts";

let quickjs: QuickJSWASMModule | undefined;

/** Fetches the interpreter, once; everything after is synchronous. */
export async function loadEngine(): Promise<void> {
  quickjs ??= await newQuickJSWASMModuleFromVariant(variant);
}

const HEAP = 64 * 1024 * 1024;
const STACK = 512 * 1024;
/** QuickJS asks about every 10,000 calls and jumps whether to go on. This many are some 0.5 s of real computing. */
const PATIENCE = 400;

/** A value of the interpreter in plain words: what was thrown. */
export interface Thrown {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** As console.log shows it. */
  readonly shown: string;
  /** It was not an Error. */
  readonly bare: boolean;
  readonly exiting: boolean;
}

export type HostCall = (op: string, args: readonly unknown[]) => string | number | boolean | undefined;

/** One JavaScript heap with Node's globals, run to its next pause at a time. */
export class Engine {
  readonly #runtime: QuickJSRuntime;
  readonly #vm: QuickJSContext;
  readonly #sources: (file: string) => string;
  /** How often it was asked whether it goes on, since the last `spent`. */
  #ticks = 0;
  #slice = 0;

  constructor(host: HostCall, sources: (file: string) => string) {
    if (!quickjs) throw new Error("the interpreter is not loaded");
    this.#sources = sources;
    this.#runtime = quickjs.newRuntime({ memoryLimitBytes: HEAP, maxStackSizeBytes: STACK });
    this.#runtime.setInterruptHandler(() => {
      this.#ticks++;
      return ++this.#slice > PATIENCE;
    });
    const vm = (this.#vm = this.#runtime.newContext());
    const call = vm.newFunction("host", (...handles) => {
      const [op, ...args] = handles.map((h) => vm.dump(h) as unknown);
      return this.#handle(host(String(op), args));
    });
    const compile = vm.newFunction("compile", (file, source) => {
      const name = vm.getString(file);
      const made = vm.evalCode(`(function (exports, require, module, __filename, __dirname) {${vm.getString(source)}\n})`, name);
      return made;
    });
    vm.setProp(vm.global, "__host", call);
    vm.setProp(vm.global, "__compile", compile);
    call.dispose();
    compile.dispose();
    this.#runtime.setModuleLoader(
      (name) => this.#module(name),
      (from, name) => String(this.#call("__find", [name, from])),
    );
    this.#evaluate(`(function () {${PRELUDE_GLOBALS}${PRELUDE_MODULES}${PRELUDE_NET}})()`, "node:internal");
  }

  #handle(value: string | number | boolean | undefined): QuickJSHandle {
    if (typeof value === "string") return this.#vm.newString(value);
    if (typeof value === "number") return this.#vm.newNumber(value);
    if (value === undefined) return this.#vm.undefined;
    return value ? this.#vm.true : this.#vm.false;
  }

  /** A module's source; Node's own and CommonJS ones are wrapped. */
  #module(name: string): string {
    const own = name.startsWith("node:");
    if (!own && this.#call("__isModule", [name]) === true) return this.#sources(name);
    const get = own ? `__builtin(${JSON.stringify(name)})` : `__exportsOf(${JSON.stringify(name)})`;
    const names = own ? (JSON.parse(String(this.#call("__builtinNames", [name]))) as string[]) : [];
    const exports = names
      .filter((n) => /^[A-Za-z_$][\w$]*$/.test(n) && n !== "default")
      .map((n) => `export const ${n} = $[${JSON.stringify(n)}];`);
    return `const $ = globalThis.${get}; export default $; ${exports.join(" ")}`;
  }

  #evaluate(code: string, file: string, type: "global" | "module" = "global"): unknown {
    const result = this.#vm.evalCode(code, file, { type });
    return this.#finish(result);
  }
  #call(name: string, args: readonly (string | number)[]): unknown {
    const vm = this.#vm;
    const fn = vm.getProp(vm.global, name);
    const handles = args.map((a) => this.#handle(a));
    try {
      return this.#finish(vm.callFunction(fn, vm.undefined, ...handles));
    } finally {
      fn.dispose();
      for (const handle of handles) handle.dispose();
    }
  }
  #finish(result: ReturnType<QuickJSContext["evalCode"]>): unknown {
    if (result.error) throw this.#thrown(result.error);
    const value = this.#vm.typeof(result.value) === "object" ? undefined : (this.#vm.dump(result.value) as unknown);
    result.value.dispose();
    return value;
  }
  #thrown(handle: QuickJSHandle): Thrown {
    const vm = this.#vm;
    const text = (key: string): string => {
      const prop = vm.getProp(handle, key);
      const value: unknown = vm.dump(prop);
      prop.dispose();
      return typeof value === "string" ? value : "";
    };
    const isObject = vm.typeof(handle) === "object";
    const shown = this.#shown(handle);
    const exiting = isObject && shown.startsWith("{ exiting: true");
    const thrown: Thrown = isObject
      ? { name: text("name"), message: text("message"), stack: text("stack"), shown, bare: text("stack") === "", exiting }
      : { name: "", message: shown, stack: "", shown, bare: true, exiting };
    handle.dispose();
    return thrown;
  }
  #shown(handle: QuickJSHandle): string {
    const vm = this.#vm;
    const inspect = vm.getProp(vm.global, "__inspect");
    const result = vm.callFunction(inspect, vm.undefined, handle);
    inspect.dispose();
    if (result.error) {
      result.error.dispose();
      return "";
    }
    const text = vm.getString(result.value);
    result.value.dispose();
    return text;
  }

  /** Runs `fn` and then what became ready by it. Throws Thrown. */
  #slices<T>(fn: () => T): T {
    this.#slice = 0;
    const value = fn();
    for (;;) {
      const done = this.#runtime.executePendingJobs();
      if (done.error) {
        const error = this.#thrown(done.error as QuickJSHandle);
        throw error;
      }
      const more = this.#runtime.hasPendingJob();
      done.dispose();
      if (!more) return value;
    }
  }

  /** Starts the program: a file, or code given on the command line, whose value is returned as console.log shows it. */
  start(kind: "file" | "eval", text: string): string {
    return this.#slices(() => {
      const how = String(this.#call("__start", [kind, text]));
      if (how.startsWith("module:")) this.#evaluate(this.#sources(how.slice(7)), how.slice(7), "module");
      if (how !== "eval") return "";
      const result = this.#vm.evalCode(text, "[eval]");
      if (result.error) throw this.#thrown(result.error);
      const shown = this.#vm.typeof(result.value) === "string" ? this.#vm.getString(result.value) : this.#shown(result.value);
      result.value.dispose();
      return shown;
    });
  }
  /** News from outside. */
  deliver(name: string, id: number, data?: unknown): void {
    this.#slices(() => this.#call("__deliver", [name, id, data === undefined ? "" : JSON.stringify(data)]));
  }
  exitCode(): number {
    return Number(this.#call("__exitCode", []));
  }
  /** Milliseconds of CPU that were computed since this was last asked. */
  spent(): number {
    const ms = this.#ticks * 0.5;
    this.#ticks = 0;
    return ms;
  }
  heap(): number {
    const usage = this.#runtime.computeMemoryUsage();
    const { malloc_size = 0 } = this.#vm.dump(usage) as { malloc_size?: number };
    usage.dispose();
    return malloc_size;
  }
  dispose(): void {
    try {
      this.#vm.dispose();
      this.#runtime.dispose();
    } catch {
      // What a script still holds when it is killed goes with the runtime's own memory.
    }
  }
}
