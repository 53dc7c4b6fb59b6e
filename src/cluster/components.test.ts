import { expect, it } from "vitest";
import { testCluster } from "./testing.ts";

it("every part of Kubernetes is a Component, with what it does and what went wrong last", async () => {
  const c = await testCluster({ nodes: 1, addons: false });
  await c.advance(5);
  const names = (await c.sh("kubectl get components -o name")).split("\n").map((n) => n.split("/")[1]);
  expect(new Set(names).size).toBe(names.length);
  for (const name of ["kube-scheduler", "kube-controller-manager", "kubelet-node-1", "kube-proxy-node-1", "deployment-controller"])
    expect(names).toContain(name);
  for (const name of [
    "persistentvolume-binder-controller",
    "endpointslice-mirroring-controller",
    "certificatesigningrequest-signing-controller",
  ])
    expect(names).toContain(name);
  const at = (path: string): string => `kubectl get component deployment-controller -o jsonpath='{.status.${path}}'`;
  const before = Number(await c.sh(at("reconciles")));
  await c.sh("kubectl create deployment web --image=nginx");
  await c.advance(5);
  expect(Number(await c.sh(at("reconciles")))).toBeGreaterThan(before);
  expect(await c.sh(`${at("state")}; ${at("process").replace("kubectl", "echo; kubectl")}`)).toBe("Running\nkube-controller-manager");
  expect(await c.sh("kubectl delete component deployment-controller")).toContain("a Fault stops one");
  expect(await c.sh("kubectl get component nobody")).toContain('components.sim.timonel.dev "nobody" not found');
  const revision = c.store.revision;
  await c.sh("kubectl get components -o wide");
  expect(c.store.revision).toBe(revision);
  c.stop();
});

it("none of them is refused anything in the life of a cluster that loses a node", async () => {
  const c = await testCluster({ nodes: 2 });
  await c.sh(
    "kubectl create deployment web --image=nginx --replicas=4; kubectl expose deployment web --port=80; kubectl create job j --image=busybox -- true",
  );
  await c.sh(
    "kubectl create namespace x && kubectl delete namespace x --wait=false; kubectl create quota q --hard=pods=30; kubectl create pdb p --selector=app=web --min-available=1",
  );
  await c.advance(60);
  await c.sh("kubectl delete node node-2");
  await c.advance(90);
  expect(await c.sh("kubectl get pods -o jsonpath='{.items[*].spec.nodeName}' | tr ' ' '\\n' | sort -u")).toBe("node-1");
  expect(
    await c.sh(
      "kubectl get components -o jsonpath='{range .items[*]}{.metadata.name}: {.status.lastError}{\"\\n\"}{end}' | grep -i forbidden",
    ),
  ).toBe("[1]");
  c.stop();
});
