import { useCallback, useEffect, useRef, useSyncExternalStore } from "react";
import { announce } from "../announce.ts";
import { Icon } from "../frame/Icon.tsx";
import { useT } from "../i18n.ts";
import { focusTerminal } from "../terminal/TerminalPane.tsx";
import { emulator, useTerminals } from "../terminal/terminals.ts";
import type { ShellCommand } from "../terminal/track.ts";
import { closePeek, usePeek } from "./run.ts";

const NONE: readonly ShellCommand[] = [];
/** Lines that are read out. */
const SPOKEN_LINES = 6;

/** A look at what a command wrote, where the terminal is in another tab: on a phone. */
export function Peek() {
  const t = useT();
  const peek = usePeek((s) => s.peek);
  // A terminal that is new has no emulator yet.
  useTerminals();
  const track = peek && emulator(peek.terminal)?.track;
  const subscribe = useCallback((on: () => void) => track?.subscribe(on) ?? (() => {}), [track]);
  const all = useSyncExternalStore(subscribe, () => track?.commands() ?? NONE);
  const ran = all.filter(({ id }) => peek && id > peek.after);
  const last = ran.at(-1);
  const running = !last || last.running;
  const output = ran
    .map((one) => one.output)
    .filter((text) => text !== "")
    .join("\n");
  const end = useRef<HTMLPreElement>(null);
  useEffect(() => {
    if (running || !last) return;
    const lines = output.split("\n").slice(0, SPOKEN_LINES).join("\n");
    announce(`${t("terminal.status", { status: last.status ?? 0 })}. ${output === "" ? t("lessons.noOutput") : lines}`);
    // Said once, when it has ended.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [running, last?.id]);
  if (!peek) return null;
  const failed = !running && last.status !== undefined && last.status !== 0;
  return (
    <section className="peek" aria-label={t("lessons.peek", { command: peek.command })} data-testid="peek">
      <header className="peek-head">
        <span className="peek-command">
          <code>{peek.command}</code>
        </span>
        <span className="peek-status" data-failed={failed || undefined}>
          {running ? t("lessons.running") : failed ? t("terminal.status", { status: last.status ?? 0 }) : t("lessons.ran")}
        </span>
        <button
          type="button"
          className="icon-button"
          onClick={closePeek}
          aria-label={t("lessons.closePeek")}
          title={t("lessons.closePeek")}
        >
          <Icon name="close" />
        </button>
      </header>
      {output !== "" ? (
        <pre ref={end} tabIndex={0} role="group" aria-label={t("lessons.peek", { command: peek.command })} data-testid="peek-output">
          {output}
        </pre>
      ) : (
        !running && <p className="quiet peek-nothing">{t("lessons.noOutput")}</p>
      )}
      <button type="button" className="link peek-open" onClick={focusTerminal}>
        {t("lessons.openTerminal")}
      </button>
    </section>
  );
}
