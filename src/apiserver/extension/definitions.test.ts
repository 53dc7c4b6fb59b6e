import { describe, expect, it } from "vitest";
import { createRandom, SimClock } from "../../sim/index.ts";
import { MemoryStore } from "../../etcd/index.ts";
import { type ApiRequest, type ApiResponse, createApiServer, freezeStoredObjects } from "../index.ts";

freezeStoredObjects();
const EPOCH = Date.UTC(2026, 0, 1);
const causes = [{ kind: "input" as const, at: EPOCH, sequence: 0, what: "test" }];
const admin = { name: "kubernetes-admin", groups: ["system:masters"] };

const none = { range: "", has: () => false, allocate: () => undefined, allocateNext: () => undefined, release: () => {} };

declare const setImmediate: (fn: () => void) => unknown;

function server(restored?: MemoryStore) {
  const platform = { wall: () => 0, timer: (ms: number, fn: () => void) => (ms > 0 ? () => {} : (void setImmediate(fn), () => {})) };
  const clock = new SimClock({ epoch: EPOCH, speed: 0, platform });
  const store = new MemoryStore({ now: () => clock.now(), turn: (fn) => clock.turn(fn), strictCauses: true });
  if (restored)
    store.restore({
      revision: restored.revision,
      compactRevision: 1,
      entries: restored.range({ prefix: "/registry/" }).entries,
      writes: [],
    });
  const api = createApiServer({ store, clock, random: createRandom(1), clusterIps: none as never, nodePorts: none as never });
  const ask = async (method: ApiRequest["method"], path: string, body?: object, more: Partial<ApiRequest> = {}): Promise<ApiResponse> => {
    const answer = await api.handle({ method, path, user: admin, agent: "test", causes, ...(body ? { body } : {}), ...more });
    await clock.advance(0);
    if (path === CRDS && answer.status >= 300) throw new Error(json(answer).message);
    return answer;
  };
  return { clock, store, api, ask };
}

type Json = Readonly<Record<string, never>> & {
  readonly message: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly items: readonly Json[];
  readonly status: { readonly conditions: readonly Readonly<Record<string, string>>[]; readonly storedVersions: readonly string[] };
};
const json = ({ body }: ApiResponse): Json => body as Json;

const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const WIDGETS = "/apis/example.com/v1/widgets";
const schema = (more: object = {}) => ({
  openAPIV3Schema: {
    type: "object",
    properties: {
      spec: {
        type: "object",
        properties: { size: { type: "integer", default: 1 }, color: { type: "string" } },
        "x-kubernetes-validations": [
          {
            rule: "self.size < 10",
            messageExpression: "'too ' + (self.size > 11 ? 'big' : 'much')",
            fieldPath: ".size",
            reason: "FieldValueForbidden",
          },
        ],
        ...more,
      },
      status: { type: "object", properties: { size: { type: "integer" } } },
    },
  },
});
const v1 = {
  name: "v1",
  served: true,
  storage: true,
  schema: schema(),
  subresources: { status: {}, scale: { specReplicasPath: ".spec.size", statusReplicasPath: ".status.size" } },
};
const widgets = (versions: readonly object[] = [v1], plural = "widgets", names: object = {}) => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${plural}.example.com` },
  spec: { group: "example.com", scope: "Cluster", names: { plural, kind: "Widget", ...names }, versions },
});
const widget = (name: string, spec: object, more: object = {}) => ({
  apiVersion: "example.com/v1",
  kind: "Widget",
  metadata: { name },
  spec,
  ...more,
});
const conditions = (crd: Json): readonly string[] =>
  crd.status.conditions.map((c) => `${c["type"]}=${c["status"]} ${c["reason"]}: ${c["message"]}`);

describe("a definition", () => {
  it("is accepted, established, served, and serves no more once its objects are gone with it", async () => {
    const { ask, store, clock } = server();
    expect((await ask("GET", WIDGETS)).status).toBe(404);
    await ask("POST", CRDS, widgets());
    const made = json(await ask("GET", `${CRDS}/widgets.example.com`));
    expect(conditions(made)).toEqual([
      "NamesAccepted=True NoConflicts: no conflicts found",
      "Established=True InitialNamesAccepted: the initial names have been accepted",
    ]);
    await ask("POST", WIDGETS, widget("a", { color: "red" }, { metadata: { name: "a", finalizers: ["example.com/wait"] } }));
    expect(store.get("/registry/widgets.example.com/a")).toBeDefined();
    const deleted = json(await ask("DELETE", `${CRDS}/widgets.example.com`));
    expect(deleted.metadata["finalizers"]).toEqual(["customresourcecleanup.apiextensions.k8s.io"]);
    expect(conditions(json(await ask("GET", `${CRDS}/widgets.example.com`))).at(-1)).toBe(
      "Terminating=True InstanceDeletionInProgress: CustomResource deletion is in progress",
    );
    expect(json(await ask("POST", WIDGETS, widget("b", {}))).message).toBe(
      "create not allowed while custom resource definition is terminating",
    );
    await ask("PATCH", `${WIDGETS}/a`, { metadata: { finalizers: null } }, { contentType: "application/merge-patch+json" });
    await clock.advance(5_000);
    expect((await ask("GET", `${CRDS}/widgets.example.com`)).status).toBe(404);
    expect((await ask("GET", WIDGETS)).status).toBe(404);
  });

  it("waits for names that another one has", async () => {
    const { ask, clock } = server();
    await ask("POST", CRDS, widgets());
    await ask("POST", CRDS, widgets([v1], "gadgets", { shortNames: ["widget", "gd"] }));
    const gadgets = async () => conditions(json(await ask("GET", `${CRDS}/gadgets.example.com`)));
    expect(await gadgets()).toEqual([
      'NamesAccepted=False ListKindConflict: "WidgetList" is already in use',
      "Established=False NotAccepted: not all names are accepted",
    ]);
    await ask("DELETE", `${CRDS}/widgets.example.com`);
    await clock.advance(5_000);
    expect((await gadgets())[0]).toBe("NamesAccepted=True NoConflicts: no conflicts found");
    expect((await ask("GET", "/apis/example.com/v1/gadgets")).status).toBe(200);
  });

  it("is served again by a server that finds it in its store", async () => {
    const first = server();
    await first.ask("POST", CRDS, widgets());
    await first.ask("POST", WIDGETS, widget("a", {}));
    const second = server(first.store);
    await second.api.restored();
    expect(json(await second.ask("GET", `${WIDGETS}/a`)).spec).toEqual({ size: 1 });
    await second.ask("DELETE", `${CRDS}/widgets.example.com`);
    expect((await second.ask("GET", WIDGETS)).status).toBe(404);
  });
});

describe("custom resources", () => {
  it("are pruned, defaulted, checked by schema and rules, and counted", async () => {
    const { ask } = server();
    await ask("POST", CRDS, widgets());
    const made = await ask("POST", WIDGETS, widget("a", { color: "red", odd: 1 }, { status: { size: 9 } }));
    expect([made.status, json(made).spec, json(made).status, made.warnings]).toEqual([
      201,
      { color: "red", size: 1 },
      undefined,
      ['unknown field "spec.odd"'],
    ]);
    const strict = await ask("PUT", `${WIDGETS}/a`, widget("a", { odd: 1 }), { query: { fieldValidation: "Strict" } });
    expect(json(strict).message).toBe(
      'Widget in version "v1" cannot be handled as a Widget: strict decoding error: unknown field "spec.odd"',
    );
    const patch = (body: object, path = "") => ask("PATCH", `${WIDGETS}/a${path}`, body, { contentType: "application/merge-patch+json" });
    expect(json(await patch({ spec: { size: 12 } })).message).toBe('Widget.example.com "a" is invalid: spec.size: Forbidden: too big');
    expect(json(await patch({ spec: { size: "x" } })).message).toBe(
      'Widget.example.com "a" is invalid: [spec.size: Invalid value: "string": spec.size in body must be of type integer: "string", .spec.size: Invalid value: 0: .spec.size accessor error: x is of the type string, expected int64, <nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation]',
    );
    expect(json(await patch({ spec: { size: 5 } })).metadata["generation"]).toBe(2);
    const status = json(await patch({ status: { size: 4 }, spec: { size: 6 } }, "/status"));
    expect([status.spec["size"], status.status, status.metadata["generation"]]).toEqual([5, { size: 4 }, 2]);
    const scaled = json(await patch({ spec: { replicas: 7 } }, "/scale"));
    expect([scaled.spec, scaled.status]).toEqual([{ replicas: 7 }, { replicas: 4, selector: "" }]);
    const strategic = await ask("PATCH", `${WIDGETS}/a`, {}, { contentType: "application/strategic-merge-patch+json" });
    expect([strategic.status, json(strategic).message]).toEqual([
      415,
      "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml",
    ]);
  });

  it("show in every version what is stored in one, and are written anew in a new storage version", async () => {
    const { ask, store } = server();
    const beta = {
      ...v1,
      name: "v1beta1",
      storage: false,
      deprecated: true,
      schema: schema({
        properties: { color: { type: "string" }, shape: { type: "string", default: "round" } },
        "x-kubernetes-validations": [],
      }),
    };
    await ask("POST", CRDS, widgets([v1, beta]));
    await ask("POST", WIDGETS, widget("a", { color: "red" }));
    const shown = await ask("GET", "/apis/example.com/v1beta1/widgets/a");
    expect([json(shown)["apiVersion"], json(shown).spec, shown.warnings]).toEqual([
      "example.com/v1beta1",
      { color: "red" },
      ["example.com/v1beta1 Widget is deprecated; use example.com/v1 Widget"],
    ]);
    const listed = json(await ask("GET", "/apis/example.com/v1beta1/widgets"));
    expect([listed["kind"], listed.items[0]?.["apiVersion"]]).toEqual(["WidgetList", "example.com/v1beta1"]);
    const stored = () => (store.get("/registry/widgets.example.com/a")?.value as { apiVersion?: string } | undefined)?.apiVersion;
    expect(stored()).toBe("example.com/v1");
    const crd = json(await ask("GET", `${CRDS}/widgets.example.com`));
    const moved = await ask("PUT", `${CRDS}/widgets.example.com`, {
      ...crd,
      spec: {
        ...crd.spec,
        versions: [
          { ...v1, storage: false },
          { ...beta, storage: true },
        ],
      },
    });
    expect(json(moved).status.storedVersions).toEqual(["v1", "v1beta1"]);
    const again = json(await ask("GET", `${WIDGETS}/a`));
    const put = json(await ask("PUT", `${WIDGETS}/a`, again));
    expect([stored(), put.metadata["generation"], put.spec]).toEqual(["example.com/v1beta1", 1, { color: "red", size: 1 }]);
  });

  it("are not shown in a version that a webhook would have to make", async () => {
    const { ask } = server();
    const beta = { ...v1, name: "v1beta1", storage: false };
    const webhook = { clientConfig: { url: "https://example.com/convert" }, conversionReviewVersions: ["v1"] };
    const { spec, ...rest } = widgets([v1, beta]);
    await ask("POST", CRDS, { ...rest, spec: { ...spec, conversion: { strategy: "Webhook", webhook } } });
    expect((await ask("POST", WIDGETS, widget("a", {}))).status).toBe(201);
    const refusal = (version: string) =>
      `conversion webhook for example.com/${version}, Kind=Widget: conversion by webhooks is not simulated yet in Timonel`;
    const old = "/apis/example.com/v1beta1/widgets";
    for (const path of [old, `${old}/a`, `${old}/a/status`]) {
      const refused = await ask("GET", path);
      expect([refused.status, json(refused).message]).toEqual([501, refusal("v1beta1")]);
    }
    // Nor is what was stored before another version became the storage version.
    const crd = json(await ask("GET", `${CRDS}/widgets.example.com`));
    const versions = [
      { ...v1, storage: false },
      { ...beta, storage: true, selectableFields: [{ jsonPath: ".spec.color" }] },
    ];
    expect((await ask("PUT", `${CRDS}/widgets.example.com`, { ...crd, spec: { ...crd.spec, versions } })).status).toBe(200);
    const unread = await ask("GET", `${old}/a`);
    expect([unread.status, json(unread).message]).toEqual([501, refusal("v1beta1")]);
    const events: unknown[] = [];
    const { watch } = await ask("GET", old, undefined, { query: { watch: "true", fieldSelector: "spec.color=" } });
    watch?.start((batch) => void events.push(...batch.map(({ type, object }) => [type, (object as { message?: string }).message])));
    await ask("GET", old);
    expect(events).toEqual([["ERROR", refusal("v1beta1")]]);
    // They go with their definition all the same.
    await ask("DELETE", `${CRDS}/widgets.example.com`);
    expect((await ask("GET", `${CRDS}/widgets.example.com`)).status).toBe(404);
  });

  it("are described by OpenAPI, operations and all", async () => {
    const { ask } = server();
    await ask("POST", CRDS, widgets());
    const { paths } = json(await ask("GET", "/openapi/v3")) as unknown as { paths: Record<string, { serverRelativeURL: string }> };
    expect(paths["apis/example.com/v1"]?.serverRelativeURL).toMatch(/^\/openapi\/v3\/apis\/example.com\/v1\?hash=[0-9A-F]{128}$/);
    const document = JSON.parse((await ask("GET", "/openapi/v3/apis/example.com/v1")).body as string);
    expect(Object.keys(document.paths)).toEqual([WIDGETS, `${WIDGETS}/{name}`, `${WIDGETS}/{name}/status`, `${WIDGETS}/{name}/scale`]);
    const { post } = document.paths[WIDGETS];
    expect([
      post.operationId,
      post.description,
      Object.keys(post.requestBody.content),
      post.requestBody.content["application/json"].schema,
    ]).toEqual([
      "createExampleComV1Widget",
      "create a Widget",
      ["application/json", "application/yaml"],
      { $ref: "#/components/schemas/com.example.v1.Widget" },
    ]);
    const made = document.components.schemas["com.example.v1.Widget"];
    expect([Object.keys(made.properties), made["x-kubernetes-group-version-kind"]]).toEqual([
      ["apiVersion", "kind", "metadata", "spec", "status"],
      [{ group: "example.com", kind: "Widget", version: "v1" }],
    ]);
    const referred = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map((m) => m[1] as string);
    expect(referred.filter((name) => document.components.schemas[name] === undefined)).toEqual([]);
    await ask("DELETE", `${CRDS}/widgets.example.com`);
    expect((await ask("GET", "/openapi/v3/apis/example.com/v1")).status).toBe(404);
  });

  it("are owned field by field, and keep what another manager applied", async () => {
    const { ask } = server();
    await ask("POST", CRDS, widgets());
    await ask("POST", WIDGETS, widget("a", { color: "red" }), { query: { fieldManager: "first" } });
    const apply = (spec: object, manager: string) =>
      ask("PATCH", `${WIDGETS}/a`, widget("a", spec), { contentType: "application/apply-patch+yaml", query: { fieldManager: manager } });
    const refused = await apply({ color: "blue" }, "second");
    expect([refused.status, json(refused).message]).toEqual([
      409,
      'Apply failed with 1 conflict: conflict with "first" using example.com/v1: .spec.color',
    ]);
    const applied = json(await apply({ color: "red" }, "second"));
    expect([applied.spec, applied.metadata["managedFields"]]).toEqual([
      { color: "red", size: 1 },
      [
        expect.objectContaining({ manager: "second", operation: "Apply", fieldsV1: { "f:spec": { "f:color": {} } } }),
        expect.objectContaining({
          manager: "first",
          operation: "Update",
          fieldsV1: { "f:spec": { ".": {}, "f:color": {}, "f:size": {} } },
        }),
      ],
    ]);
    expect(json(await apply({ colour: "x" }, "second")).message).toContain(
      "failed to create typed patch object (/a; example.com/v1, Kind=Widget): .spec.colour: field not declared in schema",
    );
  });

  it("are refused without a word of what went wrong inside when a definition is nonsense", async () => {
    const { api } = server();
    const nonsense = [{ versions: [null] }, { versions: [{ ...v1, schema: schema({ "x-kubernetes-validations": [null, {}] }) }] }];
    for (const spec of nonsense) {
      const body = { ...widgets(), spec: { ...widgets().spec, ...spec } };
      expect((await api.handle({ method: "POST", path: CRDS, user: admin, agent: "test", causes, body })).status).toBe(422);
    }
  });

  it("are told to watchers in the version that they asked for", async () => {
    const { ask, clock } = server();
    await ask("POST", CRDS, widgets([v1, { ...v1, name: "v2", storage: false }]));
    const { watch } = await ask("GET", "/apis/example.com/v2/widgets", undefined, { query: { watch: "true", resourceVersion: "0" } });
    const seen: string[] = [];
    watch?.start((events) => seen.push(...events.map((e) => `${e.type} ${e.object.apiVersion}`)));
    await ask("POST", WIDGETS, widget("a", {}));
    await clock.advance(0);
    expect(seen).toEqual(["ADDED example.com/v2"]);
  });
});
