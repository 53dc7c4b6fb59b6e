import { type ByteStream, type Egress, EgressError, type HttpAnswer, type HttpExchange } from "../apiserver/index.ts";
import { dialError, HttpError, httpRequest, NetError, type NetworkStack } from "../network/index.ts";
import type { Clock } from "../sim/index.ts";
import type { ClusterMachine } from "./machines.ts";

export interface EgressOptions {
  readonly clock: Clock;
  readonly machines: ReadonlyMap<string, ClusterMachine>;
  /** The network namespace of the machine that the API server runs on. */
  readonly stack: NetworkStack;
}

/** How long Go's transport of the API server waits for a connection (k8s: proxy transport's dialer). */
const DIAL_MS = 30_000;

/** The API server's way out: to kubelets, which it finds by node, and over the cluster's network. */
export function createEgress({ clock, machines, stack }: EgressOptions): Egress {
  const kubelet = (node: string) => machines.get(node)?.kubelet;
  return {
    http: (to, request, timeout) => exchange(clock, stack, to, request, timeout),
    logs: async (node, request) => (await kubelet(node)?.logs(request)) ?? unreachable(node),
    exec: async (node, request) => (await kubelet(node)?.exec(request)) ?? unreachable(node),
    portForward: async (node, pod, port) => {
      const found = kubelet(node);
      if (!found) throw new EgressError(`no kubelet answers on node ${node}`);
      try {
        const socket = await found.portForward(pod, port);
        return { read: () => socket.read(), write: (data) => socket.write(data), end: () => socket.end(), close: () => socket.destroy() };
      } catch (error) {
        throw new EgressError(error instanceof Error ? error.message : String(error));
      }
    },
    proxy: async (node, path) => {
      const found = kubelet(node);
      if (!found) return unreachable(node);
      if (path === "stats/summary") return { status: 200, body: found.summary() };
      return { status: 404, body: `404 page not found\n`, contentType: "text/plain; charset=utf-8" };
    },
  };
}

function unreachable(node: string) {
  const message = `no kubelet answers on node ${node}`;
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
