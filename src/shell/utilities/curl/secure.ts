import { type Alert, type ChainProblem, type Identity, type Tls, TlsError, type TlsSocket } from "../../../pki/index.ts";
import { strftime } from "../../strftime.ts";
import type { Socket } from "../network-error.ts";
import { HANDSHAKE_CPU, nameText, rootsIn, systemRoots, tlsOf } from "../tls.ts";
import type { Tool } from "../tool.ts";

/** What -k is for. */
const ADVICE =
  "\nMore details here: https://curl.se/docs/sslcerts.html\n\ncurl failed to verify the legitimacy of the server and therefore could not\nestablish a secure connection to it. To learn more about this situation and\nhow to fix it, please visit the web page mentioned above.";
const STORE = "/etc/ssl/certs/ca-certificates.crt";

/** Why there is no TLS: curl's number and words. */
export class Insecure extends Error {
  readonly code: number;
  constructor(code: number, text: string) {
    super(text);
    this.code = code;
  }
}

/** As OpenSSL names an alert that it was sent (ssl/ssl_stat.c). */
const ALERTS: Readonly<Partial<Record<Alert, string>>> = {
  certificate_required: "0A00045C:SSL routines::tlsv13 alert certificate required",
  unrecognized_name: "0A000458:SSL routines::tlsv1 unrecognized name",
  unknown_ca: "0A000418:SSL routines::tlsv1 alert unknown ca",
  bad_certificate: "0A000412:SSL routines::sslv3 alert bad certificate",
  certificate_expired: "0A000415:SSL routines::sslv3 alert certificate expired",
  handshake_failure: "0A000410:SSL routines::sslv3 alert handshake failure",
  internal_error: "0A000438:SSL routines::tlsv1 alert internal error",
};
const OPENSSL = "OpenSSL/3.0.17: error:";

/** What curl says of a handshake, or of a read, that failed. */
export function tlsFailure(error: TlsError, reading: boolean): Insecure {
  if (error.reason === "untrusted") return new Insecure(60, `SSL certificate problem: ${error.problem?.text}`);
  if (error.reason === "alert" || error.reason === "broken") {
    const words = `${OPENSSL}${(error.alert && ALERTS[error.alert]) ?? "0A000126:SSL routines::unexpected eof while reading"}`;
    return reading ? new Insecure(56, `OpenSSL SSL_read: ${words}, errno 0`) : new Insecure(35, words);
  }
  if (error.reason === "eof") return new Insecure(35, `${OPENSSL}0A000126:SSL routines::unexpected eof while reading`);
  return new Insecure(35, `${OPENSSL}0A00010B:SSL routines::wrong version number`);
}

/** Shakes hands over a new connection; what -v tells of it goes to `talk`. Throws Insecure and the network's refusals. */
export async function secure(t: Tool, socket: Socket, host: string, talk: (line: string) => void): Promise<TlsSocket> {
  const tls = await tlsOf(t);
  const { fs, clock, random } = t.proc;
  const identity = clientIdentity(t, tls);
  const insecure = t.has("insecure");
  const file = t.value("cacert") ?? t.proc.env["CURL_CA_BUNDLE"];
  let roots: readonly Uint8Array[] = [];
  if (!insecure) {
    if (file !== undefined && !fs.exists(file)) throw new Insecure(77, `error setting certificate file: ${file}`);
    roots = file === undefined ? systemRoots(t, tls) : tls.certificates(fs.readText(file));
    if (file !== undefined && roots.length === 0) throw new Insecure(77, `error setting certificate file: ${file}`);
    if (t.has("capath")) roots = [...roots, ...rootsIn(t, tls, t.value("capath") as string)];
  }
  talk("ALPN: offers h2,http/1.1");
  talk("TLSv1.3 (OUT), TLS handshake, Client hello (1):");
  if (!insecure) {
    talk(` CAfile: ${file ?? STORE}`);
    talk(` CApath: ${t.value("capath") ?? (file === undefined || !t.has("capath") ? "/etc/ssl/certs" : "none")}`);
  }
  let problem: ChainProblem | undefined;
  const check = (chain: readonly Uint8Array[]): ChainProblem | undefined => {
    for (const step of ["Server hello (2)", "Encrypted Extensions (8)", "Certificate (11)"]) talk(`TLSv1.3 (IN), TLS handshake, ${step}:`);
    problem = tls.chainProblem(chain, { roots: insecure ? systemRoots(t, tls) : roots, now: clock.now() });
    if (problem && !insecure)
      talk(`TLSv1.3 (OUT), TLS alert, ${problem.code === 10 || problem.code === 9 ? "certificate expired (557)" : "unknown CA (560)"}:`);
    return insecure ? undefined : problem;
  };
  await t.proc.cpu(HANDSHAKE_CPU);
  let made: TlsSocket;
  try {
    made = await tls.connect(socket, { random, serverName: host, alpn: ["h2", "http/1.1"], check, identity });
  } catch (error) {
    if (!(error instanceof TlsError)) throw error;
    const failure = tlsFailure(error, false);
    talk(failure.message);
    socket.destroy();
    throw failure.code === 60 ? new Insecure(60, failure.message + ADVICE) : failure;
  }
  for (const step of [
    "(IN), TLS handshake, CERT verify (15)",
    "(IN), TLS handshake, Finished (20)",
    "(OUT), TLS change cipher, Change cipher spec (1)",
    "(OUT), TLS handshake, Finished (20)",
  ])
    talk(`TLSv1.3 ${step}:`);
  talk("SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384");
  talk(made.protocol === undefined ? "ALPN: server did not agree on a protocol. Uses default." : `ALPN: server accepted ${made.protocol}`);
  const leaf = made.peer[0] as Uint8Array;
  const facts = tls.summary(leaf);
  const moment = (ms: number): string => strftime("%b %e %H:%M:%S %Y GMT", ms);
  talk("Server certificate:");
  talk(` subject: ${nameText(facts.subject)}`);
  talk(` start date: ${moment(facts.notBefore)}`);
  talk(` expire date: ${moment(facts.notAfter)}`);
  if (!insecure) {
    const mismatch = mismatched(tls, leaf, host);
    if (mismatch !== undefined) {
      talk(` ${mismatch.replace(/^SSL: /, "")}`);
      talk(`SSL: ${mismatch.replace(/^SSL: /, "")}`);
      made.destroy();
      throw new Insecure(60, mismatch + ADVICE);
    }
    const named = facts.dnsNames.find((name) => tls.isFor(leaf, host) && (name === host || name.startsWith("*.")));
    talk(
      named === undefined
        ? ` subjectAltName: host "${host}" matched cert's IP address!`
        : ` subjectAltName: host "${host}" matched cert's "${named}"`,
    );
  }
  talk(` issuer: ${nameText(facts.issuer)}`);
  talk(problem ? ` SSL certificate verify result: ${problem.text} (${problem.code}), continuing anyway.` : " SSL certificate verify ok.");
  talk("using HTTP/1.x");
  return made;
}

function mismatched(tls: Tls, leaf: Uint8Array, host: string): string | undefined {
  if (tls.isFor(leaf, host, { commonName: true })) return undefined;
  const { subject, dnsNames, addresses } = tls.summary(leaf);
  const cn = subject.find(([type]) => type === "CN")?.[1];
  return dnsNames.length + addresses.length > 0 || cn === undefined
    ? `SSL: no alternative certificate subject name matches target host name '${host}'`
    : `SSL: certificate subject name '${cn}' does not match target host name '${host}'`;
}

function clientIdentity(t: Tool, tls: Tls): Identity | undefined {
  const cert = t.value("cert");
  if (cert === undefined) return undefined;
  const { fs } = t.proc;
  // A password may follow the file's name.
  const path = fs.exists(cert) ? cert : cert.replace(/:[^/]*$/, "");
  const bad = (why: string): Insecure =>
    new Insecure(
      58,
      `could not load PEM client certificate from ${path}, OpenSSL error ${why}, (no key found, wrong pass phrase, or wrong file format?)`,
    );
  if (!fs.exists(path)) throw bad("error:80000002:system library::No such file or directory");
  const pem = fs.readText(path);
  if (tls.certificates(pem).length === 0) throw bad("error:0480006C:PEM routines::no start line");
  const key = t.value("key") ?? path;
  if (!fs.exists(key)) throw new Insecure(58, `unable to set private key file: '${key}' type PEM`);
  const identity = tls.identity(pem, fs.readText(key));
  if (!identity) throw new Insecure(58, `unable to set private key file: '${key}' type PEM`);
  return identity;
}
