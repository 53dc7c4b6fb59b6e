import { type Cancel, type Cause, type Clock, mergeCauses, timerCause } from "../sim/index.ts";
import type { Retry, WorkQueue } from "./types.ts";

/** k8s: DefaultTypedControllerRateLimiter. */
const RETRY: Retry = { firstMs: 5, mostMs: 1_000_000 };

interface Item {
  causes: readonly Cause[];
}

/**
 * client-go's rate limiting work queue on the virtual clock: a key waits once however often it is added, is never
 * processed twice at a time, and each piece of work is a turn of its own.
 */
export function createWorkQueue(options: {
  readonly clock: Clock;
  /** What timers of this queue are called in causes. */
  readonly name: string;
  /** Keys processed at the same time; 1 when absent. */
  readonly workers?: number;
  /** 5 ms to 1000 s when absent. */
  readonly retry?: Retry;
  readonly process: (key: string, causes: readonly Cause[]) => Promise<void>;
}): WorkQueue {
  const { clock, name, workers = 1, retry = RETRY, process } = options;
  const waiting = new Map<string, Item>();
  const running = new Set<string>();
  const dirty = new Map<string, Item>();
  const failures = new Map<string, number>();
  const delayed = new Map<string, { at: number; cancel: Cancel; item: Item }>();
  let free = workers;
  let stopped = false;

  const dispatch = (): void => {
    if (free === 0 || waiting.size === 0) return;
    free--;
    clock.turn(async () => {
      const next = waiting.entries().next().value;
      if (!next) {
        free++;
        return;
      }
      const [key, item] = next;
      waiting.delete(key);
      running.add(key);
      try {
        await process(key, item.causes);
      } finally {
        running.delete(key);
        free++;
        const again = dirty.get(key);
        dirty.delete(key);
        if (again) add(key, again.causes);
        else dispatch();
      }
    });
  };

  const add = (key: string, causes: readonly Cause[]): void => {
    if (stopped) return;
    const place = running.has(key) ? dirty : waiting;
    const item = place.get(key);
    if (item) item.causes = mergeCauses(item.causes, causes);
    else place.set(key, { causes });
    if (place === waiting) dispatch();
  };

  const addAfter = (key: string, ms: number, causes: readonly Cause[]): void => {
    if (ms <= 0) return add(key, causes);
    if (stopped) return;
    const at = clock.now() + ms;
    const earlier = delayed.get(key);
    if (earlier && earlier.at <= at) {
      earlier.item.causes = mergeCauses(earlier.item.causes, causes);
      return;
    }
    earlier?.cancel();
    const item: Item = { causes: earlier ? mergeCauses(earlier.item.causes, causes) : causes };
    const cancel = clock.timer(ms, () => {
      delayed.delete(key);
      add(key, [timerCause(name, item.causes)]);
    });
    delayed.set(key, { at, cancel, item });
  };

  return {
    add,
    addAfter,
    addRateLimited(key, causes) {
      const n = failures.get(key) ?? 0;
      if (n >= (retry.times ?? Infinity)) return void failures.delete(key);
      failures.set(key, n + 1);
      addAfter(key, Math.min(retry.firstMs * 2 ** n, retry.mostMs), causes);
    },
    forget: (key) => void failures.delete(key),
    get depth() {
      return waiting.size;
    },
    get retrying() {
      return failures.size;
    },
    retries: (key) => failures.get(key) ?? 0,
    stop() {
      stopped = true;
      for (const { cancel } of delayed.values()) cancel();
      for (const map of [waiting, dirty, failures, delayed]) map.clear();
    },
  };
}
