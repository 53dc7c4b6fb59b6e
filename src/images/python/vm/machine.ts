import type { ProcessContext, Signal } from "../../../runtime/index.ts";
import { PyGen, PyModule, T, type Value } from "../values.ts";
import { builtins } from "../library/builtins.ts";
import { PyRaise, raised } from "./errors.ts";
import { DROPPED, type Frame, type Gen } from "./frame.ts";
import { reachable } from "./memory.ts";
import { Output } from "./output.ts";
import { Thread } from "./thread.ts";

/** Instructions until others may run, and what one costs in ms of CPU. */
const SLICE = 200_000;
const COST = 0.0001;
/** What the interpreter takes before a script does anything. */
export const RESIDENT = 9 * 1024 * 1024;
/** New objects of so many bytes, and the heap is counted. */
const LEAST = 4 * 1024 * 1024;
/** What the host will hold for one process. */
const HEAP = 256 * 1024 * 1024;

export interface Settings {
  readonly version: string;
  readonly argv: readonly string[];
  readonly unbuffered: boolean;
  readonly optimized: boolean;
}

/** One Python process: its modules, threads and output. */
export class Machine {
  readonly proc: ProcessContext;
  readonly settings: Settings;
  readonly builtins = builtins();
  /** sys.modules */
  readonly modules = new Map<string, Value>();
  readonly path: string[] = [];
  readonly out: Output;
  readonly err: Output;
  readonly started: number;
  readonly minor: number;
  recursionLimit = 1000;
  budget = 0;
  /** The library's own state, by its name. */
  readonly shelf = new Map<string, unknown>();
  readonly threads: Thread[] = [];
  readonly handlers = new Map<Signal, Value>();
  readonly undo = new Map<Signal, () => void>();
  /** os._exit() */
  left: number | undefined = undefined;
  #ids = 0;
  #owed = 0;
  #saved = 0;
  #charged = 0;
  #live = 0;
  #reported = 0;
  #wake: () => void = () => {};

  constructor(proc: ProcessContext, settings: Settings) {
    this.proc = proc;
    this.settings = settings;
    this.minor = Number(settings.version.split(".")[1] ?? 12);
    this.started = proc.clock.now();
    this.out = new Output(proc.stdout, settings.unbuffered ? "none" : proc.stdout.tty ? "line" : "block");
    this.err = new Output(proc.stderr, settings.unbuffered || this.minor < 9 ? "none" : "line");
  }
  get main(): Thread {
    return this.threads[0] as Thread;
  }

  thread(gen: (t: Thread) => void): Thread {
    const made = new Thread(this, ++this.#ids);
    this.threads.push(made);
    gen(made);
    this.wake();
    return made;
  }
  generator(frame: Frame): PyGen {
    const gen = new PyGen(frame, frame.code.yields === "coroutine" ? T.coroutine : T.generator);
    frame.gen = gen;
    this.charge(500);
    return gen;
  }

  /** Now, with what this turn has computed: a clock that never stands still within a loop. */
  clock(): number {
    return this.proc.clock.now() + Math.max(0, this.#owed + (SLICE - this.budget - this.#saved) * COST);
  }
  leave(status: number): void {
    this.left = status & 255;
    this.cut();
  }
  wake(): void {
    this.#wake();
  }
  /** Work of the host's, counted as instructions. */
  spend(n: number): void {
    this.budget -= n;
  }
  /** Ends the thread's turn: something has to be written first. */
  cut(): void {
    if (this.budget <= 0) return;
    this.#saved += this.budget;
    this.budget = 0;
  }
  charge(bytes: number): void {
    this.#charged += bytes;
  }
  /** The heap as it is, once enough may have changed. Undefined: not worth it. */
  report(): Promise<unknown> | undefined {
    if (this.#charged < Math.max(LEAST, this.#live / 2)) return undefined;
    // Something big that is about to be made counts before it is there.
    const coming = this.#charged > LEAST * 4 ? this.#charged : 0;
    const counted = reachable(
      [...this.modules.values()].flatMap((m) => (m instanceof PyModule ? [m.ns] : [])),
      this.threads,
    );
    this.#live = counted.bytes;
    this.#owed += counted.looked * COST;
    const total = RESIDENT + Math.max(this.#live, coming);
    this.#charged = 0;
    if (this.#live > HEAP) throw raised("MemoryError");
    if (Math.abs(total - this.#reported) < 256 * 1024) return undefined;
    this.#reported = total;
    this.proc.memory(total);
    return this.proc.cpu(0.01);
  }

  /** Runs all threads until the first is done. */
  async run(): Promise<void> {
    const { threads, main } = this;
    while (main.state !== "done" && this.left === undefined) {
      let ran = false;
      for (const thread of [...threads]) {
        if (thread.state !== "ready") continue;
        ran = true;
        this.budget = SLICE;
        thread.run();
        this.#owed += (SLICE - this.budget - this.#saved) * COST;
        this.#saved = 0;
        if (thread.isOver()) this.#over(thread);
        await this.settle();
        if (main.isOver()) break;
      }
      if (ran) continue;
      await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = () => {};
    }
  }
  /** Writes what is to be written, and pays for what was computed. */
  async settle(): Promise<void> {
    await this.out.drain();
    await this.err.drain();
    if (this.#owed > 0.2) {
      const ms = this.#owed;
      this.#owed = 0;
      await this.proc.cpu(ms);
    }
    try {
      await this.report();
    } catch (error) {
      if (!(error instanceof PyRaise)) throw error;
      const thread = this.threads.find((t) => t.state === "ready");
      if (thread) thread.interrupt = () => thread.unwind(error);
    }
  }
  #over(thread: Thread): void {
    if (thread !== this.main) this.threads.splice(this.threads.indexOf(thread), 1);
  }

  /** A signal for which Python has a handler: the first thread runs it before anything else. */
  signalled(signal: Signal, number: number): void {
    const { main } = this;
    const handler = this.handlers.get(signal);
    const before = main.interrupt;
    main.interrupt = () => {
      before?.();
      if (handler === undefined || main.state === "done") return;
      main.pushGen(handled(handler, number) as Gen);
    };
    if (main.state === "waiting") main.state = "ready";
    this.wake();
  }
  interrupted(): void {
    const { main } = this;
    main.interrupt = () => void main.pushGen(keyboardInterrupt() as Gen);
    if (main.state === "waiting") main.state = "ready";
    this.wake();
  }
}
function* handled(handler: Value, number: number): Gen<unknown> {
  yield (t) => t.call(handler, [number, null]);
  return DROPPED;
}
// oxlint-disable-next-line require-yield
function* keyboardInterrupt(): Gen<unknown> {
  throw raised("KeyboardInterrupt");
}
