import { useEffect, useRef } from "react";
import { useT } from "../i18n.ts";
import { MONO } from "../terminal/fonts.ts";
import { baseName, edit, saveAndApply, setProblems, useFiles, type Place, type Problem } from "./files.ts";
import { monaco } from "./monaco.ts";

const uriOf = (path: string) => monaco.Uri.from({ scheme: "file", path });

function modelOf(path: string, text: string): monaco.editor.ITextModel {
  return (
    monaco.editor.getModel(uriOf(path)) ??
    monaco.editor.createModel(text, /\.ya?ml$/.test(path) ? "yaml" : path.endsWith(".sh") ? "shell" : "plaintext", uriOf(path))
  );
}

/** Monaco on the active file. The store holds the text; Monaco holds the cursor, undo and marks. */
export function TextEditor({ path, reveal }: { path: string; reveal: Place | undefined }) {
  const t = useT();
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<monaco.editor.IStandaloneCodeEditor>(undefined);
  const text = useFiles((s) => s.buffers.get(path)?.text ?? "");

  useEffect(() => {
    if (!host.current) return;
    const made = monaco.editor.create(host.current, {
      model: null,
      automaticLayout: true,
      fontFamily: MONO,
      fontSize: 13,
      lineHeight: 20,
      tabSize: 2,
      insertSpaces: true,
      minimap: { enabled: false },
      scrollBeyondLastLine: false,
      renderLineHighlight: "line",
      lineNumbersMinChars: 3,
      folding: true,
      wordBasedSuggestions: "off",
      quickSuggestions: { other: true, comments: false, strings: true },
      fixedOverflowWidgets: true,
      overviewRulerLanes: 0,
      padding: { top: 8, bottom: 8 },
      smoothScrolling: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    });
    editor.current = made;
    made.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.Enter, () => {
      const { active } = useFiles.getState();
      if (active) void saveAndApply(active);
    });
    const changes = made.onDidChangeModelContent(() => {
      const model = made.getModel();
      if (model) edit(model.uri.path, model.getValue());
    });
    const markers = monaco.editor.onDidChangeMarkers((uris) => {
      for (const uri of uris) setProblems(uri.path, problemsOf(uri));
    });
    const forget = useFiles.subscribe((now, before) => {
      if (now.buffers === before.buffers) return;
      for (const old of before.buffers.keys()) if (!now.buffers.has(old)) monaco.editor.getModel(uriOf(old))?.dispose();
    });
    return () => {
      forget();
      markers.dispose();
      changes.dispose();
      made.dispose();
    };
  }, []);

  useEffect(() => {
    const model = modelOf(path, useFiles.getState().buffers.get(path)?.text ?? "");
    editor.current?.setModel(model);
    setProblems(path, problemsOf(model.uri));
    editor.current?.focus();
  }, [path]);

  useEffect(() => {
    // Changed from outside: by the terminal, or loaded again.
    const model = monaco.editor.getModel(uriOf(path));
    if (model && model.getValue() !== text) model.pushEditOperations([], [{ range: model.getFullModelRange(), text }], () => null);
  }, [path, text]);

  useEffect(() => {
    editor.current?.updateOptions({ ariaLabel: t("editor.label", { name: baseName(path) }) });
  });

  useEffect(() => {
    if (!reveal) return;
    editor.current?.setPosition({ lineNumber: reveal.line, column: reveal.column });
    editor.current?.revealLineInCenterIfOutsideViewport(reveal.line);
    editor.current?.focus();
  }, [reveal]);

  return (
    <div
      id="editor-text"
      className="editor-text"
      ref={host}
      role="tabpanel"
      aria-label={t("editor.label", { name: baseName(path) })}
      data-testid="editor"
    />
  );
}

function problemsOf(uri: monaco.Uri): readonly Problem[] {
  return monaco.editor
    .getModelMarkers({ resource: uri })
    .filter((m) => m.severity >= monaco.MarkerSeverity.Warning)
    .map((m) => ({
      line: m.startLineNumber,
      column: m.startColumn,
      message: m.message,
      severity: m.severity === monaco.MarkerSeverity.Error ? ("error" as const) : ("warning" as const),
    }))
    .sort((a, b) => a.line - b.line || a.column - b.column);
}
