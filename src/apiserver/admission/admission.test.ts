import { describe, expect, it } from "vitest";
import type { KubeObject, Pod, PodSpec } from "../../api/index.ts";
import { testServer } from "../testing/server.ts";
import { admissionProblems, enabledPlugins } from "./index.ts";
import { order } from "./plugins.ts";
import { mergeTolerations } from "./runtime-class.ts";

const PODS = "/api/v1/namespaces/default/pods";
const WITHOUT_ACCOUNTS = { disable: ["ServiceAccount"] };

type Server = Awaited<ReturnType<typeof testServer>>;

const pod = (name: string, spec: object = {}, metadata: object = {}): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, ...metadata },
  spec: { containers: [{ name: "c", image: "nginx:1.27" }], ...spec } as PodSpec,
});

/** Creates them one after the other. */
async function given(s: Server, objects: readonly (readonly [path: string, body: object])[]): Promise<void> {
  for (const [path, body] of objects) expect(await s.ask("POST", path, { body })).toMatchObject({ status: 201 });
}

/** The message of the refusal, or the object. */
async function create<T = Pod>(s: Server, path: string, body: object): Promise<T | string> {
  const answer = await s.ask("POST", path, { body });
  return answer.status === 201 ? (answer.body as T) : (answer.body as { message: string }).message;
}

describe("LimitRanger", () => {
  const limits = [
    {
      type: "Container",
      default: { cpu: "200m", memory: "128Mi" },
      defaultRequest: { cpu: "50m", memory: "32Mi" },
      min: { cpu: "20m" },
      max: { memory: "256Mi" },
      maxLimitRequestRatio: { cpu: "4" },
    },
    { type: "Pod", max: { memory: "300Mi" } },
  ];
  const withBounds = async (bounds: object[] = limits): Promise<Server> => {
    const s = await testServer({ admission: WITHOUT_ACCOUNTS });
    await given(s, [["/api/v1/namespaces/default/limitranges", { metadata: { name: "bounds" }, spec: { limits: bounds } }]]);
    return s;
  };

  it("fills in what a container leaves out, and notes it", async () => {
    const made = (await create(await withBounds(), PODS, pod("plain", { initContainers: [{ name: "i", image: "a:1" }] }))) as Pod;
    expect(made.metadata?.annotations).toEqual({
      "kubernetes.io/limit-ranger":
        "LimitRanger plugin set: cpu, memory request for container c; cpu, memory limit for container c; cpu, memory request for init container i; cpu, memory limit for init container i",
    });
    const resources = { limits: { cpu: "200m", memory: "128Mi" }, requests: { cpu: "50m", memory: "32Mi" } };
    expect([made.spec?.containers[0]?.resources, made.spec?.initContainers?.[0]?.resources]).toEqual([resources, resources]);
  });

  // limitrange.yaml.
  const refusals: readonly [resources: object, message: string][] = [
    [
      { requests: { cpu: "10m" } },
      "[minimum cpu usage per Container is 20m, but request is 10m, cpu max limit to request ratio per Container is 4, but provided ratio is 20.000000]",
    ],
    [
      { limits: { memory: "1Gi" } },
      "[maximum memory usage per Container is 256Mi, but limit is 1Gi, maximum memory usage per Pod is 300Mi, but limit is 1Gi]",
    ],
    [
      { requests: { cpu: "20m" }, limits: { cpu: "100m" } },
      "cpu max limit to request ratio per Container is 4, but provided ratio is 5.000000",
    ],
  ];
  it.each(refusals)("refuses %j", async (resources, message) => {
    const body = pod("p", { containers: [{ name: "c", image: "a:1", resources }] });
    expect(await create(await withBounds(), PODS, body)).toBe(`pods "p" is forbidden: ${message}`);
  });

  const unsaid: readonly [bounds: object, message: string][] = [
    [{ type: "Pod", min: { cpu: "1" } }, "minimum cpu usage per Pod is 1. No request is specified"],
    [{ type: "Pod", max: { cpu: "1" } }, "maximum cpu usage per Pod is 1. No limit is specified"],
    [
      { type: "Pod", maxLimitRequestRatio: { cpu: "2" } },
      "cpu max limit to request ratio per Pod is 2, but no request is specified or request is 0",
    ],
  ];
  it.each(unsaid)("wants %j to be said", async (bounds, message) => {
    expect(await create(await withBounds([bounds]), PODS, pod("p"))).toBe(`pods "p" is forbidden: ${message}`);
  });
});

describe("Priority", () => {
  const CLASSES = "/apis/scheduling.k8s.io/v1/priorityclasses";
  const withClasses = async (): Promise<Server> => {
    const s = await testServer({ admission: WITHOUT_ACCOUNTS });
    await given(s, [
      [CLASSES, { metadata: { name: "high" }, value: 1000 }],
      [CLASSES, { metadata: { name: "base" }, value: 10, globalDefault: true }],
      [CLASSES, { metadata: { name: "meek" }, value: 1, preemptionPolicy: "Never" }],
    ]);
    return s;
  };
  const priorityOf = ({ spec }: Pod): unknown => [spec?.priorityClassName, spec?.priority, spec?.preemptionPolicy];

  it("is what its class says, or the default one", async () => {
    const s = await withClasses();
    expect(priorityOf((await create(s, PODS, pod("a", { priorityClassName: "high" }))) as Pod)).toEqual([
      "high",
      1000,
      "PreemptLowerPriority",
    ]);
    expect(priorityOf((await create(s, PODS, pod("b"))) as Pod)).toEqual(["base", 10, "PreemptLowerPriority"]);
    expect(priorityOf((await create(s, PODS, pod("c", { priorityClassName: "meek" }))) as Pod)).toEqual(["meek", 1, "Never"]);
  });

  const refusals: readonly [string, object, string][] = [
    [PODS, pod("p", { priorityClassName: "none" }), 'pods "p" is forbidden: no PriorityClass with name none was found'],
    [
      PODS,
      pod("odd", { priority: 7 }),
      'pods "odd" is forbidden: the integer value of priority (7) must not be provided in pod spec; priority admission controller computed 10 from the given PriorityClass name',
    ],
    [
      PODS,
      pod("odd", { preemptionPolicy: "Never" }),
      'pods "odd" is forbidden: the string value of PreemptionPolicy (Never) must not be provided in pod spec; priority admission controller computed PreemptLowerPriority from the given PriorityClass name',
    ],
    [
      CLASSES,
      { metadata: { name: "base2" }, value: 20, globalDefault: true },
      'priorityclasses.scheduling.k8s.io "base2" is forbidden: PriorityClass base is already marked as default. Only one default can exist',
    ],
  ];
  it.each(refusals)("refuses at %s %j", async (path, body, message) => expect(await create(await withClasses(), path, body)).toBe(message));

  it("keeps the system's own classes", async () => {
    const s = await testServer();
    await given(s, [[CLASSES, { metadata: { name: "system-node-critical" }, value: 2_000_001_000 }]]);
    expect(await s.ask("DELETE", `${CLASSES}/system-node-critical`)).toMatchObject({
      body: {
        message:
          'priorityclasses.scheduling.k8s.io "system-node-critical" is forbidden: this is a system priority class and cannot be deleted',
      },
    });
  });
});

describe("RuntimeClass", () => {
  const withClass = async (): Promise<Server> => {
    const s = await testServer({ admission: WITHOUT_ACCOUNTS });
    const scheduling = { nodeSelector: { disk: "ssd" }, tolerations: [{ key: "gvisor", operator: "Exists" }] };
    const body = { metadata: { name: "gvisor" }, handler: "runsc", overhead: { podFixed: { cpu: "250m" } }, scheduling };
    await given(s, [["/apis/node.k8s.io/v1/runtimeclasses", body]]);
    return s;
  };

  it("adds what the class costs and where it runs", async () => {
    const made = (await create(await withClass(), PODS, pod("p", { runtimeClassName: "gvisor" }))) as Pod;
    expect(made.spec).toMatchObject({ overhead: { cpu: "250m" }, nodeSelector: { disk: "ssd" } });
    expect(made.spec?.tolerations?.map((t) => t.key)).toContain("gvisor");
  });

  const refusals: readonly [object, string][] = [
    [{ runtimeClassName: "none" }, 'pod rejected: RuntimeClass "none" not found'],
    [
      { runtimeClassName: "gvisor", nodeSelector: { disk: "hdd" } },
      "conflict: runtimeClass.scheduling.nodeSelector[disk] = ssd; pod.spec.nodeSelector[disk] = hdd",
    ],
    [{ runtimeClassName: "gvisor", overhead: { cpu: "1" } }, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"],
    [{ overhead: { cpu: "1" } }, "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead"],
  ];
  it.each(refusals)("refuses %j", async (spec, message) =>
    expect(await create(await withClass(), PODS, pod("p", spec))).toBe(`pods "p" is forbidden: ${message}`),
  );

  it("keeps of tolerations those that no other covers", () => {
    const all = { operator: "Exists" };
    const some = { key: "a", operator: "Equal", value: "1", effect: "NoSchedule" };
    expect(mergeTolerations([some, all])).toEqual([all]);
    expect(mergeTolerations([all, some])).toEqual([all]);
    expect(mergeTolerations([some, { ...some }])).toEqual([some]);
    const brief = { key: "a", operator: "Exists", effect: "NoExecute", tolerationSeconds: 10 };
    expect(mergeTolerations([brief, { ...brief, tolerationSeconds: 20 }])).toEqual([{ ...brief, tolerationSeconds: 20 }]);
  });
});

describe("the small plugins", () => {
  it("TaintNodesByCondition keeps pods off a node that nobody has seen ready", async () => {
    const node = await create<{ spec: object }>(await testServer(), "/api/v1/nodes", { metadata: { name: "n" } });
    expect(node).toMatchObject({ spec: { taints: [{ key: "node.kubernetes.io/not-ready", effect: "NoSchedule" }] } });
  });

  it("DefaultIngressClass takes the newest class that is marked", async () => {
    const s = await testServer();
    const CLASSES = "/apis/networking.k8s.io/v1/ingressclasses";
    const annotations = { "ingressclass.kubernetes.io/is-default-class": "true" };
    await given(s, [
      [CLASSES, { metadata: { name: "b", annotations }, spec: { controller: "a.io/b" } }],
      [CLASSES, { metadata: { name: "a", annotations }, spec: { controller: "a.io/b" } }],
      [CLASSES, { metadata: { name: "0" }, spec: { controller: "a.io/b" } }],
    ]);
    const INGRESSES = "/apis/networking.k8s.io/v1/namespaces/default/ingresses";
    const backend = { service: { name: "web", port: { number: 80 } } };
    const body = { metadata: { name: "i" }, spec: { defaultBackend: backend } };
    expect(await create(s, INGRESSES, body)).toMatchObject({ spec: { ingressClassName: "a" } });
    const old = { ...body, metadata: { name: "old", annotations: { "kubernetes.io/ingress.class": "x" } } };
    expect(((await create<KubeObject & { spec: object }>(s, INGRESSES, old)) as { spec: object }).spec).toEqual(body.spec);
  });

  it("PodTopologyLabels says where a pod is", async () => {
    const s = await testServer({ admission: WITHOUT_ACCOUNTS });
    const labels = { "topology.kubernetes.io/zone": "z", "topology.kubernetes.io/region": "r", other: "o" };
    await given(s, [
      ["/api/v1/nodes", { metadata: { name: "n", labels } }],
      [PODS, pod("p", {}, { labels: { app: "a" } })],
      [`${PODS}/p/binding`, { metadata: { name: "p" }, target: { kind: "Node", name: "n" } }],
    ]);
    const { other: _, ...copied } = labels;
    expect((await s.ask("GET", `${PODS}/p`)).body).toMatchObject({
      metadata: { labels: { app: "a", ...copied } },
      spec: { nodeName: "n" },
    });
    expect(await create(s, PODS, pod("q", { nodeName: "n" }))).toMatchObject({ metadata: { labels: copied } });
  });

  it("AlwaysPullImages pulls, when it is switched on", async () => {
    const spec = { containers: [{ name: "c", image: "a:1", imagePullPolicy: "Never" }] };
    const off = await testServer({ admission: WITHOUT_ACCOUNTS });
    expect(((await create(off, PODS, pod("p", spec))) as Pod).spec?.containers[0]?.imagePullPolicy).toBe("Never");
    const on = await testServer({ admission: { ...WITHOUT_ACCOUNTS, enable: ["AlwaysPullImages"] } });
    expect(((await create(on, PODS, pod("p", spec))) as Pod).spec?.containers[0]?.imagePullPolicy).toBe("Always");
  });

  it("PodResizeValidator keeps a pod within what its node has", async () => {
    const s = await testServer({ admission: WITHOUT_ACCOUNTS });
    const containers = [{ name: "c", image: "a:1", resources: { requests: { cpu: "1", memory: "1Gi" } } }];
    await given(s, [
      ["/api/v1/nodes", { metadata: { name: "n" }, status: { allocatable: { cpu: "2", memory: "2Gi" } } }],
      ["/api/v1/nodes", { metadata: { name: "w", labels: { "kubernetes.io/os": "windows" } } }],
      [PODS, pod("p", { nodeName: "n", containers })],
      [PODS, pod("q", { nodeName: "w", containers })],
    ]);
    const resize = async (name: string, requests: object): Promise<unknown> => {
      const body = { spec: { containers: [{ name: "c", resources: { requests } }] } };
      return (await s.ask("PATCH", `${PODS}/${name}/resize`, { body, contentType: "application/strategic-merge-patch+json" })).body;
    };
    expect(await resize("p", { cpu: "64", memory: "4Gi" })).toMatchObject({
      message:
        'pods "p" is forbidden: node didn\'t have enough allocatable resources: cpu, requested: 64000, allocatable: 2000; memory, requested: 4294967296, allocatable: 2147483648',
      details: { causes: [{ reason: "NodeCapacity" }] },
    });
    expect(await resize("q", { cpu: "1500m" })).toMatchObject({
      message: 'pods "q" is forbidden: pod resize is only supported on linux nodes, node "w" is "windows"',
    });
    expect(await resize("p", { cpu: "1500m" })).toMatchObject({ kind: "Pod" });
  });

  const antiAffinity = [{ topologyKey: "zone", labelSelector: {} }];
  const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: antiAffinity } };
  const refusals: readonly [plugin: string, path: string, body: object, message: string][] = [
    [
      "DenyServiceExternalIPs",
      "/api/v1/namespaces/default/services",
      { metadata: { name: "s" }, spec: { externalIPs: ["1.2.3.4"], ports: [{ port: 80 }] } },
      'services "s" is forbidden: Use of external IPs is denied by admission control',
    ],
    [
      "LimitPodHardAntiAffinityTopology",
      PODS,
      pod("p", { affinity }),
      'pods "p" is forbidden: affinity.PodAntiAffinity.RequiredDuringScheduling has TopologyKey zone but only key kubernetes.io/hostname is allowed',
    ],
    ["AlwaysDeny", PODS, pod("p"), 'pods "p" is forbidden: admission control is denying all modifications'],
    ["NamespaceExists", "/api/v1/namespaces/none/configmaps", { metadata: { name: "c" } }, 'namespaces "none" not found'],
  ];
  it.each(refusals)("%s refuses, when it is switched on", async (plugin, path, body, message) => {
    const disable = ["ServiceAccount", "NamespaceLifecycle"];
    const off = await testServer({ admission: { disable: ["ServiceAccount"] } });
    expect((await off.ask("POST", path, { body })).status).toBe(plugin === "NamespaceExists" ? 404 : 201);
    expect(await create(await testServer({ admission: { enable: [plugin], disable } }), path, body)).toBe(message);
  });

  it("ExtendedResourceToleration tolerates what a rare resource is behind, when it is switched on", async () => {
    const resources = { requests: { "a.com/gpu": "1" }, limits: { "a.com/gpu": "1" } };
    const body = pod("p", { containers: [{ name: "c", image: "a:1", resources }] });
    const s = await testServer({
      admission: { enable: ["ExtendedResourceToleration"], disable: ["ServiceAccount", "DefaultTolerationSeconds"] },
    });
    const made = (await create(s, PODS, body)) as Pod;
    expect(made.spec?.tolerations).toEqual([{ key: "a.com/gpu", operator: "Exists", effect: "NoSchedule" }]);
  });

  it("PodNodeSelector sends pods where their namespace says, when it is switched on", async () => {
    const s = await testServer({ admission: { ...WITHOUT_ACCOUNTS, enable: ["PodNodeSelector"] } });
    const annotations = { "scheduler.alpha.kubernetes.io/node-selector": "disk=ssd, zone=a" };
    await given(s, [["/api/v1/namespaces", { metadata: { name: "lab", annotations } }]]);
    const PATH = "/api/v1/namespaces/lab/pods";
    expect(await create(s, PATH, pod("p", { nodeSelector: { own: "x" } }))).toMatchObject({
      spec: { nodeSelector: { disk: "ssd", zone: "a", own: "x" } },
    });
    expect(await create(s, PATH, pod("q", { nodeSelector: { disk: "hdd" } }))).toBe(
      'pods "q" is forbidden: pod node label selector conflicts with its namespace node label selector',
    );
  });

  it("NamespaceLifecycle refuses writes where there is no namespace", async () => {
    expect(await create(await testServer(), "/api/v1/namespaces/none/configmaps", { metadata: { name: "c" } })).toBe(
      'namespaces "none" not found',
    );
  });
});

describe("ServiceAccount", () => {
  const ACCOUNTS = "/api/v1/namespaces/default/serviceaccounts";
  const secret = (name: string): object => ({ name: "S", valueFrom: { secretKeyRef: { name, key: "k" } } });
  const strict = { "kubernetes.io/enforce-mountable-secrets": "true" };
  const refusals: readonly [spec: object, message: string][] = [
    [{ serviceAccountName: "none" }, 'error looking up service account default/none: serviceaccount "none" not found'],
    [
      { volumes: [{ name: "v", secret: { secretName: "theirs" } }] },
      'volume with secret.secretName="theirs" is not allowed because service account strict does not reference that secret',
    ],
    [
      { containers: [{ name: "c", image: "a:1", env: [secret("mine"), secret("theirs")] }] },
      'container c with envVar S referencing secret.secretName="theirs" is not allowed because service account strict does not reference that secret',
    ],
    [
      { imagePullSecrets: [{ name: "pull" }, { name: "other" }] },
      'imagePullSecrets[1].name="other" is not allowed because service account strict does not reference that imagePullSecret',
    ],
  ];
  it.each(refusals)("refuses %j", async (spec, message) => {
    const s = await testServer();
    const lists = { secrets: [{ name: "mine" }], imagePullSecrets: [{ name: "pull" }] };
    await given(s, [[ACCOUNTS, { metadata: { name: "strict", annotations: strict }, ...lists }]]);
    expect(await create(s, PODS, pod("p", { serviceAccountName: "strict", ...spec }))).toBe(`pods "p" is forbidden: ${message}`);
  });

  it("keeps kubelets' own pods from accounts and secrets", async () => {
    const s = await testServer();
    const mirror = { annotations: { "kubernetes.io/config.mirror": "x" } };
    const why = (spec: object): Promise<unknown> => create(s, PODS, pod("p", { nodeName: "n", ...spec }, mirror));
    expect(await why({ serviceAccountName: "default" })).toBe('pods "p" is forbidden: a mirror pod may not reference service accounts');
    expect(await why({ volumes: [{ name: "v", secret: { secretName: "s" } }] })).toBe(
      'pods "p" is forbidden: a mirror pod may not reference secrets',
    );
    expect(await why({})).toMatchObject({ kind: "Pod" });
  });
});

describe("which plugins run", () => {
  it("is kube-apiserver's default set in its order", () => {
    const names = enabledPlugins({}).map((plugin) => plugin.name);
    expect(names).not.toContain("AlwaysPullImages");
    expect(names.every((name) => order.includes(name))).toBe(true);
    expect(names).toEqual(order.filter((name) => names.includes(name)));
  });

  const rows: readonly [Parameters<typeof admissionProblems>[0], readonly string[]][] = [
    [{ enable: ["AlwaysPullImages"], disable: ["ServiceAccount"] }, []],
    [{ enable: ["Wrong"] }, ['enable-admission-plugins plugin "Wrong" is unknown']],
    [{ disable: ["Wrong"] }, ['disable-admission-plugins plugin "Wrong" is unknown']],
    [
      { enable: ["Priority", "LimitRanger"], disable: ["Priority", "LimitRanger"] },
      ["[LimitRanger Priority] in enable-admission-plugins and disable-admission-plugins overlapped"],
    ],
    [{ enable: ["ImagePolicyWebhook"] }, ['admission plugin "ImagePolicyWebhook" is not simulated in Timonel']],
  ];
  it.each(rows)("%j", (choice, problems) => expect(admissionProblems(choice)).toEqual(problems));
});
