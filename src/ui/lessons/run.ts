import { create } from "zustand";
import { emulator, typeCommand } from "../terminal/terminals.ts";

interface Peek {
  readonly terminal: number;
  readonly command: string;
  /** Commands of that terminal above this number came of it. */
  readonly after: number;
}

/** What a lesson's command wrote, for who does not see the terminal beside it. */
export const usePeek = create<{ readonly peek: Peek | undefined }>(() => ({ peek: undefined }));

/** As if the learner had typed it, line by line. */
export function runCommand(command: string): void {
  const text = command.trim();
  const terminal = typeCommand(text.replaceAll("\n", "\r"), { stay: true });
  usePeek.setState({ peek: { terminal, command: text, after: emulator(terminal)?.track.commands().at(-1)?.id ?? 0 } });
}

export const closePeek = (): void => usePeek.setState({ peek: undefined });
