import { NetError } from "../../network/index.ts";
import type { ProcessContext, Program } from "../../runtime/index.ts";
import { type Session, Sessions, type StoredSession } from "../database/sessions.ts";
import { nextSignal, readIfThere } from "../process.ts";
import { Cache, type Item } from "./cache.ts";
import { answer, type Request } from "./commands.ts";

export interface Client {
  input: string;
}
interface Stored {
  readonly items: readonly (readonly [string, Item])[];
  readonly counts: Readonly<Record<string, number>>;
  readonly unique: number;
  readonly started: number;
  readonly sessions: readonly StoredSession<Client>[];
  readonly next: number;
}
interface Flags {
  port: number;
  megabytes: number;
  connections: number;
  address: string | undefined;
  version: boolean;
  bad: string | undefined;
}
const TAKES = "pUslmcutRCbIDaA";
const LONG: Readonly<Record<string, string>> = {
  port: "p",
  "memory-limit": "m",
  "conn-limit": "c",
  listen: "l",
  version: "V",
  "max-item-size": "I",
  threads: "t",
};

function flagsOf(args: readonly string[]): Flags {
  const flags: Flags = { port: 11_211, megabytes: 64, connections: 1024, address: undefined, version: false, bad: undefined };
  const set = (c: string, value: string): void => {
    if (c === "p") flags.port = Number(value);
    else if (c === "m") flags.megabytes = Number(value);
    else if (c === "c") flags.connections = Number(value);
    else if (c === "l") flags.address = value === "0.0.0.0" ? undefined : value;
    else if (c === "V" || c === "h") flags.version = true;
    else if (c === "S" || c === "d" || c === "Z") flags.bad = `memcached: option -${c} is not simulated by Timonel`;
    else if (!`${TAKES}vkMrLFXBo`.includes(c)) flags.bad ??= `memcached: invalid option -- '${c}'\nIllegal argument "${c}"`;
  };
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    if (word.startsWith("--")) {
      const [name = "", value] = word.slice(2).split("=");
      const c = LONG[name];
      if (c === undefined) flags.bad ??= `memcached: unrecognized option '${word}'`;
      else set(c, value ?? (TAKES.includes(c) ? (args[++i] ?? "") : ""));
    } else if (word.startsWith("-"))
      for (let j = 1; j < word.length; j++) {
        const c = word[j] as string;
        const takes = TAKES.includes(c) || c === "o" || c === "B";
        set(c, takes ? word.slice(j + 1) || (args[++i] ?? "") : "");
        if (takes) break;
      }
  }
  return flags;
}

/** memcached: its text protocol over items that are gone with the process. It says nothing unless asked. */
export const memcached: Program = async (proc) => {
  const version = readIfThere(proc, "/usr/local/lib/memcached/build")?.trim() ?? "1.6.39";
  const flags = flagsOf(proc.argv.slice(1));
  if (flags.bad !== undefined) {
    await proc.stderr.write(`${flags.bad}\n`);
    return 64;
  }
  if (flags.version) {
    await proc.stdout.write(`memcached ${version}\n`);
    return 0;
  }
  if (proc.uid === 0) {
    await proc.stderr.write("can't run as root without the -u switch\n");
    return 71;
  }
  const stored = proc.restored as Stored | undefined;
  const stop = nextSignal(proc, ["TERM", "INT"]);
  const cache = new Cache(() => proc.clock.now(), flags.megabytes * 1024 * 1024, stored);
  const started = stored?.started ?? proc.clock.now();
  if (!stored) {
    await proc.cpu(5);
    proc.memory(3 * 1024 * 1024);
  }
  const server = new Server(proc, cache, { version, started, flags }, stored?.next);
  if (!(await server.listen())) return 71;
  server.run(stored);
  await stop;
  if (version.startsWith("1.6")) await proc.stdout.write("Signal handled: Terminated.\n");
  return 0;
};

class Server {
  readonly #proc: ProcessContext;
  readonly #cache: Cache;
  readonly #about: { readonly version: string; readonly started: number; readonly flags: Flags };
  #sessions: Sessions<Client>;
  #running = false;

  constructor(
    proc: ProcessContext,
    cache: Cache,
    about: { readonly version: string; readonly started: number; readonly flags: Flags },
    first = 1,
  ) {
    this.#proc = proc;
    this.#cache = cache;
    this.#about = about;
    this.#sessions = new Sessions<Client>(
      proc,
      { open: () => ({ input: "" }), data: (session, data) => this.#data(session, data), idle: () => this.#idle() },
      first,
    );
  }
  async listen(): Promise<boolean> {
    const { port, address } = this.#about.flags;
    try {
      void this.#sessions.accept(await this.#proc.net.listen(port, address === undefined ? {} : { address }));
      return true;
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      await this.#proc.stderr.write(`bind(): ${error.message}\nfailed to listen on TCP port ${port}: ${error.message}\n`);
      return false;
    }
  }
  run(stored: Stored | undefined): void {
    this.#running = true;
    if (stored) this.#sessions.resume(stored.sessions);
    this.#idle();
  }
  #idle(): void {
    if (!this.#running) return;
    this.#proc.checkpoint({
      ...this.#cache.save(),
      started: this.#about.started,
      sessions: this.#sessions.save(),
      next: this.#sessions.next,
    } satisfies Stored);
  }
  async #data(session: Session<Client>, data: string): Promise<void> {
    const { state } = session;
    state.input += data;
    for (;;) {
      const end = state.input.indexOf("\n");
      if (end < 0 || session.closing) return;
      const words = state.input.slice(0, end).replace(/\r$/, "").split(" ").filter(Boolean);
      const [name = ""] = words;
      const bytes = /^(set|add|replace|append|prepend)$/.test(name) ? Number(words[4]) : name === "cas" ? Number(words[4]) : -1;
      let block = "";
      let next = end + 1;
      if (bytes >= 0 && bytes <= 1024 * 1024) {
        if (state.input.length < next + bytes + 2) return;
        block = state.input.slice(next, next + bytes);
        const whole = state.input.slice(next + bytes, next + bytes + 2) === "\r\n";
        next += bytes + 2;
        if (!whole) {
          state.input = state.input.slice(next);
          this.#sessions.send(session, "CLIENT_ERROR bad data chunk\r\nERROR\r\n");
          continue;
        }
      }
      state.input = state.input.slice(next);
      await this.#proc.cpu(0.01 + block.length / 1_000_000);
      if (name === "quit") return this.#sessions.end(session);
      const request: Request = { words, block, status: () => this.#status() };
      this.#sessions.send(session, answer(this.#cache, request));
      this.#proc.memory(3 * 1024 * 1024 + Math.ceil(this.#cache.bytes / 65_536) * 65_536);
    }
  }
  #status(): Readonly<Record<string, string | number>> {
    const { version, started, flags } = this.#about;
    const now = this.#proc.clock.now();
    return {
      pid: this.#proc.pid,
      uptime: Math.floor((now - started) / 1000),
      time: Math.floor(now / 1000),
      version,
      pointer_size: 64,
      curr_connections: this.#sessions.all.length,
      total_connections: this.#sessions.next - 1,
      max_connections: flags.connections,
      ...this.#cache.counts,
      limit_maxbytes: flags.megabytes * 1024 * 1024,
      threads: 4,
      bytes: this.#cache.bytes,
      curr_items: this.#cache.size,
    };
  }
}

/** docker-entrypoint.sh: flags are memcached's. */
export const memcachedEntrypoint: Program = async (proc) => {
  const args = proc.argv.slice(1);
  if (args.length === 0) return 0;
  return proc.exec((args[0] as string).startsWith("-") ? ["memcached", ...args] : args);
};
