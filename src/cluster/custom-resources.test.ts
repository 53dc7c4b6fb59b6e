import { describe, expect, it } from "vitest";
import { MemoryStorage } from "./storage.ts";
import { testCluster } from "./testing.ts";

const CRD = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: widgets, kind: Widget, shortNames: [wd], categories: [all]}
  versions:
  - name: v1
    served: true
    storage: true
    additionalPrinterColumns: [{name: Size, type: integer, jsonPath: .spec.size}]
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            description: What is wanted.
            properties: {size: {type: integer, default: 3, description: How big it is.}}
`;
const widget = (name: string, more = "") => `
apiVersion: example.com/v1
kind: Widget
metadata: {name: ${name}${more}}
spec: {}
`;
const apply = (text: string, namespace = "default"): string => `kubectl -n ${namespace} apply -f - <<'YAML'\n${text}\nYAML`;

describe("custom resources in a cluster", () => {
  it("go with their namespace and with their owners", async () => {
    const c = await testCluster({ preset: "reference", nodes: 0 });
    await c.sh(apply(CRD));
    await c.advance(1);
    await c.sh("kubectl create namespace shop");
    expect(await c.sh(apply(widget("a"), "shop"))).toBe("widget.example.com/a created");
    await c.sh("kubectl delete namespace shop");
    expect(await c.sh("kubectl get widgets -A")).toBe("No resources found");
    await c.sh(apply(widget("owner")));
    const uid = await c.sh("kubectl get widget owner -o jsonpath={.metadata.uid}");
    const owned = `, ownerReferences: [{apiVersion: example.com/v1, kind: Widget, name: owner, uid: ${uid}}]`;
    await c.sh(apply(widget("owned", owned)));
    await c.sh(apply(`apiVersion: v1\nkind: ConfigMap\nmetadata: {name: notes${owned}}`));
    await c.sh("kubectl delete widget owner");
    await c.advance(2);
    expect(await c.sh("kubectl get wd,configmap notes 2>&1 | head -1; kubectl get wd")).toContain(
      "No resources found in default namespace.",
    );
    expect(await c.sh("kubectl get configmap notes")).toContain('configmaps "notes" not found');
  });

  it("are counted by quotas, and given back", async () => {
    const c = await testCluster({ preset: "reference", nodes: 0 });
    await c.sh(apply(CRD));
    await c.advance(1);
    await c.sh(apply(widget("a")));
    await c.sh(apply(`apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q}\nspec: {hard: {count/widgets.example.com: 2}}`));
    await c.advance(2);
    const used = "kubectl get quota q -o jsonpath='{.status.used}'";
    expect(await c.sh(used)).toBe('{"count/widgets.example.com":"1"}');
    await c.sh(apply(widget("b")));
    expect(await c.sh(apply(widget("c")))).toContain(
      "exceeded quota: q, requested: count/widgets.example.com=1, used: count/widgets.example.com=2, limited: count/widgets.example.com=2",
    );
    await c.sh("kubectl delete widget a");
    await c.advance(2);
    expect(await c.sh(used)).toBe('{"count/widgets.example.com":"1"}');
  });

  it("are there again after a reload", async () => {
    const storage = new MemoryStorage();
    const first = await testCluster({ preset: "reference", nodes: 0, storage });
    await first.sh(apply(CRD));
    await first.advance(1);
    await first.sh(apply(widget("kept")));
    await first.flush();
    first.stop();
    const second = await testCluster({ preset: "reference", nodes: 0, storage });
    expect(second.resumed).toBe(true);
    expect(await second.sh("kubectl get widgets --no-headers")).toBe("kept   3");
    expect(await second.sh("kubectl explain widget.spec.size | tail -3")).toContain("How big it is.");
    expect(await second.sh("kubectl delete crd widgets.example.com")).toContain("deleted");
    expect(await second.sh("kubectl get widgets")).toContain("the server doesn't have a resource type");
  });
});
