import { beforeAll, describe, expect, it } from "vitest";
import { testCluster } from "./testing.ts";

/** What the real kubectl 1.36.4 answered, and left behind, on the twin of such a cluster (`npm run live -- --twin`). */
describe("writes of kubectl", () => {
  let c: Awaited<ReturnType<typeof testCluster>>;
  beforeAll(async () => {
    c = await testCluster({ nodes: 1, addons: false });
    await c.sh(
      "kubectl create deploy web --image=nginx --replicas=2; kubectl create deploy other --image=nginx; kubectl create cm one --from-literal=a=b --save-config; kubectl create cm two --from-literal=a=b",
    );
    await c.advance(5);
  });

  it.each([
    ["kubectl taint node node-1 k=v:PreferNoSchedule --overwrite", "node/node-1 modified"],
    [
      "kubectl taint node node-1 k=v:PreferNoSchedule",
      "error: node node-1 already has k taint(s) with same effect(s) and --overwrite is false\n[1]",
    ],
    ["kubectl taint node node-1 a- c-", 'taint "a" not found\ntaint "c" not found\n[1]'],
    ["kubectl taint node node-1 k-", "node/node-1 untainted"],
    ["kubectl taint node node-1 k-", 'error: taint "k" not found\n[1]'],
    ["kubectl set sa deploy/web default", "deployment.apps/web serviceaccount updated"],
    ["kubectl set sa deploy/web default", "deployment.apps/web serviceaccount updated"],
    ["kubectl rollout restart deploy", "deployment.apps/other restarted\ndeployment.apps/web restarted"],
    ["kubectl rollout resume deploy", 'error: deployments.apps "other" is not paused\nerror: deployments.apps "web" is not paused\n[1]'],
    ["kubectl label cm one =x", "error: at least one label update is required\n[1]"],
    ["KUBE_EDITOR=true kubectl edit deploy web --subresource=scale", "Edit cancelled, no changes made."],
  ])("%s", async (line, shown) => {
    expect(await c.sh(line)).toBe(shown);
  });

  it("replace keeps an annotation that the file has, and makes anew only when all is gone", async () => {
    const applied = "-o jsonpath='{.metadata.annotations}'";
    await c.sh("kubectl create cm one --from-literal=a=c --dry-run=client -o yaml > one.yaml; kubectl replace -f one.yaml");
    expect(await c.sh(`kubectl get cm one ${applied}`)).toBe("");
    await c.sh("(cat one.yaml; echo ---; kubectl create cm two --from-literal=a=c --dry-run=client -o yaml) > both.yaml");
    expect(await c.sh("cat both.yaml | kubectl replace --force -f -")).toBe(
      'configmap "one" deleted from default namespace\nconfigmap "two" deleted from default namespace\nconfigmap/one replaced\nconfigmap/two replaced',
    );
  });

  it("run shows what the container said before anybody listened", async () => {
    const said = await c.sh("kubectl run once --image=busybox --restart=Never --rm -i --quiet -- sh -c 'echo early; sleep 2; echo late'");
    expect(said).toBe("early\nlate");
  });

  it("a Secret is the parent of an ApplySet by any name of its kind", async () => {
    await c.sh("kubectl create cm s1 --dry-run=client -o yaml > set.yaml");
    const apply = "KUBECTL_APPLYSET=true kubectl apply -n default -f set.yaml --prune --applyset=secret/theirs";
    expect(await c.sh(apply)).toBe("configmap/s1 created");
  });

  it("a pod that is deleted is Terminating while its network is taken down", async () => {
    await c.sh("kubectl delete pod -l app=other --wait=false");
    expect(
      await c.sh(
        "kubectl get pods -l app=other --no-headers | grep -c Terminating; sleep 1; kubectl get pods -l app=other --no-headers | grep -c Terminating",
      ),
    ).toBe("1\n0\n[1]");
  });
});
