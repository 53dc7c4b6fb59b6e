import { constants, createDeflate, createInflate, type Deflate, type Inflate } from "node:zlib";

/** What both ends begin to compress headers with (draft-mbelshe-httpbis-spdy-00, 2.6.10.1): words with their lengths, then a text. */
const WORDS =
  "options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow authorization cache-control connection content-base content-encoding content-language content-length content-location content-md5 content-range content-type date etag expect expires from host if-match if-modified-since if-none-match if-range if-unmodified-since last-modified location max-forwards pragma proxy-authenticate proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade user-agent vary via warning www-authenticate method get status 200 OK version HTTP/1.1 url public set-cookie keep-alive origin";
const TEXT =
  "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.";

/** "200 OK" is one word of the dictionary. */
const words = WORDS.replace("200 OK", "200_OK")
  .split(" ")
  .map((word) => word.replace("_", " "));
const DICTIONARY = Buffer.concat([...words.flatMap((word) => [uint32(word.length), Buffer.from(word)]), Buffer.from(TEXT)]);

const SYN_STREAM = 1;
const SYN_REPLY = 2;
const RST_STREAM = 3;
const PING = 6;
const GOAWAY = 7;
const FIN = 1;
const VERSION = 0x8003;
const HEAD = 8;

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
}

/** One stream of a connection. */
export interface SpdyStream {
  readonly headers: ReadonlyMap<string, string>;
  write(data: Uint8Array): void;
  /** Sends the end of our direction. */
  end(): void;
  reset(): void;
  onData: (data: Buffer) => void;
  onEnd: () => void;
}

/**
 * The server's end of a SPDY/3.1 connection, as far as Kubernetes' clients use it (moby/spdystream): streams with
 * headers, data without flow control, pings. `send` takes bytes for the other side; call `receive` with what comes.
 */
export class SpdyServer {
  readonly #send: (data: Buffer) => void;
  readonly #onStream: (stream: SpdyStream) => void;
  readonly #streams = new Map<number, SpdyStream>();
  readonly #inflate: Inflate = createInflate({ dictionary: DICTIONARY, finishFlush: constants.Z_SYNC_FLUSH });
  readonly #deflate: Deflate = createDeflate({ dictionary: DICTIONARY });
  #pending = Buffer.alloc(0);
  /** Header blocks share one window: they are read and written one after the other. */
  #work: Promise<void> = Promise.resolve();

  constructor(options: { readonly send: (data: Buffer) => void; readonly onStream: (stream: SpdyStream) => void }) {
    this.#send = options.send;
    this.#onStream = options.onStream;
  }

  receive(data: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, data]);
    while (this.#pending.length >= HEAD) {
      const length = this.#pending.readUIntBE(5, 3);
      if (this.#pending.length < HEAD + length) return;
      const frame = this.#pending.subarray(0, HEAD + length);
      this.#pending = this.#pending.subarray(HEAD + length);
      this.#work = this.#work.then(() => this.#frame(frame));
    }
  }

  close(): void {
    for (const stream of this.#streams.values()) stream.onEnd();
    this.#streams.clear();
    this.#inflate.close();
    this.#deflate.close();
  }

  async #frame(frame: Buffer): Promise<void> {
    const flags = frame[4] ?? 0;
    const payload = frame.subarray(HEAD);
    if ((frame.readUInt16BE(0) & 0x8000) === 0) {
      const stream = this.#streams.get(frame.readUInt32BE(0) & 0x7fffffff);
      if (payload.length > 0) stream?.onData(payload);
      if (flags & FIN) stream?.onEnd();
      return;
    }
    switch (frame.readUInt16BE(2)) {
      case SYN_STREAM: {
        const id = payload.readUInt32BE(0) & 0x7fffffff;
        const headers = readHeaders(await through(this.#inflate, payload.subarray(10)));
        const stream = this.#open(id, headers);
        this.#control(SYN_REPLY, Buffer.concat([uint32(id), await through(this.#deflate, uint32(0))]));
        this.#onStream(stream);
        if (flags & FIN) stream.onEnd();
        break;
      }
      case RST_STREAM: {
        const id = payload.readUInt32BE(0) & 0x7fffffff;
        this.#streams.get(id)?.onEnd();
        this.#streams.delete(id);
        break;
      }
      case PING:
        this.#control(PING, payload);
        break;
      case GOAWAY:
        this.close();
        break;
      default: // Settings and windows are advice.
    }
  }

  #open(id: number, headers: ReadonlyMap<string, string>): SpdyStream {
    const data = (flags: number, bytes: Uint8Array): void => {
      const head = Buffer.alloc(HEAD);
      head.writeUInt32BE(id);
      head.writeUInt8(flags, 4);
      head.writeUIntBE(bytes.length, 5, 3);
      this.#send(Buffer.concat([head, bytes]));
    };
    const stream: SpdyStream = {
      headers,
      write: (bytes) => data(0, bytes),
      end: () => data(FIN, Buffer.alloc(0)),
      reset: () => {
        this.#streams.delete(id);
        this.#control(RST_STREAM, Buffer.concat([uint32(id), uint32(5)]));
      },
      onData: () => {},
      onEnd: () => {},
    };
    this.#streams.set(id, stream);
    return stream;
  }

  #control(type: number, payload: Uint8Array): void {
    const head = Buffer.alloc(HEAD);
    head.writeUInt16BE(VERSION);
    head.writeUInt16BE(type, 2);
    head.writeUIntBE(payload.length, 5, 3);
    this.#send(Buffer.concat([head, payload]));
  }
}

/** What a (de)compressor makes of `data`, up to the sync flush that ends a header block. */
function through(stream: Inflate | Deflate, data: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const take = (chunk: Buffer): void => void chunks.push(chunk);
    stream.on("data", take);
    stream.once("error", reject);
    stream.write(data);
    stream.flush(constants.Z_SYNC_FLUSH, () => {
      stream.off("data", take);
      stream.off("error", reject);
      resolve(Buffer.concat(chunks));
    });
  });
}

/** A count, then names and values with their lengths. */
function readHeaders(block: Buffer): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  let at = 4;
  const text = (): string => {
    const length = block.readUInt32BE(at);
    at += 4 + length;
    return block.toString("utf8", at - length, at);
  };
  for (let left = block.readUInt32BE(0); left > 0; left--) {
    const name = text();
    headers.set(name.toLowerCase(), text());
  }
  return headers;
}
