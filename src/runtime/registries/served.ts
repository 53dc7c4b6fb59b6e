import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { header, HttpError, type HttpHeaders, httpRequest, NetError, type Socket } from "../../network/index.ts";
import { decode, encode } from "../text.ts";
import type { RegistryLogin, RegistryRefusal } from "../types.ts";
import { type ImageReference, parseReference } from "./reference.ts";
import { answered, connectionRefused, dialled, noCredentials, notFound, notTls, plainHttp, timedOut } from "./words.ts";

/** Whoever asks: a machine's network, or the learner's computer's. */
export interface Asker {
  connect(host: string, port: number, options?: { readonly timeout?: number }): Promise<Socket>;
}
const LOCAL = /^(?:localhost|127(?:\.\d+){3})(?::\d+)?$/;
/** Hosts that are found by their address: what runs there is asked. */
export const isServed = (host: string): boolean => LOCAL.test(host) || /^\d+(?:\.\d+){3}(?::\d+)?$/.test(host);

/** What an image is made of, as a registry keeps it. */
const TYPES = {
  manifest: "application/vnd.docker.distribution.manifest.v2+json",
  config: "application/vnd.docker.container.image.v1+json",
  /** {"from": "docker.io/library/alpine@sha256:…"}: layers that every simulated computer can have. */
  base: "application/vnd.timonel.image.base.v1+json",
  /** {"files": […]}, as an Image object has them. */
  files: "application/vnd.timonel.image.files.v1+json",
} as const;
interface Part {
  readonly mediaType: string;
  readonly size: number;
  readonly digest: string;
}
export interface ServedImage {
  readonly digest: string;
  readonly manifest: string;
  readonly config: string;
  readonly base: string;
  readonly files: string;
}

/** A registry's refusal, before it is worded. */
class Refused extends Error {
  readonly refusal: RegistryRefusal;
  constructor(refusal: RegistryRefusal) {
    super(refusal.error);
    this.refusal = refusal;
  }
}
/** What a registry that cannot be talked to, or will not talk, is refused with. */
export const refusalOf = (error: unknown): RegistryRefusal | undefined => (error instanceof Refused ? error.refusal : undefined);

const DIAL_MS = 30_000;
/** What a TLS client says first; whoever speaks HTTP answers that it does not understand. */
const HELLO = encode("\x16\x03\x01\x00\x0bhello\r\n\r\n\r\n");

/** One conversation with a registry by HTTP. Throws Refused. */
export class RegistryConnection {
  readonly #asker: Asker;
  readonly #reference: ImageReference;
  readonly #login: RegistryLogin | undefined;
  #authorized = false;

  constructor(asker: Asker, reference: ImageReference, login: RegistryLogin | undefined) {
    this.#asker = asker;
    this.#reference = reference;
    this.#login = login;
  }
  get #address(): readonly [string, number] {
    const { registry } = this.#reference;
    const [host = "", port] = registry.split(":");
    return [host === "localhost" ? "127.0.0.1" : host, Number(port ?? (LOCAL.test(registry) ? 80 : 443))];
  }
  async #dial(): Promise<Socket> {
    const reference = this.#reference;
    const [host, port] = this.#address;
    try {
      return await this.#asker.connect(host, port, { timeout: DIAL_MS });
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      const refusal =
        error.code === "ECONNREFUSED"
          ? connectionRefused(reference)
          : error.code === "ETIMEDOUT"
            ? timedOut(reference)
            : dialled(reference, error.message);
      // The time has passed already.
      throw new Refused({ ...refusal, latency: 0 });
    }
  }
  /** Only on the computer itself is a registry believed that does not encrypt (containerd: MatchLocalhost; docker: insecure registries). */
  async greet(): Promise<void> {
    if (LOCAL.test(this.#reference.registry)) return;
    const socket = await this.#dial();
    let reply = "";
    try {
      await socket.write(HELLO);
      const data = await socket.read();
      reply = data === null ? "" : decode(data);
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
    }
    socket.destroy();
    throw new Refused(reply.startsWith("HTTP/") ? plainHttp(this.#reference) : notTls(this.#reference, reply === ""));
  }

  async request(method: string, target: string, options: { readonly headers?: HttpHeaders; readonly body?: string | Uint8Array } = {}) {
    for (;;) {
      const socket = await this.#dial();
      const login = this.#authorized ? this.#login : undefined;
      const headers: HttpHeaders = [
        ...(options.headers ?? []),
        ["User-Agent", "containerd/v2.1.4"],
        ...(login ? [["Authorization", `Basic ${base64(`${login.username}:${login.password}`)}`] as const] : []),
      ];
      try {
        const answer = await httpRequest(socket, {
          method,
          target,
          host: this.#reference.registry,
          headers,
          ...(options.body !== undefined && { body: options.body }),
        });
        const body = await answer.body.bytes();
        const { status, reason } = answer;
        const { registry } = this.#reference;
        const location = header(answer.headers, "location")?.replace(/^https?:\/\/[^/]*/, "");
        if (status === 401) {
          const asks = /^basic/i.test(header(answer.headers, "www-authenticate") ?? "");
          if (asks && this.#login && !this.#authorized) {
            this.#authorized = true;
            continue;
          }
          if (asks && !this.#login) throw new Refused(noCredentials(this.#reference));
          throw new Refused(answered(this.#reference, `401 ${reason || "Unauthorized"}`));
        }
        return { status, reason, body, location, digest: header(answer.headers, "docker-content-digest"), registry };
      } catch (error) {
        if (error instanceof HttpError) throw new Refused(dialled(this.#reference, error.message));
        if (error instanceof NetError) throw new Refused(dialled(this.#reference, error.message));
        throw error;
      } finally {
        socket.destroy();
      }
    }
  }
}
const base64 = (text: string): string => {
  const bytes = encode(text);
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  let out = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const n = ((bytes[i] as number) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    for (let j = 0; j < 4; j++) out += i + j > bytes.length ? "=" : letters[(n >> (18 - 6 * j)) & 63];
  }
  return out;
};

/** What a name stands for in a registry that runs on the network. Throws Refused. */
export async function pullServed(asker: Asker, text: string, login: RegistryLogin | undefined): Promise<ServedImage> {
  const reference = parseReference(text) as ImageReference;
  const { path, tag, digest: wanted } = reference;
  const registry = new RegistryConnection(asker, reference, login);
  await registry.greet();
  const accept = [
    ["Accept", `${TYPES.manifest}, application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, */*`],
  ] as const;
  const head = await registry.request("HEAD", `/v2/${path}/manifests/${wanted ?? tag}`, { headers: accept });
  if (head.status === 404) throw new Refused(notFound(reference));
  if (head.status !== 200) throw new Refused(answered(reference, `${head.status} ${head.reason}`));
  const get = async (target: string): Promise<string> => {
    const { status, body } = await registry.request("GET", `/v2/${path}/${target}`, { headers: accept });
    if (status !== 200) throw new Refused(notFound(reference));
    return decode(body);
  };
  const digest = head.digest ?? wanted ?? "";
  const manifest = await get(`manifests/${digest}`);
  const { config, layers = [] } = JSON.parse(manifest) as { readonly config?: Part; readonly layers?: readonly Part[] };
  const part = (type: string): Part | undefined => layers.find(({ mediaType }) => mediaType === type);
  const [base, files] = [part(TYPES.base), part(TYPES.files)];
  if (!config || !base || !files)
    throw new Refused({
      reason: "Unknown",
      error: "failed to unpack image: layers that no docker of Timonel has pushed are not simulated by Timonel",
    });
  return {
    digest,
    manifest,
    config: await get(`blobs/${config.digest}`),
    base: await get(`blobs/${base.digest}`),
    files: await get(`blobs/${files.digest}`),
  };
}

const partOf = (mediaType: string, text: string): Part & { readonly text: string } => ({
  mediaType,
  size: encode(text).length,
  digest: `sha256:${bytesToHex(sha256(encode(text)))}`,
  text,
});

/** Puts an image there, part by part; what the registry has already is not sent. Answers the manifest's digest and size. */
export async function pushServed(
  asker: Asker,
  text: string,
  image: Pick<ServedImage, "config" | "base" | "files">,
  login: RegistryLogin | undefined,
): Promise<{ readonly digest: string; readonly size: number }> {
  const reference = parseReference(text) as ImageReference;
  const { path, tag } = reference;
  const registry = new RegistryConnection(asker, reference, login);
  await registry.greet();
  await registry.request("GET", "/v2/");
  const fail = (status: number, reason: string): never => {
    throw new Refused(answered(reference, `${status} ${reason}`));
  };
  const parts = [partOf(TYPES.config, image.config), partOf(TYPES.base, image.base), partOf(TYPES.files, image.files)] as const;
  for (const { digest, text: body } of parts) {
    if ((await registry.request("HEAD", `/v2/${path}/blobs/${digest}`)).status === 200) continue;
    const begun = await registry.request("POST", `/v2/${path}/blobs/uploads/`);
    if (begun.status !== 202) fail(begun.status, begun.reason);
    const target = `${begun.location ?? ""}${begun.location?.includes("?") ? "&" : "?"}digest=${digest}`;
    const done = await registry.request("PUT", target, { headers: [["Content-Type", "application/octet-stream"]], body });
    if (done.status !== 201) fail(done.status, done.reason);
  }
  const plain = parts.map(({ mediaType, size, digest }): Part => ({ mediaType, size, digest }));
  const [config, ...layers] = plain;
  const manifest = partOf(TYPES.manifest, JSON.stringify({ schemaVersion: 2, mediaType: TYPES.manifest, config, layers }, null, 3));
  const put = await registry.request("PUT", `/v2/${path}/manifests/${tag}`, {
    headers: [["Content-Type", TYPES.manifest]],
    body: manifest.text,
  });
  if (put.status !== 201) fail(put.status, put.reason);
  return { digest: manifest.digest, size: manifest.size };
}

/** Whether a registry takes somebody for who they say they are. Throws Refused. */
export async function loginServed(asker: Asker, host: string, login: RegistryLogin): Promise<void> {
  const registry = new RegistryConnection(asker, parseReference(`${host}/login`) as ImageReference, login);
  await registry.greet();
  await registry.request("GET", "/v2/");
}
