import type { HTTPGetAction } from "../../api/index.ts";
import { dialError, hostPort, NetError, type NetworkStack, type Socket } from "../../network/index.ts";
import { loadTls, type Tls, TlsError } from "../../pki/index.ts";
import type { Clock } from "../../sim/index.ts";
import { within } from "./deadline.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export type HttpOutcome = { readonly status: number; readonly body: string; readonly location?: string } | { readonly error: string };

/** A GET as the kubelet's probes and hooks send it; reads the status line and at most 10 KiB of what follows. They trust any certificate. */
export async function httpGet(
  clock: Clock,
  stack: NetworkStack,
  action: HTTPGetAction,
  target: { readonly ip: string; readonly port: number },
  agent: string,
  timeout: number,
): Promise<HttpOutcome> {
  const scheme = (action.scheme ?? "HTTP").toLowerCase();
  const host = hostPort(target.ip, target.port);
  const path = action.path === undefined || action.path === "" ? "/" : action.path.startsWith("/") ? action.path : `/${action.path}`;
  const url = `${scheme}://${host}${path}`;
  let socket: Socket | undefined;
  let connected = false;
  const exchange = async (): Promise<HttpOutcome> => {
    try {
      socket = await stack.connect(target.ip, target.port, { timeout });
    } catch (error) {
      return { error: `Get "${url}": ${dialError(target.ip, target.port, error)}` };
    }
    connected = true;
    const headers = new Map<string, string>([
      ["Host", host],
      ["User-Agent", agent],
      ["Accept", "*/*"],
      ["Connection", "close"],
    ]);
    for (const { name, value } of action.httpHeaders ?? []) headers.set(name, value);
    let head = `GET ${path} HTTP/1.1\r\n`;
    for (const [name, value] of headers) head += `${name}: ${value}\r\n`;
    try {
      if (scheme === "https") socket = await secured(clock, socket);
      await socket.write(encoder.encode(`${head}\r\n`));
      return parse(await readSome(socket), url);
    } catch (error) {
      if (error instanceof TlsError) return { error: `Get "${url}": ${tlsWords(error)}` };
      const reset = error instanceof NetError && error.code === "ECONNRESET";
      return {
        error: `Get "${url}": ${reset ? `read tcp ${hostPort(socket.local.ip, socket.local.port)}->${host}: read: connection reset by peer` : "EOF"}`,
      };
    } finally {
      socket.destroy();
    }
  };
  const outcome = await within(clock, timeout, exchange(), () => socket?.destroy());
  if (outcome !== "timeout") return outcome;
  const how = connected ? "context deadline exceeded" : `dial tcp ${host}: i/o timeout`;
  return { error: `Get "${url}": ${how} (Client.Timeout exceeded while awaiting headers)` };
}

/** TLS over a connection, whatever the other side's certificate says (k8s: probe/http NewWithTLSConfig). */
async function secured(clock: Clock, socket: Socket): Promise<Socket> {
  if (!tls) {
    const release = clock.halt();
    try {
      tls = await loadTls();
    } finally {
      release();
    }
  }
  return tls.connect(socket, { alpn: ["http/1.1"], trusting: true });
}
let tls: Tls | undefined;

export const HTTP_TO_HTTPS = "http: server gave HTTP response to HTTPS client";

/** Go's words for a handshake that failed (go: crypto/tls, net/http transport.go). */
function tlsWords({ reason, alert, said }: TlsError): string {
  if (reason === "eof") return "EOF";
  if (reason === "plain")
    return decoder.decode(said).startsWith("HTTP/") ? HTTP_TO_HTTPS : "tls: first record does not look like a TLS handshake";
  return `${reason === "alert" ? "remote error: " : ""}tls: ${(alert ?? "internal_error").replaceAll("_", " ")}`;
}

async function readSome(socket: Socket): Promise<string> {
  let text = "";
  while (text.length < 10_240) {
    const chunk = await socket.read(10_240);
    if (chunk === null) break;
    text += decoder.decode(chunk);
    const end = text.indexOf("\r\n\r\n");
    if (end < 0) continue;
    const length = /^content-length: *(\d+)/im.exec(text.slice(0, end))?.[1];
    if (length !== undefined && text.length >= end + 4 + Number(length)) break;
  }
  return text;
}

function parse(text: string, url: string): HttpOutcome {
  if (text === "") return { error: `Get "${url}": EOF` };
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1];
  if (status === undefined)
    return {
      error: `Get "${url}": net/http: HTTP/1.x transport connection broken: malformed HTTP response ${JSON.stringify(text.split("\n")[0]?.trimEnd())}`,
    };
  const end = text.indexOf("\r\n\r\n");
  const location = /^location: *([^\r\n]*)/im.exec(end < 0 ? text : text.slice(0, end))?.[1];
  return { status: Number(status), body: end < 0 ? "" : text.slice(end + 4), ...(location === undefined ? {} : { location }) };
}

/** A named or numbered port of a container; NaN when there is none of that name. */
export function resolvePort(
  port: number | string,
  ports: readonly { readonly name?: string; readonly containerPort: number }[] | undefined,
): number {
  if (typeof port === "number") return port;
  const named = ports?.find((p) => p.name === port)?.containerPort;
  return named ?? (/^\d+$/.test(port) ? Number(port) : Number.NaN);
}
