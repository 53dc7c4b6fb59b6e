import { expect, it } from "vitest";
import { MemoryStorage } from "./storage.ts";
import { testCluster } from "./testing.ts";

const pod = (name: string, reference: string, policy = "IfNotPresent"): string => `kubectl apply -f - <<'X'
apiVersion: v1
kind: Pod
metadata: {name: ${name}}
spec:
  terminationGracePeriodSeconds: 1
  volumes: [{name: v, image: {reference: "${reference}", pullPolicy: ${policy}}}]
  containers:
  - name: c
    image: busybox:1.36
    command: [sleep, "3600"]
    volumeMounts: [{name: v, mountPath: /v}, {name: v, mountPath: /conf, subPath: etc/nginx}]
X`;

it("an image's files can be read as a volume, and only read", async () => {
  const storage = new MemoryStorage();
  const before = await testCluster({ nodes: 1, storage });
  await before.sh(pod("reader", "nginx:1.27", "Always"));
  await before.advance(20);
  const look = "kubectl exec reader -- sh -c 'ls /v/etc/nginx/nginx.conf /conf/nginx.conf; touch /v/x'";
  const seen = "/conf/nginx.conf\n/v/etc/nginx/nginx.conf\ntouch: /v/x: Read-only file system\ncommand terminated with exit code 1\n[1]";
  expect(await before.sh(look)).toBe(seen);
  expect(
    await before.sh("kubectl get events --field-selector involvedObject.name=reader -o jsonpath='{range .items[*]}{.reason} {end}'"),
  ).toBe("Scheduled Pulling Pulled Pulling Pulled Created Started");
  await before.flush();
  before.stop();
  const c = await testCluster({ nodes: 1, storage });
  await c.advance(10);
  expect(await c.sh(look)).toBe(seen);
}, 20_000);

it("without its image a volume keeps its container from starting", async () => {
  const c = await testCluster({ nodes: 1 });
  await c.sh(pod("reader", "nginx:none"));
  await c.advance(20);
  expect(await c.sh("kubectl get pod reader -o jsonpath='{.status.containerStatuses[0].state.waiting.reason}'")).toMatch(
    /^(ErrImagePull|ImagePullBackOff)$/,
  );
}, 20_000);
