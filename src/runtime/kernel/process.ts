import type { Listener, NetworkStack, Socket } from "../../network/index.ts";
import { type MountTable, type Credentials, rooted } from "../files/walk.ts";
import type { Viewer } from "../files/view.ts";
import type { Limits } from "../limits.ts";
import type { Savable } from "../records.ts";
import type { ProcessInfo, Signal } from "../types.ts";
import type { CpuGroup, CpuLimit, CpuTask } from "./cpu.ts";
import type { Entry, StoredJournal } from "./entry.ts";
import type { Journal } from "./journal.ts";
import type { Completion } from "./pending.ts";
import type { OpenFile } from "./openfile.ts";
import type { Pty } from "./pty.ts";

export interface Exit {
  readonly code: number;
  readonly signal?: Signal;
}

/** Process numbers of one container, or of a pod that shares them, or of a host. */
export class PidNamespace {
  readonly id: string;
  next = 1;
  readonly processes: Map<number, Process> = new Map();
  /** Those that have ended and that nobody has waited for. */
  zombies: Map<number, Process> | undefined;
  constructor(id: string) {
    this.id = id;
  }
  find(pid: number): Process | undefined {
    return this.processes.get(pid) ?? this.zombies?.get(pid);
  }
  numberOf(process: Process): number {
    return process.pid;
  }
  /** 0: somebody outside. */
  parentOf({ parent }: Process): number {
    return parent?.box.namespace === this ? parent.pid : 0;
  }
}

/** A pod's cgroup, around those of its containers: what is its own, and all that theirs have together. */
export interface PodGroup {
  memory: number;
  cache: number;
  memoryLimit: number | undefined;
  pidsLimit: number;
  /** What holds its containers back together, where its own limit is not theirs anyway. */
  cpu: CpuLimit | undefined;
  /** Everything that runs in it. */
  processes(): readonly Process[];
}

/** Who pays for memory: a cgroup. */
export interface Payer {
  /** "host" or the container's id. */
  readonly id: string;
  memoryLimit: number | undefined;
  memory: number;
  /** Of it, what is in files that live in memory. */
  shmem?: number;
  /** Pages of files on the disk, on top of it: they go where something else is needed. */
  cache?: number;
  /** The most that it has had. */
  peak?: number;
  /** How often its memory was used up, and how often it came to its limit. */
  ooms?: number;
  squeezed?: number;
  /** It is no more: what it has not given back is its pod's. */
  readonly over?: boolean;
  readonly group?: PodGroup;
  /** Its memory is used up: whom the OOM killer takes. */
  oom?(): readonly Process[];
}

/** What encloses processes: a container, or a whole computer. */
export interface Box extends Payer {
  readonly namespace: PidNamespace;
  /** The sandbox that it shares network and names with. */
  readonly pod?: string;
  /** Where its cgroup lies, as it sees it; absent: at the top of its own namespace. */
  readonly cgroupPath?: string;
  hostname: string;
  readonly cpu: CpuGroup;
  /** Processes that its pod may still start; below 1 none. */
  room?(): number;
  /** How often that was refused. */
  forksRefused?: number;
  readonly processes: Set<Process>;
  table(): MountTable;
  stack(): NetworkStack | undefined;
  oom(): readonly Process[];
}

export interface ProcessStart {
  readonly argv: readonly string[];
  /** The file that was executed. */
  readonly exe?: string;
  /** What it calls itself, where that is not its file's name (prctl(2), PR_SET_NAME). */
  readonly comm?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly umask: number;
  readonly credentials: Credentials;
  /** Undefined runs for ever, doing nothing. */
  readonly program: string | undefined;
  readonly arguments: unknown;
  /** Its root within its box's (chroot). */
  readonly root?: string;
  readonly limits?: Limits;
}

/** Where a replay begins: the start or the last checkpoint. */
export interface Base {
  readonly at: number;
  readonly checkpointed: boolean;
  readonly restored?: unknown;
  /** The random stream's state; undefined: as it begins. */
  readonly random?: readonly number[] | undefined;
  /** Descriptor number to description id, negative for a terminal's. */
  readonly fds: readonly (readonly [number, number])[];
  readonly children: readonly number[];
}

/** Negative: a terminal's. */
export function descriptorTable(fds: ReadonlyMap<number, OpenFile>): Base["fds"] {
  return [...fds].map(([n, file]) => [n, file.tty ? -file.id : file.id] as const);
}

/** Whether a table is still as it was. */
export function sameTable(known: Base["fds"], table: ReadonlyMap<number, number>): boolean {
  return known.length === table.size && known.every(([n, id]) => table.get(n) === id);
}

export interface StoredProcess extends ProcessStart {
  readonly pid: number;
  readonly box: string;
  readonly parent: number | null;
  readonly group: number;
  readonly tty: number | null;
  readonly fds: readonly (readonly [number, number])[];
  readonly ignored: readonly Signal[];
  readonly memory: number;
  readonly peak: number;
  readonly oomScoreAdj: number;
  readonly cpu: number;
  readonly childrenCpu: number;
  readonly debt: number;
  readonly title: readonly string[] | undefined;
  readonly stopped: boolean;
  readonly awaited: boolean;
  readonly reaper: boolean;
  readonly zombie: boolean;
  readonly started: number;
  readonly base: Base;
  readonly journal: StoredJournal | null;
  readonly sockets: readonly StoredSocket[];
  readonly listeners: readonly { readonly id: number; readonly port: number }[];
}
export interface StoredSocket {
  readonly id: number;
  readonly local: Socket["local"];
  readonly remote: Socket["remote"];
  /** The one direction that has ended. */
  readonly half?: "sent" | "received";
}

export type Disposition = "ignore" | (() => void);
const NO_SIGNALS: ReadonlyMap<Signal, Disposition> = new Map();

/** A process in the kernel's tables. `id` is the machine's number for it, `pid` its namespace's. */
export class Process implements Savable, Viewer {
  readonly id: number;
  readonly pid: number;
  readonly key: string;
  readonly box: Box;
  parent: Process | undefined;
  /** Made when there are any, as are its sockets: most processes have none. */
  children: Set<Process> | undefined;
  group: number;
  /** What it was started with, or what its last checkpoint kept: thawing begins here. */
  start: ProcessStart;
  base: Base;
  cwd: string;
  umask: number;
  readonly fds = new Map<number, OpenFile>();
  /** Made when it minds any: most processes do not. */
  #signals: Map<Signal, Disposition> | undefined;
  tty: Pty | undefined;
  memory = 0;
  /** The most that was. */
  peak = 0;
  /** -1000 to 1000: whom the OOM killer prefers. */
  oomScoreAdj = 0;
  cpu = 0;
  /** CPU of children that have ended, and of theirs. */
  childrenCpu = 0;
  /** CPU asked for and not scheduled yet; negative when it ran a little longer than asked. */
  debt = 0;
  task: { readonly task: CpuTask; readonly completion: Completion } | undefined;
  /** Its parent's program asked for it, and is told of its end. */
  awaited = false;
  /** Waits for whatever child there is, those that it inherits too: a shell, init, pause. */
  reaper = false;
  /** It has ended, and nobody has waited for it. */
  zombie = false;
  /** Shown instead of argv. */
  title: readonly string[] | undefined;
  stopped = false;
  state: "alive" | "dead" = "alive";
  readonly started: number;
  journal: Journal | undefined;
  /** What its program talks to. On the process itself: a weak map of many short lives costs the collector dearly. */
  context: { event(entry: Entry): void; live(): void; destroy(): void; device(name: string, data: Uint8Array): void } | undefined;
  sockets: Map<number, StoredSocket & { readonly live?: Socket }> | undefined;
  listeners: Map<number, { readonly id: number; readonly port: number; readonly live?: Listener }> | undefined;
  #onExit: ((exit: Exit) => void)[] | undefined;
  abort: AbortController | undefined;

  constructor(
    id: number,
    pid: number,
    box: Box,
    parent: Process | undefined,
    group: number,
    start: ProcessStart,
    at: number,
    fds: Base["fds"] = [],
  ) {
    this.id = id;
    this.pid = pid;
    this.key = `process/${id}`;
    this.box = box;
    this.parent = parent;
    this.group = group || pid;
    this.start = start;
    this.base = { at, checkpointed: false, fds, children: [] };
    this.cwd = start.cwd;
    this.umask = start.umask;
    this.started = at;
  }

  /** Data written to a device by path. */
  device(name: string, data: Uint8Array): void {
    this.context?.device(name, data);
  }
  /** What it sees: its box's files, or what is below its own root. */
  table(): MountTable {
    const { root } = this.start;
    if (root === undefined) return this.box.table();
    return (this.#rooted ??= rooted(this.box.table(), root));
  }
  #rooted: MountTable | undefined;
  get signals(): ReadonlyMap<Signal, Disposition> {
    return this.#signals ?? NO_SIGNALS;
  }
  /** Undefined: as it is by default. */
  dispose(signal: Signal, how: Disposition | undefined): void {
    if (how !== undefined) (this.#signals ??= new Map()).set(signal, how);
    else this.#signals?.delete(signal);
  }
  /** `fn` is told when it is dead. */
  onExit(fn: (exit: Exit) => void): void {
    (this.#onExit ??= []).push(fn);
  }
  tellExit(exit: Exit): void {
    for (const fn of this.#onExit ?? []) fn(exit);
  }
  get credentials(): Credentials {
    return this.start.credentials;
  }
  get reaps(): boolean {
    return this.reaper || this.start.program === undefined || this.signals.get("CHLD") === "ignore";
  }
  /** Its file's name, or what it calls itself ("nginx: worker process" does not change it). */
  get comm(): string {
    if (this.start.comm !== undefined) return this.start.comm;
    const name = ((this.title ?? this.start.argv)[0] ?? "").split(": ", 1)[0] as string;
    return name.slice(name.lastIndexOf("/") + 1).slice(0, 15);
  }
  info(namespace = this.box.namespace): ProcessInfo {
    return {
      pid: namespace.numberOf(this),
      ppid: namespace.parentOf(this),
      group: this.group,
      uid: this.credentials.uid,
      argv: this.zombie ? [`[${this.comm}]`] : (this.title ?? this.start.argv),
      state: this.zombie ? "Z" : this.stopped ? "T" : this.task ? "R" : "S",
      cpu: this.cpu,
      memory: this.memory,
      started: this.started,
      tty: this.tty !== undefined,
    };
  }

  save(): StoredProcess | undefined {
    if (this.state === "dead" && !this.zombie) return undefined;
    if (this.task) this.task.completion.progress = this.task.task.remaining;
    const ignored: Signal[] = [];
    for (const [signal, what] of this.signals) if (what === "ignore") ignored.push(signal);
    return {
      ...this.start,
      pid: this.pid,
      box: this.box.id,
      parent: this.parent?.id ?? null,
      group: this.group,
      tty: this.tty?.id ?? null,
      fds: [...this.fds].map(([n, file]) => [n, file.id] as const),
      ignored,
      memory: this.memory,
      peak: this.peak,
      oomScoreAdj: this.oomScoreAdj,
      cpu: this.cpu,
      childrenCpu: this.childrenCpu,
      debt: this.debt,
      title: this.title,
      stopped: this.stopped,
      awaited: this.awaited,
      reaper: this.reaper,
      zombie: this.zombie,
      started: this.started,
      base: this.base,
      journal: this.journal?.save() ?? null,
      sockets: [...(this.sockets?.values() ?? [])].map(({ live: _, ...socket }) => socket),
      listeners: [...(this.listeners?.values() ?? [])].map(({ id, port }) => ({ id, port })),
    };
  }
}
