import { lessons, tracks } from "virtual:lessons";
import { useEffect, useState } from "react";
import { Brand, MenuButton, OfflineReady, Ways } from "../frame/Header.tsx";
import { Icon } from "../frame/Icon.tsx";
import { Live } from "../frame/Live.tsx";
import { trackWords, useT } from "../i18n.ts";
import { addressOf } from "../lessons/route.ts";
import { Backup } from "./Backup.tsx";
import { fits, offerOf, standingIn } from "./catalogue.ts";
import { LessonRow } from "./LessonRow.tsx";
import { Offer } from "./Offer.tsx";
import { useProgress } from "./useProgress.ts";
import "../styles/home.css";

/** Whoever asks for "the first lesson" by its address goes straight there. */
const [first] = lessons;
if (new URLSearchParams(location.search).get("learn") === "first" && first) location.replace(addressOf.lesson(first.id));

/** Tracks of lessons. No cluster is started here. */
export function Home() {
  const t = useT();
  const { progress, stored, again } = useProgress();
  const [sought, setSought] = useState("");
  const words = sought.trim();
  useEffect(() => {
    document.title = `${t("lessons.all")} · ${t("app.name")}`;
  }, [t]);

  const shown = lessons.filter((lesson) => fits(lesson, words));
  const standings = lessons.map((lesson) => standingIn(progress, lesson));
  const done = standings.filter(({ state }) => state === "done").length;
  const earned = Math.round(standings.reduce((sum, one) => sum + one.earned, 0));
  const sections = tracks
    .map((track) => ({ id: track.id, lessons: track.lessons.flatMap((id) => shown.filter((lesson) => lesson.id === id)) }))
    .filter((track) => track.lessons.length > 0);

  return (
    <div className="home" data-testid="home" data-ready={stored !== undefined || undefined}>
      <header className="top">
        <Brand />
        <span className="spacer" />
        <OfflineReady />
        <Ways />
        <MenuButton />
      </header>
      <main>
        <Offer offer={offerOf(lessons, progress)} standing={(lesson) => standingIn(progress, lesson)} known={stored !== undefined} />
        <div className="find">
          <div className="find-field">
            <Icon name="search" />
            <input
              type="search"
              aria-label={t("lessons.home.search")}
              placeholder={t("lessons.home.searchHint")}
              value={sought}
              onChange={({ target }) => setSought(target.value)}
              // One that is found alone is meant.
              onKeyDown={({ key }) =>
                key === "Enter" && shown.length === 1 && words !== "" && location.assign(addressOf.lesson(shown[0]?.id ?? ""))
              }
              data-testid="search"
            />
          </div>
          <p className="quiet" role="status" data-testid="found">
            {words !== ""
              ? shown.length > 0 && t("lessons.home.found", { count: shown.length })
              : done > 0 || earned > 0
                ? t("lessons.home.stats", { done, of: lessons.length, points: earned })
                : t("lessons.home.open")}
          </p>
        </div>
        {sections.length === 0 && (
          <div className="nothing-found">
            <p>{t("lessons.home.none", { words })}</p>
            <button type="button" className="button" onClick={() => setSought("")}>
              {t("lessons.home.clear")}
            </button>
          </div>
        )}
        {sections.map((track) => (
          <section key={track.id} className="track" aria-labelledby={`track-${track.id}`} data-testid={`track-${track.id}`}>
            <header>
              <h2 id={`track-${track.id}`}>{trackWords(track.id).title}</h2>
              <p className="quiet">{trackWords(track.id).text}</p>
            </header>
            <ol>
              {track.lessons.map((lesson) => (
                <LessonRow
                  key={lesson.id}
                  lesson={lesson}
                  number={lessons.indexOf(lesson) + 1}
                  standing={standingIn(progress, lesson)}
                  before={lesson.requires.flatMap((id) =>
                    lessons.filter((one) => one.id === id && standingIn(progress, one).state !== "done"),
                  )}
                  onTag={setSought}
                />
              ))}
            </ol>
          </section>
        ))}
        <Backup stored={stored !== false} onChange={again} />
      </main>
      <Live />
    </div>
  );
}
