import { concatBytes } from "../../machinery/index.ts";
import { decode, header, HttpError, type HttpHeaders, type HttpStream } from "./message.ts";

const EMPTY = new Uint8Array(0);
const LF = 10;
const TLS_HANDSHAKE = 22;

/** Reads heads and bodies from a stream, holding what has come too early. */
export class HttpReader {
  readonly #stream: HttpStream;
  readonly #headLimit: number;
  #held: Uint8Array = EMPTY;
  #ended = false;

  constructor(stream: HttpStream, headLimit = 32 * 1024) {
    this.#stream = stream;
    this.#headLimit = headLimit;
  }

  /** The lines of a head without the empty one; null when the stream ends before any byte. */
  async head(): Promise<readonly string[] | null> {
    for (let searched = 0; ;) {
      const end = headEnd(this.#held, searched);
      if (end > this.#headLimit) throw new HttpError(431, "header fields too large");
      if (end > 0) {
        const text = decode(this.#held.subarray(0, end));
        this.#held = this.#held.subarray(end);
        // Empty lines before a request are passed over (RFC 9112 2.2).
        const lines = text.replace(/^(\r?\n)+/, "").split(/\r?\n/);
        while (lines.at(-1) === "") lines.pop();
        if (lines.length > 0) return lines;
        searched = 0;
        continue;
      }
      // A TLS client's hello has no lines: nobody waits for the end of the first.
      if (this.#held[0] === TLS_HANDSHAKE) throw new HttpError(400, "malformed request line");
      if (this.#held.length > this.#headLimit) throw new HttpError(431, "header fields too large");
      searched = Math.max(0, this.#held.length - 3);
      if (!(await this.#more())) {
        if (decode(this.#held).trim() === "") return null;
        throw new HttpError(400, "unexpected EOF");
      }
    }
  }

  /** Up to `max` bytes; null at the end of the stream. */
  async some(max: number): Promise<Uint8Array | null> {
    if (this.#held.length === 0 && !(await this.#more())) return null;
    const data = this.#held.subarray(0, max);
    this.#held = this.#held.subarray(data.length);
    return data;
  }

  /** One line without its end. */
  async line(): Promise<string> {
    for (;;) {
      const at = this.#held.indexOf(LF);
      if (at >= 0) {
        const text = decode(this.#held.subarray(0, at)).replace(/\r$/, "");
        this.#held = this.#held.subarray(at + 1);
        return text;
      }
      if (this.#held.length > 4096) throw new HttpError(400, "line too long");
      if (!(await this.#more())) throw new HttpError(400, "unexpected EOF");
    }
  }

  async #more(): Promise<boolean> {
    if (this.#ended) return false;
    const data = await this.#stream.read();
    if (data === null) {
      this.#ended = true;
      return false;
    }
    this.#held = this.#held.length === 0 ? data : concatBytes([this.#held, data]);
    return true;
  }
}

/** Where the empty line after a head ends; 0: not yet. */
function headEnd(data: Uint8Array, from: number): number {
  for (let i = data.indexOf(LF, from); i >= 0; i = data.indexOf(LF, i + 1)) {
    if (data[i + 1] === LF) return i + 2;
    if (data[i + 1] === 13 && data[i + 2] === LF) return i + 3;
  }
  return 0;
}

/** Header lines as pairs. Throws HttpError 400. */
export function parseHeaders(lines: readonly string[]): HttpHeaders {
  return lines.map((line) => {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon);
    if (colon <= 0 || !/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) throw new HttpError(400, `malformed header line`);
    return [name, line.slice(colon + 1).trim()] as const;
  });
}

/** How a body is delimited. */
export type Framing =
  | { readonly kind: "none" }
  | { readonly kind: "length"; readonly length: number }
  | { readonly kind: "chunked" }
  | { readonly kind: "close" };

/** Throws HttpError 400 for lengths that contradict (RFC 9112 6.3), 501 for a coding that is not chunked. */
export function framing(headers: HttpHeaders, whenAbsent: "none" | "close"): Framing {
  const coding = header(headers, "transfer-encoding");
  if (coding !== undefined) {
    if (coding.trim().toLowerCase() !== "chunked") throw new HttpError(501, `unsupported transfer encoding: ${coding}`);
    return { kind: "chunked" };
  }
  const lengths = new Set(headers.filter(([n]) => n.toLowerCase() === "content-length").map(([, v]) => v));
  if (lengths.size === 0) return { kind: whenAbsent };
  const [text] = lengths as unknown as [string];
  if (lengths.size > 1 || !/^\d{1,15}$/.test(text)) throw new HttpError(400, `bad Content-Length "${text}"`);
  return Number(text) === 0 ? { kind: "none" } : { kind: "length", length: Number(text) };
}

/** A body that comes piece by piece. `done` once its end was read, so that the next message may follow. */
export class HttpBody {
  readonly #reader: HttpReader;
  readonly #framing: Framing;
  readonly #limit: number;
  #left: number;
  done: boolean;

  constructor(reader: HttpReader, how: Framing, limit = 16 * 1024 * 1024) {
    this.#reader = reader;
    this.#framing = how;
    this.#limit = limit;
    this.#left = how.kind === "length" ? how.length : 0;
    this.done = how.kind === "none";
  }

  /** null at the end. Rejects HttpError when the stream ends too soon. */
  async read(): Promise<Uint8Array | null> {
    if (this.done) return null;
    if (this.#framing.kind === "close") {
      const data = await this.#reader.some(65_536);
      if (data === null) this.done = true;
      return data;
    }
    if (this.#left === 0 && !(await this.#nextChunk())) return null;
    const data = await this.#reader.some(this.#left);
    if (data === null) throw new HttpError(400, "unexpected EOF");
    this.#left -= data.length;
    if (this.#left === 0) {
      if (this.#framing.kind === "length") this.done = true;
      else await this.#reader.line();
    }
    return data;
  }

  async #nextChunk(): Promise<boolean> {
    const size = (await this.#reader.line()).split(";")[0]?.trim() ?? "";
    if (!/^[0-9a-fA-F]{1,8}$/.test(size)) throw new HttpError(400, "invalid chunk size");
    this.#left = parseInt(size, 16);
    if (this.#left > 0) return true;
    while ((await this.#reader.line()) !== "");
    this.done = true;
    return false;
  }

  /** All of it. Rejects HttpError 413 beyond the limit. */
  async bytes(): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for (let data = await this.read(); data !== null; data = await this.read()) {
      size += data.length;
      if (size > this.#limit) throw new HttpError(413, "body too large");
      chunks.push(data);
    }
    return concatBytes(chunks);
  }

  async text(): Promise<string> {
    return decode(await this.bytes());
  }
}
