import { expect, it } from "vitest";
import { testCluster } from "./testing.ts";

const POD = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "worker" },
  spec: {
    restartPolicy: "Never",
    volumes: [{ name: "v", emptyDir: {} }],
    initContainers: [
      {
        name: "setup",
        image: "busybox:1.36",
        command: ["sh", "-c", "date >> /v/setups"],
        volumeMounts: [{ name: "v", mountPath: "/v" }],
      },
      {
        name: "watcher",
        image: "busybox:1.36",
        command: ["sh", "-c", "test -f /v/told || { touch /v/told; sleep 10; exit 88; }; sleep 3600"],
        volumeMounts: [{ name: "v", mountPath: "/v" }],
        restartPolicy: "Always",
        restartPolicyRules: [{ action: "RestartAllContainers", exitCodes: { operator: "In", values: [88] } }],
      },
    ],
    containers: [
      {
        name: "app",
        image: "busybox:1.36",
        command: ["sleep", "3600"],
        lifecycle: { preStop: { sleep: { seconds: 20 } } },
      },
      { name: "done", image: "busybox:1.36", command: ["true"] },
    ],
  },
};

it("starts all containers of a pod anew, its first steps too, when one ends as a rule says; sandbox and volumes stay", async () => {
  const c = await testCluster({ preset: "reference-node" });
  await c.sh(`kubectl apply -f - <<'END'\n${JSON.stringify(POD)}\nEND`);
  await c.advance(8);
  const restarts = `kubectl get pod worker -o jsonpath='{.status.podIP} {range .status.initContainerStatuses[*]}{.name}={.restartCount} {end}{range .status.containerStatuses[*]}{.name}={.restartCount} {end}'`;
  const condition = `kubectl get pod worker -o jsonpath='{.status.phase} {.status.conditions[?(@.type=="AllContainersRestarting")].status} {.status.conditions[?(@.type=="AllContainersRestarting")].reason}'`;
  const before = await c.sh(restarts);
  expect(before).toMatch(/ setup=0 watcher=0 app=0 done=0$/);
  expect(await c.sh(condition)).toBe("Running False");
  const seen = c.sh(
    `kubectl get pod worker -w -o jsonpath='{.status.conditions[?(@.type=="AllContainersRestarting")].status}{"\\n"}' & sleep 12; kill $!`,
  );
  await c.advance(20);
  expect(new Set((await seen).split("\n"))).toContain("True");
  expect(await c.sh(restarts)).toBe(before.replaceAll("=0", "=1"));
  expect(await c.sh(condition)).toBe("Running False");
  expect(await c.sh("kubectl exec worker -c watcher -- wc -l /v/setups")).toBe("2 /v/setups");
  expect(await c.sh("kubectl get pod worker -o jsonpath='{.status.containerStatuses[0].state.running.startedAt}'")).not.toBe("");
});
