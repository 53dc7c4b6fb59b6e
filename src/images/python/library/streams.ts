import { osError } from "../vm/errors.ts";
import type { Gen } from "../vm/frame.ts";
import type { Machine } from "../vm/machine.ts";

/** What has been read from standard input, and not been asked for yet. */
class Input {
  text = "";
  ended = false;
  readonly #decoder = new TextDecoder();
  *more(m: Machine): Gen<boolean> {
    if (this.ended) return false;
    const data = (yield m.proc.stdin.read()) as unknown as Uint8Array | null;
    if (data === null) this.ended = !m.proc.stdin.tty;
    else this.text += this.#decoder.decode(data, { stream: true });
    return data !== null;
  }
}
function* input(): Gen<readonly [Machine, Input]> {
  let m: Machine | undefined;
  yield (t) => ((m = t.machine), null);
  const machine = m as unknown as Machine;
  let made = machine.shelf.get("input") as Input | undefined;
  if (!made) machine.shelf.set("input", (made = new Input()));
  // What was printed is to be seen before somebody is asked.
  if (machine.out.due || machine.proc.stdin.tty) {
    machine.out.flush();
    yield machine.out.drain();
  }
  return [machine, made];
}
/** A line of standard input with its end; "" when there is no more. */
export function* readLine(): Gen<string> {
  const [m, from] = yield* input();
  while (!from.text.includes("\n")) if (!(yield* from.more(m))) break;
  const at = from.text.indexOf("\n");
  const line = at < 0 ? from.text : from.text.slice(0, at + 1);
  from.text = from.text.slice(line.length);
  return line;
}
export function* readAll(): Gen<string> {
  const [m, from] = yield* input();
  while (yield* from.more(m)) if (from.text.length > 64 * 1024 * 1024) throw osError("ENOMEM", "Cannot allocate memory");
  const { text } = from;
  from.text = "";
  return text;
}
