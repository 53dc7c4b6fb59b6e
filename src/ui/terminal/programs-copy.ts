import type { Terminal } from "@xterm/xterm";
import { decoded } from "./base64-text.ts";
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
