import { lessons } from "virtual:lessons";
import { useEffect, useRef } from "react";
import type { LessonView, Prose } from "../../browser/protocol.ts";
import { Helm, Icon } from "../frame/Icon.tsx";
import { number, useT } from "../i18n.ts";
import { useSettings } from "../settings.ts";
import { retry } from "./deeds.ts";
import { addressOf } from "./route.ts";
import { wordsOf } from "./words.ts";

/** The end of a lesson: what came of it, and where to go from here. */
export function Finished({ view, prose }: { view: LessonView; prose: Prose | undefined }) {
  const t = useT();
  const language = useSettings((s) => s.language);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  // In the order of the home page: after a track's last lesson comes the next track's first.
  const at = lessons.findIndex(({ id }) => id === view.id);
  const following = at < 0 ? undefined : lessons[at + 1];
  const all = view.earned >= view.points;
  return (
    <article className="finished" data-testid="finished">
      <Helm className="finished-helm" />
      <h3 ref={title} tabIndex={-1}>
        {t("lessons.done")}
      </h3>
      <p className="finished-points" data-testid="finished-points">
        {t("lessons.points", { earned: number(view.earned), points: view.points })}
      </p>
      <p className="quiet">{t(all ? "lessons.doneAll" : "lessons.doneSome")}</p>
      {following ? (
        <a className="next-lesson" href={addressOf.lesson(following.id)} data-testid="next-lesson">
          <span className="quiet">{t("lessons.nextLesson")}</span>
          <strong>{wordsOf(following, language).title}</strong>
          <span className="quiet">
            {t(`lessons.level.${following.level}`)} · {t("lessons.minutes", { count: following.minutes })}
          </span>
          <Icon name="next" />
        </a>
      ) : (
        at >= 0 && <p>{t("lessons.lastDone")}</p>
      )}
      <div className="row">
        <a className={following ? "button" : "button primary"} href={addressOf.home}>
          {t("lessons.allHint")}
        </a>
        <button type="button" className="button" onClick={() => void retry()} data-testid="retry">
          <Icon name="again" /> {t("lessons.retry")}
        </button>
      </div>
      <table className="points-table">
        <caption>{t("lessons.doneTable")}</caption>
        <tbody>
          {view.steps
            .filter(({ points }) => points > 0)
            .map((step) => (
              <tr key={step.id}>
                <th scope="row">{prose?.steps.get(step.id)?.title ?? step.id}</th>
                <td>{t("lessons.pointsShort", { earned: number(step.earned), points: step.points })}</td>
              </tr>
            ))}
        </tbody>
      </table>
      <p className="quiet">{t("lessons.stay")}</p>
    </article>
  );
}
