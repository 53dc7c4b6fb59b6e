import { expect, it } from "vitest";
import { testCluster } from "./testing.ts";

const DEVICES = `cat > devices.yaml <<'END'
apiVersion: resource.k8s.io/v1
kind: DeviceClass
metadata:
  name: gpu
spec:
  selectors:
  - cel:
      expression: device.driver == "gpu.example.com"
---
apiVersion: resource.k8s.io/v1
kind: ResourceSlice
metadata:
  name: node-2-gpus
spec:
  driver: gpu.example.com
  nodeName: node-2
  pool:
    name: node-2
    generation: 1
    resourceSliceCount: 1
  devices:
  - name: gpu-0
    attributes:
      model:
        string: small
      version:
        version: 1.2.0
    capacity:
      memory:
        value: 8Gi
  - name: gpu-1
    attributes:
      model:
        string: big
    capacity:
      memory:
        value: 80Gi
---
apiVersion: resource.k8s.io/v1
kind: ResourceClaimTemplate
metadata:
  name: big
spec:
  spec:
    devices:
      requests:
      - name: req
        exactly:
          deviceClassName: gpu
          selectors:
          - cel:
              expression: device.capacity["gpu.example.com"].memory.compareTo(quantity("40Gi")) >= 0 && device.attributes["gpu.example.com"].model == "big"
END
cat > pod.yaml <<'END'
apiVersion: v1
kind: Pod
metadata:
  name: one
spec:
  containers:
  - name: c
    image: nginx
    resources:
      claims:
      - name: gpu
  resourceClaims:
  - name: gpu
    resourceClaimTemplateName: big
END
sed 's/name: one/name: two/' pod.yaml > two.yaml`;

const claims = "kubectl get resourceclaims --no-headers | tr -s ' ' | cut -d' ' -f1,2";
const eventsOf = (pod: string): string =>
  `kubectl get events --field-selector involvedObject.name=${pod} -o custom-columns=R:.reason,M:.message --no-headers | tr -s ' '`;

it("a pod gets the device that its template asks for, and gives it back; without a driver it does not start", async () => {
  const c = await testCluster();
  await c.sh(DEVICES);
  await c.sh("kubectl apply -f pod.yaml; sleep 2");
  expect(await c.sh(eventsOf("one"))).toBe(
    'FailedResourceClaimCreation PodResourceClaim gpu: resource claim template "big": resourceclaimtemplate.resource.k8s.io "big" not found',
  );
  await c.sh("kubectl apply -f devices.yaml; sleep 10");
  expect(await c.sh(claims)).toMatch(/^one-gpu-[a-z0-9]{5} allocated,reserved$/);
  expect(
    await c.sh("kubectl get pod one -o jsonpath='{.spec.nodeName} {.status.resourceClaimStatuses[0].name}{.status.nominatedNodeName}'"),
  ).toBe("node-2 gpu");
  expect(
    await c.sh("kubectl get resourceclaims -o jsonpath='{.items[0].status.allocation.devices.results}{.items[0].metadata.finalizers}'"),
  ).toBe('[{"device":"gpu-1","driver":"gpu.example.com","pool":"node-2","request":"req"}]["resource.kubernetes.io/delete-protection"]');
  expect((await c.sh(eventsOf("one"))).split("\n").slice(1)).toEqual([
    "Scheduled Successfully assigned default/one to node-2",
    "FailedPrepareDynamicResources Failed to prepare dynamic resources: prepare dynamic resources: DRA driver gpu.example.com is not registered",
  ]);
  expect(await c.sh("kubectl get pod one --no-headers")).toMatch(/^one +0\/1 +ContainerCreating /);

  await c.sh("kubectl apply -f two.yaml; sleep 2");
  expect(await c.sh(eventsOf("two"))).toBe(
    "FailedScheduling 0/3 nodes are available: 3 cannot allocate all claims. still not schedulable, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
  );
  expect((await c.sh(claims)).split("\n").at(-1)).toMatch(/^two-gpu-[a-z0-9]{5} pending$/);
  await c.sh("kubectl delete pod one --now; sleep 5");
  expect(await c.sh(claims)).toMatch(/^two-gpu-[a-z0-9]{5} allocated,reserved$/);
  await c.sh("kubectl delete pod two --now; sleep 2");
  expect(await c.sh(claims)).toBe("No resources found in default namespace.");
});

it("pods share a claim of their own; it is free again once the last of them has gone, and goes when it is deleted", async () => {
  const c = await testCluster();
  await c.sh(DEVICES);
  await c.sh(`kubectl apply -f devices.yaml
kubectl get resourceclaimtemplate big -o yaml | sed -n '/^  spec:/,$p' | sed 's/^  //' > spec.yaml
(printf 'apiVersion: resource.k8s.io/v1\nkind: ResourceClaim\nmetadata:\n  name: mine\n'; cat spec.yaml) > claim.yaml
for p in one two; do sed "s/name: one/name: $p/; s/resourceClaimTemplateName: big/resourceClaimName: mine/" pod.yaml | kubectl apply -f -; done; sleep 2`);
  // Pods whose claim is not there wait without a word.
  expect(await c.sh(eventsOf("one"))).toBe("");
  expect(await c.sh("kubectl apply -f claim.yaml; sleep 2")).toContain("created");
  expect(await c.sh("kubectl get resourceclaim mine -o jsonpath='{.status.reservedFor[*].name}' | tr ' ' '\\n' | sort | xargs")).toBe(
    "one two",
  );
  expect(await c.sh("kubectl get pods -o jsonpath='{.items[*].spec.nodeName}'")).toBe("node-2 node-2");
  await c.sh("kubectl delete pod one --now; sleep 2");
  expect(await c.sh(claims)).toBe("mine allocated,reserved");
  expect(await c.sh("kubectl delete resourceclaim mine --wait=false; sleep 1; " + claims)).toContain("mine deleted,allocated,reserved");
  await c.sh("kubectl delete pod two --now; sleep 2");
  expect(await c.sh(claims)).toBe("No resources found in default namespace.");
});

it("what is wrong with a claim is said to its pod", async () => {
  const c = await testCluster();
  await c.sh(DEVICES);
  await c.sh("sed 's/name: gpu$/name: other/' devices.yaml | kubectl apply -f -; kubectl apply -f pod.yaml; sleep 2");
  expect(await c.sh(eventsOf("one"))).toBe(
    "FailedScheduling 0/3 nodes are available: request req: device class gpu does not exist. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
  );
  await c.sh("kubectl delete pod one --now; kubectl delete -f devices.yaml --ignore-not-found");
  await c.sh(`sed 's/"].model/"].colour/' devices.yaml | kubectl apply -f -; kubectl apply -f two.yaml; sleep 1`);
  expect((await c.sh(eventsOf("two"))).replace(/two-gpu-\w+/, "two-gpu-x")).toBe(
    'FailedScheduling running "DynamicResources" filter plugin: claim default/two-gpu-x: selector #0: CEL runtime error: no such key: colour',
  );
  expect(await c.sh("kubectl get pod two -o jsonpath='{.status.conditions[0].reason}'")).toBe("SchedulerError");
});

const DRIVER = `cat > driver.yaml <<'END'
apiVersion: v1
kind: ServiceAccount
metadata: {name: dra-example-driver}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: dra-example-driver}
rules:
- {apiGroups: [resource.k8s.io], resources: [resourceclaims], verbs: [get]}
- {apiGroups: [""], resources: [nodes], verbs: [get]}
- {apiGroups: [resource.k8s.io], resources: [resourceslices], verbs: [get, list, watch, create, update, patch, delete]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: dra-example-driver}
subjects: [{kind: ServiceAccount, name: dra-example-driver, namespace: default}]
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: dra-example-driver}
---
apiVersion: resource.k8s.io/v1
kind: DeviceClass
metadata: {name: gpu}
spec: {selectors: [{cel: {expression: device.driver == 'gpu.example.com'}}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: driver}
spec:
  selector: {matchLabels: {app: driver}}
  template:
    metadata: {labels: {app: driver}}
    spec:
      serviceAccountName: dra-example-driver
      containers:
      - name: plugin
        image: registry.k8s.io/dra-example-driver/dra-example-driver:v0.2.0
        command: [dra-example-kubeletplugin]
        env:
        - {name: NODE_NAME, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
        - {name: NUM_DEVICES, value: "2"}
        volumeMounts:
        - {name: registry, mountPath: /var/lib/kubelet/plugins_registry}
      volumes:
      - {name: registry, hostPath: {path: /var/lib/kubelet/plugins_registry}}
---
apiVersion: resource.k8s.io/v1
kind: ResourceClaimTemplate
metadata: {name: big}
spec:
  spec:
    devices:
      requests:
      - name: gpu
        exactly:
          deviceClassName: gpu
          count: 2
          selectors: [{cel: {expression: "device.attributes['gpu.example.com'].driverVersion.isGreaterThan(semver('0.9.0')) && device.capacity['gpu.example.com'].memory.compareTo(quantity('10Gi')) > 0"}}]
END`;

it("with a driver on the nodes a pod starts and sees its devices; without it they are nobody's", async () => {
  const c = await testCluster({ addons: false });
  await c.sh(DEVICES);
  await c.sh(`${DRIVER}\nkubectl apply -f driver.yaml; sleep 20`);
  expect(await c.sh("kubectl get resourceslices --no-headers | tr -s ' ' | sed -E 's/-[a-z0-9]{5} / /' | cut -d' ' -f1-4")).toBe(
    ["node-1", "node-2", "node-3"].map((n) => `${n}-gpu.example.com ${n} gpu.example.com ${n}`).join("\n"),
  );
  await c.sh("kubectl apply -f pod.yaml; kubectl wait --for=condition=Ready pod/one --timeout=60s");
  const uid = await c.sh("kubectl get resourceclaims -o jsonpath='{.items[0].metadata.uid}'");
  const node = await c.sh("kubectl get pod one -o jsonpath='{.spec.nodeName}'");
  expect(await c.sh("kubectl exec one -- env | grep -E 'GPU|DRA|NODE_NAME' | sort")).toBe(
    [
      "DRA_RESOURCE_DRIVER_NAME=gpu.example.com",
      ...[0, 1].flatMap((n) => [
        `GPU_DEVICE_${n}=gpu-${n}`,
        `GPU_DEVICE_${n}_RESOURCE_CLAIM=${uid}`,
        `GPU_DEVICE_${n}_SHARING_STRATEGY=TimeSlicing`,
        `GPU_DEVICE_${n}_TIMESLICE_INTERVAL=Default`,
      ]),
      `KUBERNETES_NODE_NAME=${node}`,
    ].join("\n"),
  );
  await c.sh("kubectl delete daemonset driver; sleep 5");
  expect(await c.sh("kubectl get resourceslices -o name | wc -l")).toBe("3");
  await c.advance(40);
  expect(await c.sh("kubectl get resourceslices -o name | wc -l")).toBe("0");
});
