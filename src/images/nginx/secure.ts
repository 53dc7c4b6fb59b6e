import { keyPairProblem } from "../../machinery/index.ts";
import { loadTls, type Identity, type Tls } from "../../pki/index.ts";
import { loadLater, type ProcessContext } from "../../runtime/index.ts";
import type { Socket } from "../../network/index.ts";
import { type Peer, readAhead, type Secure } from "../serving.ts";
import type { Sources } from "./load.ts";
import { chooseServer } from "./match.ts";
import type { Config } from "./model.ts";
import { ConfigError, type Directive } from "./parse.ts";

/** A server's certificate and key, and whose clients it asks for theirs. */
export interface SecureFiles {
  readonly certificate: string;
  readonly key: string;
  readonly clients: string | undefined;
  readonly verify: "off" | "on" | "optional" | "optional_no_ca";
}

const code = loadLater(loadTls);
const HANDSHAKE_CPU = 1.5;

/** From a server's block, or the one around it; `listens` is where it says so, if it listens with ssl. */
export function secureFiles(block: readonly Directive[], http: readonly Directive[], listens: string | undefined): SecureFiles | undefined {
  const value = (name: string): string | undefined => (block.find((d) => d.name === name) ?? http.find((d) => d.name === name))?.args[0];
  if (listens === undefined) return undefined;
  const path = (text: string): string => (text.startsWith("/") ? text : `/etc/nginx/${text}`);
  const [certificate, key, clients] = [value("ssl_certificate"), value("ssl_certificate_key"), value("ssl_client_certificate")];
  if (certificate === undefined) throw new ConfigError(`no "ssl_certificate" is defined for the "listen ... ssl" directive ${listens}`);
  if (key === undefined) throw new ConfigError(`no "ssl_certificate_key" is defined for certificate "${path(certificate)}"`);
  const verify = value("ssl_verify_client") ?? "off";
  if (verify !== "off" && verify !== "on" && verify !== "optional" && verify !== "optional_no_ca")
    throw new ConfigError(`invalid value "${verify}" ${listens}`);
  if (verify === "on" && clients === undefined) throw new ConfigError("no ssl_client_certificate for ssl_verify_client");
  return { certificate: path(certificate), key: path(key), clients: clients === undefined ? undefined : path(clients), verify };
}

const name = (path: string): string => `ssl ${path}`;
const NO_FILE = (path: string): string =>
  `BIO_new_file() failed (SSL: error:80000002:system library::No such file or directory:calling fopen(${path}, r) error:10000080:BIO routines::no such file)`;

/** Reads what they name, beside the configuration. Throws ConfigError as nginx words what OpenSSL says. */
export function readSecure(
  { certificate, key, clients }: SecureFiles,
  read: (path: string) => string | undefined,
  sources: Record<string, string>,
): void {
  const [chain, secret] = [read(certificate), read(key)];
  if (chain === undefined) throw new ConfigError(`cannot load certificate "${certificate}": ${NO_FILE(certificate)}`);
  if (!chain.includes("-----BEGIN CERTIFICATE-----"))
    throw new ConfigError(
      `cannot load certificate "${certificate}": PEM_read_bio_X509_AUX() failed (SSL: error:0480006C:PEM routines::no start line:Expecting: TRUSTED CERTIFICATE)`,
    );
  if (secret === undefined) throw new ConfigError(`cannot load certificate key "${key}": ${NO_FILE(key)}`);
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(secret))
    throw new ConfigError(
      `cannot load certificate key "${key}": PEM_read_bio_PrivateKey() failed (SSL: error:1E08010C:DECODER routines::unsupported:No supported data to decode. Input type: PEM)`,
    );
  if (keyPairProblem(chain, secret) !== undefined)
    throw new ConfigError(`SSL_CTX_use_PrivateKey("${key}") failed (SSL: error:05800074:x509 certificate routines::key values mismatch)`);
  sources[name(certificate)] = chain;
  sources[name(key)] = secret;
  if (clients === undefined) return;
  const authorities = read(clients);
  if (authorities === undefined)
    throw new ConfigError(
      `SSL_CTX_load_verify_locations("${clients}") failed (SSL: error:80000002:system library::No such file or directory:calling fopen(${clients}, r))`,
    );
  sources[name(clients)] = authorities;
}

/** The handshakes of a configuration's servers. */
export class Handshakes {
  readonly #proc: ProcessContext;
  readonly #identities = new Map<string, Identity | undefined>();
  constructor(proc: ProcessContext) {
    this.#proc = proc;
  }

  #identity(tls: Tls, sources: Sources, { certificate, key }: SecureFiles): Identity | undefined {
    const [chain = "", secret = ""] = [sources[name(certificate)], sources[name(key)]];
    const id = chain + secret;
    if (!this.#identities.has(id)) {
      if (this.#identities.size > 64) this.#identities.clear();
      this.#identities.set(id, tls.identity(chain, secret));
    }
    return this.#identities.get(id);
  }

  /** What a new connection is, where `config` listens with ssl; as it came where it does not. */
  secure(socket: Socket, config: Config, sources: Sources): ReturnType<Secure> {
    const { ip, port } = socket.local;
    const speaks = config.servers.some((s) =>
      s.listens.some((l) => l.ssl && l.port === port && (l.address === undefined || l.address === ip)),
    );
    return speaks ? this.#shake(readAhead(socket), config, sources) : undefined;
  }

  async #shake(socket: Socket, config: Config, sources: Sources): Promise<Pick<Peer, "socket" | "tls" | "plain"> | undefined> {
    const { ip, port } = socket.local;
    const proc = this.#proc;
    const tls = await proc.code(code);
    const server = (serverName: string | undefined): SecureFiles | undefined => chooseServer(config, ip, port, serverName ?? "")?.secure;
    const first = server(undefined);
    const roots = first?.clients === undefined ? [] : tls.certificates(sources[name(first.clients)] ?? "");
    const judges = first !== undefined && first.verify !== "off";
    await proc.cpu(HANDSHAKE_CPU);
    const accepted = await tls.accept(socket, {
      random: proc.random,
      alpn: ["http/1.1"],
      identity: (serverName) => {
        const files = server(serverName) ?? first;
        return files && this.#identity(tls, sources, files);
      },
      ...(judges && {
        client: {
          check: (chain) => (first.verify === "optional_no_ca" ? undefined : tls.chainProblem(chain, { roots, now: proc.clock.now() })),
        },
      }),
    });
    if (accepted.kind === "failed") return undefined;
    if (accepted.kind === "plain") return { socket: accepted.socket, plain: true };
    return { socket: accepted.socket, tls: accepted.socket };
  }
}

/** What a request is answered before anybody looks at it: it came without TLS, or without a certificate that is insisted on. */
export function refusal(config: Config, peer: Peer, host: string): string | undefined {
  if (peer.plain) return "The plain HTTP request was sent to HTTPS port";
  if (!peer.tls) return undefined;
  const server = chooseServer(config, peer.socket.local.ip, peer.socket.local.port, host);
  return server?.secure?.verify === "on" && peer.tls.peer.length === 0 ? "No required SSL certificate was sent" : undefined;
}
