import type { Client, ClientApi } from "../client/index.ts";
import type { Advice, Decision } from "../scheduler/index.ts";
import type { Cause, Clock, Random } from "../sim/index.ts";
import type { ComponentHandle, Report } from "./components.ts";
import { type ComponentEffects, NO_COMPONENT_EFFECTS } from "./faults/effects.ts";
import { Link } from "./link.ts";
import { type ClusterScheduler, createClusterScheduler } from "./scheduler.ts";

export interface SchedulerProcessOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly api: ClientApi;
  readonly revision: () => number;
  readonly client: (causes: readonly Cause[], api: ClientApi) => Client;
  readonly administrator: (causes: readonly Cause[]) => Client;
  readonly onDecision: (decision: Decision) => void;
}

/** kube-scheduler as a process. */
export class SchedulerProcess implements ComponentHandle {
  readonly name = "kube-scheduler";
  readonly process = "kube-scheduler";
  effects: ComponentEffects = NO_COMPONENT_EFFECTS;
  startedAt: number | undefined;
  readonly #options: SchedulerProcessOptions;
  #running: { readonly scheduler: ClusterScheduler; readonly link: Link } | undefined;

  constructor(options: SchedulerProcessOptions) {
    this.#options = options;
  }

  report(): Report {
    const running = this.#running?.scheduler.running;
    if (!running) return {};
    const { active, backoff, unschedulable, gated } = running.queue;
    return {
      depth: active,
      retrying: backoff,
      reconciles: running.attempts,
      lastError: running.lastError,
      queues: { active, backoff, unschedulable, gated },
    };
  }

  /** What would give a pod that waits a node. */
  advise(key: string): readonly Advice[] {
    return this.#running?.scheduler.running?.advise(key) ?? [];
  }

  obey(effects: ComponentEffects, causes: readonly Cause[]): void {
    this.effects = effects;
    if (effects.stopped) return this.stop();
    if (!this.#running) this.#start(causes);
    if (!this.#running) return;
    this.#running.scheduler.lagChanged();
    this.#running.link.causes = effects.faults.map((name) => ({ kind: "fault", name }));
  }

  stop(): void {
    this.#running?.link.close();
    this.#running?.scheduler.stop();
    this.#running = undefined;
    this.startedAt = undefined;
  }

  #start(causes: readonly Cause[]): void {
    const { clock, random, api, client, administrator, revision, onDecision } = this.#options;
    const link = new Link(api, clock);
    link.late(
      revision(),
      causes.filter((c) => c.kind === "fault"),
    );
    const scheduler = createClusterScheduler({
      clock,
      random,
      client: (why) => client(why, link),
      administrator,
      onDecision,
      delay: () => this.effects.delay,
      lag: () => this.effects.lag,
    });
    this.startedAt = clock.now();
    this.#running = { scheduler, link };
    scheduler.start(causes);
  }
}
