import { createApiServer, freezeStoredObjects, type ApiRequest, type ApiResponse } from "../index.ts";
import type { ApiServerOptions } from "../server.ts";
import { MemoryStore } from "../../etcd/index.ts";
import { createRandom } from "../../sim/index.ts";
import { testClock } from "../../sim/testing.ts";

export const EPOCH = Date.UTC(2026, 0, 1);
const causes = [{ kind: "input" as const, at: EPOCH, sequence: 0, what: "test" }];
const admin = { name: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] };

function counted<T>(make: (n: number) => T) {
  let next = 1;
  return { range: "test", has: () => false, allocate: () => undefined, allocateNext: () => make(next++), release: () => undefined };
}

/** An API server on its own, with the namespaces default and kube-system, asked as the administrator unless a test says otherwise. */
export async function testServer(options: Partial<ApiServerOptions> = {}) {
  freezeStoredObjects();
  const clock = testClock(EPOCH);
  const store = new MemoryStore({ now: () => clock.now(), turn: (fn) => clock.turn(fn), strictCauses: true });
  const api = createApiServer({
    store,
    clock,
    random: createRandom(1),
    clusterIps: counted((n) => `10.96.0.${n}`),
    nodePorts: counted((n) => 30_000 + n),
    ...options,
  });
  const ask = (method: ApiRequest["method"], path: string, extra: Partial<ApiRequest> = {}): Promise<ApiResponse> =>
    api.handle({ method, path, user: admin, agent: "test", causes, ...extra });
  for (const name of ["default", "kube-system"])
    await ask("POST", "/api/v1/namespaces", { body: { apiVersion: "v1", kind: "Namespace", metadata: { name } } });
  return { clock, store, api, ask };
}
