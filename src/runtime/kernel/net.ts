import { type Echo, type Listener, NetError, resolve, type Socket, type SocketEntry } from "../../network/index.ts";
import type { Cancel } from "../../sim/index.ts";
import type { View } from "../files/view.ts";
import type { ProcessNet } from "../types.ts";
import type { Journal } from "./journal.ts";
import type { Completion } from "./pending.ts";
import type { ThawingStack } from "./kernel.ts";
import type { Process, StoredSocket } from "./process.ts";

interface Datagram {
  readonly n: number;
  readonly data: Uint8Array;
  readonly from: string;
}
type Answer = (data: Uint8Array, from: string) => Promise<Uint8Array | undefined>;

/** Closing is gentler than `destroy`: what was written still arrives. A stack without it gets an end of stream. */
export function closeSocket(socket: (Socket & { close?(): void }) | undefined): void {
  if (socket?.close) socket.close();
  else socket?.end();
}

/** A process's sockets: journalled, and found again by id after a thaw if the network kept them. */
export class ProcessSockets implements ProcessNet {
  readonly hostname: string;
  readonly #process: Process;
  readonly #journal: Journal;
  readonly #view: View;
  /** These are made when there are any. */
  #answers: Map<number, Answer> | undefined;
  #unbind: Map<number, Cancel> | undefined;
  #replies: Map<number, (data: Uint8Array | undefined) => void> | undefined;
  #datagrams = 0;

  constructor(process: Process, journal: Journal, view: View) {
    this.#process = process;
    this.#journal = journal;
    this.#view = view;
    this.hostname = process.box.hostname;
  }

  get ip(): string {
    return this.#journal.sync("ip", () => this.#process.box.stack()?.ip ?? "127.0.0.1");
  }
  #stack(): ThawingStack {
    const stack = this.#process.box.stack();
    if (!stack) throw new NetError("ENETUNREACH", "Network is unreachable");
    return stack;
  }
  /** Runs `work` live; its result or refusal completes the call. */
  #call<T>(key: string, work: () => Promise<T> | T, decode?: (value: unknown) => unknown): Promise<unknown> {
    return this.#journal.call(
      key,
      (c: Completion) => {
        try {
          const got = work();
          if (got instanceof Promise)
            got.then(
              (v) => c.done(v),
              (e) => c.fail(e),
            );
          else c.done(got);
        } catch (error) {
          c.fail(error);
        }
      },
      decode,
    );
  }

  listen(port: number, options?: { readonly address?: string }): Promise<Listener> {
    const work = (): { readonly id: number; readonly port: number } => {
      const live = this.#stack().listen(port, options);
      (this.#process.listeners ??= new Map()).set(live.id, { id: live.id, port: live.port, live });
      return { id: live.id, port: live.port };
    };
    return this.#call(`listen:${port}`, work, (v) => this.#listener(v as { id: number; port: number })) as Promise<Listener>;
  }
  listener(id: number): Listener | undefined {
    const known = this.#process.listeners?.get(id);
    return known && this.#listener(known);
  }
  #listener({ id, port }: { readonly id: number; readonly port: number }): Listener {
    const live = (): Listener => {
      const known = this.#process.listeners?.get(id);
      const listener = known?.live ?? this.#stack().listener?.(id);
      if (!listener) throw new NetError("EINVAL", "Invalid argument");
      if (known && !known.live) (this.#process.listeners ??= new Map()).set(id, { ...known, live: listener });
      return listener;
    };
    return {
      id,
      port,
      accept: () =>
        this.#call(
          `accept:${id}`,
          () =>
            live()
              .accept()
              .then((s) => this.#keep(s)),
          (v) => this.#socket(v as StoredSocket),
        ) as Promise<Socket>,
      close: () =>
        this.#journal.sync(`unlisten:${id}`, () => {
          const known = this.#process.listeners?.get(id);
          this.#process.listeners?.delete(id);
          (known?.live ?? this.#stack().listener?.(id))?.close();
        }),
    };
  }

  connect(host: string, port: number, options?: { readonly timeout?: number }): Promise<Socket> {
    const work = async (): Promise<StoredSocket> => {
      const [ip] = await this.#resolve(host);
      return this.#keep(await this.#stack().connect(ip as string, port, options));
    };
    return this.#call(`connect:${host}:${port}`, work, (v) => this.#socket(v as StoredSocket)) as Promise<Socket>;
  }
  #keep(live: Socket): StoredSocket {
    const { id, local, remote } = live;
    const stored = { id, local: { ...local }, remote: { ...remote } };
    if (this.#process.state === "dead") live.destroy();
    else (this.#process.sockets ??= new Map()).set(id, { ...stored, live });
    return stored;
  }
  socket(id: number): Socket | undefined {
    const known = this.#process.sockets?.get(id);
    return known && this.#socket(known);
  }
  #socket({ id, local, remote }: StoredSocket): Socket {
    const live = (): Socket => {
      const known = this.#process.sockets?.get(id);
      const socket = known?.live ?? this.#stack().socket?.(id);
      if (!socket) throw new NetError("ECONNRESET", "Connection reset by peer");
      if (known && !known.live) (this.#process.sockets ??= new Map()).set(id, { ...known, live: socket });
      return socket;
    };
    const quietly = (act: (socket: Socket) => void): void =>
      this.#journal.sync(`socket:${id}`, () => {
        const socket = this.#process.sockets?.get(id)?.live ?? (this.#process.box.stack() as ThawingStack | undefined)?.socket?.(id);
        if (socket) act(socket);
      });
    // Ended both ways, it is closed and forgotten.
    const half = (which: "sent" | "received"): void => {
      const known = this.#process.sockets?.get(id);
      if (!known) return;
      if (known.half !== undefined && known.half !== which) this.#process.sockets?.delete(id);
      else (this.#process.sockets ??= new Map()).set(id, { ...known, half: which });
    };
    return {
      id,
      local,
      remote,
      read: (max) =>
        this.#call(`recv:${id}`, async () => {
          const data = await live().read(max);
          if (data === null) half("received");
          return data;
        }) as Promise<Uint8Array | null>,
      write: (data) => this.#call(`send:${id}`, () => live().write(data)) as Promise<void>,
      end: () =>
        quietly((s) => {
          s.end();
          half("sent");
        }),
      destroy: () =>
        quietly((s) => {
          s.destroy();
          this.#process.sockets?.delete(id);
        }),
    };
  }

  lookup(host: string): Promise<readonly string[]> {
    return this.#call(`lookup:${host}`, () => this.#resolve(host)) as Promise<readonly string[]>;
  }
  #resolve(host: string): Promise<readonly string[]> {
    const read = (path: string): string => (this.#view.exists(path) ? this.#view.readText(path) : "");
    return resolve(this.#stack(), read("/etc/resolv.conf"), read("/etc/hosts"), host);
  }
  query(ip: string, port: number, data: Uint8Array, timeout: number): Promise<Uint8Array> {
    return this.#call(`query:${ip}:${port}`, () => this.#stack().query(ip, port, data, timeout)) as Promise<Uint8Array>;
  }

  echo(ip: string, options: { readonly ttl: number; readonly timeout: number }): Promise<Echo> {
    const work = async (): Promise<Echo> => {
      const stack = this.#stack();
      // A stack that carries no ICMP answers none.
      if (!stack.echo) throw new NetError("ENETUNREACH", "Network is unreachable");
      return stack.echo(ip, options);
    };
    return this.#call(`echo:${ip}`, work) as Promise<Echo>;
  }
  sockets(): ReturnType<ProcessNet["sockets"]> {
    return this.#journal.sync("sockets", () => {
      const { uid } = this.#process.credentials;
      const { namespace } = this.#process.box;
      const seen = [...namespace.processes.values()].filter((p) => uid === 0 || p.credentials.uid === uid);
      const owner = (entry: SocketEntry): number | undefined => {
        if (entry.protocol === "udp") return undefined;
        const found = seen.find((p) => (entry.state === "LISTEN" ? p.listeners : p.sockets)?.has(entry.id));
        return found && namespace.numberOf(found);
      };
      return (this.#process.box.stack()?.sockets?.() ?? []).map((entry) => ({ ...entry, pid: owner(entry) }));
    });
  }

  bind(port: number, answer: Answer): Cancel {
    (this.#answers ??= new Map()).set(port, answer);
    if (this.#journal.replaying) (this.#rebind ??= new Set()).add(port);
    else this.#listenDatagrams(port);
    return () => {
      this.#answers?.delete(port);
      this.#rebind?.delete(port);
      this.#unbind?.get(port)?.();
      this.#unbind?.delete(port);
    };
  }
  #rebind: Set<number> | undefined;
  /** Replay is over: ports bound before the freeze are bound again. */
  live(): void {
    for (const port of this.#rebind ?? []) this.#listenDatagrams(port);
    this.#rebind = undefined;
  }
  #listenDatagrams(port: number): void {
    if (this.#process.state === "dead" || this.#unbind?.has(port)) return;
    const cancel = this.#stack().bind(
      port,
      (data, from) =>
        new Promise((answered) => {
          const n = this.#datagrams++;
          (this.#replies ??= new Map()).set(n, answered);
          this.#journal.event("datagram", port, { n, data, from } satisfies Datagram);
        }),
    );
    (this.#unbind ??= new Map()).set(port, cancel);
  }
  /** A datagram delivered; replayed ones have nobody waiting for the answer. */
  datagram(port: number, value: unknown): void {
    const { n, data, from } = value as Datagram;
    const reply = this.#replies?.get(n);
    this.#replies?.delete(n);
    this.#answers
      ?.get(port)?.(data, from)
      .then(reply ?? (() => {}), () => reply?.(undefined));
  }
  destroy(): void {
    for (const cancel of this.#unbind?.values() ?? []) cancel();
    this.#unbind = undefined;
  }
}
