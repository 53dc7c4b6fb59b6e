import { tokens, expandHistory } from "./expansion.ts";
import { quoteIfNeeded } from "../expand/transform.ts";
import { expandWords } from "../expand/words.ts";
import { parseScript } from "../parse.ts";
import type { Shell } from "../shell.ts";

/** What the line editor puts in a line's place for Alt-^, Ctrl-Alt-e and their kin; undefined: it cannot. */
export async function expandLine(sh: Shell, text: string, how: string): Promise<string | undefined> {
  let line = text;
  if (how !== "alias-expand-line") {
    const expansion = expandHistory(line, sh.history);
    if (expansion.kind === "error") return undefined;
    if (expansion.kind === "line") line = expansion.text;
  }
  if (how !== "history-expand-line") {
    const [, first = ""] = /^\s*(\S+)/.exec(line) ?? [];
    const alias = sh.aliases.get(first);
    if (alias !== undefined) line = line.replace(first, () => alias);
  }
  if (how !== "shell-expand-line") return line;
  const command = parseScript(line).commands[0]?.command;
  if (command?.type !== "Command" || tokens(line).some((t) => /^[|&;<>]/.test(t))) return line;
  const words = [...(command.name ? [command.name] : []), ...command.suffix.flatMap((w) => (w.type === "Word" ? [w] : []))];
  return (await expandWords(sh, words)).map(quoteIfNeeded).join(" ");
}

/** What `bind -x` has bound: READLINE_LINE and READLINE_POINT are the line's, and may be changed. */
export async function runBound(
  sh: Shell,
  text: string,
  cursor: number,
  source: string,
  run: (sh: Shell, source: string) => Promise<void>,
): Promise<{ readonly text: string; readonly cursor: number }> {
  const { status } = sh;
  sh.put("READLINE_LINE", { value: text });
  sh.put("READLINE_POINT", { value: String(cursor) });
  await run(sh, source);
  const left = { text: sh.get("READLINE_LINE") ?? "", cursor: Number(sh.get("READLINE_POINT") ?? 0) || 0 };
  sh.unset("READLINE_LINE");
  sh.unset("READLINE_POINT");
  sh.status = status;
  return { text: left.text, cursor: Math.max(0, Math.min(left.text.length, left.cursor)) };
}
