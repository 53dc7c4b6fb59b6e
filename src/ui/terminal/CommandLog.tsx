import { useCallback, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from "react";
import { Icon } from "../frame/Icon.tsx";
import { useT } from "../i18n.ts";
import { useSettings } from "../settings.ts";
import { copyText } from "./clipboard.ts";
import { emulator, useTerminals } from "./terminals.ts";
import type { ShellCommand } from "./track.ts";

/** Lines of output that are read out with the command; the rest is in the list. */
const SPOKEN_LINES = 20;
const NONE: readonly ShellCommand[] = [];

/** What the shell has run, as text that can be read, searched and copied: for screen readers, and for everybody on a phone. */
export function CommandLog({ terminal }: { terminal: number }) {
  const t = useT();
  useTerminals();
  const track = emulator(terminal)?.track;
  const subscribe = useCallback((on: () => void) => track?.subscribe(on) ?? (() => {}), [track]);
  const commands = useSyncExternalStore(subscribe, () => track?.commands() ?? NONE);
  const list = useRef<HTMLOListElement>(null);
  const below = useRef(true);
  useLayoutEffect(() => {
    // Whoever reads further up is left there.
    if (below.current && list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [commands]);
  return (
    <section className="command-log" aria-label={t("log.label")} data-testid="command-log">
      <header className="log-head">
        <h3>{t("log.label")}</h3>
        <span className="spacer" />
        <button
          type="button"
          className="icon-button"
          onClick={() => useSettings.setState({ commandLog: false })}
          aria-label={t("log.close")}
          title={t("log.close")}
        >
          <Icon name="close" />
        </button>
      </header>
      <News commands={commands} />
      {commands.length === 0 ? (
        <p className="quiet padded">{t("log.empty")}</p>
      ) : (
        <ol
          ref={list}
          className="log-list"
          aria-label={t("log.label")}
          tabIndex={0}
          onScroll={({ currentTarget: at }) => (below.current = at.scrollHeight - at.scrollTop - at.clientHeight < 24)}
        >
          {commands.map((command) => (
            <Entry key={command.id} command={command} />
          ))}
        </ol>
      )}
    </section>
  );
}

function Entry({ command }: { command: ShellCommand }) {
  const t = useT();
  const { text, output, before } = command;
  return (
    <li className="log-entry" data-status={statusOf(command)} data-testid="log-entry">
      <div className="log-command">
        <h4>
          <code>{text}</code>
        </h4>
        <span className="log-status">{words(t, command)}</span>
        {output !== "" && (
          <button
            type="button"
            className="icon-button"
            onClick={() => void copyText(output)}
            aria-label={t("log.copy", { command: text })}
            title={t("log.copyShort")}
          >
            <Icon name="copy" />
          </button>
        )}
      </div>
      {before > 0 && <p className="quiet log-before">{t("log.before", { count: before })}</p>}
      {output !== "" && (
        <pre tabIndex={0} role="group" aria-label={t("log.output", { command: text })}>
          {output}
        </pre>
      )}
    </li>
  );
}

const statusOf = ({ running, status }: ShellCommand): string =>
  running ? "running" : status === undefined ? "none" : status === 0 ? "ok" : "failed";

function words(t: ReturnType<typeof useT>, { running, status }: ShellCommand): string {
  if (running) return t("log.running");
  return status === undefined ? "" : t("terminal.status", { status });
}

/** Says what came last: a command with how it ended and what it wrote, and of one that still runs what is new. */
function News({ commands }: { commands: readonly ShellCommand[] }) {
  const t = useT();
  const [said, say] = useState("");
  const told = useRef({ id: commands.at(-1)?.id ?? 0, lines: 0, ended: !commands.at(-1)?.running });
  useEffect(() => {
    const last = commands.at(-1);
    if (!last) return;
    const before = told.current.id === last.id ? told.current : { id: last.id, lines: 0, ended: false };
    if (before.ended) return;
    const lines = last.output === "" ? [] : last.output.split("\n");
    const total = last.before + lines.length;
    // The last line may still grow.
    const whole = last.running ? total - 1 : total;
    const fresh = lines.slice(Math.max(0, before.lines - last.before), last.running ? -1 : undefined);
    told.current = { id: last.id, lines: Math.max(before.lines, whole), ended: !last.running };
    if (last.running && fresh.length === 0) return;
    const left = fresh.length - SPOKEN_LINES;
    say(
      [
        last.running ? "" : `${last.text}: ${words(t, last)}.`,
        ...fresh.slice(0, SPOKEN_LINES),
        left > 0 ? t("log.more", { count: left }) : "",
      ]
        .filter((part) => part !== "")
        .join("\n"),
    );
  }, [commands, t]);
  return (
    <p className="hidden-visually" role="status" aria-live="polite" data-testid="log-news">
      {said}
    </p>
  );
}
