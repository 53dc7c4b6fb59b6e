import type { ProcessContext } from "../../runtime/index.ts";
import { fromBinary, readable, toBinary, utf8 } from "../database/binary.ts";
import type { Broker, Definitions, Message } from "./broker.ts";

/** What happened to a message that has to be kept. */
export type Entry =
  | readonly ["put", vhost: string, queue: string, message: Message]
  | readonly ["ack", vhost: string, queue: string, id: number]
  | readonly ["drop", vhost: string, queue: string];
const REWRITE = 2 * 1024 * 1024;

/** The node's folder: definitions, written when they change, and the message store, a line for each message that came or went. */
export class Disk {
  readonly #proc: ProcessContext;
  readonly #folder: string;
  #bytes: number;
  #definitions = "";

  constructor(proc: ProcessContext, folder: string, bytes = 0) {
    this.#proc = proc;
    this.#folder = folder;
    this.#bytes = bytes;
  }
  get bytes(): number {
    return this.#bytes;
  }
  get #store(): string {
    return `${this.#folder}/msg_stores/vhosts/msg_store_persistent/0.rdq`;
  }
  /** What is there; undefined: a new node. Throws Errno. */
  load(broker: Broker): boolean {
    const { fs } = this.#proc;
    fs.mkdir(`${this.#folder}/msg_stores/vhosts/msg_store_persistent`, { recursive: true, mode: 0o750 });
    const schema = `${this.#folder}/schema.DAT`;
    if (!fs.exists(schema)) return false;
    broker.load(JSON.parse(readable(toBinary(fs.readFile(schema)))) as Definitions);
    const text = fs.exists(this.#store) ? readable(toBinary(fs.readFile(this.#store))) : "";
    const entries = text
      .slice(0, text.lastIndexOf("\n") + 1)
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Entry);
    const gone = new Set(entries.map((e) => (e[0] === "ack" ? `${e[1]}\0${e[2]}\0${e[3]}` : "")));
    for (const entry of entries) {
      const queue = broker.vhosts.get(entry[1])?.queues.get(entry[2]);
      if (!queue) continue;
      if (entry[0] === "drop") queue.ready = [];
      if (entry[0] !== "put") continue;
      if (!gone.has(`${entry[1]}\0${entry[2]}\0${entry[3].id}`)) queue.ready.push(entry[3]);
      broker.nextMessage = Math.max(broker.nextMessage, entry[3].id + 1);
    }
    for (const queue of broker.queues) queue.ready = queue.ready.map((m) => ({ ...m, redelivered: true }));
    return true;
  }
  /** Writes the definitions if they have changed. Throws Errno. */
  define(broker: Broker): void {
    const text = JSON.stringify(broker.define(true));
    if (text === this.#definitions) return;
    this.#definitions = text;
    this.#proc.fs.writeFile(`${this.#folder}/schema.DAT`, fromBinary(utf8(text)), { mode: 0o640 });
  }
  /** Throws Errno. */
  write(entries: readonly Entry[], all: () => readonly Entry[]): void {
    if (entries.length === 0) return;
    const text = entries.map((e) => `${JSON.stringify(e)}\n`).join("");
    this.#bytes += text.length;
    if (this.#bytes > REWRITE) {
      const whole = all()
        .map((e) => `${JSON.stringify(e)}\n`)
        .join("");
      this.#proc.fs.writeFile(this.#store, fromBinary(utf8(whole)), { mode: 0o640 });
      this.#bytes = Math.min(whole.length, REWRITE / 2);
    } else this.#proc.fs.writeFile(this.#store, fromBinary(utf8(text)), { append: true, mode: 0o640 });
  }
}
