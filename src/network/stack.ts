import type { Cancel } from "../sim/index.ts";
import { netError } from "./errors.ts";
import { isLoopback } from "./ip.ts";
import type { ListeningSocket } from "./listener.ts";
import type { Echo, Listener, NetworkStack, Socket, SocketEntry } from "./types.ts";

/** Linux' ip_local_port_range. */
const FIRST_EPHEMERAL = 32768;
const LAST_EPHEMERAL = 60999;
/** How long Linux repeats a SYN that nobody answers (tcp_syn_retries 6). */
const SYN_TIMEOUT = 127_000;

export type DatagramHandler = (data: Uint8Array, from: string) => Promise<Uint8Array | undefined>;

/** What a namespace asks of the fabric. */
export interface StackHost {
  connect(from: Stack, ip: string, port: number, timeout: number, signal: AbortSignal | undefined): Promise<Socket>;
  query(from: Stack, ip: string, port: number, data: Uint8Array, timeout: number): Promise<Uint8Array>;
  echo(from: Stack, ip: string, ttl: number, timeout: number): Promise<Echo>;
  /** Connections that have an end in this namespace. */
  ends(stack: Stack): readonly SocketEntry[];
  /** A new listener in this namespace. */
  open(stack: Stack, port: number, address: string | undefined): ListeningSocket;
  socketById(id: number): Socket | undefined;
  listenerById(id: number): Listener | undefined;
  closed(stack: Stack): void;
}

/** One network namespace. Cheap while nothing happens in it: its maps exist once they hold something. */
export class Stack implements NetworkStack {
  readonly key: string;
  readonly ip: string;
  readonly machine: string | undefined;
  readonly sandbox: string | undefined;
  readonly #host: StackHost;
  #listeners: ListeningSocket[] = [];
  #bound: Map<number, DatagramHandler> | undefined;
  #nextPort = FIRST_EPHEMERAL;
  #closed = false;

  constructor(host: StackHost, key: string, ip: string, machine: string | undefined, sandbox: string | undefined) {
    this.#host = host;
    this.key = key;
    this.ip = ip;
    this.machine = machine;
    this.sandbox = sandbox;
  }

  listen(port: number, options: { readonly address?: string } = {}): Listener {
    if (this.#closed || !Number.isInteger(port) || port < 0 || port > 65535) throw netError("EINVAL");
    const wanted = port === 0 ? this.#freePort() : port;
    const listener = this.#host.open(this, wanted, options.address);
    const other = this.#listeners.find(
      (l) => l.port === wanted && (l.address === undefined || listener.address === undefined || l.address === listener.address),
    );
    if (!other) {
      this.#listeners.push(listener);
      return listener;
    }
    // A thawed program that starts from its checkpoint listens again and finds its own socket, backlog and all.
    if (other.claimed || other.address !== listener.address) throw netError("EADDRINUSE");
    other.claimed = true;
    return other;
  }

  async connect(ip: string, port: number, options: { readonly timeout?: number; readonly signal?: AbortSignal } = {}): Promise<Socket> {
    if (this.#closed) throw netError("ENETUNREACH");
    if (!Number.isInteger(port) || port < 0 || port > 65535) throw netError("EINVAL");
    return this.#host.connect(this, ip, port, options.timeout ?? SYN_TIMEOUT, options.signal);
  }

  async query(ip: string, port: number, data: Uint8Array, timeout: number): Promise<Uint8Array> {
    if (this.#closed) throw netError("ENETUNREACH");
    return this.#host.query(this, ip, port, data, timeout);
  }

  async echo(ip: string, options: { readonly ttl: number; readonly timeout: number }): Promise<Echo> {
    if (this.#closed) throw netError("ENETUNREACH");
    return this.#host.echo(this, ip, options.ttl, options.timeout);
  }

  sockets(): readonly SocketEntry[] {
    const any = (protocol: "tcp" | "udp", state: "LISTEN" | "UNCONN", id: number, ip: string, port: number, waiting: number) =>
      ({ id, protocol, state, local: { ip, port }, remote: undefined, waiting }) satisfies SocketEntry;
    return [
      ...this.#listeners.map((l) => any("tcp", "LISTEN", l.id, l.address ?? "0.0.0.0", l.port, l.waiting)),
      ...this.#host.ends(this),
      ...[...(this.#bound?.keys() ?? [])].map((port) => any("udp", "UNCONN", port, "0.0.0.0", port, 0)),
    ];
  }

  bind(port: number, answer: DatagramHandler): Cancel {
    if (this.#closed) throw netError("EINVAL");
    this.#bound ??= new Map();
    if (this.#bound.has(port)) throw netError("EADDRINUSE");
    this.#bound.set(port, answer);
    return () => {
      if (this.#bound?.get(port) === answer) this.#bound.delete(port);
    };
  }

  socket(id: number): Socket | undefined {
    return this.#host.socketById(id);
  }
  listener(id: number): Listener | undefined {
    return this.#host.listenerById(id);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.silence();
    this.#host.closed(this);
  }

  /** Everything that listens is gone, as when the machine lost power. */
  silence(): void {
    for (const listener of [...this.#listeners]) listener.close();
    this.#bound = undefined;
  }

  /** Puts a listener back on restore. */
  adopt(listener: ListeningSocket): void {
    this.#listeners.push(listener);
  }

  dropped(listener: ListeningSocket): void {
    this.#listeners = this.#listeners.filter((l) => l !== listener);
  }

  /** What hears a connection to this address and port of ours. */
  hearing(ip: string, port: number): ListeningSocket | undefined {
    return this.#listeners.find((l) => l.port === port && l.hears(ip));
  }

  handler(port: number): DatagramHandler | undefined {
    return this.#bound?.get(port);
  }

  owns(ip: string): boolean {
    return ip === this.ip || isLoopback(ip);
  }

  ephemeral(): number {
    const port = this.#nextPort;
    this.#nextPort = port >= LAST_EPHEMERAL ? FIRST_EPHEMERAL : port + 1;
    return port;
  }

  #freePort(): number {
    let port = this.ephemeral();
    while (this.#listeners.some((l) => l.port === port)) port = this.ephemeral();
    return port;
  }
}
