import variant from "@jitl/quickjs-singlefile-mjs-release-asyncify";
import {
  newQuickJSAsyncWASMModuleFromVariant,
  type QuickJSAsyncContext,
  type QuickJSAsyncRuntime,
  type QuickJSAsyncWASMModule,
  type QuickJSHandle,
} from "quickjs-emscripten-core";
import type { Later } from "../../runtime/index.ts";
import { PRELUDE_GLOBALS } from "../javascript/prelude-globals.ts";
import { SHELL_API } from "./shell-api.ts";
import { SHELL_BSON } from "./shell-bson.ts";

const HEAP = 64 * 1024 * 1024;
const STACK = 256 * 1024;
/** How often it asks whether it may go on, about every 10,000 jumps, before it may not: some 0.5 s of real computing. */
const PATIENCE = 120;

/** Interpreters that nobody uses at the moment. One of them can wait for one answer at a time, so each shell has its own. */
const idle: QuickJSAsyncWASMModule[] = [];
export const interpreter = (): Later<QuickJSAsyncWASMModule> => ({
  load: async () => idle.pop() ?? newQuickJSAsyncWASMModuleFromVariant(variant),
  program: undefined,
});

/**
 * The ways out, held in one place that can let go of them: what the interpreter still holds of the host's when its
 * runtime is freed makes quickjs-emscripten throw in the middle of it.
 */
const DOORS = `(function () {
  let [host, ask] = [globalThis.__host, globalThis.__ask];
  globalThis.__host = (...args) => host(...args);
  globalThis.__ask = (...args) => ask(...args);
  globalThis.__release = () => { host = ask = undefined; };
})();`;

/** What the shell's JavaScript asks of the world; it stands still until it is told. */
export type Host = (op: string, args: readonly unknown[]) => Promise<string | number | undefined> | string | number | undefined;

/** How one input ended: a text to print, or what was thrown. */
export interface Evaluated {
  readonly text: string;
  readonly failed: boolean;
}

/** JavaScript of the MongoDB shell: calls of the database look synchronous, because the whole interpreter waits. */
export class ShellEngine {
  readonly #module: QuickJSAsyncWASMModule;
  readonly #runtime: QuickJSAsyncRuntime;
  readonly #vm: QuickJSAsyncContext;
  #ticks = 0;
  #slice = 0;
  #broken = false;

  constructor(module: QuickJSAsyncWASMModule, host: Host, sync: (op: string, args: readonly unknown[]) => string | number | undefined) {
    this.#module = module;
    this.#runtime = module.newRuntime({ memoryLimitBytes: HEAP, maxStackSizeBytes: STACK });
    this.#runtime.setInterruptHandler(() => {
      this.#ticks++;
      return ++this.#slice > PATIENCE;
    });
    const vm = (this.#vm = this.#runtime.newContext());
    const words = (handles: readonly QuickJSHandle[]): readonly [string, readonly unknown[]] => {
      const [op, ...args] = handles.map((h) => vm.dump(h) as unknown);
      return [String(op), args];
    };
    const quick = vm.newFunction("host", (...handles) => this.#handle(sync(...words(handles))));
    const slow = vm.newAsyncifiedFunction("ask", async (...handles) => {
      const answer = await host(...words(handles));
      this.#slice = 0;
      return this.#handle(answer);
    });
    vm.setProp(vm.global, "__host", quick);
    vm.setProp(vm.global, "__ask", slow);
    quick.dispose();
    slow.dispose();
    const made = vm.evalCode(`${DOORS}(function () {${PRELUDE_GLOBALS}${SHELL_BSON}${SHELL_API}})()`, "mongosh:internal");
    if (made.error) throw new Error(JSON.stringify(vm.dump(made.error)));
    made.value.dispose();
  }
  #handle(value: string | number | undefined): QuickJSHandle {
    if (typeof value === "string") return this.#vm.newString(value);
    return value === undefined ? this.#vm.undefined : this.#vm.newNumber(value);
  }

  /** Runs one input to its end. */
  async evaluate(source: string, file: string): Promise<Evaluated> {
    this.#slice = 0;
    let result;
    try {
      result = await this.#vm.evalCodeAsync(source, file, { type: "global" });
      this.#runtime.executePendingJobs().dispose();
    } catch (error) {
      // The interpreter itself has given up (its stack is full): nothing more can be asked of it.
      this.#broken = true;
      return { text: `RangeError: ${(error as Error).message}`, failed: true };
    }
    const failed = result.error !== undefined;
    const handle = result.error ?? result.value;
    const vm = this.#vm;
    const show = vm.getProp(vm.global, failed ? "__error" : "__show");
    vm.setProp(vm.global, "__value", handle);
    handle.dispose();
    show.dispose();
    this.#slice = 0;
    const shown = await vm.evalCodeAsync(failed ? "__error(__value)" : "__show(__value)", "mongosh:internal");
    if (shown.error) {
      const text = JSON.stringify(vm.dump(shown.error));
      shown.error.dispose();
      return { text: `Error: ${text}`, failed: true };
    }
    const text = vm.getString(shown.value);
    shown.value.dispose();
    return text.startsWith("\u0001") ? { text: text.slice(1), failed: true } : { text, failed };
  }
  /** Whether an input is a beginning that goes on. */
  unfinished(source: string): boolean {
    const vm = this.#vm;
    const made = vm.evalCode(source, "mongosh:check", { type: "global", compileOnly: true });
    if (!made.error) {
      made.value.dispose();
      return false;
    }
    const thrown = vm.dump(made.error) as { readonly message?: string };
    made.error.dispose();
    return open(source) || /: ''$|unexpected end/.test(thrown.message ?? "");
  }
  get broken(): boolean {
    return this.#broken;
  }
  spent(): number {
    const ms = this.#ticks * 0.5;
    this.#ticks = 0;
    return ms;
  }
  dispose(): void {
    if (this.#broken) return;
    try {
      this.#vm.unwrapResult(this.#vm.evalCode("__release()")).dispose();
      this.#vm.dispose();
      this.#runtime.dispose();
      idle.push(this.#module);
    } catch {
      // What is still held goes with the module.
    }
  }
}

/** Whether brackets are open at the end. */
function open(source: string): boolean {
  let [depth, quote] = [0, ""];
  for (let i = 0; i < source.length; i++) {
    const c = source[i] as string;
    if (quote !== "") {
      if (c === "\\") i++;
      else if (c === quote) quote = "";
    } else if (/["'`]/.test(c)) quote = c;
    else if (/[([{]/.test(c)) depth++;
    else if (/[)\]}]/.test(c)) depth--;
  }
  return depth > 0 || quote === "`";
}
