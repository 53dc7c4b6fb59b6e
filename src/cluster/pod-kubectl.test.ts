import { expect, it } from "vitest";
import { testCluster } from "./testing.ts";

it("kubectl in a pod is who its service account is, and may what RBAC lets that", async () => {
  const c = await testCluster({ nodes: 1 });
  await c.sh(
    "kubectl run k --image=bitnami/kubectl:latest --command -- sleep infinity; kubectl wait --for=condition=Ready pod/k --timeout=120s",
  );
  expect(await c.sh("kubectl exec k -- kubectl get pods")).toBe(
    'Error from server (Forbidden): pods is forbidden: User "system:serviceaccount:default:default" cannot list resource "pods" in API group "" in the namespace "default"\ncommand terminated with exit code 1\n[1]',
  );
  await c.sh("kubectl create rolebinding edit --clusterrole=edit --serviceaccount=default:default");
  expect(await c.sh("kubectl exec k -- kubectl get pods -o name")).toBe("pod/k");
  await c.sh("kubectl exec k -- kubectl create configmap made --from-literal=a=b");
  expect(await c.sh("kubectl get configmap made -o jsonpath='{.data.a}'")).toBe("b");
});

it("kubectl without a token finds no server", async () => {
  const c = await testCluster({ nodes: 1 });
  const overrides = JSON.stringify({ spec: { automountServiceAccountToken: false } });
  await c.sh(`kubectl run k --image=registry.k8s.io/kubectl:v1.36.2 --restart=Never --overrides='${overrides}' -- get pods; sleep 10`);
  expect(await c.sh("kubectl logs k")).toMatch(
    /The connection to the server localhost:8080 was refused - did you specify the right host or port\?$/,
  );
});
