import type { LessonView, Prose } from "../../browser/protocol.ts";
import type { number as written, t as translate } from "../i18n.ts";
import { nameOf } from "./feedback.ts";

interface Words {
  readonly t: typeof translate;
  readonly number: typeof written;
}

/** What has become true, or can't become so any more: sentences, in the order in which they are said, each once. */
export function newsOf(before: LessonView, now: LessonView, prose: Prose | undefined, { t, number }: Words): readonly string[] {
  const title = (id: string): string => prose?.steps.get(id)?.title ?? id;
  const points = t("lessons.points", { earned: number(now.earned), points: now.points });
  if (now.finished && !before.finished) return [t("lessons.say.finished", { points })];
  if (before.current === undefined && now.current !== undefined) return [t("lessons.say.begun", { step: title(now.current) })];
  const [old, step] = [before, now].map((view) => view.steps.find(({ id }) => id === now.current));
  if (!old || !step || before.current !== now.current) return [];
  if (step.state === "done" && old.state !== "done") return [t("lessons.say.stepDone", { step: title(step.id), points })];
  return step.checks.flatMap((check) => {
    const was = old.checks.find(({ id }) => id === check.id)?.verdict;
    const what = [check.about, nameOf(check)].filter(Boolean).join(", ");
    if (check.verdict?.actual.kind === "broken" && was?.actual.kind !== "broken") return [t("lessons.say.broken", { what })];
    // Judged for the first time it is no news, but for what is only judged when it is tried out.
    const open = was ? !was.passed : check.kind === "script";
    return check.verdict?.passed && open ? [t("lessons.say.passed", { what })] : [];
  });
}
