import { expect, it } from "vitest";
import { MemoryStorage } from "./storage.ts";
import { testCluster } from "./testing.ts";

const CLAIM = `apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 1Gi}}
`;
const keeper = (name: string, node = ""): string => `apiVersion: v1
kind: Pod
metadata: {name: ${name}}
spec:
  terminationGracePeriodSeconds: 1
  ${node === "" ? "" : `nodeName: ${node}`}
  volumes:
  - {name: v, persistentVolumeClaim: {claimName: data}}
  containers:
  - name: c
    image: busybox:1.36
    command: [sh, -c, "echo kept by ${name} >> /v/note; sleep 3600"]
    volumeMounts: [{name: v, mountPath: /v}]
`;
const apply = (yaml: string): string => `kubectl apply -f - <<'X'\n${yaml}X\n`;
const REASONS = (name: string): string =>
  `kubectl get events --field-selector involvedObject.name=${name} -o jsonpath='{.items[*].reason}'`;

async function cloud(storage?: MemoryStorage) {
  const c = await testCluster({ preset: "cloud", ...(storage ? { storage } : {}) });
  await c.advance(20);
  return c;
}

it("a claim becomes a disk in its pod's zone, which goes with the pod, grows while it is mounted, and ends with the claim", async () => {
  const c = await cloud();
  expect(
    await c.sh("kubectl get csinode -o jsonpath='{.items[*].spec.drivers[*].name} {.items[0].spec.drivers[0].allocatable.count}'"),
  ).toBe("disk.csi.timonel.dev disk.csi.timonel.dev disk.csi.timonel.dev 24");
  await c.sh(apply(CLAIM) + apply(keeper("first")));
  await c.advance(30);
  expect(await c.sh("kubectl exec first -- cat /v/note")).toBe("kept by first");
  expect(await c.sh(REASONS("data"))).toBe("WaitForFirstConsumer ExternalProvisioning Provisioning ProvisioningSucceeded");
  expect(await c.sh(REASONS("first"))).toBe("Scheduled SuccessfulAttachVolume Pulling Pulled Created Started");
  const node = await c.sh("kubectl get pod first -o jsonpath='{.spec.nodeName}'");
  expect(
    await c.sh("kubectl get pv -o jsonpath='{.items[0].spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].values[0]}'"),
  ).toBe(await c.sh(`kubectl get node ${node} -o jsonpath='{.metadata.labels.topology\\.kubernetes\\.io/zone}'`));
  expect(await c.sh("kubectl get volumeattachments -o jsonpath='{.items[*].spec.nodeName} {.items[*].status.attached}'")).toBe(
    `${node} true`,
  );

  await c.sh(`kubectl patch pvc data -p '{"spec":{"resources":{"requests":{"storage":"3Gi"}}}}'`);
  await c.advance(100);
  expect(
    await c.sh("kubectl get pvc data -o jsonpath='{.status.capacity.storage} {.status.conditions} {.status.allocatedResourceStatuses}'"),
  ).toBe("3Gi");
  expect((await c.sh(REASONS("data"))).split(" ").slice(4)).toEqual([
    "ExternalExpanding",
    "Resizing",
    "FileSystemResizeRequired",
    "FileSystemResizeSuccessful",
  ]);

  // Its disk cannot follow a pod to another zone.
  await c.sh(`kubectl cordon ${node}; kubectl delete pod first; ${apply(keeper("second"))}`);
  await c.advance(20);
  expect(await c.sh("kubectl get volumeattachments")).toBe("No resources found");
  expect(await c.sh("kubectl get events --field-selector involvedObject.name=second -o jsonpath='{.items[0].message}'")).toBe(
    "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't match PersistentVolume's node affinity. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
  );
  await c.sh(`kubectl uncordon ${node}`);
  await c.advance(30);
  expect(await c.sh("kubectl exec second -- cat /v/note")).toBe("kept by first\nkept by second");
  await c.sh("kubectl delete pod second; kubectl delete pvc data");
  await c.advance(60);
  expect(await c.sh("kubectl get pv,volumeattachments")).toBe("No resources found");
}, 30_000);

it("a disk is made faster by its claim's attributes class, and what it cannot be is said", async () => {
  const c = await cloud();
  const attributes = (name: string, parameters: string): string =>
    apply(
      `apiVersion: storage.k8s.io/v1\nkind: VolumeAttributesClass\nmetadata: {name: ${name}}\ndriverName: disk.csi.timonel.dev\nparameters: {${parameters}}\n`,
    );
  await c.sh(attributes("gold", "iops: '9000'") + attributes("wrong", "colour: red") + apply(CLAIM) + apply(keeper("first")));
  await c.advance(30);
  const ask = (name: string): string => `kubectl patch pvc data -p '{"spec":{"volumeAttributesClassName":"${name}"}}'`;
  await c.sh(ask("gold"));
  await c.advance(10);
  expect(await c.sh("kubectl get pvc data -o jsonpath='{.status.currentVolumeAttributesClassName} {.status.modifyVolumeStatus}'")).toBe(
    "gold",
  );
  expect(await c.sh("kubectl get pv -o jsonpath='{.items[0].spec.volumeAttributesClassName}'")).toBe("gold");
  await c.sh(ask("wrong"));
  await c.advance(5);
  expect(
    await c.sh("kubectl get pvc data -o jsonpath='{.status.currentVolumeAttributesClassName} {.status.modifyVolumeStatus.status}'"),
  ).toBe("gold Infeasible");
  expect(await c.sh("kubectl get events --field-selector reason=VolumeModifyFailed -o jsonpath='{.items[0].message}'")).toBe(
    "rpc error: code = InvalidArgument desc = Invalid parameter key colour",
  );
}, 30_000);

it("a pod that was put where its disk cannot go is told who has it, and what the cloud says", async () => {
  const c = await cloud();
  await c.sh(apply(CLAIM) + apply(keeper("first")));
  await c.advance(30);
  const node = await c.sh("kubectl get pod first -o jsonpath='{.spec.nodeName}'");
  const other = node === "node-1" ? "node-2" : "node-1";
  await c.sh(apply(keeper("second", other)));
  await c.advance(10);
  const told =
    "kubectl get events --field-selector involvedObject.name=second,reason=FailedAttachVolume -o jsonpath='{.items[-1:].message}'";
  expect(await c.sh(told)).toMatch(/^Multi-Attach error for volume "pvc-[-0-9a-f]+" Volume is already used by pod\(s\) first$/);
  await c.sh("kubectl delete pod first");
  await c.advance(30);
  expect(await c.sh(told)).toMatch(
    new RegExp(
      `^AttachVolume.Attach failed for volume "pvc-[-0-9a-f]+" : rpc error: code = Internal desc = Could not attach volume "vol-0[0-9a-f]+" to node "${other}": InvalidVolume.ZoneMismatch: `,
    ),
  );
}, 30_000);

it("disks, their attachments and the driver are there again after a reload", async () => {
  const storage = new MemoryStorage();
  const before = await cloud(storage);
  await before.sh(apply(CLAIM) + apply(keeper("first")));
  await before.advance(30);
  await before.flush();
  before.stop();
  const c = await testCluster({ preset: "cloud", storage });
  expect(c.resumed).toBe(true);
  await c.advance(30);
  expect(await c.sh("kubectl exec first -- sh -c 'echo again >> /v/note; cat /v/note'")).toBe("kept by first\nagain");
  expect(
    await c.sh(
      "kubectl get csinode -o jsonpath='{.items[*].spec.drivers[*].name}' | wc -w; kubectl get pods -A -o jsonpath='{.items[*].status.containerStatuses[*].restartCount}' | tr ' ' '\\n' | sort -u",
    ),
  ).toBe("3\n0");
  await c.sh("kubectl delete pod first; kubectl delete pvc data");
  await c.advance(60);
  expect(await c.sh("kubectl get pv,volumeattachments")).toBe("No resources found");
}, 30_000);

it("without its driver a claim waits", async () => {
  const c = await cloud();
  await c.sh("kubectl scale deployment disk-csi-controller -n kube-system --replicas=0");
  await c.advance(5);
  await c.sh(apply(CLAIM) + apply(keeper("first")));
  await c.advance(60);
  expect(await c.sh("kubectl get pvc data -o jsonpath='{.status.phase}'; kubectl get pod first -o jsonpath=' {.status.phase}'")).toBe(
    "Pending Pending",
  );
  await c.sh("kubectl scale deployment disk-csi-controller -n kube-system --replicas=1");
  await c.advance(60);
  expect(await c.sh("kubectl get pod first -o jsonpath='{.status.phase}'")).toBe("Running");
}, 30_000);

it("a file server's directories are the same on every node, for as many pods as want them", async () => {
  const c = await testCluster();
  await c.advance(20);
  const pod = (name: string, node: string, path: string, command: string): string =>
    apply(`apiVersion: v1
kind: Pod
metadata: {name: ${name}}
spec:
  nodeName: ${node}
  terminationGracePeriodSeconds: 1
  volumes: [{name: v, nfs: {server: files.timonel.internal, path: ${path}}}]
  containers: [{name: c, image: "busybox:1.36", command: [sh, -c, "${command}; sleep 3600"], volumeMounts: [{name: v, mountPath: /v}]}]
`);
  await c.sh(pod("early", "node-1", "/music", "true"));
  await c.advance(2);
  expect(
    await c.sh("kubectl get events --field-selector involvedObject.name=early,reason=FailedMount -o jsonpath='{.items[0].message}'"),
  ).toContain("Output: mount.nfs: mounting files.timonel.internal:/music failed, reason given by server: No such file or directory");
  await c.sh(pod("maker", "node-2", "/", "mkdir -p /v/music; echo la > /v/music/song"));
  await c.advance(10);
  expect(await c.sh("kubectl exec early -- cat /v/song")).toBe("la");
}, 30_000);

it("a disk stays where it is while its kubelet is away, and leaves a machine that crashed when somebody says it is out of service", async () => {
  const c = await cloud();
  const fault = (spec: object): string =>
    `kubectl apply -f - <<'X'\n${JSON.stringify({ apiVersion: "sim.timonel.dev/v1alpha1", kind: "Fault", metadata: { name: "f" }, spec })}\nX\n`;
  await c.sh(apply(CLAIM) + apply(keeper("first")));
  await c.advance(30);
  const node = await c.sh("kubectl get pod first -o jsonpath='{.spec.nodeName}'");
  const inUse = `kubectl get node ${node} -o jsonpath='{.status.volumesInUse} {.status.volumesAttached[*].name}'; kubectl get csinode ${node} -o jsonpath=' {.spec.drivers[*].name}'`;
  const before = await c.sh(inUse);
  expect(before).toMatch(
    /^\["kubernetes.io\/csi\/disk.csi.timonel.dev\^(vol-\w+)"\] kubernetes.io\/csi\/disk.csi.timonel.dev\^\1 disk.csi.timonel.dev$/,
  );
  await c.sh(fault({ type: "ComponentStop", componentStop: { component: `kubelet-${node}` } }));
  await c.advance(20);
  await c.sh("kubectl delete fault f");
  await c.advance(30);
  expect(await c.sh(inUse)).toBe(before);
  expect(await c.sh("kubectl exec first -- cat /v/note")).toBe("kept by first");

  await c.sh(fault({ type: "MachineCrash", machineCrash: { machine: node } }));
  await c.advance(60);
  await c.sh("kubectl delete pod first --force --grace-period=0");
  await c.advance(30);
  expect(await c.sh("kubectl get volumeattachments --no-headers | wc -l")).toBe("1");
  await c.sh(`kubectl taint node ${node} node.kubernetes.io/out-of-service=nodeshutdown:NoExecute`);
  await c.advance(60);
  expect(await c.sh("kubectl get pods,volumeattachments")).toBe("No resources found");
}, 60_000);
