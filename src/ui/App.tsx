import { lazy, Suspense } from "react";
import { useDialogs } from "./dialogs.ts";
import { EditorPane } from "./editor/EditorPane.tsx";
import { EventsPane } from "./events/EventsPane.tsx";
import { Gate } from "./frame/Gate.tsx";
import { Header } from "./frame/Header.tsx";
import { Icon, type IconName } from "./frame/Icon.tsx";
import { Live } from "./frame/Live.tsx";
import { Split } from "./frame/Split.tsx";
import { useNarrow } from "./frame/useNarrow.ts";
import { useT } from "./i18n.ts";
import { route } from "./lessons/route.ts";
import { isDone, useLesson } from "./lessons/store.ts";
import { MapPane } from "./map/MapPane.tsx";
import { useSession } from "./session.ts";
import { useSettings, type Pane } from "./settings.ts";
import { focusTerminal, TerminalPane } from "./terminal/TerminalPane.tsx";

const LessonPane = lazy(async () => ({ default: (await import("./lessons/LessonPane.tsx")).LessonPane }));
const Refused = lazy(async () => ({ default: (await import("./lessons/Refused.tsx")).Refused }));
const ConfirmDialog = lazy(async () => ({ default: (await import("./frame/ConfirmDialog.tsx")).ConfirmDialog }));

const isLesson = route.page === "lesson";

export function App() {
  const phase = useSession((s) => s.phase);
  const question = useDialogs((s) => s.question);
  const problems = useLesson((s) => s.problems);
  const narrow = useNarrow();
  return (
    <>
      {phase === "elsewhere" || phase === "fatal" ? (
        <Gate />
      ) : problems ? (
        <Suspense>
          <Refused problems={problems} />
        </Suspense>
      ) : (
        <div className="app">
          <SkipLinks />
          <Header />
          <Banner />
          {narrow ? <Phone /> : isLesson ? <LessonDesk /> : <Desk />}
        </div>
      )}
      <Live />
      {question && (
        <Suspense>
          <ConfirmDialog question={question} />
        </Suspense>
      )}
    </>
  );
}

function Desk() {
  return (
    <main className="desk">
      <Workbench />
    </main>
  );
}

/** What is to be done on the left, what it is done with on the right. */
function LessonDesk() {
  const t = useT();
  return (
    <main className="desk">
      <Split id="lesson" direction="row" label={t("lessons.split")} initial={32} min={20} max={60}>
        <Suspense fallback={<div className="pane" />}>
          <LessonPane />
        </Suspense>
        <Workbench />
      </Split>
    </main>
  );
}

/** Sizes beside a lesson are their own: there is less room, and the terminal is what most is done with. */
function Workbench() {
  const t = useT();
  const own = isLesson ? "lesson." : "";
  return (
    <Split id={`${own}topBottom`} direction="column" label={t("split.topBottom")} initial={isLesson ? 50 : 63} min={20} max={85}>
      <Split id={`${own}editorMap`} direction="row" label={t("split.editorMap")} initial={isLesson ? 54 : 42} min={20} max={75}>
        <EditorPane />
        <MapPane />
      </Split>
      <Split id={`${own}terminalEvents`} direction="row" label={t("split.terminalEvents")} initial={isLesson ? 70 : 64} min={30} max={85}>
        <TerminalPane />
        <EventsPane />
      </Split>
    </Split>
  );
}

const PANES: readonly { readonly id: Pane; readonly icon: IconName }[] = [
  ...(isLesson ? [{ id: "lesson", icon: "book" } as const] : []),
  { id: "terminal", icon: "terminal" },
  { id: "map", icon: "map" },
  { id: "editor", icon: "file" },
  { id: "events", icon: "bell" },
];

/** One pane at a time. The others stay alive, so that a terminal keeps its screen. */
function Phone() {
  const t = useT();
  const pane = useSettings((s) => s.pane);
  const news = useLesson(({ view }) => pane !== "lesson" && view !== undefined && !view.finished && isDone(view));
  const panes: Record<Pane, React.ReactNode> = {
    lesson: (
      <Suspense>
        <LessonPane />
      </Suspense>
    ),
    terminal: <TerminalPane />,
    map: <MapPane />,
    editor: <EditorPane />,
    events: <EventsPane />,
  };
  return (
    <>
      <main className="phone">
        {PANES.map(({ id }) => (
          <div key={id} className="phone-pane" hidden={pane !== id}>
            {panes[id]}
          </div>
        ))}
      </main>
      <nav className="bottom-bar" aria-label={t("pane.label")}>
        {PANES.map(({ id, icon }) => (
          <button
            key={id}
            type="button"
            aria-current={pane === id ? "page" : undefined}
            onClick={() => useSettings.setState({ pane: id })}
            data-testid={`tab-${id}`}
          >
            <Icon name={icon} />
            {id === "lesson" && news && (
              <span className="news">
                <span className="hidden-visually">{t("lessons.news")}</span>
              </span>
            )}
            {t(id === "lesson" ? "lessons.pane" : `pane.${id}`)}
          </button>
        ))}
      </nav>
    </>
  );
}

function SkipLinks() {
  const t = useT();
  const to = (pane: Pane) => (event: React.MouseEvent) => {
    event.preventDefault();
    useSettings.setState({ pane });
    if (pane === "terminal") focusTerminal();
    else setTimeout(() => document.getElementById(`pane-${pane}`)?.focus());
  };
  return (
    <nav className="skip" aria-label={t("app.skip")}>
      {isLesson && (
        <a href="#pane-lesson" onClick={to("lesson")}>
          {t("lessons.skip")}
        </a>
      )}
      <a href="#pane-terminal" onClick={to("terminal")}>
        {t("app.skipTerminal")}
      </a>
      <a href="#pane-map" onClick={to("map")}>
        {t("app.skipMap")}
      </a>
      <a href="#pane-editor" onClick={to("editor")}>
        {t("app.skipEditor")}
      </a>
    </nav>
  );
}

/** Memory only, or everything lost: said plainly and for as long as it is so. */
function Banner() {
  const t = useT();
  const status = useSession((s) => s.status);
  if (status?.emptied && status.storage === "durable")
    return (
      <div className="banner" role="alert" data-testid="emptied-banner">
        <Icon name="warning" /> {t("status.bannerEmptied")}
      </div>
    );
  if (status?.storage !== "memory") return null;
  const words = { refused: "status.bannerRefused", full: "status.bannerFull", unavailable: "status.bannerUnavailable" } as const;
  return (
    <div className="banner" role="alert" data-testid="memory-banner">
      <Icon name="warning" /> {t(words[status.reason ?? "unavailable"])}
    </div>
  );
}
