import { concatBytes } from "../machinery/index.ts";
import type { Cancel, Clock } from "../sim/index.ts";
import { netError } from "./errors.ts";
import type { NetErrorCode, Socket, SocketEntry } from "./types.ts";

/** What a receiver's buffer and the wire to it hold before writers wait. */
const WINDOW = 64 * 1024;
const DEFAULT_READ = 64 * 1024;

export interface Address {
  readonly ip: string;
  readonly port: number;
}

/** Something on its way to an end; data written within one turn travels together. */
interface Segment {
  readonly at: number;
  readonly kind: "data" | "end" | "reset";
  readonly chunks: Uint8Array[];
}

interface Waiter<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

interface Reader extends Waiter<Uint8Array | null> {
  readonly max: number;
}

interface Writer {
  readonly data: Uint8Array;
  readonly waiter: Waiter<void>;
}

/** What an end needs of the fabric. */
export interface Wire {
  readonly clock: Clock;
  /** The connection changed: write it down at the next flush. */
  changed(connection: Connection): void;
  /** Nothing more can happen on it. */
  forget(connection: Connection): void;
  /** Nothing gets through between its ends for now. */
  holds(connection: Connection): boolean;
}

export interface EndRecord {
  readonly place: string;
  readonly local: Address;
  readonly remote: Address;
  readonly buffer: readonly Uint8Array[];
  readonly inbound: readonly Segment[];
  readonly ended: boolean;
  readonly finished: boolean;
  readonly closed: boolean;
  readonly error: NetErrorCode | undefined;
  /** The listener in whose backlog it waits. */
  readonly backlog: number | undefined;
}

/** Two ends and the latency between them, in virtual ms. Ids of the ends are 2n and 2n + 1: the client's, the server's. */
export class Connection {
  readonly id: number;
  readonly latency: number;
  readonly client: End;
  readonly server: End;
  readonly wire: Wire;

  constructor(wire: Wire, id: number, latency: number, client: EndPlace, server: EndPlace) {
    this.wire = wire;
    this.id = id;
    this.latency = latency;
    this.client = new End(this, 2 * id, client);
    this.server = new End(this, 2 * id + 1, server);
  }
  peerOf(end: End): End {
    return end === this.client ? this.server : this.client;
  }
}

export interface EndPlace {
  /** Key of the namespace it belongs to. */
  readonly place: string;
  readonly local: Address;
  readonly remote: Address;
}

export class End implements Socket {
  readonly id: number;
  readonly place: string;
  readonly local: Address;
  readonly remote: Address;
  /** The listener in whose backlog it waits to be accepted. */
  backlog: number | undefined;
  /** Somebody holds it; false only after restore, until they ask for it by id. */
  claimed = true;
  readonly #connection: Connection;
  #buffer: Uint8Array[] = [];
  #inbound: Segment[] = [];
  /** Bytes in both. */
  #pending = 0;
  #arrival: Cancel | undefined;
  #readers: Reader[] = [];
  /** Writers of the peer, waiting for room here. */
  #writers: Writer[] = [];
  /** We have sent end-of-stream. */
  #ended = false;
  /** We have received it. */
  #finished = false;
  #closed = false;
  #error: NetErrorCode | undefined;

  constructor(connection: Connection, id: number, where: EndPlace) {
    this.#connection = connection;
    this.id = id;
    this.place = where.place;
    this.local = where.local;
    this.remote = where.remote;
  }

  read(max = DEFAULT_READ): Promise<Uint8Array | null> {
    if (this.#readers.length === 0) {
      if (this.#buffer.length > 0) return Promise.resolve(this.#take(max));
      if (this.#error) return Promise.reject(netError(this.#error));
      if (this.#finished || this.#closed) return Promise.resolve(null);
    }
    return new Promise((resolve, reject) => this.#readers.push({ resolve, reject, max }));
  }

  write(data: Uint8Array): Promise<void> {
    if (this.#error) return Promise.reject(netError(this.#finished ? "EPIPE" : this.#error));
    if (this.#ended || this.#closed) return Promise.reject(netError("EPIPE"));
    if (data.length === 0) return Promise.resolve();
    const peer = this.#peer;
    // A write is taken whole or not at all, so that a process thawed in the middle of one does not send a part twice.
    if (peer.#pending >= WINDOW || peer.#writers.length > 0) {
      return new Promise((resolve, reject) => peer.#writers.push({ data, waiter: { resolve, reject } }));
    }
    peer.#send("data", data);
    return Promise.resolve();
  }

  end(): void {
    if (this.#ended || this.#error || this.#closed) return;
    this.#ended = true;
    const writers = this.#peer.#writers;
    // What still waits for room goes ahead of the end, as from a kernel's send buffer.
    for (const { data, waiter } of writers.splice(0)) {
      this.#peer.#send("data", data);
      waiter.resolve();
    }
    this.#peer.#send("end");
    this.#changed();
  }

  destroy(): void {
    if (this.#error === undefined && !this.#done) this.#peer.#send("reset");
    this.fail("ECONNRESET");
  }

  close(): void {
    if (this.#closed) return;
    if (this.#pending > 0 && this.#error === undefined) return this.destroy();
    this.end();
    this.#closed = true;
    for (const reader of this.#readers.splice(0)) reader.resolve(null);
    this.#changed();
  }

  /** The end is no more, without a word to the peer: its machine lost power, or it was reset. */
  fail(error: NetErrorCode): void {
    if (this.#error) return;
    this.#error = error;
    for (const reader of this.#readers.splice(0)) reader.reject(netError(error));
    for (const { waiter } of this.#peer.#writers.splice(0)) waiter.reject(netError(error));
    this.#changed();
  }

  /** As netstat names it; undefined: it is no more. */
  get entry(): SocketEntry | undefined {
    if (this.#error || (this.#ended && this.#finished)) return undefined;
    const state = this.#ended ? "FIN_WAIT2" : this.#finished ? "CLOSE_WAIT" : "ESTABLISHED";
    const waiting = this.#buffer.reduce((n, chunk) => n + chunk.length, 0);
    return { id: this.id, protocol: "tcp", state, local: this.local, remote: this.remote, waiting };
  }
  get open(): boolean {
    return this.#error === undefined && !this.#closed;
  }
  get #peer(): End {
    return this.#connection.peerOf(this);
  }
  /** Nothing will come from or to this end any more. */
  get #done(): boolean {
    if (this.#error) return true;
    return this.#ended && this.#inbound.length === 0 && (this.#closed || (this.#finished && this.#buffer.length === 0));
  }

  #changed(): void {
    const connection = this.#connection;
    if (this.#done && this.#peer.#done) connection.wire.forget(connection);
    else connection.wire.changed(connection);
  }

  /** Puts something on the wire to this end. */
  #send(kind: Segment["kind"], data?: Uint8Array): void {
    const { clock } = this.#connection.wire;
    const at = clock.now() + this.#connection.latency;
    const last = this.#inbound.at(-1);
    if (data) this.#pending += data.length;
    if (data && last?.kind === "data" && last.at === at) last.chunks.push(data);
    else this.#inbound.push({ at, kind, chunks: data ? [data] : [] });
    this.#arm();
    this.#changed();
  }

  #arm(): void {
    const first = this.#inbound[0];
    if (first && !this.#arrival) {
      const { clock } = this.#connection.wire;
      if (this.#connection.wire.holds(this.#connection)) return;
      this.#arrival = clock.timer(first.at - clock.now(), this.#arrive);
    }
  }

  /** What is on the wire may arrive again. */
  resume(): void {
    this.#arm();
  }

  readonly #arrive = (): void => {
    this.#arrival = undefined;
    const now = this.#connection.wire.clock.now();
    if (this.#connection.wire.holds(this.#connection)) return;
    while (this.#inbound[0] && this.#inbound[0].at <= now) this.#receive(this.#inbound.shift() as Segment);
    this.#arm();
    this.#changed();
  };

  #receive(segment: Segment): void {
    if (segment.kind === "reset") return this.fail("ECONNRESET");
    if (segment.kind === "end") {
      this.#finished = true;
      if (this.#buffer.length === 0) for (const reader of this.#readers.splice(0)) reader.resolve(null);
      return;
    }
    if (this.#closed || this.#error) {
      // Nobody is there to read it: Linux answers with RST.
      for (const chunk of segment.chunks) this.#pending -= chunk.length;
      if (!this.#error) {
        this.#peer.#send("reset");
        this.fail("ECONNRESET");
      }
      return;
    }
    for (const chunk of segment.chunks) this.#buffer.push(chunk);
    while (this.#buffer.length > 0 && this.#readers.length > 0) {
      const reader = this.#readers.shift() as Reader;
      reader.resolve(this.#take(reader.max));
    }
  }

  #take(max: number): Uint8Array {
    const first = this.#buffer[0] as Uint8Array;
    let data: Uint8Array;
    if (first.length > max) {
      data = first.subarray(0, max);
      this.#buffer[0] = first.subarray(max);
    } else {
      let count = 0;
      let size = 0;
      for (const chunk of this.#buffer) {
        if (size + chunk.length > max) break;
        size += chunk.length;
        count++;
      }
      const chunks = this.#buffer.splice(0, count);
      data = count === 1 ? first : concatBytes(chunks);
    }
    this.#pending -= data.length;
    while (this.#pending < WINDOW && this.#writers.length > 0) {
      const { data: next, waiter } = this.#writers.shift() as Writer;
      this.#send("data", next);
      waiter.resolve();
    }
    this.#changed();
    return data;
  }

  save(): EndRecord {
    return {
      place: this.place,
      local: this.local,
      remote: this.remote,
      buffer: [...this.#buffer],
      inbound: this.#inbound.map(({ at, kind, chunks }) => ({ at, kind, chunks: [...chunks] })),
      ended: this.#ended,
      finished: this.#finished,
      closed: this.#closed,
      error: this.#error,
      backlog: this.backlog,
    };
  }

  load(record: EndRecord): void {
    this.#buffer = [...record.buffer];
    this.#inbound = record.inbound.map(({ at, kind, chunks }) => ({ at, kind, chunks: [...chunks] }));
    this.#ended = record.ended;
    this.#finished = record.finished;
    this.#closed = record.closed;
    this.#error = record.error;
    this.backlog = record.backlog;
    this.claimed = record.backlog !== undefined;
    for (const chunk of this.#buffer) this.#pending += chunk.length;
    for (const segment of this.#inbound) for (const chunk of segment.chunks) this.#pending += chunk.length;
    this.#arm();
  }
}

/** What an id stands for whose connection has run its course: nothing to read, nobody to write to. */
export function endedSocket(id: number): Socket {
  const nowhere = { ip: "0.0.0.0", port: 0 };
  return {
    id,
    local: nowhere,
    remote: nowhere,
    read: () => Promise.resolve(null),
    write: () => Promise.reject(netError("EPIPE")),
    end: () => {},
    destroy: () => {},
    close: () => {},
  };
}
