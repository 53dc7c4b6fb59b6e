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
      const lines = text.trimEnd().split(/\r\n|\r|\n/).length;
      if (lines < 2 || terminal.modes.bracketedPasteMode || terminal.buffer.active.type === "alternate") return;
      event.preventDefault();
      event.stopPropagation();
      void confirm({
        title: t("terminal.pasteTitle", { count: lines }),
        text: t("terminal.pasteText"),
        action: t("terminal.pasteDo"),
      }).then((yes) => {
        if (yes) terminal.paste(text);
        terminal.focus();
      });
    },
    { capture: true },
  );
}
