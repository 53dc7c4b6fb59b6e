import { describe, expect, it } from "vitest";
import { kindTable, qosClass, type ContainerStatus, type Pod, type PodSpec, type PodStatus } from "../../index.ts";
import { fieldErrorMessage } from "../../../machinery/index.ts";
import { defaultPullPolicy } from "./defaults.ts";

const kind = kindTable.pods;
const make = (spec: Partial<PodSpec>, status?: PodStatus, metadata: Pod["metadata"] = {}): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "p", namespace: "default", creationTimestamp: "2026-01-01T00:00:00Z", ...metadata },
  spec: { containers: [{ name: "c", image: "nginx:1.27" }], ...spec },
  ...(status ? { status } : {}),
});
const defaulted = (spec: Partial<PodSpec>): PodSpec => kind.defaults?.(make(spec)).spec as PodSpec;
const now = Date.parse("2026-01-01T00:05:00Z");
const cells = (pod: Pod, wide = false): unknown[] => kind.columns.filter((c) => wide || !c.wide).map((c) => c.cell(pod, now));

describe("defaults", () => {
  it("are those of a real cluster for a tiny pod", () => {
    expect(defaulted({ containers: [{ name: "c", image: "nginx" }] })).toEqual({
      containers: [
        {
          name: "c",
          image: "nginx",
          imagePullPolicy: "Always",
          resources: {},
          terminationMessagePath: "/dev/termination-log",
          terminationMessagePolicy: "File",
        },
      ],
      dnsPolicy: "ClusterFirst",
      enableServiceLinks: true,
      restartPolicy: "Always",
      schedulerName: "default-scheduler",
      securityContext: {},
      terminationGracePeriodSeconds: 30,
    });
  });

  it.each([
    ["nginx", "Always"],
    ["nginx:latest", "Always"],
    ["registry:5000/nginx", "Always"],
    ["nginx:1.27", "IfNotPresent"],
    ["nginx@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "IfNotPresent"],
  ])("pull %s %s", (image, policy) => expect(defaultPullPolicy(image)).toBe(policy));

  it("fill in probes, hooks and ports", () => {
    const [c] = defaulted({
      containers: [
        {
          name: "c",
          image: "nginx:1.27",
          ports: [{ containerPort: 80 }],
          livenessProbe: { httpGet: { port: 80 } },
          readinessProbe: { tcpSocket: { port: 80 }, periodSeconds: 4 },
          lifecycle: { preStop: { httpGet: { port: 80 } } },
        },
      ],
    }).containers;
    const common = { failureThreshold: 3, successThreshold: 1, timeoutSeconds: 1 };
    expect(c?.livenessProbe).toEqual({ ...common, periodSeconds: 10, httpGet: { path: "/", port: 80, scheme: "HTTP" } });
    expect(c?.readinessProbe).toEqual({ ...common, periodSeconds: 4, tcpSocket: { port: 80 } });
    expect(c?.lifecycle).toEqual({ preStop: { httpGet: { path: "/", port: 80, scheme: "HTTP" } } });
    expect(c?.ports).toEqual([{ containerPort: 80, protocol: "TCP" }]);
  });

  it("fill in volumes", () => {
    const volumes = defaulted({
      volumes: [
        { name: "scratch" },
        { name: "conf", configMap: { name: "some-conf" } },
        { name: "host", hostPath: { path: "/var/log" } },
        { name: "info", downwardAPI: { items: [{ path: "labels", fieldRef: { fieldPath: "metadata.labels" } }] } },
      ],
    }).volumes;
    expect(volumes).toEqual([
      { name: "scratch", emptyDir: {} },
      { name: "conf", configMap: { name: "some-conf", defaultMode: 420 } },
      { name: "host", hostPath: { path: "/var/log", type: "" } },
      {
        name: "info",
        downwardAPI: { defaultMode: 420, items: [{ path: "labels", fieldRef: { apiVersion: "v1", fieldPath: "metadata.labels" } }] },
      },
    ]);
  });

  it("take requests from limits, and host ports on the host's network", () => {
    const spec = defaulted({
      hostNetwork: true,
      containers: [{ name: "c", image: "x:1", ports: [{ containerPort: 8099 }], resources: { limits: { cpu: "20m" } } }],
    });
    expect(spec.containers[0]?.resources?.requests).toEqual({ cpu: "20m" });
    expect(spec.containers[0]?.ports).toEqual([{ containerPort: 8099, hostPort: 8099, protocol: "TCP" }]);
  });

  it("give a pod that is limited as a whole what its containers ask for, or else its limits", () => {
    const containers = [{ name: "c", image: "i", resources: { requests: { cpu: "100m" } } }];
    expect(defaulted({ containers, resources: { limits: { cpu: "1", memory: "1Gi" } } }).resources).toEqual({
      limits: { cpu: "1", memory: "1Gi" },
      requests: { cpu: "100m", memory: "1Gi" },
    });
    expect(defaulted({ containers, resources: {} }).resources).toEqual({});
  });

  it("leave a pod that has them as it is", () => {
    const once = kind.defaults?.(
      make({
        volumes: [{ name: "v" }],
        containers: [{ name: "c", image: "nginx", env: [{ name: "A", value: "1" }], resources: { limits: { cpu: "1" } } }],
      }),
    ) as Pod;
    expect(kind.defaults?.(once)).toBe(once);
  });
});

describe("quality of service", () => {
  const of = (resources: object): string =>
    qosClass(kind.defaults?.(make({ containers: [{ name: "c", image: "x:1", resources }] })) as Pod);
  it.each([
    ["nothing", {}, "BestEffort"],
    ["only a request", { requests: { cpu: "20m" } }, "Burstable"],
    ["limits for both", { limits: { cpu: "20m", memory: "16Mi" } }, "Guaranteed"],
    [
      "equal amounts, differently written",
      { limits: { cpu: "1", memory: "1Gi" }, requests: { cpu: "1000m", memory: "1024Mi" } },
      "Guaranteed",
    ],
    ["a limit for memory alone", { limits: { memory: "16Mi" } }, "Burstable"],
  ])("of %s", (_name, resources, expected) => expect(of(resources)).toBe(expected));
});

const status = (state: ContainerStatus["state"], more: Partial<ContainerStatus> = {}): ContainerStatus => ({
  name: "c",
  image: "x",
  imageID: "",
  ready: false,
  restartCount: 0,
  ...(state ? { state } : {}),
  ...more,
});
const running = { running: { startedAt: "2026-01-01T00:01:00Z" } };

describe("what kubectl get pods shows", () => {
  const init: PodSpec["initContainers"] = [
    { name: "i", image: "x:1" },
    { name: "j", image: "x:1" },
  ];
  const rows: readonly (readonly [string, Pod, string, string, string])[] = [
    ["a new pod", make({}, { phase: "Pending" }), "0/1", "Pending", "0"],
    ["a running one", make({}, { phase: "Running", containerStatuses: [status(running, { ready: true })] }), "1/1", "Running", "0"],
    [
      "one in back-off",
      make(
        {},
        {
          phase: "Running",
          containerStatuses: [
            status(
              { waiting: { reason: "CrashLoopBackOff" } },
              { restartCount: 2, lastState: { terminated: { exitCode: 1, finishedAt: "2026-01-01T00:04:50Z" } } },
            ),
          ],
        },
      ),
      "0/1",
      "CrashLoopBackOff",
      "2 (10s ago)",
    ],
    [
      "one that ended well",
      make({}, { phase: "Succeeded", containerStatuses: [status({ terminated: { exitCode: 0, reason: "Completed" } })] }),
      "0/1",
      "Completed",
      "0",
    ],
    [
      "one killed by a signal",
      make({}, { phase: "Failed", containerStatuses: [status({ terminated: { exitCode: 137, signal: 9 } })] }),
      "0/1",
      "Signal:9",
      "0",
    ],
    [
      "one whose init container waits",
      make({ initContainers: init }, { phase: "Pending", initContainerStatuses: [status(running, { name: "i" })] }),
      "0/1",
      "Init:0/2",
      "0",
    ],
    [
      "one whose init container failed",
      make(
        { initContainers: init },
        {
          phase: "Pending",
          initContainerStatuses: [
            status({ terminated: { exitCode: 0 } }, { name: "i" }),
            status({ terminated: { exitCode: 1, reason: "Error" } }, { name: "j", restartCount: 3 }),
          ],
        },
      ),
      "0/1",
      "Init:Error",
      "3",
    ],
    [
      "one with a sidecar",
      make(
        { initContainers: [{ name: "s", image: "x:1", restartPolicy: "Always" }] },
        {
          phase: "Running",
          initContainerStatuses: [status(running, { name: "s", ready: true, started: true })],
          containerStatuses: [status(running, { ready: true })],
        },
      ),
      "2/2",
      "Running",
      "0",
    ],
    [
      "one that is going",
      make({}, { phase: "Running", containerStatuses: [status(running, { ready: true })] }, { deletionTimestamp: "2026-01-01T00:05:00Z" }),
      "1/1",
      "Terminating",
      "0",
    ],
    [
      "one that ended and is going",
      make(
        {},
        { phase: "Succeeded", containerStatuses: [status({ terminated: { exitCode: 0, reason: "Completed" } })] },
        { deletionTimestamp: "2026-01-01T00:05:00Z" },
      ),
      "0/1",
      "Completed",
      "0",
    ],
    ["an evicted one", make({}, { phase: "Failed", reason: "Evicted" }), "0/1", "Evicted", "0"],
    [
      "a gated one",
      make(
        { schedulingGates: [{ name: "example.com/g" }] },
        { phase: "Pending", conditions: [{ type: "PodScheduled", status: "False", reason: "SchedulingGated" }] },
      ),
      "0/1",
      "SchedulingGated",
      "0",
    ],
  ];
  it.each(rows)("%s", (_name, pod, ready, text, restarts) => expect(cells(pod)).toEqual([ready, text, restarts, "5m"]));

  it("shows more when asked for wide output", () => {
    expect(cells(make({ nodeName: "node-1" }, { phase: "Running", podIP: "10.0.0.1" }), true).slice(4)).toEqual([
      "10.0.0.1",
      "node-1",
      "<none>",
      "<none>",
    ]);
  });
});

describe("strategy", () => {
  it("gives a new pod its phase and class, whatever the creator said", () => {
    const pod = kind.prepareForCreate?.(make({}, { phase: "Running", podIP: "1.2.3.4" }), 0);
    expect(pod?.status).toEqual({ phase: "Pending", qosClass: "BestEffort" });
  });

  it("puts keys that are to be matched into selectors", () => {
    const labels = { app: "web", hash: "1" };
    const spread = { maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule", matchLabelKeys: ["hash", "none"] };
    const term = { topologyKey: "zone", labelSelector: {}, matchLabelKeys: ["app"], mismatchLabelKeys: ["hash"] };
    const spec = {
      topologySpreadConstraints: [{ ...spread, labelSelector: { matchLabels: { app: "web" } } }, spread],
      affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } },
    };
    const made = kind.prepareForCreate?.(make(spec, undefined, { labels }), 0)?.spec;
    const hash = { key: "hash", operator: "In", values: ["1"] };
    expect(made?.topologySpreadConstraints?.map((c) => c.labelSelector)).toEqual([
      { matchLabels: { app: "web" }, matchExpressions: [hash] },
      undefined,
    ]);
    expect(made?.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.[0]?.labelSelector).toEqual({
      matchExpressions: [
        { key: "app", operator: "In", values: ["web"] },
        { ...hash, operator: "NotIn" },
      ],
    });
  });

  it("keeps the spec and the owner when a status is written", () => {
    const old = make({ nodeName: "a" }, { phase: "Pending", qosClass: "BestEffort" });
    const written = make({ nodeName: "b" }, { phase: "Running" }, { labels: { x: "y" } });
    const next = kind.prepareForStatusUpdate?.(written, old, 0);
    expect([next?.spec, next?.status, next?.metadata?.labels]).toEqual([
      old.spec,
      { phase: "Running", qosClass: "BestEffort" },
      { x: "y" },
    ]);
  });

  it.each([
    ["is bound and runs", make({ nodeName: "n", terminationGracePeriodSeconds: 30 }, { phase: "Running" }), undefined, 30],
    ["is asked to hurry", make({ nodeName: "n", terminationGracePeriodSeconds: 30 }, { phase: "Running" }), 5, 5],
    ["is forced", make({ nodeName: "n" }, { phase: "Running" }), 0, undefined],
    ["is not bound", make({ terminationGracePeriodSeconds: 30 }), undefined, undefined],
    ["has ended", make({ nodeName: "n", terminationGracePeriodSeconds: 30 }, { phase: "Failed" }), undefined, undefined],
  ])("graceful deletion of a pod that %s", (_name, pod, requested, seconds) =>
    expect(kind.gracefulDeletion?.(pod, requested)).toBe(seconds),
  );
});

describe("updates", () => {
  const old = kind.defaults?.(make({ tolerations: [{ key: "a", operator: "Exists" }] })) as Pod;
  const change = (spec: Partial<PodSpec>): readonly string[] => {
    const next = { ...old, spec: { ...(old.spec as PodSpec), ...spec } };
    return (kind.validateUpdate?.(next, old, { namespace: "default", now: 0 }) ?? []).map(
      (e) => fieldErrorMessage(e).split("\n")[0] as string,
    );
  };
  it("may change images, and add tolerations", () => {
    expect(
      change({
        containers: [{ ...old.spec?.containers[0], name: "c", image: "other:2" }],
        tolerations: [
          { key: "a", operator: "Exists" },
          { key: "b", operator: "Exists" },
        ],
      }),
    ).toEqual([]);
  });
  it("may change nothing else", () => {
    expect(change({ restartPolicy: "Never" })).toEqual([
      "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
    ]);
    expect(change({ containers: [] })).toEqual(["spec.containers: Forbidden: pod updates may not add or remove containers"]);
    expect(change({ tolerations: [] })).toHaveLength(1);
  });
});
