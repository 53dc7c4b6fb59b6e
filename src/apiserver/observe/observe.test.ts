import { beforeEach, describe, expect, it } from "vitest";
import type { ApiResponse } from "../types.ts";
import { testServer } from "../testing/server.ts";

const CM = "/api/v1/namespaces/default/configmaps";
let s: Awaited<ReturnType<typeof testServer>>;
beforeEach(async () => {
  s = await testServer();
});

interface Event {
  readonly auditID: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly stage: string;
  readonly user?: { readonly username: string };
  readonly responseStatus: { readonly code: number; readonly reason?: string };
  readonly timonel: {
    readonly sequence: number;
    readonly revision?: number;
    readonly admission: readonly object[];
    readonly causes: readonly object[];
  };
}
const events = async (query = {}): Promise<readonly Event[]> =>
  ((await s.ask("GET", "/timonel/requests", { query })).body as { items: readonly Event[] }).items;
const line = ({ user, verb, requestURI, responseStatus, stage, timonel }: Event): string =>
  `${user?.username} ${verb} ${requestURI} ${responseStatus.code} ${stage} r${timonel.revision}`;

describe("the record of requests", () => {
  it("says who asked what, what admission made of it, and what was written why", async () => {
    const [last] = (await events()).slice(-1) as [Event];
    await s.ask("POST", CM, { body: { metadata: { name: "a" } } });
    await s.ask("POST", "/api/v1/namespaces/none/configmaps", { body: { metadata: { name: "a" } } });
    await s.ask("GET", CM, { query: { labelSelector: "a=b" }, user: { name: "jane", groups: [] } });
    const more = await events({ after: String(last.timonel.sequence + 1) });
    expect(more.map(line)).toEqual([
      `kubernetes-admin create ${CM} 201 ResponseComplete r4`,
      "kubernetes-admin create /api/v1/namespaces/none/configmaps 404 ResponseComplete rundefined",
      `jane list ${CM}?labelSelector=a%3Db 403 ResponseComplete rundefined`,
    ]);
    expect(more[1]?.timonel.admission).toEqual([
      { plugin: "NamespaceLifecycle", phase: expect.any(String) as string, verdict: "refused", message: 'namespaces "none" not found' },
    ]);
    expect(more[0]?.timonel.causes).toEqual([{ kind: "input", at: s.clock.now(), sequence: 0, what: "test" }]);
    expect(new Set(more.map((e) => e.auditID)).size).toBe(3);
  });

  it("keeps what components write and not what they read", async () => {
    const component = { user: { name: "system:kube-scheduler", groups: ["system:masters"] }, agent: "scheduler" };
    const before = (await events()).length;
    await s.ask("GET", CM, component);
    await s.ask("POST", CM, { body: { metadata: { name: "a" } }, ...component });
    expect((await events()).slice(before + 1).map(line)).toEqual([`system:kube-scheduler create ${CM} 201 ResponseComplete r4`]);
  });

  it("is bounded, and can be watched: a watch twice, when it opens and when it is over", async () => {
    const seen: string[] = [];
    const { watch } = await s.ask("GET", "/timonel/requests", { query: { watch: "true", after: "9999" } });
    const cancel = watch?.start((batch) => seen.push(...batch.map((e) => line(e.object as unknown as Event))));
    const stop = (await s.ask("GET", CM, { query: { watch: "true" } })).watch?.start(() => {});
    await s.clock.settle();
    stop?.();
    await s.clock.settle();
    cancel?.();
    for (let i = 0; i < 5000; i++) await s.ask("GET", `${CM}/none`);
    await s.clock.settle();
    expect(seen).toEqual([
      `kubernetes-admin watch ${CM}?watch=true 200 ResponseStarted rundefined`,
      `kubernetes-admin watch ${CM}?watch=true 200 ResponseComplete rundefined`,
    ]);
    expect((await events()).length).toBe(4096);
  });

  it("is not there where the simulator's group is not", async () => {
    const plain = await testServer({ simulator: false });
    expect((await plain.ask("GET", "/timonel/requests")).status).toBe(404);
  });
});

describe("metrics", () => {
  it("count requests, open watches and objects", async () => {
    await s.ask("POST", CM, { body: { metadata: { name: "a" } } });
    await s.ask("GET", `${CM}/none`);
    await s.ask("POST", CM, { body: { metadata: { name: "b" } }, query: { dryRun: "All" } });
    const stop = (await s.ask("GET", CM, { query: { watch: "true" } })).watch?.start(() => {});
    const { body, contentType } = await s.ask("GET", "/metrics");
    stop?.();
    expect(contentType).toBe("text/plain; version=0.0.4; charset=utf-8");
    const of = (prefix: string) => (body as string).split("\n").filter((text) => text.startsWith(prefix));
    expect(of("apiserver_request_total").filter((text) => text.includes('resource="configmaps"'))).toEqual([
      'apiserver_request_total{code="200",component="apiserver",dry_run="",group="",resource="configmaps",scope="namespace",subresource="",verb="WATCH",version="v1"} 1',
      'apiserver_request_total{code="201",component="apiserver",dry_run="",group="",resource="configmaps",scope="namespace",subresource="",verb="POST",version="v1"} 1',
      'apiserver_request_total{code="201",component="apiserver",dry_run="All",group="",resource="configmaps",scope="namespace",subresource="",verb="POST",version="v1"} 1',
      'apiserver_request_total{code="404",component="apiserver",dry_run="",group="",resource="configmaps",scope="resource",subresource="",verb="GET",version="v1"} 1',
    ]);
    expect(of("apiserver_storage_objects").filter((text) => / [^0]\d*$/.test(text))).toEqual([
      'apiserver_storage_objects{resource="configmaps"} 1',
      'apiserver_storage_objects{resource="namespaces"} 2',
    ]);
    expect(of("apiserver_longrunning_requests")).toEqual(['apiserver_longrunning_requests{component="apiserver",verb="WATCH"} 1']);
    expect(of("apiserver_current_inflight_requests")).toEqual([
      'apiserver_current_inflight_requests{request_kind="mutating"} 0',
      'apiserver_current_inflight_requests{request_kind="readOnly"} 1',
    ]);
    const counts = of("apiserver_request_duration_seconds_count").filter((text) => text.includes("configmaps"));
    expect(counts.map((text) => text.split(" ")[1])).toEqual(["1", "1", "1"]);
  });
});

describe("health", () => {
  const asked = async (path: string, query = {}): Promise<string> => {
    const { status, body }: ApiResponse = await s.ask("GET", path, { query });
    return `${status} ${typeof body === "string" ? body : JSON.stringify(body)}`;
  };

  it("fails by name until what the start makes is there", async () => {
    expect(await asked("/readyz")).toBe(
      [
        "500 [+]ping ok",
        "[+]log ok",
        "[+]etcd ok",
        "[+]poststarthook/crd-informer-synced ok",
        "[-]poststarthook/start-system-namespaces-controller failed: reason withheld",
        "[+]poststarthook/storage-readiness ok",
        "[-]poststarthook/rbac/bootstrap-roles failed: reason withheld",
        "[-]poststarthook/scheduling/bootstrap-system-priority-classes failed: reason withheld",
        "[-]poststarthook/priority-and-fairness-config-producer failed: reason withheld",
        "[-]poststarthook/bootstrap-controller failed: reason withheld",
        "[-]poststarthook/start-kubernetes-service-cidr-controller failed: reason withheld",
        "[-]poststarthook/kube-apiserver-autoregistration failed: reason withheld",
        "[-]autoregister-completion failed: reason withheld",
        "readyz check failed",
        "",
      ].join("\n"),
    );
    expect(await asked("/livez/poststarthook/start-system-namespaces-controller")).toBe(
      "500 internal server error: namespaces kube-node-lease is not there yet\n",
    );
  });

  it("can leave checks out, and says which it does not know", async () => {
    const failing = ["start-system-namespaces-controller", "rbac/bootstrap-roles", "scheduling/bootstrap-system-priority-classes"];
    const others = ["priority-and-fairness-config-producer", "start-kubernetes-service-cidr-controller", "bootstrap-controller"];
    const hooks = [...failing, ...others, "kube-apiserver-autoregistration"].map((name) => `poststarthook/${name}`);
    const exclude = [...hooks, "autoregister-completion"];
    expect(await asked("/livez", { exclude })).toBe("200 ok");
    const verbose = await asked("/livez", { exclude: [...exclude, "moon"], verbose: "" });
    expect(verbose.split("\n").slice(4, 5)).toEqual(["[+]poststarthook/start-system-namespaces-controller excluded: ok"]);
    expect(verbose).toMatch(/warn: some health checks cannot be excluded: no matches for "moon"\nlivez check passed\n$/);
  });

  it("answers each check by its path", async () => {
    expect([await asked("/livez/ping"), await asked("/healthz/etcd"), (await asked("/readyz/moon")).slice(0, 3)]).toEqual([
      "200 ok",
      "200 ok",
      "404",
    ]);
  });
});

describe("deadlines", () => {
  it("are read from the query, and wrong ones refused", async () => {
    expect(((await s.ask("GET", CM, { query: { timeout: "soon" } })).body as { message: string }).message).toBe(
      'invalid timeout specified in the request URL - time: invalid duration "soon"',
    );
    expect((await s.ask("GET", CM, { query: { timeout: "1s" } })).status).toBe(200);
  });
});
