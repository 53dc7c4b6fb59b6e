import type { SearchAddon } from "@xterm/addon-search";
import type { Terminal } from "@xterm/xterm";
import * as themes from "./themes.ts";

export interface Wanted {
  readonly text: string;
  readonly regex: boolean;
  readonly caseSensitive: boolean;
}
/** `at` counts from 0; -1 when there are too many to say. */
export interface Found {
  readonly at: number;
  readonly count: number;
}
export interface TerminalSearch {
  find(wanted: Wanted, direction: "next" | "previous"): void;
  /** Takes the marks away. */
  clear(): void;
  onFound: ((found: Found) => void) | undefined;
}

const RULER = { matchOverviewRuler: "#e3b663", activeMatchColorOverviewRuler: "#e3b663" };
const DARK = { ...RULER, matchBackground: "#5c4a1d", activeMatchBackground: "#8a6417" };
const LIGHT = { ...RULER, matchBackground: "#f6e3b8", activeMatchBackground: "#eec765" };

/** Search in the screen and what has scrolled away; its code comes when it is first asked for. */
export function createSearch(terminal: Terminal): TerminalSearch {
  let addon: Promise<SearchAddon> | undefined;
  const load = (): Promise<SearchAddon> =>
    (addon ??= import("@xterm/addon-search").then((module) => {
      const made = new module.SearchAddon();
      terminal.loadAddon(made);
      made.onDidChangeResults(({ resultIndex, resultCount }) => search.onFound?.({ at: resultIndex, count: resultCount }));
      return made;
    }));
  const search: TerminalSearch = {
    onFound: undefined,
    find({ text, regex, caseSensitive }, direction) {
      void load().then((a) => {
        const options = { regex, caseSensitive, decorations: terminal.options.theme === themes.light ? LIGHT : DARK };
        if (direction === "next") a.findNext(text, options);
        else a.findPrevious(text, options);
      });
    },
    clear: () => void addon?.then((a) => a.clearDecorations()),
  };
  return search;
}
