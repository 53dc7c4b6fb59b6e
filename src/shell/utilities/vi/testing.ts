import type { Ask } from "../screen/ask.ts";
import { editor, type Opening } from "./editor.ts";
import { KEY } from "../screen/keys.ts";
import { follow } from "./scroll.ts";
import { type Editor, newEditor, type Start } from "./state.ts";

/** `<Esc>`, `<C-v>`, `<CR>` and the like, as they are written; everything else is itself. */
export function keysOf(text: string): string {
  return text.replace(/<(Esc|CR|BS|Tab|lt|Space|Del|Up|Down|Left|Right|Home|End|C-.)>/g, (all, name: string) => {
    if (name.startsWith("C-")) return String.fromCharCode(name.charCodeAt(2) & 31);
    const named: Readonly<Record<string, string>> = {
      Esc: "\x1b",
      CR: "\r",
      BS: "\x7f",
      Tab: "\t",
      lt: "<",
      Space: " ",
      Del: KEY.delete,
      Up: KEY.up,
      Down: KEY.down,
      Left: KEY.left,
      Right: KEY.right,
      Home: KEY.home,
      End: KEY.end,
    };
    return named[name] ?? all;
  });
}

/** An editor with files that are a table, driven by hand. */
export function testEditor(
  text: string,
  options: Start &
    Opening & {
      readonly files?: readonly string[];
      readonly disk?: Record<string, string>;
      readonly shell?: (command: string, input: string) => string;
    } = {},
) {
  const { shell = () => "" } = options;
  const disk: Record<string, string> = { "/f": text, ...options.disk };
  const ed: Editor = newEditor({ files: ["/f"], ...options });
  const run = editor(ed, options);
  const shown: string[] = [];
  const answer = (ask: Ask): unknown => {
    switch (ask.ask) {
      case "read":
        return disk[ask.path] === undefined ? { error: "ENOENT" } : { text: disk[ask.path] };
      case "write": {
        const existed = disk[ask.path] !== undefined;
        disk[ask.path] = (ask.append ? (disk[ask.path] ?? "") : "") + ask.text;
        return { existed };
      }
      case "shell": {
        const output = shell(ask.command, ask.input ?? "");
        if (!ask.capture) shown.push(output);
        return { output, code: 0 };
      }
      case "glob":
        return Object.keys(disk).filter((p) => p.startsWith(ask.path));
      default:
        return undefined;
    }
  };
  let asked = run.next();
  const settle = (): void => {
    while (!asked.done && asked.value.ask !== "key") asked = run.next(answer(asked.value));
    follow(ed);
  };
  settle();
  return {
    ed,
    disk,
    shown,
    /** Types; the answer is the exit code, once it has ended. */
    press(keys: string): number | undefined {
      for (const k of keysOf(keys)) {
        if (asked.done) break;
        asked = run.next(k);
        settle();
      }
      return asked.done ? asked.value : undefined;
    },
  };
}
