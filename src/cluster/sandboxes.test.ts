import { expect, it } from "vitest";
import { testCluster } from "./testing.ts";

it("replaces a sandbox that somebody stopped on the machine, and forgets it when the last of its containers is gone", async () => {
  const c = await testCluster({ nodes: 1 });
  await c.advance(20);
  await c.sh(`kubectl run web --image=busybox:1.36 --overrides='{"spec":{"nodeName":"node-1"}}' -- sh -c 'sleep 20'; sleep 5`);
  await c.sh(`ssh node-1 'crictl stopp $(crictl pods --name web -q)'; sleep 5`);
  const sandboxes = "ssh node-1 crictl pods --name web | awk '{print $5, $6, $8}'";
  const shown = async (): Promise<string[]> => (await c.sh(sandboxes)).split("\n").slice(1);
  expect(await shown()).toEqual(["Ready web 1", "NotReady web 0"]);
  expect(await c.sh("kubectl get pod web -o jsonpath='{.status.containerStatuses[0].restartCount} {.status.phase}'")).toBe("1 Running");
  expect(await c.sh("kubectl get events -o custom-columns=R:.reason,M:.message --no-headers | grep SandboxChanged")).toMatch(
    /^SandboxChanged +Pod sandbox changed, it will be killed and re-created\.$/,
  );
  await c.advance(20);
  expect(await shown()).toEqual(["Ready web 1"]);
});
