import { concatBytes } from "../../machinery/index.ts";
import { encode, encodeHead, header, HttpError, REASONS, type HttpHeaders, type HttpLimits, type HttpStream } from "./message.ts";
import { framing, HttpBody, HttpReader, parseHeaders } from "./reader.ts";

export interface ServerRequest {
  readonly method: string;
  /** The request line's target, as sent. */
  readonly target: string;
  /** Decoded and without query; "/" at least. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  readonly version: "1.0" | "1.1";
  readonly headers: HttpHeaders;
  /** The request line, for logs. */
  readonly line: string;
  readonly body: HttpBody;
}

export interface ServerResponse {
  readonly status: number;
  readonly reason?: string;
  /** Besides Content-Length, Transfer-Encoding and Connection, which the server adds; an empty Connection says where. */
  readonly headers?: HttpHeaders;
  /** A function gives pieces until null: sent chunked. */
  readonly body?: string | Uint8Array | (() => Promise<Uint8Array | null>);
  /** Ends the connection after this. */
  readonly close?: boolean;
}

export type HttpHandler = (request: ServerRequest) => ServerResponse | Promise<ServerResponse>;

export interface ServeOptions {
  readonly limits?: HttpLimits;
  /** Asked before each answer: false ends keep-alive, as while shutting down gracefully. */
  readonly keepAlive?: () => boolean;
  /** Says `Connection: keep-alive` where HTTP/1.1 implies it, as nginx does and Go does not. */
  readonly sayKeepAlive?: boolean;
  /** The whole answer to what was no HTTP. */
  readonly bad?: (error: HttpError) => ServerResponse;
  /** After an answer was sent, with the bytes of its body. */
  readonly sent?: (request: ServerRequest, response: ServerResponse, bytes: number) => void | Promise<void>;
}

/**
 * Serves one connection until it ends: requests one after the other, keep-alive, both body framings. Resolves when the
 * connection is over; stream errors end it silently. A handler that throws is a 500.
 */
export async function serveHttp(stream: HttpStream, handler: HttpHandler, options: ServeOptions = {}): Promise<void> {
  const reader = new HttpReader(stream, options.limits?.head);
  try {
    for (;;) {
      let request: ServerRequest | null;
      try {
        request = await readRequest(reader, options.limits ?? {});
      } catch (error) {
        if (!(error instanceof HttpError)) throw error;
        const response = options.bad?.(error) ?? plain(error.status);
        await send(stream, response, { head: false, keep: false, say: false, version: "1.1" });
        break;
      }
      if (request === null) break;
      const response = await answer(handler, request);
      const wanted = header(request.headers, "connection")?.toLowerCase();
      const persistent = request.version === "1.1" ? wanted !== "close" : wanted === "keep-alive";
      const keep =
        persistent &&
        !response.close &&
        (options.keepAlive?.() ?? true) &&
        !(request.version === "1.0" && typeof response.body === "function");
      const bytes = await send(stream, response, {
        head: request.method === "HEAD",
        keep,
        say: options.sayKeepAlive === true || request.version === "1.0",
        version: request.version,
      });
      await options.sent?.(request, response, bytes);
      if (!keep) break;
      while ((await request.body.read()) !== null);
    }
  } catch {
    // The peer is gone: there is nobody to tell.
  } finally {
    stream.end();
  }
}

async function answer(handler: HttpHandler, request: ServerRequest): Promise<ServerResponse> {
  try {
    return await handler(request);
  } catch (error) {
    return plain(error instanceof HttpError && error.status > 0 ? error.status : 500);
  }
}

function plain(status: number): ServerResponse {
  return { status, headers: [["Content-Type", "text/plain; charset=utf-8"]], body: `${status} ${REASONS[status] ?? ""}`, close: true };
}

async function readRequest(reader: HttpReader, limits: HttpLimits): Promise<ServerRequest | null> {
  const lines = await reader.head();
  if (lines === null) return null;
  const line = lines[0] as string;
  const match = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) (\S+) HTTP\/(\d)\.(\d)$/.exec(line);
  if (!match) throw new HttpError(400, "malformed request line");
  if (match[3] !== "1") throw new HttpError(505, "unsupported protocol version");
  const target = match[2] as string;
  const headers = parseHeaders(lines.slice(1));
  if (match[4] === "1" && header(headers, "host") === undefined) throw new HttpError(400, "missing required Host header");
  const local = target.replace(/^https?:\/\/[^/?#]*/i, "");
  const question = local.indexOf("?");
  const path = question < 0 ? local : local.slice(0, question);
  return {
    method: match[1] as string,
    target,
    path: percentDecode(path.startsWith("/") ? path : `/${path}`),
    query: question < 0 ? "" : local.slice(question + 1),
    version: match[4] === "0" ? "1.0" : "1.1",
    headers,
    line,
    body: new HttpBody(reader, framing(headers, "none"), limits.body),
  };
}

/** Throws HttpError 400 for a broken escape. */
function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new HttpError(400, "invalid escape in path");
  }
}

async function send(
  stream: HttpStream,
  response: ServerResponse,
  how: { readonly head: boolean; readonly keep: boolean; readonly say: boolean; readonly version: "1.0" | "1.1" },
): Promise<number> {
  const { status, body } = response;
  const bodiless = how.head || status === 204 || status === 304;
  const data = typeof body === "string" ? encode(body) : body;
  const chunked = typeof data === "function" && how.version === "1.1";
  const headers: (readonly [string, string])[] = [...(response.headers ?? [])];
  if (status !== 204 && status !== 304 && header(headers, "content-length") === undefined) {
    if (typeof data !== "function") headers.push(["Content-Length", String(data?.length ?? 0)]);
    else if (chunked) headers.push(["Transfer-Encoding", "chunked"]);
  }
  const place = headers.findIndex(([name]) => name === "Connection");
  const connection = ["Connection", how.keep ? "keep-alive" : "close"] as const;
  if (place >= 0 && headers[place]?.[1] === "") headers[place] = connection;
  else if (place < 0 && (how.say || !how.keep)) headers.push(connection);
  const head = encodeHead(`HTTP/1.1 ${status} ${response.reason ?? REASONS[status] ?? "Unknown"}`, headers);
  if (bodiless || data === undefined) {
    await stream.write(head);
    return 0;
  }
  if (typeof data !== "function") {
    await stream.write(concatBytes([head, data]));
    return data.length;
  }
  await stream.write(head);
  let bytes = 0;
  for (let piece = await data(); piece !== null; piece = await data()) {
    if (piece.length === 0) continue;
    bytes += piece.length;
    await stream.write(chunked ? concatBytes([encode(`${piece.length.toString(16)}\r\n`), piece, encode("\r\n")]) : piece);
  }
  if (chunked) await stream.write(encode("0\r\n\r\n"));
  return bytes;
}
