import { expect, it } from "vitest";
import { testCluster } from "../testing.ts";

const REFUSED =
  'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: no such file or directory"';

it("a machine without its containerd: pods run on, nothing is done for them, and the node says so until it is back", async () => {
  const c = await testCluster({ preset: "reference-node" });
  await c.sh("kubectl run web --image=nginx:1.27; kubectl wait --for=condition=Ready pod/web --timeout=60s");
  const on = (command: string): Promise<string> => c.sh(`ssh node-1 bash -s <<'END'\n${command}\nEND`);
  const ready = (): Promise<string> =>
    c.sh(`kubectl get node node-1 -o jsonpath='{.status.conditions[3].status}: {.status.conditions[3].message}'`);
  expect(await on("systemctl stop containerd; crictl ps 2>&1 | grep -c 'connect: no such file or directory'; pgrep nginx | wc -l")).toBe(
    "1\n3",
  );
  await c.sh("kubectl run late --image=nginx:1.27");
  await c.advance(5);
  expect(await c.sh("kubectl get events --field-selector reason=FailedCreatePodSandBox -o jsonpath='{.items[0].message}'")).toBe(
    `Failed to create pod sandbox: ${REFUSED}`,
  );
  expect(await ready()).toMatch(/^True/);
  await c.advance(45);
  expect(await ready()).toBe("False: container runtime is down");
  expect(await on("journalctl -u kubelet -o cat -n 1")).toMatch(/^E.* "Skipping pod synchronization" err="container runtime is down"$/);
  await c.advance(180);
  expect(await ready()).toMatch(
    /^False: \[container runtime is down, PLEG is not healthy: pleg was last seen active 3m\S+s ago; threshold is 3m0s\]$/,
  );
  expect(
    await on(
      "systemctl restart kubelet; sleep 1; systemctl is-active kubelet; journalctl -u kubelet -o cat | grep -c 'validate CRI v1 runtime API'",
    ),
  ).toBe("activating\n1");
  await on("systemctl start containerd");
  await c.advance(30);
  expect(await ready()).toBe("True: kubelet is posting ready status");
  expect(await c.sh("kubectl get pods --no-headers | awk '{print $1, $2, $3, $4}'")).toBe("late 1/1 Running 0\nweb 1/1 Running 0");
});

it("a kubelet whose kubeconfig names another port is never heard of, and says whom it can't reach", async () => {
  const c = await testCluster({ preset: "reference-node" });
  await c.advance(5);
  const on = (command: string): Promise<string> => c.sh(`ssh node-1 bash -s <<'END'\n${command}\nEND`);
  expect(
    await on("sed -i s/:6443/:64433/ /etc/kubernetes/kubelet.conf; systemctl restart kubelet; sleep 5; journalctl -u kubelet -o cat -n 1"),
  ).toMatch(
    /"Unable to register node with API server" err="Post \\"https:\/\/172\.18\.0\.2:64433\/api\/v1\/nodes\\": dial tcp 172\.18\.0\.2:64433: connect: connection refused" node="node-1"$/,
  );
  await c.advance(60);
  expect(await c.sh("kubectl get node --no-headers | awk '{print $2}'")).toBe("NotReady");
  await on("sed -i s/:64433/:6443/ /etc/kubernetes/kubelet.conf; systemctl restart kubelet");
  await c.advance(15);
  expect(await c.sh("kubectl get node --no-headers | awk '{print $2}'")).toBe("Ready");
});
