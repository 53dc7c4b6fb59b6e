import type { Child, Description, ProcessContext } from "../runtime/index.ts";
import { NAMED } from "./builtins/names.ts";
import { type Dialect, dialects } from "./dialect.ts";
import type { NodeAddress } from "./parse.ts";
import {
  type CompletionSpec,
  type Frame,
  type FunctionSource,
  type JobState,
  ShellError,
  type ShellState,
  type Variable,
} from "./state.ts";

export interface Job extends Omit<JobState, "status" | "signal" | "disowned" | "stopped" | "coproc"> {
  status: number | null;
  signal?: string;
  disowned?: boolean;
  stopped?: boolean;
  coproc?: NonNullable<JobState["coproc"]>;
  /** Its end by a signal has been said. */
  told?: boolean;
  readonly children: readonly Child[];
  done: Promise<number>;
}

/** Values above this many characters are refused, so that doubling a variable in a loop is contained. */
export const MAX_TEXT = 64 * 1024 * 1024;
export const MAX_FIELDS = 200_000;
/** Of an array: a shell's state is copied at every command. */
const MAX_ELEMENTS = 20_000;
export const MAX_DEPTH = 1000;

/** A running shell: its variables, descriptors, jobs and position. Everything but handles is in `snapshot()`. */
export class Shell {
  readonly proc: ProcessContext;
  readonly dialect: Dialect;
  scopes: Map<string, Variable>[] = [new Map()];
  functions = new Map<string, FunctionSource>();
  aliases = new Map<string, string>();
  completions = new Map<string, CompletionSpec>();
  options = new Set<string>();
  traps = new Map<string, string>();
  pending: string[] = [];
  jobs: Job[] = [];
  frames: Frame[] = [];
  resume: readonly Frame[] | undefined;
  fds = new Map<number, Description>();
  params: readonly string[] = [];
  arg0: string;
  source = "";
  /** The part of the source that this subshell runs; undefined: all. */
  node: NodeAddress | undefined;
  /** The source that the process itself runs, while `source` is a function's or eval's. */
  root: { readonly source: string; readonly offset: number } | undefined;
  /** `sh -c` with one simple command and nothing else: that command takes this process over. */
  only = false;
  line = 1;
  lineOffset = 0;
  script = false;
  interactive = false;
  shellPid: number;
  subshell = 0;
  /** How many evals and command substitutions are around what runs, for `set -x`. */
  nested = 0;
  status = 0;
  pipeStatus: readonly number[] = [0];
  lastBackground = 0;
  startedAt: number;
  random: number;
  directories: string[] = [];
  getoptsIndex = 1;
  /** Above zero: `set -e` does not act (a condition, or left of && and ||). */
  guarded = 0;
  loops = 0;
  depth = 0;
  history: string[] = [];
  inTrap = false;
  /** The simple command that runs: BASH_COMMAND, and what is said of its end by a signal. */
  commandAt: { readonly pos: number; readonly end: number } | undefined;
  commandSource = "";
  /** `$_`: the last word of the command before. */
  lastWord: string | undefined;
  /** A command substitution ran: a bare assignment has its status. */
  ran = false;
  /** A foreground child died of SIGINT. */
  interrupted = false;
  readonly cancels = new Map<string, () => void>();
  /** Keys and variables of the line editor, as `bind` and ~/.inputrc set them. */
  bindings = new Map<string, string>();
  /** The specification that a completion function runs for, and its options as compopt left them. */
  completing: string | undefined;
  completingOptions: readonly string[] | undefined;
  /** Descriptor numbers of process substitutions in force. */
  substitutions: number[] = [];
  /** Descriptions that redirections shadow, by id. */
  readonly parked = new Map<number, Description>();
  /** Aliases being expanded, which are not expanded again. */
  readonly expanding = new Set<string>();
  /** Resolve when a trapped signal arrives: `wait` and `read` stop for it. */
  readonly signalled: (() => void)[] = [];
  #scopeSnapshots: (Readonly<Record<string, Variable>> | undefined)[] = [];
  #functionSnapshot: Readonly<Record<string, FunctionSource>> | undefined;
  #environment: Readonly<Record<string, string>> | undefined;

  constructor(proc: ProcessContext, dialect: Dialect, arg0: string) {
    this.proc = proc;
    this.dialect = dialect;
    this.arg0 = arg0;
    this.shellPid = proc.pid;
    this.startedAt = proc.clock.now();
    this.random = 0;
    this.fds.set(0, proc.stdin).set(1, proc.stdout).set(2, proc.stderr);
    for (let n = 3; n < 32; n++) {
      const description = proc.fd(n);
      if (description) this.fds.set(n, description);
    }
  }

  static from(proc: ProcessContext, state: ShellState): Shell {
    const sh = new Shell(proc, dialects[state.dialect], state.arg0);
    sh.scopes = state.scopes.map((s) => new Map(Object.entries(s)));
    sh.functions = new Map(Object.entries(state.functions));
    sh.aliases = new Map(Object.entries(state.aliases));
    sh.completions = new Map(Object.entries(state.completions));
    sh.bindings = new Map(Object.entries(state.bindings ?? {}));
    sh.options = new Set(state.options);
    sh.traps = new Map(Object.entries(state.traps));
    sh.source = state.source;
    sh.lineOffset = state.line - 1;
    sh.script = state.script;
    sh.interactive = state.interactive;
    sh.shellPid = state.shellPid;
    sh.subshell = state.subshell;
    sh.nested = state.nested ?? 0;
    sh.params = state.params;
    sh.lastWord = state.lastWord;
    sh.status = state.status;
    sh.pipeStatus = state.pipeStatus;
    sh.lastBackground = state.lastBackground;
    sh.startedAt = state.startedAt;
    sh.random = state.random;
    sh.directories = [...state.directories];
    sh.getoptsIndex = state.getopts;
    if (state.frames.length > 0) sh.resume = state.frames;
    for (const [fd, id] of state.fds) {
      const description = [...sh.fds.values()].find((d) => d.id === id) ?? proc.description(id);
      if (description) sh.fds.set(fd, description);
    }
    for (const fd of [0, 1, 2]) if (!state.fds.some(([n]) => n === fd)) sh.fds.delete(fd);
    for (const job of state.jobs) {
      const children = job.pids.flatMap((pid) => proc.child(pid) ?? []);
      sh.addJob(job.pids, job.text, children, job);
    }
    return sh;
  }

  /** The state now; parts that did not change since the last call are shared with it. */
  snapshot(frames: readonly Frame[] = this.frames): ShellState & { readonly node?: NodeAddress | undefined } {
    const last = this.#last;
    return (this.#last = {
      shell: 1,
      dialect: this.dialect.name,
      source: this.root?.source ?? this.source,
      node: this.node,
      line: (this.root?.offset ?? this.lineOffset) + 1,
      arg0: this.arg0,
      script: this.script,
      interactive: this.interactive,
      shellPid: this.shellPid,
      subshell: this.subshell,
      nested: this.nested > 0 ? this.nested : undefined,
      params: this.params,
      lastWord: this.lastWord,
      scopes: this.scopes.map((scope, i) => (this.#scopeSnapshots[i] ??= Object.fromEntries(scope))),
      functions: (this.#functionSnapshot ??= recordOf(this.functions)),
      aliases: recordOf(this.aliases),
      completions: recordOf(this.completions),
      bindings: this.bindings.size > 0 ? recordOf(this.bindings) : undefined,
      options: last && sameItems(last.options, this.options) ? last.options : [...this.options],
      traps: recordOf(this.traps),
      jobs:
        this.jobs.length === 0
          ? NONE
          : this.jobs.map(({ id, pids, text, status, signal, disowned, coproc, foreign }) => ({
              id,
              pids,
              text,
              status,
              ...(signal && { signal }),
              ...(disowned && { disowned }),
              ...(coproc && { coproc }),
              ...(foreign && { foreign }),
            })),
      frames: frames.map((f) => ({ ...f })),
      fds: last && sameTable(last.fds, this.fds) ? last.fds : [...this.fds].map(([fd, d]) => [fd, d.id] as const),
      status: this.status,
      pipeStatus: this.pipeStatus,
      lastBackground: this.lastBackground,
      startedAt: this.startedAt,
      random: this.random,
      directories: this.directories.length === 0 ? NONE : this.directories.slice(),
      getopts: this.getoptsIndex,
    });
  }
  #last: (ShellState & { readonly node?: NodeAddress | undefined }) | undefined;

  /** Cuts the journal here, between two commands. An interactive shell does so at its prompt only. */
  checkpoint(): void {
    if (this.interactive) return;
    this.proc.checkpoint(this.snapshot());
  }

  // --- variables ---

  find(name: string): Variable | undefined {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const variable = this.scopes[i]?.get(name);
      if (variable) return variable.reference && variable.value && variable.value !== name ? this.find(variable.value) : variable;
    }
    return undefined;
  }

  get(name: string): string | undefined {
    switch (name) {
      case "RANDOM":
        this.random++;
        return String(this.proc.random.int(32768));
      case "SECONDS":
        return String(Math.floor((this.proc.clock.now() - this.startedAt) / 1000));
      case "EPOCHSECONDS":
        return String(Math.floor(this.proc.clock.now() / 1000));
      case "LINENO":
        // Debian builds dash without it.
        return this.dialect.name === "dash" ? this.find(name)?.value : String(this.line);
      case "BASH_COMMAND":
        return this.commandAt && this.commandSource.slice(this.commandAt.pos, this.commandAt.end);
      case "SHELLOPTS":
        return this.dialect.bash ? NAMED.filter((o) => this.options.has(o)).join(":") : undefined;
      case "BASHPID":
        return String(this.proc.pid);
      case "BASH_SUBSHELL":
        return this.dialect.bash ? String(this.subshell) : this.find(name)?.value;
      case "_":
        return this.lastWord ?? this.find(name)?.value;
      case "PPID":
        return String(this.proc.ppid);
      case "UID":
      case "EUID":
        return this.dialect.bash ? String(this.proc.uid) : this.find(name)?.value;
      case "SHLVL":
      default: {
        const variable = this.find(name);
        return variable?.array ? variable.array["0"] : variable?.value;
      }
    }
  }

  /** Replaces or creates a variable in the scope where it lives (or the named one). Throws ShellError when it is readonly. */
  put(name: string, variable: Variable, scope?: number): void {
    let at = scope ?? this.scopes.length - 1;
    if (scope === undefined) {
      while (at > 0 && !this.scopes[at]?.has(name)) at--;
    }
    const old = this.scopes[at]?.get(name);
    if (old?.reference && old.value && scope === undefined && old.value !== name) return this.put(old.value, variable);
    if (old?.readonly)
      throw new ShellError(this.dialect.bash ? `${name}: readonly variable` : `${name}: is read only`, this.dialect.bash ? 1 : 2);
    if (variable.value !== undefined && variable.value.length > MAX_TEXT) throw new ShellError("fork: Cannot allocate memory", 254);
    this.scopes[at]?.set(name, variable);
    this.#scopeSnapshots[at] = undefined;
    if (old?.exported || variable.exported) this.#environment = undefined;
    if (variable.value !== undefined && variable.value.length > 65536) this.proc.memory(2_000_000 + this.footprint());
  }

  footprint(): number {
    let size = 0;
    for (const scope of this.scopes) for (const v of scope.values()) size += v.value?.length ?? 0;
    return size;
  }

  set(name: string, value: string): void {
    const old = this.find(name);
    if (name === "RANDOM" || name === "SECONDS") {
      if (name === "SECONDS") this.startedAt = this.proc.clock.now() - Number.parseInt(value, 10) * 1000;
      return;
    }
    if (!old) return this.put(name, this.options.has("allexport") ? { value, exported: true } : { value });
    const shaped = old.case === "upper" ? value.toUpperCase() : old.case === "lower" ? value.toLowerCase() : value;
    this.put(name, old.array ? { ...old, array: { ...old.array, 0: shaped } } : { ...old, value: shaped });
  }

  /** What an array of so many elements takes: it is made anew at each change. Throws ShellError when it is too many. */
  async weighArray(elements: number): Promise<void> {
    if (elements > MAX_ELEMENTS) throw new ShellError("fork: Cannot allocate memory", 254);
    if (elements < 256) return;
    this.proc.memory(2_000_000 + this.footprint() + elements * 100);
    await this.proc.cpu(elements / 1000);
  }

  setElement(name: string, key: string, value: string): void {
    const old = this.find(name);
    const array = old?.array ?? (old?.value !== undefined ? { 0: old.value } : {});
    const { value: _, ...rest } = old ?? {};
    this.put(name, { ...rest, array: { ...array, [key]: value } });
  }

  setArray(name: string, values: readonly string[]): void {
    const { value: _, ...rest } = this.find(name) ?? {};
    this.put(name, { ...rest, array: Object.fromEntries(values.map((v, i) => [i, v])) });
  }

  unset(name: string): void {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const old = this.scopes[i]?.get(name);
      if (!old) continue;
      if (old.readonly)
        throw new ShellError(
          this.dialect.bash ? `unset: ${name}: cannot unset: readonly variable` : `unset: ${name}: is read only`,
          1,
          false,
        );
      this.scopes[i]?.delete(name);
      this.touch(i);
      return;
    }
  }

  touch(scope: number): void {
    this.#scopeSnapshots[scope] = undefined;
    this.#environment = undefined;
  }
  pushScope(): void {
    this.scopes.push(new Map());
    this.#scopeSnapshots.length = this.scopes.length;
    this.#scopeSnapshots[this.scopes.length - 1] = undefined;
  }
  popScope(): void {
    this.scopes.pop();
    this.#scopeSnapshots.length = this.scopes.length;
    this.#environment = undefined;
  }
  setFunction(name: string, source: FunctionSource | undefined): void {
    if (source) this.functions.set(name, source);
    else this.functions.delete(name);
    this.#functionSnapshot = undefined;
    this.#environment = undefined;
  }

  /** The exported variables, as a child gets them. */
  environment(): Readonly<Record<string, string>> {
    if (this.#environment) return this.#environment;
    const env: Record<string, string> = {};
    for (const scope of this.scopes)
      for (const [name, v] of scope) {
        if (v.exported && v.value !== undefined) env[name] = v.value;
        else if (!v.exported) delete env[name];
      }
    for (const [name, { exported }] of this.functions) if (exported !== undefined) env[`BASH_FUNC_${name}%%`] = exported;
    return (this.#environment = env);
  }

  names(): string[] {
    const all = new Set<string>();
    for (const scope of this.scopes) for (const name of scope.keys()) all.add(name);
    return [...all].sort();
  }

  // --- output ---

  stdout(): Description | undefined {
    return this.fds.get(1);
  }
  async write(text: string): Promise<void> {
    if (text !== "") await this.fds.get(1)?.write(text);
  }
  async complain(message: string, command?: string): Promise<void> {
    const prefix = this.dialect.prefix({
      arg0: this.scriptName(),
      line: this.line,
      interactive: this.interactive || this.options.has("interactive"),
      script: this.script,
      command,
    });
    await this.fds.get(2)?.write(`${prefix}${message}\n`);
  }

  /** What messages begin with: bash calls the source of functions that came by -c "environment". */
  scriptName(): string {
    return this.depth > 0 && this.dialect.bash && !this.script && this.options.has("command") ? "environment" : this.arg0;
  }

  // --- jobs ---

  /** A coprocess that has ended: its descriptors and its array are gone. */
  endCoproc({ coproc }: Job): void {
    if (!coproc) return;
    for (const fd of coproc.fds) {
      const description = this.fds.get(fd);
      this.fds.delete(fd);
      if (description) this.proc.close(description);
    }
    this.unset(coproc.name);
    this.unset(`${coproc.name}_PID`);
  }

  addJob(pids: readonly number[], text: string, children: readonly Child[], known?: JobState): Job {
    const id = known?.id ?? Math.max(0, ...this.jobs.filter((j) => !j.foreign && (j.status === null || !j.disowned)).map((j) => j.id)) + 1;
    const job: Job = { id, pids, text, children, status: known?.status ?? null, done: Promise.resolve(known?.status ?? 127) };
    if (known?.coproc) job.coproc = known.coproc;
    if (known?.foreign) Object.assign(job, { foreign: true });
    if (job.status === null && children.length > 0) {
      job.done = Promise.all(children.map((c) => c.exited)).then((all) => {
        const last = all.at(-1);
        job.status = last?.code ?? 0;
        if (last?.signal) job.signal = last.signal;
        return job.status;
      });
    } else if (!job.foreign) job.status ??= 127;
    this.jobs.push(job);
    return job;
  }
}

const NONE: readonly never[] = [];
const EMPTY = {};
const recordOf = <T>(map: ReadonlyMap<string, T>): Readonly<Record<string, T>> => (map.size === 0 ? EMPTY : Object.fromEntries(map));

function sameItems(known: readonly string[], now: ReadonlySet<string>): boolean {
  return known.length === now.size && known.every((item) => now.has(item));
}
function sameTable(known: ShellState["fds"], now: ReadonlyMap<number, Description>): boolean {
  return known.length === now.size && known.every(([fd, id]) => now.get(fd)?.id === id);
}
