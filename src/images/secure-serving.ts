import { type Identity, loadTls, type Tls } from "../pki/index.ts";
import { loadLater, type ProcessContext } from "../runtime/index.ts";
import type { Socket } from "../network/index.ts";
import { readIfThere } from "./process.ts";
import { type Peer, readAhead, type Secure } from "./serving.ts";

export const tlsCode = loadLater(loadTls);
const HANDSHAKE_CPU = 1.5;

/** Where a certificate and its key lie; undefined: it makes itself one. */
export interface KeyFiles {
  readonly certificate: string;
  readonly key: string;
}

interface SecureOptions {
  readonly files?: KeyFiles;
  /** Whom a certificate of its own is for. */
  readonly name?: string;
  /** Serves who speaks no TLS, too: the API server calls what is its own over plain HTTP (decision 006). */
  readonly alsoPlain?: boolean;
}

/** TLS as a Go program serves it: its files are read once, and a certificate of its own is made once. */
export function goSecure(proc: ProcessContext, { files, name = proc.hostname, alsoPlain = false }: SecureOptions): Secure {
  // Asked now, for a connection that a thaw hears again finds only its own calls in the journal.
  const [ip, born] = [proc.net.ip, proc.clock.now()];
  const [certificate, key] = files ? [readIfThere(proc, files.certificate) ?? "", readIfThere(proc, files.key) ?? ""] : ["", ""];
  let identity: Identity | undefined;
  const own = (tls: Tls): Identity | undefined => {
    const entropy = proc.random.fork("certificate");
    const made = tls.selfSigned({
      entropy: (length) => entropy.bytes(length),
      subject: [["CN", name]],
      dnsNames: [name],
      addresses: [ip],
      now: Math.floor(born / 1000) * 1000,
      days: 365,
    });
    return tls.identity(made.certificate, made.key);
  };
  const shake = async (socket: Socket): Promise<Pick<Peer, "socket" | "tls" | "plain"> | undefined> => {
    const tls = await proc.code(tlsCode);
    identity ??= files ? tls.identity(certificate, key) : own(tls);
    await proc.cpu(HANDSHAKE_CPU);
    const accepted = await tls.accept(socket, { random: proc.random, alpn: ["http/1.1"], identity: () => identity });
    if (accepted.kind === "failed") return undefined;
    if (accepted.kind === "plain") return { socket: accepted.socket, ...(!alsoPlain && { plain: true }) };
    return { socket: accepted.socket, tls: accepted.socket };
  };
  return (socket) => shake(readAhead(socket));
}

/** What a Go server answers to whom it hears no TLS from (net/http: server.go). */
export const GO_PLAIN = {
  status: 400,
  headers: [["Content-Type", "text/plain"]] as const,
  body: "Client sent an HTTP request to an HTTPS server.\n",
  close: true,
};
