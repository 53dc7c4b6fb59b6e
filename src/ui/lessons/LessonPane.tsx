import { useEffect, useRef, useState } from "react";
import type { LessonView, Prose } from "../../browser/protocol.ts";
import { announce, notify } from "../announce.ts";
import { Icon } from "../frame/Icon.tsx";
import { useNarrow } from "../frame/useNarrow.ts";
import { number, useT } from "../i18n.ts";
import { useSettings } from "../settings.ts";
import { startAnew } from "./deeds.ts";
import { Finished } from "./Finished.tsx";
import { Foot } from "./Foot.tsx";
import { newsOf } from "./news.ts";
import { Peek } from "./Peek.tsx";
import { Markdown } from "./prose/Markdown.tsx";
import { addressOf } from "./route.ts";
import { Step } from "./Step.tsx";
import { Steps } from "./Steps.tsx";
import { isDone, useLesson, useProse } from "./store.ts";
import "../styles/lesson.css";

/** A lesson beside the cluster that it is about. */
export function LessonPane() {
  const t = useT();
  const view = useLesson((s) => s.view);
  const prose = useProse();
  const narrow = useNarrow();
  const told = useRef<LessonView>(undefined);
  useEffect(() => {
    const said = view && told.current ? newsOf(told.current, view, prose, { t, number }) : [];
    if (said.length > 0) announce(said.join(" "));
    // Whoever is in another tab of a phone does not see it.
    if (view && told.current && useSettings.getState().pane !== "lesson" && narrow && !isDone(told.current) && isDone(view))
      notify(t("lessons.doneElsewhere"));
    told.current = view;
  }, [view, prose, t, narrow]);
  const title = prose?.title ?? "";
  useEffect(() => {
    document.title = title === "" ? t("app.name") : `${title} · ${t("app.name")}`;
  }, [title, t]);
  return (
    <section id="pane-lesson" className="pane lesson-pane" aria-label={t("lessons.pane")} data-testid="lesson-pane" tabIndex={-1}>
      <header className="pane-bar lesson-bar">
        <a
          className="icon-button"
          href={addressOf.home}
          aria-label={t("lessons.allHint")}
          title={t("lessons.allHint")}
          data-testid="to-home"
        >
          <Icon name="back" />
        </a>
        <h2>{title}</h2>
        <span className="spacer" />
        {view && view.points > 0 && (
          <span
            className="count"
            title={t("lessons.points", { earned: number(view.earned), points: view.points })}
            data-testid="lesson-points"
          >
            <span aria-hidden="true">{t("lessons.pointsShort", { earned: number(view.earned), points: view.points })}</span>
            <span className="hidden-visually">{t("lessons.points", { earned: number(view.earned), points: view.points })}</span>
          </span>
        )}
      </header>
      {view && <Progress view={view} />}
      {!view ? (
        <p className="waiting" role="status">
          {t("lessons.loading")}
        </p>
      ) : view.trouble !== undefined ? (
        <Trouble message={view.trouble} />
      ) : view.current === undefined ? (
        <Setting prose={prose} />
      ) : (
        <Playing view={view} current={view.current} prose={prose} />
      )}
      {narrow && <Peek />}
    </section>
  );
}

function Playing({ view, current, prose }: { view: LessonView; current: string; prose: Prose | undefined }) {
  /** A step that is read again, until the lesson goes on. */
  const [picked, setPicked] = useState<{ readonly step: string; readonly from: string }>();
  const from = `${current} ${view.finished}`;
  const reading = picked?.from === from ? picked.step : undefined;
  const [stepsOpen, setStepsOpen] = useState(false);
  const [asked, setAsked] = useState("");
  const scroll = useRef<HTMLDivElement>(null);
  const shown = reading ?? (view.finished ? undefined : current);
  const step = view.steps.find(({ id }) => id === (shown ?? current));

  // Another step is read from its beginning; whoever just came to the page is left where they are.
  const before = useRef(shown);
  useEffect(() => {
    if (before.current === shown) return;
    before.current = shown;
    scroll.current?.scrollTo({ top: 0 });
    if (shown !== undefined) document.getElementById("lesson-step")?.focus({ preventScroll: true });
  }, [shown]);

  if (!step) return null;
  const pick = (id: string): void => {
    setPicked(id === current && !view.finished ? undefined : { step: id, from });
    setStepsOpen(false);
  };
  const past = reading !== undefined;
  return (
    <>
      <div className="lesson-scroll" ref={scroll} tabIndex={-1}>
        {shown === undefined ? (
          <Finished view={view} prose={prose} />
        ) : (
          <Step key={step.id} step={step} prose={prose} first={step === view.steps[0]} past={past} asked={asked === step.id} />
        )}
      </div>
      {stepsOpen && <Steps view={view} prose={prose} shown={shown} onPick={pick} />}
      <Foot
        view={view}
        step={step}
        past={past}
        stepsOpen={stepsOpen}
        onSteps={() => setStepsOpen(!stepsOpen)}
        onBack={() => setPicked(undefined)}
        onAsked={() => setAsked(step.id)}
      />
    </>
  );
}

/** One mark a step; the words for it are in the foot. */
function Progress({ view }: { view: LessonView }) {
  return (
    <div className="lesson-progress" aria-hidden="true">
      {view.steps.map((step) => (
        <span key={step.id} data-state={step.state === "done" ? "done" : step.id === view.current ? "current" : "ahead"} />
      ))}
    </div>
  );
}

function Setting({ prose }: { prose: Prose | undefined }) {
  const t = useT();
  return (
    <div className="lesson-scroll" data-testid="setting">
      <div className="setting" role="status">
        <span className="setting-wheel" aria-hidden="true" />
        <div>
          <strong>{t("lessons.setting")}</strong>
          <p className="quiet">{t("lessons.settingText")}</p>
        </div>
      </div>
      {prose && <Markdown nodes={prose.intro} />}
    </div>
  );
}

function Trouble({ message }: { message: string }) {
  const t = useT();
  return (
    <div className="lesson-scroll" role="alert" data-testid="lesson-trouble">
      <h3>{t("lessons.trouble")}</h3>
      <p>{t("lessons.troubleText")}</p>
      <pre className="trouble-message" tabIndex={0}>
        {message}
      </pre>
      <div className="row">
        <button type="button" className="button primary" onClick={() => void startAnew()}>
          {t("lessons.troubleRetry")}
        </button>
        <a className="button" href={addressOf.home}>
          {t("lessons.allHint")}
        </a>
      </div>
    </div>
  );
}
