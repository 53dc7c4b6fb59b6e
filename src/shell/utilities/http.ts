import { concatBytes } from "../../machinery/index.ts";
import { isNetworkError, type Socket } from "./network-error.ts";
import type { Tool } from "./tool.ts";

export interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly head: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}
export class HttpFailure extends Error {
  readonly kind: "resolve" | "connect" | "timeout" | "empty" | "reset" | "protocol";
  readonly code: string;
  /** Whether there was a connection by then. */
  readonly connected: boolean;
  constructor(kind: HttpFailure["kind"], code: string, connected = true) {
    super(kind);
    this.kind = kind;
    this.code = code;
    this.connected = connected;
  }
}
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly scheme: string;
}
/** Host and port as they stand in a URL and in Host. */
export const hostPort = ({ scheme, host, port }: Target): string => (port === (scheme === "https" ? 443 : 80) ? host : `${host}:${port}`);

/** Splits a URL; undefined for a scheme other than http. */
export function parseUrl(text: string): Target | undefined {
  const m = /^(?:([a-z][a-z0-9+.-]*):\/\/\/?)?(?:[^@/]*@)?(\[[^\]]+\]|[^/:?#]+)(?::(\d+))?([/?][^#]*)?/i.exec(text);
  if (!m) return undefined;
  const scheme = (m[1] ?? "http").toLowerCase();
  return {
    scheme,
    host: m[2] as string,
    port: Number(m[3] ?? (scheme === "https" ? 443 : 80)),
    path: m[4] ? (m[4].startsWith("?") ? `/${m[4]}` : m[4]) : "/",
  };
}
/** One HTTP/1.1 exchange. Rejects HttpFailure. `timeout` is for the whole, `connectTimeout` for connecting, in ms. */
export async function request(
  t: Tool,
  target: Target,
  o: {
    readonly method: string;
    readonly headers: readonly string[];
    readonly body?: string | Uint8Array;
    /** Told once it is connected. */
    readonly connected?: (socket: Socket) => void;
    /** Puts TLS on the connection. */
    readonly secure?: ((socket: Socket) => Promise<Socket>) | undefined;
    readonly timeout?: number | undefined;
    readonly connectTimeout?: number | undefined;
  },
): Promise<Answer> {
  const fail = (error: unknown, kind: "connect" | "reset"): HttpFailure => {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    return new HttpFailure(
      code === "ENOTFOUND" || code === "EAI_AGAIN" ? "resolve" : code === "ETIMEDOUT" ? "timeout" : kind,
      code,
      kind !== "connect",
    );
  };
  let connected = false;
  const work = async (): Promise<Answer> => {
    let socket;
    try {
      socket = await t.proc.net.connect(target.host, target.port, o.connectTimeout !== undefined ? { timeout: o.connectTimeout } : {});
    } catch (error) {
      throw fail(error, "connect");
    }
    connected = true;
    o.connected?.(socket);
    if (o.secure) {
      try {
        socket = await o.secure(socket);
      } catch (error) {
        throw isNetworkError(error) ? fail(error, "reset") : error;
      }
    }
    const chunks: Uint8Array[] = [];
    let size = 0;
    try {
      const text = typeof o.body === "string" ? o.body : "";
      const head = `${o.method} ${target.path} HTTP/1.1\r\n${o.headers.map((h) => `${h}\r\n`).join("")}\r\n${text}`;
      await socket.write(new TextEncoder().encode(head));
      if (o.body !== undefined && typeof o.body !== "string") await socket.write(o.body);
      for (;;) {
        const done = complete(concatBytes(chunks), o.method);
        if (done) {
          socket.destroy();
          return done;
        }
        const chunk = await socket.read();
        if (chunk === null) break;
        chunks.push(chunk);
        size += chunk.length;
      }
    } catch (error) {
      if (error instanceof HttpFailure || !isNetworkError(error)) throw error;
      throw fail(error, "reset");
    }
    socket.end();
    const last = complete(concatBytes(chunks), o.method, true);
    if (!last) throw new HttpFailure(size === 0 ? "empty" : "protocol", "");
    return last;
  };
  if (o.timeout === undefined) return work();
  const result = await Promise.race([work(), t.proc.clock.sleep(o.timeout)]);
  if (!result) throw new HttpFailure("timeout", "ELAPSED", connected);
  return result;
}
function complete(data: Uint8Array, method: string, ended = false): Answer | undefined {
  let end = -1;
  for (let i = 3; i < data.length; i++)
    if (data[i] === 10 && data[i - 1] === 13 && data[i - 2] === 10 && data[i - 3] === 13) {
      end = i + 1;
      break;
    }
  if (end < 0) return undefined;
  const head = new TextDecoder().decode(data.subarray(0, end));
  const m = /^HTTP\/1\.[01] (\d{3}) ?(.*)/.exec(head);
  if (!m) throw new HttpFailure("protocol", "");
  const headers = new Map(
    head
      .split("\r\n")
      .slice(1)
      .filter(Boolean)
      .map((l) => [l.slice(0, l.indexOf(":")).toLowerCase(), l.slice(l.indexOf(":") + 1).trim()] as const),
  );
  const answer = (body: Uint8Array): Answer => ({ status: Number(m[1]), reason: m[2] as string, head, headers, body });
  const body = data.subarray(end);
  if (method === "HEAD" || m[1] === "204" || m[1] === "304") return answer(new Uint8Array());
  const length = headers.get("content-length");
  if (length !== undefined) return body.length >= Number(length) ? answer(body.subarray(0, Number(length))) : undefined;
  if (headers.get("transfer-encoding") !== "chunked") return ended ? answer(body) : undefined;
  const parts: Uint8Array[] = [];
  let [at, size] = [0, 0];
  for (;;) {
    const eol = body.indexOf(13, at);
    if (eol < 0) return undefined;
    const n = Number.parseInt(new TextDecoder().decode(body.subarray(at, eol)), 16);
    if (n === 0) return answer(concatBytes(parts));
    if (body.length < eol + 2 + n + 2) return undefined;
    parts.push(body.subarray(eol + 2, eol + 2 + n));
    size += n;
    at = eol + 4 + n;
  }
}
