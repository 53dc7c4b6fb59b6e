import type { Terminal } from "@xterm/xterm";
import { announce, notify } from "../announce.ts";
import { confirm } from "../dialogs.ts";
import { t } from "../i18n.ts";

export async function copyText(text: string): Promise<void> {
  if (text === "") return announce(t("terminal.nothingToCopy"));
  try {
    await navigator.clipboard.writeText(text);
    announce(t("terminal.copied", { count: text.split("\n").length }));
  } catch {
    notify(t("terminal.notCopied"), { tone: "trouble" });
  }
}

/**
 * Several lines pasted where the program does not ask for pastes to be told apart (bracketed paste) would run one by one:
 * that is asked first. Editors take them as text.
 */
export function guardPaste(host: HTMLElement, terminal: Terminal): void {
  host.addEventListener(
    "paste",
    (event) => {
      const text = event.clipboardData?.getData("text/plain") ?? "";
      const lines = linesOf(text);
      if (!askedFirst(terminal, lines)) return;
      event.preventDefault();
      event.stopPropagation();
      void askToPaste(terminal, text, lines);
    },
    { capture: true },
  );
}

/** The clipboard's text, as if it had been pasted with a key. */
export async function pasteText(terminal: Terminal): Promise<void> {
  let text: string;
  try {
    text = await navigator.clipboard.readText();
  } catch {
    return notify(t("terminal.notPasted"), { tone: "trouble" });
  }
  const lines = linesOf(text);
  if (askedFirst(terminal, lines)) return askToPaste(terminal, text, lines);
  terminal.paste(text);
  terminal.focus();
}

const linesOf = (text: string): number => text.trimEnd().split(/\r\n|\r|\n/).length;
const askedFirst = (terminal: Terminal, lines: number): boolean =>
  lines > 1 && !terminal.modes.bracketedPasteMode && terminal.buffer.active.type === "normal";

async function askToPaste(terminal: Terminal, text: string, lines: number): Promise<void> {
  const yes = await confirm({
    title: t("terminal.pasteTitle", { count: lines }),
    text: t("terminal.pasteText"),
    action: t("terminal.pasteDo"),
  });
  if (yes) terminal.paste(text);
  terminal.focus();
}
