import { netError } from "./errors.ts";
import type { End } from "./socket.ts";
import type { Listener, Socket } from "./types.ts";

/** As net.core.somaxconn: connections beyond it are not answered. */
const SOMAXCONN = 4096;

const ANY = new Set(["", "0.0.0.0", "::", "[::]", "*"]);

export class ListeningSocket implements Listener {
  readonly id: number;
  readonly port: number;
  /** undefined: all addresses. */
  readonly address: string | undefined;
  /** Somebody holds it; false only after restore, until they ask for it. */
  claimed = true;
  readonly #backlog: End[] = [];
  readonly #waiters: { readonly resolve: (socket: Socket) => void; readonly reject: (error: unknown) => void }[] = [];
  #closed = false;
  readonly #onClose: (listener: ListeningSocket) => void;
  readonly #onAccept: (end: End) => void;

  constructor(
    id: number,
    port: number,
    address: string | undefined,
    hooks: { readonly onClose: (listener: ListeningSocket) => void; readonly onAccept: (end: End) => void },
  ) {
    this.id = id;
    this.port = port;
    this.address = address === undefined || ANY.has(address) ? undefined : address === "localhost" ? "127.0.0.1" : address;
    this.#onClose = hooks.onClose;
    this.#onAccept = hooks.onAccept;
  }

  accept(): Promise<Socket> {
    if (this.#closed) return Promise.reject(netError("EINVAL"));
    const end = this.#waiters.length === 0 ? this.#backlog.shift() : undefined;
    if (end) {
      this.#accepted(end);
      return Promise.resolve(end);
    }
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const waiter of this.#waiters.splice(0)) waiter.reject(netError("EINVAL"));
    for (const end of this.#backlog.splice(0)) end.destroy();
    this.#onClose(this);
  }

  /** Connections that nobody has accepted yet. */
  get waiting(): number {
    return this.#backlog.length;
  }
  get full(): boolean {
    return this.#backlog.length >= SOMAXCONN;
  }

  hears(ip: string): boolean {
    return this.address === undefined || this.address === ip;
  }

  /** A connection has come in. */
  offer(end: End): void {
    end.backlog = this.id;
    const waiter = this.#waiters.shift();
    if (!waiter) {
      this.#backlog.push(end);
      return;
    }
    this.#accepted(end);
    waiter.resolve(end);
  }

  #accepted(end: End): void {
    end.backlog = undefined;
    this.#onAccept(end);
  }
}
