import { Host, PyExc, T, type Value } from "../values.ts";
import type { Gen } from "../vm/frame.ts";
import type { Machine } from "../vm/machine.ts";
import { functions } from "../vm/native.ts";
import { asFloat } from "../vm/numbers.ts";
import { tracebackOf } from "../traceback.ts";

/** Something that threads wait for: woken once for each who is to go on. */
class Gate extends Host {
  readonly waiting: (() => void)[] = [];
  constructor() {
    super(T.cell);
  }
}

/** What threading is built on: threads that take turns, and gates they wait at. */
export function threadModule(m: Machine): Map<string, Value> {
  return functions({
    _start: ["fn, /", (_, [fn]) => m.thread((t) => t.pushGen(body(fn as Value))).id],
    get_ident: ["", (t) => 139_000_000_000_000 + t.id * 4096],
    _number: ["", (t) => t.id],
    _gate: ["", () => new Gate()],
    /** Waits until somebody opens it, or a time is over. True: it was opened. */
    _wait: [
      "gate, timeout",
      function* (_, [gate, timeout]): Gen {
        const { waiting } = gate as Gate;
        let open: () => void = () => {};
        const opened = new Promise<boolean>((resolve) => {
          open = () => resolve(true);
        });
        waiting.push(open);
        const wait =
          timeout === null
            ? opened
            : Promise.race([opened, m.proc.clock.sleep(Math.max(0, (asFloat(timeout as Value) ?? 0) * 1000)).then(() => false)]);
        const result = (yield wait) as unknown as boolean;
        const i = waiting.indexOf(open);
        if (i >= 0) waiting.splice(i, 1);
        return result;
      },
    ],
    _open: [
      "gate, n",
      (_, [gate, n]) => {
        for (const open of (gate as Gate).waiting.splice(0, n === null ? Infinity : Number(n))) open();
        return null;
      },
    ],
    _traceback: [
      "exc",
      function* (_, [exc]): Gen {
        return exc instanceof PyExc ? yield* tracebackOf(m, exc) : "";
      },
    ],
  });
}
function* body(fn: Value): Gen {
  return (yield (t) => t.call(fn, [])) as Value;
}
