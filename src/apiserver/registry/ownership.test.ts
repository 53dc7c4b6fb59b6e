import { beforeEach, describe, expect, it } from "vitest";
import type { ManagedFieldsEntry } from "../../api/index.ts";
import { testServer } from "../testing/server.ts";
import type { ApiRequest, ApiResponse } from "../types.ts";

const DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
const WEB = `${DEPLOYMENTS}/web`;
const CM = "/api/v1/namespaces/default/configmaps";
const APPLY = "application/apply-patch+yaml";
const MERGE = "application/merge-patch+json";

const web = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", labels: { app: "web" } },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: "web" } },
    template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "nginx" }] } },
  },
};
const data = (values: object, name = "shared") => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: values });

let s: Awaited<ReturnType<typeof testServer>>;
beforeEach(async () => {
  s = await testServer();
});

const said = ({ status, body }: ApiResponse): string => `${status} ${(body as { message?: string }).message ?? ""}`;
const patch = (path: string, body: unknown, manager: string, contentType = MERGE) =>
  s.ask("PATCH", path, { body, contentType, query: { fieldManager: manager } });
const apply = (path: string, body: unknown, manager: string, query: ApiRequest["query"] = {}) =>
  s.ask("PATCH", path, { body, contentType: APPLY, query: { fieldManager: manager, ...query } });
async function managers(path: string): Promise<readonly string[]> {
  const { body } = await s.ask("GET", path);
  const entries = (body as { metadata: { managedFields?: readonly ManagedFieldsEntry[] } }).metadata.managedFields ?? [];
  return entries.map(
    (e) => `${e.manager} ${e.operation} ${e.apiVersion} ${[e.subresource, JSON.stringify(e.fieldsV1)].filter((x) => x).join(" ")}`,
  );
}

describe("who wrote what", () => {
  it("is told by the fieldManager, or the user agent's first word, as the recordings have it", async () => {
    await s.ask("POST", DEPLOYMENTS, { body: web, agent: "kubectl/v1.36.2 (linux)" });
    await patch(WEB, { spec: { replicas: 2 } }, "kubectl-patch");
    expect(await managers(WEB)).toEqual([
      'kubectl Update apps/v1 {"f:metadata":{"f:labels":{".":{},"f:app":{}}},"f:spec":{"f:progressDeadlineSeconds":{},"f:revisionHistoryLimit":{},"f:selector":{},"f:strategy":{"f:rollingUpdate":{".":{},"f:maxSurge":{},"f:maxUnavailable":{}},"f:type":{}},"f:template":{"f:metadata":{"f:labels":{".":{},"f:app":{}}},"f:spec":{"f:containers":{"k:{\\"name\\":\\"web\\"}":{".":{},"f:image":{},"f:imagePullPolicy":{},"f:name":{},"f:resources":{},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{}}},"f:dnsPolicy":{},"f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{}}}}}',
      'kubectl-patch Update apps/v1 {"f:spec":{"f:replicas":{}}}',
    ]);
  });

  it("does not count what admission adds, nor what a subresource is not for", async () => {
    const pods = "/api/v1/namespaces/default/pods";
    await s.ask("POST", "/api/v1/namespaces/default/serviceaccounts", { body: { metadata: { name: "default" } } });
    await s.ask("POST", pods, {
      body: { metadata: { name: "p" }, spec: { containers: [{ name: "c", image: "i" }] }, status: { phase: "Running" } },
      agent: "kubectl-run",
    });
    const status = { spec: { nodeName: "stolen" }, status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] } };
    await s.ask("PATCH", `${pods}/p/status`, { body: status, contentType: MERGE, agent: "kubelet/v1" });
    expect(await managers(`${pods}/p`)).toEqual([
      'kubectl-run Update v1 {"f:spec":{"f:containers":{"k:{\\"name\\":\\"c\\"}":{".":{},"f:image":{},"f:imagePullPolicy":{},"f:name":{},"f:resources":{},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{}}},"f:dnsPolicy":{},"f:enableServiceLinks":{},"f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{}}}',
      'kubelet Update v1 status {"f:status":{"f:conditions":{"k:{\\"type\\":\\"Ready\\"}":{".":{},"f:status":{},"f:type":{}}},"f:phase":{}}}'.replace(
        '"f:conditions":{',
        '"f:conditions":{".":{},',
      ),
    ]);
  });

  it("moves to a Scale's writer, who has no time", async () => {
    await s.ask("POST", DEPLOYMENTS, { body: web, agent: "a" });
    await patch(`${WEB}/scale`, { spec: { replicas: 3 } }, "kubectl");
    expect(await managers(WEB)).toMatchObject([
      'kubectl Update apps/v1 scale {"f:spec":{"f:replicas":{}}}',
      expect.stringMatching(/^a Update apps\/v1 (?!.*f:replicas)/),
    ]);
    const config = { ...web, spec: { ...web.spec, replicas: 2 } };
    expect(said(await apply(WEB, config, "me"))).toBe(
      '409 Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas',
    );
    const scale = { apiVersion: "autoscaling/v1", kind: "Scale", metadata: { name: "web" }, spec: { replicas: 7 } };
    expect(said(await apply(`${WEB}/scale`, scale, "me"))).toBe(
      '409 Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using autoscaling/v1: .spec.replicas',
    );
    expect((await apply(`${WEB}/scale`, scale, "me", { force: "true" })).body).toMatchObject({ kind: "Scale", spec: { replicas: 7 } });
    expect((await managers(WEB))[0]).toBe('me Apply apps/v1 scale {"f:spec":{"f:replicas":{}}}');
  });

  it.each<[string, object, readonly string[]]>([
    ["forgets all when the list is emptied", { metadata: { managedFields: [] } }, []],
    ["and by an empty entry", { metadata: { managedFields: [{}] } }, []],
    [
      "takes a client's word for it",
      {
        metadata: {
          managedFields: [
            { manager: "x", operation: "Apply", apiVersion: "v1", fieldsType: "FieldsV1", fieldsV1: { "f:data": { "f:a": {} } } },
          ],
        },
      },
      ['x Apply v1 {"f:data":{"f:a":{}}}'],
    ],
    [
      "keeps what it has when that cannot be read",
      { metadata: { managedFields: [{ manager: "x", operation: "Nope" }] } },
      ['a Update v1 {"f:data":{".":{},"f:a":{}}}'],
    ],
  ])("%s", async (_what, body, expected) => {
    await s.ask("POST", CM, { body: data({ a: "1" }), agent: "a" });
    await patch(`${CM}/shared`, body, "b");
    expect(await managers(`${CM}/shared`)).toEqual(expected);
  });

  it("costs no revision when only the time would move", async () => {
    await s.ask("POST", CM, { body: data({ a: "1" }), agent: "a" });
    await apply(`${CM}/shared`, data({ a: "1" }), "me");
    const { revision } = s.store;
    await s.clock.advance(5000);
    await apply(`${CM}/shared`, data({ a: "1" }), "me");
    await patch(`${CM}/shared`, { data: { a: "1" } }, "a");
    expect(s.store.revision).toBe(revision);
  });
});

describe("server-side apply", () => {
  it("creates what is not there, and says so", async () => {
    const created = await apply(`${CM}/shared`, data({ a: "1" }), "me");
    expect(created).toMatchObject({ status: 201, body: { metadata: { name: "shared", namespace: "default" }, data: { a: "1" } } });
    expect(await managers(`${CM}/shared`)).toEqual(['me Apply v1 {"f:data":{"f:a":{}}}']);
    expect((await apply(`${CM}/shared`, data({ b: "2" }), "me")).body).toMatchObject({ data: { b: "2" } });
    expect((await s.ask("GET", `${CM}/shared`)).body).not.toMatchObject({ data: { a: "1" } });
  });

  it("of YAML bytes, with defaults and canonical quantities", async () => {
    const text = `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {a: b}}\n  template:\n    metadata: {labels: {a: b}}\n    spec:\n      containers:\n      - {name: c, image: i, resources: {requests: {cpu: 1000m}}}\n`;
    const url = `http://x${WEB}?fieldManager=me`;
    const headers = { "content-type": APPLY, authorization: "Bearer t" };
    s = await testServer({ tokens: new Map([["t", { name: "kubernetes-admin", groups: ["system:masters"] }]]) });
    const response = await s.api.fetch(new Request(url, { method: "PATCH", headers, body: text }));
    expect(await response.json()).toMatchObject({
      spec: { replicas: 1, template: { spec: { containers: [{ resources: { requests: { cpu: "1" } } }] } } },
    });
    expect(response.status).toBe(201);
  });

  it("gives what was there before to before-first-apply", async () => {
    await s.ask("POST", CM, { body: data({ a: "1" }), agent: "a" });
    await patch(`${CM}/shared`, { metadata: { managedFields: [] } }, "b");
    expect(said(await apply(`${CM}/shared`, data({ a: "2" }), "me"))).toBe(
      '409 Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.a',
    );
  });

  it("lets kubectl take over what it applied from the client's side, and keeps its annotation true", async () => {
    const annotation = "kubectl.kubernetes.io/last-applied-configuration";
    const last = JSON.stringify(data({ a: "1" }));
    await s.ask("POST", CM, {
      body: { ...data({ a: "1", b: "1" }), metadata: { name: "shared", annotations: { [annotation]: last } } },
      agent: "kubectl-client-side-apply",
    });
    expect(said(await apply(`${CM}/shared`, data({ a: "2", b: "2" }), "kubectl"))).toBe(
      '409 Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using v1: .data.b',
    );
    expect((await apply(`${CM}/shared`, data({ a: "2" }), "kubectl")).body).toMatchObject({
      data: { a: "2", b: "1" },
      metadata: {
        annotations: {
          [annotation]: '{"apiVersion":"v1","data":{"a":"2"},"kind":"ConfigMap","metadata":{"name":"shared","namespace":"default"}}\n',
        },
      },
    });
  });

  it.each<[string, object, ApiRequest["query"], string]>([
    [
      "no manager",
      data({}),
      { fieldManager: "" },
      '422 PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    ],
    ["another kind", { ...data({}), kind: "Secret" }, {}, "400 invalid object type: /v1, Kind=Secret"],
    ["managers", { ...data({}), metadata: { name: "shared", managedFields: [] } }, {}, "400 metadata.managedFields must be nil"],
    ["another name", data({}, "other"), {}, "400 the name of the object (other) does not match the name on the URL (shared)"],
    [
      "an unknown field",
      { ...data({}), dota: {} },
      {},
      "500 failed to create typed patch object (default/shared; /v1, Kind=ConfigMap): .dota: field not declared in schema",
    ],
    [
      "a uid",
      { ...data({}), metadata: { name: "shared", uid: "u" } },
      {},
      '409 Operation cannot be fulfilled on configmaps "shared": uid mismatch: the provided object specified uid u, and no existing object was found',
    ],
  ])("refuses %s", async (_what, body, query, expected) => expect(said(await apply(`${CM}/shared`, body, "me", query))).toBe(expected));

  it("leaves no trace of a dry run", async () => {
    expect((await apply(`${CM}/shared`, data({ a: "1" }), "me", { dryRun: "All" })).status).toBe(201);
    expect((await s.ask("GET", `${CM}/shared`)).status).toBe(404);
  });
});
