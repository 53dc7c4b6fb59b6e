import { lazy, Suspense, useEffect, useRef } from "react";
import { Icon } from "../frame/Icon.tsx";
import { Split } from "../frame/Split.tsx";
import { useT } from "../i18n.ts";
import { addressOf, route } from "../lessons/route.ts";
import { baseName, close, followFiles, isDirty, newFromTemplate, reload, save, saveAndApply, useFiles, type Problem } from "./files.ts";
import { FileTree } from "./FileTree.tsx";
import { templates, type Template } from "./templates.ts";

const TextEditor = lazy(async () => ({ default: (await import("./TextEditor.tsx")).TextEditor }));

export function EditorPane() {
  const t = useT();
  const { buffers, active, reveal } = useFiles();
  useEffect(followFiles, []);
  const buffer = active === undefined ? undefined : buffers.get(active);

  return (
    <section id="pane-editor" className="pane editor-pane" aria-label={t("pane.editor")} data-testid="editor-pane" tabIndex={-1}>
      <h2 className="hidden-visually">{t("pane.editor")}</h2>
      <Split id="files" direction="row" label={t("split.files")} initial={30} min={16} max={50}>
        <FileTree />
        <div
          className="editor-main"
          role="group"
          aria-label={t("pane.editor")}
          onKeyDown={(event) => {
            if (active === undefined || !(event.ctrlKey || event.metaKey)) return;
            if (event.key === "s") {
              event.preventDefault();
              void save(active);
            } else if (event.key === "Enter") {
              event.preventDefault();
              event.stopPropagation();
              void saveAndApply(active);
            }
          }}
        >
          {active === undefined || !buffer ? (
            <Welcome />
          ) : (
            <>
              <OpenFiles />
              {buffer.stale && (
                <div className="strip" role="status">
                  <span>{t("editor.changed", { name: baseName(active) })}</span>
                  <button type="button" className="link" onClick={() => void reload(active)}>
                    {t("editor.reload")}
                  </button>
                </div>
              )}
              <Suspense fallback={<div className="waiting">{t("editor.loading")}</div>}>
                <TextEditor path={active} reveal={reveal} />
              </Suspense>
              <Problems problems={buffer.problems} onPick={(problem) => useFiles.setState({ reveal: problem })} />
            </>
          )}
        </div>
      </Split>
    </section>
  );
}

function Welcome() {
  const t = useT();
  return (
    <div className="empty">
      <h3>{t("editor.emptyTitle")}</h3>
      <p>{t("editor.emptyText")}</p>
      <div className="row">
        {(Object.keys(templates) as Template[])
          .filter((key) => templates[key].label)
          .map((key) => (
            <button key={key} type="button" className="button" onClick={() => void newFromTemplate(key)} data-testid={`template-${key}`}>
              <Icon name="plus" /> {templates[key].label}
            </button>
          ))}
      </div>
      {route.page === "workbench" && (
        <p>
          {t("lessons.invite")}{" "}
          <a className="link" href={addressOf.first} data-testid="invite">
            {t("lessons.inviteDo")}
          </a>
        </p>
      )}
    </div>
  );
}

function OpenFiles() {
  const t = useT();
  const { buffers, active } = useFiles();
  const list = useRef<HTMLDivElement>(null);
  const paths = [...buffers.keys()];
  const dirty = active !== undefined && isDirty(buffers.get(active));

  const move = (event: React.KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0 || active === undefined) return;
    event.preventDefault();
    const next = paths[(paths.indexOf(active) + step + paths.length) % paths.length];
    useFiles.setState({ active: next });
    list.current?.querySelectorAll<HTMLElement>("[role=tab]")[paths.indexOf(next ?? "")]?.focus();
  };

  return (
    <div className="pane-bar editor-bar">
      <div className="tabs" role="tablist" aria-label={t("files.open")} ref={list} onKeyDown={move}>
        {paths.map((path) => (
          <span key={path} className="tab" role="presentation" data-active={path === active || undefined}>
            <button
              type="button"
              role="tab"
              aria-selected={path === active}
              aria-controls="editor-text"
              tabIndex={path === active ? 0 : -1}
              onClick={() => useFiles.setState({ active: path })}
            >
              {baseName(path)}
              {isDirty(buffers.get(path)) && (
                <span className="unsaved" title={t("files.unsaved")}>
                  ●<span className="hidden-visually"> {t("files.unsaved")}</span>
                </span>
              )}
            </button>
          </span>
        ))}
      </div>
      {active !== undefined && (
        <>
          <button
            type="button"
            className="icon-button"
            onClick={() => void close(active)}
            aria-label={t("terminal.close", { name: baseName(active) })}
            title={t("terminal.close", { name: baseName(active) })}
          >
            <Icon name="close" />
          </button>
          <span className="spacer" />
          <button
            type="button"
            className="icon-button"
            disabled={!dirty}
            onClick={() => void save(active)}
            aria-label={t("editor.save")}
            title={`${t("editor.save")} (Ctrl+S)`}
            data-testid="save"
          >
            <Icon name="disk" />
          </button>
          <button
            type="button"
            className="button primary compact"
            onClick={() => void saveAndApply(active)}
            title={t("editor.applyHint")}
            data-testid="apply"
          >
            <Icon name="play" /> {t("editor.apply")}
          </button>
        </>
      )}
    </div>
  );
}

/** What is wrong, with line and column, in words beside the text. */
function Problems({ problems, onPick }: { problems: readonly Problem[]; onPick(problem: Problem): void }) {
  const t = useT();
  const schema = useFiles((s) => s.schema);
  return (
    <div className="problems" data-testid="problems">
      <div className="problems-head" role="status">
        <Icon name={problems.length > 0 ? "warning" : "check"} />
        {problems.length > 0 ? t("editor.problems", { count: problems.length }) : t("editor.noProblems")}
        <span className="spacer" />
        {schema !== undefined && (
          <span className="schema" data-testid="schema" data-schema={schema}>
            {t(schema ? "editor.schema" : "editor.noSchema")}
          </span>
        )}
      </div>
      {problems.length > 0 && (
        <ul>
          {problems.slice(0, 50).map((p) => (
            <li key={`${p.line}:${p.column}:${p.message}`}>
              <button type="button" onClick={() => onPick({ ...p })} data-severity={p.severity} data-testid="problem">
                <code>
                  {p.line}:{p.column}
                </code>
                <span className="hidden-visually">{t("editor.at", { line: p.line, column: p.column })}</span>
                <span>{p.message}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
