import { useRef, useState } from "react";
import type { FileEntry } from "../connection.ts";
import { Icon } from "../frame/Icon.tsx";
import { useT } from "../i18n.ts";
import { useSession } from "../session.ts";
import { baseName, isDirty, newFromTemplate, openFile, remove, rename, useFiles } from "./files.ts";
import { templates, type Template } from "./templates.ts";
import { bringIn, chosen, takeOut } from "./transfer.ts";
import { useDrop } from "./useDrop.ts";

export function FileTree() {
  const t = useT();
  const { entries, listed, active, buffers } = useFiles();
  const home = useSession((s) => s.home);
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [renaming, setRenaming] = useState<string>();
  const [dropping, drop] = useDrop((files) => void files.then((all) => bringIn(all)));
  const visible = entries.filter((e) => ![...folded].some((folder) => e.path.startsWith(`${folder}/`)));

  const toggle = (path: string) => {
    const next = new Set(folded);
    if (!next.delete(path)) next.add(path);
    setFolded(next);
  };

  return (
    <nav className="files" aria-label={t("files.label")} data-dropping={dropping || undefined} {...drop}>
      <div className="files-bar">
        <span className="files-home" title={home}>
          ~
        </span>
        <Upload />
        <NewFile />
      </div>
      {listed && entries.length === 0 && <p className="quiet padded">{t("files.empty")}</p>}
      <ul>
        {visible.map((entry) =>
          renaming === entry.path ? (
            <Rename key={entry.path} entry={entry} onDone={() => setRenaming(undefined)} />
          ) : (
            <li
              key={entry.path}
              className="file"
              data-active={entry.path === active || undefined}
              style={{ "--depth": entry.path.slice(home.length + 1).split("/").length - 1 } as React.CSSProperties}
            >
              <button
                type="button"
                className="file-name"
                aria-expanded={entry.type === "directory" ? !folded.has(entry.path) : undefined}
                aria-current={entry.path === active || undefined}
                onClick={() => (entry.type === "directory" ? toggle(entry.path) : void openFile(entry.path))}
                onKeyDown={(event) => {
                  if (event.key === "F2") setRenaming(entry.path);
                  if (event.key === "Delete") void remove(entry.path);
                }}
                data-testid="file"
              >
                <Icon name={entry.type === "directory" ? "folder" : "file"} />
                <span>{baseName(entry.path)}</span>
                {isDirty(buffers.get(entry.path)) && (
                  <span className="unsaved" title={t("files.unsaved")}>
                    ●
                  </span>
                )}
              </button>
              <button
                type="button"
                className="icon-button small"
                onClick={() => void takeOut(entry.path, entry.type)}
                aria-label={t("files.downloadFile", { name: baseName(entry.path) })}
                title={t("files.download")}
              >
                <Icon name="download" />
              </button>
              <button
                type="button"
                className="icon-button small"
                onClick={() => setRenaming(entry.path)}
                aria-label={t("files.renameFile", { name: baseName(entry.path) })}
                title={`${t("files.rename")} (F2)`}
              >
                <Icon name="pencil" />
              </button>
              <button
                type="button"
                className="icon-button small"
                onClick={() => void remove(entry.path)}
                aria-label={t("files.deleteFile", { name: baseName(entry.path) })}
                title={t("files.delete")}
              >
                <Icon name="trash" />
              </button>
            </li>
          ),
        )}
      </ul>
    </nav>
  );
}

function Rename({ entry, onDone }: { entry: FileEntry; onDone(): void }) {
  const t = useT();
  const done = useRef(false);
  const finish = (name: string | undefined) => {
    if (done.current) return;
    done.current = true;
    if (name) void rename(entry.path, name.trim());
    onDone();
  };
  return (
    <li className="file">
      <input
        className="file-rename"
        aria-label={t("files.nameLabel")}
        defaultValue={baseName(entry.path)}
        ref={(input) => {
          if (!input || document.activeElement === input) return;
          input.focus();
          input.setSelectionRange(0, input.value.includes(".") ? input.value.lastIndexOf(".") : input.value.length);
        }}
        onBlur={(event) => finish(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") finish(event.currentTarget.value);
          if (event.key === "Escape") finish(undefined);
        }}
      />
    </li>
  );
}

function Upload() {
  const t = useT();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        type="button"
        className="icon-button"
        onClick={() => input.current?.click()}
        aria-label={t("files.upload")}
        title={t("files.uploadHint")}
      >
        <Icon name="upload" />
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        data-testid="upload"
        onChange={(event) => {
          void bringIn(chosen(event.target.files));
          event.target.value = "";
        }}
      />
    </>
  );
}

/** A native select: works with every keyboard, screen reader and phone. */
function NewFile() {
  const t = useT();
  return (
    <span className="new-file">
      <Icon name="plus" />
      <select
        aria-label={t("files.newFrom")}
        title={t("files.newFrom")}
        value=""
        data-testid="new-file"
        onChange={(event) => {
          const chosen = event.target.value as Template;
          event.target.value = "";
          void newFromTemplate(chosen);
        }}
      >
        <option value="" disabled hidden>
          {t("files.new")}
        </option>
        {(Object.keys(templates) as Template[]).map((key) => (
          <option key={key} value={key}>
            {templates[key].label || t("files.blank")}
          </option>
        ))}
      </select>
    </span>
  );
}
