import { concatBytes } from "../machinery/index.ts";
import { type ApiRequest, type Api } from "../apiserver/index.ts";
import { serveHttp, type HttpHandler, type ServerRequest, type ServerResponse, type Socket } from "../network/index.ts";
import { type Authority, type Identity, loadTls, type Tls } from "../pki/index.ts";
import type { Access } from "../kubectl/index.ts";
import { clientIdentity, distrust } from "./api-trust.ts";
import type { Clock, Random } from "../sim/index.ts";
import { peerOf } from "./client-certificate.ts";
import { servingOrder } from "./serving-certificate.ts";

/** How many different clients' certificates are kept in mind. */
const REMEMBERED = 16;

interface FrontOptions {
  readonly api: Pick<Api, "fetch">;
  readonly authority: Authority;
  readonly clock: Clock;
  readonly random: Random;
  /** Where it is reached, besides the Service's address. */
  readonly address: string;
  /** What the server was started with, where it was started with files; PEM. */
  readonly files?: () => { readonly certificate: string; readonly key: string; readonly clientCa: string } | undefined;
}

/** The API server as whoever is on the cluster's network finds it: HTTPS with the certificate that the cluster's authority gave it. */
export interface ApiFront {
  serve(socket: Socket): void;
  /** The server has ended, and with it its connections. */
  reset(): void;
  /** The handshake of somebody who is handed the API by reference: whom the connection's certificate names, or Go's words for why there is none. */
  admit(access: Access, host: string): Promise<ApiRequest["peer"] | string>;
}

export function createApiFront(options: FrontOptions): ApiFront {
  const { clock, authority, random } = options;
  const admitted = new Map<string, { readonly peer: ApiRequest["peer"]; readonly until: number }>();
  let loaded:
    | { readonly tls: Tls; readonly identity: Identity; readonly roots: readonly Uint8Array[]; readonly of: string | undefined }
    | undefined;
  const open = new Set<Socket>();
  const load = async (): Promise<NonNullable<typeof loaded>> => {
    const files = options.files?.();
    if (loaded && loaded.of === files?.certificate) return loaded;
    const release = clock.halt();
    try {
      const tls = await loadTls();
      const { certificate, key } = files ?? authority.issue(servingOrder(options.address, clock.now()));
      const identity = tls.identity(certificate, key);
      if (!identity) throw new Error("the authority issued a certificate that is none");
      return (loaded = { tls, identity, roots: tls.certificates(files?.clientCa ?? authority.certificate), of: files?.certificate });
    } finally {
      release();
    }
  };
  const serve = async (socket: Socket): Promise<void> => {
    const { tls, identity, roots } = await load();
    // A certificate is asked for and not insisted on: most clients come with a token.
    const accepted = await tls.accept(socket, { identity: () => identity, alpn: ["http/1.1"], client: {}, random });
    if (accepted.kind === "failed") return socket.destroy();
    if (accepted.kind === "plain") {
      await serveHttp(accepted.socket, () => ({ status: 400, headers: [["Content-Type", "text/plain"]], body: PLAIN, close: true }));
      return;
    }
    const stream = accepted.socket;
    const peer = peerOf(tls, stream.peer, roots, clock.now());
    await serveHttp(stream, answering(options, peer));
    stream.close?.();
  };
  return {
    serve(socket) {
      open.add(socket);
      void serve(socket)
        .catch(() => socket.destroy())
        .finally(() => open.delete(socket));
    },
    reset() {
      for (const socket of open) socket.destroy();
    },
    async admit(access, host) {
      const asked = JSON.stringify([access.authorities, access.insecure, access.serverName, access.certificate, access.key, host]);
      if (loaded && loaded.of !== options.files?.()?.certificate) admitted.clear();
      const known = admitted.get(asked);
      if (known && known.until > clock.now()) return known.peer;
      const { tls, identity, roots } = await load();
      const now = clock.now();
      const why = distrust(tls, access, { chain: identity.chain, host, now });
      if (why !== undefined) return why;
      if (access.certificate === undefined) return undefined;
      const shown = clientIdentity(tls, access.certificate, access.key ?? "");
      if (typeof shown === "string") return shown;
      const peer = peerOf(tls, shown.chain, roots, now);
      // Signatures take milliseconds to judge, and the same kubeconfig comes again and again.
      if (admitted.size >= REMEMBERED) admitted.clear();
      if (peer?.user)
        admitted.set(asked, { peer, until: Math.min(...[...shown.chain, ...identity.chain].map((c) => tls.summary(c).notAfter)) });
      return peer;
    },
  };
}

/** Go's words (net/http: server.go). */
const PLAIN = "Client sent an HTTP request to an HTTPS server.\n";

const UNSPEAKABLE = ["CONNECT", "TRACE", "TRACK"];

function answering({ api, clock }: FrontOptions, peer: ApiRequest["peer"]): HttpHandler {
  return async (incoming) => {
    const body = await incoming.body.bytes();
    const method = UNSPEAKABLE.includes(incoming.method) ? "OPTIONS" : incoming.method;
    const abort = new AbortController();
    const request = new Request(`https://kubernetes${incoming.target}`, {
      method,
      headers: Object.fromEntries(incoming.headers),
      signal: abort.signal,
      ...(method !== "GET" && method !== "HEAD" && body.length > 0 && { body }),
    });
    const response = await api.fetch(request, peer);
    const headers: [string, string][] = [];
    for (const [name, value] of response.headers)
      if (!FRAMING.includes(name)) headers.push([name.replace(/(^|-)[a-z]/g, (c) => c.toUpperCase()), value]);
    return { status: response.status, headers, body: await content(clock, incoming, response, abort) };
  };
}
const FRAMING = ["content-length", "transfer-encoding", "connection"];

/** All of it where it is there, else as it comes: a watch, a log that is followed. */
async function content(
  clock: Clock,
  request: ServerRequest,
  response: Response,
  abort: AbortController,
): Promise<NonNullable<ServerResponse["body"]>> {
  if (!response.body) return "";
  const flows = /(^|&)(watch|follow)=(1|true|t)(&|$)/i.test(request.query) && response.status === 200;
  const reader = response.body.getReader();
  if (flows)
    return async () => {
      const { done, value } = await reader.read();
      if (done) abort.abort();
      return done ? null : value;
    };
  const chunks: Uint8Array[] = [];
  const release = clock.hold();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) chunks.push(next.value);
  } finally {
    release();
  }
  return concatBytes(chunks);
}
