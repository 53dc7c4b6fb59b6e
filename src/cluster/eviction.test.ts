import { expect, it } from "vitest";
import { testCluster } from "./testing.ts";

const pod = (name: string, container: object, spec: object = {}): string =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name },
    spec: {
      nodeName: "node-1",
      terminationGracePeriodSeconds: 1,
      containers: [{ name: "app", image: "busybox:1.36", command: ["sleep", "3600"], ...container }],
      ...spec,
    },
  });
const apply = (...pods: readonly string[]): string => `kubectl create -f - <<'END'\n${pods.join("\n---\n")}\nEND`;
const eats = (bytes: string) => ({ image: "polinux/stress", command: ["stress", "--vm", "1", "--vm-bytes", bytes, "--vm-hang", "0"] });
const OF = `-o jsonpath='{.status.phase} {.status.reason} {.status.message}'`;

it("ends who uses most beyond its request when a node runs short of memory, and turns the undemanding away for five minutes", async () => {
  const c = await testCluster({ nodes: 1 });
  await c.advance(30);
  await c.sh(
    apply(pod("quiet", {}), pod("modest", { ...eats("1000M"), resources: { requests: { memory: "1100Mi" } } }), pod("hog", eats("2950M"))),
  );
  await c.advance(25);
  expect(await c.sh(`kubectl get pod hog ${OF}`)).toMatch(
    /^Failed Evicted The node was low on resource: memory\. Threshold quantity: 100Mi, available: \d+Ki\. Container app was using \d+[KM]i, request is 0, has larger consumption of memory\.$/,
  );
  expect(await c.sh("kubectl get pod hog -o jsonpath='{.status.conditions[0].type} {.status.conditions[0].reason}'")).toBe(
    "DisruptionTarget TerminationByKubelet",
  );
  expect(await c.sh("kubectl get pod quiet modest -o jsonpath='{.items[*].status.phase}'")).toBe("Running Running");
  const events =
    "kubectl get events --field-selector involvedObject.name=node-1 -o custom-columns=TYPE:.type,REASON:.reason,MESSAGE:.message --no-headers";
  expect(
    (await c.sh(events))
      .split("\n")
      .slice(7)
      .map((l) => l.replace(/ {2,}/g, "  ")),
  ).toEqual([
    "Warning  EvictionThresholdMet  Attempting to reclaim memory",
    "Normal  NodeHasInsufficientMemory  Node node-1 status is now: NodeHasInsufficientMemory",
  ]);
  expect(await c.sh("kubectl get node node-1 -o jsonpath='{.spec.taints[*].key}'")).toBe("node.kubernetes.io/memory-pressure");
  await c.sh(apply(pod("careless", {}), pod("demanding", { resources: { requests: { memory: "1Mi" } } })));
  await c.advance(5);
  expect(await c.sh(`kubectl get pod careless ${OF}`)).toBe("Failed Evicted Pod was rejected: The node had condition: [MemoryPressure].");
  expect(await c.sh("kubectl get pod demanding -o jsonpath={.status.phase}")).toBe("Running");
  await c.advance(320);
  expect(await c.sh(`kubectl get node node-1 -o jsonpath='{.status.conditions[0].status} {.spec.taints}'`)).toBe("False");
});

it("removes images that nobody needs before it ends pods for want of disk, and spares what is critical", async () => {
  const c = await testCluster({ nodes: 1 });
  await c.advance(30);
  await c.sh(
    apply(pod("web", { image: "nginx:1.27", command: undefined }), pod("guard", {}, { priorityClassName: "system-node-critical" })),
  );
  await c.sh(apply(pod("passing", { image: "httpd:2.4", command: undefined })));
  await c.advance(30);
  await c.sh("kubectl delete pod passing");
  await c.advance(400);
  const images = "kubectl get node node-1 -o jsonpath='{.status.images[*].names[1]}'";
  expect(await c.sh(images)).toContain("httpd");
  await c.sh(`kubectl create -f - <<'END'
{apiVersion: sim.timonel.dev/v1alpha1, kind: Fault, metadata: {name: full}, spec: {type: DiskFull, diskFull: {machine: node-1}}}
END`);
  await c.advance(40);
  expect(await c.sh(images)).not.toContain("httpd");
  expect(await c.sh(images)).toContain("nginx");
  expect(await c.sh(`kubectl get pod web ${OF}`)).toMatch(
    /^Failed Evicted The node was low on resource: ephemeral-storage\. Threshold quantity: 15Gi, available: 0\. Container app was using \d+[KM]i, request is 0, has larger consumption of ephemeral-storage\.$/,
  );
  expect(await c.sh("kubectl get pod guard -o jsonpath={.status.phase}")).toBe("Running");
  await c.sh(apply(pod("late", { resources: { requests: { memory: "1Mi" } } })));
  await c.advance(5);
  expect(await c.sh(`kubectl get pod late ${OF}`)).toBe("Failed Evicted Pod was rejected: The node had condition: [DiskPressure].");
});

it("kills by score when a machine's memory is used up at once, and says so on the node", async () => {
  const c = await testCluster({ nodes: 1 });
  await c.advance(30);
  const guaranteed = { ...eats("3000M"), resources: { limits: { cpu: "100m", memory: "3200Mi" } } };
  await c.sh(apply(pod("guaranteed", guaranteed), pod("besteffort", eats("600M"))));
  await c.advance(3);
  await c.sh(apply(pod("bomb", eats("900M"))));
  await c.advance(4);
  const state =
    "-o jsonpath='{.status.containerStatuses[0].state.terminated.reason}{.status.containerStatuses[0].lastState.terminated.reason}'";
  expect(await c.sh(`kubectl get pod bomb ${state}`)).toMatch(/^(OOMKilled)+$/);
  expect(await c.sh("kubectl get pod guaranteed -o jsonpath={.status.containerStatuses[0].restartCount}")).toBe("0");
  expect(await c.sh("kubectl get events --field-selector reason=SystemOOM -o jsonpath='{.items[0].type} {.items[0].message}'")).toMatch(
    /^Warning System OOM encountered, victim process: stress, pid: \d+$/,
  );
});

it("a small disk fills up: nothing more is written or pulled, and images go when nobody needs them", async () => {
  const c = await testCluster({ nodes: 1, addons: false });
  await c.sh(`kubectl create -f - <<'END'
{apiVersion: sim.timonel.dev/v1alpha1, kind: Machine, metadata: {name: tiny}, spec: {cpu: "1", memory: 1Gi, disk: 100Mi, kubelet: {evictionHard: {"imagefs.available": "0%", "nodefs.available": "1%"}}}}
END`);
  await c.advance(15);
  expect(
    await c.sh("kubectl get node tiny -o jsonpath='{.status.capacity.ephemeral-storage} {.status.allocatable.ephemeral-storage}'"),
  ).toBe("102400Ki 103809024");
  await c.sh(apply(pod("web", { image: "nginx:1.27", command: undefined }, { nodeName: "tiny" }), pod("box", {}, { nodeName: "tiny" })));
  await c.advance(20);
  expect(await c.sh("kubectl exec box -- dd if=/dev/zero of=/x bs=1M count=40 2>&1 | head -1")).toContain("No space left on device");
  await c.sh(apply(pod("late", { image: "httpd:2.4", command: undefined }, { nodeName: "tiny" })));
  await c.advance(5);
  expect(
    await c.sh("kubectl get events --field-selector involvedObject.name=late,reason=Failed -o jsonpath='{.items[0].message}'"),
  ).toMatch(/no space left on device$/);
  await c.sh("kubectl delete pod late web");
  const images = "kubectl get node tiny -o jsonpath='{.status.images[*].names[1]}'";
  await c.advance(650);
  expect(await c.sh(images)).toBe("docker.io/library/busybox:1.36");
});
