import { expect, it } from "vitest";
import { MemoryStorage } from "./storage.ts";
import { testCluster } from "./testing.ts";

const REGISTRY = `kubectl apply -f - <<'X'
apiVersion: v1
kind: Pod
metadata: {name: registry, labels: {app: registry}}
spec:
  terminationGracePeriodSeconds: 0
  containers:
  - name: registry
    image: registry:2
    volumeMounts: [{name: images, mountPath: /var/lib/registry}, {name: auth, mountPath: /auth}]
    env: [AUTH]
  volumes:
  - {name: images, hostPath: {path: /srv/images, type: DirectoryOrCreate}}
  - {name: auth, secret: {secretName: users, optional: true}}
---
apiVersion: v1
kind: Service
metadata: {name: registry}
spec: {type: NodePort, selector: {app: registry}, ports: [{port: 5000, nodePort: 30500}]}
X
kubectl wait --for=condition=Ready pod/registry > /dev/null
kubectl port-forward pod/registry 5000:5000 > /dev/null 2>&1 &
sleep 1`;
const AUTH =
  "{name: REGISTRY_AUTH, value: htpasswd}, {name: REGISTRY_AUTH_HTPASSWD_REALM, value: ours}, {name: REGISTRY_AUTH_HTPASSWD_PATH, value: /auth/htpasswd}";
const APP = `mkdir -p app; printf 'FROM busybox:1.36\\nENV WHO=world\\nCMD echo hello $WHO; sleep 3600\\n' > app/Dockerfile
docker build -qt localhost:5000/team/app:v1 app > /dev/null`;
const waiting = (name: string): string =>
  `kubectl get pod ${name} -o jsonpath='{.status.containerStatuses[0].state.waiting.message}' | sed 's/.*failed to resolve reference "[^"]*": //'`;

it("an image that was pushed to a registry in the cluster is pulled from the pod that runs there", async () => {
  const storage = new MemoryStorage();
  const c = await testCluster({ nodes: 1, addons: false, storage });
  await c.sh(REGISTRY.replace("[AUTH]", "[]"));
  await c.sh(APP);
  const pushed = await c.sh("docker push localhost:5000/team/app:v1");
  const [, digest = ""] = /v1: digest: (sha256:[0-9a-f]{64}) /.exec(pushed) ?? [];
  expect(
    await c.sh(
      "curl -s localhost:5000/v2/_catalog; curl -s localhost:5000/v2/team/app/tags/list; curl -s localhost:5000/v2/team/app/manifests/v9",
    ),
  ).toBe(
    '{"repositories":["team/app"]}\n{"name":"team/app","tags":["v1"]}\n{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown","detail":{"Tag":"v9"}}]}',
  );
  expect(await c.sh("curl -s localhost:5000/v2/team/app/manifests/v1 | sha256sum")).toBe(`${digest.slice(7)}  -`);
  expect(await c.sh("kubectl logs registry | grep 'PUT.*manifests' | tail -1")).toMatch(
    /"PUT \/v2\/team\/app\/manifests\/v1 HTTP\/1.1" 201 0 "" "containerd/,
  );
  const node = await c.sh("kubectl get node -o jsonpath='{.items[0].status.addresses[0].address}'");
  await c.sh(
    `for ref in localhost:30500/team/app:v1 ${node}:30500/team/app:v1 registry.default.svc.cluster.local:5000/team/app localhost:30500/team/app:v2 localhost:30501/x; do
       i=$((i + 1)); kubectl run try-$i --image=$ref; done`,
  );
  await c.advance(8);
  expect(await c.sh("kubectl logs try-1; kubectl get pod try-1 -o jsonpath='{.status.containerStatuses[0].imageID}'")).toBe(
    `hello world\nlocalhost:30500/team/app@${digest}`,
  );
  expect(await c.sh([2, 3, 4, 5].map((n) => waiting(`try-${n}`)).join("; echo; "))).toBe(
    [
      `failed to do request: Head "https://${node}:30500/v2/team/app/manifests/v1": http: server gave HTTP response to HTTPS client`,
      'failed to do request: Head "https://registry.default.svc.cluster.local:5000/v2/team/app/manifests/latest": dial tcp: lookup registry.default.svc.cluster.local on 192.0.2.53:53: no such host',
      "localhost:30500/team/app:v2: not found",
      'failed to do request: Head "http://localhost:30501/v2/x/manifests/latest": dial tcp [::1]:30501: connect: connection refused',
    ].join("\n"),
  );
  expect(
    await c.sh(
      `docker tag localhost:5000/team/app:v1 ${node}:30500/x; docker push ${node}:30500/x; docker pull localhost:5000/team/app:v2`,
    ),
  ).toBe(
    `The push refers to repository [${node}:30500/x]\nGet "https://${node}:30500/v2/": http: server gave HTTP response to HTTPS client\nError response from daemon: manifest for localhost:5000/team/app:v2 not found: manifest unknown: manifest unknown\n[1]`,
  );
  await c.flush();
  c.stop();

  const after = await testCluster({ nodes: 1, addons: false, storage });
  await after.advance(3);
  // What is on the disk outlives the pod, and what the node has outlives the registry.
  await after.sh(`kubectl exec try-1 -- true && kubectl delete pod registry --now; ${REGISTRY.replace("[AUTH]", "[]")}`);
  await after.sh("kubectl run again --image=localhost:30500/team/app:v1 --image-pull-policy=Always");
  await after.advance(8);
  expect(await after.sh("kubectl logs again")).toBe("hello world");
});

it("a registry with htpasswd wants a login from docker and a pull secret from the cluster", async () => {
  const c = await testCluster({ nodes: 1, addons: false });
  // htpasswd -Bbn ana secret, cost 5
  await c.sh(
    `printf '%s\\n' 'ana:$2a$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a' > htpasswd; kubectl create secret generic users --from-file=htpasswd`,
  );
  await c.sh(REGISTRY.replace("AUTH", AUTH));
  await c.sh(APP);
  expect(
    await c.sh(
      "docker push -q localhost:5000/team/app:v1; docker login localhost:5000 -u ana --password-stdin <<< wrong; docker login localhost:5000 -u ana --password-stdin <<< secret; docker push localhost:5000/team/app:v1 | tail -1 | cut -c1-20; curl -si localhost:5000/v2/ | grep -i 'HTTP/1\\|www'; curl -s -u ana:secret localhost:5000/v2/_catalog",
    ),
  ).toBe(
    `The push refers to repository [localhost:5000/team/app]\nLogin Succeeded\nv1: digest: sha256:2\nHTTP/1.1 401 Unauthorized\r\nWww-Authenticate: Basic realm="ours"\r\n{"repositories":["team/app"]}\nno basic auth credentials\nError response from daemon: login attempt to http://localhost:5000/v2/ failed with status: 401 Unauthorized`,
  );
  await c.sh(
    `kubectl run thief --image=localhost:30500/team/app:v1; kubectl create secret docker-registry login --docker-server=localhost:30500 --docker-username=ana --docker-password=secret
     kubectl run friend --image=localhost:30500/team/app:v1 --overrides='{"spec":{"imagePullSecrets":[{"name":"login"}]}}'`,
  );
  await c.advance(8);
  expect(await c.sh(`kubectl logs friend; ${waiting("thief")}`)).toBe(
    "hello world\npull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials",
  );
});
