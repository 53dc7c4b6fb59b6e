import { loadTls, type Tls } from "../../pki/index.ts";
import { loadLater } from "../../runtime/index.ts";
import type { Tool } from "./tool.ts";

const code = loadLater(loadTls);

/** TLS, and what it takes to do without it for those who never ask. */
export const tlsOf = (t: Tool): Tls | Promise<Tls> => t.proc.code(code);

/** What a handshake's arithmetic takes, in ms. */
export const HANDSHAKE_CPU = 1.5;

/** Where distributions keep the authorities that everybody trusts. */
const STORES = ["/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/cert.pem"];

/** The system's authorities: those in its file. */
export function systemRoots(t: Tool, tls: Tls): readonly Uint8Array[] {
  for (const path of [t.proc.env["SSL_CERT_FILE"], ...STORES])
    if (path && t.proc.fs.exists(path)) return tls.certificates(t.proc.fs.readText(path));
  return [];
}
/** Of every file in a directory. */
export function rootsIn(t: Tool, tls: Tls, directory: string): readonly Uint8Array[] {
  if (!t.proc.fs.exists(directory)) return [];
  return t.proc.fs
    .readdir(directory)
    .filter((name) => /\.(crt|pem|0)$/.test(name))
    .flatMap((name) => tls.certificates(t.proc.fs.readText(`${directory}/${name}`)));
}

/** `CN=web; O=acme`, as `separator` and `sign` have it. */
export const nameText = (name: readonly (readonly [string, string])[], separator = "; ", sign = "="): string =>
  name.map(([type, value]) => `${type}${sign}${value}`).join(separator);
