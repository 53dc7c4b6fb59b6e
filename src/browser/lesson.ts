import type { Cluster, ClusterOptions, LessonFiles, LessonView, loadLessons, Player, ProseByLocale, Saved } from "../cluster/index.ts";
import { writeProgress } from "./progress.ts";
import type { LessonCall } from "./protocol.ts";

export type Engine = Awaited<ReturnType<typeof loadLessons>>;

/** How often it is looked whether anything has changed (wall ms). */
const LOOK_MS = 200;

/** How far a lesson is, kept in the sandbox's own transactions: a kill loses both or neither. */
export class LessonRecord {
  readonly name = "lesson";
  #saved: Saved | undefined;
  #changed = false;

  get saved(): Saved | undefined {
    return this.#saved;
  }
  keep(saved: Saved): void {
    if (JSON.stringify(saved) === JSON.stringify(this.#saved)) return;
    this.#saved = saved;
    this.#changed = true;
  }
  drain(): ReadonlyMap<string, unknown> {
    const out = new Map(this.#changed ? [["saved", this.#saved]] : []);
    this.#changed = false;
    return out;
  }
  restore(records: ReadonlyMap<string, unknown>): void {
    this.#saved = records.get("saved") as Saved | undefined;
  }
}

interface LessonRunOptions {
  readonly cluster: Cluster;
  readonly clusterOptions: ClusterOptions;
  readonly engine: Engine;
  readonly lesson: Parameters<Engine["createPlayer"]>[1];
  readonly files: LessonFiles;
  readonly prose: ProseByLocale;
  readonly record: LessonRecord;
  readonly tell: (view: LessonView, prose?: ProseByLocale) => void;
  /** A step begins: what is now is what "begin the step again" goes back to. */
  readonly stepBegins: () => Promise<void>;
}

/** A lesson on the cluster of this worker. */
export class LessonRun {
  readonly #options: LessonRunOptions;
  readonly #player: Player;
  #timer: ReturnType<typeof setInterval> | undefined;
  #revision = -1;
  #told = "";

  constructor(options: LessonRunOptions) {
    this.#options = options;
    const { engine, cluster, clusterOptions, lesson, files, record } = options;
    this.#player = engine.createPlayer(engine.hostOf(cluster, clusterOptions), lesson, files, record.saved);
  }

  /** Sets the stage, or goes on where it stopped. `jump`: begins at that step. */
  async begin(jump: string | undefined): Promise<void> {
    const { record, prose, tell } = this.#options;
    tell(this.#player.view(), prose);
    const before = record.saved?.step;
    await this.#player.begin();
    if (jump !== undefined) await this.#player.jump(jump);
    await this.#changed(before);
    this.#timer = setInterval(() => void this.#look(), LOOK_MS);
  }

  async call(call: Exclude<LessonCall, { verb: "reset" | "retry" }>): Promise<void> {
    const before = this.#player.view().current;
    switch (call.verb) {
      case "answer":
        this.#player.answer(call.given);
        break;
      case "check":
        this.#player.tick();
        await this.#player.runScripts();
        break;
      default:
        this.#player[call.verb]();
    }
    await this.#changed(before);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#player.stop();
  }

  async #look(): Promise<void> {
    const { store } = this.#options.cluster;
    // Files have no revision: a step that looks at them is looked at each time.
    if (store.revision === this.#revision && !this.#looksAtFiles()) return;
    this.#revision = store.revision;
    this.#player.tick();
    await this.#changed(this.#player.view().current);
  }

  #looksAtFiles(): boolean {
    const current = this.#player.view().current;
    const step = this.#options.lesson.steps.find(({ id }) => id === current);
    return step?.checks.some(({ kind }) => kind === "file" || kind === "command") ?? false;
  }

  async #changed(before: string | undefined): Promise<void> {
    const { record, tell, stepBegins, lesson } = this.#options;
    const view = this.#player.view();
    record.keep(this.#player.save());
    if (view.current !== before && view.trouble === undefined) {
      // A step is judged where it begins, though nothing has changed since: what comes true later is seen to.
      this.#revision = -1;
      await stepBegins();
    }
    const text = JSON.stringify(view);
    if (text === this.#told) return;
    this.#told = text;
    // Records have no revision that the page's messages wait for: who reloads now finds the step that they saw.
    await this.#options.cluster.flush().catch(() => {});
    tell(view);
    const { id, version } = lesson;
    const { earned, points, finished, steps } = view;
    const done = steps.filter(({ state }) => state === "done").length;
    // Where nothing can be stored, the lesson goes on all the same.
    await writeProgress({ id, version, earned, points, done, steps: steps.length, finished, updated: Date.now() }).catch(() => {});
  }
}
