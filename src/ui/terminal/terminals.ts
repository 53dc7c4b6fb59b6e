import { create } from "zustand";
import { announce } from "../announce.ts";
import { t } from "../i18n.ts";
import { useSettings } from "../settings.ts";
import type { TerminalSearch } from "./search.ts";
import type { Track } from "./track.ts";

interface TerminalTab {
  readonly id: number;
  /** Counts up from 1; what an untitled tab is called by. */
  readonly number: number;
  readonly title?: string;
  /** What a program there calls it (OSC 0 and 2). */
  readonly said?: string;
  /** It rang while another one was in view. */
  readonly rang?: boolean;
}

interface Terminals {
  readonly tabs: readonly TerminalTab[];
  readonly active: number;
  /** Shown next to the active one. */
  readonly beside: number | undefined;
  /** Escape was pressed in a terminal: Tab leaves it now. */
  readonly leaving: boolean;
  /** The terminal whose text is being selected with the keyboard. */
  readonly copying: number | undefined;
}
export const useTerminals = create<Terminals>(() => ({
  tabs: [{ id: 1, number: 1 }],
  active: 1,
  beside: undefined,
  leaving: false,
  copying: undefined,
}));

const MOST_TITLE = 60;

function change(id: number, how: Partial<TerminalTab>): void {
  useTerminals.setState(({ tabs }) => ({ tabs: tabs.map((tab) => (tab.id === id ? { ...tab, ...how } : tab)) }));
}

/** What a program calls its terminal; "" gives the tab its own name back. */
export function said(id: number, title: string): void {
  const tab = useTerminals.getState().tabs.find((one) => one.id === id);
  const text = title.trim().slice(0, MOST_TITLE);
  if (tab && (tab.said ?? "") !== text) change(id, { said: text });
}

export function rang(id: number): void {
  const { active, beside } = useTerminals.getState();
  if (id !== active && id !== beside) change(id, { rang: true });
}

export function leaving(on: boolean): void {
  useTerminals.setState({ leaving: on });
}

export function setCopying(id: number, on: boolean): void {
  useTerminals.setState({ copying: on ? id : undefined });
}

/** Shows a terminal: where it is when it is in view already, else in place of the active one. */
export function select(id: number): void {
  useTerminals.setState(({ active, beside }) => ({ active: id, beside: beside === id ? active : beside }));
  if (useTerminals.getState().tabs.find((tab) => tab.id === id)?.rang) change(id, { rang: false });
}

/** Two terminals side by side, the second a new one where there is no other; or one again. */
export function toggleSplit(): void {
  const { tabs, active, beside } = useTerminals.getState();
  if (beside !== undefined) return useTerminals.setState({ beside: undefined });
  const other = tabs.find((tab) => tab.id !== active);
  if (other) return useTerminals.setState({ active: other.id, beside: active });
  addTerminal();
  useTerminals.setState({ beside: active });
}

/** The other one of two side by side. */
export function otherSide(): void {
  const { beside } = useTerminals.getState();
  if (beside === undefined) return;
  select(beside);
  emulators.get(beside)?.focus();
}

/** What the rest of the workbench may ask of a terminal emulator. */
export interface Emulator {
  focus(): void;
  /** Shows it in another place, with its screen and shell as they are. */
  moveTo(parent: HTMLElement): void;
  /** The shell waits for a command and nothing is typed yet. */
  atPrompt(): boolean;
  /** As if the learner had typed it. */
  type(text: string): void;
  readonly track: Track;
  readonly search: TerminalSearch;
  /** Selecting with the keyboard, until Escape. */
  copyMode(): void;
  /** The next character is sent as its control code (the phone's Ctrl key). */
  control(on: boolean): void;
  onControlUsed: (() => void) | undefined;
  dispose(): void;
}

const emulators = new Map<number, Emulator>();
const waiting = new Map<number, string>();

export function register(id: number, emulator: Emulator): void {
  emulators.set(id, emulator);
  // Those who look for it look again.
  useTerminals.setState({});
}

export function emulator(id: number): Emulator | undefined {
  return emulators.get(id);
}

/** Called by an emulator when its shell has said something: commands wait for a prompt. */
export function settled(id: number): void {
  const keys = waiting.get(id);
  const target = emulators.get(id);
  if (keys === undefined || !target?.atPrompt()) return;
  waiting.delete(id);
  target.type(keys);
}

export function addTerminal(title?: string): number {
  const { tabs } = useTerminals.getState();
  const id = Math.max(0, ...tabs.map((tab) => tab.id)) + 1;
  const number = Math.max(0, ...tabs.map((tab) => tab.number)) + 1;
  useTerminals.setState({ tabs: [...tabs, { id, number, title }], active: id });
  return id;
}

export function closeTerminal(id: number): void {
  const { tabs, active } = useTerminals.getState();
  const at = tabs.findIndex((tab) => tab.id === id);
  emulators.get(id)?.dispose();
  emulators.delete(id);
  waiting.delete(id);
  const left = tabs.filter((tab) => tab.id !== id);
  if (left.length === 0) {
    useTerminals.setState({ tabs: [], active: 0, beside: undefined });
    addTerminal();
    return;
  }
  const { beside } = useTerminals.getState();
  const next = active !== id ? active : (beside ?? left[Math.min(at, left.length - 1)]?.id ?? 0);
  useTerminals.setState({ tabs: left, active: next, beside: beside === id || beside === next ? undefined : beside });
}

interface Typing {
  readonly fresh?: boolean;
  readonly title?: string;
  readonly enter?: boolean;
  readonly stay?: boolean;
}
/**
 * Types a command where the learner sees it; `enter: false` leaves it to them to run it. `fresh`: in a tab of its
 * own, for what runs on and on. Otherwise in a terminal that waits at its prompt (the active one first); a new tab when
 * all are busy. `stay`: a phone goes on showing the pane that it shows. Answers the terminal.
 */
export function typeCommand(command: string, options: Typing = {}): number {
  const { tabs, active } = useTerminals.getState();
  const keys = options.enter === false ? command : `${command}\r`;
  if (!options.stay) useSettings.setState({ pane: "terminal" });
  announce(t(options.enter === false ? "terminal.typed" : "terminal.ran", { command }));
  const idle = options.fresh
    ? undefined
    : [active, ...tabs.map((tab) => tab.id)].find((id) => emulators.get(id)?.atPrompt() && !waiting.has(id));
  if (idle !== undefined) {
    select(idle);
    emulators.get(idle)?.type(keys);
    return idle;
  }
  const id = addTerminal(options.title);
  waiting.set(id, keys);
  return id;
}

export function titleOf(tab: TerminalTab): string {
  return tab.said || (tab.title ?? t("terminal.tab", { n: tab.number }));
}
