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

/** A request with the connection it came by. */
export interface Peer {
  readonly socket: Socket;
  /** The number of the connection, from 1. */
  readonly connection: number;
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
  async accept(listener: Listener): Promise<void> {
    try {
      for (;;) void this.#serve(await listener.accept());
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

  async #serve(socket: Socket): Promise<void> {
    const peer: Peer = { socket, connection: ++this.#connections };
    this.#open.set(socket, false);
    const handler: HttpHandler = (request) => {
      this.#open.set(socket, true);
      return this.#handler(request, peer);
    };
    const { sent, idle, ...options } = this.#options;
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
    if (this.#open.size > 0) return;
    for (const resolve of this.#drained.splice(0)) resolve();
    if (!this.#stopping) idle?.();
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
