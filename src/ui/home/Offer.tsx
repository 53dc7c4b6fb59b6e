import type { LessonSummary } from "virtual:lessons";
import { Helm, Icon } from "../frame/Icon.tsx";
import { useT } from "../i18n.ts";
import { addressOf } from "../lessons/route.ts";
import { wordsOf } from "../lessons/words.ts";
import { useSettings } from "../settings.ts";
import type { offerOf, Standing } from "./catalogue.ts";

interface Props {
  readonly offer: ReturnType<typeof offerOf>;
  readonly standing: (lesson: LessonSummary) => Standing;
  /** Whether progress has been read: before that, nobody is taken for a beginner. */
  readonly known: boolean;
}

const WORDS = { first: "lessons.home.first", begun: "lessons.home.goOn", next: "lessons.home.again" } as const;

/** What this page is, and the one thing to do now. */
export function Offer({ offer, standing, known }: Props) {
  const t = useT();
  const language = useSettings((s) => s.language);
  const at = offer && standing(offer.lesson);
  return (
    <section className="offer" data-why={offer?.why}>
      <Helm className="offer-helm" />
      <div className="offer-words">
        <h2>{t("lessons.home.title")}</h2>
        <p>{t("lessons.home.lead")}</p>
      </div>
      {!known ? (
        <div className="offer-card" data-waiting />
      ) : offer && at ? (
        <a className="offer-card" href={addressOf.lesson(offer.lesson.id)} data-testid="offer" data-why={offer.why}>
          <span className="offer-what">
            {t(WORDS[offer.why])} <Icon name="next" />
          </span>
          <strong>{wordsOf(offer.lesson, language).title}</strong>
          <span className="offer-facts">
            {offer.why === "begun"
              ? t("lessons.home.goOnAt", { at: Math.min(at.done + 1, at.steps), of: at.steps })
              : offer.why === "first"
                ? `${t("lessons.home.firstText")} ${t("lessons.minutes", { count: offer.lesson.minutes })}`
                : `${t(`lessons.level.${offer.lesson.level}`)} · ${t("lessons.minutes", { count: offer.lesson.minutes })}`}
          </span>
        </a>
      ) : (
        <p className="offer-card" data-testid="offer" data-why="done">
          <strong>{t("lessons.home.allDone")}</strong>
        </p>
      )}
    </section>
  );
}
