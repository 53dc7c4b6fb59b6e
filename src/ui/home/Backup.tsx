import { useRef } from "react";
import { exportProgress, importProgress, ProgressFileError } from "../../browser/index.ts";
import { failed } from "../actions.ts";
import { notify } from "../announce.ts";
import { Icon } from "../frame/Icon.tsx";
import { useT } from "../i18n.ts";

const KEPT_MS = 60_000;

/** Progress lives in this browser only: it can be taken along. */
export function Backup({ stored, onChange }: { stored: boolean; onChange(): void }) {
  const t = useT();
  const file = useRef<HTMLInputElement>(null);
  const save = async () => {
    try {
      const url = URL.createObjectURL(new Blob([await exportProgress()], { type: "application/json" }));
      const download = `timonel-progress-${new Date().toISOString().slice(0, 10)}.json`;
      Object.assign(document.createElement("a"), { href: url, download }).click();
      setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
    } catch (error) {
      failed(error);
    }
  };
  const load = async (chosen: File | undefined) => {
    if (!chosen) return;
    try {
      const count = await importProgress(await chosen.text());
      onChange();
      notify(t("lessons.home.imported", { count }));
    } catch (error) {
      if (error instanceof ProgressFileError) notify(t(`lessons.home.notImported.${error.reason}`), { tone: "trouble" });
      else failed(error);
    }
  };
  return (
    <section className="backup" aria-labelledby="progress-title">
      <div>
        <h2 id="progress-title">{t("lessons.home.progress")}</h2>
        <p className="quiet">{t(stored ? "lessons.home.progressText" : "lessons.home.progressNone")}</p>
      </div>
      {stored && (
        <div className="row">
          <button type="button" className="button" onClick={() => void save()} data-testid="progress-export">
            <Icon name="download" /> {t("lessons.home.export")}
          </button>
          <button type="button" className="button" onClick={() => file.current?.click()}>
            <Icon name="upload" /> {t("lessons.home.import")}
          </button>
          <input
            ref={file}
            type="file"
            hidden
            accept=".json,application/json"
            data-testid="progress-import"
            onChange={(event) => {
              void load(event.target.files?.[0]);
              event.target.value = "";
            }}
          />
        </div>
      )}
    </section>
  );
}
