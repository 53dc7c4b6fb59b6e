import type { LessonSummary } from "virtual:lessons";
import { Icon } from "../frame/Icon.tsx";
import { number as written, useT } from "../i18n.ts";
import { addressOf } from "../lessons/route.ts";
import { wordsOf } from "../lessons/words.ts";
import { useSettings } from "../settings.ts";
import type { Standing } from "./catalogue.ts";

interface Props {
  readonly lesson: LessonSummary;
  /** Among all lessons. */
  readonly number: number;
  readonly standing: Standing;
  /** What it builds on and is not done yet: advice, no lock. */
  readonly before: readonly LessonSummary[];
  onTag(tag: string): void;
}

export function LessonRow({ lesson, number, standing, before, onTag }: Props) {
  const t = useT();
  const language = useSettings((s) => s.language);
  const { title, summary } = wordsOf(lesson, language);
  const { state, earned, points, done, steps } = standing;
  return (
    <li className="lesson-row" data-state={state} data-testid={`lesson-${lesson.id}`}>
      <span className="lesson-number" aria-hidden="true">
        {state === "done" ? <Icon name="check" /> : number}
      </span>
      <div className="lesson-words">
        <h3>
          <a href={addressOf.lesson(lesson.id)}>{title}</a>
        </h3>
        {summary !== "" && <p>{summary}</p>}
        <p className="lesson-facts">
          <span>{t(`lessons.level.${lesson.level}`)}</span>
          <span>{t("lessons.minutes", { count: lesson.minutes })}</span>
          <span className="tags">
            {lesson.tags.map((tag) => (
              <button key={tag} type="button" className="tag" onClick={() => onTag(tag)}>
                {tag}
              </button>
            ))}
          </span>
        </p>
        {before.length > 0 && (
          <p className="lesson-before">
            {t("lessons.home.advised", {
              lessons: new Intl.ListFormat(language).format(before.map((one) => wordsOf(one, language).title)),
            })}
          </p>
        )}
      </div>
      {state === "new" ? (
        <span className="hidden-visually">{t("lessons.home.state.new")}</span>
      ) : (
        <div className="lesson-standing" data-state={state}>
          <span>{t(`lessons.home.state.${state}`)}</span>
          <meter min={0} max={Math.max(1, steps)} value={done} aria-label={t("lessons.home.goOnAt", { at: done, of: steps })} />
          <span className="count">
            <span aria-hidden="true">{t("lessons.pointsShort", { earned: written(earned), points })}</span>
            <span className="hidden-visually">{t("lessons.points", { earned: written(earned), points })}</span>
          </span>
        </div>
      )}
    </li>
  );
}
