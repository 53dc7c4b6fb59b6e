import type { ProcessContext } from "../../../runtime/index.ts";
import { runScreen } from "../screen/run.ts";
import { nano } from "./nano.ts";
import { newNano } from "./state.ts";
import { render } from "./screen.ts";

export interface Opening {
  readonly file: string | undefined;
  readonly line: number;
  readonly column: number;
  readonly view: boolean;
  readonly numbers: boolean;
  readonly autoindent: boolean;
  readonly tabsToSpaces: boolean;
  readonly tabsize: number;
}

/** Runs nano on a terminal. What has not been saved ends with the process, as a real one's does. */
export function runNano(proc: ProcessContext, o: Opening): Promise<number | undefined> {
  const n = newNano({ rows: 24, columns: 80 });
  Object.assign(n, { numbers: o.numbers, autoindent: o.autoindent, tabsToSpaces: o.tabsToSpaces, tabsize: o.tabsize, readonly: o.view });
  return runScreen(proc, {
    program: nano(n, o),
    tty: proc.stdin,
    enter: "\x1b[?1049h\x1b[?2004h",
    leave: "\x1b[?2004l\x1b[?1049l",
    resize: (columns, rows) => Object.assign(n, { columns, rows }),
    render: () => render(n),
  });
}
