import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import type { UserInfo } from "../cluster/index.ts";

/**
 * Whom a connection's client certificate names: its common name is the user, its organizations are the groups (k8s:
 * authentication/request/x509 CommonNameUserConversion). Undefined without a certificate; no user: it is not of this
 * cluster's authority, or not valid now.
 */
export function peerOf(incoming: IncomingMessage): { readonly user?: UserInfo } | undefined {
  const socket = incoming.socket as TLSSocket;
  const certificate = socket.getPeerCertificate();
  if (Object.keys(certificate).length === 0) return undefined;
  const { CN, O = [] } = certificate.subject as { readonly CN?: string; readonly O?: string | readonly string[] };
  if (!socket.authorized || !CN) return {};
  const fingerprint = certificate.fingerprint256.replaceAll(":", "").toLowerCase();
  return {
    user: {
      name: CN,
      groups: typeof O === "string" ? [O] : O,
      extra: { "authentication.kubernetes.io/credential-id": [`X509SHA256=${fingerprint}`] },
    },
  };
}
