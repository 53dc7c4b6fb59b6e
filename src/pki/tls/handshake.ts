import { concatBytes } from "../../machinery/index.ts";
import { alertOf, isNetworkError, record, RECORD, Records, TlsStream, unread } from "./stream.ts";
import {
  type Accepted,
  type Alert,
  type ChainProblem,
  type ClientOptions,
  type Identity,
  type ServerOptions,
  TlsError,
  type TlsSocket,
  type Wire,
} from "./types.ts";

/**
 * TLS 1.3's messages in their order, in real records, with JSON where the real ones have packed fields, and with no
 * secret: nothing on this network can be listened to, so nothing is encrypted. Certificates are shown and proved by
 * signatures over what was said, as RFC 8446, 4.4 has it.
 */
const MESSAGE = { clientHello: 1, serverHello: 2, certificate: 11, certificateRequest: 13, certificateVerify: 15, finished: 20 } as const;

export interface Crypto {
  digest(data: Uint8Array): Uint8Array;
  /** Whether a signature was made by a certificate's key. */
  verify(certificate: Uint8Array, algorithm: string, message: Uint8Array, signature: Uint8Array): boolean;
}

interface Hello {
  readonly random: string;
  readonly serverName?: string;
  readonly alpn?: readonly string[];
  /** The client believes everybody: nobody would look at a signature. */
  readonly trusting?: true;
}
interface Chain {
  readonly chain: readonly string[];
}
interface Proof {
  readonly algorithm: string;
  readonly signature: string;
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
const unhex = (text: string): Uint8Array => Uint8Array.from(text.match(/../g) ?? [], (h) => Number.parseInt(h, 16));

/** All that was said so far, which signatures are made over. */
class Conversation {
  readonly records: Records;
  readonly #crypto: Crypto;
  #said: Uint8Array[] = [];
  #pending: Uint8Array[] = [];
  #held: Uint8Array = new Uint8Array();
  constructor(records: Records, crypto: Crypto) {
    this.records = records;
    this.#crypto = crypto;
  }
  say(type: number, body: object): void {
    const text = new TextEncoder().encode(JSON.stringify(body));
    const message = new Uint8Array(4 + text.length);
    message.set([type, text.length >> 16, (text.length >> 8) & 255, text.length & 255]);
    message.set(text, 4);
    this.#said.push(message);
    this.#pending.push(message);
  }
  async flush(): Promise<void> {
    for (const message of this.#pending.splice(0))
      for (let at = 0; at < message.length; at += 16_384)
        await this.records.socket.write(record(RECORD.handshake, message.subarray(at, at + 16_384)));
  }
  /** The next message, which has to be one of these. */
  async hear(...types: readonly number[]): Promise<{ readonly type: number; readonly body: unknown }> {
    for (;;) {
      const length =
        this.#held.length < 4
          ? Infinity
          : 4 + (((this.#held[1] as number) << 16) | ((this.#held[2] as number) << 8) | (this.#held[3] as number));
      if (this.#held.length >= length) {
        const message = this.#held.slice(0, length);
        this.#held = this.#held.slice(length);
        const type = message[0] as number;
        if (!types.includes(type)) throw new TlsError("broken", { alert: "unexpected_message" });
        this.#said.push(message);
        return { type, body: parsed(message.subarray(4)) };
      }
      const next = await this.records.next();
      if (next === null) throw new TlsError("eof");
      if (next.type === RECORD.alert) throw new TlsError("alert", { alert: alertOf(next.body) });
      if (next.type !== RECORD.handshake) throw new TlsError("broken", { alert: "unexpected_message" });
      this.#held = concatBytes([this.#held, next.body]);
    }
  }
  /** What a side signs (RFC 8446, 4.4.3). */
  #toSign(side: "server" | "client"): Uint8Array {
    const lead = new TextEncoder().encode(`${" ".repeat(64)}TLS 1.3, ${side} CertificateVerify\0`);
    return concatBytes([lead, this.#crypto.digest(concatBytes(this.#said))]);
  }
  show(side: "server" | "client", identity: Identity | undefined, proved = true): void {
    this.say(MESSAGE.certificate, { chain: identity?.chain.map(hex) ?? [] } satisfies Chain);
    if (!identity || !proved) return;
    const signature = hex(identity.sign(this.#toSign(side)));
    this.say(MESSAGE.certificateVerify, { algorithm: identity.algorithm, signature } satisfies Proof);
  }
  /** The certificates that the other side shows and proves to be its own. */
  async see(
    side: "server" | "client",
    judge: (chain: readonly Uint8Array[]) => ChainProblem | undefined,
    proved = true,
  ): Promise<readonly Uint8Array[]> {
    const chain = ((await this.hear(MESSAGE.certificate)).body as Chain).chain.map(unhex);
    const [leaf] = chain;
    if (!leaf || !proved) return chain;
    const message = this.#toSign(side);
    const proof = (await this.hear(MESSAGE.certificateVerify)).body as Proof;
    const problem = judge(chain);
    if (problem) throw new TlsError("untrusted", { problem, alert: alertFor(problem) });
    if (!this.#crypto.verify(leaf, proof.algorithm, message, unhex(proof.signature)))
      throw new TlsError("broken", { alert: "decrypt_error" });
    return chain;
  }
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new TlsError("broken", { alert: "handshake_failure" });
  }
}

/** OpenSSL's choice of an alert for what is wrong with a chain. */
function alertFor({ code }: ChainProblem): Alert {
  if (code === 10 || code === 9) return "certificate_expired";
  return code === 18 || code === 19 || code === 20 || code === 21 ? "unknown_ca" : "bad_certificate";
}

const isAddress = (host: string): boolean => /^[\d.]+$/.test(host) || host.includes(":");

export async function connect(socket: Wire, options: ClientOptions, crypto: Crypto): Promise<TlsSocket> {
  const records = new Records(socket);
  const talk = new Conversation(records, crypto);
  const { serverName, alpn, identity, trusting } = options;
  talk.say(MESSAGE.clientHello, {
    random: hex(options.random?.bytes(32) ?? new Uint8Array(32)),
    ...(serverName !== undefined && !isAddress(serverName) && { serverName: serverName.toLowerCase() }),
    ...(alpn && { alpn }),
    ...(trusting && { trusting }),
  } satisfies Hello);
  await talk.flush();
  try {
    const hello = (await talk.hear(MESSAGE.serverHello)).body as Hello;
    const asked = await peek(talk);
    const peer = await talk.see("server", options.check ?? (() => undefined), !trusting);
    await talk.hear(MESSAGE.finished);
    if (asked) talk.show("client", identity);
    talk.say(MESSAGE.finished, {});
    await talk.flush();
    return new TlsStream(records, { peer, protocol: hello.alpn?.[0], serverName });
  } catch (error) {
    if (error instanceof TlsError && error.reason !== "alert" && error.alert) await records.alert(error.alert);
    throw error;
  }
}

/** Whether the server asks for a certificate, as its hello's next message says. */
async function peek(talk: Conversation): Promise<boolean> {
  return ((await talk.hear(MESSAGE.certificateRequest)).body as { readonly wanted: boolean }).wanted;
}

export async function accept(socket: Wire, options: ServerOptions, crypto: Crypto): Promise<Accepted> {
  const records = new Records(socket);
  try {
    const tls = await records.begins();
    if (tls === undefined) return { kind: "failed", error: new TlsError("eof") };
    if (!tls) return { kind: "plain", socket: unread(socket, records.rest()) };
    const talk = new Conversation(records, crypto);
    const hello = (await talk.hear(MESSAGE.clientHello)).body as Hello;
    const identity = options.identity(hello.serverName);
    if (!identity) throw new TlsError("broken", { alert: "unrecognized_name" });
    const protocol = hello.alpn?.find((name) => options.alpn?.includes(name));
    talk.say(MESSAGE.serverHello, {
      random: hex(options.random.bytes(32)),
      ...(protocol !== undefined && { alpn: [protocol] }),
    } satisfies Hello);
    const { client } = options;
    talk.say(MESSAGE.certificateRequest, { wanted: client !== undefined });
    talk.show("server", identity, !hello.trusting);
    talk.say(MESSAGE.finished, {});
    await talk.flush();
    const peer = client ? await talk.see("client", client.check ?? (() => undefined)) : [];
    if (client?.required && peer.length === 0) throw new TlsError("broken", { alert: "certificate_required" });
    await talk.hear(MESSAGE.finished);
    return { kind: "tls", socket: new TlsStream(records, { peer, protocol, serverName: hello.serverName }) };
  } catch (error) {
    if (!(error instanceof TlsError) && !isNetworkError(error)) throw error;
    if (error instanceof TlsError && error.reason !== "alert" && error.alert) await records.alert(error.alert);
    return { kind: "failed", error };
  }
}
