import { describe, expect, it } from "vitest";
import { freezeStoredObjects } from "../apiserver/index.ts";
import type { Origin } from "../sim/index.ts";
import { MemoryStorage } from "./storage.ts";
import { testCluster } from "./testing.ts";

freezeStoredObjects();

const fault = (name: string, spec: object): string =>
  `kubectl apply -f - <<'Y'\n${JSON.stringify({ apiVersion: "sim.timonel.dev/v1alpha1", kind: "Fault", metadata: { name }, spec })}\nY`;
const stop = (component: string, more: object = {}): string => fault("f", { type: "ComponentStop", componentStop: { component }, ...more });

const READY = `kubectl get nodes -o jsonpath='{range .items[*]}{.metadata.name}={.status.conditions[?(@.type=="Ready")].status} {end}'`;
const PODS =
  "kubectl get pods --no-headers -o custom-columns=N:.spec.nodeName,P:.status.phase,D:.metadata.deletionTimestamp | sort | tr -s ' '";
const state = (component: string): string => `kubectl get component ${component} -o jsonpath='{.status.state}'`;
/** Three pods, one on each node. */
const spread = `kubectl create deployment web --image=nginx --replicas=3`;

describe("a stopped component", () => {
  it("is the scheduler: pods stay Pending, and are placed when it is back", async () => {
    const c = await testCluster({ addons: false });
    expect(await c.sh(stop("kube-scheduler"))).toBe("fault.sim.timonel.dev/f created");
    await c.advance(1);
    expect(await c.sh("kubectl get faults --no-headers | tr -s ' '")).toMatch(/^f ComponentStop kube-scheduler True <none> \d+s$/);
    expect(await c.sh(`${state("kube-scheduler")}; kubectl get cs scheduler --no-headers 2>&1 | tail -1`)).toMatch(
      /^Stopped.*Unhealthy .*connection refused/s,
    );
    await c.sh("kubectl run web --image=nginx");
    await c.advance(60);
    expect(await c.sh("kubectl get pod web -o jsonpath='{.status.phase}{.status.conditions}'")).toBe("Pending");
    await c.sh("kubectl delete fault f");
    await c.advance(10);
    expect(await c.sh(`${state("kube-scheduler")} && kubectl get pod web -o jsonpath=' {.status.phase}'`)).toBe("Running Running");
    c.stop();
  });

  it("is one controller: the others go on, and it makes up for what it missed without doing it twice", async () => {
    const c = await testCluster({ addons: false });
    await c.sh(stop("replicaset-controller"));
    await c.sh(spread);
    await c.advance(30);
    expect(await c.sh("kubectl get rs,pods --no-headers | tr -s ' ' | cut -d' ' -f2-4")).toBe("3 0 0");
    expect(await c.sh(`${state("deployment-controller")}${state("replicaset-controller").replace("kubectl", "; kubectl")}`)).toBe(
      "RunningStopped",
    );
    await c.sh("kubectl delete fault f");
    await c.advance(10);
    expect(await c.sh(PODS)).toBe("node-1 Running <none>\nnode-2 Running <none>\nnode-3 Running <none>");
    c.stop();
  });

  it("is all of kube-controller-manager, for as long as the fault's duration says", async () => {
    const c = await testCluster({ addons: false });
    await c.sh(stop("kube-controller-manager", { duration: "2m" }));
    await c.sh(spread);
    await c.advance(119);
    expect(await c.sh("kubectl get deploy,rs --no-headers | tr -s ' ' | cut -d' ' -f1-2")).toBe("deployment.apps/web 0/3");
    expect(await c.sh(`${state("statefulset-controller")} && kubectl get cs controller-manager --no-headers 2>&1`)).toMatch(
      /^Stopped.*Unhealthy/s,
    );
    await c.advance(10);
    expect(await c.sh("kubectl get deploy --no-headers | tr -s ' ' | cut -d' ' -f1-4")).toBe("web 3/3 3 3");
    expect(await c.sh("kubectl get fault f -o jsonpath='{.status.active} {.status.conditions[0].reason} {.status.message}'")).toBe(
      "false DurationEnded it was over after 2m",
    );
    c.stop();
  });

  it("is a kubelet: its node is lost though its containers run, and nothing restarts when it is back", async () => {
    const c = await testCluster({ addons: false });
    await c.sh(spread);
    await c.advance(10);
    await c.sh(stop("kubelet-node-2"));
    await c.advance(1);
    const pod = await c.sh("kubectl get pods -o jsonpath='{.items[?(@.spec.nodeName==\"node-2\")].metadata.name}'");
    expect(await c.sh(`kubectl logs ${pod}`)).toMatch(
      /^Error from server: Get "https:\/\/172.18.0.4:10250\/containerLogs\/default\/web-\S+\/nginx": dial tcp 172.18.0.4:10250: connect: connection refused\n\[1\]$/,
    );
    await c.advance(70);
    expect(await c.sh(READY)).toBe("node-1=True node-2=Unknown node-3=True");
    const ip = await c.sh(`kubectl get pod ${pod} -o jsonpath={.status.podIP}`);
    await c.sh(`kubectl run probe --image=busybox --restart=Never -- wget -qO- http://${ip}`);
    await c.advance(10);
    expect(await c.sh("kubectl logs probe")).toContain("Welcome to nginx!");
    await c.sh("kubectl delete fault f");
    await c.advance(10);
    expect(await c.sh(READY)).toBe("node-1=True node-2=True node-3=True");
    expect(await c.sh(`kubectl get pod ${pod} --no-headers | tr -s ' ' | cut -d' ' -f2-4`)).toBe("1/1 Running 0");
    c.stop();
  });

  it("is a kube-proxy: its node goes on with the rules that it has", async () => {
    const c = await testCluster({ addons: false });
    await c.sh(`${spread} && kubectl expose deployment web --port=80`);
    await c.advance(10);
    await c.sh(stop("kube-proxy-node-1"));
    await c.sh("kubectl create service clusterip late --tcp=80:80 && kubectl set selector service late app=web");
    await c.advance(5);
    const probe = (node: string): string =>
      `kubectl run probe-${node} --image=busybox --restart=Never --overrides='{"spec":{"nodeName":"${node}"}}' -- wget -T 2 -qO- http://$(kubectl get svc late -o jsonpath={.spec.clusterIP})`;
    await c.sh(`${probe("node-1")}; ${probe("node-3")}`);
    await c.advance(20);
    expect(await c.sh("kubectl get pods probe-node-1 probe-node-3 --no-headers | tr -s ' ' | cut -d' ' -f3")).toBe("Error\nCompleted");
    c.stop();
  });
});

describe("a component that is late", () => {
  it("makes up its mind from what it knew, and yet makes nothing twice", async () => {
    const c = await testCluster({ addons: false });
    await c.sh(fault("f", { type: "WatchLag", watchLag: { component: "replicaset-controller", delay: "30s" } }));
    await c.advance(1);
    await c.sh(spread);
    await c.advance(28);
    expect(
      await c.sh(
        "kubectl get component replicaset-controller -o jsonpath='{.status.state} {.status.watchLag} {.status.faults}'; kubectl get pods",
      ),
    ).toBe('Running 30s ["f"]No resources found in default namespace.');
    await c.advance(5);
    expect((await c.sh(PODS)).split("\n")).toHaveLength(3);
    // It has not seen its own pods yet, and knows that it has made them.
    await c.sh("kubectl scale deployment web --replicas=5");
    await c.advance(28);
    expect((await c.sh(PODS)).split("\n")).toHaveLength(3);
    await c.advance(60);
    expect((await c.sh(PODS)).split("\n")).toHaveLength(5);
    await c.sh("kubectl delete pod -l app=web --now && kubectl delete fault f");
    await c.advance(10);
    expect((await c.sh(PODS)).split("\n")).toHaveLength(5);
    expect(await c.sh("kubectl get rs --no-headers | tr -s ' ' | cut -d' ' -f2-4")).toBe("5 5 5");
    c.stop();
  });

  it("is slow: a scheduler of five seconds a pod", async () => {
    const c = await testCluster({ addons: false });
    await c.sh(fault("f", { type: "ComponentSlow", componentSlow: { component: "kube-scheduler", delay: "5s" } }));
    await c.advance(1);
    await c.sh(spread);
    await c.advance(6);
    expect(await c.sh("kubectl get component kube-scheduler -o jsonpath='{.status.state} {.status.delay} {.status.queues.active}'")).toBe(
      "Slow 5s 2",
    );
    expect(await c.sh("kubectl get pods --no-headers | grep -c Pending")).toBe("2");
    await c.advance(15);
    expect(await c.sh("kubectl get deploy web --no-headers | tr -s ' ' | cut -d' ' -f2")).toBe("3/3");
    c.stop();
  });
});

it("names itself as the cause of what it leads to", async () => {
  const c = await testCluster({ addons: false });
  await c.sh(spread);
  await c.advance(10);
  const before = c.store.revision;
  await c.sh(fault("f", { type: "NetworkPartition", networkPartition: { machines: ["node-2"] } }));
  await c.advance(60);
  const blamed = (prefix: string): readonly Origin[] =>
    c.store
      .history(before + 1)
      .filter((r) => r.key.startsWith(prefix))
      .map((r) => r.origin);
  const byFault = ({ causes }: Origin): boolean => causes.some((cause) => cause.kind === "fault" && cause.name === "f");
  expect(blamed("/registry/nodes/node-2").length).toBeGreaterThanOrEqual(2);
  expect(blamed("/registry/nodes/node-2").every(byFault)).toBe(true);
  expect(blamed("/registry/pods/").every(byFault)).toBe(true);
  expect(blamed("/registry/leases/kube-node-lease/node-1").some(byFault)).toBe(false);
  c.stop();
});

it("is in force again after a reload", async () => {
  const storage = new MemoryStorage();
  const first = await testCluster({ addons: false, storage });
  await first.sh(spread);
  await first.advance(10);
  await first.sh(`${stop("kube-scheduler")}\n${fault("g", { type: "MachineCrash", duration: "5m", machineCrash: { machine: "node-3" } })}`);
  await first.advance(20);
  await first.flush();
  first.stop();
  const c = await testCluster({ storage });
  await c.sh("kubectl run late --image=nginx");
  await c.advance(70);
  expect(await c.sh(`${state("kube-scheduler")}; kubectl get pod late -o jsonpath=' {.status.phase} '; ${READY}`)).toBe(
    "Stopped Pending node-1=True node-2=True node-3=Unknown",
  );
  await c.sh("kubectl delete fault f");
  await c.advance(240);
  expect(await c.sh(`kubectl get pod late -o jsonpath='{.status.phase} '; ${READY}`)).toBe("Running node-1=True node-2=True node-3=True");
  c.stop();
});

it("says what it can't find, and what it is not", async () => {
  const c = await testCluster({ addons: false });
  await c.sh(stop("kube-sheduler"));
  await c.advance(1);
  expect(await c.sh("kubectl get fault f -o jsonpath='{.status.active} {.status.conditions[0].reason}: {.status.message}'")).toBe(
    'false TargetNotFound: there is no component "kube-sheduler"',
  );
  expect(await c.sh("kubectl explain fault.spec.networkPartition.machines | tail -n +5")).toContain("The Machines on the far side.");
  expect(await c.sh('kubectl patch fault f --type=merge -p \'{"spec":{"duration":"1m"}}\'')).toContain("field is immutable");
  expect(
    await c.sh(fault("g", { type: "WatchLag", duration: "soon", diskFull: { machine: "x" }, watchLag: { component: "kube-scheduler" } })),
  ).toBe(
    [
      'The Fault "g" is invalid: ',
      '* spec.duration: Invalid value: "soon": time: invalid duration "soon"',
      "* spec.watchLag.delay: Required value",
      "* spec.diskFull: Forbidden: may not be set when type is WatchLag",
      "[1]",
    ].join("\n"),
  );
  c.stop();
});
