import { type ClientApi, createInformers, createInformersView, type Client, type Informers, type InformersView } from "../client/index.ts";
import type { CsiPlugin, Kubelet } from "../kubelet/index.ts";
import type { Cancel, Cause, Clock, Persistent } from "../sim/index.ts";
import type { ComponentHandle, Report } from "./components.ts";
import { type ComponentEffects, NO_COMPONENT_EFFECTS } from "./faults/effects.ts";
import { Link } from "./link.ts";

export interface KubeletProcessOptions {
  readonly machine: string;
  readonly clock: Clock;
  readonly api: ClientApi;
  readonly revision: () => number;
  readonly client: (api: ClientApi) => Client;
  /** A fault ends it, or lets go of it: whoever started it is told. */
  readonly onFault?: (stopped: boolean, causes: readonly Cause[]) => void;
  readonly create: (parts: { readonly client: Client; readonly informers: Informers; readonly delay: () => number }) => Kubelet;
}

interface Running {
  readonly kubelet: Kubelet;
  readonly link: Link;
  readonly informers: Informers;
  readonly view: InformersView;
}

/** A machine's kubelet as a process: it can be ended and started anew while its containers run on. */
export class KubeletProcess implements ComponentHandle {
  readonly name: string;
  readonly process = "kubelet";
  readonly machine: string;
  effects: ComponentEffects = NO_COMPONENT_EFFECTS;
  startedAt: number | undefined;
  readonly #options: KubeletProcessOptions;
  #running: Running | undefined;
  /** What there was before a reload, for the first start after it. */
  #records: ReadonlyMap<string, unknown> | undefined;
  /** Keys of records that are stored, and of those, which no process has any more. */
  readonly #stored = new Set<string>();
  readonly #gone = new Set<string>();
  /** CSI drivers on the machine, whichever kubelet finds them (k8s: plugins_registry). */
  readonly #plugins = new Map<CsiPlugin, { readonly causes: readonly Cause[]; leave: Cancel | undefined }>();
  #wanted = false;
  #reach: ClientApi | undefined;
  #cut = false;
  #lost: ReadonlySet<string> | undefined;

  constructor(options: KubeletProcessOptions) {
    this.name = `kubelet-${options.machine}`;
    this.machine = options.machine;
    this.#options = options;
  }

  /** Undefined: it does not run. */
  get kubelet(): Kubelet | undefined {
    return this.#running?.kubelet;
  }

  /** Whether its machine is up to run it; `reach`: what it takes for the API server, where its files name another. */
  power(on: boolean, causes: readonly Cause[], reach?: ClientApi): void {
    this.#wanted = on;
    this.#reach = reach;
    this.#settle(causes);
  }

  obey(effects: ComponentEffects, causes: readonly Cause[]): void {
    const { stopped } = this.effects;
    this.effects = effects;
    if (stopped !== effects.stopped) this.#options.onFault?.(effects.stopped, causes);
    this.#settle(causes);
    this.#apply();
  }

  /** Cut off from the API server; or heard by it again. */
  cut(cut: boolean, causes: readonly Cause[]): void {
    if (this.#cut === cut) return;
    this.#cut = cut;
    const link = this.#running?.link;
    if (cut) return link?.cut();
    link?.late(this.#options.revision(), causes);
    link?.heal();
  }

  /** Writes to these paths are lost. */
  lose(paths: ReadonlySet<string> | undefined): void {
    this.#lost = paths;
    this.#running?.link.lose(paths);
  }

  registerPlugin(plugin: CsiPlugin, causes: readonly Cause[]): Cancel {
    this.#plugins.set(plugin, { causes, leave: this.kubelet?.registerPlugin(plugin, causes) });
    return () => {
      this.#plugins.get(plugin)?.leave?.();
      this.#plugins.delete(plugin);
    };
  }

  restart(causes: readonly Cause[]): void {
    this.stop();
    this.#settle(causes);
  }

  stop(): void {
    if (!this.#running) return;
    const { kubelet, link, view, informers } = this.#running;
    this.#running = undefined;
    this.startedAt = undefined;
    link.close();
    kubelet.stop();
    view.close();
    informers.stop();
    for (const entry of this.#plugins.values()) entry.leave = undefined;
    for (const key of this.#stored) this.#gone.add(key);
  }

  report(): Report {
    return this.#running?.kubelet.report() ?? {};
  }

  #settle(causes: readonly Cause[]): void {
    if (!this.#wanted || this.effects.stopped) this.stop();
    else if (!this.#running) this.#start(causes);
  }

  #start(causes: readonly Cause[]): void {
    const { clock, api, client: open, create, revision } = this.#options;
    const link = new Link(this.#reach ?? api, clock);
    link.late(
      revision(),
      causes.filter((c) => c.kind === "fault"),
    );
    const client = open(link);
    const informers = createInformers(client, clock);
    const view = createInformersView(informers, clock);
    const kubelet = create({ client, informers: view, delay: () => this.effects.delay });
    this.#running = { kubelet, link, informers, view };
    this.startedAt = clock.now();
    if (this.#records) void kubelet.restore(this.#records);
    this.#records = undefined;
    for (const [plugin, entry] of this.#plugins) entry.leave = kubelet.registerPlugin(plugin, entry.causes);
    this.#apply();
    if (this.#cut) link.cut();
    clock.turn(() => (this.kubelet === kubelet ? kubelet.start(causes) : undefined));
  }

  #apply(): void {
    if (!this.#running) return;
    const { link, view } = this.#running;
    view.lag(this.effects.lag);
    link.lose(this.#lost);
    link.causes = this.effects.faults.map((name) => ({ kind: "fault", name }));
  }

  // --- Persistent, under the name that its records have always had ---

  get persistent(): Persistent {
    return { name: `kubelet/${this.machine}`, drain: () => this.#drain(), restore: (records) => this.#restore(records) };
  }

  #drain(): ReadonlyMap<string, unknown> {
    const out = new Map<string, unknown>();
    for (const key of this.#gone) out.set(key, undefined);
    this.#gone.clear();
    for (const [key, value] of this.kubelet?.drain() ?? []) {
      out.set(key, value);
      if (value === undefined) this.#stored.delete(key);
      else this.#stored.add(key);
    }
    return out;
  }

  #restore(records: ReadonlyMap<string, unknown>): void {
    this.#records = records;
    for (const key of records.keys()) this.#stored.add(key);
  }
}
