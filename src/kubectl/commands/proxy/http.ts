import { STATUS_WORDS } from "../../rest/status-words.ts";
import { concatBytes } from "../../../machinery/index.ts";
import type { Socket } from "../../types.ts";

/** What a client asks of the proxy. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

const LARGEST_HEAD = 64 * 1024;
const LARGEST_BODY = 4 * 1024 * 1024;
const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Requests of one connection, one after the other. */
export class HttpConnection {
  readonly #socket: Socket;
  #rest = new Uint8Array(0);

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  async #more(): Promise<boolean> {
    const data = await this.#socket.read();
    if (data === null) return false;
    this.#rest = concatBytes([this.#rest, data]);
    return true;
  }

  /** Undefined at the connection's end, or when what comes is no HTTP. */
  async next(): Promise<HttpRequest | undefined> {
    let end = endOfHead(this.#rest);
    while (end < 0) {
      if (this.#rest.length > LARGEST_HEAD || !(await this.#more())) return undefined;
      end = endOfHead(this.#rest);
    }
    const [first = "", ...lines] = decoder.decode(this.#rest.subarray(0, end)).split("\r\n");
    this.#rest = this.#rest.slice(end + 4);
    const [, method, target] = /^([A-Z]+) (\S+) HTTP\/1\.[01]$/.exec(first) ?? [];
    if (method === undefined || target === undefined) return undefined;
    const headers = new Map(
      lines.map((line) => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
      }),
    );
    const length = Number(headers.get("content-length") ?? 0);
    if (!(length <= LARGEST_BODY)) return undefined;
    if (headers.get("expect") === "100-continue") await this.#socket.write(encoder.encode("HTTP/1.1 100 Continue\r\n\r\n"));
    while (this.#rest.length < length) if (!(await this.#more())) return undefined;
    const body = this.#rest.slice(0, length);
    this.#rest = this.#rest.slice(length);
    const mark = target.indexOf("?");
    const path = decodeURIComponent(mark < 0 ? target : target.slice(0, mark)).replace(/^https?:\/\/[^/]*/, "");
    return { method, path, headers, body, query: mark < 0 ? {} : queryOf(target.slice(mark + 1)) };
  }

  answer(status: number, type: string, body: Uint8Array | string, more: Readonly<Record<string, string>> = {}): Promise<void> {
    const bytes = typeof body === "string" ? encoder.encode(body) : body;
    const head = headOf(status, { ...more, "Content-Length": String(bytes.length), "Content-Type": type });
    return this.#socket.write(concatBytes([head, bytes]));
  }

  /** An answer whose end is not known yet; what it gives writes a piece, or with nothing ends it. */
  async stream(
    status: number,
    type: string,
    more: Readonly<Record<string, string>> = {},
  ): Promise<(data?: Uint8Array | string) => Promise<void>> {
    await this.#socket.write(headOf(status, { ...more, "Content-Type": type, "Transfer-Encoding": "chunked" }));
    return async (data) => {
      const bytes = typeof data === "string" ? encoder.encode(data) : (data ?? new Uint8Array(0));
      if (data !== undefined && bytes.length === 0) return;
      const head = encoder.encode(`${bytes.length.toString(16)}\r\n`);
      await this.#socket.write(concatBytes([head, bytes, Uint8Array.of(13, 10)]));
    };
  }

  /** Resolves when the client has gone, or sends what nobody asked for. */
  async gone(): Promise<void> {
    await this.#more();
  }

  close(): void {
    this.#socket.end();
  }
}

function endOfHead(bytes: Uint8Array): number {
  for (let i = 0; i + 3 < bytes.length; i++)
    if (bytes[i] === 13 && bytes[i + 1] === 10 && bytes[i + 2] === 13 && bytes[i + 3] === 10) return i;
  return -1;
}

function queryOf(text: string): Record<string, string | readonly string[]> {
  const query: Record<string, string | readonly string[]> = {};
  const plain = (part: string): string => decodeURIComponent(part.replaceAll("+", " "));
  for (const pair of text.split("&").filter((p) => p !== "")) {
    const equals = pair.indexOf("=");
    const key = plain(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? "" : plain(pair.slice(equals + 1));
    const before = query[key];
    query[key] = before === undefined ? value : [...(typeof before === "string" ? [before] : before), value];
  }
  return query;
}

const headOf = (status: number, headers: Readonly<Record<string, string>>): Uint8Array =>
  encoder.encode(
    `HTTP/1.1 ${status} ${STATUS_WORDS[status] ?? "Status"}\r\n${Object.entries(headers)
      .map(([k, v]) => `${k}: ${v}\r\n`)
      .join("")}\r\n`,
  );
