import { describe, expect, it } from "vitest";
import { testServer } from "../testing/server.ts";

describe("what is computed and not stored", () => {
  it("component statuses tell whose loops run, and that they are deprecated", async () => {
    const { ask } = await testServer({ isRunning: (component) => component === "scheduler" });
    const listed = await ask("GET", "/api/v1/componentstatuses", { as: "Table" });
    const { rows } = listed.body as unknown as { rows: readonly { cells: readonly unknown[] }[] };
    expect(rows.map((row) => row.cells)).toEqual([
      ["scheduler", "Healthy", "ok", ""],
      [
        "controller-manager",
        "Unhealthy",
        'Get "https://127.0.0.1:10257/healthz": dial tcp 127.0.0.1:10257: connect: connection refused',
        "",
      ],
      ["etcd-0", "Healthy", "ok", ""],
    ]);
    expect(listed.warnings).toEqual(["v1 ComponentStatus is deprecated in v1.19+"]);
    expect((await ask("GET", "/api/v1/componentstatuses/etcd-0")).status).toBe(200);
    expect((await ask("GET", "/api/v1/componentstatuses/etcd-9")).body).toMatchObject({ message: 'componentstatuses "etcd-9" not found' });
    expect((await ask("POST", "/api/v1/componentstatuses", { body: {} })).status).toBe(405);
  });

  it("a binding of old binds the pod that it names", async () => {
    const { ask } = await testServer();
    await ask("POST", "/api/v1/namespaces/default/serviceaccounts", { body: { metadata: { name: "default" } } });
    const pod = { metadata: { name: "p" }, spec: { containers: [{ name: "c", image: "x" }] } };
    await ask("POST", "/api/v1/namespaces/default/pods", { body: pod });
    const target = { kind: "Node", name: "node-1" };
    const bind = (name: string) => ask("POST", "/api/v1/namespaces/default/bindings", { body: { metadata: { name }, target } });
    expect((await bind("p")).body).toMatchObject({ kind: "Status", status: "Success" });
    expect((await ask("GET", "/api/v1/namespaces/default/pods/p")).body).toMatchObject({ spec: { nodeName: "node-1" } });
    expect((await bind("ghost")).body).toMatchObject({ reason: "NotFound", message: 'pods "ghost" not found' });
    expect((await ask("GET", "/api/v1/namespaces/default/bindings")).status).toBe(405);
  });

  it("an event is one thing in two APIs", async () => {
    const { ask } = await testServer();
    const body = {
      metadata: { name: "e" },
      eventTime: "2026-01-01T00:00:00.000000Z",
      reportingController: "example.com/c",
      reportingInstance: "c-1",
      action: "Binding",
      reason: "Scheduled",
      type: "Normal",
      regarding: { kind: "Pod", name: "p", namespace: "default" },
    };
    const created = await ask("POST", "/apis/events.k8s.io/v1/namespaces/default/events", { body });
    expect([created.status, created.body]).toMatchObject([201, { apiVersion: "events.k8s.io/v1", regarding: { name: "p" } }]);
    const core = await ask("GET", "/api/v1/namespaces/default/events/e");
    expect(core.body).toMatchObject({ apiVersion: "v1", involvedObject: { name: "p" }, reportingComponent: "example.com/c" });
    const query = { fieldSelector: "regarding.name=p" };
    const listed = await ask("GET", "/apis/events.k8s.io/v1/namespaces/default/events", { query });
    expect((listed.body as unknown as { items: readonly unknown[] }).items).toHaveLength(1);
    const wrong = await ask("GET", "/apis/events.k8s.io/v1/namespaces/default/events", {
      query: { fieldSelector: "involvedObject.name=p" },
    });
    expect(wrong.body).toMatchObject({ code: 400, message: "field label not supported: involvedObject.name" });
  });
});
