import { answerOf } from "./checks/quiz.ts";
import type { Verdict } from "./checks/verdict.ts";
import type { LessonHost } from "./host.ts";
import { type Judged, openStage, setTheStage, type Stage } from "./stage.ts";
import type { Check, Lesson, LessonFiles, Problem, Step, Wrong } from "./types.ts";

/** One playing of a lesson, with one seed. */
export interface Playing {
  readonly seed: number;
  readonly problems: readonly Problem[];
  /** What happened, in words that are equal where everything went the same way. */
  readonly story: string;
}

/** A cluster as the lesson asks for one. */
export type StartCluster = (seed: number) => Promise<LessonHost>;

/** Plays a lesson as its author says it goes: right ways pass, wrong ones don't. */
export async function playForProof(lesson: Lesson, files: LessonFiles, seed: number, start: StartCluster): Promise<Playing> {
  const problems: Problem[] = [];
  const story: string[] = [];
  const fail = (line: number, message: string, fix: string): void => void problems.push({ file: "lesson.yaml", line, message, fix });
  const host = await start(seed);
  try {
    const wrong = await setTheStage(host, lesson, files);
    if (wrong !== undefined) fail(lesson.setup.line, `setup: ${wrong}`, "Mend the setup: it has to end by itself.");
    else for (const step of lesson.steps) if (!(await proveStep(host, step, { files, story, fail }))) break;
  } finally {
    host.stop();
  }
  return { seed, problems, story: story.join("\n") };
}

/** What all playings together say is wrong with a lesson: chance may change nothing. */
export function verdictOn(lesson: Lesson, playings: readonly Playing[]): readonly Problem[] {
  const all = playings.flatMap(({ problems }) => problems);
  const problems = all.filter((p, i) => all.findIndex((o) => o.line === p.line && o.message === p.message) === i);
  const [first, ...others] = playings;
  const other = others.find(({ story }) => story !== first?.story);
  if (!first || !other) return problems;
  const message = `goes another way with seed ${other.seed} than with seed ${first.seed}: ${firstDifference(first.story, other.story)}`;
  return [
    ...problems,
    { file: "lesson.yaml", line: lesson.steps[0]?.line ?? 1, message, fix: "Check what is the same whatever chance does." },
  ];
}

type Fail = (line: number, message: string, fix: string) => void;
/** One playing of a lesson. */
interface Run {
  readonly files: LessonFiles;
  readonly story: string[];
  readonly fail: Fail;
}

/** Leaves `host` where the next step begins; false: there is no going on. */
async function proveStep(host: LessonHost, step: Step, run: Run): Promise<boolean> {
  const { files, story, fail } = run;
  if (step.quiz && !answerOf(step.quiz, host.world())) {
    fail(step.line, `${step.id}: the quiz has no answer in the cluster`, "Ask for what is there after the setup.");
    return false;
  }
  let stage: Stage;
  try {
    stage = openStage(host, step, files);
  } catch (error) {
    fail(step.line, `${step.id}: ${(error as Error).message}`, "Mend the expression.");
    return false;
  }
  const before = [...stage.judge(), ...(await stage.scripts())].filter(({ check }) => isRequired(check));
  stage.end();
  // History begins true; everything else has to be brought about.
  for (const { check, verdict } of before) {
    if (check.kind === "history" && !verdict.passed)
      fail(check.line, `${step.id}.${check.id} is not true after the setup`, "An invariant begins true.");
    if (check.kind !== "history" && verdict.passed)
      fail(check.line, `${step.id}.${check.id} passes before anything is done`, "Ask for something that is not there yet.");
  }
  story.push(`${step.id}: ${before.filter(({ verdict }) => !verdict.passed).length} to do`);
  const broken = new Set<string>();
  for (const wrong of step.mustFail) for (const { check } of await proveWrong(host, step, wrong, run)) broken.add(check.id);
  for (const { check } of before)
    if (check.kind === "history" && !broken.has(check.id))
      fail(
        check.line,
        `${step.id}.${check.id}: no mustFail breaks it`,
        "Add one that does: an invariant that cannot break proves nothing.",
      );
  for (const [i, script] of step.alternatives.entries()) {
    const copy = await host.fork();
    await proveRight(copy, step, script, { what: `alternative ${i + 1}`, disposable: true }, run);
    copy.stop();
  }
  return step.solution === undefined || proveRight(host, step, step.solution, { what: "solution", disposable: false }, run);
}

const isRequired = (check: Check): boolean => !check.advisory;

async function proveRight(
  host: LessonHost,
  step: Step,
  script: string,
  { what, disposable }: { readonly what: string; readonly disposable: boolean },
  { files, story, fail }: Run,
): Promise<boolean> {
  const stage = openStage(host, step, files, { disposable });
  // Where what is typed counts, it is typed.
  const typed = step.checks.some(({ kind }) => kind === "command");
  const { code, err } = typed ? { code: (await host.type(script)) ? 0 : 124, err: "" } : await host.run(script);
  const waited = await settle(host, stage, step);
  // What is true on the way to something else is no solution.
  await host.until(() => false, STEADY);
  const fleeting = waited.length > 0 ? [] : stage.judge().filter(({ check, verdict }) => isRequired(check) && !verdict.passed);
  for (const { check, verdict } of fleeting)
    fail(
      check.line,
      `${step.id}.${check.id} does not stay true after the ${what}: ${describe(verdict)}`,
      `Mend the ${what}, or the check.`,
    );
  const open = [...waited, ...(await scriptsOpen(stage))];
  stage.end();
  const ended = code === 0 ? "" : ` (it ended with ${code}: ${err.trim()})`;
  for (const { check, verdict } of open)
    fail(check.line, `${step.id}.${check.id} fails after the ${what}: ${describe(verdict)}${ended}`, `Mend the ${what}, or the check.`);
  story.push(`${step.id}: ${what} leaves ${open.length}`);
  return open.length === 0 && fleeting.length === 0;
}

/** How long a solved step is watched (virtual ms). */
const STEADY = 10_000;

/** What still fails after a mistake. */
async function proveWrong(host: LessonHost, step: Step, wrong: Wrong, { files, story, fail }: Run): Promise<readonly Judged[]> {
  const copy = await host.fork();
  const stage = openStage(copy, step, files, { disposable: true });
  await copy.run(wrong.run);
  const open = [...(await settle(copy, stage, step, wrong.check)), ...(await scriptsOpen(stage))];
  stage.end();
  copy.stop();
  const after = `after ${JSON.stringify(wrong.run.trim())}`;
  const telling = wrong.check === undefined ? open : open.filter(({ check }) => check.id === wrong.check);
  const said = telling.map(({ verdict }) => describe(verdict));
  if (open.length === 0) fail(wrong.line, `${step.id} passes ${after}`, "Add a check that tells it from the solution.");
  else if (telling.length === 0)
    fail(wrong.line, `${step.id}.${wrong.check} does not fail ${after}`, `What fails is ${open.map(({ check }) => check.id).join(", ")}.`);
  else if (wrong.says !== undefined && !said.some((text) => text.includes(wrong.says as string)))
    fail(
      wrong.line,
      `feedback does not say ${JSON.stringify(wrong.says)} ${after}: ${said.join("; ")}`,
      "Let the check show what is found (shows:).",
    );
  story.push(`${step.id}: ${JSON.stringify(wrong.run)} leaves ${open.map(({ check }) => check.id).join(" ")}`);
  return open;
}

/**
 * Waits until every required check but scripts passes, as long as each may take; answers those that don't. `telling`: the check that
 * is looked for after a mistake; without hope for it nobody waits.
 */
async function settle(host: LessonHost, stage: Stage, step: Step, telling?: string): Promise<readonly Judged[]> {
  const required = step.checks.filter(isRequired);
  let seen = -1;
  let open: readonly Judged[] = [];
  const judge = (): boolean => {
    // Nothing was written: nothing is judged.
    if (host.revision() !== seen) open = stage.judge().filter(({ check, verdict }) => isRequired(check) && !verdict.passed);
    seen = host.revision();
    // What was broken once stays so.
    const hopeless = open.some(({ check, verdict }) => verdict.actual.kind === "broken" && (telling ?? check.id) === check.id);
    return open.length === 0 || hopeless;
  };
  await host.until(judge, Math.max(0, ...required.map(({ within }) => within)));
  return open;
}

/** Scripts come last: on a cluster that is thrown away they may change what the rest looks at. */
const scriptsOpen = async (stage: Stage): Promise<readonly Judged[]> =>
  (await stage.scripts()).filter(({ check, verdict }) => isRequired(check) && !verdict.passed);

/** For authors, in English. */
export function describe({ expected, actual }: Verdict): string {
  const wanted = expected === undefined ? "" : `expected ${expected}, `;
  switch (actual.kind) {
    case "value":
      return `${wanted}found ${actual.text === "" ? "nothing" : actual.text}`;
    case "missing":
      return `${wanted}there is no ${actual.what === "kind" ? "kind" : ""} ${actual.name}`.replace("no  ", "no ");
    case "broken":
      return `it was not true at revision ${actual.revision}`;
    case "nothing":
      return `${wanted}it is not true yet`;
  }
}

function firstDifference(a: string, b: string): string {
  const [x, y] = [a.split("\n"), b.split("\n")];
  const i = x.findIndex((line, n) => line !== y[n]);
  return `${JSON.stringify(y[Math.max(i, 0)] ?? "")} instead of ${JSON.stringify(x[Math.max(i, 0)] ?? "")}`;
}
