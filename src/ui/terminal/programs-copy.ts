import type { Terminal } from "@xterm/xterm";
import { copyText } from "./clipboard.ts";

/** Of base64: more is no selection that somebody made. */
const MOST = 1_000_000;

/**
 * OSC 52: a program puts text on the clipboard, and the learner is told. What lies there is never given to a program: it
 * may be one that runs in a container.
 */
export function programsCopy(terminal: Terminal): void {
  terminal.parser.registerOscHandler(52, (data) => {
    const payload = data.slice(data.indexOf(";") + 1);
    if (payload === "?" || payload === "" || payload.length > MOST) return true;
    const text = decoded(payload);
    if (text) void copyText(text);
    return true;
  });
}

/** The text of base64; undefined when it is none. */
export function decoded(base64: string): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)));
  } catch {
    return undefined;
  }
}
