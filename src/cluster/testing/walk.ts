import type { KubeObject, List } from "../../api/index.ts";
import { StatusError, type Status } from "../../machinery/index.ts";
import type { ClusterOptions } from "../cluster.ts";
import { testCluster } from "../testing.ts";

const causes = [{ kind: "input" as const, at: 0, sequence: 0, what: "test" }];
const admin = { name: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] };
const PATCHES = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
};
type Query = Readonly<Record<string, string>>;

/** What a JSON answer is read as where no kind's type is named. */
export type Loose = KubeObject & {
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>>;
};

/** A cluster walked as the official conformance tests walk it: bare requests, watches, and waiting until something holds. */
export async function walkedCluster(options: Partial<ClusterOptions> = {}) {
  const c = await testCluster({ preset: "reference", ...options });
  const send = (method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE", path: string, query?: Query, body?: unknown, contentType?: string) =>
    c.api.handle({
      method,
      path,
      body,
      user: admin,
      agent: "e2e.test",
      causes,
      ...(query ? { query } : {}),
      ...(contentType ? { contentType } : {}),
    });
  const ask = async <T>(...request: Parameters<typeof send>): Promise<T> => {
    const { status, body } = await send(...request);
    if (status >= 400) throw new StatusError(body as Status);
    return body as T;
  };
  return {
    ...c,
    get: <T = Loose>(path: string) => ask<T>("GET", path),
    list: async <T = Loose>(path: string, query?: Query): Promise<readonly T[]> =>
      (await ask<List<T & KubeObject>>("GET", path, query)).items,
    post: <T = Loose>(path: string, body: unknown) => ask<T>("POST", path, undefined, body),
    /** With parameters. */
    ask: <T = Loose>(path: string, query: Query) => ask<T>("GET", path, query),
    put: <T = Loose>(path: string, body: unknown) => ask<T>("PUT", path, undefined, body),
    patch: <T = Loose>(path: string, body: unknown, type: keyof typeof PATCHES = "strategic") =>
      ask<T>("PATCH", path, undefined, body, PATCHES[type]),
    remove: <T = Loose>(path: string, options?: unknown, query?: Query) => ask<T>("DELETE", path, query, options),
    /** Seconds it took until `holds`, looking every second; fails after `limit`. */
    async until(holds: () => Promise<unknown>, limit = 60): Promise<number> {
      for (let s = 0; s <= limit; s++) {
        if (await holds()) return s;
        await c.advance(1);
      }
      throw new Error(`does not hold after ${limit} s: ${holds.toString()}`);
    },
    /** Whether nothing is there. */
    async gone(path: string): Promise<boolean> {
      return (await send("GET", path)).status === 404;
    },
    /** Events from now on, as they come. */
    async watch(path: string, query: Query = {}): Promise<{ readonly type: string; readonly object: Loose }[]> {
      const seen: { type: string; object: Loose }[] = [];
      const { watch } = await send("GET", path, { ...query, watch: "true" });
      watch?.start((events) => {
        for (const { type, object } of events) seen.push({ type, object: object as Loose });
      });
      return seen;
    },
  };
}
