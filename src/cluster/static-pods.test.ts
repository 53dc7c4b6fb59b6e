import { expect, it } from "vitest";
import { testCluster } from "./testing.ts";

const MANIFEST = (image: string): string =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "edge", labels: { app: "edge" } },
    spec: { terminationGracePeriodSeconds: 1, containers: [{ name: "web", image }] },
  });
const onNode = (script: string): string => `kubectl debug -q node/node-1 --image=busybox:1.36 -- sh -c '${script}'; sleep 6`;
const FOLDER = "/host/etc/kubernetes/manifests";

it("runs what a manifest in the node's folder says, shows it in the API, and goes on whatever is done to what the API shows", async () => {
  const c = await testCluster({ preset: "reference-node" });
  await c.sh(onNode(`echo "${MANIFEST("nginx:1.27").replaceAll('"', '\\"')}" > ${FOLDER}/edge.yaml`));
  const annotations = "{.metadata.annotations.kubernetes\\.io/config\\.source} {.metadata.ownerReferences[0].kind}";
  const shown = `kubectl get pod edge-node-1 -o jsonpath='{.status.phase} {.spec.containers[0].image} ${annotations}'`;
  expect(await c.sh(shown)).toBe("Running nginx:1.27 file Node");
  expect(await c.sh("kubectl exec edge-node-1 -- sh -c 'echo $HOSTNAME'")).toBe("edge-node-1");

  const container = "kubectl get pod edge-node-1 -o jsonpath='{.status.containerStatuses[0].containerID}'";
  const uid = "kubectl get pod edge-node-1 -o jsonpath='{.metadata.uid}'";
  const [before, mirror] = [await c.sh(container), await c.sh(uid)];
  await c.sh("kubectl delete pod edge-node-1; sleep 3");
  expect(await c.sh(container)).toBe(before);
  expect(await c.sh(uid)).not.toBe(mirror);

  await c.sh(onNode(`sed -i s/1.27/1.25/ ${FOLDER}/edge.yaml`));
  expect(await c.sh(shown)).toBe("Running nginx:1.25 file Node");
  await c.sh(onNode(`rm ${FOLDER}/edge.yaml`));
  expect(await c.sh("kubectl get pod edge-node-1")).toBe(
    'Error from server (NotFound): pods "edge-node-1" not found\n[1]'.replace("\n[1]", "[1]").replace("found[", "found\n["),
  );
});

it("ends other pods for a critical static pod that finds no room, and says so of them", async () => {
  const c = await testCluster({ preset: "reference-node" });
  const asks = (name: string, cpu: string): string => `
kubectl run ${name} --image=busybox:1.36 --overrides='{"spec":{"terminationGracePeriodSeconds":1,"containers":[{"name":"${name}","image":"busybox:1.36","command":["sleep","3600"],"resources":{"requests":{"cpu":"${cpu}"}}}]}}'`;
  await c.sh(`${asks("small", "200m")}; ${asks("big", "1300m")}; sleep 5`);
  const wants = MANIFEST("nginx:1.27").replace('"image"', '"resources":{"requests":{"cpu":"1"}},"image"');
  await c.sh(`${onNode(`echo "${wants.replaceAll('"', '\\"')}" > ${FOLDER}/edge.yaml`)}; sleep 10`);
  const stands = "{.metadata.name} {.status.phase} {.status.reason} {.status.message}{'\\n'}";
  expect(await c.sh(`kubectl get pods big small edge-node-1 -o jsonpath="{range .items[*]}${stands}{end}"`)).toBe(
    "big Failed Preempting Preempted in order to admit critical pod\nsmall Running  \nedge-node-1 Running",
  );
  expect(await c.sh(`kubectl get pod big -o jsonpath='{.status.conditions[?(@.type=="DisruptionTarget")].message}'`)).toBe(
    "Pod was preempted by Kubelet to accommodate a critical pod.",
  );
  const events = "kubectl get events --field-selector involvedObject.name=big -o custom-columns=T:.type,R:.reason,M:.message --no-headers";
  expect((await c.sh(events)).split("\n").map((l) => l.replace(/ {2,}/g, " "))).toContain(
    "Warning Preempting Preempted in order to admit critical pod",
  );
});
