import type { Client, ReconcileContext } from "../client/index.ts";
import type { Clock } from "../sim/index.ts";

interface Known {
  readonly inputs: readonly unknown[];
  readonly until: number;
}

/**
 * What each key's last turn without a write went by, by reference. Objects are immutable, so a turn that would go by the
 * very same ones has nothing to write either before the time that the last one gave: it is over before it begins.
 */
export interface Settled {
  /** `inputs`: all that `run` decides by: cached objects, and what it remembers. `run` answers the ms after which time alone is a reason to look again. */
  turn(
    key: string,
    inputs: readonly unknown[],
    context: ReconcileContext,
    run: (context: ReconcileContext) => Promise<number | void>,
  ): Promise<number | void>;
  forget(key: string): void;
}

const READS: ReadonlySet<string | symbol> = new Set(["get", "list", "scale"]);

export function createSettled(clock: Clock): Settled {
  const known = new Map<string, Known>();
  return {
    async turn(key, inputs, context, run) {
      const now = clock.now();
      const before = known.get(key);
      if (before && now < before.until && same(before.inputs, inputs)) return before.until === Infinity ? undefined : before.until - now;
      known.delete(key);
      let writes = 0;
      const wait = await run({ ...context, client: watched(context.client, () => writes++) });
      // What was written may be taken back unseen, and then all is as it was, and to be done again.
      if (writes === 0) known.set(key, { inputs, until: wait === undefined ? Infinity : clock.now() + wait });
      return wait;
    },
    forget: (key) => void known.delete(key),
  };
}

/** The same client, which tells when it is used for more than to read. */
function watched(client: Client, onWrite: () => void): Client {
  return new Proxy(client, {
    get(target, verb) {
      if (!READS.has(verb)) onWrite();
      const method: unknown = Reflect.get(target, verb);
      return typeof method === "function" ? (method as () => unknown).bind(target) : method;
    },
  });
}

function same(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
