import { expect, it } from "vitest";
import { testCluster } from "./testing.ts";

it("the guestbook walk-through: a message goes to the leader and comes back from a follower", async () => {
  const c = await testCluster({ nodes: 1 });
  await c.sh(`kubectl create deployment redis-leader --image=redis:7
kubectl expose deployment redis-leader --port=6379
kubectl create deployment redis-follower --image=us-docker.pkg.dev/google-samples/containers/gke/gb-redis-follower:v2
kubectl expose deployment redis-follower --port=6379
kubectl create deployment frontend --image=us-docker.pkg.dev/google-samples/containers/gke/gb-frontend:v5
kubectl expose deployment frontend --port=80 --type=NodePort
kubectl wait --for=condition=Available deployment --all --timeout=180s; sleep 20`);
  const ask = (query: string) =>
    c.sh(`curl -s "http://$(kubectl get svc frontend -o jsonpath='172.18.0.3:{.spec.ports[0].nodePort}')/guestbook.php?${query}"`);
  expect(await ask("cmd=set&key=messages&value=hola")).toBe('{"message": "Updated"}');
  await c.advance(2);
  expect(await ask("cmd=get&key=messages")).toBe('{"data": "hola"}');
});
