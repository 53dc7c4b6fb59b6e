import type { Platform } from "../sim/index.ts";

const channel = new MessageChannel();
const waiting: (() => void)[] = [];
let head = 0;
channel.port1.onmessage = () => {
  const fn = waiting[head++];
  if (head > 1024) {
    waiting.splice(0, head);
    head = 0;
  }
  fn?.();
};

/** Runs `fn` in a macrotask of its own: a message to oneself, because setTimeout is held back to 4 ms. */
export function afterThis(fn: () => void): void {
  waiting.push(fn);
  channel.port2.postMessage(0);
}

/** The browser's wall clock and timers. */
export function createBrowserPlatform(): Platform {
  return {
    wall: () => Date.now(),
    timer(ms, fn) {
      if (ms <= 0) {
        let cancelled = false;
        afterThis(() => {
          if (!cancelled) fn();
        });
        return () => {
          cancelled = true;
        };
      }
      const timeout = setTimeout(fn, Math.min(ms, 2 ** 31 - 1));
      return () => clearTimeout(timeout);
    },
  };
}
