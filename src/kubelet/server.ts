import type { Client } from "../client/index.ts";
import { header, NetError, type NetworkStack, serveHttp, type ServerRequest, type ServerResponse } from "../network/index.ts";
import type { Cancel, Clock } from "../sim/index.ts";
import type { Refusal } from "./types.ts";

export const KUBELET_PORT = 10250;

/** How long what was asked about a token and its rights is believed (k8s: KubeletConfiguration's cacheTTL, cacheAuthorizedTTL, cacheUnauthorizedTTL). */
export const TTL = { token: 120_000, allowed: 300_000, refused: 30_000 } as const;

interface Caller {
  readonly username: string;
  readonly uid: string;
  readonly groups: readonly string[];
}

/**
 * The kubelet's own HTTP server on its machine's network. Who asks and whether he may is asked of the API server (k8s:
 * --authentication-token-webhook, --authorization-mode=Webhook). Like webhooks (decision 006) it is called over plain HTTP.
 */
export function serveKubelet(options: {
  readonly nodeName: string;
  readonly stack: NetworkStack;
  readonly client: Client;
  readonly clock: Pick<Clock, "now">;
  /** Undefined: there is nothing at this path. */
  readonly read: (path: string) => Refusal | undefined;
}): Cancel {
  const { nodeName, stack, client, clock, read } = options;
  const callers = remembering<Caller | undefined>(clock, () => TTL.token);
  const rights = remembering<boolean>(clock, (allowed) => (allowed ? TTL.allowed : TTL.refused));

  const callerOf = (token: string): Promise<Caller | undefined> =>
    callers(token, async () => {
      const { status } = await client.create("tokenreviews", { spec: { token } });
      const { username = "", uid = "", groups = [] } = status?.user ?? {};
      return status?.authenticated === true ? { username, uid, groups } : undefined;
    });
  const may = ({ username, uid, groups }: Caller, verb: string, subresource: string): Promise<boolean> =>
    rights(`${username} ${verb} ${subresource}`, async () => {
      const resourceAttributes = { group: "", version: "v1", resource: "nodes", subresource, name: nodeName, verb };
      const { status } = await client.create("subjectaccessreviews", { spec: { user: username, uid, groups, resourceAttributes } });
      return status?.allowed === true;
    });

  const answer = async ({ method, path, headers }: ServerRequest): Promise<ServerResponse> => {
    const [, token] = /^Bearer (.+)$/.exec(header(headers, "authorization") ?? "") ?? [];
    const caller = token === undefined ? undefined : await callerOf(token);
    if (caller === undefined) return text(401, "Unauthorized");
    const verb = method === "GET" || method === "HEAD" ? "get" : "create";
    const subresource = subresourceOf(path);
    if (!(await may(caller, verb, subresource)))
      return text(403, `Forbidden (user=${caller.username}, verb=${verb}, resource=nodes, subresource(s)=[${subresource}])`);
    const found = read(path.slice(1));
    if (found === undefined) return text(404, "404 page not found\n");
    const { status, body, contentType = "application/json" } = found;
    return { status, headers: [["Content-Type", contentType]], body: typeof body === "string" ? body : JSON.stringify(body) };
  };

  const listener = stack.listen(KUBELET_PORT);
  const accept = async (): Promise<void> => {
    try {
      for (;;) void serveHttp(await listener.accept(), (request) => answer(request));
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
    }
  };
  void accept();
  return () => listener.close();
}

/** k8s: kubelet/server/auth.go GetRequestAttributes. */
function subresourceOf(path: string): string {
  const [, first] = path.split("/");
  if (first === "metrics" || first === "stats") return first;
  return first === "logs" ? "log" : "proxy";
}

const text = (status: number, body: string): ServerResponse => ({
  status,
  headers: [["Content-Type", "text/plain; charset=utf-8"]],
  body,
});

const MOST = 1024;

/** Asks once, then answers from memory for as long as the answer says. */
function remembering<T>(clock: Pick<Clock, "now">, ttl: (value: T) => number): (key: string, ask: () => Promise<T>) => Promise<T> {
  const known = new Map<string, { readonly value: T; readonly until: number }>();
  return async (key, ask) => {
    const found = known.get(key);
    if (found !== undefined && found.until > clock.now()) return found.value;
    const value = await ask();
    if (known.size >= MOST) known.clear();
    known.set(key, { value, until: clock.now() + ttl(value) });
    return value;
  };
}
