import { expect, it } from "vitest";
import { testCluster } from "./testing.ts";

const HELD = `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: held}
spec:
  replicas: 2
  podManagementPolicy: Parallel
  serviceName: held
  selector: {matchLabels: {app: held}}
  template:
    metadata: {labels: {app: held}, finalizers: [example.com/hold]}
    spec:
      nodeSelector: {kubernetes.io/hostname: node-1}
      containers: [{name: c, image: "nginx:1.27"}]
`;
const stuck = (n: number) => `error when waiting for pod "held-${n}" in namespace "default" to terminate: context deadline exceeded`;

it("drains a node by evicting all its pods at once, and says of each that does not go", async () => {
  const c = await testCluster({ preset: "reference" });
  await c.sh(`cat > held.yaml <<'EOF'${HELD}EOF
kubectl apply -f held.yaml && kubectl rollout status sts/held --timeout=60s`);
  expect(await c.sh("kubectl drain node-1 node-2 --timeout=3s")).toBe(
    [
      "node/node-1 cordoned",
      "node/node-2 cordoned",
      "evicting pod default/held-1",
      "evicting pod default/held-0",
      "node/node-2 drained",
      `There are pending pods in node "node-1" when an error occurred: [${stuck(1)}, ${stuck(0)}]`,
      "pod/held-0",
      "pod/held-1",
      `error: unable to drain node "node-1" due to error: [${stuck(1)}, ${stuck(0)}], continuing command...`,
      "There are pending nodes to be drained:",
      " node-1",
      stuck(1),
      stuck(0),
      "[1]",
    ].join("\n"),
  );
  expect(await c.sh("kubectl drain node-1 --dry-run=client")).toBe(
    [
      "node/node-1 already cordoned (dry run)",
      "evicting pod default/held-0 (dry run)",
      "evicting pod default/held-1 (dry run)",
      "node/node-1 drained (dry run)",
    ].join("\n"),
  );
  expect(await c.sh("kubectl drain node-1 --disable-eviction --timeout=3s 2>&1 | tail -1")).toBe("error: context deadline exceeded");
  expect(await c.sh("kubectl drain node-1 --skip-wait-for-delete-timeout=1")).toBe("node/node-1 already cordoned\nnode/node-1 drained");
  c.stop();
});
