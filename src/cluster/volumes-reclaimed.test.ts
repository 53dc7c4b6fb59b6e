import { expect, it } from "vitest";
import { testCluster } from "./testing.ts";

const FILE = `apiVersion: v1
kind: PersistentVolume
metadata: {name: disk}
spec:
  capacity: {storage: 1Gi}
  accessModes: [ReadWriteOnce]
  storageClassName: shelf
  persistentVolumeReclaimPolicy: Recycle
  hostPath: {path: /srv/disk}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: shelf
  resources: {requests: {storage: 1Gi}}
---
apiVersion: v1
kind: Pod
metadata: {name: writer}
spec:
  nodeName: node-1
  restartPolicy: Never
  volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]
  containers:
  - name: c
    image: busybox
    command: [sh, -c, "ls -A /v; mkdir -p /v/a/b; echo x > /v/a/b/c; touch /v/.hidden"]
    volumeMounts: [{name: v, mountPath: /v}]
`;

it("a recycled volume is emptied by a pod and bound again", async () => {
  const c = await testCluster({ nodes: 1, addons: false });
  await c.sh(`cat > disk.yaml <<'X'\n${FILE}X\nkubectl apply -f disk.yaml`);
  await c.advance(10);
  expect(await c.sh("kubectl get pv disk -o jsonpath='{.status.phase}'; kubectl get pod writer -o jsonpath=' {.status.phase}'")).toBe(
    "Bound Succeeded",
  );
  await c.sh("kubectl delete pod/writer pvc/data");
  await c.advance(20);
  expect(await c.sh("kubectl get pv disk -o jsonpath='{.status.phase} {.spec.claimRef}'")).toBe("Available");
  const told = await c.sh(
    "kubectl get events --field-selector involvedObject.name=disk -o custom-columns=R:.reason,M:.message --no-headers",
  );
  expect(told.replaceAll(/ +/g, " ").replace(/ in \d.*/, "")).toBe(
    [
      "RecyclerPod Recycler pod: Successfully assigned default/recycler-for-disk to node-1",
      'RecyclerPod Recycler pod: Pulling image "registry.k8s.io/build-image/debian-base:bookworm-v1.0.6"',
      'RecyclerPod Recycler pod: Successfully pulled image "registry.k8s.io/build-image/debian-base:bookworm-v1.0.6"',
      "RecyclerPod Recycler pod: Container created",
      "RecyclerPod Recycler pod: Container started",
      "VolumeRecycled Volume recycled",
    ].join("\n"),
  );
  await c.sh("kubectl apply -f disk.yaml");
  await c.advance(20);
  // It finds nothing of what it left.
  expect(await c.sh("kubectl logs writer; kubectl get pvc data -o jsonpath='{.status.phase}'")).toBe("Bound");
}, 20_000);

it("volumes go together, by a label in a raw request", async () => {
  const c = await testCluster({ preset: "reference", nodes: 1 });
  await c.sh(`cat > disk.yaml <<'X'\n${FILE.split("---")[0]}X\nkubectl apply -f disk.yaml && kubectl label pv disk shelf=top`);
  const deleted = await c.sh("kubectl delete --raw '/api/v1/persistentvolumes?labelSelector=shelf%3Dtop'");
  expect((JSON.parse(deleted) as { items: { metadata: { name: string } }[] }).items.map((v) => v.metadata.name)).toEqual(["disk"]);
  await c.advance(2);
  expect(await c.sh("kubectl get pv")).toBe("No resources found");
});
