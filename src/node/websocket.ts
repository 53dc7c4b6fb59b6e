import type { IncomingMessage } from "node:http";
import type { Server } from "node:https";
import { WebSocketServer, type WebSocket } from "ws";
import { type ClockedApi, type ApiResponse, type Duplex, parseRequest, type PortForward } from "../cluster/index.ts";
import { toRequest } from "./https.ts";
import { CHANNELS, serveForward, TUNNEL } from "./port-forward.ts";
import { peerOf } from "./peer.ts";

/** Subprotocols of exec and attach, best first (k8s: apimachinery/pkg/util/remotecommand). */
const PROTOCOLS = ["v5.channel.k8s.io", "v4.channel.k8s.io"];
const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
const ERROR = 3;
const RESIZE = 4;
const CLOSE = 255;
const MOST_REFUSALS = 100;

/** Which subprotocols a path takes. */
const protocolsOf = (url: string | undefined): readonly string[] =>
  new URL(url ?? "/", "https://host").pathname.endsWith("/portforward") ? [TUNNEL, CHANNELS] : PROTOCOLS;

/** Its name was taken out of the request: see below. */
const isTunnel = (request: IncomingMessage): boolean =>
  protocolsOf(request.url).includes(TUNNEL) && request.headers["sec-websocket-protocol"] === undefined;

/** exec, attach and port-forward over WebSocket, as kubectl speaks them since 1.31. Anything else that asks for an upgrade is refused. */
export function serveWebSockets(server: Server, api: ClockedApi): void {
  // A kubectl whose WebSocket is refused asks again with SPDY, and prints what that answers: it gets the same refusal.
  const refusals = new Map<string, ApiResponse>();
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered, request) => protocolsOf(request.url).find((p) => offered.has(p)) ?? false,
  });
  sockets.on("headers", (headers, request) => {
    if (isTunnel(request)) headers.push(`Sec-WebSocket-Protocol: ${TUNNEL}`);
  });
  server.on("upgrade", (request, socket, head) => {
    const refuse = ({ status, body = "" }: Pick<ApiResponse, "status" | "body">): void => {
      // A kubelet refuses in plain text, the API server in JSON.
      const text = typeof body === "string" ? body : JSON.stringify(body);
      socket.end(
        `HTTP/1.1 ${status} Refused\r\ncontent-type: ${typeof body === "string" ? "text/plain" : "application/json"}\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
      );
    };
    const offered = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((p) => p.trim());
    if (request.headers.upgrade?.toLowerCase() !== "websocket" || !offered.some((p) => protocolsOf(request.url).includes(p))) {
      const message = "only WebSocket upgrades with v4 or v5.channel.k8s.io are simulated";
      const earlier = refusals.get(request.url ?? "");
      refusals.delete(request.url ?? "");
      refuse(
        earlier ?? {
          status: 400,
          body: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason: "BadRequest", code: 400 },
        },
      );
      return;
    }
    void connect(api, request).then((answer) => {
      if ("status" in answer && typeof answer.status === "number") {
        if (refusals.size >= MOST_REFUSALS) refusals.clear();
        refusals.set(request.url ?? "", answer as ApiResponse);
        return refuse(answer as ApiResponse);
      }
      // The tunnel's name is no token, which ws refuses: it is taken out here and answered with the headers.
      if (offered.includes(TUNNEL)) delete request.headers["sec-websocket-protocol"];
      sockets.handleUpgrade(request, socket, head, (ws) => {
        if (!("open" in answer)) return bridge(ws, answer as Duplex);
        const ports = new URL(request.url ?? "/", "https://host").searchParams.getAll("ports").flatMap((text) => text.split(","));
        serveForward(ws, answer, api, ports.map(Number));
      });
    });
  });
}

async function connect(api: ClockedApi, incoming: Parameters<typeof toRequest>[0]): Promise<Duplex | PortForward | ApiResponse> {
  const request = toRequest(incoming, new AbortController().signal);
  const peer = peerOf(incoming);
  const parsed = { ...(await parseRequest(request, api.clock)), ...(peer ? { peer } : {}) };
  const open = (asked: typeof parsed) => (parsed.path.endsWith("/portforward") ? api.forward(asked) : api.connect(asked));
  return new Promise<Duplex | PortForward | ApiResponse>((resolve, reject) => {
    const stamp = api.clock.input(() =>
      open({ ...parsed, causes: [{ kind: "input", ...stamp, what: `connect ${parsed.path}` }] }).then(resolve, reject),
    );
  });
}

function bridge(ws: WebSocket, session: Duplex): void {
  const send = (channel: number, data: Uint8Array): Promise<void> =>
    new Promise((resolve) => ws.send(Buffer.concat([Buffer.from([channel]), data]), () => resolve()));
  ws.on("message", (raw: Buffer) => {
    const [channel] = raw;
    const data = raw.subarray(1);
    if (channel === STDIN) void session.stdin.write(new Uint8Array(data)).catch(() => {});
    else if (channel === CLOSE && data[0] === STDIN) session.stdin.close();
    else if (channel === RESIZE) {
      const { Width = 80, Height = 24 } = JSON.parse(data.toString()) as { Width?: number; Height?: number };
      session.resize(Width, Height);
    }
  });
  ws.on("close", () => session.close());
  const pump = async (channel: number, source: Duplex["stdout"]): Promise<void> => {
    for (let chunk = await source.read(); chunk !== null; chunk = await source.read()) await send(channel, chunk);
  };
  void Promise.all([pump(STDOUT, session.stdout), pump(STDERR, session.stderr), session.status]).then(async ([, , status]) => {
    await send(ERROR, Buffer.from(JSON.stringify(status)));
    ws.close(1000);
  });
}
