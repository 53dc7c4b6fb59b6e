import { Beep, complain } from "../ask.ts";
import type { Co } from "../../screen/ask.ts";
import { clamp } from "../buffer.ts";
import { readCommandLine } from "../command-line.ts";
import type { Editor } from "../state.ts";
import { lineOf } from "../state.ts";
import { firstNonBlank } from "../text.ts";
import { readRange } from "./range.ts";
import { commands, WITH_BAR } from "./table.ts";

/** `:` and a command, typed. */
export function* runPrompt(ed: Editor, start = ""): Co {
  const text = yield* readCommandLine(ed, ":", start);
  if (text === undefined) return;
  ed.lastCommand = text;
  yield* runCommandLine(ed, text);
}

/** Commands, with bars between them. */
export function* runCommandLine(ed: Editor, text: string, quiet = false): Co {
  let rest: string | undefined = text;
  while (rest !== undefined && ed.quit === undefined) rest = yield* runOne(ed, rest, quiet);
  if (ed.visual === undefined) clamp(ed);
}

/** One command; the answer is what stands after its bar. */
function* runOne(ed: Editor, text: string, quiet: boolean): Co<string | undefined> {
  const line = text.replace(/^[\s:]+/, "");
  if (line === "" || line.startsWith('"')) return undefined;
  const vim = ed.flavour === "vim";
  const { range, rest } = yield* readRange(ed, line);
  if (rest === "" || rest.startsWith("|")) {
    if (range.given > 0) {
      const to = Math.max(0, Math.min(range.to, ed.lines.length - 1));
      ed.cursor = { line: to, column: firstNonBlank(lineOf(ed, to)) };
    }
    return rest === "" ? undefined : rest.slice(1);
  }
  const named = nameOf(rest);
  const command = commands().find((c) => named.name.startsWith(c.short) && c.name.startsWith(named.name) && (vim || c.busybox));
  if (!command) return complain(ed, vim ? `E492: Not an editor command: ${line}` : `'${line}' is not implemented`);
  if (range.given > 0 && !command.range) return complain(ed, "E481: No range allowed");
  if (range.to > ed.lines.length - 1 || (range.from > ed.lines.length - 1 && range.given > 0))
    return complain(ed, vim ? "E16: Invalid range" : "Invalid range");
  let { args } = named;
  let next: string | undefined;
  if (!WITH_BAR.has(command.name)) {
    const bar = /(?<!\\)\|/.exec(args);
    if (bar) [args, next] = [args.slice(0, bar.index), args.slice(bar.index + 1)];
  }
  const swapped = range.from > range.to;
  if (swapped && range.given === 2) return complain(ed, vim ? "E493: Backwards range given" : "Invalid range");
  yield* command.run(ed, {
    range: { ...range, from: Math.max(0, range.from), to: Math.max(0, range.to) },
    bang: named.bang,
    args: args.trim() === "" ? "" : args.trimStart(),
    name: command.name,
    line,
    quiet,
    zero: range.given > 0 && range.to < 0,
  });
  return next;
}

function nameOf(text: string): { readonly name: string; readonly bang: boolean; readonly args: string } {
  if (/^[!=&<>#@~*]/.test(text)) return { name: text[0] as string, bang: false, args: text.slice(1) };
  // `:s` and `:k` need no blank before what follows; `:d` neither before a register.
  const tight = /^(s)(?=[^A-Za-z0-9"|]|$)|^(s)(?=[gcinr&#e]+(?:\s|$))(?!et?\b|ilent|ort\b)|^(k)(?=[a-z]$)/.exec(text);
  const name = tight ? tight[0] : (/^[A-Za-z]+/.exec(text)?.[0] ?? text[0] ?? "");
  let rest = text.slice(name.length);
  const bang = rest.startsWith("!");
  if (bang) rest = rest.slice(1);
  return { name, bang, args: rest };
}

/** Runs the commands of a file, each complaint told with its line. */
export function* runScript(ed: Editor, path: string, text: string): Co {
  const errors: string[] = [];
  for (const [i, line] of text.split("\n").entries()) {
    try {
      yield* runCommandLine(ed, line, true);
    } catch (error) {
      if (!(error instanceof Beep)) throw error;
      if (ed.message?.kind === "error") errors.push(`line ${String(i + 1).padStart(4)}:`, ed.message.text);
    }
  }
  ed.message = undefined;
  if (errors.length > 0) ed.pages = [`Error detected while processing ${path}:`, ...errors];
}
