import type { WebSocket } from "ws";
import type { ClockedApi, PortForward, PortStream } from "../cluster/index.ts";
import { SpdyServer, type SpdyStream } from "./spdy.ts";

/** Subprotocols of port-forward: kubectl tunnels SPDY through a WebSocket, other clients number channels. */
export const TUNNEL = "SPDY/3.1+portforward.k8s.io";
export const CHANNELS = "v4.channel.k8s.io";

type Open = (port: number) => Promise<PortStream>;

/** Speaks the subprotocol that was agreed on until either side is done. `ports` are those of the query. */
export function serveForward(ws: WebSocket, forward: PortForward, api: ClockedApi, ports: readonly number[]): void {
  // What a client opens is an input of its own turn.
  const open: Open = (port) => new Promise((resolve, reject) => void api.clock.input(() => forward.open(port).then(resolve, reject)));
  if (ws.protocol === CHANNELS) channels(ws, open, ports);
  else tunnel(ws, open);
}

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function pump(stream: PortStream, send: (data: Uint8Array) => void): Promise<void> {
  for (let data = await stream.read(); data !== null; data = await stream.read()) send(data);
}

/** Two streams a connection, paired by their request id (k8s: kubelet portforward/httpstream.go). */
function tunnel(ws: WebSocket, open: Open): void {
  const pairs = new Map<string, { error?: SpdyStream; data?: SpdyStream }>();
  const connect = (id: string, port: number, error: SpdyStream, data: SpdyStream): void => {
    pairs.delete(id);
    const early: Buffer[] = [];
    let ended = false;
    data.onData = (chunk) => void early.push(chunk);
    data.onEnd = () => (ended = true);
    open(port).then(
      (stream) => {
        const write = (chunk: Uint8Array): void => void stream.write(chunk).catch(() => data.reset());
        for (const chunk of early) write(chunk);
        data.onData = write;
        data.onEnd = () => stream.end();
        if (ended) stream.end();
        ws.once("close", () => stream.close());
        pump(stream, (chunk) => data.write(chunk))
          .catch(() => {})
          .finally(() => {
            data.end();
            error.end();
          });
      },
      (refused: unknown) => {
        error.write(Buffer.from(words(refused)));
        error.end();
        data.end();
      },
    );
  };
  const spdy = new SpdyServer({
    send: (bytes) => ws.send(bytes),
    onStream(stream) {
      const id = stream.headers.get("requestid") ?? "";
      const pair = pairs.get(id) ?? {};
      pairs.set(id, pair);
      if (stream.headers.get("streamtype") === "error") pair.error = stream;
      else pair.data = stream;
      if (pair.error && pair.data) connect(id, Number(stream.headers.get("port")), pair.error, pair.data);
    },
  });
  ws.on("message", (bytes: Buffer) => spdy.receive(bytes));
  ws.on("close", () => spdy.close());
}

/** Channel 2n is the data and 2n+1 the errors of the nth port; each begins with its port in two bytes. */
function channels(ws: WebSocket, open: Open, ports: readonly number[]): void {
  const writers = new Map<number, (data: Uint8Array) => void>();
  const send = (channel: number, data: Uint8Array): void => ws.send(Buffer.concat([Buffer.from([channel]), data]));
  for (const [i, port] of ports.entries()) {
    const number = Buffer.alloc(2);
    number.writeUInt16LE(port);
    send(2 * i, number);
    send(2 * i + 1, number);
    const early: Uint8Array[] = [];
    writers.set(2 * i, (data) => void early.push(data));
    open(port).then(
      (stream) => {
        const write = (data: Uint8Array): void => void stream.write(data).catch(() => ws.close());
        for (const data of early) write(data);
        writers.set(2 * i, write);
        ws.once("close", () => stream.close());
        pump(stream, (data) => send(2 * i, data))
          .catch(() => {})
          .finally(() => ws.close());
      },
      (refused: unknown) => send(2 * i + 1, Buffer.from(words(refused))),
    );
  }
  ws.on("message", (raw: Buffer) => writers.get(raw[0] ?? -1)?.(new Uint8Array(raw.subarray(1))));
}
