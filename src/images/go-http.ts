import { header, type HttpHeaders, type ServerRequest, type ServerResponse } from "../network/index.ts";
import { inPieces } from "./serving.ts";
import { httpDate } from "./times.ts";

/** Beyond this many bytes Go no longer knows how long an answer will be (go: net/http bufferBeforeChunkingSize). */
const BUFFER = 2048;

/** What Go's net/http adds to an answer of text. */
export function goHeaders(now: number, type = "text/plain; charset=utf-8"): readonly (readonly [string, string])[] {
  return [
    ["Date", httpDate(now)],
    ["Content-Type", type],
  ];
}

/** An answer as Go's net/http sends it: the handler's own headers sorted, then its additions; the type guessed if not told. */
export function goAnswer(now: number, body: string | Uint8Array, more: { status?: number; headers?: HttpHeaders } = {}): ServerResponse {
  const { status = 200, headers = [] } = more;
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const own = headers.toSorted(([a], [b]) => (a < b ? -1 : 1));
  const guessed: HttpHeaders = bytes.length > 0 && header(own, "content-type") === undefined ? [["Content-Type", sniffed(body)]] : [];
  const date = ["Date", httpDate(now)] as const;
  if (bytes.length > BUFFER && header(own, "content-length") === undefined) {
    return { status, headers: [...own, date, ...guessed], body: inPieces(bytes) };
  }
  const length: HttpHeaders = status === 204 || status === 304 ? [] : [["Content-Length", String(bytes.length)]];
  return { status, headers: [...own, date, ...length, ...guessed], body: bytes };
}

/** http.Error. */
export function goError(now: number, status: number, text: string): ServerResponse {
  const headers = [
    ["Content-Type", "text/plain; charset=utf-8"],
    ["X-Content-Type-Options", "nosniff"],
  ] as const;
  return goAnswer(now, `${text}\n`, { status, headers });
}

/** The little of DetectContentType that handlers rely on: a page, or text. */
function sniffed(body: string | Uint8Array): string {
  const head = (typeof body === "string" ? body : new TextDecoder().decode(body.subarray(0, 512))).trimStart().slice(0, 14).toLowerCase();
  if (/^<(!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|!--)[ >]/.test(`${head} `))
    return "text/html; charset=utf-8";
  return head.startsWith("<?xml") ? "text/xml; charset=utf-8" : "text/plain; charset=utf-8";
}

/** "user-agent" is `User-Agent` (go: textproto.CanonicalMIMEHeaderKey). */
export const canonical = (name: string): string => name.toLowerCase().replace(/(^|-)[a-z]/g, (c) => c.toUpperCase());

/** Headers as Go keeps them: by canonical name, sorted, without Host. */
export function goHeaderMap(request: ServerRequest): Readonly<Record<string, readonly string[]>> {
  const all = new Map<string, string[]>();
  for (const [name, value] of request.headers) {
    if (name.toLowerCase() === "host") continue;
    const key = canonical(name);
    all.set(key, [...(all.get(key) ?? []), value]);
  }
  return Object.fromEntries([...all].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** What a handler writes for JSON: `json.NewEncoder` escapes what HTML would read, and ends the line. */
export const goJson = (value: unknown, indent = 0): string =>
  JSON.stringify(value, null, indent).replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
