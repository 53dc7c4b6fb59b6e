import { type ChainProblem, TlsError, type TlsSocket } from "../../../pki/index.ts";
import { strftime } from "../../strftime.ts";
import { isNetworkError } from "../network-error.ts";
import { HANDSHAKE_CPU, nameText, systemRoots, tlsOf } from "../tls.ts";
import type { Tool } from "../tool.ts";
import { type Command, inputText, optionsOf } from "./types.ts";

const ACCEPTED = {
  valued: ["connect", "servername", "CAfile", "cert", "key", "host", "port", "verify", "alpn", "verify_hostname"],
  flags: [
    "showcerts",
    "brief",
    "quiet",
    "ign_eof",
    "noservername",
    "tls1_3",
    "tls1_2",
    "no_ign_eof",
    "verify_return_error",
    "prexit",
    "4",
    "crlf",
  ],
  missing: [
    "starttls",
    "CApath",
    "status",
    "tlsextdebug",
    "msg",
    "debug",
    "state",
    "reconnect",
    "sess_out",
    "sess_in",
    "psk",
    "ciphers",
    "ciphersuites",
    "curves",
    "proxy",
    "6",
    "tls1",
    "tls1_1",
    "ssl3",
    "dtls",
    "cert_chain",
    "certform",
    "keyform",
    "pass",
    "keylogfile",
    "nbio",
    "early_data",
    "verify_quiet",
    "verify_ip",
    "bind",
    "unix",
    "async",
    "no_tls1_3",
    "no_tls1_2",
    "security_debug",
  ],
} as const;

/** openssl s_client: what a server shows, and a conversation with it. */
export const client: Command = async (t, order) => {
  const { tools } = order;
  const o = optionsOf(order, ACCEPTED);
  const where = o.value("connect") ?? o.operands[0] ?? `${o.value("host") ?? "localhost"}:${o.value("port") ?? 4433}`;
  const [, host = "", port = "443"] = /^\[?([^\]]*?)\]?(?::(\d+))?$/.exec(where) ?? [];
  const tls = await tlsOf(t);
  const file = o.value("CAfile");
  const roots = file === undefined ? systemRoots(t, tls) : tls.certificates(await inputText(t, file));
  const identity = o.has("cert")
    ? tls.identity(await inputText(t, o.value("cert")), await inputText(t, o.value("key") ?? o.value("cert")))
    : undefined;
  let socket;
  try {
    socket = await t.proc.net.connect(host, Number(port));
  } catch (error) {
    if (!isNetworkError(error)) throw error;
    const [number, words] = REFUSED[error.code] ?? ["6F", "Connection refused"];
    await t.proc.stderr.write(
      error.code === "ENOTFOUND" || error.code === "EAI_AGAIN"
        ? `4007C7A2B57F0000:error:10080002:BIO routines:BIO_lookup_ex:system lib:../crypto/bio/bio_addr.c:746:Name or service not known\nconnect:errno=0\n`
        : `4007C7A2B57F0000:error:800000${number}:system library:BIO_connect:${words}:../crypto/bio/bio_sock2.c:117:calling connect()\n4007C7A2B57F0000:error:10000067:BIO routines:BIO_connect:connect error:../crypto/bio/bio_sock2.c:119:\nconnect:errno=${Number.parseInt(number, 16)}\n`,
    );
    return 1;
  }
  await t.out("CONNECTED(00000003)\n");
  const brief = o.has("brief");
  const serverName = o.has("noservername") ? undefined : (o.value("servername") ?? host);
  const alpn = o.value("alpn")?.split(",");
  let problem: ChainProblem | undefined;
  const said: string[] = [];
  const named = (der: Uint8Array): string => nameText(tls.summary(der).subject, ", ", " = ");
  const check = (chain: readonly Uint8Array[]): undefined => {
    problem = tls.chainProblem(chain, { roots, now: t.proc.clock.now() });
    const leaf = chain[0] as Uint8Array;
    const name = o.value("verify_hostname");
    if (!problem && name !== undefined && !tls.isFor(leaf, name, { commonName: true }))
      problem = { code: 62, text: "hostname mismatch", depth: 0 };
    if (problem) {
      said.push(
        `depth=${problem.depth} ${named(chain[problem.depth] ?? leaf)}\nverify error:num=${problem.code}:${problem.text}\nverify return:1\n`,
      );
      // Without the issuer nothing of the first can be told either.
      if (problem.code === 20)
        said.push(`depth=0 ${named(leaf)}\nverify error:num=21:unable to verify the first certificate\nverify return:1\n`);
    }
    for (let depth = chain.length - 1; depth >= 0; depth--)
      said.push(`depth=${depth} ${named(chain[depth] as Uint8Array)}\nverify return:1\n`);
    return undefined;
  };
  await t.proc.cpu(HANDSHAKE_CPU);
  let made: TlsSocket;
  try {
    made = await tls.connect(socket, {
      random: t.proc.random,
      check,
      identity,
      ...(serverName !== undefined && { serverName }),
      ...(alpn && { alpn }),
    });
  } catch (error) {
    if (!(error instanceof TlsError)) throw error;
    const why =
      error.reason === "plain"
        ? "0A00010B:SSL routines:ssl3_get_record:wrong version number:../ssl/record/ssl3_record.c:350:"
        : error.reason === "alert"
          ? `0A000410:SSL routines:ssl3_read_bytes:${(error.alert ?? "").replaceAll("_", " ")}:../ssl/record/rec_layer_s3.c:1586:`
          : "0A000126:SSL routines:ssl3_read_n:unexpected eof while reading:../ssl/record/rec_layer_s3.c:322:";
    await t.flush();
    await t.proc.stderr.write(`4007C7A2B57F0000:error:${why}\n`);
    await t.out(
      `---\nno peer certificate available\n---\nNo client certificate CA names sent\n---\nSSL handshake has read ${error.said ? 5 : 0} bytes and written 297 bytes\nVerification: OK\n---\nNew, (NONE), Cipher is (NONE)\nSecure Renegotiation IS NOT supported\nCompression: NONE\nExpansion: NONE\nNo ALPN negotiated\nEarly data was not sent\nVerify return code: 0 (ok)\n---\n`,
    );
    return 1;
  }
  await t.flush();
  if (!brief || problem) await t.proc.stderr.write(said.join(""));
  const leaf = made.peer[0] as Uint8Array;
  const kind = keyKind(tools.certificateFacts(leaf).keyInfo.length);
  const verdict =
    problem?.code === 20 ? { code: 21, text: "unable to verify the first certificate" } : (problem ?? { code: 0, text: "ok" });
  if (brief)
    await t.proc.stderr.write(
      `CONNECTION ESTABLISHED\nProtocol version: TLSv1.3\nCiphersuite: TLS_AES_256_GCM_SHA384\nPeer certificate: ${named(leaf)}\nHash used: SHA256\nSignature type: ${kind.signature}\n${problem ? `Verification error: ${verdict.text}` : "Verification: OK"}\nServer Temp Key: X25519, 253 bits\n`,
    );
  else {
    const moment = (ms: number): string => strftime("%b %e %H:%M:%S %Y GMT", ms);
    await t.out("---\nCertificate chain\n");
    for (const [i, der] of made.peer.entries()) {
      const facts = tls.summary(der);
      await t.out(
        ` ${i} s:${named(der)}\n   i:${nameText(facts.issuer, ", ", " = ")}\n   a:PKEY: ${keyKind(tools.certificateFacts(der).keyInfo.length).text}; sigalg: ${SIGNATURES[tools.certificateFacts(der).algorithm] ?? "unknown"}\n   v:NotBefore: ${moment(facts.notBefore)}; NotAfter: ${moment(facts.notAfter)}\n`,
      );
      if (o.has("showcerts")) await t.out(tools.toPem("CERTIFICATE", der));
    }
    await t.out(
      `---\nServer certificate\n${o.has("showcerts") ? "" : tools.toPem("CERTIFICATE", leaf)}subject=${named(leaf)}\n${o.has("showcerts") ? "" : ""}issuer=${nameText(tls.summary(leaf).issuer, ", ", " = ")}\n---\nNo client certificate CA names sent\nPeer signing digest: SHA256\nPeer signature type: ${kind.signature}\nServer Temp Key: X25519, 253 bits\n---\n`,
    );
    await t.out(
      `${problem ? `Verification error: ${verdict.text}` : "Verification: OK"}\n---\nNew, TLSv1.3, Cipher is TLS_AES_256_GCM_SHA384\nServer public key is ${kind.bits} bit\nSecure Renegotiation IS NOT supported\nCompression: NONE\nExpansion: NONE\n`,
    );
    await t.out(
      `${made.protocol === undefined ? "No ALPN negotiated" : `ALPN protocol: ${made.protocol}`}\nEarly data was not sent\nVerify return code: ${verdict.code} (${verdict.text})\n---\n`,
    );
  }
  await t.flush();
  return converse(t, made, o.has("quiet") || o.has("ign_eof"));
};

const REFUSED: Readonly<Record<string, readonly [string, string]>> = {
  ECONNREFUSED: ["6F", "Connection refused"],
  ETIMEDOUT: ["6E", "Connection timed out"],
  EHOSTUNREACH: ["71", "No route to host"],
  ENETUNREACH: ["65", "Network is unreachable"],
};
const SIGNATURES: Readonly<Record<string, string>> = {
  "1.2.840.113549.1.1.11": "RSA-SHA256",
  "1.2.840.113549.1.1.12": "RSA-SHA384",
  "1.2.840.113549.1.1.13": "RSA-SHA512",
  "1.2.840.10045.4.3.2": "ecdsa-with-SHA256",
};

/** Of a SubjectPublicKeyInfo's length: a curve's is short, a modulus is most of RSA's. */
function keyKind(length: number): { readonly text: string; readonly bits: number; readonly signature: string } {
  if (length < 150) return { text: "id-ecPublicKey, 256 (bit)", bits: 256, signature: "ECDSA" };
  const bits = Math.round((length * 8) / 1024) * 1024;
  return { text: `rsaEncryption, ${bits} (bit)`, bits, signature: "RSA" };
}

/** What is typed goes there, what comes back is printed; Q at the start of a line ends it. */
async function converse(t: Tool, socket: TlsSocket, keeps: boolean): Promise<number> {
  const sending = (async (): Promise<"quit" | "end"> => {
    for (;;) {
      const data = await t.proc.stdin.read();
      if (data === null) return "end";
      if (!keeps && data[0] === 0x51 && (data.length === 1 || data[1] === 0x0a)) return "quit";
      await socket.write(data);
    }
  })();
  const receiving = (async (): Promise<"closed"> => {
    for (;;) {
      const data = await socket.read();
      if (data === null) return "closed";
      await t.proc.stdout.write(data);
    }
  })();
  try {
    const first = await Promise.race([sending, receiving]);
    if (first === "end" && keeps) await receiving;
    else if (first !== "closed") await t.proc.stderr.write("DONE\n");
    else await t.out("closed\n");
    await t.flush();
    socket.destroy();
  } catch (error) {
    if (!(error instanceof TlsError) && !isNetworkError(error)) throw error;
    await t.proc.stderr.write("read:errno=104\n");
    return 1;
  }
  return 0;
}
