import { createServer, type Server } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import type { ClockedApi } from "../cluster/index.ts";
import type { Certificates } from "./certificates.ts";
import { peerOf } from "./peer.ts";
import { serveWebSockets } from "./websocket.ts";

/** Serves `api` over HTTPS on 127.0.0.1; answers the port it got. */
export function serveHttps(
  api: ClockedApi,
  certificates: Certificates,
  port: number,
): Promise<{ readonly server: Server; readonly port: number }> {
  // A certificate is asked for and not insisted on: most clients come with a token.
  const tls = { cert: certificates.cert, key: certificates.key, ca: certificates.ca, requestCert: true, rejectUnauthorized: false };
  const server = createServer(tls, (request, response) => {
    answer(api, request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain" });
      response.end(`${String(error)}\n`);
    });
  });
  // Watches stay open for as long as their clients like.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 60_000;
  serveWebSockets(server, api);
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve({ server, port: typeof address === "object" && address ? address.port : port });
    });
  });
}

async function answer(api: ClockedApi, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const abort = new AbortController();
  outgoing.on("close", () => abort.abort());
  const response = await api.fetch(toRequest(incoming, abort.signal), peerOf(incoming));
  const headers: Record<string, string | string[]> = {};
  response.headers.forEach((value, name) => {
    headers[name] = value;
  });
  outgoing.writeHead(response.status, headers);
  if (!response.body) {
    outgoing.end();
    return;
  }
  // A watch shows that it is open before its first event.
  outgoing.flushHeaders();
  const reader = response.body.getReader();
  abort.signal.addEventListener("abort", () => void reader.cancel().catch(() => {}));
  for (;;) {
    const { done, value } = await reader.read();
    if (done || abort.signal.aborted) break;
    if (!outgoing.write(value)) await new Promise((resolve) => outgoing.once("drain", resolve).once("close", resolve));
  }
  outgoing.end();
}

const UNSPEAKABLE = ["CONNECT", "TRACE", "TRACK"];

/** Node's request as WHATWG's. */
export function toRequest(incoming: IncomingMessage, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) headers.append(name, one);
  }
  // A Request refuses to be one of these; the API has the same answer for every method that it does not know.
  const method = UNSPEAKABLE.includes(incoming.method ?? "") ? "OPTIONS" : (incoming.method ?? "GET");
  const hasBody = method !== "GET" && method !== "HEAD";
  const init: RequestInit & { duplex?: "half" } = { method, headers, signal };
  if (hasBody) {
    init.body = Readable.toWeb(incoming) as ReadableStream<Uint8Array>;
    init.duplex = "half";
  }
  return new Request(`https://127.0.0.1${incoming.url ?? "/"}`, init);
}
