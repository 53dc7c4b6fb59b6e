import { shiftWidth } from "./options.ts";
import type { Editor } from "./state.ts";
import { lineOf } from "./state.ts";
import { indentWidth } from "./text.ts";

const COMMENT = /^\s*#/;
const OPENS = /(?:[{[:]|[:-] [|>][+-]?)(?:\s+#.*|\s*)$/;
const LIST = /^\s*-(?: |$)/;
const KEY = /^\s*(?:'(?:[^']|'')*'|"(?:[^"\\]|\\.)*"|[^\s#'"](?:[^:]|:(?! |$))*):(?: |$)/;

/** How far a line of YAML is to be indented, going by the lines above it, as vim's own file type does (runtime: indent/yaml.vim GetYAMLIndent). */
export function yamlIndent(ed: Editor, line: number): number {
  const width = (l: number): number => indentWidth(lineOf(ed, l), ed.options.tabstop);
  const filled = (from: number): number => {
    let l = from;
    while (l >= 0 && lineOf(ed, l).trim() === "") l--;
    return l;
  };
  let above = filled(line - 1);
  if (above < 0) return 0;
  const text = lineOf(ed, line);
  const nearest = width(above);
  if (COMMENT.test(text) && COMMENT.test(lineOf(ed, line - 1))) return nearest;
  /** The nearest line above that is indented less. */
  const outer = (from: number, less: number): number => {
    let l = filled(from - 1);
    while (l >= 0 && width(l) >= less && !COMMENT.test(lineOf(ed, l))) l = filled(l - 1);
    return l;
  };
  if (/^\s*[\]}]/.test(text)) return Math.max(0, width(outer(line, width(line))));
  while (above >= 0 && COMMENT.test(lineOf(ed, above))) above = filled(above - 1);
  if (above < 0) return nearest;
  const previous = lineOf(ed, above);
  const base = width(above);
  if (OPENS.test(previous)) return base + shiftWidth(ed.options);
  const matching = (pattern: RegExp): number => {
    let l = outer(line, width(line) + 1);
    while (l >= 0 && !pattern.test(lineOf(ed, l))) l = outer(l, width(l));
    return l;
  };
  if (LIST.test(text)) {
    const l = matching(LIST);
    return l < 0 ? 0 : width(l);
  }
  if (KEY.test(text)) {
    const l = matching(KEY);
    return l < 0 ? 0 : width(l) + (/^\s*- /.test(lineOf(ed, l)) ? 2 : 0);
  }
  if (/^\s*- /.test(previous)) return base + 2;
  // What follows a mapping may be the rest of its value; a colon will tell.
  return KEY.test(previous) ? base + shiftWidth(ed.options) : base;
}
