import { describe, expect, it } from "vitest";
import { testCluster } from "./testing.ts";

describe("what the simulator observes", () => {
  it("is read with kubectl and explained by it", async () => {
    const c = await testCluster({ nodes: 2, addons: false });
    expect(await c.sh("kubectl get images --no-headers docker.io-library-busybox-1.36")).toMatch(
      /^docker.io-library-busybox-1.36\s+docker.io\/library\/busybox:1.36\s+\S+MB$/,
    );
    expect(await c.sh("kubectl get imageregistries docker.io -o jsonpath={.status.repositories}")).toContain('"library/nginx"');
    await c.sh('kubectl run web --image=nginx; kubectl run huge --image=nginx --overrides=\'{"spec":{"nodeSelector":{"disk":"ssd"}}}\'');
    await c.advance(2);
    const decided = await c.sh(
      "kubectl get schedulingdecisions -o jsonpath='{range .items[*]}{.status.pod} {.status.node} {.status.nodes}{\"\\n\"}{end}'",
    );
    expect(decided).toMatch(/^web node-[12] 2\nhuge  2$/);
    const reasons = await c.sh("kubectl get sd -o jsonpath='{.items[1].status.rejections[0]}'");
    expect(JSON.parse(reasons)).toEqual({
      node: expect.stringMatching(/^node-[12]$/),
      plugin: "NodeAffinity",
      reasons: ["node(s) didn't match Pod's node affinity/selector"],
    });
    const advice = JSON.parse(await c.sh("kubectl get sd -o jsonpath='{.items[1].status.advice}'"));
    expect(advice[0]).toEqual({
      node: "node-1",
      changes: [
        {
          target: "node/node-1",
          what: "label it disk=ssd",
          command: "kubectl label nodes node-1 disk=ssd",
          action: "Label",
          parameters: { label: "disk=ssd" },
        },
      ],
    });
    // What it says is so.
    await c.sh(advice[0].changes[0].command);
    await c.advance(2);
    expect(await c.sh("kubectl get pod huge -o jsonpath={.spec.nodeName}; kubectl get sd -o jsonpath='{.items[*].status.advice}'")).toBe(
      "node-1",
    );
    const scores = JSON.parse(await c.sh("kubectl get sd -o jsonpath='{.items[0].status.scores}'"));
    for (const { score, plugins } of scores) {
      expect(score).toBe(plugins.reduce((sum: number, p: { weighted: number }) => sum + p.weighted, 0));
      expect(plugins.map((p: { plugin: string }) => p.plugin)).toContain("NodeResourcesFit");
    }
    expect(await c.sh("kubectl explain schedulingdecision.status.scores | tail -n +5")).toContain("Nodes that do, best first.");
    expect(await c.sh("kubectl get packettraces")).toBe("No resources found");
    expect(await c.sh("kubectl get apiservice v1alpha1.sim.timonel.dev --no-headers")).toMatch(/Local\s+True/);
  });

  it("is not there for a cluster that stands beside a recorded one", async () => {
    const c = await testCluster({ preset: "reference", nodes: 0 });
    expect(await c.sh("kubectl get images")).toContain("the server doesn't have a resource type");
  });
});
