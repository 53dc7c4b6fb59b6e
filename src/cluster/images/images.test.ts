import { expect, it } from "vitest";
import { MemoryStorage } from "../storage.ts";
import { testCluster } from "../testing.ts";

const apply = (yaml: string): string => `kubectl apply -f - <<'END'\n${yaml}\nEND`;
const group = "apiVersion: sim.timonel.dev/v1alpha1";
const greeter = (version: string, words: string): string => `${group}
kind: Image
metadata: {name: greeter}
spec:
  reference: registry.example.com:5000/team/greeter:${version}
  from: busybox:1.36
  size: 12Mi
  script: |
    echo "${words} to $WHO, from $(cat /etc/greeting)"
    exec "$@"
  env: [{name: WHO, value: everybody}]
  user: "1000"
  files: [{path: /etc/greeting, content: "a file\\n"}]
  http:
  - port: 8080
    routes:
    - {path: /slow, body: "late\\n", delay: 2s}
    - {path: /teapot, status: 418, body: "short and stout\\n"}
    - {path: "/*", body: "\${WHO} at \${hostname}\\n", contentType: text/html}`;
const pod = (name: string, image: string, more = ""): string => `apiVersion: v1
kind: Pod
metadata: {name: ${name}}
spec:
  terminationGracePeriodSeconds: 0
  containers: [{name: app, image: "${image}"}]
${more}`;
const waiting = (name: string): string => `kubectl get pod ${name} -o jsonpath='{.status.containerStatuses[0].state.waiting.message}'`;

it("an image that somebody writes down can be pulled and runs as it says, until it is another or gone", async () => {
  const storage = new MemoryStorage();
  const before = await testCluster({ nodes: 1, addons: false, storage });
  expect(await before.sh(apply(greeter("v1", "Hello")))).toBe("image.sim.timonel.dev/greeter created");
  await before.sh(
    apply(`${group}\nkind: ImageRegistry\nmetadata: {name: ours}\nspec: {host: "registry.example.com:5000", latency: 1s, bandwidth: 1Mi}`),
  );
  await before.advance(1);
  expect(await before.sh("kubectl get image/greeter imageregistry/ours --no-headers | tr -s ' '")).toBe(
    "image.sim.timonel.dev/greeter registry.example.com:5000/team/greeter:v1 12.6MB\nimageregistry.sim.timonel.dev/ours false 1 <none>",
  );
  await before.sh(apply(pod("one", "registry.example.com:5000/team/greeter:v1")));
  await before.advance(20);
  expect(await before.sh("kubectl logs one")).toBe("Hello to everybody, from a file\nhttp-server: listening on :8080");
  // 12 MiB at 1 MiB a second, after a second.
  expect(await before.sh("kubectl describe pod one")).toContain("in 13s (13s including waiting). Image size: 12582912 bytes.");
  const curl = "kubectl exec one -- wget -qO- localhost:8080";
  expect(
    await before.sh(`${curl}/x; kubectl exec one -- wget -S -O- localhost:8080/teapot 2>&1 | grep HTTP/; kubectl exec one -- id -u`),
  ).toBe("everybody at one\n  HTTP/1.1 418 I'm a teapot\nwget: server returned error: HTTP/1.1 418 I'm a teapot\n1000");
  const digest = "kubectl get image greeter -o jsonpath={.status.digest}";
  const [first, running] = [
    await before.sh(digest),
    await before.sh("kubectl get pod one -o jsonpath={.status.containerStatuses[0].imageID}"),
  ];
  expect(running).toBe(`registry.example.com:5000/team/greeter@${first}`);
  // The same name, another image: who has the first keeps it.
  await before.sh(apply(greeter("v1", "Good bye")));
  await before.advance(1);
  const second = await before.sh(digest);
  expect(second).not.toBe(first);
  await before.flush();
  before.stop();

  const c = await testCluster({ nodes: 1, addons: false, storage });
  await c.advance(5);
  expect(await c.sh(`${curl}/x; kubectl exec one -- cat /etc/greeting`)).toBe("everybody at one\na file");
  expect(await c.sh("kubectl get pod one -o jsonpath='{.status.containerStatuses[0].restartCount} {.status.phase}'")).toBe("0 Running");
  await c.sh(
    apply(
      pod("two", "registry.example.com:5000/team/greeter:v1", "  restartPolicy: Never").replace('v1"}', 'v1", imagePullPolicy: Always}'),
    ),
  );
  await c.advance(20);
  expect(await c.sh("kubectl logs two | head -n 1")).toBe("Good bye to everybody, from a file");
  await c.sh("kubectl delete image greeter");
  await c.sh(apply(pod("three", "registry.example.com:5000/team/greeter:v1").replace('v1"}', 'v1", imagePullPolicy: Always}')));
  await c.advance(5);
  expect(await c.sh(waiting("three"))).toContain("registry.example.com:5000/team/greeter:v1: not found");
}, 60_000);

it("what cannot be an image is refused, and the catalogue cannot be changed", async () => {
  const c = await testCluster({ nodes: 1, addons: false });
  expect(
    await c.sh(
      apply(
        `${group}\nkind: Image\nmetadata: {name: bad}\nspec: {reference: "Bad:Name!", architectures: [s390x], files: [{path: etc/x, content: a, link: b}], http: [{port: 0}], script: x, entrypoint: [go]}`,
      ),
    ),
  ).toBe(
    [
      'The Image "bad" is invalid: ',
      '* spec.reference: Invalid value: "Bad:Name!": must be an image\'s name with a tag and without a digest, as my-registry.io/team/app:v1',
      '* spec.architectures[0]: Unsupported value: "s390x": supported values: "amd64", "arm64"',
      "* spec.entrypoint: Forbidden: may not be set beside spec.script, which is the entrypoint",
      '* spec.files[0].path: Invalid value: "etc/x": must be an absolute path without ..',
      '* spec.files[0]: Invalid value: "etc/x": must have one of content, data, link, directory and removed',
      "* spec.http[0].port: Invalid value: 0: must be between 1 and 65535, inclusive",
      "[1]",
    ].join("\n"),
  );
  expect(await c.sh("kubectl delete image docker.io-library-nginx-1.27")).toBe(
    'Error from server (Forbidden): images.sim.timonel.dev "docker.io-library-nginx-1.27" is forbidden: it is of the catalogue, which cannot be changed: an Image of another name with the same spec.reference takes its place\n[1]',
  );
  await c.sh(
    apply(`${group}\nkind: Image\nmetadata: {name: orphan}\nspec: {reference: "docker.io/me/orphan:1", from: "docker.io/me/none:1"}`),
  );
  await c.advance(1);
  expect(await c.sh("kubectl get image orphan -o jsonpath={.status.message}")).toBe(
    "its base docker.io/me/none:1 is in no registry: nobody can pull it",
  );
  await c.sh(apply(`${group}\nkind: ImageRegistry\nmetadata: {name: hub}\nspec: {host: docker.io, trouble: RateLimited}`));
  await c.sh("kubectl run limited --image=nginx:1.27");
  await c.advance(3);
  expect(await c.sh(waiting("limited"))).toMatch(
    /429 Too Many Requests\ntoomanyrequests: You have reached your unauthenticated pull rate limit/,
  );
  // A registry is where somebody has put an image.
  await c.sh(
    apply(
      `${group}\nkind: Image\nmetadata: {name: shop}\nspec: {reference: "shop.example.com/web:v1", from: "busybox:1.36", script: "sleep 100"}`,
    ),
  );
  await c.sh("kubectl run shop --image=shop.example.com/web:v1");
  await c.advance(5);
  expect(await c.sh("kubectl get pod shop -o jsonpath={.status.phase}")).toBe("Running");
  await c.sh("kubectl delete imageregistry hub");
  await c.advance(30);
  expect(await c.sh("kubectl get pod limited -o jsonpath={.status.phase}")).toBe("Running");
}, 60_000);

it("a machine of another kind finds no platform in an index, and cannot run what comes without one", async () => {
  const c = await testCluster({ nodes: 1, addons: false });
  await c.sh(apply(`${group}\nkind: Machine\nmetadata: {name: arm-1}\nspec: {architecture: arm64}`));
  for (const [name, more] of [
    ["index", ""],
    ["plain", ", singlePlatform: true"],
  ])
    await c.sh(
      apply(
        `${group}\nkind: Image\nmetadata: {name: ${name}}\nspec: {reference: "docker.io/me/${name}:1", from: "busybox:1.36", architectures: [amd64], script: "sleep 1"${more}}`,
      ),
    );
  await c.advance(20);
  expect(await c.sh("kubectl get node arm-1 -o jsonpath='{.status.nodeInfo.architecture} {.metadata.labels.kubernetes\\.io/arch}'")).toBe(
    "arm64 arm64",
  );
  await c.sh(apply(`${pod("index", "me/index:1", "  nodeName: arm-1")}\n---\n${pod("plain", "me/plain:1", "  nodeName: arm-1")}`));
  await c.sh(apply(pod("nginx", "nginx:1.27", "  nodeName: arm-1")));
  await c.advance(12);
  expect(await c.sh(waiting("index"))).toMatch(
    /rpc error: code = NotFound desc = failed to pull and unpack image "docker.io\/me\/index:1": no match for platform in manifest: not found$/,
  );
  expect(await c.sh("kubectl logs plain; kubectl get pods plain nginx --no-headers | awk '{print $3}'")).toBe(
    "exec /entrypoint.sh: exec format error\nError\nRunning",
  );
  expect(await c.sh("kubectl get pod plain -o jsonpath='{.status.containerStatuses[0].state.terminated.exitCode}'")).toBe("255");
}, 60_000);
