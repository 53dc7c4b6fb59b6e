import { isRight } from "../checks/quiz.ts";
import type { Verdict } from "../checks/verdict.ts";
import type { LessonHost } from "../host.ts";
import { type Judged, openStage, setTheStage, type Stage } from "../stage.ts";
import type { Check, Lesson, LessonFiles, Step } from "../types.ts";
import { earned } from "./points.ts";
import type { LessonView, Saved, SavedStep, StepView } from "./types.ts";

export interface Player {
  view(): LessonView;
  save(): Saved;
  /** Sets the stage of a lesson that has not begun; goes on with one that has. */
  begin(): Promise<void>;
  /** Judges what has changed; answers whether anything is seen differently. */
  tick(): boolean;
  /** Runs the step's scripts now, on a copy of the cluster. */
  runScripts(): Promise<void>;
  /** Ids of options, or what was typed. */
  answer(given: readonly string[]): void;
  hint(): void;
  reveal(): void;
  /** Leaves a step, done or not, for the next, or ends the lesson after the last. */
  next(): void;
  /** Does what the author did up to a step, and begins there: for those who write lessons. Answers what failed. */
  jump(step: string): Promise<string | undefined>;
  stop(): void;
}

const aboutOf = (check: Check): string | undefined =>
  check.kind === "resource" ? check.resource : check.kind === "file" ? check.file : undefined;

const FRESH: SavedStep = { done: false, earned: 0, hints: 0, solution: false, given: undefined, right: false, tries: 0, broken: {} };

/** Plays a lesson on a learner's cluster. `saved`: how far they had come. */
export function createPlayer(host: LessonHost, lesson: Lesson, files: LessonFiles, saved?: Saved): Player {
  const steps = new Map<string, SavedStep>(Object.entries(saved?.version === lesson.version ? saved.steps : {}));
  let current = saved?.version === lesson.version ? lesson.steps.find(({ id }) => id === saved.step) : undefined;
  let finished = saved?.version === lesson.version && saved.finished;
  let trouble: string | undefined;
  let stage: Stage | undefined;
  let judged: readonly Judged[] = [];
  let scripts: readonly Judged[] = [];
  /** The revision that the scripts have last run at: where nothing has changed they would say the same. */
  let ranAt = -1;
  let running = false;

  const of = (step: Step): SavedStep => steps.get(step.id) ?? FRESH;
  const change = (step: Step, to: Partial<SavedStep>): void => void steps.set(step.id, { ...of(step), ...to });
  const required = (step: Step) => step.checks.filter(({ advisory }) => !advisory);

  const open = (step: Step, since?: Saved["since"]): void => {
    stage?.end();
    current = step;
    [judged, scripts, ranAt] = [[], [], -1];
    stage = of(step).done ? undefined : openStage(host, step, files, since ? { since } : {});
  };

  const verdictOf = (step: Step, id: string): Verdict | undefined => {
    const actual = of(step).broken[id];
    if (actual) return { passed: false, expected: undefined, actual };
    return [...judged, ...scripts].find(({ check }) => check.id === id)?.verdict;
  };

  /** What the step is worth by now, and whether it is done. */
  const settle = (step: Step): void => {
    const before = of(step);
    const needed = required(step);
    const passed = needed.filter(({ id }) => verdictOf(step, id)?.passed).length;
    const quiz = step.quiz && before;
    const nothingToDo = needed.length === 0 && !step.quiz;
    const done = before.done || (!nothingToDo && passed === needed.length && (!quiz || quiz.right));
    // An invariant that nobody has broken yet is worth nothing before the rest is done.
    const invariants = step.checks.filter(({ kind, advisory }) => kind === "history" && !advisory).length;
    const counted = done ? passed : Math.max(0, passed - invariants);
    const worth = before.solution || nothingToDo ? before.earned : earned(step, { passed: counted, required: needed.length, quiz });
    change(step, { done, earned: Math.max(before.earned, worth) });
    if (done && !before.done) {
      stage?.end();
      stage = undefined;
    }
  };

  const judge = (step: Step, playing: Stage): void => {
    judged = playing.judge();
    const broken = { ...of(step).broken };
    for (const { check, verdict } of judged) if (verdict.actual.kind === "broken") broken[check.id] ??= verdict.actual;
    change(step, { broken });
    settle(step);
  };

  const runScripts = async (step: Step, playing: Stage): Promise<void> => {
    if (running) return;
    running = true;
    ranAt = host.revision();
    try {
      const said = await playing.scripts();
      if (current !== step || stage !== playing) return;
      scripts = said;
      settle(step);
    } finally {
      running = false;
    }
  };

  const enter = (index: number): void => {
    const step = lesson.steps[index];
    if (step) return open(step);
    finished = true;
  };

  const stepView = (step: Step): StepView => {
    const state = of(step);
    return {
      id: step.id,
      state: finished || state.done || indexOf(step) < indexOf(current) ? "done" : step === current ? "current" : "ahead",
      points: step.points,
      earned: state.earned,
      quiz: step.quiz && {
        type: step.quiz.type,
        options: step.quiz.options,
        given: state.given,
        right: state.right,
        tries: state.tries,
      },
      checks: step.checks.map((check) => ({
        id: check.id,
        kind: check.kind,
        about: aboutOf(check),
        advisory: check.advisory,
        verdict: step === current ? verdictOf(step, check.id) : undefined,
      })),
      hints: state.hints,
      hasSolution: step.solution !== undefined,
      solution: state.solution ? step.solution : undefined,
    };
  };
  const indexOf = (step: Step | undefined): number => (step ? lesson.steps.indexOf(step) : -1);

  return {
    view() {
      const shown = lesson.steps.map(stepView);
      return {
        id: lesson.id,
        minutes: lesson.minutes,
        level: lesson.level,
        points: shown.reduce((n, s) => n + s.points, 0),
        earned: Math.round(100 * shown.reduce((n, s) => n + s.earned, 0)) / 100,
        current: current?.id,
        finished,
        trouble,
        steps: shown,
      };
    },
    save: () => ({
      id: lesson.id,
      version: lesson.version,
      step: current?.id,
      since: stage?.since ?? { revision: host.revision(), typed: 0 },
      finished,
      steps: Object.fromEntries(steps),
    }),
    async begin() {
      if (current) return open(current, saved?.since);
      trouble = await setTheStage(host, lesson, files);
      if (trouble === undefined) enter(0);
    },
    tick() {
      if (!current || !stage) return false;
      const [step, playing] = [current, stage];
      const before = JSON.stringify(stepView(step));
      judge(step, playing);
      const open = required(step).filter(({ id, kind }) => kind !== "script" && !verdictOf(step, id)?.passed);
      const hasScripts = step.checks.some(({ kind }) => kind === "script");
      // What costs a copy of the cluster is asked last.
      if (stage && hasScripts && open.length === 0 && ranAt !== host.revision()) void runScripts(step, playing);
      return JSON.stringify(stepView(step)) !== before;
    },
    async runScripts() {
      if (current && stage) await runScripts(current, stage);
    },
    answer(given) {
      if (!current?.quiz || of(current).done) return;
      const right = isRight(current.quiz, given, host.world());
      change(current, { given, right, tries: of(current).tries + 1 });
      settle(current);
    },
    hint() {
      if (current) change(current, { hints: of(current).hints + 1 });
    },
    reveal() {
      // Of a step that is done it costs nothing: nothing more is earned there anyway.
      if (current?.solution !== undefined) change(current, { solution: true });
    },
    next() {
      if (!current || finished) return;
      const state = of(current);
      // There was only something to read.
      if (required(current).length === 0 && !current.quiz) change(current, { done: true, earned: current.points });
      else if (!state.done) settle(current);
      enter(indexOf(current) + 1);
    },
    async jump(to) {
      for (const step of lesson.steps.slice(Math.max(0, indexOf(current)))) {
        if (step.id === to) break;
        if (step.solution !== undefined) {
          const { code, err } = await host.run(step.solution);
          if (code !== 0) return `${step.id}: ${err.trim()}`;
        }
        change(step, { done: true, earned: 0 });
        enter(indexOf(step) + 1);
      }
      return undefined;
    },
    stop: () => stage?.end(),
  };
}
