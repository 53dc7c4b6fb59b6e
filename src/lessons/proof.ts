import { answerOf } from "./checks/quiz.ts";
import type { Verdict } from "./checks/verdict.ts";
import type { ReadLesson } from "./format/read.ts";
import type { LessonHost } from "./host.ts";
import { openStage, setTheStage, type Stage } from "./stage.ts";
import type { Check, Problem, Step, Wrong } from "./types.ts";

export interface Proof {
  readonly problems: readonly Problem[];
  /** What happened, seed by seed, in words that are equal where everything went the same way. */
  readonly stories: readonly string[];
}

/** A cluster as the lesson asks for one, with another seed. */
export type StartCluster = (seed: number) => Promise<LessonHost>;

/** Plays a lesson as its author says it goes: right ways pass, wrong ones don't, and chance changes nothing. */
export async function proveLesson(
  { lesson, files, problems: read }: ReadLesson,
  seeds: readonly number[],
  start: StartCluster,
): Promise<Proof> {
  if (!lesson || read.length > 0) return { problems: read, stories: [] };
  const problems: Problem[] = [];
  const stories: string[] = [];
  for (const seed of seeds) {
    const story: string[] = [];
    const fail = (line: number, message: string, fix: string): void => {
      if (!problems.some((p) => p.line === line && p.message === message)) problems.push({ file: "lesson.yaml", line, message, fix });
    };
    const host = await start(seed);
    try {
      const wrong = await setTheStage(host, lesson, files);
      if (wrong !== undefined) {
        fail(1, `setup: ${wrong}`, "Mend the setup: it has to end by itself.");
        continue;
      }
      for (const step of lesson.steps) if (!(await proveStep(host, step, files, story, fail))) break;
    } finally {
      host.stop();
    }
    stories.push(story.join("\n"));
  }
  const other = stories.findIndex((story) => story !== stories[0]);
  if (other > 0)
    problems.push({
      file: "lesson.yaml",
      line: lesson.steps[0]?.line ?? 1,
      message: `goes another way with seed ${seeds[other]} than with seed ${seeds[0]}: ${firstDifference(stories[0] as string, stories[other] as string)}`,
      fix: "Check what is the same whatever chance does.",
    });
  return { problems, stories };
}

type Fail = (line: number, message: string, fix: string) => void;

async function proveStep(host: LessonHost, step: Step, files: ReadLesson["files"], story: string[], fail: Fail): Promise<boolean> {
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
  const before = await verdictsOf(stage);
  // History begins true; everything else has to be brought about.
  const easy = before.filter(({ check, verdict }) => isRequired(check) && check.kind !== "history" && verdict.passed);
  const needed = step.checks.filter((c) => isRequired(c) && c.kind !== "history");
  for (const { check } of easy)
    fail(check.line, `${step.id}.${check.id} passes before anything is done`, "Ask for something that is not there yet.");
  story.push(`${step.id}: ${needed.length} to do`);
  for (const wrong of step.mustFail) await proveWrong(host, step, wrong, files, story, fail);
  for (const [i, script] of step.alternatives.entries())
    await proveRight(await host.fork(), step, script, `alternative ${i + 1}`, files, story, fail, true);
  stage.end();
  if (step.solution === undefined) return true;
  return proveRight(host, step, step.solution, "solution", files, story, fail, false);
}

const isRequired = (check: Check): boolean => !check.advisory;

async function verdictsOf(stage: Stage): Promise<readonly { readonly check: Check; readonly verdict: Verdict }[]> {
  return [...stage.judge(), ...(await stage.scripts())];
}

async function proveRight(
  host: LessonHost,
  step: Step,
  script: string,
  what: string,
  files: ReadLesson["files"],
  story: string[],
  fail: Fail,
  own: boolean,
): Promise<boolean> {
  const stage = openStage(host, step, files);
  try {
    const { code, err } = await host.run(script);
    const open = await settle(host, stage, step);
    for (const { check, verdict } of open)
      fail(
        check.line,
        `${step.id}.${check.id} fails after the ${what}: ${describe(verdict)}${code === 0 ? "" : ` (it ended with ${code}: ${err.trim()})`}`,
        `Mend the ${what}, or the check.`,
      );
    story.push(`${step.id}: ${what} leaves ${open.length}`);
    return open.length === 0;
  } finally {
    stage.end();
    if (own) host.stop();
  }
}

/** Waits until every required check passes, as long as each may take; answers those that don't. */
async function settle(
  host: LessonHost,
  stage: Stage,
  step: Step,
): Promise<readonly { readonly check: Check; readonly verdict: Verdict }[]> {
  const limit = Math.max(0, ...step.checks.filter(isRequired).map((c) => c.within));
  const open = () => stage.judge().filter(({ check, verdict }) => isRequired(check) && check.kind !== "command" && !verdict.passed);
  await host.until(() => open().length === 0, limit);
  const scripts = (await stage.scripts()).filter(({ check, verdict }) => isRequired(check) && !verdict.passed);
  return [...open(), ...scripts];
}

async function proveWrong(
  host: LessonHost,
  step: Step,
  wrong: Wrong,
  files: ReadLesson["files"],
  story: string[],
  fail: Fail,
): Promise<void> {
  const copy = await host.fork();
  try {
    const stage = openStage(copy, step, files);
    await copy.run(wrong.run);
    const open = await settle(copy, stage, step);
    if (open.length === 0)
      fail(wrong.line, `${step.id} passes after ${JSON.stringify(wrong.run.trim())}`, "Add a check that tells it from the solution.");
    const telling = wrong.check === undefined ? open : open.filter(({ check }) => check.id === wrong.check);
    if (open.length > 0 && telling.length === 0)
      fail(
        wrong.line,
        `${step.id}.${wrong.check} does not fail after ${JSON.stringify(wrong.run.trim())}`,
        `What fails is ${open.map(({ check }) => check.id).join(", ")}.`,
      );
    if (wrong.says !== undefined && telling.length > 0 && !telling.some(({ verdict }) => describe(verdict).includes(wrong.says as string)))
      fail(
        wrong.line,
        `feedback does not say ${JSON.stringify(wrong.says)} after ${JSON.stringify(wrong.run.trim())}: ${telling.map(({ verdict }) => describe(verdict)).join("; ")}`,
        "Let the check show what is found (shows:).",
      );
    story.push(`${step.id}: ${JSON.stringify(wrong.run)} leaves ${open.map(({ check }) => check.id).join(" ")}`);
    stage.end();
  } finally {
    copy.stop();
  }
}

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
