import { type Listener, NetError, type NetworkStack, type Socket } from "../../network/index.ts";
import type { Clock, Random } from "../../sim/index.ts";
import { errno } from "../errno.ts";
import { devRoot } from "../files/dev.ts";
import { type ProcSource, procRoot } from "../files/proc.ts";
import { Tree, type TreeEnvironment } from "../files/tree.ts";
import type { MountPoint, MountTable } from "../files/walk.ts";
import type { Sysctls } from "../proc/sysctl.ts";
import { Records } from "../records.ts";
import { actionOf, signalNumber } from "../signals.ts";
import { encode } from "../text.ts";
import { Errno, type LaterProgram, type Program, type ProcessInfo, type Programs, type Signal } from "../types.ts";
import { Context } from "./context.ts";
import { Cpu } from "./cpu.ts";
import { GONE, Journal } from "./journal.ts";
import { ProcessHost } from "./process-host.ts";
import { checkUser, settleFamily } from "./lineage.ts";
import { Memory } from "./memory.ts";
import { closeSocket } from "./net.ts";
import { DiskSpace } from "./disk.ts";
import type { MachineHardware } from "./hardware.ts";
import type { OpenFile } from "./openfile.ts";
import { Pipe, PipeEnd } from "./pipe.ts";
import { type Base, type Box, descriptorTable, type Exit, type PidNamespace, Process, type ProcessStart } from "./process.ts";
import type { Pty } from "./pty.ts";

export type { MachineHardware };

export interface StoredKernel {
  readonly nextProcess: number;
  readonly nextFile: number;
  readonly order: number;
  readonly bootedAt: number;
  readonly sysctls?: Readonly<Record<string, string>>;
  readonly random: readonly number[];
}

/** A stack that survives a thaw gives its sockets back by id. */
export interface ThawingStack extends NetworkStack {
  socket?(id: number): Socket | undefined;
  listener?(id: number): Listener | undefined;
}

/** Resident memory of a process that has not said otherwise. */
const BASE_MEMORY = 512 * 1024;
/** As many as a container may have under the usual pids.max. */
const MAX_PROCESSES = 1024;
/** What 256 system calls without a wait cost, in ms of CPU. */
const BURST_COST = 1;

/** The kernel of one machine. */
export class Kernel implements TreeEnvironment {
  readonly clock: Clock;
  readonly random: Random;
  readonly programs: Programs;
  readonly hardware: MachineHardware;
  readonly records: Records;
  readonly cpu: Cpu;
  readonly memory: Memory;
  readonly processes = new Map<number, Process>();
  /** Kernel parameters that have been set, where there are any. */
  sysctls: Sysctls | undefined;
  /** The machine's own process numbers, where anything sees them: everybody has one. */
  numbers: PidNamespace | undefined;
  readonly files = new Map<number, OpenFile>();
  bootedAt: number;
  readonly dev: Tree;
  readonly disk: DiskSpace;
  /** Memory is used up, and this process was chosen to make room. */
  onSystemOom: ((victim: Process) => void) | undefined;
  nextProcess = 1;
  nextFile = 1;
  /** Processes that are being thawed; time stands still meanwhile. */
  onThawed: (() => void) | undefined;
  readonly thawing = new Set<Process>();

  constructor(options: {
    readonly clock: Clock;
    readonly random: Random;
    readonly programs: Programs;
    readonly hardware: MachineHardware;
    readonly persistent: boolean;
    readonly turn?: (fn: () => void) => void;
  }) {
    this.clock = options.clock;
    this.random = options.random;
    this.programs = options.programs;
    this.hardware = options.hardware;
    this.disk = new DiskSpace(options.hardware.disk);
    this.records = new Records(options.persistent);
    this.cpu = new Cpu(options.clock, options.hardware.cpus, options.turn);
    this.memory = new Memory(this);
    this.#turn = options.turn ?? ((fn) => options.clock.turn(fn));
    this.bootedAt = options.clock.now();
    this.dev = new Tree("dev", this, { root: devRoot });
  }
  restoreCounters(stored: StoredKernel): void {
    this.nextProcess = stored.nextProcess;
    this.nextFile = stored.nextFile;
    this.#order = stored.order;
    this.bootedAt = stored.bootedAt;
    this.random.restore(stored.random);
    this.sysctls?.restore(stored.sysctls ?? {});
  }
  now(): number {
    return this.clock.now();
  }
  turn(fn: () => void): void {
    this.#turn(fn);
  }
  readonly #turn: (fn: () => void) => void;
  /** A number for ordering what is stored: storage may give records back in any order. */
  order(): number {
    this.records.mark(this.#counters);
    return this.#order++;
  }
  #order = 1;

  // --- files ---

  /** /dev and /proc for a namespace. */
  systemMounts(namespace: PidNamespace, table: () => MountTable): readonly MountPoint[] {
    const proc = new Tree("proc", this, { root: () => procRoot(this.procSource(namespace, table)) });
    return [
      { path: "/proc", tree: proc, rel: [], readOnly: false, type: "proc" },
      { path: "/dev", tree: this.dev, rel: [], readOnly: false, type: "tmpfs" },
    ];
  }
  processesIn(namespace: PidNamespace): readonly ProcessInfo[] {
    const all = [...namespace.processes.values(), ...(namespace.zombies?.values() ?? [])].map((p) => p.info(namespace));
    return namespace.zombies?.size || namespace === this.numbers ? all.sort((a, b) => a.pid - b.pid) : all;
  }
  procSource(namespace: PidNamespace, table: () => MountTable): ProcSource {
    const of = (pid: number): Process | undefined => namespace.find(pid);
    return {
      ...this.hardware,
      bootedAt: this.bootedAt,
      now: () => this.now(),
      usedMemory: () => this.memory.used,
      load: () => this.cpu.load,
      processes: () => this.processesIn(namespace),
      descriptors: (pid) => [...(of(pid)?.fds.keys() ?? [])].sort((a, b) => a - b),
      environment: (pid) => of(pid)?.start.env ?? {},
      cwd: (pid) => of(pid)?.cwd ?? "/",
      groups: (pid) => of(pid)?.credentials.groups ?? [],
      table,
    };
  }
  add<T extends OpenFile>(make: (id: number) => T): T {
    const file = make(this.nextFile++);
    this.files.set(file.id, file);
    this.records.mark(this.#counters);
    return file;
  }
  /** What must not be given out twice after a thaw. */
  readonly #counters = {
    key: "kernel",
    save: (): StoredKernel => ({
      nextProcess: this.nextProcess,
      nextFile: this.nextFile,
      order: this.#order,
      bootedAt: this.bootedAt,
      random: this.random.save(),
      ...(this.sysctls && { sysctls: this.sysctls.save() }),
    }),
  };
  hold(file: OpenFile): OpenFile {
    file.refs++;
    return file;
  }
  release(file: OpenFile): void {
    if (--file.refs > 0) return;
    this.files.delete(file.id);
    file.closed();
  }
  pipe(): { readonly read: OpenFile; readonly write: OpenFile } {
    this.records.mark(this.#counters);
    const read = this.nextFile++;
    const pipe = new Pipe(this.records, read, this.nextFile++);
    const ends = { read: new PipeEnd(pipe, "read"), write: new PipeEnd(pipe, "write") };
    this.files.set(ends.read.id, ends.read);
    this.files.set(ends.write.id, ends.write);
    return ends;
  }

  // --- processes ---

  /** Makes a process; it runs in a turn of its own. The descriptors are held for it. */
  spawn(options: {
    /** The machine's number for it; absent: the next. */
    readonly id?: number;
    readonly box: Box;
    readonly start: ProcessStart;
    readonly parent?: Process;
    readonly group?: number;
    readonly fds: ReadonlyMap<number, OpenFile>;
    readonly tty?: Pty | undefined;
    readonly ignored?: Iterable<Signal>;
    readonly oomScoreAdj?: number | undefined;
    /** Since when it has run, where it is only shown from now on. */
    readonly started?: number;
  }): Process {
    const { box, start } = options;
    if ((box.room?.() ?? MAX_PROCESSES - box.namespace.processes.size) < 1) {
      box.forksRefused = (box.forksRefused ?? 0) + 1;
      throw errno("EAGAIN");
    }
    checkUser(start, this.processes.values());
    const id = options.id ?? this.nextProcess++;
    this.records.mark(this.#counters);
    const pid = box.namespace === this.numbers ? id : box.namespace.next++;
    const at = options.started ?? this.now();
    const process = new Process(id, pid, box, options.parent, options.group ?? 0, start, at, descriptorTable(options.fds));
    for (const [n, file] of options.fds) process.fds.set(n, this.hold(file));
    for (const signal of options.ignored ?? []) process.dispose(signal, "ignore");
    process.tty = options.tty;
    process.awaited = options.parent !== undefined;
    process.oomScoreAdj = options.oomScoreAdj ?? options.parent?.oomScoreAdj ?? 0;
    this.#enter(process);
    this.memory.resize(process, BASE_MEMORY);
    this.records.mark(process);
    if (start.program !== undefined) {
      process.journal = this.#journal(process);
      this.turn(() => this.run(process));
    }
    return process;
  }
  #enter(process: Process): void {
    this.processes.set(process.id, process);
    process.box.namespace.processes.set(process.pid, process);
    process.box.processes.add(process);
    if (process.parent) (process.parent.children ??= new Set()).add(process);
  }
  /** A thawed process takes its place. */
  admit(process: Process): void {
    this.#enter(process);
    this.memory.count(process.box, process.memory);
    if (process.start.program !== undefined) process.journal = this.#journal(process);
  }
  #journal(process: Process): Journal {
    return new Journal(new ProcessHost(this, process), this.records, process.id);
  }
  /** What a burst of system calls costs. */
  charge(process: Process, fn: () => void): void {
    process.cpu += BURST_COST;
    this.cpu.run({ group: process.box.cpu, remaining: BURST_COST, done: fn });
  }
  /** Why processes were killed at a thaw. */
  onFailure: ((process: Process, why: string) => void) | undefined;

  /** Kills what cannot be thawed, and says so. */
  fail(process: Process, why: string): void {
    this.onFailure?.(process, why);
    this.exit(process, { code: 137, signal: "KILL" });
  }
  thawed(process: Process): void {
    if (this.thawing.delete(process) && this.thawing.size === 0) this.onThawed?.();
  }

  /** execve(2): the same process with another program, journal and descriptors. Its old main() never gets an answer again. */
  exec(process: Process, start: ProcessStart, fds: ReadonlyMap<number, OpenFile>, random: Base["random"]): void {
    for (const file of fds.values()) this.hold(file);
    this.#leave(process);
    process.abort = process.task = process.journal = process.title = undefined;
    process.sockets = process.listeners = undefined;
    for (const [signal, what] of process.signals) if (what !== "ignore") process.dispose(signal, undefined);
    process.reaper = false;
    for (const child of process.children ?? []) child.awaited = false;
    process.start = start;
    for (const [n, file] of fds) process.fds.set(n, file);
    process.base = { at: this.now(), checkpointed: false, random, fds: descriptorTable(fds), children: [] };
    this.memory.resize(process, BASE_MEMORY);
    this.records.mark(process);
    if (start.program === undefined) return this.thawed(process);
    process.journal = this.#journal(process);
    this.turn(() => this.run(process));
    this.thawed(process);
  }
  /** Ends the program that a process runs, and lets go of all it held. */
  #leave(process: Process): void {
    process.journal?.destroy();
    if (process.task) this.cpu.cancel(process.task.task);
    for (const file of [...process.fds.values()]) this.release(file);
    process.fds.clear();
    if (process.sockets || process.listeners) {
      const stack: ThawingStack | undefined = process.box.stack();
      for (const { id, live } of process.sockets?.values() ?? []) closeSocket(live ?? stack?.socket?.(id));
      for (const { id, live } of process.listeners?.values() ?? []) (live ?? stack?.listener?.(id))?.close();
    }
    process.abort?.abort(errno("EINTR"));
    process.context?.destroy();
    process.context = undefined;
  }

  /** Calls the program's main(). */
  run(process: Process): void {
    if (process.state === "dead") return;
    const program = this.programs[process.start.program ?? ""];
    if (!program) return this.fail(process, `its program "${process.start.program}" is unknown`);
    if (typeof program === "function") return this.#call(process, program);
    // A turn of its own whether the code is there or not: the order of things must not depend on it (law 4).
    const { journal } = process;
    if (!program.program) this.#load(program);
    this.turn(() => {
      if (journal === process.journal && program.program) this.#call(process, program.program);
    });
  }
  /** Everything stands still while the platform fetches a program's code. */
  #load(program: LaterProgram): void {
    const release = this.clock.halt();
    program.load().then(
      (loaded) => {
        program.program = loaded;
        release();
      },
      (error: unknown) => {
        program.program = async (proc) => {
          await proc.stderr.write(
            `${proc.argv[0]}: its code could not be loaded: ${error instanceof Error ? error.message : String(error)}\n`,
          );
          return 126;
        };
        release();
        // The next run tries again.
        this.turn(() => (program.program = undefined));
      },
    );
  }
  #call(process: Process, program: Program): void {
    if (process.state === "dead") return;
    const journal = process.journal as Journal;
    const context = new Context(this, process, journal);
    process.context = context;
    this.#main(program, context).then(
      (code) => journal === process.journal && this.#ended(process, { code: code & 255 }),
      (error: unknown) => journal === process.journal && this.#crashed(process, error),
    );
    journal.begin();
  }
  async #main(program: Program, context: Context): Promise<number> {
    return program(context);
  }
  #ended(process: Process, exit: Exit): void {
    if (process.state === "dead") return;
    if (process.journal?.replaying) return this.fail(process, "its journal could not be replayed: it ended early");
    this.exit(process, exit);
  }
  /** A program that throws: a refusal it did not expect is exit 1, a defect of ours 139. */
  #crashed(process: Process, error: unknown): void {
    if (process.state === "dead" || error === GONE) return;
    if (process.journal?.replaying) return this.fail(process, `its journal could not be replayed: ${String(error)}`);
    const expected = error instanceof Errno || error instanceof NetError;
    const where = error instanceof Errno && error.path !== undefined ? `${error.path}: ` : "";
    const message = `${process.start.argv[0] ?? process.start.program}: ${where}${error instanceof Error ? error.message : String(error)}\n`;
    try {
      process.fds.get(2)?.tryWrite(encode(message));
    } catch (refusal) {
      if (!(refusal instanceof Errno)) throw refusal;
    }
    const plain = error instanceof Error && error.name === "Error";
    this.exit(process, { code: expected || plain ? 1 : 139 });
  }

  exit(process: Process, exit: Exit): void {
    if (process.state === "dead") return;
    process.state = "dead";
    const { box, parent } = process;
    // Its cgroup's next payer pays what it still owes: processes that end before their first quantum (a fork bomb's)
    // take the time that they take.
    box.cpu.owed += process.debt;
    process.cpu += process.debt;
    if (parent) parent.childrenCpu += process.cpu + process.childrenCpu;
    const { namespace } = box;
    this.memory.charge(box, -process.memory);
    this.processes.delete(process.id);
    namespace.processes.delete(process.pid);
    box.processes.delete(process);
    this.records.mark(process);
    this.thawed(process);
    this.#leave(process);
    settleFamily(this, process);
    if (parent?.state === "alive" && parent.journal) {
      if (process.awaited) parent.journal.event("exit", process.pid, exit);
      if (typeof parent.signals.get("CHLD") === "function") this.signal(parent, "CHLD", true);
    }
    process.tellExit(exit);
  }

  // --- signals ---

  /** `outside`: sent from another namespace, as a runtime does. */
  signal(process: Process, signal: Signal, outside: boolean): void {
    if (process.state === "dead") return;
    if (signal === "KILL") {
      // pid 1 is immune to its own namespace (signal(7), pid_namespaces(7)).
      if (process.pid === 1 && !outside) return;
      return this.exit(process, { code: 137, signal });
    }
    const action = actionOf(signal);
    if (action === "continue" && process.stopped) {
      process.stopped = false;
      this.records.mark(process);
      process.journal?.wake();
    }
    const handler = signal === "STOP" ? undefined : process.signals.get(signal);
    if (handler === "ignore") return;
    if (handler) return process.journal?.event("signal", signal, undefined);
    if (process.start.program === undefined && (signal === "TERM" || signal === "INT")) return this.exit(process, { code: 0 });
    if (process.pid === 1 && !(signal === "STOP" && outside)) return;
    if (action === "terminate") this.exit(process, { code: 128 + signalNumber(signal), signal });
    else if (action === "stop") {
      process.stopped = true;
      this.records.mark(process);
      // A shell learns that what it waits for was stopped (Ctrl-Z).
      const { parent } = process;
      if (typeof parent?.signals.get("CHLD") === "function") this.signal(parent, "CHLD", true);
    }
  }
  signalGroup(namespace: PidNamespace, group: number, signal: Signal, outside: boolean): boolean {
    let found = false;
    for (const process of [...namespace.processes.values()]) {
      if (process.group !== group || process.box.namespace !== namespace) continue;
      found = true;
      this.signal(process, signal, outside);
    }
    return found;
  }
  /** Wrote to a pipe that nobody reads: whether it lives to see EPIPE. */
  survivesPipe(process: Process): boolean {
    this.signal(process, "PIPE", false);
    return process.state === "alive";
  }
}
