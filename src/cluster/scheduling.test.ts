import { describe, expect, it } from "vitest";
import { testCluster } from "./testing.ts";

const reference = () => testCluster({ preset: "reference", nodes: 2 });

const pod = (name: string, spec: string, labels = "{}"): string =>
  `kubectl apply -f - <<'END'
apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: ${labels}}
spec:
${spec.replace(/^/gm, "  ")}
END
`;
const asking = (cpu: string, more = ""): string =>
  `${more}\ncontainers: [{name: c, image: nginx, resources: {requests: {cpu: ${cpu}}}}]\nterminationGracePeriodSeconds: 2`;
const classes = `kubectl create priorityclass high --value=1000 >/dev/null; kubectl create priorityclass meek --value=2000 --preemption-policy=Never >/dev/null; `;

describe("preemption", () => {
  it("makes room for a more important pod, says so, and puts the pod where it was promised", async () => {
    const c = await reference();
    await c.sh(classes + pod("a", asking("700m")) + pod("b", asking("700m")));
    await c.advance(5);
    await c.sh(pod("vip", asking("800m", "priorityClassName: high")));
    await c.advance(1);
    const said = await c.sh(`kubectl get events --field-selector reason=Preempted -o jsonpath='{.items[*].message}'`);
    const nominated = said.split(" ").at(-1) ?? "";
    expect(nominated).toMatch(/^node-[12]$/);
    const victim = await c.sh(`kubectl get events --field-selector reason=Preempted -o jsonpath='{.items[*].involvedObject.name}'`);
    expect(["a", "b"]).toContain(victim);
    const uid = await c.sh("kubectl get pod vip -o jsonpath='{.metadata.uid}'");
    expect(said).toBe(`Preempted by pod ${uid} on node ${nominated}`);
    await c.advance(10);
    // Where it was to go is no news any more once it is there.
    expect(await c.sh("kubectl get pod vip -o jsonpath='{.spec.nodeName}{.status.nominatedNodeName} {.status.phase}'")).toBe(
      `${nominated} Running`,
    );
    expect(await c.sh("kubectl get pods --no-headers | wc -l")).toBe("2");
    expect(await c.sh("kubectl get events --field-selector reason=FailedScheduling -o jsonpath='{.items[0].message}'")).toBe(
      "0/2 nodes are available: 2 Insufficient cpu.",
    );
  });

  it("waits for a victim that is slow to leave, and takes no other meanwhile", async () => {
    const c = await testCluster({ nodes: 2, addons: false });
    const stubborn = `terminationGracePeriodSeconds: 600
containers: [{name: c, image: busybox, command: [sleep, "3600"], resources: {requests: {cpu: 1500m}}}]`;
    await c.sh(classes + pod("a", stubborn) + pod("b", stubborn));
    await c.advance(20);
    await c.sh(pod("vip", asking("1600m", "priorityClassName: high")));
    await c.advance(30);
    const condition = `{.items[*].status.conditions[?(@.type=="DisruptionTarget")]`;
    expect(await c.sh(`kubectl get pods -o jsonpath='${condition}.reason}|${condition}.message}'`)).toBe(
      "PreemptionByScheduler|default-scheduler: preempting to accommodate a higher priority pod",
    );
    await c.sh("kubectl label pod vip tried=again; kubectl label nodes --all tried=again");
    await c.advance(400);
    expect(await c.sh("kubectl get events --field-selector reason=Preempted -o name | wc -l")).toBe("1");
    expect(await c.sh("kubectl get events --field-selector reason=FailedScheduling -o jsonpath='{.items[*].message}'")).toContain(
      "0/2 nodes are available: 2 Insufficient cpu. no new claims to deallocate, preemption: not eligible due to a terminating pod on the nominated node.",
    );
  });

  it("is not for a pod that asks never to push others away", async () => {
    const c = await reference();
    await c.sh(classes + pod("a", asking("700m")) + pod("b", asking("700m")) + pod("vip", asking("800m", "priorityClassName: meek")));
    await c.advance(5);
    expect(await c.sh("kubectl get events --field-selector reason=FailedScheduling -o jsonpath='{.items[0].message}'")).toBe(
      "0/2 nodes are available: 2 Insufficient cpu. no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.",
    );
    expect(await c.sh("kubectl get pods --no-headers | grep -c Running")).toBe("2");
  });

  it("spares a pod that a budget protects, when another will do", async () => {
    const c = await reference();
    await c.sh(
      classes +
        "kubectl create pdb keep --selector=app=kept --min-available=1 >/dev/null; " +
        pod("kept", asking("700m"), "{app: kept}") +
        pod("other", asking("700m")),
    );
    await c.advance(5);
    await c.sh(pod("vip", asking("800m", "priorityClassName: high")));
    await c.advance(10);
    expect(await c.sh("kubectl get pods -o jsonpath='{.items[*].metadata.name}'")).toBe("kept vip");
  });
});

describe("who schedules", () => {
  it("leaves a pod Pending whose scheduler is not there, without a word", async () => {
    const c = await reference();
    await c.sh(pod("lost", asking("100m", "schedulerName: nobody")));
    await c.advance(60);
    expect(await c.sh("kubectl get pod lost -o jsonpath='{.status.phase} {.spec.nodeName}{.status.conditions}'")).toBe("Pending");
    expect(await c.sh("kubectl get events -o name --field-selector involvedObject.name=lost")).toBe("");
  });

  it("is also a second profile, once the configuration has it", async () => {
    const c = await reference();
    await c.sh(`cat > config.yaml <<'END'
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
profiles:
- schedulerName: default-scheduler
- schedulerName: plain
  plugins:
    score: {disabled: [{name: "*"}]}
    filter: {disabled: [{name: NodeResourcesFit}]}
END
kubectl create configmap kube-scheduler -n kube-system --from-file=config.yaml`);
    await c.sh(pod("big", asking("50", "schedulerName: plain")));
    await c.advance(1);
    expect(
      await c.sh("kubectl get events --field-selector involvedObject.name=big,reason=Scheduled -o jsonpath='{.items[*].source.component}'"),
    ).toBe("plain");
  });

  it("stays as it was when the new configuration is wrong, and says what is", async () => {
    const c = await reference();
    await c.sh(`cat > config.yaml <<'END'
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
percentageOfNodesToScore: 101
profiles: [{plugins: {score: {enabled: [{name: Wishful}]}}}]
END
kubectl create configmap kube-scheduler -n kube-system --from-file=config.yaml`);
    await c.advance(1);
    expect(await c.sh("kubectl get events -n kube-system -o jsonpath='{.items[?(@.reason==\"InvalidConfiguration\")].message}'")).toBe(
      'config.yaml: percentageOfNodesToScore: Invalid value: 101: not in valid range [0-100]; profiles[0].plugins.score.enabled[0]: Invalid value: "Wishful": plugin "Wishful" does not exist; the configuration before it stays in force',
    );
    await c.sh(pod("p", asking("100m")));
    await c.advance(2);
    expect(await c.sh("kubectl get pod p -o jsonpath='{.status.phase}'")).toBe("Running");
  });
});

describe("a gated pod", () => {
  it("waits for the last of its gates, and is scheduled at once then", async () => {
    const c = await reference();
    await c.sh(pod("gated", asking("100m", "schedulingGates: [{name: example.com/one}, {name: example.com/two}]")));
    await c.advance(60);
    expect(
      await c.sh(
        `kubectl get pod gated --no-headers | awk '{print $3}'; kubectl get pod gated -o jsonpath='{.status.conditions[0].message}'`,
      ),
    ).toBe("SchedulingGated\nScheduling is blocked due to non-empty scheduling gates");
    await c.sh(`kubectl patch pod gated --type=json -p '[{"op":"remove","path":"/spec/schedulingGates/0"}]'`);
    await c.advance(5);
    expect(await c.sh("kubectl get pod gated -o jsonpath='{.spec.nodeName}'")).toBe("");
    await c.sh(`kubectl patch pod gated --type=json -p '[{"op":"remove","path":"/spec/schedulingGates"}]'`);
    await c.advance(1);
    expect(await c.sh("kubectl get pod gated -o jsonpath='{.spec.nodeName}'")).toMatch(/^node-/);
  });
});
