import { concatBytes } from "../../machinery/index.ts";
import { httpRequest, NetError, type Listener, type Socket } from "../../network/index.ts";
import type { ProcessContext } from "../../runtime/index.ts";
import { HttpService } from "../serving.ts";
import { latin1, unlatin1 } from "../javascript/bytes.ts";

interface Answer {
  status: number;
  reason: string;
  headers: (readonly [string, string])[];
  readonly chunks: Uint8Array[];
  ended: boolean;
  begun: boolean;
  /** Calls whoever waits for the next piece. */
  wake: () => void;
}

interface Asked {
  readonly method: string;
  readonly host: string;
  readonly port: number;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  /** ms; 0: none. */
  readonly timeout: number;
}

export type Deliver = (name: string, id: number, data?: unknown) => void;

/** Sockets, servers and requests of one script. `deliver` brings it news; what is open keeps it alive. */
export class Traffic {
  readonly #proc: ProcessContext;
  readonly #deliver: Deliver;
  readonly #open = new Map<number, { close(): void }>();
  readonly #sockets = new Map<number, { readonly socket: Socket; sending: Promise<void> }>();
  readonly #answers = new Map<number, Answer>();
  /** Ids for what comes from outside; a script's own count from 1. */
  #next = 1_000_000_000;

  constructor(proc: ProcessContext, deliver: Deliver) {
    this.#proc = proc;
    this.#deliver = deliver;
  }

  /** Whether anything is open that may still bring news. */
  get alive(): boolean {
    return this.#open.size > 0 || this.#sockets.size > 0;
  }

  /** Undefined: it is no call of this kind. */
  call(op: string, args: readonly unknown[]): true | undefined {
    const [id, a, b, c] = args as [number, string, string, string];
    switch (op) {
      case "listen":
        void this.#listen(id, a as "net" | "http", Number(b), c);
        return true;
      case "dial":
        void this.#dial(id, a, Number(b));
        return true;
      case "request":
        void this.#request(id, JSON.parse(a) as Asked, unlatin1(b));
        return true;
      case "lookup":
        void this.#lookup(id, a);
        return true;
      case "send": {
        const sending = this.#sockets.get(id);
        if (sending) sending.sending = sending.sending.then(() => sending.socket.write(unlatin1(a))).catch(() => {});
        return true;
      }
      case "end": {
        const sending = this.#sockets.get(id);
        void sending?.sending.then(() => sending.socket.end());
        return true;
      }
      case "head":
        this.#answer(id, (answer) =>
          Object.assign(answer, { begun: true, status: Number(a), reason: b, headers: JSON.parse(c) as Answer["headers"] }),
        );
        return true;
      case "body":
        this.#answer(id, (answer) => answer.chunks.push(unlatin1(a)));
        return true;
      case "done":
        this.#answer(id, (answer) => (answer.ended = true));
        return true;
      case "close":
        this.#sockets.get(id)?.socket.destroy();
        this.#open.get(id)?.close();
        return true;
      default:
        return undefined;
    }
  }
  #answer(id: number, change: (answer: Answer) => void): void {
    const answer = this.#answers.get(id);
    if (!answer) return;
    change(answer);
    answer.wake();
  }

  async #listen(id: number, kind: "net" | "http", port: number, address: string): Promise<void> {
    const { net } = this.#proc;
    let listener: Listener;
    const any = address === "" || address === "0.0.0.0" || address === "::";
    try {
      listener = await net.listen(port, any ? {} : { address: address === "localhost" ? "127.0.0.1" : address });
    } catch (error) {
      const code = error instanceof NetError ? error.code : "EADDRINUSE";
      const where = any ? ":::" : `${address}:`;
      const words = code === "EADDRINUSE" ? "address already in use" : "permission denied";
      this.#deliver("error", id, {
        message: `listen ${code}: ${words} ${where}${port}`,
        code,
        syscall: "listen",
        address: any ? "::" : address,
        port,
      });
      return;
    }
    const service = kind === "http" ? this.#service(id) : undefined;
    this.#open.set(id, {
      close: () => {
        listener.close();
        service?.drain().catch(() => {});
      },
    });
    this.#deliver("listening", id, { address: any ? "::" : address, family: any ? "IPv6" : "IPv4", port: listener.port });
    if (service) await service.accept(listener);
    else await this.#accept(id, listener);
    this.#open.delete(id);
    this.#deliver("close", id);
  }
  async #accept(id: number, listener: Listener): Promise<void> {
    try {
      for (;;) {
        const socket = await listener.accept();
        const own = this.#next++;
        this.#deliver("connection", id, { id: own, peer: peerOf(socket) });
        void this.#read(own, socket);
      }
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
    }
  }
  #service(id: number): HttpService {
    return new HttpService(
      async (request, { socket }) => {
        const body = latin1(await request.body.bytes());
        const own = this.#next++;
        const answer: Answer = { status: 200, reason: "OK", headers: [], chunks: [], ended: false, begun: false, wake: () => {} };
        this.#answers.set(own, answer);
        const news = (): Promise<void> => new Promise((resolve) => (answer.wake = resolve));
        this.#deliver("request", id, {
          id: own,
          body,
          peer: peerOf(socket),
          request: { method: request.method, url: request.target, httpVersion: request.version, headers: request.headers },
        });
        while (!answer.begun) await news();
        const { status, reason } = answer;
        const headers = answer.headers.filter(([name]) => !/^(?:content-length|transfer-encoding|connection)$/i.test(name));
        const whole = (): Uint8Array => {
          this.#answers.delete(own);
          return concatBytes(answer.chunks);
        };
        if (answer.ended) return { status, reason, headers, body: whole() };
        const piece = async (): Promise<Uint8Array | null> => {
          while (answer.chunks.length === 0 && !answer.ended) await news();
          const chunk = answer.chunks.shift();
          if (chunk === undefined) this.#answers.delete(own);
          return chunk ?? null;
        };
        return { status, reason, headers, body: piece };
      },
      { sayKeepAlive: true },
    );
  }

  async #dial(id: number, host: string, port: number): Promise<void> {
    this.#open.set(id, { close: () => {} });
    try {
      const socket = await this.#proc.net.connect(host, port);
      this.#deliver("open", id, peerOf(socket));
      this.#open.delete(id);
      await this.#read(id, socket);
    } catch (error) {
      this.#open.delete(id);
      this.#deliver("error", id, await this.#dialFailure(error, host, port));
    }
  }
  async #read(id: number, socket: Socket): Promise<void> {
    this.#sockets.set(id, { socket, sending: Promise.resolve() });
    try {
      for (let data = await socket.read(); data !== null; data = await socket.read()) this.#deliver("data", id, latin1(data));
      this.#deliver("end", id);
      await this.#sockets.get(id)?.sending;
      socket.end();
    } catch (error) {
      const code = error instanceof NetError ? error.code : "ECONNRESET";
      this.#deliver("error", id, { message: `read ${code}`, code, syscall: "read" });
    }
    this.#sockets.delete(id);
  }
  async #dialFailure(error: unknown, host: string, port: number): Promise<object> {
    const code = error instanceof NetError ? error.code : "ECONNREFUSED";
    if (code === "ENOTFOUND" || code === "EAI_AGAIN")
      return { message: `getaddrinfo ${code} ${host}`, code, syscall: "getaddrinfo", hostname: host };
    const address = await this.#proc.net.lookup(host).then(
      ([first]) => first ?? host,
      () => host,
    );
    return { message: `connect ${code} ${address}:${port}`, code, syscall: "connect", address, port };
  }
  async #lookup(id: number, host: string): Promise<void> {
    this.#open.set(id, { close: () => {} });
    try {
      const found = await this.#proc.net.lookup(host);
      this.#open.delete(id);
      this.#deliver("found", id, found);
    } catch (error) {
      this.#open.delete(id);
      this.#deliver("error", id, await this.#dialFailure(error, host, 0));
    }
  }

  async #request(id: number, asked: Asked, body: Uint8Array): Promise<void> {
    const { host, port, method, target } = asked;
    let socket: Socket | undefined;
    let closed = false;
    this.#open.set(id, { close: () => ((closed = true), socket?.destroy()) });
    if (asked.timeout > 0) void this.#proc.clock.sleep(asked.timeout).then(() => this.#open.has(id) && this.#deliver("timeout", id));
    try {
      socket = await this.#proc.net.connect(host, port);
      const own = asked.headers.filter(([name]) => name.toLowerCase() !== "host");
      const headers = [...own, ["Connection", "keep-alive"] as const];
      const answer = await httpRequest(socket, {
        method,
        target,
        host: port === 80 ? host : `${host}:${port}`,
        headers,
        ...(body.length > 0 && { body }),
      });
      this.#deliver("response", id, {
        statusCode: answer.status,
        statusMessage: answer.reason,
        httpVersion: answer.version,
        headers: answer.headers,
      });
      for (let data = await answer.body.read(); data !== null; data = await answer.body.read()) this.#deliver("data", id, latin1(data));
      socket.end();
      this.#open.delete(id);
      this.#deliver("end", id);
    } catch (error) {
      this.#open.delete(id);
      const hung = socket !== undefined;
      const what = closed || hung ? { message: "socket hang up", code: "ECONNRESET" } : await this.#dialFailure(error, host, port);
      this.#deliver("error", id, what);
    }
  }
}

const peerOf = ({ remote, local }: Socket) => ({
  remoteAddress: `::ffff:${remote.ip}`,
  remotePort: remote.port,
  remoteFamily: "IPv6",
  localAddress: `::ffff:${local.ip}`,
  localPort: local.port,
});
