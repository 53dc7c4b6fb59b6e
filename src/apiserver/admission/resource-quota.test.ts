import { describe, expect, it } from "vitest";
import type { ResourceQuota, ResourceQuotaSpec } from "../../api/index.ts";
import { testServer } from "../testing/server.ts";

const NAMESPACE = "/api/v1/namespaces/default";
const QUOTA = `${NAMESPACE}/resourcequotas/q`;

const pod = (name: string, spec: object = {}, resources: object = {}) => ({
  metadata: { name },
  spec: { containers: [{ name: "c", image: "a:1", resources }], ...spec },
});
const service = (name: string, spec: object) => ({ metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } });

/** A server with one quota, whose status a controller has filled in. */
async function withQuota(spec: ResourceQuotaSpec, used?: Readonly<Record<string, string>>) {
  const s = await testServer({ admission: { disable: ["ServiceAccount"] } });
  const made = await s.ask("POST", `${NAMESPACE}/resourcequotas`, { body: { metadata: { name: "q" }, spec } });
  const zeros = Object.fromEntries(Object.keys(spec.hard ?? {}).map((name) => [name, "0"]));
  const status = { hard: spec.hard, used: used ?? zeros };
  expect(await s.ask("PUT", `${QUOTA}/status`, { body: { ...(made.body as object), status } })).toMatchObject({ status: 200 });
  const post = async (path: string, body: object, query: Record<string, string> = {}): Promise<string> => {
    const answer = await s.ask("POST", path.startsWith("/") ? path : `${NAMESPACE}/${path}`, { body, query });
    return answer.status === 201 ? "created" : (answer.body as { message: string }).message;
  };
  const usage = async () => ((await s.ask("GET", QUOTA)).body as ResourceQuota).status?.used;
  return { ...s, post, usage };
}

describe("ResourceQuota", () => {
  it("charges what is made, refuses what exceeds it, and takes nothing for what is not made", async () => {
    const s = await withQuota({ hard: { pods: "2", "requests.cpu": "300m", "limits.memory": "256Mi", configmaps: "1" } });
    const small = { requests: { cpu: "100m" }, limits: { memory: "64Mi" } };
    expect(await s.post("pods", pod("plain"))).toBe(
      'pods "plain" is forbidden: failed quota: q: must specify limits.memory for: c; requests.cpu for: c',
    );
    expect(await s.post("pods", pod("small", {}, small))).toBe("created");
    expect(await s.post("pods", pod("big", {}, { ...small, requests: { cpu: "400m" } }))).toBe(
      'pods "big" is forbidden: exceeded quota: q, requested: requests.cpu=400m, used: requests.cpu=100m, limited: requests.cpu=300m',
    );
    expect(await s.post("pods", pod("small", {}, small))).toBe('pods "small" already exists');
    expect(await s.post("pods", pod("dry", {}, small), { dryRun: "All" })).toBe("created");
    expect(await s.post("pods", pod("small2", {}, small))).toBe("created");
    expect(await s.post("pods", pod("small3", {}, { ...small, requests: { cpu: "10m" } }))).toBe(
      'pods "small3" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2',
    );
    expect(await s.usage()).toEqual({ configmaps: "0", "limits.memory": "128Mi", pods: "2", "requests.cpu": "200m" });
  });

  const rows: readonly [what: string, ResourceQuotaSpec, path: string, body: object, answer: string][] = [
    [
      "counts any kind",
      { hard: { "count/deployments.apps": "0" } },
      "/apis/apps/v1/namespaces/default/deployments",
      {
        metadata: { name: "d" },
        spec: { selector: { matchLabels: { a: "b" } }, template: { ...pod(""), metadata: { labels: { a: "b" } } } },
      },
      'deployments.apps "d" is forbidden: exceeded quota: q, requested: count/deployments.apps=1, used: count/deployments.apps=0, limited: count/deployments.apps=0',
    ],
    [
      "counts node ports by intent",
      { hard: { "services.nodeports": "0" } },
      "services",
      service("np", { type: "NodePort" }),
      'services "np" is forbidden: exceeded quota: q, requested: services.nodeports=1, used: services.nodeports=0, limited: services.nodeports=0',
    ],
    ["lets other services be", { hard: { "services.nodeports": "0" } }, "services", service("ip", {}), "created"],
    [
      "counts load balancers",
      { hard: { "services.loadbalancers": "0" } },
      "services",
      service("lb", { type: "LoadBalancer", allocateLoadBalancerNodePorts: false }),
      'services "lb" is forbidden: exceeded quota: q, requested: services.loadbalancers=1, used: services.loadbalancers=0, limited: services.loadbalancers=0',
    ],
    [
      "knows extended resources",
      { hard: { "requests.nvidia.com/gpu": "1" } },
      "pods",
      pod("gpu", {}, { limits: { "nvidia.com/gpu": "2" } }),
      'pods "gpu" is forbidden: exceeded quota: q, requested: requests.nvidia.com/gpu=2, used: requests.nvidia.com/gpu=0, limited: requests.nvidia.com/gpu=1',
    ],
    ["in its scope only", { hard: { pods: "0" }, scopes: ["NotBestEffort"] }, "pods", pod("p"), "created"],
    [
      "in the scope of pods that end",
      { hard: { pods: "0" }, scopes: ["Terminating"] },
      "pods",
      pod("p", { activeDeadlineSeconds: 5 }),
      'pods "p" is forbidden: exceeded quota: q, requested: pods=1, used: pods=0, limited: pods=0',
    ],
    [
      "in the scope of pods that look abroad",
      { hard: { pods: "0" }, scopes: ["CrossNamespacePodAffinity"] },
      "pods",
      pod("p", {
        affinity: {
          podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: "a", namespaces: ["other"], labelSelector: {} }] },
        },
      }),
      'pods "p" is forbidden: exceeded quota: q, requested: pods=1, used: pods=0, limited: pods=0',
    ],
    [
      "for no priority class but these",
      { hard: { pods: "0" }, scopeSelector: { matchExpressions: [{ scopeName: "PriorityClass", operator: "In", values: ["high"] }] } },
      "pods",
      pod("p"),
      "created",
    ],
  ];
  it.each(rows)("%s", async (_, spec, path, body, answer) => expect(await (await withQuota(spec)).post(path, body)).toBe(answer));

  it("waits for what is used to be known", async () => {
    const s = await withQuota({ hard: { pods: "1" } }, {});
    expect(await s.post("pods", pod("p"))).toBe('pods "p" is forbidden: status unknown for quota: q, resources: pods');
  });

  it("charges a change by what it adds", async () => {
    const s = await withQuota({ hard: { "services.nodeports": "1" } });
    expect(await s.post("services", service("s", {}))).toBe("created");
    const patch = (spec: object) =>
      s.ask("PATCH", `${NAMESPACE}/services/s`, { body: { spec }, contentType: "application/merge-patch+json" });
    expect(await patch({ type: "NodePort" })).toMatchObject({ status: 200 });
    expect(await s.usage()).toEqual({ "services.nodeports": "1" });
    const two = [
      { name: "a", port: 80 },
      { name: "b", port: 81 },
    ];
    expect(await patch({ ports: two })).toMatchObject({
      body: {
        message:
          'services "s" is forbidden: exceeded quota: q, requested: services.nodeports=1, used: services.nodeports=1, limited: services.nodeports=1',
      },
    });
  });
});
