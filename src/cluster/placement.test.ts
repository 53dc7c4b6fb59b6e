import { describe, expect, it } from "vitest";
import { testCluster } from "./testing.ts";

const reference = (nodes = 3) => testCluster({ preset: "reference", nodes });
type Cluster = Awaited<ReturnType<typeof reference>>;

const pod = (name: string, spec = "", labels = "{app: web}", namespace = "default"): string =>
  `kubectl apply -f - <<'END'
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: ${namespace}, labels: ${labels}}
spec:
  terminationGracePeriodSeconds: 1
  ${spec || "containers: [{name: c, image: nginx}]"}
END
`;
const with_ = (rules: string): string => `containers: [{name: c, image: nginx}]\n${rules.replace(/^/gm, "  ")}`;
const near = (selector: string, more = ""): string =>
  with_(
    `affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: ${selector}${more}}]}}`,
  );
const far = (selector: string): string =>
  with_(
    `affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: ${selector}}]}}`,
  );

const nodeOf = (c: Cluster, name: string, namespace = "default"): Promise<string> =>
  c.sh(`kubectl get pod ${name} -n ${namespace} -o jsonpath='{.spec.nodeName}'`);
const refusal = (c: Cluster, name: string): Promise<string> =>
  c.sh(`kubectl get pod ${name} -o jsonpath='{.status.conditions[?(@.type=="PodScheduled")].message}'`);
const refused = (of: number, reason: string, victims: string): string =>
  `0/${of} nodes are available: ${of} node(s) didn't ${reason}. no new claims to deallocate, preemption: 0/${of} nodes are available: ${of} ${victims}.`;
const NOT_HELPFUL = "Preemption is not helpful for scheduling";
const NO_VICTIMS = "No preemption victims found for incoming pod";

describe("a pod that wants company", () => {
  it("waits until a pod comes that it wants to be near, and goes there", async () => {
    const c = await reference();
    await c.sh(pod("fan", near("{matchLabels: {app: star}}"), "{app: fan}"));
    await c.advance(3);
    expect(await refusal(c, "fan")).toBe(refused(3, "match pod affinity rules", NOT_HELPFUL));
    await c.sh(pod("star", "", "{app: star}"));
    await c.advance(3);
    expect(await nodeOf(c, "fan")).toBe(await nodeOf(c, "star"));
  });

  it("starts a series of its own kind, which all goes where it went", async () => {
    const c = await reference();
    for (const name of ["one", "two", "three"]) await c.sh(pod(name, near("{matchLabels: {app: herd}}"), "{app: herd}"));
    await c.advance(3);
    const nodes = await Promise.all(["one", "two", "three"].map((name) => nodeOf(c, name)));
    expect(new Set(nodes).size).toBe(1);
    expect(nodes[0]).toMatch(/^node-/);
  });

  it("finds it in the namespaces that a selector means, and there only", async () => {
    const c = await reference();
    await c.sh("kubectl create namespace other && kubectl create namespace friend && kubectl label namespace friend team=x");
    const rule = near("{matchLabels: {app: star}}", ", namespaceSelector: {matchLabels: {team: x}}");
    await c.advance(1);
    await c.sh(pod("star", "", "{app: star}", "other"));
    await c.advance(3);
    await c.sh(pod("fan", rule, "{app: fan}"));
    await c.advance(3);
    expect(await refusal(c, "fan")).toBe(refused(3, "match pod affinity rules", NOT_HELPFUL));
    await c.sh(pod("star", "", "{app: star}", "friend"));
    await c.advance(3);
    expect(await nodeOf(c, "fan")).toBe(await nodeOf(c, "star", "friend"));
  });
});

describe("a pod that wants none", () => {
  it("waits while each node has one, though they were there first, and goes when one leaves", async () => {
    const c = await reference(2);
    await c.sh(pod("a", far("{matchLabels: {app: web}}")) + pod("b", far("{matchLabels: {app: web}}")));
    await c.advance(3);
    await c.sh(pod("c", far("{matchLabels: {app: web}}")) + pod("plain"));
    await c.advance(3);
    expect(await refusal(c, "c")).toBe(refused(2, "match pod anti-affinity rules", NO_VICTIMS));
    // It has no rules of its own: the others' keep it away.
    expect(await refusal(c, "plain")).toBe(refused(2, "satisfy existing pods anti-affinity rules", NO_VICTIMS));
    const free = await nodeOf(c, "a");
    await c.sh("kubectl delete pod a");
    await c.advance(15);
    expect([await nodeOf(c, "c"), await nodeOf(c, "plain")].filter((node) => node !== "")).toEqual([free]);
    await c.sh("kubectl delete pod b c --ignore-not-found");
    await c.advance(15);
    expect(await nodeOf(c, "plain")).toMatch(/^node-/);
  });

  it("goes when who is in its way changes its labels", async () => {
    const c = await reference(1);
    await c.sh(pod("old"));
    await c.advance(2);
    await c.sh(pod("shy", far("{matchLabels: {app: web}}")));
    await c.advance(3);
    expect(await refusal(c, "shy")).toBe(refused(1, "match pod anti-affinity rules", NO_VICTIMS));
    await c.sh("kubectl label pod old app=other --overwrite");
    await c.advance(3);
    expect(await nodeOf(c, "shy")).toBe("node-1");
  });
});

describe("pods that spread", () => {
  const spread = (more = ""): string =>
    with_(
      `topologySpreadConstraints: [{topologyKey: zone, maxSkew: 1, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: web}}${more}}]`,
    );

  it("keep the skew between zones, leave nodes without one alone, and wait for as many zones as they were promised", async () => {
    const c = await reference(4);
    await c.sh("kubectl label node node-1 node-2 zone=a; kubectl label node node-3 zone=b");
    await c.advance(1);
    for (const name of ["1", "2", "3", "4"]) await c.sh(pod(`p${name}`, spread()));
    await c.advance(3);
    const nodes = await Promise.all(["p1", "p2", "p3", "p4"].map((name) => nodeOf(c, name)));
    expect(nodes.filter((n) => n === "node-3")).toHaveLength(2);
    expect(nodes).not.toContain("node-4");
    await c.sh(pod("q", spread(", minDomains: 3")));
    await c.advance(3);
    expect(await refusal(c, "q")).toBe(
      "0/4 nodes are available: 1 node(s) didn't match pod topology spread constraints (missing required label), 3 node(s) didn't match pod topology spread constraints. no new claims to deallocate, preemption: 0/4 nodes are available: 1 Preemption is not helpful for scheduling, 3 No preemption victims found for incoming pod.",
    );
    await c.sh("kubectl label node node-4 zone=c");
    await c.advance(3);
    expect(await nodeOf(c, "q")).toBe("node-4");
  });
});

describe("what SchedulerPredicates of the conformance suite ask", () => {
  const port = (hostIP: string, protocol = "TCP"): string =>
    `containers: [{name: c, image: nginx, ports: [{containerPort: 80, hostPort: 54322, protocol: ${protocol}${hostIP ? `, hostIP: ${hostIP}` : ""}}]}]\n  nodeSelector: {here: "yes"}`;

  it("a host port is one a protocol and address", async () => {
    const c = await reference();
    await c.sh("kubectl label node node-2 here=yes");
    await c.advance(1);
    await c.sh(pod("one", port("127.0.0.1")) + pod("two", port("172.17.0.12")) + pod("three", port("127.0.0.1", "UDP")));
    await c.advance(3);
    for (const name of ["one", "two", "three"]) expect(await nodeOf(c, name)).toBe("node-2");
  });

  it("0.0.0.0 is every address", async () => {
    const c = await reference();
    await c.sh("kubectl label node node-2 here=yes");
    await c.advance(1);
    await c.sh(pod("four", port("")));
    await c.advance(3);
    await c.sh(pod("five", port("127.0.0.1")));
    await c.advance(3);
    expect(await refusal(c, "five")).toBe(
      "0/3 nodes are available: 1 node(s) didn't have free ports for the requested pod ports, 2 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.",
    );
    await c.sh("kubectl delete pod four");
    await c.advance(15);
    expect(await nodeOf(c, "five")).toBe("node-2");
  });

  it("a pod does not fit beside others that ask for what the machine has", async () => {
    const c = await reference();
    const asks = (cpu: string): string =>
      `containers: [{name: c, image: nginx, resources: {requests: {cpu: ${cpu}}, limits: {cpu: ${cpu}}}}]`;
    for (const i of [1, 2, 3]) await c.sh(pod(`filler-${i}`, asks("700m")));
    await c.advance(3);
    await c.sh(pod("additional", asks("500m")));
    await c.advance(3);
    expect(await refusal(c, "additional")).toMatch(/^0\/3 nodes are available: 3 Insufficient cpu\./);
    expect(
      await c.sh("kubectl get events --field-selector reason=FailedScheduling,involvedObject.name=additional --no-headers | wc -l"),
    ).toBe("1");
  });
});

it("a pod that asks to restart all its containers waits for a kubelet that can", async () => {
  const c = await reference(1);
  const rule = "{action: RestartAllContainers, exitCodes: {operator: In, values: [3]}}";
  await c.sh(pod("p", `containers: [{name: c, image: nginx, restartPolicy: Never, restartPolicyRules: [${rule}]}]`));
  await c.advance(3);
  expect(await refusal(c, "p")).toBe(
    "0/1 nodes are available: 1 node declared features check failed - unsatisfied requirements: RestartAllContainersOnContainerExits. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
  );
  await c.sh(
    `kubectl patch node node-1 --subresource=status --type=merge -p '{"status":{"declaredFeatures":["RestartAllContainersOnContainerExits"]}}'`,
  );
  await c.advance(3);
  expect(await nodeOf(c, "p")).toBe("node-1");
});

describe("a profile's arguments", () => {
  it("fill nodes up, one after the other", async () => {
    const c = await reference();
    await c.sh(`kubectl create configmap kube-scheduler -n kube-system --from-literal=config.yaml='apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
profiles:
- schedulerName: packer
  pluginConfig:
  - name: NodeResourcesFit
    args: {scoringStrategy: {type: MostAllocated}}
  plugins: {multiPoint: {disabled: [{name: NodeResourcesBalancedAllocation}, {name: PodTopologySpread}]}}'`);
    await c.advance(2);
    const packed = "schedulerName: packer\n  containers: [{name: c, image: nginx, resources: {requests: {cpu: 100m, memory: 100Mi}}}]";
    for (const name of ["a", "b", "c", "d"]) await c.sh(pod(name, packed));
    await c.advance(3);
    const nodes = await Promise.all(["a", "b", "c", "d"].map((name) => nodeOf(c, name)));
    expect(new Set(nodes)).toEqual(new Set([nodes[0]]));
    expect(nodes[0]).toMatch(/^node-/);
  });
});
