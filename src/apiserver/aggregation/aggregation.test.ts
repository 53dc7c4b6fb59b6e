import { describe, expect, it } from "vitest";
import type { APIService } from "../../api/index.ts";
import { testServer } from "../testing/server.ts";
import { type ApiRequest, type ApiResponse, EgressError, type HttpExchange } from "../types.ts";

const PATH = "/apis/apiregistration.k8s.io/v1/apiservices";
const METRICS = "/apis/metrics.k8s.io/v1beta1";

/** A remote server at 10.244.0.5:4443 that answers what the test says. */
async function world() {
  const asked: HttpExchange[] = [];
  let reply: (exchange: HttpExchange) => { status: number; body: object | string } = () => ({ status: 404, body: "" });
  const egress = {
    http: async (to: { ip: string; port: number }, exchange: HttpExchange) => {
      asked.push(exchange);
      if (to.ip !== "10.244.0.5" || to.port !== 4443) throw new EgressError(`dial tcp ${to.ip}:${to.port}: connect: connection refused`);
      const { status, body } = reply(exchange);
      const chunks = [new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body))];
      return {
        status,
        headers: [["Content-Type", "application/json"]] as const,
        body: { read: async () => chunks.shift() ?? null, cancel: () => {} },
      };
    },
  };
  const { ask, clock } = await testServer({ egress: () => egress as never });
  const settled = async (
    method: ApiRequest["method"],
    path: string,
    body?: object,
    more: Partial<ApiRequest> = {},
  ): Promise<ApiResponse> => {
    const answer = await ask(method, path, { ...(body ? { body } : {}), ...more });
    for (let i = 0; i < 5; i++) await clock.advance(0);
    return answer;
  };
  const available = async (name = "v1beta1.metrics.k8s.io"): Promise<string> => {
    const { status } = (await ask("GET", `${PATH}/${name}`)).body as APIService;
    return (status?.conditions ?? []).map((c) => `${c.status} ${c.reason}: ${c.message}`).join();
  };
  return { ask: settled, clock, asked, available, replies: (next: typeof reply) => void (reply = next) };
}

const metrics = (spec: object = { insecureSkipTLSVerify: true }) => ({
  apiVersion: "apiregistration.k8s.io/v1",
  kind: "APIService",
  metadata: { name: "v1beta1.metrics.k8s.io" },
  spec: {
    group: "metrics.k8s.io",
    version: "v1beta1",
    groupPriorityMinimum: 100,
    versionPriority: 100,
    service: { namespace: "kube-system", name: "metrics" },
    ...spec,
  },
});
const service = {
  metadata: { name: "metrics" },
  spec: { selector: { app: "metrics" }, ports: [{ name: "https", port: 443, targetPort: 4443 }] },
};
const slice = (ready: boolean) => ({
  metadata: { name: "metrics-x", labels: { "kubernetes.io/service-name": "metrics" } },
  addressType: "IPv4",
  endpoints: [{ addresses: ["10.244.0.5"], conditions: { ready } }],
  ports: [{ name: "https", port: 4443 }],
});
const list = {
  kind: "APIResourceList",
  groupVersion: "metrics.k8s.io/v1beta1",
  resources: [{ name: "nodes", singularName: "node", namespaced: false, kind: "NodeMetrics", verbs: ["get", "list"] }],
};
const SLICES = "/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices";

describe("an APIService with a Service", () => {
  it("says step by step what it lacks, and is served once it answers", async () => {
    const { ask, available, replies, asked } = await world();
    await ask("POST", PATH, metrics());
    expect(await available()).toBe('False ServiceNotFound: service/metrics in "kube-system" is not present');
    expect(await ask("GET", `${METRICS}/nodes`)).toEqual({
      status: 503,
      contentType: "text/plain; charset=utf-8",
      body: "service unavailable\n",
    });
    const stale = (await ask("GET", "/apis", undefined, { headers: { accept: "application/json;as=APIGroupDiscoveryList" } })).body as {
      items: object[];
    };
    expect(stale.items.at(-1)).toEqual({
      metadata: { name: "metrics.k8s.io", creationTimestamp: null },
      versions: [{ version: "v1beta1", freshness: "Stale" }],
    });
    await ask("POST", "/api/v1/namespaces/kube-system/services", service);
    expect(await available()).toBe('False EndpointsNotFound: cannot find endpointslices for service/metrics in "kube-system"');
    await ask("POST", SLICES, slice(false));
    expect(await available()).toBe(
      'False MissingEndpoints: endpointslices for service/metrics in "kube-system" have no addresses with port name "https"',
    );
    await ask("PUT", `${SLICES}/metrics-x`, slice(true));
    expect(await available()).toBe(
      "False FailedDiscoveryCheck: failing or missing response from https://10.96.0.1:443/apis/metrics.k8s.io/v1beta1: bad status from https://10.96.0.1:443/apis/metrics.k8s.io/v1beta1: 404",
    );
    replies(({ target }) =>
      target === METRICS ? { status: 200, body: list } : { status: 200, body: { kind: "NodeMetricsList", items: [] } },
    );
    await ask("PUT", `${SLICES}/metrics-x`, {
      ...slice(true),
      metadata: { ...slice(true).metadata, labels: { ...slice(true).metadata.labels, again: "yes" } },
    });
    expect(await available()).toBe("True Passed: all checks passed");
    expect((await ask("GET", `${METRICS}/nodes`)).body).toEqual({ kind: "NodeMetricsList", items: [] });
    expect(asked.at(-1)?.headers).toContainEqual(["X-Remote-User", "kubernetes-admin"]);
    expect((await ask("GET", "/apis/metrics.k8s.io")).body).toMatchObject({
      versions: [{ groupVersion: "metrics.k8s.io/v1beta1", version: "v1beta1" }],
    });
    await ask("DELETE", `${PATH}/v1beta1.metrics.k8s.io`);
    expect((await ask("GET", `${METRICS}/nodes`)).status).toBe(404);
  });

  it("is asked again every half minute", async () => {
    const { ask, available, replies, clock } = await world();
    await ask("POST", "/api/v1/namespaces/kube-system/services", service);
    await ask("POST", SLICES, slice(true));
    await ask("POST", PATH, metrics());
    expect(await available()).toContain("FailedDiscoveryCheck");
    replies(() => ({ status: 200, body: list }));
    await clock.advance(31_000);
    expect(await available()).toContain("Passed");
  });

  it("is not trusted when nobody vouches for its certificate", async () => {
    const { ask, available } = await world();
    await ask("POST", "/api/v1/namespaces/kube-system/services", service);
    await ask("POST", SLICES, slice(true));
    await ask("POST", PATH, metrics({}));
    expect(await available()).toContain("x509: certificate signed by unknown authority");
  });
});

describe("group-versions of custom resources", () => {
  const crd = {
    metadata: { name: "widgets.example.com" },
    spec: {
      group: "example.com",
      scope: "Namespaced",
      names: { plural: "widgets", kind: "Widget" },
      versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
    },
  };

  it("have an APIService that comes back when it is taken away, and goes with the last definition", async () => {
    const { ask, available } = await world();
    await ask("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", crd);
    expect(await available("v1.example.com")).toBe("True Local: Local APIServices are always available");
    await ask("DELETE", `${PATH}/v1.example.com`);
    const made = (await ask("GET", `${PATH}/v1.example.com`)).body as APIService;
    expect([made.metadata?.labels, made.spec]).toEqual([
      { "kube-aggregator.kubernetes.io/automanaged": "true" },
      { group: "example.com", version: "v1", groupPriorityMinimum: 1000, versionPriority: 100 },
    ]);
    await ask("DELETE", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com");
    expect((await ask("GET", `${PATH}/v1.example.com`)).status).toBe(404);
  });
});
