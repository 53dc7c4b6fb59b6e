import {
  type Client,
  type ClientApi,
  createEventRecorders,
  createInformers,
  createInformersView,
  type Informer,
  type Informers,
  type InformersView,
} from "../client/index.ts";
import {
  type ControllerContext,
  type controllerFactories,
  processOf,
  publicName,
  runController,
  type RunningController,
  userOfController,
} from "../controllers/index.ts";
import type { Cause, Clock } from "../sim/index.ts";
import type { ComponentHandle, Report } from "./components.ts";
import { type ComponentEffects, NO_COMPONENT_EFFECTS } from "./faults/effects.ts";
import { Link } from "./link.ts";

type Factory = ReturnType<typeof controllerFactories>[number];
type User = { readonly name: string; readonly groups: readonly string[] };

/** A program that runs controllers. */
export interface Program {
  readonly name: string;
  /** Whom it acts as for all of its controllers: what they see and tell. */
  readonly user: User;
  readonly agent: string;
  /** What its controllers are made from, but for what is its own. */
  readonly context: Omit<ControllerContext, "informers" | "recorder">;
  readonly factories: (context: ControllerContext) => readonly Factory[];
}

export interface ControlLoopsOptions {
  readonly clock: Clock;
  readonly api: ClientApi;
  /** The newest. */
  readonly revision: () => number;
  readonly client: (user: User, agent: string, causes: readonly Cause[], api: ClientApi) => Client;
}

/** What the controllers of one program share: informers and recorders, made when the first of them starts. */
class ControlProcess implements ComponentHandle {
  readonly name: string;
  readonly process: string;
  startedAt: number | undefined;
  effects = NO_COMPONENT_EFFECTS;
  readonly program: Program;
  readonly #options: ControlLoopsOptions;
  #shared:
    | { readonly link: Link; readonly informers: Informers; readonly recorder: ControllerContext["recorder"]; readonly client: Client }
    | undefined;

  constructor(name: string, program: Program, options: ControlLoopsOptions) {
    this.name = name;
    this.process = name;
    this.program = program;
    this.#options = options;
  }

  begin(causes: readonly Cause[]): { readonly informers: Informers; readonly recorder: ControllerContext["recorder"] } {
    const { clock, api } = this.#options;
    if (!this.#shared) {
      const link = new Link(api, clock);
      const { user, agent } = this.program;
      const client = this.#options.client(user, agent, causes, link);
      this.#shared = { link, client, informers: createInformers(client, clock), recorder: createEventRecorders({ client, clock }) };
      this.startedAt = clock.now();
    }
    return this.#shared;
  }

  report: () => Report = () => ({});

  obey(effects: ComponentEffects): void {
    this.effects = effects;
    if (effects.stopped) this.end();
  }

  end(): void {
    this.#shared?.informers.stop();
    this.#shared?.link.close();
    this.#shared = undefined;
    this.startedAt = undefined;
  }
}

/** One controller: it runs over a link and a view of its own, so that it can be stopped, slowed and held back alone. */
class ControlLoop implements ComponentHandle {
  readonly name: string;
  readonly process: string;
  effects = NO_COMPONENT_EFFECTS;
  startedAt: number | undefined;
  readonly #create: Factory;
  readonly #parent: ControlProcess;
  readonly #options: ControlLoopsOptions;
  #running: { readonly link: Link; readonly view: InformersView; readonly controller: RunningController } | undefined;

  constructor(name: string, create: Factory, parent: ControlProcess, options: ControlLoopsOptions) {
    this.name = publicName(name);
    this.process = parent.name;
    this.#create = create;
    this.#parent = parent;
    this.#options = options;
  }

  start(causes: readonly Cause[]): void {
    const { api, clock, client, revision } = this.#options;
    const { context, agent } = this.#parent.program;
    const { informers, recorder } = this.#parent.begin(causes);
    const link = new Link(api, clock);
    link.late(
      revision(),
      causes.filter((c) => c.kind === "fault"),
    );
    const view = createInformersView(informers, clock);
    const controller = this.#create({ ...context, informers: view, recorder });
    this.#running = {
      link,
      view,
      controller: runController({
        controller,
        client: client(userOfController(controller.name), agent, causes, link),
        informers: view,
        clock,
        delay: () => this.effects.delay,
      }),
    };
    this.startedAt = clock.now();
  }

  stop(): void {
    this.#running?.controller.stop();
    this.#running?.view.close();
    this.#running?.link.close();
    this.#running = undefined;
    this.startedAt = undefined;
  }

  report(): Report {
    return this.#running?.controller.state ?? {};
  }

  obey(effects: ComponentEffects, causes: readonly Cause[]): void {
    const lagged = this.effects.lag !== effects.lag;
    this.effects = effects;
    if (effects.stopped) return this.stop();
    if (!this.#running) this.start(causes);
    if (!this.#running) return;
    const { view, link } = this.#running;
    if (lagged || effects.lag > 0) view.lag(effects.lag);
    link.causes = effects.faults.map((name) => ({ kind: "fault", name }));
  }
}

/** The controllers of these programs; loops that are kube-apiserver's own are its. */
export function createControlLoops(
  options: ControlLoopsOptions,
  programs: readonly Program[],
): {
  /** Controllers first, then the programs that they are parts of. */
  readonly handles: readonly ComponentHandle[];
  readonly isRunning: (program: string) => boolean;
  readonly stop: () => void;
} {
  const processes = new Map<string, ControlProcess>();
  const loops: ControlLoop[] = [];
  for (const program of programs) {
    const unread = { ...program.context, informers: NOTHING, recorder: () => ({ event: () => {} }) };
    for (const create of program.factories(unread)) {
      const { name } = create(unread);
      const of = processOf(name, program.name);
      let parent = processes.get(of);
      if (!parent) processes.set(of, (parent = new ControlProcess(of, program, options)));
      loops.push(new ControlLoop(name, create, parent, options));
    }
  }
  return {
    // Nobody stops the API server: then there would be nobody to ask.
    handles: [...loops, ...[...processes.values()].filter(({ name }) => name !== "kube-apiserver")],
    isRunning: (program) => processes.get(program)?.startedAt !== undefined,
    stop() {
      for (const loop of loops) loop.stop();
      for (const process of processes.values()) process.end();
    },
  };
}

/** Informers for a controller that is only asked for its name. */
const NOTHING = {
  of: (): Informer<never> => ({
    synced: false,
    size: 0,
    get: () => undefined,
    list: () => [],
    by: () => [],
    index: () => {},
    on: () => () => {},
  }),
  forget: () => {},
  synced: () => new Promise<void>(() => {}),
  answered: () => new Promise<void>(() => {}),
  stop: () => {},
} satisfies Informers;
