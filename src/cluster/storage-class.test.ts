import { expect, it } from "vitest";
import { MemoryStorage } from "./storage.ts";
import { testCluster } from "./testing.ts";

const CLAIM = `apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 1Gi}}
---
apiVersion: v1
kind: Pod
metadata: {name: keeper}
spec:
  terminationGracePeriodSeconds: 1
  volumes:
  - {name: v, persistentVolumeClaim: {claimName: data}}
  containers:
  - name: c
    image: busybox:1.36
    command: [sh, -c, "echo kept on \\$HOSTNAME >> /v/note; sleep 3600"]
    volumeMounts: [{name: v, mountPath: /v}]
`;

it("a claim of the default class gets a directory on its pod's node, which outlives the pod and goes with the claim", async () => {
  const c = await testCluster({ nodes: 2 });
  await c.advance(20);
  await c.sh(`cat > claim.yaml <<X\n${CLAIM}X\nkubectl apply -f claim.yaml`);
  await c.advance(30);
  expect(await c.sh("kubectl get pvc data -o jsonpath='{.status.phase} {.spec.storageClassName} {.status.capacity.storage}'")).toBe(
    "Bound standard 1Gi",
  );
  expect(await c.sh("kubectl exec keeper -- cat /v/note")).toBe("kept on keeper");
  const [node, path] = (
    await c.sh(
      "kubectl get pv -o jsonpath='{.items[0].spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].values[0]} {.items[0].spec.hostPath.path}'",
    )
  ).split(" ");
  expect(await c.sh("kubectl get pod keeper -o jsonpath='{.spec.nodeName}'")).toBe(node);
  expect(path).toMatch(/^\/opt\/local-path-provisioner\/pvc-[0-9a-f-]{36}_default_data$/);
  const reasons = "kubectl get events --field-selector involvedObject.name=data -o jsonpath='{.items[*].reason}'";
  expect((await c.sh(reasons)).split(" ").slice(-3)).toEqual(["ExternalProvisioning", "Provisioning", "ProvisioningSucceeded"]);
  await c.sh("kubectl delete pod keeper && kubectl apply -f claim.yaml");
  await c.advance(10);
  expect(await c.sh("kubectl exec keeper -- cat /v/note")).toBe("kept on keeper\nkept on keeper");
  expect(await c.sh("kubectl delete -f claim.yaml")).toContain('persistentvolumeclaim "data" deleted');
  await c.advance(20);
  expect(await c.sh("kubectl get pv,pvc; kubectl get pods -n local-path-storage --no-headers | wc -l")).toBe("1\nNo resources found");
}, 20_000);

it("the provisioner goes on after the sandbox was put away and taken out again", async () => {
  const storage = new MemoryStorage();
  const before = await testCluster({ nodes: 1, storage });
  await before.advance(20);
  await before.flush();
  before.stop();
  const c = await testCluster({ nodes: 1, storage });
  expect(c.resumed).toBe(true);
  await c.sh(`cat > claim.yaml <<X\n${CLAIM}X\nkubectl apply -f claim.yaml`);
  await c.advance(30);
  expect(
    await c.sh(
      "kubectl get pvc data -o jsonpath='{.status.phase}'; kubectl get pods -n local-path-storage -o jsonpath=' {.items[0].status.containerStatuses[0].restartCount}'",
    ),
  ).toBe("Bound 0");
}, 20_000);

it("a provisioner that is killed in the middle is followed by one that goes on, and works no more", async () => {
  const c = await testCluster({ nodes: 1 });
  await c.advance(20);
  await c.sh(`cat > claim.yaml <<X\n${CLAIM}X\nkubectl apply -f claim.yaml`);
  await c.advance(0.2);
  expect(await c.sh("kubectl get pods -n local-path-storage -o jsonpath='{.items[*].metadata.name}'")).toMatch(
    /^helper-pod-create-\S+ \S+$/,
  );
  await c.sh("kubectl delete pod -n local-path-storage -l app=local-path-provisioner --force --grace-period=0 2>&1");
  await c.advance(60);
  expect(await c.sh("kubectl get pvc data -o jsonpath='{.status.phase}'")).toBe("Bound");
  const components =
    "kubectl get events --field-selector involvedObject.name=data,reason=Provisioning -o jsonpath='{.items[*].source.component}'";
  expect(new Set((await c.sh(components)).split(" ")).size).toBe(2);
  await c.sh("kubectl delete pod keeper; kubectl delete pvc data");
  await c.advance(20);
  expect(await c.sh("kubectl get pv; kubectl get pods -n local-path-storage --no-headers | wc -l")).toBe("1\nNo resources found");
}, 20_000);
