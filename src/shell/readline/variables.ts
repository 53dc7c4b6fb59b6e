import type { Bindings } from "./types.ts";

/** What may be set, and what holds where nothing is. */
export const VARIABLES: Readonly<Record<string, string>> = {
  "bell-style": "audible",
  "colored-completion-prefix": "off",
  "colored-stats": "off",
  "comment-begin": "#",
  "completion-ignore-case": "off",
  "completion-map-case": "off",
  "completion-query-items": "100",
  "disable-completion": "off",
  "editing-mode": "emacs",
  "enable-bracketed-paste": "on",
  "expand-tilde": "off",
  keymap: "emacs",
  "mark-directories": "on",
  "mark-symlinked-directories": "off",
  "match-hidden-files": "on",
  "menu-complete-display-prefix": "off",
  "page-completions": "on",
  "print-completions-horizontally": "off",
  "revert-all-at-newline": "off",
  "show-all-if-ambiguous": "off",
  "show-all-if-unmodified": "off",
  "show-mode-in-prompt": "off",
  "visible-stats": "off",
};
/** Taken at the value that this editor has anyway; another value is refused by name. */
export const FIXED: Readonly<Record<string, string>> = {
  "convert-meta": "off",
  "input-meta": "on",
  "output-meta": "on",
  "meta-flag": "on",
  "enable-keypad": "off",
  "horizontal-scroll-mode": "off",
  "blink-matching-paren": "off",
  "history-preserve-point": "off",
  "mark-modified-lines": "off",
  "colored-stats": "off",
  "colored-completion-prefix": "off",
  "visible-stats": "off",
  "expand-tilde": "off",
  "revert-all-at-newline": "off",
};
export const variable = (bindings: Bindings | undefined, name: string): string => bindings?.get(`set ${name}`) ?? VARIABLES[name] ?? "";
