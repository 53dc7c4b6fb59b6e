import { expect, it } from "vitest";
import { MemoryStorage } from "./storage.ts";
import { testCluster } from "./testing.ts";

const INGRESS = "jsonpath='{.status.loadBalancer.ingress}'";
const EVENTS = `kubectl get events --field-selector involvedObject.kind=Service --sort-by=.metadata.creationTimestamp -o custom-columns=T:.type,R:.reason,M:.message --no-headers`;
const WEB = `
kubectl create deployment web --image=nginx --replicas=2
kubectl rollout status deploy/web >/dev/null
kubectl expose deployment web --port=80 --type=LoadBalancer
sleep 3`;
/** "200" or, when nobody answers, "000". */
const ASK = "curl -sm 2 -o /dev/null -w '%{http_code}' http://203.0.113.1 || true";

it("a Service of type LoadBalancer gets an address that leads to it from everywhere, until it goes", async () => {
  const c = await testCluster();
  await c.sh(WEB);
  expect(await c.sh("kubectl get svc web --no-headers")).toMatch(
    /^web +LoadBalancer +10\.96\.\d+\.\d+ +203\.0\.113\.1 +80:3\d{4}\/TCP +3s$/,
  );
  expect(await c.sh("kubectl get svc web -o jsonpath='{.metadata.finalizers} {.status.loadBalancer.ingress}'")).toBe(
    '["service.kubernetes.io/load-balancer-cleanup"] [{"ip":"203.0.113.1","ipMode":"VIP"}]',
  );
  expect(await c.sh(ASK)).toBe("200");
  expect(
    await c.sh(`kubectl run ask --image=busybox --restart=Never --attach -q -- wget -T 2 -qO- http://203.0.113.1 | grep -c Welcome`),
  ).toBe("2");
  // Another port is nobody's.
  expect(await c.sh("curl -sm 2 http://203.0.113.1:81; echo $?")).toBe("28");
  expect(await c.sh("kubectl delete svc web && kubectl get svc web")).toBe(
    'service "web" deleted from default namespace\nError from server (NotFound): services "web" not found\n[1]',
  );
  expect(await c.sh(ASK)).toBe("000");
  expect((await c.sh(EVENTS)).split("\n").map((line) => line.replace(/ +/g, " "))).toEqual([
    "Normal EnsuringLoadBalancer Ensuring load balancer",
    "Normal EnsuredLoadBalancer Ensured load balancer",
    "Normal DeletingLoadBalancer Deleting load balancer",
    "Normal DeletedLoadBalancer Deleted load balancer",
  ]);
});

it("a load balancer follows its Service's type, class, sources and policy, and the nodes", async () => {
  const c = await testCluster();
  await c.sh(WEB);
  await c.sh(
    "kubectl label node node-1 node.kubernetes.io/exclude-from-external-load-balancers=; sleep 1; kubectl delete node node-3; sleep 1",
  );
  expect(
    await c.sh("kubectl get events --field-selector reason=UpdatedLoadBalancer -o jsonpath='{.items[*].message} {.items[*].count}'"),
  ).toBe("Updated load balancer with new hosts 2");
  expect(await c.sh(ASK)).toBe("200");

  const patch = (spec: string): string => `kubectl patch svc web -p '{"spec":${spec}}' >/dev/null; sleep 1; `;
  expect(await c.sh(`${patch('{"loadBalancerSourceRanges":["10.0.0.0/8"]}')}${ASK}`)).toBe("000");
  expect(await c.sh(`${patch('{"loadBalancerSourceRanges":["172.18.0.1/32"]}')}${ASK}`)).toBe("200");
  // Only node-2 is left in the pool: without an endpoint there it must not take what is to stay local.
  await c.sh(patch('{"externalTrafficPolicy":"Local"}'));
  const onNode2 = (await c.sh("kubectl get pods -l app=web -o wide --no-headers")).includes("node-2");
  expect(await c.sh(ASK)).toBe(onNode2 ? "200" : "000");
  expect(
    await c.sh(
      `${patch('{"type":"ClusterIP","loadBalancerSourceRanges":null}')}kubectl get svc web -o jsonpath='{.metadata.finalizers}{.status}'`,
    ),
  ).toBe('{"loadBalancer":{}}');
  await c.sh(
    "kubectl create service loadbalancer other --tcp=80 --dry-run=client -o yaml | sed 's/type:/loadBalancerClass: mine\\n  type:/' | kubectl apply -f -; sleep 9",
  );
  expect(await c.sh("kubectl get svc other --no-headers")).toContain("<pending>");
});

it("nodes tell a load balancer on a port of its own whether they have endpoints of a Service that is to stay local", async () => {
  const c = await testCluster({ addons: false });
  await c.sh(`kubectl run web --image=nginx --labels=app=web --overrides='{"spec":{"nodeName":"node-2"}}'
kubectl wait --for=condition=Ready pod/web >/dev/null
kubectl create service loadbalancer web --tcp=80 --dry-run=client -o yaml | sed 's/^spec:/spec:\\n  externalTrafficPolicy: Local/' | kubectl apply -f -
sleep 3`);
  const check = (node: string): string =>
    `curl -s -w ' %{http_code}' http://$(kubectl get node ${node} -o jsonpath='{.status.addresses[0].address}'):$(kubectl get svc web -o jsonpath='{.spec.healthCheckNodePort}')/healthz`;
  const said = (n: number): string =>
    `{\n\t"service": {\n\t\t"namespace": "default",\n\t\t"name": "web"\n\t},\n\t"localEndpoints": ${n},\n\t"serviceProxyHealthy": true\n}`;
  expect(await c.sh(check("node-1"))).toBe(`${said(0)} 503`);
  expect(await c.sh(check("node-2"))).toBe(`${said(1)} 200`);
  for (let i = 0; i < 5; i++) expect(await c.sh(ASK)).toBe("200");
  // The pod sees who asks.
  expect(await c.sh("kubectl logs web | tail -1")).toMatch(/^172\.18\.0\.1 /);
  await c.sh("kubectl delete pod web --now; sleep 1");
  expect(await c.sh(`${check("node-2")}; ${ASK}`)).toBe(`${said(0)} 503000`);
});

it("what the cloud refuses is an event, and is tried again", async () => {
  const c = await testCluster();
  await c.sh(
    `kubectl create service loadbalancer web --tcp=80; kubectl patch svc web -p '{"spec":{"loadBalancerIP":"192.0.2.9"}}'; sleep 20`,
  );
  expect(
    await c.sh("kubectl get events --field-selector reason=SyncLoadBalancerFailed -o jsonpath='{.items[*].message} {.items[*].count}'"),
  ).toBe('Error syncing load balancer: failed to ensure load balancer: requested ip "192.0.2.9" is not one of this cloud\'s 3');
  await c.sh(`kubectl patch svc web -p '{"spec":{"loadBalancerIP":"203.0.113.77"}}'; sleep 3`);
  expect(await c.sh(`kubectl get svc web -o ${INGRESS}`)).toBe('[{"ip":"203.0.113.77","ipMode":"VIP"}]');
});

it("nodes of a cloud say where they stand, what they are and what their cloud calls them", async () => {
  const c = await testCluster({ preset: "cloud" });
  await c.advance(15);
  const nodes = `kubectl get nodes -o custom-columns=N:.metadata.name,P:.spec.providerID,T:.spec.taints --no-headers -L topology.kubernetes.io/zone`;
  expect((await c.sh(nodes.replace(/ -L.*/, ""))).split("\n").map((line) => line.replace(/ +/g, " "))).toEqual([
    "node-1 timonel://north-1a/node-1 <none>",
    "node-2 timonel://north-1b/node-2 <none>",
    "node-3 timonel://north-1c/node-3 <none>",
  ]);
  const labels = ["topology.kubernetes.io/zone", "topology.kubernetes.io/region", "node.kubernetes.io/instance-type"];
  expect(await c.sh(`kubectl get nodes -L ${labels.join()} --no-headers | tr -s ' ' | cut -d' ' -f1,2,6-`)).toBe(
    [
      "node-1 Ready north-1a north-1 standard-2-4",
      "node-2 Ready north-1b north-1 standard-2-4",
      "node-3 Ready north-1c north-1 standard-2-4",
    ].join("\n"),
  );
  const condition = `jsonpath='{.status.conditions[0].type} {.status.conditions[0].status} {.status.conditions[0].reason}; {.status.addresses[*].address}'`;
  expect(await c.sh(`kubectl get node node-2 -o ${condition}`)).toBe("NetworkUnavailable False RouteCreated; 172.18.0.4 node-2");
  expect(await c.sh("kubectl get events --field-selector reason=Synced -o jsonpath='{.items[*].message}'")).toBe(
    Array.from({ length: 3 }, () => "Node synced successfully").join(" "),
  );
});

it("a node whose machine is off says so, one whose machine is gone goes, and the load balancer leads around both", async () => {
  const c = await testCluster({ preset: "cloud", addons: false });
  await c.advance(15);
  await c.sh(WEB.replace("--replicas=2", "--replicas=3"));
  const power = (on: string): string => `kubectl patch machine node-2 --type=merge -p '{"spec":{"power":"${on}"}}'; sleep 60`;
  const taints = "kubectl get node node-2 -o jsonpath='{.spec.taints[*].key}' | tr ' ' '\\n' | sort | xargs";
  await c.sh(power("Off"));
  expect(await c.sh(taints)).toBe(
    "node.cloudprovider.kubernetes.io/shutdown node.kubernetes.io/unreachable node.kubernetes.io/unreachable",
  );
  for (let i = 0; i < 5; i++) expect(await c.sh(ASK)).toBe("200");
  await c.sh(power("On"));
  expect(await c.sh(taints)).toBe("");

  await c.sh("kubectl delete machine node-3; sleep 40");
  expect(await c.sh("kubectl get nodes -o name | wc -l")).toBe("3");
  await c.advance(20);
  expect(await c.sh("kubectl get nodes -o name")).toBe("node/node-1\nnode/node-2");
  expect(await c.sh("kubectl get events --field-selector reason=DeletingNode -o jsonpath='{.items[*].message}'")).toBe(
    "Deleting node node-3 because it does not exist in the cloud provider",
  );
  expect(await c.sh(EVENTS)).toContain("UpdatedLoadBalancer");
  for (let i = 0; i < 5; i++) expect(await c.sh(ASK)).toBe("200");
  await c.sh(
    `printf 'apiVersion: sim.timonel.dev/v1alpha1\\nkind: Machine\\nmetadata: {name: node-9}\\nspec: {cpu: "4", memory: 8Gi, zone: south-1a}' | kubectl apply -f -`,
  );
  await c.advance(20);
  expect(await c.sh("kubectl get node node-9 -L topology.kubernetes.io/zone,node.kubernetes.io/instance-type --no-headers")).toMatch(
    /^node-9 +Ready .* south-1a +standard-4-8$/,
  );
});

it("load balancers and routes are there after a reload", async () => {
  const storage = new MemoryStorage();
  const first = await testCluster({ preset: "cloud", addons: false, storage });
  await first.sh(WEB);
  await first.advance(20);
  await first.flush();
  first.stop();
  const c = await testCluster({ preset: "cloud", addons: false, storage });
  expect(c.resumed).toBe(true);
  expect(await c.sh(ASK)).toBe("200");
  await c.advance(20);
  expect(await c.sh(`kubectl get svc web -o ${INGRESS}; ${ASK}`)).toBe('[{"ip":"203.0.113.1","ipMode":"VIP"}]200');
  expect((await c.sh("kubectl get nodes --no-headers")).match(/ Ready /g)).toHaveLength(3);
});

it("the recordings' clusters have no cloud: an address stays pending", async () => {
  const c = await testCluster({ preset: "reference" });
  await c.sh("kubectl create service loadbalancer web --tcp=80; sleep 30");
  expect(await c.sh("kubectl get svc web --no-headers")).toContain("<pending>");
  expect(await c.sh("kubectl get events")).not.toContain("LoadBalancer");
});
