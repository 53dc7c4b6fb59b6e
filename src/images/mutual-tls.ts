import { NetError, type Socket } from "../network/index.ts";
import { type Identity, TlsError } from "../pki/index.ts";
import type { ProcessContext } from "../runtime/index.ts";
import { readIfThere } from "./process.ts";
import { tlsCode } from "./secure-serving.ts";
import { readAhead, type Secure } from "./serving.ts";

/** Files of a certificate, its key and the authority that the other side's must be of. */
export interface TlsFiles {
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  readonly authority?: string | undefined;
}
const HANDSHAKE_CPU = 1.5;

/** Serves who shows a certificate of the authority (etcd: --client-cert-auth). */
export function mutualTls(proc: ProcessContext, files: TlsFiles): Secure {
  // Read now, for a connection that a thaw hears again finds only its own calls in the journal.
  const [certificate = "", key = "", authority] = [files.certificate, files.key, files.authority].map((path) =>
    path === undefined ? undefined : (readIfThere(proc, path) ?? ""),
  );
  let identity: Identity | undefined;
  return (raw) => {
    const socket = readAhead(raw);
    return (async () => {
      const tls = await proc.code(tlsCode);
      identity ??= tls.identity(certificate, key);
      const roots = authority === undefined ? undefined : tls.certificates(authority);
      await proc.cpu(HANDSHAKE_CPU);
      const accepted = await tls.accept(socket, {
        random: proc.random,
        alpn: ["http/1.1"],
        identity: () => identity,
        ...(roots && { client: { required: true, check: (chain) => tls.chainProblem(chain, { roots, now: proc.clock.now() }) } }),
      });
      if (accepted.kind !== "tls") {
        socket.destroy();
        return undefined;
      }
      return { socket: accepted.socket, tls: accepted.socket };
    })();
  };
}

/** TLS over a connection to a server. A text is why there is none, in Go's words. */
export async function dialTls(
  proc: ProcessContext,
  socket: Socket,
  host: string,
  files: TlsFiles,
  believe = false,
): Promise<Socket | string> {
  const tls = await proc.code(tlsCode);
  const pem = (path: string | undefined): string => (path === undefined ? "" : (readIfThere(proc, path) ?? ""));
  const roots = tls.certificates(pem(files.authority));
  const now = proc.clock.now();
  try {
    return await tls.connect(socket, {
      random: proc.random,
      serverName: host,
      alpn: ["http/1.1"],
      identity: files.certificate === undefined ? undefined : tls.identity(pem(files.certificate), pem(files.key)),
      ...(!believe && { check: (chain) => tls.chainProblem(chain, { roots, now }) }),
    });
  } catch (error) {
    if (error instanceof NetError) return "EOF";
    if (!(error instanceof TlsError)) throw error;
    if (error.reason === "plain") return "tls: first record does not look like a TLS handshake";
    if (error.reason === "eof") return "EOF";
    if (error.problem !== undefined)
      return `tls: failed to verify certificate: x509: ${X509[error.problem.code] ?? "certificate signed by unknown authority"}`;
    return `${error.reason === "alert" ? "remote error: " : ""}tls: ${(error.alert ?? "internal_error").replaceAll("_", " ")}`;
  }
}
/** By openssl's numbers (go: x509 verify.go). */
const X509: Readonly<Record<number, string>> = {
  9: "certificate is not valid yet",
  10: "certificate has expired or is not yet valid",
};
