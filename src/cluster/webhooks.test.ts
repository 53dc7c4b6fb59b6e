import { describe, expect, it } from "vitest";
import { testCluster } from "./testing.ts";

const CONFIGURATION = `
apiVersion: admissionregistration.k8s.io/v1
kind: KINDWebhookConfiguration
metadata: {name: NAME}
webhooks:
- name: NAME.example.com
  admissionReviewVersions: [v1]
  sideEffects: None
  timeoutSeconds: 2
  clientConfig: {service: {name: hooks, namespace: default, path: PATH, port: 8443}, caBundle: Y2E=}
  rules:
  - {apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE, DELETE], resources: [configmaps]}
`;
const apply = (kind: string, name: string, path: string): string =>
  `cat <<EOF | kubectl apply -f -\n${CONFIGURATION.replace("KIND", kind).replaceAll("NAME", name).replace("PATH", path)}EOF`;

describe("admission webhooks in a cluster", () => {
  it("are pods behind a Service: they change, refuse, are slow, and are gone", async () => {
    const c = await testCluster();
    await c.sh("kubectl run hooks --image=registry.k8s.io/e2e-test-images/agnhost:2.63.0 --port=8443 -- webhook --port=8443");
    await c.sh("kubectl wait --for=condition=Ready pod/hooks && kubectl expose pod hooks");
    await c.advance(2);
    expect(await c.sh(apply("Mutating", "label", "/add-label"))).toContain("created");
    expect(await c.sh(apply("Validating", "guard", "/configmaps"))).toContain("created");
    expect(
      await c.sh("kubectl create configmap good --from-literal=a=b && kubectl get configmap good -o jsonpath='{.metadata.labels}'"),
    ).toBe('configmap/good created\n{"added-label":"yes"}');
    expect(await c.sh("kubectl create configmap bad --from-literal=webhook-e2e-test=webhook-disallow")).toBe(
      'error: failed to create configmap: admission webhook "guard.example.com" denied the request: the configmap contains unwanted key and value\n[1]',
    );
    await c.sh(`${apply("Validating", "slow", "/always-allow-delay-5s")}\nkubectl delete validatingwebhookconfiguration guard`);
    const failed = "error: failed to create configmap: Internal error occurred: failed calling webhook";
    const slow = 'Post "https://hooks.default.svc:8443/always-allow-delay-5s?timeout=2s"';
    expect(await c.sh("kubectl create configmap late")).toBe(
      `${failed} "slow.example.com": failed to call webhook: ${slow}: context deadline exceeded\n[1]`,
    );
    const ip = await c.sh("kubectl get service hooks -o jsonpath='{.spec.clusterIP}'");
    await c.sh("kubectl delete pod hooks --now");
    await c.advance(5);
    expect(await c.sh("kubectl create configmap gone")).toBe(
      `${failed} "label.example.com": failed to call webhook: Post "https://hooks.default.svc:8443/add-label?timeout=2s": dial tcp ${ip}:8443: connect: connection refused\n[1]`,
    );
    await c.sh("kubectl delete validatingwebhookconfigurations,mutatingwebhookconfigurations --all");
    expect(await c.sh("kubectl create configmap free")).toBe("configmap/free created");
    c.stop();
  }, 30_000);
});
