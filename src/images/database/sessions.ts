import { NetError, type Listener, type Socket } from "../../network/index.ts";
import type { ProcessContext } from "../../runtime/index.ts";
import { fromBinary, toBinary } from "./binary.ts";

/** A client's connection. Its `state` is plain; what is nested in it is replaced, never changed, so that a checkpoint can keep it. */
export interface Session<S> {
  readonly id: number;
  readonly socket: Socket;
  readonly since: number;
  state: S;
  /** Waits to be written. */
  output: string;
  closing: boolean;
}

/** What a checkpoint keeps of a session. */
export interface StoredSession<S> {
  readonly id: number;
  readonly socket: number;
  readonly since: number;
  readonly state: S;
}

export interface SessionsOptions<S> {
  /** A new connection's state; what it is greeted with goes to `send`. */
  readonly open: (session: Omit<Session<S>, "state">) => S;
  /** After `open`. */
  readonly opened?: (session: Session<S>) => void | Promise<void>;
  readonly data: (session: Session<S>, data: string) => void | Promise<void>;
  readonly closed?: (session: Session<S>) => void;
  /** Nothing is being answered: only reads, accepts and what the server itself awaits are pending. The moment for a checkpoint. */
  readonly idle: () => void;
}

/** A client that does not read what it asked for is dropped at this much (redis: client-output-buffer-limit). */
const MAX_OUTPUT = 32 * 1024 * 1024;

/** Connections that stay open, for servers whose protocol is a conversation. Data are binary strings. */
export class Sessions<S extends object> {
  readonly #proc: ProcessContext;
  readonly #options: SessionsOptions<S>;
  readonly #open = new Map<number, Session<S>>();
  #next: number;
  #busy = 0;
  readonly #pumping = new Set<number>();

  constructor(proc: ProcessContext, options: SessionsOptions<S>, first = 1) {
    this.#proc = proc;
    this.#options = options;
    this.#next = first;
  }

  get all(): readonly Session<S>[] {
    return [...this.#open.values()];
  }
  get next(): number {
    return this.#next;
  }
  get(id: number): Session<S> | undefined {
    return this.#open.get(id);
  }
  save(): readonly StoredSession<S>[] {
    return this.all.map((s) => ({ id: s.id, socket: s.socket.id, since: s.since, state: { ...s.state } }));
  }
  /** After a thaw: goes on with the connections that the checkpoint knew. */
  resume(stored: readonly StoredSession<S>[]): void {
    for (const { id, socket: number, since, state } of stored) {
      const socket = this.#proc.net.socket(number);
      if (!socket) continue;
      const session: Session<S> = { id, socket, since, state: { ...state }, output: "", closing: false };
      this.#open.set(id, session);
      void this.#listen(session);
    }
  }

  async accept(listener: Listener): Promise<void> {
    try {
      for (;;) this.adopt(await listener.accept());
    } catch (error) {
      if (!(error instanceof NetError && error.code === "EINVAL")) throw error;
    }
  }
  /** A connection, whoever made it. */
  adopt(socket: Socket): Session<S> {
    const bare = { id: this.#next++, socket, since: this.#proc.clock.now(), output: "", closing: false };
    const session: Session<S> = { ...bare, state: this.#options.open(bare) };
    this.#open.set(session.id, session);
    void this.work(async () => {
      await this.#options.opened?.(session);
      void this.#listen(session);
    });
    return session;
  }

  /** Something that must not be cut in two by a checkpoint. */
  async work(fn: () => void | Promise<void>): Promise<void> {
    this.#busy++;
    try {
      await fn();
    } finally {
      if (--this.#busy === 0 && this.#pumping.size === 0) this.#options.idle();
    }
  }

  /** Writes in order, without waiting for it. */
  send(session: Session<S>, data: string): void {
    if (!this.#open.has(session.id) || data === "") return;
    session.output += data;
    if (session.output.length > MAX_OUTPUT) return this.drop(session);
    if (this.#pumping.has(session.id)) return;
    this.#pumping.add(session.id);
    void this.#pump(session);
  }
  async #pump(session: Session<S>): Promise<void> {
    // What one turn says leaves as one piece.
    await Promise.resolve();
    try {
      while (session.output !== "") {
        const data = session.output;
        session.output = "";
        await session.socket.write(fromBinary(data));
      }
      if (session.closing) session.socket.end();
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      this.#forget(session);
    }
    this.#pumping.delete(session.id);
    if (this.#busy === 0 && this.#pumping.size === 0) this.#options.idle();
  }

  /** Ends the conversation when all is said. */
  end(session: Session<S>): void {
    session.closing = true;
    if (!this.#pumping.has(session.id)) session.socket.end();
  }
  /** Cuts it off. */
  drop(session: Session<S>): void {
    session.socket.destroy();
    this.#forget(session);
  }

  async #listen(session: Session<S>): Promise<void> {
    for (;;) {
      let data: Uint8Array | null;
      try {
        data = await session.socket.read();
      } catch (error) {
        if (!(error instanceof NetError)) throw error;
        return this.#forget(session);
      }
      if (!this.#open.has(session.id)) return;
      if (data === null) {
        if (!session.closing) session.socket.end();
        return this.#forget(session);
      }
      if (session.closing) continue;
      const text = toBinary(data);
      await this.work(() => this.#options.data(session, text));
    }
  }
  #forget(session: Session<S>): void {
    if (!this.#open.delete(session.id)) return;
    this.#options.closed?.(session);
    if (this.#busy === 0 && this.#pumping.size === 0) this.#options.idle();
  }
}
