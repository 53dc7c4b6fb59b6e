import { beforeEach, describe, expect, it } from "vitest";
import { createRandom, SimClock } from "../sim/index.ts";
import { MemoryStore } from "../etcd/index.ts";
import { type ApiRequest, type ApiResponse, createApiServer, freezeStoredObjects } from "./index.ts";

freezeStoredObjects();
const EPOCH = Date.UTC(2026, 0, 1);
const causes = [{ kind: "input" as const, at: EPOCH, sequence: 0, what: "test" }];
const admin = { name: "kubernetes-admin", groups: ["system:masters"] };

function pool<T>(values: T[]) {
  const used = new Set<T>();
  return {
    range: "test",
    has: (v: T) => used.has(v),
    allocate: (v: T) => (values.includes(v) ? (used.has(v) ? ("allocated" as const) : void used.add(v)) : ("out of range" as const)),
    allocateNext: () => {
      const free = values.find((v) => !used.has(v));
      if (free !== undefined) used.add(free);
      return free;
    },
    release: (v: T) => void used.delete(v),
  };
}

function server() {
  const platform = {
    wall: () => 0,
    timer: (_ms: number, fn: () => void) => {
      const immediate = setImmediate(fn);
      return () => clearImmediate(immediate);
    },
  };
  const clock = new SimClock({ epoch: EPOCH, speed: 0, platform });
  const store = new MemoryStore({ now: () => clock.now(), turn: (fn) => clock.turn(fn), strictCauses: true });
  const api = createApiServer({
    store,
    clock,
    random: createRandom(1),
    clusterIps: pool(["10.96.0.5", "10.96.0.6"]),
    nodePorts: pool([30001, 30002]),
  });
  const ask = (method: ApiRequest["method"], path: string, extra: Partial<ApiRequest> = {}): Promise<ApiResponse> =>
    api.handle({ method, path, user: admin, agent: "test", causes, ...extra });
  return { clock, store, api, ask };
}

const namespace = (name: string) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
const configMap = (name: string, data: object = {}) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data });
type Json = {
  metadata: Record<string, unknown>;
  message: string;
  items: Json[];
  data: Record<string, string>;
  spec: Record<string, unknown>;
  status: unknown;
  reason: string;
};
const json = (response: ApiResponse): Json => response.body as Json;
const CM = "/api/v1/namespaces/default/configmaps";

describe("the API server", () => {
  let s: ReturnType<typeof server>;
  beforeEach(async () => {
    s = server();
    await s.ask("POST", "/api/v1/namespaces", { body: namespace("default") });
  });

  it("creates, reads, lists and deletes", async () => {
    const created = await s.ask("POST", CM, { body: configMap("a", { k: "v" }) });
    expect(created.status).toBe(201);
    expect(json(created).metadata).toMatchObject({
      name: "a",
      namespace: "default",
      resourceVersion: "3",
      creationTimestamp: "2026-01-01T00:00:00Z",
    });
    expect((await s.ask("GET", `${CM}/a`)).body).toBe(created.body);
    expect(json(await s.ask("GET", CM)).items).toHaveLength(1);
    expect(await s.ask("DELETE", `${CM}/a`)).toMatchObject({
      status: 200,
      body: { kind: "Status", status: "Success", details: { name: "a", kind: "configmaps" } },
    });
    expect(json(await s.ask("GET", `${CM}/a`)).message).toBe('configmaps "a" not found');
  });

  it("refuses what upstream refuses, in its words", async () => {
    await s.ask("POST", CM, { body: configMap("a") });
    const rows: [Parameters<typeof s.ask>, number, string][] = [
      [["POST", CM, { body: configMap("a") }], 409, 'configmaps "a" already exists'],
      [["POST", "/api/v1/namespaces/nope/configmaps", { body: configMap("a") }], 404, 'namespaces "nope" not found'],
      [
        ["POST", CM, { body: { ...configMap("b"), metadata: { name: "b", namespace: "other" } } }],
        400,
        "the namespace of the provided object does not match the namespace sent on the request",
      ],
      [
        ["PUT", `${CM}/a`, { body: { ...configMap("a"), metadata: { name: "a", resourceVersion: "1" } } }],
        409,
        'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
      ],
      [
        ["POST", CM, { body: { ...configMap("b"), dta: {} }, query: { fieldValidation: "Strict" } }],
        400,
        'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dta"',
      ],
      [["DELETE", "/api/v1/namespaces/default"], 403, 'namespaces "default" is forbidden: this namespace may not be deleted'],
      [["GET", CM, { query: { labelSelector: "a in (" } }], 400, "unable to parse requirement"],
      [
        ["GET", CM, { query: { fieldSelector: "data.k=v" } }],
        400,
        '"data.k" is not a known field selector: only "metadata.name", "metadata.namespace"',
      ],
    ];
    for (const [args, status, message] of rows) {
      const response = await s.ask(...args);
      expect([response.status, json(response).message]).toEqual([status, expect.stringContaining(message)]);
    }
  });

  it.each(["/api/v1/namespaces/default/unicorns", "/apis/apps/v1/namespaces/default/daemonsets/agent/scale"])(
    "answers %s with a Status: the group version is there",
    async (path) => {
      const response = await s.ask("GET", path);
      expect([response.status, json(response)]).toEqual([
        404,
        {
          kind: "Status",
          apiVersion: "v1",
          metadata: {},
          status: "Failure",
          message: "the server could not find the requested resource",
          reason: "NotFound",
          details: {},
          code: 404,
        },
      ]);
    },
  );

  it("answers a path of no group version as any web server does", async () => {
    const response = await s.ask("GET", "/apis/horses.example/v1/unicorns");
    expect(response).toEqual({ status: 404, contentType: "text/plain; charset=utf-8", body: "404 page not found\n" });
  });

  it("writes no revision for an update that changes nothing, and counts generation for specs only", async () => {
    const created = json(await s.ask("POST", CM, { body: configMap("a", { k: "v" }) }));
    const again = json(await s.ask("PUT", `${CM}/a`, { body: configMap("a", { k: "v" }) }));
    expect(again.metadata["resourceVersion"]).toBe(created.metadata["resourceVersion"]);
    const patched = json(await s.ask("PATCH", `${CM}/a`, { body: { data: { k: "w" } }, contentType: "application/merge-patch+json" }));
    expect([patched.data, patched.metadata["resourceVersion"]]).toEqual([{ k: "w" }, "4"]);
  });

  it("makes names, and tells a dry run from a real one", async () => {
    const dry = json(await s.ask("POST", CM, { body: { ...configMap(""), metadata: { generateName: "x-" } }, query: { dryRun: "All" } }));
    expect(dry.metadata["name"]).toMatch(/^x-[a-z0-9]{5}$/);
    expect(dry.metadata["resourceVersion"]).toBeUndefined();
    expect(json(await s.ask("GET", CM)).items).toEqual([]);
  });

  it("watches from a version, and shows a selector's objects come and go", async () => {
    const list = json(await s.ask("GET", CM));
    const seen: string[] = [];
    const watched: string[] = [];
    const follow = async (query: Record<string, string>, into: string[]): Promise<void> => {
      const response = await s.ask("GET", CM, {
        query: { watch: "1", resourceVersion: String(list.metadata["resourceVersion"]), ...query },
      });
      response.watch?.start((events) => into.push(...events.map((e) => `${e.type} ${e.object.metadata?.name}`)));
    };
    await follow({}, seen);
    await follow({ labelSelector: "x=1" }, watched);
    await s.ask("POST", CM, { body: { ...configMap("a"), metadata: { name: "a", labels: { x: "1" } } } });
    await s.ask("PATCH", `${CM}/a`, { body: { metadata: { labels: { x: "2" } } }, contentType: "application/merge-patch+json" });
    await s.ask("DELETE", `${CM}/a`);
    await s.clock.settle();
    expect(seen).toEqual(["ADDED a", "MODIFIED a", "DELETED a"]);
    expect(watched).toEqual(["ADDED a", "DELETED a"]);
  });

  it("pages through a list as it was when the first page was read", async () => {
    for (const name of ["a", "b", "c"]) await s.ask("POST", CM, { body: configMap(name) });
    const first = json(await s.ask("GET", CM, { query: { limit: "2" } }));
    expect([first.items.length, first.metadata["remainingItemCount"]]).toEqual([2, 1]);
    await s.ask("DELETE", `${CM}/c`);
    const second = json(await s.ask("GET", CM, { query: { limit: "2", continue: String(first.metadata["continue"]) } }));
    expect(second.items.map((i) => i.metadata["name"])).toEqual(["c"]);
  });

  it("gives Services addresses, takes them back, and refuses one that is taken", async () => {
    const service = (name: string, spec: object = {}) => ({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name },
      spec: { ports: [{ port: 80 }], ...spec },
    });
    const path = "/api/v1/namespaces/default/services";
    const a = json(await s.ask("POST", path, { body: service("a") }));
    expect(a.spec["clusterIP"]).toBe("10.96.0.5");
    const refused = await s.ask("POST", path, { body: service("b", { clusterIP: "10.96.0.5" }) });
    expect([refused.status, json(refused).message]).toEqual([
      422,
      'Service "b" is invalid: spec.clusterIPs: Invalid value: ["10.96.0.5"]: failed to allocate IP 10.96.0.5: provided IP is already allocated',
    ]);
    await s.ask("DELETE", `${path}/a`);
    expect(
      json(await s.ask("POST", path, { body: service("b", { clusterIP: "10.96.0.5", type: "NodePort" }) })).spec["ports"],
    ).toMatchObject([{ nodePort: 30001 }]);
    await s.ask("DELETE", `${path}/b`);
    const local = { type: "LoadBalancer", externalTrafficPolicy: "Local" };
    const c = json(await s.ask("POST", path, { body: service("c", local) }));
    expect(c.spec).toMatchObject({ ports: [{ nodePort: 30001 }], healthCheckNodePort: 30002 });
    const taken = { ...local, allocateLoadBalancerNodePorts: false, healthCheckNodePort: 30002 };
    expect(json(await s.ask("POST", path, { body: service("d", taken) })).message).toBe(
      "Internal error occurred: failed to allocate requested HealthCheck NodePort 30002: provided port is already allocated",
    );
    await s.ask("DELETE", `${path}/c`);
    expect(json(await s.ask("POST", path, { body: service("d", taken) })).spec).toMatchObject({ healthCheckNodePort: 30002 });
  });

  it("answers strangers with 403, and wrong tokens with 401", async () => {
    const stranger = { user: undefined as never };
    expect((await s.ask("GET", CM, stranger)).status).toBe(403);
    expect(json(await s.ask("GET", CM, stranger)).message).toBe(
      'configmaps is forbidden: User "system:anonymous" cannot list resource "configmaps" in API group "" in the namespace "default"',
    );
    expect((await s.ask("GET", CM, { ...stranger, headers: { authorization: "Bearer nope" } })).status).toBe(401);
  });

  it("keeps an object with finalizers until they are gone", async () => {
    await s.ask("POST", CM, { body: { ...configMap("a"), metadata: { name: "a", finalizers: ["example.com/x"] } } });
    const marked = json(await s.ask("DELETE", `${CM}/a`));
    expect(marked.metadata["deletionTimestamp"]).toBe("2026-01-01T00:00:00Z");
    await s.ask("PATCH", `${CM}/a`, { body: { metadata: { finalizers: null } }, contentType: "application/merge-patch+json" });
    expect((await s.ask("GET", `${CM}/a`)).status).toBe(404);
  });
});
