import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { MemoryStorage } from "./storage.ts";
import { testCluster } from "./testing.ts";

/** What the course shows. */
const FILE = new URL("../../e2e/manifests/private-registry.yaml", import.meta.url);
const IMAGE = "my-registry.io/images/janedoe/awesomeapp:v1";
const pod = (name: string, more = ""): string => `kubectl apply -n awesomeapps -f - <<'X'
apiVersion: v1
kind: Pod
metadata: {name: ${name}}
spec:
  terminationGracePeriodSeconds: 0
  containers: [{name: foo, image: "${IMAGE}"${more.includes("Never") ? ", imagePullPolicy: Never" : ""}}]
${more.replace("Never", "")}
X`;
const secret = (name: string): string =>
  `kubectl create secret docker-registry ${name} -n awesomeapps --docker-server=my-registry.io --docker-username=janedoe --docker-password=x`;
const waiting = (name: string): string =>
  `kubectl get pod ${name} -n awesomeapps -o jsonpath='{.status.phase} {.status.containerStatuses[0].state.waiting.reason}'`;

it("a private registry's image runs with its pull secret, and is for nobody without one though it is on the node", async () => {
  const storage = new MemoryStorage();
  const before = await testCluster({ nodes: 1, addons: false, storage });
  await before.sh("kubectl create namespace awesomeapps");
  await before.advance(1);
  await before.sh(`kubectl apply -f - <<'X'\n${readFileSync(FILE, "utf8")}\nX`);
  await before.advance(18);
  expect(await before.sh(waiting("foo"))).toBe("Pending ImagePullBackOff");
  await before.sh(secret("myregistrykey"));
  await before.advance(30);
  expect(await before.sh(waiting("foo"))).toBe("Running");
  expect(await before.sh("kubectl logs foo -n awesomeapps")).toBe("awesomeapp runs");
  // Through a ServiceAccount, and with another Secret that says the same.
  await before.sh(secret("copy"));
  await before.sh(`kubectl patch serviceaccount default -n awesomeapps -p '{"imagePullSecrets":[{"name":"copy"}]}'`);
  await before.sh(pod("by-account"));
  await before.advance(5);
  expect(await before.sh(waiting("by-account"))).toBe("Running");
  await before.sh(`kubectl patch serviceaccount default -n awesomeapps -p '{"imagePullSecrets":null}'`);
  await before.flush();
  before.stop();

  const c = await testCluster({ nodes: 1, addons: false, storage });
  await c.advance(5);
  expect(await c.sh(waiting("foo"))).toBe("Running");
  await c.sh(pod("thief"));
  await c.sh(pod("careful", "Never"));
  await c.advance(5);
  expect(await c.sh(waiting("thief"))).toBe("Pending ErrImagePull");
  expect(await c.sh(waiting("careful"))).toBe("Pending ErrImageNeverPull");
  const words = "kubectl get pod thief -n awesomeapps -o jsonpath='{.status.containerStatuses[0].state.waiting.message}'";
  expect(await c.sh(words)).toContain("authorization failed: no basic auth credentials");
  // The node itself can have a login.
  await c.sh(`kubectl run setup --image=busybox:1.36 --restart=Never --overrides='{"spec":{"containers":[{"name":"setup","image":"busybox:1.36",
    "command":["sh","-c","mkdir -p /host/kubelet; echo \\"$CONFIG\\" > /host/kubelet/config.json"],
    "env":[{"name":"CONFIG","value":"{\\"auths\\":{\\"*.io\\":{\\"auth\\":\\"amFuZWRvZTp4\\"}}}"}],
    "volumeMounts":[{"name":"lib","mountPath":"/host"}]}],"volumes":[{"name":"lib","hostPath":{"path":"/var/lib","type":"DirectoryOrCreate"}}]}}'`);
  await c.advance(40);
  expect(await c.sh(waiting("thief"))).toBe("Running");
}, 30_000);
