import { concatBytes } from "../../machinery/index.ts";
import { type Alert, TlsError, type TlsSocket, type Wire } from "./types.ts";

export const RECORD = { alert: 21, handshake: 22, data: 23 } as const;
const ALERTS: Readonly<Record<Alert, number>> = {
  close_notify: 0,
  unexpected_message: 10,
  handshake_failure: 40,
  bad_certificate: 42,
  certificate_expired: 45,
  unknown_ca: 48,
  decrypt_error: 51,
  internal_error: 80,
  unrecognized_name: 112,
  certificate_required: 116,
};
const MAX_RECORD = 16_384;

/** What the network refuses has a code, as ECONNRESET. */
export const isNetworkError = (error: unknown): error is Error => error instanceof Error && "code" in error;

export function record(type: number, body: Uint8Array): Uint8Array {
  const out = new Uint8Array(5 + body.length);
  out.set([type, 3, 3, body.length >> 8, body.length & 255]);
  out.set(body, 5);
  return out;
}

/** A socket's bytes, record by record (RFC 8446, 5.1). */
export class Records {
  readonly socket: Wire;
  #held: Uint8Array = new Uint8Array();
  constructor(socket: Wire) {
    this.socket = socket;
  }

  async #fill(length: number): Promise<boolean> {
    while (this.#held.length < length) {
      const chunk = await this.socket.read();
      if (chunk === null) return false;
      this.#held = this.#held.length === 0 ? chunk : concatBytes([this.#held, chunk]);
    }
    return true;
  }
  /** Whether what comes is TLS; undefined: nothing comes. */
  async begins(): Promise<boolean | undefined> {
    if (!(await this.#fill(1))) return undefined;
    return this.#held[0] === RECORD.handshake || this.#held[0] === RECORD.alert;
  }
  /** null at the end of the stream. Throws TlsError for what is no record. */
  async next(): Promise<{ readonly type: number; readonly body: Uint8Array } | null> {
    if (!(await this.#fill(1))) return null;
    const type = this.#held[0] as number;
    if (type < RECORD.alert || type > RECORD.data) throw new TlsError("plain", { said: this.#held });
    if (!(await this.#fill(5))) return null;
    const length = ((this.#held[3] as number) << 8) | (this.#held[4] as number);
    if (!(await this.#fill(5 + length))) return null;
    const body = this.#held.slice(5, 5 + length);
    this.#held = this.#held.slice(5 + length);
    return { type, body };
  }
  /** What was read and not used. */
  rest(): Uint8Array {
    const held = this.#held;
    this.#held = new Uint8Array();
    return held;
  }
  async alert(alert: Alert): Promise<void> {
    try {
      await this.socket.write(record(RECORD.alert, Uint8Array.of(alert === "close_notify" ? 1 : 2, ALERTS[alert])));
    } catch (error) {
      // Who is not there need not be told.
      if (!isNetworkError(error)) throw error;
    }
  }
}

export function alertOf(body: Uint8Array): Alert {
  return (Object.keys(ALERTS) as Alert[]).find((name) => ALERTS[name] === body[1]) ?? "internal_error";
}

/** The stream that programs see once both sides know each other. */
export class TlsStream implements TlsSocket {
  readonly peer: readonly Uint8Array[];
  readonly protocol: string | undefined;
  readonly serverName: string | undefined;
  readonly #records: Records;
  #held: Uint8Array = new Uint8Array();
  #over = false;
  constructor(records: Records, facts: Pick<TlsSocket, "peer" | "protocol" | "serverName">) {
    this.#records = records;
    this.peer = facts.peer;
    this.protocol = facts.protocol;
    this.serverName = facts.serverName;
  }
  get id(): number {
    return this.#records.socket.id;
  }
  get local(): Wire["local"] {
    return this.#records.socket.local;
  }
  get remote(): Wire["remote"] {
    return this.#records.socket.remote;
  }
  async read(max = 65_536): Promise<Uint8Array | null> {
    while (this.#held.length === 0 && !this.#over) {
      const next = await this.#records.next();
      if (next === null) this.#over = true;
      else if (next.type === RECORD.data) this.#held = next.body;
      else if (next.type === RECORD.alert) {
        const alert = alertOf(next.body);
        if (alert !== "close_notify") throw new TlsError("alert", { alert });
        this.#over = true;
      }
    }
    if (this.#held.length === 0) return null;
    const piece = this.#held.subarray(0, max);
    this.#held = this.#held.subarray(piece.length);
    return piece;
  }
  async write(data: Uint8Array): Promise<void> {
    for (let at = 0; at < data.length; at += MAX_RECORD)
      await this.#records.socket.write(record(RECORD.data, data.subarray(at, at + MAX_RECORD)));
  }
  /** Says goodbye, once. */
  #part(): void {
    if (!this.#parted) void this.#records.alert("close_notify").catch(() => {});
    this.#parted = true;
  }
  #parted = false;
  end(): void {
    this.#part();
    this.#records.socket.end();
  }
  destroy(): void {
    this.#records.socket.destroy();
  }
  close(): void {
    const { socket } = this.#records;
    this.#part();
    if (socket.close) socket.close();
    else socket.end();
  }
}

/** A socket whose first bytes have been read already. */
export function unread(socket: Wire, first: Uint8Array): Wire {
  let held = first;
  return {
    id: socket.id,
    local: socket.local,
    remote: socket.remote,
    async read(max = 65_536) {
      if (held.length === 0) return socket.read(max);
      const piece = held.subarray(0, max);
      held = held.subarray(piece.length);
      return piece;
    },
    write: (data) => socket.write(data),
    end: () => socket.end(),
    destroy: () => socket.destroy(),
    close: () => (socket.close ? socket.close() : socket.end()),
  };
}
