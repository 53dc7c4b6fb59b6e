import { HttpError, httpRequest, NetError, type Socket } from "../../network/index.ts";
import type { ProcessContext } from "../../runtime/index.ts";
import { dialTls, type TlsFiles } from "../mutual-tls.ts";

/** Who asks, and with what it proves who it is. */
export interface Caller {
  readonly proc: ProcessContext;
  readonly tls?: (TlsFiles & { readonly believe: boolean }) | undefined;
}

export type Json = Readonly<Record<string, unknown>>;
/** What a call came to: an answer, a refusal in gRPC's words, or silence until the deadline. */
export type Outcome = { readonly ok: Json } | { readonly refused: string; readonly code: number } | { readonly silent: string };

const parts = (endpoint: string): { readonly host: string; readonly port: number } => {
  const [host = "", port] = endpoint.replace(/^\w+:\/\//, "").split(":");
  return { host, port: Number(port ?? 2379) };
};
const why = (error: NetError, host: string, port: number): string => {
  const reason =
    error.code === "ECONNREFUSED"
      ? `dial tcp ${host}:${port}: connect: connection refused`
      : error.code === "ENOTFOUND" || error.code === "EAI_AGAIN"
        ? `dial tcp: lookup ${host}: no such host`
        : `dial tcp ${host}:${port}: i/o timeout`;
  return silence(`transport: Error while dialing: ${reason}`);
};
const silence = (desc: string): string =>
  `rpc error: code = DeadlineExceeded desc = latest balancer error: last connection error: connection error: desc = ${JSON.stringify(desc)}`;
/** A connection was there, and came to nothing. */
class Broken extends Error {}

/** A connection to an endpoint, secured where its scheme or a flag says so. Rejects NetError and Broken. */
async function dial({ proc, tls }: Caller, endpoint: string, timeout: number): Promise<Socket> {
  const { host, port } = parts(endpoint);
  const socket = await proc.net.connect(host, port, { timeout });
  if (!endpoint.startsWith("https://") && !(tls && !endpoint.startsWith("http://"))) return socket;
  const made = await dialTls(proc, socket, host, tls ?? {}, tls?.believe);
  if (typeof made !== "string") return made;
  socket.destroy();
  throw new Broken(`transport: authentication handshake failed: ${made}`);
}

/** One call of the API at an endpoint, tried until there is an answer or the time is over. */
export async function call(caller: Caller, endpoint: string, path: string, body: Json, timeout: number): Promise<Outcome> {
  const { proc } = caller;
  const { host, port } = parts(endpoint);
  const until = proc.clock.now() + timeout;
  for (let wait = 100; ; wait = Math.min(wait * 2, 1600)) {
    try {
      const socket = await dial(caller, endpoint, Math.max(1, until - proc.clock.now()));
      const response = await httpRequest(socket, {
        method: "POST",
        target: path,
        host: `${host}:${port}`,
        headers: [
          ["Content-Type", "application/json"],
          ["Connection", "close"],
        ],
        body: JSON.stringify(body),
      });
      const text = await response.body.text();
      socket.destroy();
      if (response.status === 404 && !text.startsWith("{")) return { refused: `rpc error: code = Unimplemented desc = ${path}`, code: 12 };
      const answer = JSON.parse(text) as Json;
      if (response.status === 200) return { ok: answer };
      return { refused: String(answer["message"]), code: Number(answer["code"]) };
    } catch (error) {
      const silent = silenceOf(error, host, port);
      const left = until - proc.clock.now();
      if (left <= 0) return { silent };
      await proc.clock.sleep(Math.min(wait, left));
      if (wait >= left) return { silent };
    }
  }
}

/** Why nobody answered; throws what is no such thing. */
function silenceOf(error: unknown, host: string, port: number): string {
  if (error instanceof Broken) return silence(error.message);
  // Who expects TLS ends a connection that speaks none.
  if (error instanceof HttpError || (error instanceof NetError && error.code === "ECONNRESET"))
    return silence("error reading server preface: EOF");
  if (!(error instanceof NetError)) throw error;
  return why(error, host, port);
}

/** A stream of JSON lines. */
export async function stream(
  caller: Caller,
  endpoint: string,
  path: string,
  body: Json,
  line: (json: Json) => Promise<boolean>,
): Promise<string | undefined> {
  const { host, port } = parts(endpoint);
  try {
    const socket = await dial(caller, endpoint, 5000);
    const response = await httpRequest(socket, {
      method: "POST",
      target: path,
      host: `${host}:${port}`,
      headers: [["Content-Type", "application/json"]],
      body: JSON.stringify(body),
    });
    const decoder = new TextDecoder();
    let text = "";
    for (let data = await response.body.read(); data !== null; data = await response.body.read()) {
      text += decoder.decode(data, { stream: true });
      for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
        const json = JSON.parse(text.slice(0, end)) as Json;
        text = text.slice(end + 1);
        if (await line(json)) continue;
        socket.destroy();
        return undefined;
      }
    }
    return "etcdserver: no leader";
  } catch (error) {
    return silenceOf(error, host, port);
  }
}
