import type { Editor } from "./state.ts";

const BY_NAME: readonly (readonly [RegExp, string])[] = [
  [/\.ya?ml$/, "yaml"],
  [/\.json$/, "json"],
  [/\.(sh|bash)$|\.bashrc$|\.bash_profile$|(^|\/)profile$/, "sh"],
  [/(^|\/)Dockerfile$/, "dockerfile"],
  [/\.conf$/, "conf"],
  [/\.md$/, "markdown"],
  [/\.vim$|\.?vimrc$/, "vim"],
];

/** What a file is, by its name, and what vim's own settings for such files are (runtime: ftplugin/yaml.vim). */
export function adoptType(ed: Editor): void {
  if (ed.flavour !== "vim") return;
  const name = ed.file.name ?? "";
  const type =
    BY_NAME.find(([pattern]) => pattern.test(name))?.[1] ?? (ed.lines[0]?.startsWith("#!") && /sh\b/.test(ed.lines[0]) ? "sh" : "");
  setType(ed, type);
}
export function setType(ed: Editor, type: string): void {
  ed.filetype = type;
  ed.options = { ...ed.options, filetype: type, syntax: ed.features.syntax ? type : "" };
  if (type === "yaml" && ed.features.plugin)
    ed.options = { ...ed.options, expandtab: true, shiftwidth: 2, softtabstop: 2, formatoptions: "croql" };
}
