import { expect, it } from "vitest";
import { MemoryStorage } from "./index.ts";
import { testCluster } from "./testing.ts";

it("metrics-server asks kubelets, and kubectl top shows what it heard", async () => {
  const c = await testCluster({ nodes: 1 });
  expect(await c.sh("kubectl top nodes")).toBe("error: Metrics API not available\n[1]");
  await c.sh(
    'kubectl run busy --image=busybox --overrides=\'{"spec":{"containers":[{"name":"busy","image":"busybox","command":["sh","-c","while true; do :; done"],"resources":{"limits":{"cpu":"100m"}}}]}}\'',
  );
  await c.advance(60);
  expect(
    await c.sh("kubectl get apiservice v1beta1.metrics.k8s.io -o jsonpath='{.status.conditions[0].status} {.status.conditions[0].reason}'"),
  ).toBe("True Passed");
  const columns = async (command: string) => (await c.sh(command)).split("\n").map((line) => line.trim().split(/ {2,}/));
  expect(await columns("kubectl top nodes")).toEqual([
    ["NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)"],
    ["node-1", expect.stringMatching(/^10\dm$/), "5%", expect.stringMatching(/^1\d\dMi$/), expect.stringMatching(/^[23]%$/)],
  ]);
  expect(await columns("kubectl top pods --no-headers")).toEqual([["busy", expect.stringMatching(/^10[01]m$/), "0Mi"]]);
  expect((await columns("kubectl top pods -A --containers --sort-by=cpu")).slice(0, 3).map((row) => row.slice(0, 3))).toEqual([
    ["NAMESPACE", "POD", "NAME"],
    ["default", "busy", "busy"],
    ["kube-system", expect.stringMatching(/^metrics-server-/), "metrics-server"],
  ]);
  expect((await columns("kubectl top pods -A --sum")).slice(-2)).toEqual([
    ["________", "________"],
    [expect.stringMatching(/^10\dm$/), expect.stringMatching(/^1\d\dMi$/)],
  ]);
  expect(await columns("kubectl get nodes.metrics.k8s.io")).toEqual([
    ["NAME", "CPU", "MEMORY", "WINDOW"],
    ["node-1", expect.stringMatching(/^10\d+n$/), expect.any(String), expect.stringMatching(/^15\.0\d+s$/)],
  ]);
  expect(
    await c.sh(
      "kubectl top pod nope; kubectl top node nope; kubectl top pods -l a=b; kubectl top pods --sort-by=name; kubectl top pod busy -l a=b; kubectl run young --image=nginx >/dev/null; kubectl top pod young; kubectl top pods -l run=young",
    ),
  ).toBe(
    [
      'Error from server (NotFound): pods "nope" not found',
      'Error from server (NotFound): nodes "nope" not found',
      "No resources found in default namespace.",
      "error: --sort-by accepts only cpu or memory",
      "error: only one of NAME or selector can be provided",
      'Error from server (NotFound): podmetrics.metrics.k8s.io "default/young" not found',
      "error: metrics not available yet",
      "[1]",
    ].join("\n"),
  );
});

it("a kubelet answers who may read its metrics, and nobody else", async () => {
  const c = await testCluster({ nodes: 1 });
  await c.sh("kubectl run asker --image=busybox --restart=Never -- sleep 3600; kubectl wait --for=condition=Ready pod/asker --timeout=60s");
  const ask = (more: string) => c.sh(`kubectl exec asker -- sh -c 'wget -qO- ${more} 2>&1 | tail -n 1'`);
  const token = '--header "Authorization: Bearer $(cat /var/run/secrets/kubernetes.io/serviceaccount/token)"';
  const url = "http://172.18.0.3:10250/metrics/resource";
  expect(await ask(url)).toBe("wget: server returned error: HTTP/1.1 401 Unauthorized");
  expect(await ask(`${token} ${url}`)).toBe("wget: server returned error: HTTP/1.1 403 Forbidden");
  await c.sh(
    "kubectl create clusterrole m --verb=get --resource=nodes/metrics; kubectl create clusterrolebinding m --clusterrole=m --serviceaccount=default:default",
  );
  // What was refused is believed for half a minute.
  await c.advance(31);
  expect(await ask(`${token} ${url}`)).toBe("resource_scrape_error 0");
  expect(await c.sh("kubectl get --raw /api/v1/nodes/node-1/proxy/nothing")).toBe(
    "Error from server (NotFound): the server could not find the requested resource\n[1]",
  );
  expect(await c.sh("kubectl get --raw /api/v1/nodes/node-1/proxy/metrics/resource | tail -n 1")).toBe("resource_scrape_error 0");
});

// Between rounds before and after somebody asked whether it is ready, and in the middle of a round.
it.each([
  [52, "00:4", "01:0"],
  [58, "00:4", "01:[01]"],
  [59.635, "0[01]:[045]", "01:[01]"],
])("metrics outlive a reload after %s seconds", async (at, before, after) => {
  const storage = new MemoryStorage();
  const first = await testCluster({ nodes: 1, storage });
  await first.advance(at);
  await first.flush();
  first.stop();
  const second = await testCluster({ nodes: 1, storage });
  const top = () =>
    second.sh(
      "kubectl top pods -n kube-system --no-headers | grep -c metrics-server; kubectl get podmetrics -n kube-system -o jsonpath='{.items[0].timestamp}'",
    );
  // The API server asks anew whether the metrics API answers.
  await second.advance(2);
  expect(await top()).toMatch(new RegExp(`^1\\n2026-01-01T00:${before}\\dZ$`));
  await second.advance(15);
  expect(await top()).toMatch(new RegExp(`^1\\n2026-01-01T00:${after}\\dZ$`));
  expect(await second.sh("kubectl get pods -n kube-system -o jsonpath='{.items[*].status.containerStatuses[0].restartCount}'")).toBe("0 0");
  second.stop();
});
