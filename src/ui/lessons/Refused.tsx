import { useEffect, useRef } from "react";
import type { Problem } from "../../browser/protocol.ts";
import { Helm } from "../frame/Icon.tsx";
import { useT } from "../i18n.ts";
import { addressOf, route } from "./route.ts";
import { useLesson } from "./store.ts";
import "../styles/lesson.css";

/** Instead of the workbench: what was to be opened is no lesson. */
export function Refused({ problems }: { problems: readonly Problem[] }) {
  const t = useT();
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const files = useLesson((s) => s.files);
  const unknown = files !== undefined && Object.keys(files).length === 0;
  const id = route.page === "lesson" ? route.id : "";
  return (
    <main className="gate refused" data-testid="refused">
      <Helm className="gate-helm" />
      <h1 ref={title} tabIndex={-1}>
        {unknown ? t("lessons.unknown", { id }) : t("lessons.refused")}
      </h1>
      <p>{t(unknown ? "lessons.unknownText" : "lessons.refusedText")}</p>
      {!unknown && (
        <ul className="refusals">
          {problems.map(({ file, line, message, fix }, i) => (
            <li key={i}>
              <strong>{t("lessons.refusedPlace", { file, line })}</strong>
              <span lang="en">{message}</span>
              <span className="quiet" lang="en">
                {fix}
              </span>
            </li>
          ))}
        </ul>
      )}
      <a className="button primary" href={addressOf.home}>
        {t("lessons.allHint")}
      </a>
    </main>
  );
}
