import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useNarrow } from "../frame/useNarrow.ts";
import { Icon } from "../frame/Icon.tsx";
import { useT } from "../i18n.ts";
import { route } from "../lessons/route.ts";
import { useSettings } from "../settings.ts";
import { KeyRow } from "./KeyRow.tsx";
import { SearchBar } from "./SearchBar.tsx";
import { bringIn } from "../editor/transfer.ts";
import { useDrop } from "../editor/useDrop.ts";
import { Split } from "../frame/Split.tsx";
import { addTerminal, closeTerminal, emulator, register, select, titleOf, toggleSplit, useTerminals } from "./terminals.ts";

/** Asked for while the rest of the page still loads: the prompt waits for it. The lessons' home page has none. */
const emulatorModule = route.page === "home" ? new Promise<never>(() => {}) : import("./emulator.ts");

const CommandLog = lazy(async () => ({ default: (await import("./CommandLog.tsx")).CommandLog }));

/** Emulators outlive the pane that shows them. */
const openSearch = { current: () => {} };
const toggleLog = (): void => useSettings.setState(({ commandLog }) => ({ commandLog: !commandLog }));

export function TerminalPane() {
  const t = useT();
  const { tabs, active, beside, leaving, copying } = useTerminals();
  const log = useSettings((s) => s.commandLog);
  const narrow = useNarrow();
  const [dropping, drop] = useDrop((files) => void files.then(takeIn));
  const [searching, setSearching] = useState(false);
  const list = useRef<HTMLDivElement>(null);

  const move = (event: React.KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const at = tabs.findIndex((tab) => tab.id === active);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    if (!next) return;
    select(next.id);
    list.current?.querySelector<HTMLElement>(`#terminal-tab-${next.id}`)?.focus();
  };

  // Left and right as their tabs are; on a phone one at a time.
  const shown = tabs.filter((tab) => tab.id === active || tab.id === beside);
  const split = !narrow && shown.length === 2 ? ([shown[0], shown[1]] as [(typeof tabs)[0], (typeof tabs)[0]]) : undefined;
  const stack = (ids: readonly number[]) => (
    <div className="terminal-half">
      {tabs
        .filter((tab) => ids.includes(tab.id))
        .map((tab) => (
          <Screen
            key={tab.id}
            id={tab.id}
            number={tab.number}
            active={tab.id === active}
            hidden={tab.id !== active && !split}
            onSearch={() => setSearching(true)}
          />
        ))}
    </div>
  );

  return (
    <section id="pane-terminal" className="pane terminal-pane" aria-label={t("pane.terminal")} data-testid="terminal-pane">
      <header className="pane-bar">
        <h2 className="hidden-visually">{t("pane.terminal")}</h2>
        <div className="tabs" role="tablist" aria-label={t("terminal.tabs")} ref={list} onKeyDown={move}>
          {tabs.map((tab) => (
            <span
              key={tab.id}
              className="tab"
              role="presentation"
              data-active={tab.id === active || undefined}
              data-beside={(!narrow && tab.id === beside) || undefined}
            >
              <button
                type="button"
                role="tab"
                id={`terminal-tab-${tab.id}`}
                aria-selected={tab.id === active}
                aria-controls={`terminal-${tab.id}`}
                tabIndex={tab.id === active ? 0 : -1}
                onClick={() => {
                  select(tab.id);
                  emulator(tab.id)?.focus();
                }}
              >
                {titleOf(tab)}
                {tab.rang && (
                  <span className="unsaved" title={t("terminal.rang")}>
                    ●<span className="hidden-visually"> {t("terminal.rang")}</span>
                  </span>
                )}
              </button>
            </span>
          ))}
        </div>
        {tabs.length > 1 &&
          tabs.map(
            (tab) =>
              tab.id === active && (
                <button
                  key={tab.id}
                  type="button"
                  className="icon-button"
                  onClick={() => closeTerminal(tab.id)}
                  aria-label={t("terminal.close", { name: titleOf(tab) })}
                  title={t("terminal.close", { name: titleOf(tab) })}
                >
                  <Icon name="close" />
                </button>
              ),
          )}
        <button
          type="button"
          className="icon-button"
          onClick={() => addTerminal()}
          aria-label={t("terminal.add")}
          title={t("terminal.add")}
          data-testid="terminal-add"
        >
          <Icon name="plus" />
        </button>
        {!narrow && (
          <button
            type="button"
            className="icon-button"
            aria-pressed={beside !== undefined}
            onClick={toggleSplit}
            aria-label={t(beside === undefined ? "terminal.split" : "terminal.unsplit")}
            title={`${t(beside === undefined ? "terminal.split" : "terminal.unsplit")} (Ctrl+Shift+5)`}
            data-testid="terminal-split"
          >
            <Icon name="split" />
          </button>
        )}
        <span className="spacer" />
        <span className="pane-hint" data-now={leaving || copying !== undefined || undefined}>
          {t(copying !== undefined ? "terminal.copyModeShort" : leaving ? "terminal.leaving" : "terminal.hint")}
        </span>
        <button
          type="button"
          className="icon-button"
          aria-pressed={log}
          onClick={toggleLog}
          aria-label={t("log.show")}
          title={`${t("log.show")} (Ctrl+Shift+L)`}
          data-testid="log-toggle"
        >
          <Icon name="log" />
        </button>
        <button
          type="button"
          className="icon-button"
          aria-pressed={searching}
          onClick={() => setSearching(!searching)}
          aria-label={t("terminal.search")}
          title={`${t("terminal.search")} (Ctrl+Shift+F)`}
        >
          <Icon name="search" />
        </button>
      </header>
      {searching && <SearchBar terminal={active} onClose={() => setSearching(false)} />}
      <div className="terminal-body">
        {split ? (
          <div className="terminal-stack" data-dropping={dropping || undefined} {...drop}>
            <Split id="terminals" direction="row" label={t("split.terminals")} initial={50} min={20} max={80}>
              {[stack([split[0].id]), stack([split[1].id])]}
            </Split>
          </div>
        ) : (
          <div className="terminal-stack" data-dropping={dropping || undefined} {...drop}>
            {stack(tabs.map((tab) => tab.id))}
          </div>
        )}
        {log && (
          <Suspense>
            <CommandLog key={active} terminal={active} />
          </Suspense>
        )}
      </div>
      <KeyRow terminal={active} />
    </section>
  );
}

/** Files dropped on a terminal are put into the home folder, and named at its prompt. */
async function takeIn(files: Parameters<typeof bringIn>[0]): Promise<void> {
  const paths = await bringIn(files);
  const target = emulator(useTerminals.getState().active);
  if (paths.length > 0 && target?.atPrompt()) target.type(paths.map(quoted).join(" "));
  target?.focus();
}
const quoted = (path: string): string => (/^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);

interface ScreenProps {
  readonly id: number;
  readonly number: number;
  readonly active: boolean;
  readonly hidden: boolean;
  onSearch(): void;
}

function Screen({ id, number, active, hidden, onSearch }: ScreenProps) {
  const t = useT();
  const host = useRef<HTMLDivElement>(null);
  openSearch.current = onSearch;
  const label = t("terminal.label", { n: number });

  useEffect(() => {
    let left = false;
    void emulatorModule.then(({ createEmulator }) => {
      if (left || !host.current) return;
      const known = emulator(id);
      if (known) return known.moveTo(host.current);
      const made = createEmulator(host.current, id, { search: () => openSearch.current(), log: toggleLog });
      register(id, made);
      // A phone's keyboard should not cover the first view, and a lesson is read before anything is typed.
      const reading = route.page === "lesson" && id === 1;
      if (!reading && !matchMedia("(max-width: 760px)").matches) made.focus();
    });
    return () => void (left = true);
  }, [id]);

  useEffect(() => {
    host.current?.querySelector("textarea")?.setAttribute("aria-label", label);
  });

  useEffect(() => {
    if (active && !matchMedia("(max-width: 760px)").matches) emulator(id)?.focus();
  }, [active, id]);

  // The label is set once the emulator exists, too.
  useEffect(() => {
    void emulatorModule.then(() => setTimeout(() => host.current?.querySelector("textarea")?.setAttribute("aria-label", label)));
  }, [label]);

  return (
    <div
      id={`terminal-${id}`}
      role="tabpanel"
      aria-labelledby={`terminal-tab-${id}`}
      className="terminal-screen"
      data-testid={`terminal-${number}`}
      ref={host}
      data-active={active || undefined}
      onFocus={() => select(id)}
      hidden={hidden}
    />
  );
}

export function focusTerminal(): void {
  useSettings.setState({ pane: "terminal" });
  setTimeout(() => emulator(useTerminals.getState().active)?.focus());
}
