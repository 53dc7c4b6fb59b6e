import { dialError, httpRequest, type ServerRequest, type ServerResponse } from "../../network/index.ts";
import type { ProcessContext } from "../../runtime/index.ts";
import { goHeaders } from "../go-http.ts";
import { runServer } from "../run-server.ts";
import { goSecure } from "../secure-serving.ts";
import type { Peer, Secure } from "../serving.ts";
import { logTime } from "../times.ts";

export type Subcommand = (proc: ProcessContext, flags: Flags) => Promise<number>;
export interface Flags {
  readonly values: Readonly<Record<string, string>>;
  readonly rest: readonly string[];
}

/** Go's log package. */
export function log(proc: ProcessContext, message: string): Promise<void> {
  return proc.stderr.write(`${logTime(proc.clock.now())} ${message}\n`);
}

export const ok = (proc: ProcessContext, body: string, status = 200): ServerResponse => ({
  status,
  headers: goHeaders(proc.clock.now()),
  body,
});
export const query = (request: ServerRequest): URLSearchParams => new URLSearchParams(request.query);

/** Serves until a signal or until a handler says how to exit. */
export function serve(
  proc: ProcessContext,
  port: number,
  handle: (request: ServerRequest, peer: Peer, exit: (code: number) => void) => Promise<ServerResponse>,
  state: () => Readonly<Record<string, unknown>> = () => ({}),
  secure?: Secure,
): Promise<number> {
  return runServer(proc, { ports: [port], handle, state, ...(secure && { secure }) });
}

/** TLS, where both flags name a file that is there. */
export function tlsOf(proc: ProcessContext, values: Flags["values"], alsoPlain = false): Secure | undefined {
  const [certificate, key] = [values["tls-cert-file"], values["tls-private-key-file"]];
  if (!certificate || !key || !proc.fs.exists(certificate) || !proc.fs.exists(key)) return undefined;
  return goSecure(proc, { files: { certificate, key }, alsoPlain });
}

/** GET with Go's client and its five seconds; throws what it says of a failure. */
export async function dialHttp(proc: ProcessContext, host: string, port: number, request: string): Promise<string> {
  const url = `http://${host}:${port}/${request}`;
  try {
    const socket = await proc.net.connect(host, port, { timeout: 5000 });
    const response = await httpRequest(socket, {
      target: `/${request}`,
      host: `${host}:${port}`,
      headers: [
        ["User-Agent", "Go-http-client/1.1"],
        ["Connection", "close"],
      ],
    });
    const text = await response.body.text();
    socket.end();
    return text;
  } catch (error) {
    const { code } = error as { readonly code?: string };
    const why =
      code === "ENOTFOUND" || code === "EAI_AGAIN"
        ? `dial tcp: lookup ${host}: no such host`
        : code === "ETIMEDOUT"
          ? "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
          : code === undefined
            ? "EOF"
            : dialError(host, port, error);
    throw new Error(`Get "${url}": ${why}`, { cause: error });
  }
}
