import type { LessonSummary } from "virtual:lessons";
import type { LessonProgress } from "../../browser/index.ts";

export type Progress = ReadonlyMap<string, LessonProgress>;

export interface Standing {
  readonly state: "new" | "begun" | "done";
  readonly earned: number;
  readonly points: number;
  /** Steps. */
  readonly done: number;
  readonly steps: number;
}

/** How far a learner is with a lesson. What was reached in another version of it does not count. */
export function standingIn(progress: Progress, { id, version, steps }: Pick<LessonSummary, "id" | "version" | "steps">): Standing {
  const row = progress.get(id);
  if (!row || row.version !== version) return { state: "new", earned: 0, points: 0, done: 0, steps };
  return { state: row.finished ? "done" : "begun", earned: row.earned, points: row.points, done: row.done, steps: row.steps };
}

/** What to offer first: the lesson that is under way, or the first after the last one that was finished, or the very first. */
export function offerOf(
  lessons: readonly LessonSummary[],
  progress: Progress,
): { readonly why: "first" | "begun" | "next"; readonly lesson: LessonSummary } | undefined {
  const known = lessons.map((lesson) => ({ lesson, ...standingIn(progress, lesson), updated: progress.get(lesson.id)?.updated ?? 0 }));
  const latest = (state: Standing["state"]) => known.filter((one) => one.state === state).sort((a, b) => b.updated - a.updated)[0];
  const begun = latest("begun");
  if (begun) return { why: "begun", lesson: begun.lesson };
  const last = latest("done");
  const open = known.filter((one) => one.state === "new");
  const [next] = last ? [...open.filter((one) => known.indexOf(one) > known.indexOf(last)), ...open] : open;
  return next && { why: last ? "next" : "first", lesson: next.lesson };
}

const folded = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Whether every word of what is sought is in the lesson's own words, in any language, or in its tags. */
export function fits({ id, tags, words }: Pick<LessonSummary, "id" | "tags" | "words">, sought: string): boolean {
  const text = folded([id, ...tags, ...Object.values(words).flatMap(({ title, summary }) => [title, summary])].join(" "));
  return folded(sought)
    .split(/[\s,#]+/)
    .every((word) => text.includes(word));
}
