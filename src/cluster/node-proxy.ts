import type { KubeProxies } from "../network/index.ts";
import type { Cause, Clock } from "../sim/index.ts";
import type { ComponentHandle, Report } from "./components.ts";
import { NO_COMPONENT_EFFECTS, type ComponentEffects } from "./faults/effects.ts";
import type { ClusterMachine } from "./machines.ts";

/** The kube-proxy of one machine. Its rules stay in the machine's kernel while it is stopped or hears nothing. */
export class NodeProxy implements ComponentHandle {
  readonly name: string;
  readonly process = "kube-proxy";
  readonly machine: string;
  effects: ComponentEffects = NO_COMPONENT_EFFECTS;
  readonly #machine: ClusterMachine;
  readonly #proxies: KubeProxies;
  readonly #clock: Clock;
  readonly #madeAt: number;
  #restartedAt = 0;
  #cut = false;

  constructor(machine: ClusterMachine, proxies: KubeProxies, clock: Clock) {
    this.name = `kube-proxy-${machine.name}`;
    this.machine = machine.name;
    this.#machine = machine;
    this.#proxies = proxies;
    this.#clock = clock;
    this.#madeAt = clock.now();
    machine.onProxy = () => {
      if (machine.proxyUp) this.#restartedAt = clock.now();
      this.#hold();
    };
  }

  get startedAt(): number | undefined {
    if (this.effects.stopped || !this.#machine.network.on || !this.#machine.proxyUp) return undefined;
    return Math.max(this.#madeAt, this.#restartedAt, this.#machine.bootedAt ?? 0);
  }

  report: () => Report = () => ({});

  obey(effects: ComponentEffects, causes: readonly Cause[]): void {
    const { stopped } = this.effects;
    if (stopped && !effects.stopped) this.#restartedAt = this.#clock.now();
    this.effects = effects;
    if (stopped !== effects.stopped) this.#machine.systemd?.hold("kube-proxy.service", effects.stopped, causes);
    this.#hold();
  }

  cut(cut: boolean): void {
    this.#cut = cut;
    this.#hold();
  }

  #hold(): void {
    const { stopped, delay, lag } = this.effects;
    const late = stopped || this.#cut || !this.#machine.proxyUp ? Infinity : delay + lag;
    if (late > 0) this.#proxies.hold(this.machine, late);
    else this.#proxies.release(this.machine);
  }
}
