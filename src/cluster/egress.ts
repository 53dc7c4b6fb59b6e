import { type ByteStream, type Egress, EgressError, type HttpAnswer, type HttpExchange } from "../apiserver/index.ts";
import { dialError, HttpError, httpRequest, NetError, type NetworkStack } from "../network/index.ts";
import type { Kubelet } from "../kubelet/index.ts";
import type { Clock } from "../sim/index.ts";
import type { ClusterMachine } from "./machines.ts";

export interface EgressOptions {
  readonly clock: Clock;
  readonly machines: ReadonlyMap<string, ClusterMachine>;
  /** Whether a machine is cut off from the API server's. */
  readonly severed: (machine: string) => boolean;
  /** The network namespace of the machine that the API server runs on. */
  readonly stack: NetworkStack;
}

/** How long Go's transport of the API server waits for a connection (k8s: proxy transport's dialer). */
const DIAL_MS = 30_000;

/** The API server's way out: to kubelets, which it finds by node, and over the cluster's network. */
export function createEgress({ clock, machines, stack, severed }: EgressOptions): Egress {
  /** The node's kubelet, once it has been dialled; or why it can't be. */
  const dial = async (node: string): Promise<Kubelet | string> => {
    const machine = machines.get(node);
    if (!machine) return `no kubelet answers on node ${node}`;
    const address = `dial tcp ${machine.address}:10250`;
    if (severed(node) || !machine.network.on) {
      await clock.sleep(DIAL_MS);
      return `${address}: i/o timeout`;
    }
    return machine.kubelet.kubelet ?? `${address}: connect: connection refused`;
  };
  const url = (node: string, path: string): string => `Get "https://${machines.get(node)?.address ?? node}:10250${path}"`;
  return {
    http: (to, request, timeout) => exchange(clock, stack, to, request, timeout),
    async logs(node, request) {
      const found = await dial(node);
      const path = `/containerLogs/${request.namespace}/${request.pod}/${request.container}`;
      return typeof found === "string" ? failed(`${url(node, path)}: ${found}`) : found.logs(request);
    },
    async exec(node, request) {
      const found = await dial(node);
      return typeof found === "string" ? failed(`error dialing backend: ${found}`) : found.exec(request);
    },
    portForward: async (node, pod, port) => {
      const found = await dial(node);
      if (typeof found === "string") throw new EgressError(`error dialing backend: ${found}`);
      try {
        const socket = await found.portForward(pod, port);
        return { read: () => socket.read(), write: (data) => socket.write(data), end: () => socket.end(), close: () => socket.destroy() };
      } catch (error) {
        throw new EgressError(error instanceof Error ? error.message : String(error));
      }
    },
    proxy: async (node, path) => {
      const found = await dial(node);
      if (typeof found === "string") return failed(`error trying to reach service: ${found}`);
      return found.read(path) ?? { status: 404, body: `404 page not found\n`, contentType: "text/plain; charset=utf-8" };
    },
  };
}

function failed(message: string) {
  return { status: 500, body: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, code: 500 } };
}

async function exchange(
  clock: Clock,
  stack: NetworkStack,
  { ip, port }: { readonly ip: string; readonly port: number },
  request: HttpExchange,
  timeout: number | undefined,
): Promise<HttpAnswer> {
  const began = clock.now();
  const late = (): boolean => timeout !== undefined && clock.now() - began >= timeout;
  const connected = stack.connect(ip, port, { timeout: Math.min(timeout ?? DIAL_MS, DIAL_MS) });
  const socket = await connected.catch((error: unknown) => {
    throw late() ? new EgressError("context deadline exceeded", true) : new EgressError(dialError(ip, port, error));
  });
  try {
    const left = timeout === undefined ? {} : { deadline: { clock, ms: Math.max(1, timeout - (clock.now() - began)) } };
    const { status, headers, body } = await httpRequest(
      socket,
      { ...request, headers: [...(request.headers ?? []), ["Connection", "close"]] },
      left,
    );
    return { status, headers, body: closing(body, () => socket.destroy()) };
  } catch (error) {
    socket.destroy();
    throw late() ? new EgressError("context deadline exceeded", true) : new EgressError(wording(error));
  }
}

function wording(error: unknown): string {
  if (error instanceof HttpError && error.status === 0) return "EOF";
  if (error instanceof NetError && error.code === "ECONNRESET") return "read: connection reset by peer";
  return error instanceof Error ? error.message : String(error);
}

/** The body of an answer whose connection ends with it. */
function closing(body: { read(): Promise<Uint8Array | null> }, close: () => void): ByteStream {
  return {
    async read() {
      const data = await body.read().catch((error: unknown) => {
        close();
        throw error;
      });
      if (data === null) close();
      return data;
    },
    cancel: close,
  };
}
