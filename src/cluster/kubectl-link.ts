import type { Api, ApiRequest, UserInfo } from "../apiserver/index.ts";
import { base64Text } from "../machinery/index.ts";
import { dialError, nodeAddress } from "../network/index.ts";
import type { Access, KubectlApi, KubectlOptions, KubectlProcess } from "../kubectl/index.ts";
import { API_PORT } from "./api-port.ts";
import type { ApiFront } from "./api-front.ts";

/** Why a server was not reached, as Go says it. */
class Unreached extends Error {
  override readonly name = "Unreached";
}

export interface KubectlLinkOptions {
  readonly api: Api;
  /** How the API server shows itself; undefined while there is no control plane yet. */
  readonly front: () => ApiFront | undefined;
  /** Whether it is reached there without a network: through the learner's own loopback. */
  readonly direct?: (host: string, port: number) => boolean;
  /** Whom a token names that needs no certificate to be judged: the learner's first. */
  readonly known?: (token: string) => UserInfo | undefined;
}

/**
 * How kubectl reaches the API server: by reference, as who its kubeconfig makes it, once names, network and certificates have let
 * it (decision 026). Addresses of other servers are dialled, and refused in Go's words.
 */
export const kubectlLink = (options: KubectlLinkOptions): Pick<KubectlOptions, "connect"> => ({
  connect({ server, access }, proc): KubectlApi {
    let entered: Promise<Entry> | undefined;
    const enter = (): Promise<Entry> => (entered ??= knock(options, server, access, proc));
    const over = async <T>(request: object, call: (whole: ApiRequest) => Promise<T>) => {
      const entry = await enter();
      if (entry === "plain") return { status: 400, contentType: "text/plain; charset=utf-8", body: PLAIN };
      const { headers } = request as ApiRequest;
      return call({ ...(request as ApiRequest), ...entry, ...(entry.headers && { headers: { ...headers, ...entry.headers } }) });
    };
    return {
      handle: (request) => over(request, (whole) => options.api.handle(whole)),
      connect: (request) => over(request, (whole) => options.api.connect(whole)),
      forward: (request) => over(request, (whole) => options.api.forward(whole)),
    };
  },
});

/** What every request carries; or plain HTTP, which an HTTPS server answers without listening. */
type Entry = Pick<ApiRequest, "user" | "peer" | "headers"> | "plain";
/** Go's words (net/http: server.go). */
const PLAIN = "Client sent an HTTP request to an HTTPS server.\n";

async function knock(options: KubectlLinkOptions, server: string, access: Access, proc: KubectlProcess): Promise<Entry> {
  const [, protocol, host = "", portText] = /^(https?):\/\/(\[[^\]]*\]|[^/:]*)(?::(\d+))?/.exec(server) ?? [];
  const port = Number(portText ?? (protocol === "http" ? 80 : 443));
  await dial(options, host, port, proc);
  if (protocol === "http") return "plain";
  const { token, basic } = access;
  const user = token === undefined ? undefined : options.known?.(token);
  if (user) return { user };
  const front = options.front();
  if (!front) throw new Unreached(`dial tcp ${host}:${port}: connect: connection refused`);
  const peer = await front.admit(access, host);
  if (typeof peer === "string") throw new Unreached(peer);
  const authorization = token !== undefined ? `Bearer ${token}` : basic && `Basic ${base64Text(`${basic.username}:${basic.password}`)}`;
  return { ...(peer && { peer }), ...(authorization !== undefined && { headers: { authorization } }) };
}

/** The Service `kubernetes`, and the control plane itself. */
const SERVERS = ["10.96.0.1:443", `${nodeAddress(0)}:${API_PORT}`, `127.0.0.1:${API_PORT}`];

/** Finds the address and somebody there; throws where there is nobody, or somebody else. */
async function dial({ direct }: KubectlLinkOptions, host: string, port: number, proc: KubectlProcess): Promise<void> {
  if (direct?.(host, port)) return;
  const { net } = proc;
  const address = await lookup(host, proc);
  if (!net?.connect) throw new Unreached(`dial tcp ${address}:${port}: connect: connection refused`);
  try {
    const socket = await net.connect(address, port);
    socket.destroy();
  } catch (error) {
    throw new Unreached(dialError(address, port, error));
  }
  if (!SERVERS.includes(`${address}:${port}`))
    throw new Unreached(`timonel: ${host}:${port} is another server, and kubectl speaks to the cluster's alone`);
}

/** An address as it is; names as the process's own network knows them. */
async function lookup(host: string, { net, fs }: KubectlProcess): Promise<string> {
  if (/^\d+(\.\d+){3}$|^\[/.test(host)) return host;
  try {
    if (net?.lookup) return (await net.lookup(host))[0] as string;
  } catch {
    // Told below: whatever went wrong, there is no such name here.
  }
  const server = fs.exists("/etc/resolv.conf") ? /^nameserver\s+(\S+)/m.exec(fs.readText("/etc/resolv.conf"))?.[1] : undefined;
  throw new Unreached(`dial tcp: lookup ${host}${server === undefined ? "" : ` on ${server}:53`}: no such host`);
}
