import { describe, expect, it } from "vitest";
import { freezeStoredObjects } from "../apiserver/index.ts";
import { MemoryStorage } from "./storage.ts";
import { testCluster } from "./testing.ts";

freezeStoredObjects();

const apply = (kind: string, name: string, spec: object): string =>
  `kubectl apply -f - <<'Y'\n${JSON.stringify({ apiVersion: "sim.timonel.dev/v1alpha1", kind, metadata: { name }, spec })}\nY`;
const fault = (name: string, spec: object): string => apply("Fault", name, spec);
const partition = (...machines: string[]): string => fault("f", { type: "NetworkPartition", networkPartition: { machines } });

const READY = `kubectl get nodes -o jsonpath='{range .items[*]}{.metadata.name}={.status.conditions[?(@.type=="Ready")].status} {end}'`;
const PODS =
  "kubectl get pods --no-headers -o custom-columns=N:.spec.nodeName,P:.status.phase,D:.metadata.deletionTimestamp | sort | tr -s ' '";
const spread = `kubectl create deployment web --image=nginx --replicas=3`;

describe("a partition", () => {
  it("loses a node as Kubernetes does: NotReady after 50 s, pods leave after 300 s, and the old ones go when it heals", async () => {
    const c = await testCluster({ addons: false });
    await c.sh(spread);
    await c.advance(10);
    await c.sh(partition("node-2"));
    await c.advance(39);
    expect(await c.sh(READY)).toBe("node-1=True node-2=True node-3=True");
    await c.advance(16);
    expect(await c.sh(READY)).toBe("node-1=True node-2=Unknown node-3=True");
    expect(await c.sh("kubectl get node node-2 -o jsonpath='{.spec.taints[*].effect}'")).toBe("NoSchedule NoExecute");
    await c.advance(280);
    expect(await c.sh(PODS)).toBe("node-1 Running <none>\nnode-2 Running <none>\nnode-3 Running <none>");
    await c.advance(20);
    // The old pod can't be told; a new one has taken its place.
    const three = await c.sh(PODS);
    expect(three.split("\n")).toHaveLength(4);
    expect(three).toMatch(/^node-2 Running 2026-/m);
    expect(await c.sh("kubectl get deploy web --no-headers | tr -s ' ' | cut -d' ' -f2")).toBe("3/3");
    await c.sh("kubectl delete fault f");
    await c.advance(15);
    expect(await c.sh(READY)).toBe("node-1=True node-2=True node-3=True");
    expect((await c.sh(PODS)).split("\n")).toHaveLength(3);
    expect(await c.sh("kubectl get node node-2 -o jsonpath='{.spec.taints}'")).toBe("");
    c.stop();
  });

  it("cuts pods off from one another, and lets what was on its way arrive", async () => {
    const c = await testCluster({ addons: false });
    await c.sh(spread);
    await c.advance(10);
    const [ip2, ip3] = (await c.sh("kubectl get pods -o jsonpath='{range .items[*]}{.spec.nodeName}={.status.podIP} {end}'"))
      .split(" ")
      .toSorted()
      .slice(-2)
      .map((pair) => pair.split("=")[1]);
    await c.sh(partition("node-2"));
    await c.sh(
      `kubectl run probe --image=busybox --restart=Never --overrides='{"spec":{"nodeName":"node-1"}}' -- sh -c 'wget -T 3 -qO- http://${ip2} || echo none; wget -T 3 -qO- http://${ip3} | grep title'`,
    );
    await c.advance(15);
    expect(await c.sh("kubectl logs probe")).toMatch(/none\n<title>Welcome to nginx!<\/title>/);
    c.stop();
  });
});

describe("a crash", () => {
  it("takes every process of a machine away, and its containers start anew when it is switched on again", async () => {
    const c = await testCluster({ addons: false });
    await c.sh(spread);
    await c.advance(10);
    await c.sh(fault("f", { type: "MachineCrash", duration: "2m", machineCrash: { machine: "node-2" } }));
    await c.advance(70);
    expect(await c.sh(READY)).toBe("node-1=True node-2=Unknown node-3=True");
    expect(await c.sh("kubectl get machine node-2 -o jsonpath='{.spec.power} {.status.power}'")).toBe("On Off");
    await c.advance(70);
    expect(await c.sh(READY)).toBe("node-1=True node-2=True node-3=True");
    expect(
      await c.sh(
        "kubectl get pods --no-headers -o custom-columns=N:.spec.nodeName,R:.status.containerStatuses[0].restartCount | sort | tr -s ' '",
      ),
    ).toBe("node-1 0\nnode-2 1\nnode-3 0");
    expect(await c.sh("kubectl get events --field-selector reason=Rebooted -o jsonpath='{.items[*].message}'")).toMatch(
      /^Node node-2 has been rebooted, boot id: \S+$/,
    );
    c.stop();
  });
});

describe("a full disk", () => {
  it("lets nobody write, is reported, keeps pods away, and is forgotten five minutes after there is room", async () => {
    const c = await testCluster({ addons: false });
    const onNode1 = `--overrides='{"spec":{"nodeName":"node-1"}}'`;
    await c.sh(`kubectl run box --image=busybox ${onNode1} -- sleep 10000`);
    await c.advance(10);
    await c.sh(fault("f", { type: "DiskFull", diskFull: { machine: "node-1" } }));
    expect(await c.sh("kubectl exec box -- sh -c 'echo hello > /tmp/x' 2>&1 | head -1")).toBe("sh: write error: No space left on device");
    await c.advance(15);
    expect(await c.sh("kubectl get pod box -o jsonpath='{.status.phase} {.status.reason}'")).toBe("Failed Evicted");
    const pressure = `kubectl get node node-1 -o jsonpath='{.status.conditions[?(@.type=="DiskPressure")].reason} {.spec.taints[*].key}'`;
    expect(await c.sh(pressure)).toBe("KubeletHasDiskPressure node.kubernetes.io/disk-pressure");
    await c.sh(`kubectl run forced --image=nginx ${onNode1}`);
    await c.advance(2);
    expect(await c.sh("kubectl get pod forced -o jsonpath='{.status.phase} {.status.reason}: {.status.message}'")).toBe(
      "Failed Evicted: Pod was rejected: The node had condition: [DiskPressure].",
    );
    expect(await c.sh("kubectl get events --field-selector reason=EvictionThresholdMet -o jsonpath='{.items[0].message}'")).toBe(
      "Attempting to reclaim ephemeral-storage",
    );
    await c.sh("kubectl delete fault f");
    await c.advance(280);
    expect(await c.sh(pressure)).toBe("KubeletHasDiskPressure node.kubernetes.io/disk-pressure");
    await c.advance(40);
    expect(await c.sh(pressure)).toBe("KubeletHasNoDiskPressure");
    await c.sh(`kubectl run again --image=busybox ${onNode1} -- sleep 10000`);
    await c.advance(10);
    expect(await c.sh("kubectl exec again -- sh -c 'echo hello > /tmp/x; cat /tmp/x'")).toBe("hello");
    c.stop();
  });
});

describe("a lease that is not renewed", () => {
  it("makes its node NotReady after the grace period, until the kubelet's next look", async () => {
    const c = await testCluster({ addons: false });
    await c.sh(fault("f", { type: "LeaseExpiry", leaseExpiry: { name: "node-2" } }));
    const seen = new Set<string>();
    for (let i = 0; i < 16; i++) {
      await c.advance(5);
      seen.add(await c.sh(READY));
    }
    expect([...seen]).toEqual(["node-1=True node-2=True node-3=True", "node-1=True node-2=Unknown node-3=True"]);
    await c.sh("kubectl delete fault f");
    await c.advance(70);
    expect(await c.sh(READY)).toBe("node-1=True node-2=True node-3=True");
    expect(await c.sh("kubectl get lease -n kube-node-lease node-2 -o jsonpath={.spec.renewTime}")).toMatch(/^2026-01-01T00:02:/);
    c.stop();
  });
});

describe("a StatefulSet whose node is lost", () => {
  it("waits for its pod, which nobody can vouch for, until somebody says that the node is out of service", async () => {
    const c = await testCluster({ addons: false });
    const set = {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name: "db" },
      spec: {
        replicas: 2,
        serviceName: "db",
        selector: { matchLabels: { app: "db" } },
        template: { metadata: { labels: { app: "db" } }, spec: { containers: [{ name: "c", image: "nginx" }] } },
      },
    };
    await c.sh(`kubectl apply -f - <<'Y'\n${JSON.stringify(set)}\nY`);
    await c.advance(15);
    const machine = await c.sh("kubectl get pod db-0 -o jsonpath={.spec.nodeName}");
    const uid = "kubectl get pod db-0 -o jsonpath={.metadata.uid}";
    const before = await c.sh(uid);
    await c.sh(fault("f", { type: "MachineCrash", machineCrash: { machine } }));
    await c.advance(900);
    expect(await c.sh(uid)).toBe(before);
    expect(await c.sh("kubectl get pods --no-headers | tr -s ' ' | cut -d' ' -f1,3")).toBe("db-0 Terminating\ndb-1 Running");
    await c.sh(`kubectl taint node ${machine} node.kubernetes.io/out-of-service=nodeshutdown:NoExecute`);
    await c.advance(30);
    expect(await c.sh(uid)).not.toBe(before);
    expect(await c.sh("kubectl get pods --no-headers | tr -s ' ' | cut -d' ' -f1,3")).toBe("db-0 Running\ndb-1 Running");
    c.stop();
  });
});

describe("Machines", () => {
  const machines = "kubectl get machines --no-headers | tr -s ' ' | cut -d' ' -f1-5";

  it("join with a kubelet, are moved, shut down, switched on, and leave", async () => {
    const c = await testCluster({ addons: false, nodes: 2 });
    expect(await c.sh(apply("Machine", "big", { cpu: "4", memory: "8Gi", zone: "north" }))).toBe("machine.sim.timonel.dev/big created");
    await c.advance(15);
    expect(await c.sh("kubectl get node big -L topology.kubernetes.io/zone --no-headers | tr -s ' ' | cut -d' ' -f1,2,6")).toBe(
      "big Ready north",
    );
    expect(await c.sh("kubectl get node big -o jsonpath='{.spec.podCIDR} {.status.capacity.cpu} {.status.addresses[0].address}'")).toBe(
      "10.244.2.0/24 4 172.18.0.5",
    );
    await c.sh(`kubectl run p --image=nginx --overrides='{"spec":{"nodeName":"big"}}'`);
    await c.advance(10);
    expect(await c.sh("kubectl get pod p -o jsonpath='{.status.phase} {.status.podIP}'")).toBe("Running 10.244.2.2");
    expect(await c.sh(`kubectl patch machine big --type=merge -p '{"spec":{"cpu":"8"}}'`)).toContain(
      'spec.cpu: Invalid value: "8": field is immutable',
    );
    await c.sh(`kubectl patch machine big --type=merge -p '{"spec":{"zone":"south"}}'`);
    await c.advance(5);
    expect(await c.sh("kubectl get node big -o jsonpath='{.metadata.labels.topology\\.kubernetes\\.io/zone}'")).toBe("south");
    expect(await c.sh("kubectl get pod p -o jsonpath='{.status.containerStatuses[0].restartCount}'")).toBe("0");

    await c.sh(`kubectl patch machine big --type=merge -p '{"spec":{"power":"Off"}}'`);
    await c.advance(70);
    expect(await c.sh(machines)).toBe("big 4 8Gi south Off\nnode-1 2 4Gi <none> On\nnode-2 2 4Gi <none> On");
    expect(await c.sh(READY)).toBe("big=Unknown node-1=True node-2=True");
    await c.sh(`kubectl patch machine big --type=merge -p '{"spec":{"power":"On"}}'`);
    await c.advance(15);
    expect(await c.sh(READY)).toBe("big=True node-1=True node-2=True");
    // It was told to stop, and did; and then started again.
    expect(await c.sh("kubectl get pod p -o jsonpath='{.status.containerStatuses[0].lastState.terminated.reason} {.status.phase}'")).toBe(
      "Completed Running",
    );

    await c.sh("kubectl delete machine big");
    await c.advance(70);
    expect(await c.sh(READY)).toBe("big=Unknown node-1=True node-2=True");
    await c.sh("kubectl delete node big");
    await c.advance(60);
    expect(await c.sh("kubectl get pods; kubectl get components -o name | grep -c big")).toBe(
      "0\nNo resources found in default namespace.\n[1]",
    );
    c.stop();
  });

  it("whose Node is deleted register again when their kubelet starts, not before", async () => {
    const c = await testCluster({ addons: false, nodes: 2 });
    await c.sh("kubectl delete node node-2");
    await c.advance(120);
    expect(await c.sh(`${READY}; kubectl get leases -n kube-node-lease -o name`)).toBe("node-1=True lease.coordination.k8s.io/node-1");
    await c.sh(fault("f", { type: "ComponentStop", duration: "5s", componentStop: { component: "kubelet-node-2" } }));
    await c.advance(15);
    expect(await c.sh(`${READY}; kubectl get leases -n kube-node-lease -o name`)).toBe(
      "node-1=True node-2=True lease.coordination.k8s.io/node-1\nlease.coordination.k8s.io/node-2",
    );
    c.stop();
  });

  it("that are waited for by a fault are struck as they come", async () => {
    const c = await testCluster({ addons: false, nodes: 1 });
    await c.sh(
      `${fault("f", { type: "MachineCrash", machineCrash: { machine: "late" } })}\n${partition("node-1", "late").replace('"f"', '"g"')}`,
    );
    await c.advance(60);
    const active = "kubectl get faults -o jsonpath='{.items[*].status.active} {.items[*].status.conditions[0].reason}'";
    expect(await c.sh(`${active}; ${READY}`)).toBe("false false TargetNotFound TargetNotFoundnode-1=True");
    await c.sh(apply("Machine", "late", {}));
    await c.advance(60);
    expect(await c.sh(`${active}; ${READY}; kubectl get machine late -o jsonpath=' {.status.power}'`)).toBe(
      "true true Injected Injectednode-1=Unknown  Off",
    );
    c.stop();
  });

  it("that came are there after a reload, with their pods", async () => {
    const storage = new MemoryStorage();
    const first = await testCluster({ addons: false, nodes: 2, storage });
    await first.sh(apply("Machine", "big", { cpu: "4", memory: "8Gi" }));
    await first.advance(10);
    await first.sh(`kubectl run p --image=nginx --overrides='{"spec":{"nodeName":"big"}}'; kubectl delete machine node-1`);
    await first.advance(10);
    await first.flush();
    first.stop();
    const c = await testCluster({ storage });
    await c.sh(apply("Machine", "late", {}));
    await c.advance(60);
    expect(await c.sh(READY)).toBe("big=True late=True node-1=Unknown node-2=True");
    expect(await c.sh("kubectl get pod p -o jsonpath='{.status.phase} {.status.podIP} {.status.containerStatuses[0].restartCount}'")).toBe(
      "Running 10.244.2.2 0",
    );
    expect(await c.sh("kubectl get nodes big late -o jsonpath='{.items[*].spec.podCIDR} {.items[*].status.addresses[0].address}'")).toBe(
      "10.244.2.0/24 10.244.3.0/24 172.18.0.5 172.18.0.3",
    );
    c.stop();
  });
});

describe("a machine whose kubelet is configured", () => {
  it("keeps from pods what it was told to, and ends them in good order before it goes down", async () => {
    const c = await testCluster({ addons: false });
    await c.sh(
      `kubectl patch machine node-1 --type merge -p '{"spec":{"kubelet":{"shutdownGracePeriod":"30s","shutdownGracePeriodCriticalPods":"10s","kubeReserved":{"cpu":"200m"}}}}'`,
    );
    await c.advance(5);
    expect(await c.sh("kubectl get node node-1 -o jsonpath={.status.allocatable.cpu}")).toBe("1800m");
    const on = (priority: string) => `--overrides='{"spec":{"nodeName":"node-1"${priority}}}' --image=busybox`;
    await c.sh(
      `kubectl run plain ${on("")} -- sleep 1000; kubectl run guard ${on(`,"priorityClassName":"system-cluster-critical","terminationGracePeriodSeconds":8`)} -- sleep 1000`,
    );
    await c.advance(5);
    await c.sh(`kubectl patch machine node-1 --type merge -p '{"spec":{"power":"Off"}}'`);
    await c.advance(2);
    await c.sh(`kubectl run late ${on("")} -- sleep 1000`);
    await c.advance(20);
    const ended = `-o jsonpath='{range .items[*]}{.metadata.name}: {.status.phase} {.status.reason} {.status.message}{"\\n"}{end}'`;
    expect((await c.sh(`kubectl get pods ${ended}`)).split("\n")).toEqual([
      "guard: Running  ",
      "late: Failed NodeShutdown Pod was rejected: Pod was rejected as the node is shutting down.",
      "plain: Failed Terminated Pod was terminated in response to imminent node shutdown.",
    ]);
    expect(await c.sh(`kubectl get node node-1 -o jsonpath='{.status.conditions[3].status} {.status.conditions[3].message}'`)).toBe(
      "False node is shutting down",
    );
    await c.advance(15);
    expect(await c.sh("kubectl get pod guard -o jsonpath='{.status.reason} {.status.conditions[0].reason}'")).toBe(
      "Terminated TerminationByKubelet",
    );
    expect(await c.sh("kubectl get machine node-1 -o jsonpath={.status.power}")).toBe("Off");
    // Its kubelet does not know any more why they ended, and leaves what was said of it.
    await c.sh(`kubectl patch machine node-1 --type merge -p '{"spec":{"power":"On"}}'`);
    await c.advance(30);
    expect((await c.sh(`kubectl get pods plain guard ${ended}`)).split("\n")).toEqual([
      "plain: Failed Terminated Pod was terminated in response to imminent node shutdown.",
      "guard: Failed Terminated Pod was terminated in response to imminent node shutdown.",
    ]);
    c.stop();
  });

  it("is not given what its kubelet would not start with", async () => {
    const c = await testCluster({ addons: false });
    expect(
      await c.sh(
        `kubectl patch machine node-1 --type merge -p '{"spec":{"kubelet":{"evictionSoft":{"memory.available":"10%"},"kubeReserved":{"gpu":"1"},"shutdownGracePeriod":"soon"}}}'`,
      ),
    ).toBe(`The Machine "node-1" is invalid: 
* spec.kubelet.kubeReserved[gpu]: Unsupported value: "gpu": supported values: "cpu", "memory", "ephemeral-storage", "pid"
* spec.kubelet.evictionSoftGracePeriod[memory.available]: Required value: grace period must be specified for the soft eviction threshold memory.available
* spec.kubelet.shutdownGracePeriod: Invalid value: "soon": time: invalid duration "soon"
[1]`);
    c.stop();
  });
});
