import type { Cancel, Random } from "../../sim/index.ts";
import { errno } from "../errno.ts";
import { capable, type Capability } from "../files/capabilities.ts";
import { View } from "../files/view.ts";
import { fetchCode } from "../later.ts";
import type { Child, Description, ExecOptions, FileSystem, Later, ProcessContext, ProcessInfo, Signal, SpawnOptions } from "../types.ts";
import { type Limit, type LimitName, LIMITS } from "../limits.ts";
import { Children } from "./children.ts";
import { journalledClock } from "./clock.ts";
import { findExecutable } from "./exec.ts";
import { changeIdentity, signalTargets } from "./identity.ts";
import { JournalledFiles } from "./fs.ts";
import { Handle } from "./handle.ts";
import type { Entry } from "./entry.ts";
import { GONE, type Journal } from "./journal.ts";
import type { Completion } from "./pending.ts";
import type { Kernel } from "./kernel.ts";
import { ProcessSockets } from "./net.ts";
import { openFile } from "./open.ts";
import type { OpenFile } from "./openfile.ts";
import { type Box, type Exit, type Process, type ProcessStart, sameTable } from "./process.ts";

/** CPU is scheduled in pieces of at least this many milliseconds; smaller debts add up. */
const QUANTUM = 5;

/** A process's door to the world: every call goes through its journal. */
export class Context implements ProcessContext {
  readonly pid: number;
  readonly argv: readonly string[];
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly real: { readonly uid: number; readonly gid: number };
  readonly hostname: string;
  readonly arguments: unknown;
  readonly restored: unknown;
  #env: Record<string, string> | undefined;
  #fs: FileSystem | undefined;
  #net: ProcessSockets | undefined;
  #clock: ProcessContext["clock"] | undefined;
  #random: Random | undefined;
  readonly #kernel: Kernel;
  readonly #process: Process;
  readonly #journal: Journal;
  #seen: View | undefined;
  #offspring: Children | undefined;
  /** Made when there are any. */
  #watches: Map<string, Set<(path: string) => void>> | undefined;
  #unwatch: Set<Cancel> | undefined;

  constructor(kernel: Kernel, process: Process, journal: Journal) {
    this.#kernel = kernel;
    this.#process = process;
    this.#journal = journal;
    this.pid = process.pid;
    this.argv = process.start.argv;
    process.cwd = process.start.cwd;
    process.umask = process.start.umask;
    ({ uid: this.uid, gid: this.gid, groups: this.groups } = process.credentials);
    this.real = process.credentials.real ?? this;
    this.hostname = process.box.hostname;
    this.arguments = process.start.arguments;
    this.restored = process.base.checkpointed ? process.base.restored : process.start.arguments;
    this.#table = new Map(process.base.fds);
  }

  // Made when they are asked for: most processes live for a moment and ask for little.
  get env(): Record<string, string> {
    return (this.#env ??= { ...this.#process.start.env });
  }
  get #view(): View {
    return (this.#seen ??= new View(() => this.#process.table(), this.#process));
  }
  get fs(): FileSystem {
    return (this.#fs ??= new JournalledFiles(this.#view, this.#journal, (path, fn) => this.#watch(path, fn)));
  }
  get #children(): Children {
    return (this.#offspring ??= new Children(this.#process.base.children, (pid, signal) => this.kill(pid, signal)));
  }
  get clock(): ProcessContext["clock"] {
    return (this.#clock ??= journalledClock(this.#kernel.clock, this.#journal));
  }
  get net(): ProcessSockets {
    this.#net ??= new ProcessSockets(this.#process, this.#journal, this.#view);
    return this.#net;
  }
  get random(): Random {
    if (!this.#random) {
      this.#random = this.#kernel.random.fork(`process/${this.#process.id}`);
      if (this.#process.base.random) this.#random.restore(this.#process.base.random);
    }
    return this.#random;
  }
  get ppid(): number {
    return this.#journal.sync("ppid", () => this.#process.info().ppid);
  }
  get cwd(): string {
    return this.#process.cwd;
  }
  set cwd(path: string) {
    this.#process.cwd = path;
  }
  get umask(): number {
    return this.#process.umask;
  }
  set umask(mask: number) {
    this.#process.umask = mask & 0o777;
  }
  capable(capability: Capability): boolean {
    return capable(this.#process.credentials, capability);
  }
  outside<T>(what: string, ask: () => T): T {
    return this.#journal.sync(`outside:${what}`, ask);
  }
  setHostname(name: string): void {
    this.#journal.sync("sethostname", () => {
      if (!this.capable("SYS_ADMIN")) throw errno("EPERM");
      this.#process.box.hostname = name;
    });
  }
  get signal(): AbortSignal {
    this.#process.abort ??= new AbortController();
    return this.#process.abort.signal;
  }

  /** Not journalled: nothing happens while it is fetched, so a replay need not know of it. */
  code<T>(later: Later<T>): T | Promise<T> {
    return later.program ?? fetchCode(this.#kernel.clock, later);
  }

  // --- descriptors ---

  get stdin(): Description {
    return this.fd(0) ?? this.#closed(0);
  }
  get stdout(): Description {
    return this.fd(1) ?? this.#closed(1);
  }
  get stderr(): Description {
    return this.fd(2) ?? this.#closed(2);
  }
  /** The table is kept here too: it follows from the process's own calls, so a replay needs no journal for it. */
  readonly #table: Map<number, number>;
  fd(n: number): Description | undefined {
    const id = this.#table.get(n);
    return id === undefined ? undefined : this.#handle(id);
  }
  readonly #handles = new Map<number, Handle>();
  /** Negative: a terminal's. */
  #handle(signed: number): Handle {
    const id = Math.abs(signed);
    let handle = this.#handles.get(id);
    if (!handle) {
      handle = new Handle(this.#kernel, this.#process, this.#journal, id, signed < 0);
      this.#handles.set(id, handle);
    }
    return handle;
  }
  #closed(n: number): Description {
    const refuse = (): Promise<never> => Promise.reject(errno("EBADF"));
    return { id: -1 - n, tty: false, read: refuse, write: refuse };
  }
  description(id: number): Description | undefined {
    for (const signed of this.#table.values()) if (Math.abs(signed) === id) return this.#handle(signed);
    return undefined;
  }
  #free(from: number): number {
    let n = from;
    while (this.#table.has(n)) n++;
    return n;
  }
  #install(n: number, file: OpenFile): number {
    if (n >= (this.#process.start.limits?.nofile ?? LIMITS.nofile)[0]) throw errno("EMFILE");
    this.#process.fds.set(n, this.#kernel.hold(file));
    this.#kernel.records.mark(this.#process);
    return file.tty ? -file.id : file.id;
  }
  open(path: string, flags: "r" | "w" | "a" | "r+" | "w+"): Description {
    const n = this.#free(3);
    const id = this.#journal.sync(`open:${path}`, () => this.#install(n, openFile(this.#kernel, this.#process, this.#view, path, flags)));
    this.#table.set(n, id);
    return this.#handle(id);
  }
  close(description: Description): void {
    const id = description.id;
    let last: number | undefined;
    for (const [n, signed] of this.#table) if (Math.abs(signed) === id && (last === undefined || n > last)) last = n;
    if (last === undefined) throw errno("EBADF");
    const n = last;
    this.#table.delete(n);
    if (![...this.#table.values()].includes(id)) this.#handles.delete(id);
    this.#journal.sync("close", () => {
      const file = this.#process.fds.get(n);
      this.#process.fds.delete(n);
      this.#kernel.records.mark(this.#process);
      if (file) this.#kernel.release(file);
    });
  }
  pipe(): { readonly read: Description; readonly write: Description } {
    const r = this.#free(3);
    const w = this.#free(r + 1);
    // The write end's number follows the read end's.
    const read = this.#journal.sync("pipe", () => {
      const ends = this.#kernel.pipe();
      this.#install(w, ends.write);
      return this.#install(r, ends.read);
    });
    this.#table.set(r, read);
    this.#table.set(w, read + 1);
    return { read: this.#handle(read), write: this.#handle(read + 1) };
  }
  device(name: string, data: Uint8Array): void {
    if (name === "full") throw errno("ENOSPC");
    if (name.startsWith("fd/")) this.#process.fds.get(Number(name.slice(3)))?.tryWrite(data);
    else if (name === "tty") this.#process.tty?.tryWrite(data);
  }
  #watch(path: string, fn: (path: string) => void): Cancel {
    const fns = this.#watches?.get(path) ?? new Set();
    if (fns.size === 0) {
      (this.#watches ??= new Map()).set(path, fns);
      if (this.#process.state === "alive")
        (this.#unwatch ??= new Set()).add(this.#view.watch(path, (changed) => this.#journal.event("watch", path, changed)));
    }
    fns.add(fn);
    return () => fns.delete(fn);
  }

  // --- processes ---

  async spawn(options: SpawnOptions): Promise<Child> {
    const env = options.env ?? { ...this.env };
    const { cwd, umask } = this;
    const pid = await this.#journal.call(`spawn:${options.argv[0]}`, (c) => {
      try {
        c.done(this.#spawn(options, env, cwd, umask));
      } catch (error) {
        c.fail(error);
      }
    });
    return this.#children.started(pid as number);
  }
  #spawn(options: SpawnOptions, env: Readonly<Record<string, string>>, cwd: string, umask: number): number {
    const process = this.#process;
    const { box, ...start } = this.#start(options, env, cwd, umask);
    const fds = this.#descriptors(options.fds);
    const ignored: Signal[] = [];
    for (const [signal, what] of process.signals) if (what === "ignore") ignored.push(signal);
    const group = options.group === "new" ? 0 : (options.group ?? process.group);
    return this.#kernel.spawn({ box, start, parent: process, group, fds, tty: process.tty, ignored }).pid;
  }
  #start(options: SpawnOptions, env: Readonly<Record<string, string>>, cwd: string, umask: number): ProcessStart & { readonly box: Box } {
    const { who, root, view, box } = changeIdentity(this.#process, this.#view, options, this.cwd);
    const elsewhere = options.root !== undefined || options.namespaces?.kinds.includes("mnt");
    const at = options.cwd ?? (elsewhere ? "/" : cwd);
    if (options.cwd !== undefined && view.stat(at).type !== "directory") throw errno("ENOTDIR", at);
    const found = options.program
      ? { program: options.program.name, argv: options.argv, exe: this.#process.start.exe, credentials: who }
      : findExecutable(view, who, options.argv, env["PATH"]);
    const { program } = found;
    if (program !== undefined && !this.#kernel.programs[program]) throw errno("ENOEXEC", options.argv[0]);
    const { argv, exe, credentials } = found;
    const { limits } = this.#process.start;
    const rest = { ...(limits && { limits }), ...(exe !== undefined && { exe }), ...(root !== undefined && { root }) };
    return { argv, program, credentials, env, cwd: at, umask, arguments: options.program?.arguments, ...rest, box };
  }
  /** Standard input, output and error are ours unless said otherwise. */
  #descriptors(given: SpawnOptions["fds"]): Map<number, OpenFile> {
    const fds = new Map<number, OpenFile>();
    for (const n of [0, 1, 2]) {
      const file = this.#process.fds.get(n);
      if (file) fds.set(n, file);
    }
    for (const n in given) {
      const description = given[Number(n)];
      const file = description && this.#kernel.files.get(description.id);
      if (description && !file) throw errno("EBADF");
      if (file) fds.set(Number(n), file);
    }
    return fds;
  }
  exec(argv: readonly string[], options: ExecOptions = {}): Promise<never> {
    const env = { ...(options.env ?? this.env) };
    const { cwd, umask } = this;
    return this.#journal.call(`exec:${argv[0]}`, (c) => {
      try {
        const { box: _, ...start } = this.#start({ ...options, argv }, env, cwd, umask);
        const fds = options.fds ? this.#descriptors(options.fds) : new Map(this.#process.fds);
        this.#kernel.exec(this.#process, start, fds, this.#random?.save() ?? this.#process.base.random);
      } catch (error) {
        c.fail(error);
      }
    }) as Promise<never>;
  }
  title(argv: readonly string[]): void {
    this.#process.title = argv;
    this.#kernel.records.mark(this.#process);
  }
  child(pid: number): Child | undefined {
    return this.#children.find(pid);
  }
  limit(name: LimitName): Limit {
    return this.#journal.sync("getrlimit", () => this.#process.start.limits?.[name] ?? LIMITS[name]);
  }
  setLimit(name: LimitName, limit: Limit): void {
    this.#journal.sync("setrlimit", () => {
      const { start } = this.#process;
      const [, most] = start.limits?.[name] ?? LIMITS[name];
      if (!(limit[0] <= limit[1])) throw errno("EINVAL");
      if (limit[1] > most && !this.capable("SYS_RESOURCE")) throw errno("EPERM");
      this.#process.start = { ...start, limits: { ...start.limits, [name]: limit } };
      this.#kernel.records.mark(this.#process);
    });
  }
  foreground(group: number): void {
    this.#journal.sync("foreground", () => {
      if (!this.#process.tty) throw errno("ENOTTY");
      this.#process.tty.foreground = group;
    });
  }

  kill(pid: number, signal: Signal | 0): void {
    this.#journal.sync(`kill:${pid}`, () => {
      const { namespace } = this.#process.box;
      const allowed = signalTargets(this.#process, pid);
      if (signal === 0) return;
      for (const target of allowed) this.#kernel.signal(target, signal, target.box.namespace !== namespace);
    });
    if (this.#process.state === "dead") throw GONE;
  }
  on(signal: Signal, handler: "ignore" | (() => void)): Cancel {
    if (signal === "KILL" || signal === "STOP") throw errno("EINVAL");
    const before = this.#process.signals.get(signal);
    this.#process.dispose(signal, handler);
    this.#kernel.records.mark(this.#process);
    return () => {
      if (this.#process.signals.get(signal) !== handler) return;
      this.#process.dispose(signal, before);
      this.#kernel.records.mark(this.#process);
    };
  }
  reap(): void {
    this.#process.reaper = true;
    this.#kernel.records.mark(this.#process);
  }
  processes(): readonly ProcessInfo[] {
    return this.#journal.sync("processes", () => this.#kernel.processesIn(this.#process.box.namespace));
  }

  usage(): { readonly own: number; readonly children: number } {
    const process = this.#process;
    return this.#journal.sync("usage", () => ({ own: process.cpu + Math.max(0, process.debt), children: process.childrenCpu }));
  }

  // --- resources ---

  cpu(ms: number): Promise<void> {
    return this.#journal.call("cpu", (c) => {
      const thawed = c.progress;
      if (thawed === undefined) {
        const { cpu } = this.#process.box;
        this.#process.debt += Math.max(0, ms) + cpu.owed;
        cpu.owed = 0;
        if (this.#process.debt < QUANTUM || this.#process.task) return c.done();
      }
      return this.#burn(c, thawed ?? this.#process.debt);
    }) as Promise<void>;
  }
  #burn(completion: Completion, ms: number): Cancel {
    const process = this.#process;
    process.debt = 0;
    const task = {
      group: process.box.cpu,
      remaining: ms,
      done: (over: number) => {
        process.task = undefined;
        process.cpu += ms + over;
        process.debt -= over;
        completion.done();
      },
    };
    process.task = { task, completion };
    this.#kernel.cpu.run(task);
    return () => this.#kernel.cpu.cancel(task);
  }
  memory(bytes: number): void {
    this.#journal.sync("memory", () => this.#kernel.memory.resize(this.#process, Math.max(0, bytes)));
    if (this.#process.state === "dead") throw GONE;
  }

  checkpoint(state: unknown): void {
    if (!this.#journal.checkpoint()) return;
    const process = this.#process;
    const { start, base } = process;
    process.base = {
      at: this.#kernel.now(),
      restored: state,
      random: this.#random?.save() ?? base.random,
      checkpointed: true,
      fds: sameTable(base.fds, this.#table) ? base.fds : [...this.#table],
      children: this.#offspring?.known ?? base.children,
    };
    if (this.#env || start.cwd !== process.cwd || start.umask !== process.umask)
      process.start = { ...start, env: this.#env ? { ...this.#env } : start.env, cwd: process.cwd, umask: process.umask };
  }

  // --- the kernel's side ---

  /** Something delivered by the journal that no call waits for. */
  event(entry: Entry): void {
    const { id } = entry;
    if (entry.x === "signal") {
      const handler = this.#process.signals.get(id as Signal);
      if (typeof handler === "function") handler();
    } else if (entry.x === "exit") this.#children.ended(id as number, entry.v as Exit);
    else if (entry.x === "watch") {
      for (const fn of [...(this.#watches?.get(id as string) ?? [])]) fn(entry.v as string);
    } else if (entry.x === "datagram") this.#net?.datagram(Number(id), entry.v);
  }
  /** Replay is over. */
  live(): void {
    this.#net?.live();
  }
  destroy(): void {
    for (const cancel of this.#unwatch ?? []) cancel();
    this.#net?.destroy();
  }
}
