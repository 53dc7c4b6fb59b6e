import {
  NetError,
  serveHttp,
  type HttpHandler,
  type Listener,
  type ServeOptions,
  type ServerRequest,
  type ServerResponse,
  type Socket,
} from "../network/index.ts";

import type { TlsSocket } from "../pki/index.ts";

/** A request with the connection it came by. */
export interface Peer {
  readonly socket: Socket;
  /** The number of the connection, from 1. */
  readonly connection: number;
  /** It speaks TLS. */
  readonly tls?: TlsSocket;
  /** It speaks none where TLS is spoken. */
  readonly plain?: boolean;
}
/**
 * What becomes of a new connection before a request is read: at once nothing, where it is read as it came; undefined
 * later: it is over. Whoever waits reads ahead first.
 */
export type Secure = (socket: Socket) => Promise<Pick<Peer, "socket" | "tls" | "plain"> | undefined> | undefined;

/** Begins to read now: a connection's first call has to be its own, for a thaw takes another accept for the beginning. */
export function readAhead(socket: Socket): Socket {
  let first: Promise<Uint8Array | null> | undefined = socket.read();
  first.catch(() => {});
  return {
    id: socket.id,
    local: socket.local,
    remote: socket.remote,
    read(max) {
      const ahead = first;
      first = undefined;
      return ahead ?? socket.read(max);
    },
    write: (data) => socket.write(data),
    end: () => socket.end(),
    destroy: () => socket.destroy(),
    close: () => close(socket),
  };
}
export type PeerHandler = (request: ServerRequest, peer: Peer) => ServerResponse | Promise<ServerResponse>;

export interface ServiceOptions extends Omit<ServeOptions, "sent" | "keepAlive"> {
  /** After each answer, with the bytes of its body. */
  readonly sent?: (request: ServerRequest, response: ServerResponse, bytes: number, peer: Peer) => void | Promise<void>;
  /** Whenever the last open connection has ended: the moment for a checkpoint. */
  readonly idle?: () => void;
}

/**
 * An HTTP server on any number of listeners. All its state that a thaw must find again is in the listeners: between
 * connections only `accept` is pending, so that is when a program cuts its journal.
 */
export class HttpService {
  readonly #options: ServiceOptions;
  readonly #handler: PeerHandler;
  /** Open connections; true while an answer is being made. */
  readonly #open = new Map<Socket, boolean>();
  #connections = 0;
  #stopping = false;
  #drained: (() => void)[] = [];

  constructor(handler: PeerHandler, options: ServiceOptions = {}) {
    this.#handler = handler;
    this.#options = options;
  }

  /** Accepts until the listener is closed. */
  async accept(listener: Listener, secure?: Secure): Promise<void> {
    try {
      for (;;) void this.#serve(await listener.accept(), secure);
    } catch (error) {
      if (!(error instanceof NetError && error.code === "EINVAL")) throw error;
    }
  }

  get open(): number {
    return this.#open.size;
  }

  /** Answers what is being asked, closes what is idle, and resolves when nothing is open. */
  async drain(): Promise<void> {
    this.#stopping = true;
    for (const [socket, busy] of this.#open) if (!busy) close(socket);
    if (this.#open.size > 0) await new Promise<void>((resolve) => this.#drained.push(resolve));
  }

  /** Drops every connection. */
  abort(): void {
    this.#stopping = true;
    for (const socket of this.#open.keys()) socket.destroy();
  }

  async #serve(raw: Socket, secure: Secure | undefined): Promise<void> {
    const connection = ++this.#connections;
    this.#open.set(raw, false);
    const waited = secure?.(raw);
    const made = waited ? await waited : { socket: raw };
    this.#open.delete(raw);
    if (made) await this.#answer({ ...made, connection });
    else raw.destroy();
    if (this.#open.size > 0) return;
    for (const resolve of this.#drained.splice(0)) resolve();
    if (!this.#stopping) this.#options.idle?.();
  }

  async #answer(peer: Peer): Promise<void> {
    const { socket } = peer;
    this.#open.set(socket, false);
    const handler: HttpHandler = (request) => {
      this.#open.set(socket, true);
      return this.#handler(request, peer);
    };
    const { sent, idle: _, ...options } = this.#options;
    await serveHttp(socket, handler, {
      ...options,
      keepAlive: () => !this.#stopping,
      sent: async (request, response, bytes) => {
        await sent?.(request, response, bytes, peer);
        this.#open.set(socket, false);
      },
    });
    close(socket);
    this.#open.delete(socket);
  }
}

function close(socket: Socket): void {
  if (socket.close) socket.close();
  else socket.end();
}

/** A body whose length is not told before: it goes out chunked. */
export function inPieces(data: string | Uint8Array): () => Promise<Uint8Array | null> {
  let left: Uint8Array | null = typeof data === "string" ? new TextEncoder().encode(data) : data;
  return async () => {
    const piece = left;
    left = null;
    return piece;
  };
}
