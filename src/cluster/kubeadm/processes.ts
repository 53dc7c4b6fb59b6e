import type { AdmissionChoice, AuthorizationMode } from "../../apiserver/index.ts";
import { type MemoryStore, replaceContents } from "../../etcd/index.ts";
import type {
  ApiServerSettings,
  ClientSettings,
  ContainerRun,
  ControlPlaneLink,
  EtcdAbout,
  EtcdData,
  EtcdRun,
  PlaneSettings,
} from "../../images/index.ts";
import type { Cause, Clock, Origin, Persistent } from "../../sim/index.ts";
import type { ApiGate } from "./api-gate.ts";
import { createEtcdBackend, isSimulators, textOfBinary } from "./etcd-backend.ts";

export interface ProcessesOptions {
  readonly clock: Clock;
  readonly store: MemoryStore;
  readonly gate: ApiGate;
  /** The machine where it all runs, and its address. */
  readonly home: string;
  readonly address: string;
  /** Nothing has been stored yet: kubeadm has just left everything running. */
  readonly fresh: boolean;
  readonly problems: (authorization: readonly string[], admission: AdmissionChoice) => readonly string[];
  readonly configure: (settings: {
    readonly authorizationModes: readonly AuthorizationMode[];
    readonly admission: AdmissionChoice;
  }) => void;
  /** The server has started over an etcd that holds something else than before. */
  readonly refill: (causes: readonly Cause[]) => void;
  /** What of the rest of the cluster runs has changed. */
  readonly changed: (causes: readonly Cause[]) => void;
}

interface Running {
  readonly run: ContainerRun;
  readonly settings: PlaneSettings;
}
const NAMES = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd"];

/** Which of the control plane's components run: those whose containers do. Records: what etcd's folder was written with. */
export class ControlPlaneProcesses implements ControlPlaneLink, Persistent {
  readonly name = "control-plane";
  readonly #o: ProcessesOptions;
  readonly #running = new Set<Running>();
  /** kubeadm has left them running; their containers take over. */
  readonly #assumed: Set<string>;
  #etcd: { readonly run: ContainerRun; serving: boolean } | undefined;
  #written: number | undefined;
  #term = 1;
  #loaded = false;
  #dirty = true;
  #port = 6443;

  constructor(options: ProcessesOptions) {
    this.#o = options;
    this.#assumed = new Set(options.fresh ? NAMES : []);
    this.#apply([]);
  }

  home(machine: string): boolean {
    return machine === this.#o.home;
  }

  problems({ authorization, admission }: Pick<ApiServerSettings, "authorization" | "admission">): readonly string[] {
    return this.#o.problems(authorization, admission);
  }

  begin(run: ContainerRun, settings: PlaneSettings): { stop(): void } | undefined {
    if (!this.home(run.machine)) return undefined;
    const running: Running = { run, settings };
    this.#running.add(running);
    this.#assume(settings.component);
    const causes = causesOf(run, `start of ${settings.component}`);
    if (settings.component === "kube-apiserver") this.#serve(settings, causes);
    this.#apply(causes);
    return {
      stop: () => {
        if (this.#running.delete(running)) this.#apply(causesOf(run, `end of ${settings.component}`));
      },
    };
  }

  failed(run: ContainerRun, component: string): void {
    if (!this.home(run.machine) || !this.#assumed.has(component)) return;
    this.#assume(component);
    this.#apply(causesOf(run, `end of ${component}`));
  }

  etcd(run: ContainerRun, data: EtcdData | "resumed" | undefined, about: EtcdAbout): EtcdRun | undefined {
    const { store, clock } = this.#o;
    if (this.#etcd || !this.home(run.machine)) return undefined;
    const mine = (this.#etcd = { run, serving: data === "resumed" });
    const origin: Origin = { user: "etcd", agent: "etcd", causes: causesOf(run, "etcd") };
    if (data !== "resumed") {
      const known = data === undefined ? this.#written === undefined : data.hash === this.#written;
      if (!known) {
        const pairs = data === undefined ? [] : [...data.pairs()].map(([key, value]) => [textOfBinary(key), textOfBinary(value)] as const);
        replaceContents(store, pairs, isSimulators, origin);
        this.#loaded = true;
      }
      this.#term++;
      this.#dirty = true;
    }
    return {
      backend: createEtcdBackend({ store, origin: () => origin, now: () => clock.now(), about, term: this.#term }),
      written: (hash) => {
        this.#written = hash;
        this.#dirty = true;
      },
      serve: () => {
        mine.serving = true;
        this.#assume("etcd");
        this.#apply(origin.causes);
      },
      stop: () => {
        if (this.#etcd !== mine) return;
        this.#etcd = undefined;
        this.#assume("etcd");
        this.#apply(origin.causes);
      },
    };
  }

  /** Whether a program of the control plane runs, and finds the API server where it was told to. */
  runs(process: string): boolean {
    if (!NAMES.includes(process) || this.#assumed.has(process)) return true;
    return [...this.#running].some(({ settings }) => settings.component === process && this.#finds(settings));
  }

  /** The API server that was begun last. */
  get server(): ApiServerSettings | undefined {
    for (const { settings } of this.#running) if (settings.component === "kube-apiserver") return settings;
    return undefined;
  }
  get port(): number {
    return this.#port;
  }

  #finds(settings: PlaneSettings): boolean {
    if (settings.component === "kube-apiserver") return true;
    return (settings as ClientSettings).server.replace(/\/$/, "") === `https://${this.#o.address}:${this.#port}`;
  }

  #serve({ authorization, admission, port }: ApiServerSettings, causes: readonly Cause[]): void {
    this.#port = port;
    this.#o.configure({ authorizationModes: authorization as readonly AuthorizationMode[], admission });
    if (!this.#loaded) return;
    this.#loaded = false;
    this.#o.refill(causes);
  }

  #assume(component: string): void {
    if (this.#assumed.delete(component)) this.#dirty = true;
  }

  #apply(causes: readonly Cause[]): void {
    const { gate, changed } = this.#o;
    gate.turnEtcd(this.#assumed.has("etcd") || (this.#etcd?.serving ?? false));
    gate.turn(this.#assumed.has("kube-apiserver") || this.server !== undefined);
    if (causes.length > 0) changed(causes);
  }

  // --- Persistent ---

  drain(): ReadonlyMap<string, unknown> {
    if (!this.#dirty) return new Map();
    this.#dirty = false;
    return new Map([["state", { written: this.#written, term: this.#term, assumed: [...this.#assumed] }]]);
  }
  restore(records: ReadonlyMap<string, unknown>): Promise<void> {
    const state = records.get("state") as { written?: number; term: number; assumed: readonly string[] } | undefined;
    if (state) {
      this.#written = state.written;
      this.#term = state.term;
      for (const name of state.assumed) this.#assumed.add(name);
      this.#apply([]);
    }
    return Promise.resolve();
  }
}

const causesOf = ({ machine, pid }: ContainerRun, what: string): readonly Cause[] => [{ kind: "process", machine, pid, what }];
