import { type Daemon, type FileSystem, programIn, type Signal, SIGNALS } from "../../runtime/index.ts";
import { type Cancel, type Cause, type Clock, type Persistent, timerCause } from "../../sim/index.ts";
import type { MachineRuntime } from "../../runtime/index.ts";
import type { CatalogId, Journal, Said } from "./journal.ts";
import {
  environmentOf,
  expandCommand,
  readUnit,
  setting,
  type Settings,
  settingsOf,
  spanOf,
  type UnitFiles,
  wantedAtBoot,
} from "./unit-file.ts";

/** A run of a program that a unit starts. */
export interface Run {
  readonly argv: readonly string[];
  readonly pid: number;
  /** After a reload, in which it did not start anew. */
  readonly resumed: boolean;
  readonly causes: readonly Cause[];
  log(said: Said): void;
}

/** What one of a machine's own programs does while it runs. */
export interface Service {
  /** Bytes. */
  readonly memory: number;
  /** False: it gives up, having said why. */
  begin(run: Run): boolean;
  end(how: { readonly causes: readonly Cause[]; readonly killed: boolean }): void;
}

export type Active = "active" | "inactive" | "failed" | "activating";
type Result = "success" | "exit-code" | "signal";

interface Main {
  readonly pid: number;
  readonly startedAt: number;
  readonly exit?: { readonly how: "exited" | "killed"; readonly status: number; readonly signal?: string; readonly at: number };
}

/** How a unit is: what is stored of it. */
export interface UnitState {
  readonly active: Active;
  readonly sub: string;
  readonly since: number;
  readonly result: Result;
  readonly restarts: number;
  readonly main?: Main;
  readonly argv?: readonly string[];
  readonly restartAt?: number;
  /** It would run, were it not for a fault. */
  readonly halted?: true;
}
const DEAD: UnitState = { active: "inactive", sub: "dead", since: 0, result: "success", restarts: 0 };

interface Unit {
  readonly name: string;
  /** As it was read last. */
  files: UnitFiles;
  settings: Settings;
  state: UnitState;
  daemon: Daemon | undefined;
  service: Service | undefined;
  /** systemctl has asked for its end. */
  stopping: boolean;
  timer: Cancel | undefined;
}

/** What a process that gives up has lived. */
const SHORT_LIFE = 80;
const NOT_FOUND = 203;
const RESTART_MS = 100;

export interface SystemdOptions {
  readonly machine: string;
  readonly clock: Clock;
  readonly runtime: Pick<MachineRuntime, "volume" | "startDaemon">;
  readonly journal: Journal;
  /** By the name of the program that its executable is. */
  readonly services: Readonly<Record<string, Service>>;
}

/** A refusal, in systemctl's words. */
export class UnitError extends Error {
  readonly code: number;
  constructor(message: string, code: number) {
    super(message);
    this.code = code;
  }
}

/** The system and service manager of a machine: units of its files, and the daemons that they start. Records: units by name. */
export class Systemd implements Persistent {
  readonly name: string;
  readonly #o: SystemdOptions;
  readonly #units = new Map<string, Unit>();
  readonly #changed = new Set<string>();
  #stored: ReadonlyMap<string, unknown> | undefined;

  constructor(options: SystemdOptions) {
    this.#o = options;
    this.name = `systemd/${options.machine}`;
  }

  get fs(): FileSystem {
    return this.#o.runtime.volume("host").fs;
  }

  /** Starts what the machine is to run; after a reload, what it ran. */
  boot(causes: readonly Cause[]): void {
    const stored = this.#stored;
    this.#stored = undefined;
    if (!stored) {
      for (const name of wantedAtBoot(this.fs)) if (this.#find(name)) this.#start(this.#unit(name), causes);
      return;
    }
    for (const [name, record] of stored) {
      const { files, state } = record as { readonly files: UnitFiles; readonly state: UnitState };
      const unit = this.#put(name, files, state);
      if (state.active === "active" && state.main) this.#run(unit, state.argv ?? [], state.main, causes, true);
      else if (state.restartAt !== undefined) this.#restartAt(unit, state.restartAt, causes);
    }
  }

  /** The power is gone: nobody is told anything. */
  off(causes: readonly Cause[]): void {
    for (const unit of this.#units.values()) {
      unit.timer?.();
      if (unit.daemon) unit.service?.end({ causes, killed: true });
      unit.daemon = unit.timer = undefined;
      this.#set(unit, DEAD);
    }
    for (const name of this.#units.keys()) this.#changed.add(name);
    this.#units.clear();
  }

  /** A fault holds a unit's process back, or lets go of it. */
  hold(name: string, held: boolean, causes: readonly Cause[]): void {
    if (held) this.#held.add(name);
    else this.#held.delete(name);
    const unit = this.#units.get(name);
    if (!unit) return;
    const { active, halted, ...state } = unit.state;
    if (held && (active === "active" || active === "activating")) {
      this.stop(name, causes);
      this.#set(unit, { ...unit.state, halted: true });
    } else if (!held && halted) {
      this.#set(unit, { ...state, active });
      this.#start(unit, causes);
    }
  }
  readonly #held = new Set<string>();

  start(name: string, causes: readonly Cause[]): void {
    const unit = this.#unit(name);
    if (unit.state.active === "active") return;
    if (this.#held.has(name)) throw new UnitError(`Failed to start ${name}: a Fault of the simulator keeps it stopped.`, 1);
    unit.timer?.();
    this.#start(unit, causes);
  }

  stop(name: string, causes: readonly Cause[]): void {
    const unit = this.#unit(name);
    const { state } = unit;
    unit.timer?.();
    unit.timer = undefined;
    if (state.active === "activating") {
      this.#log(unit, `Stopped ${title(unit)}.`, "stopped");
      return this.#set(unit, { ...state, active: state.result === "success" ? "inactive" : "failed", sub: "dead", ...gone });
    }
    if (state.active !== "active") return this.#set(unit, { ...state, active: "inactive", sub: "dead" });
    this.#log(unit, `Stopping ${title(unit)}...`, "stopping");
    unit.stopping = true;
    this.#signal(unit, "TERM", causes);
  }

  restart(name: string, causes: readonly Cause[]): void {
    const unit = this.#unit(name);
    if (unit.state.active === "active" || unit.state.active === "activating") this.stop(name, causes);
    this.start(name, causes);
  }

  kill(name: string, signal: Signal, causes: readonly Cause[]): void {
    this.#signal(this.#unit(name), signal, causes);
  }

  /** Reads all units anew. */
  reload(): void {
    for (const unit of this.#units.values()) {
      const files = readUnit(this.fs, unit.name);
      if (files === undefined || files === "masked") {
        if (unit.state.active !== "inactive") continue;
        this.#units.delete(unit.name);
      } else [unit.files, unit.settings] = [files, settingsOf(files)];
      this.#changed.add(unit.name);
    }
  }

  /** A failure is forgotten. */
  reset(name: string): void {
    const unit = this.#unit(name);
    if (unit.state.active === "failed") this.#set(unit, { ...unit.state, active: "inactive", sub: "dead", result: "success" });
  }

  /** How a unit is, as it is known; throws UnitError when there is none. */
  look(name: string): Pick<Unit, "name" | "files" | "settings" | "state"> & { readonly stale: boolean; readonly memory: number } {
    const unit = this.#unit(name);
    const now = readUnit(this.fs, name);
    const same =
      now !== undefined &&
      now !== "masked" &&
      now.text === unit.files.text &&
      now.dropIns.map((d) => d.path + d.text).join() === unit.files.dropIns.map((d) => d.path + d.text).join();
    return { ...unit, stale: !same, memory: unit.daemon ? (unit.service?.memory ?? 0) : 0 };
  }
  has(name: string): boolean {
    return this.#units.has(name);
  }

  /** The number of a unit's process; undefined: none runs. */
  pidOf(name: string): number | undefined {
    const unit = this.#units.get(name);
    return unit?.daemon?.pid;
  }

  // --- units ---

  #find(name: string): UnitFiles | undefined {
    const files = readUnit(this.fs, name);
    return files === "masked" ? undefined : files;
  }
  #unit(name: string): Unit {
    const known = this.#units.get(name);
    if (known) return known;
    const files = readUnit(this.fs, name);
    if (files === "masked") throw new UnitError(`Unit ${name} is masked.`, 1);
    if (files === undefined) throw new UnitError(`Unit ${name} not found.`, 5);
    return this.#put(name, files, DEAD);
  }
  #put(name: string, files: UnitFiles, state: UnitState): Unit {
    const fresh = { daemon: undefined, service: undefined, stopping: false, timer: undefined };
    const unit: Unit = { name, files, settings: settingsOf(files), state, ...fresh };
    this.#units.set(name, unit);
    this.#changed.add(name);
    return unit;
  }
  #set(unit: Unit, state: UnitState): void {
    unit.state = {
      ...state,
      since: state.active === unit.state.active && state.sub === unit.state.sub ? state.since : this.#o.clock.now(),
    };
    this.#changed.add(unit.name);
  }

  // --- their processes ---

  #start(unit: Unit, causes: readonly Cause[]): void {
    const { settings } = unit;
    const now = this.#o.clock.now();
    if (this.#held.has(unit.name)) return this.#set(unit, { ...unit.state, active: "inactive", sub: "dead", halted: true });
    const type = setting(settings, "Service.Type") ?? "simple";
    if (type !== "simple") this.#log(unit, `Starting ${title(unit)}...`, "starting");
    const env = environmentOf(settings, this.fs);
    const line = setting(settings, "Service.ExecStart");
    if ("missing" in env || line === undefined) {
      if ("missing" in env) this.#log(unit, `${unit.name}: Failed to load environment files: No such file or directory`, undefined, 3);
      else this.#log(unit, `${unit.name}: Service has no ExecStart=, ExecStop=, or SuccessAction=. Refusing.`, undefined, 3);
      return this.#over(unit, { how: "exited", status: 1, at: now }, causes);
    }
    const argv = expandCommand(line, env as Readonly<Record<string, string>>);
    // A simple service has started once it is forked, whatever becomes of it.
    if (type === "simple") this.#log(unit, `Started ${title(unit)}.`, "started");
    this.#run(unit, argv, { pid: 0, startedAt: now }, causes, false);
    if (type !== "simple" && unit.state.active === "active") this.#log(unit, `Started ${title(unit)}.`, "started");
  }

  #run(unit: Unit, argv: readonly string[], main: Main, causes: readonly Cause[], resumed: boolean): void {
    const { clock, runtime, services } = this.#o;
    const [path = ""] = argv;
    const program = this.#programOf(path);
    const service = program === undefined ? undefined : services[program];
    unit.service = service;
    unit.stopping = false;
    const daemon = runtime.startDaemon({
      argv,
      memory: service?.memory ?? 0,
      startedAt: main.startedAt,
      ...(resumed && { pid: main.pid }),
      onExit: ({ code, signal }) => {
        // Somebody on the machine has killed it.
        const why: readonly Cause[] = [{ kind: "process", machine: this.#o.machine, pid: daemon.pid, what: `end of ${path}` }];
        this.#ended(
          unit,
          signal === undefined ? { how: "exited", status: code } : { how: "killed", status: SIGNALS[signal] ?? 0, signal },
          why,
        );
      },
    });
    unit.daemon = daemon;
    const { pid } = daemon;
    const identifier = path.slice(path.lastIndexOf("/") + 1);
    const state: UnitState = { ...unit.state, active: "active", sub: "running", result: "success", main: { ...main, pid }, argv };
    const { restartAt: _, ...rest } = state;
    if (!resumed) this.#set(unit, rest);
    if (service === undefined) {
      const missing = program === undefined;
      const why = missing ? "No such file or directory" : "this simulator runs no other daemons than the machine's own";
      if (missing) this.#log(unit, `${unit.name}: Failed to locate executable ${path}: ${why}`, undefined, 3, pid, `(${identifier})`);
      this.#log(unit, `${unit.name}: Failed at step EXEC spawning ${path}: ${why}`, undefined, 3, pid, `(${identifier})`);
      daemon.end();
      return this.#ended(unit, { how: "exited", status: NOT_FOUND }, causes);
    }
    const log = (said: Said): void => this.#o.journal.add({ unit: unit.name, identifier, pid, priority: 6, said });
    if (service.begin({ argv, pid, resumed, causes, log })) return;
    unit.service = undefined;
    unit.timer = clock.timer(SHORT_LIFE, () => {
      if (unit.daemon !== daemon) return;
      daemon.end();
      this.#ended(unit, { how: "exited", status: 1 }, [timerCause(`exit of ${path}`, causes)]);
    });
  }

  /** The program that a file of the machine is; undefined when there is no such file. */
  #programOf(path: string): string | undefined {
    const { fs } = this;
    if (!path.startsWith("/") || !fs.exists(path) || fs.stat(path).type !== "file") return undefined;
    return fs.access(path, 1) ? (programIn(fs.readFile(path)) ?? "") : "";
  }

  #signal(unit: Unit, signal: Signal, causes: readonly Cause[]): void {
    this.#why = causes;
    unit.daemon?.signal(signal);
    this.#why = undefined;
  }
  /** Of what is being done now. */
  #why: readonly Cause[] | undefined;

  #ended(unit: Unit, exit: Omit<NonNullable<Main["exit"]>, "at">, causes: readonly Cause[]): void {
    const why = this.#why ?? causes;
    unit.timer?.();
    unit.timer = undefined;
    unit.daemon = undefined;
    unit.service?.end({ causes: why, killed: exit.how === "killed" });
    unit.service = undefined;
    this.#over(unit, { ...exit, at: this.#o.clock.now() }, why);
  }

  #over(unit: Unit, exit: NonNullable<Main["exit"]>, causes: readonly Cause[]): void {
    const clean = (exit.how === "exited" && exit.status === 0) || exit.signal === "TERM" || exit.signal === "INT";
    const result: Result = clean ? "success" : exit.how === "killed" ? "signal" : "exit-code";
    const { main = { pid: 0, startedAt: exit.at }, ...state } = unit.state;
    const ended = { ...state, main: { ...main, exit }, result };
    if (!clean) this.#log(unit, `${unit.name}: Main process exited, code=${exit.how}, status=${exitWords(exit)}`, "exited", 5);
    if (clean) this.#log(unit, `${unit.name}: Deactivated successfully.`, "succeeded");
    else this.#log(unit, `${unit.name}: Failed with result '${result}'.`, "failed", 4);
    if (unit.stopping) {
      unit.stopping = false;
      this.#log(unit, `Stopped ${title(unit)}.`, "stopped");
      return this.#set(unit, { ...ended, active: clean ? "inactive" : "failed", sub: clean ? "dead" : "failed", restarts: 0 });
    }
    const policy = setting(unit.settings, "Service.Restart") ?? "no";
    const again = policy === "always" || (policy === "on-failure" && !clean) || (policy === "on-abnormal" && exit.how === "killed");
    if (!again) return this.#set(unit, { ...ended, active: clean ? "inactive" : "failed", sub: clean ? "dead" : "failed" });
    const restartAt = exit.at + spanOf(setting(unit.settings, "Service.RestartSec"), RESTART_MS);
    this.#set(unit, { ...ended, active: "activating", sub: "auto-restart", restartAt });
    this.#restartAt(unit, restartAt, causes);
  }

  #restartAt(unit: Unit, at: number, causes: readonly Cause[]): void {
    const { clock } = this.#o;
    unit.timer = clock.timer(Math.max(0, at - clock.now()), () => {
      unit.timer = undefined;
      const restarts = unit.state.restarts + 1;
      this.#set(unit, { ...unit.state, restarts });
      this.#log(unit, `${unit.name}: Scheduled restart job, restart counter is at ${restarts}.`, "restart");
      this.#start(unit, [timerCause(`restart of ${unit.name}`, causes)]);
    });
  }

  #log(unit: Unit, said: string, catalog?: CatalogId, priority = 6, pid = 1, identifier = "systemd"): void {
    this.#o.journal.add({ unit: unit.name, identifier, pid, priority, said, ...(catalog && { catalog }) });
  }

  // --- Persistent ---

  drain(): ReadonlyMap<string, unknown> {
    const out = new Map<string, unknown>();
    for (const name of this.#changed) {
      const unit = this.#units.get(name);
      out.set(name, unit && { files: unit.files, state: unit.state });
    }
    this.#changed.clear();
    return out;
  }
  restore(records: ReadonlyMap<string, unknown>): void {
    if (records.size > 0) this.#stored = records;
  }
}

const gone = { restarts: 0 };
const title = ({ name, settings }: Unit): string => {
  const description = setting(settings, "Unit.Description");
  return description === undefined ? name : `${name} - ${description}`;
};

const STATUS: Readonly<Record<number, string>> = { 0: "SUCCESS", 1: "FAILURE", [NOT_FOUND]: "EXEC" };
export const exitWords = ({ status, signal }: { readonly status: number; readonly signal?: string }): string => {
  const word = signal ?? STATUS[status];
  return word === undefined ? String(status) : `${status}/${word}`;
};
