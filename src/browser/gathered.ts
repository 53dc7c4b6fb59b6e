import { concatBytes } from "../machinery/index.ts";

/**
 * Sends the first bytes at once and what is written before `later` comes in one piece: a key echoes without delay, and a
 * thousand small writes are not a thousand messages.
 */
export function gathered(send: (data: Uint8Array) => void, later: (fn: () => void) => void): (data: Uint8Array) => void {
  let waiting: Uint8Array[] | undefined;
  const flush = (): void => {
    const parts = waiting ?? [];
    waiting = undefined;
    if (parts.length === 0) return;
    if (parts.length === 1) send(parts[0] as Uint8Array);
    else send(concatBytes(parts));
    // More may follow close behind.
    arm();
  };
  const arm = (): void => {
    waiting = [];
    later(flush);
  };
  return (data) => {
    if (waiting) return void waiting.push(data);
    send(data);
    arm();
  };
}
