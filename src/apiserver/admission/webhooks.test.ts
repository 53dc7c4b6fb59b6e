import { describe, expect, it } from "vitest";
import { base64Text, type Status } from "../../machinery/index.ts";
import { EgressError, type Egress, type HttpExchange } from "../types.ts";
import { testServer } from "../testing/server.ts";

const GROUP = "/apis/admissionregistration.k8s.io/v1";
const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
const URL = "https://hook.default.svc:443/check?timeout=10s";

interface Asked {
  readonly uid: string;
  readonly operation: string;
  readonly object: { readonly metadata: { readonly name: string }; readonly data?: Readonly<Record<string, string>> } | null;
  readonly dryRun: boolean;
}
type Answer = { readonly response: object } | { readonly status: number; readonly text: string };

const patch = (...operations: object[]) => ({
  allowed: true,
  patchType: "JSONPatch",
  patch: base64Text(JSON.stringify(operations)),
});
const add = (key: string) => ({ op: "add", path: `/data/${key}`, value: "yes" });

/** A server whose way out is a function of the path and of what is asked; calls are kept. */
async function serverWith(answer: (request: Asked, exchange: HttpExchange) => Answer | Promise<Answer>) {
  const calls: string[] = [];
  const http: Egress["http"] = async (to, exchange) => {
    const { request, apiVersion, kind } = JSON.parse(new TextDecoder().decode(exchange.body as Uint8Array)) as {
      request: Asked;
      apiVersion: string;
      kind: string;
    };
    calls.push(`${to.ip}:${to.port} ${exchange.host}${exchange.target} ${request.operation} ${request.object?.metadata.name ?? null}`);
    const given = await answer(request, exchange);
    const text = "text" in given ? given.text : JSON.stringify({ apiVersion, kind, response: { uid: request.uid, ...given.response } });
    let left: Uint8Array | null = new TextEncoder().encode(text);
    return {
      status: "text" in given ? given.status : 200,
      headers: [],
      body: {
        async read() {
          const part = left;
          left = null;
          return part;
        },
        cancel() {},
      },
    };
  };
  const s = await testServer({ egress: () => ({ http }) as Egress });
  await s.ask("POST", "/api/v1/namespaces/default/services", {
    body: { metadata: { name: "hook" }, spec: { ports: [{ port: 443, targetPort: 8443 }], selector: { app: "hook" } } },
  });
  await s.ask("POST", "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices", {
    body: {
      metadata: { name: "hook-1", labels: { "kubernetes.io/service-name": "hook" } },
      addressType: "IPv4",
      endpoints: [{ addresses: ["10.244.1.5"], conditions: { ready: true } }],
      ports: [{ name: "", port: 8443, protocol: "TCP" }],
    },
  });
  return { ...s, calls };
}

type Server = Awaited<ReturnType<typeof serverWith>>;

const hook = (changes: object = {}) => ({
  name: "check.example.com",
  admissionReviewVersions: ["v1"],
  sideEffects: "None",
  clientConfig: { service: { name: "hook", namespace: "default", path: "/check" }, caBundle: "Y2E=" },
  rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE", "UPDATE", "DELETE"], resources: ["configmaps"] }],
  ...changes,
});

async function register(s: Server, plural: "validating" | "mutating", ...webhooks: object[]): Promise<void> {
  const path = `${GROUP}/${plural}webhookconfigurations`;
  expect(await s.ask("POST", path, { body: { metadata: { name: "w" }, webhooks } })).toMatchObject({ status: 201 });
}

async function answer(s: Server, method: "POST" | "PUT" | "DELETE", path: string, body?: unknown, extra = {}): Promise<string> {
  const { status, body: answered, warnings } = await s.ask(method, path, { body, ...extra });
  const { reason, message } = answered as Status;
  return [status < 300 ? String(status) : `${status} ${reason}: ${message}`, ...(warnings ?? [])].join(" | ");
}
const map = (name: string, data: object = { a: "b" }) => ({ metadata: { name }, data });

describe("ValidatingAdmissionWebhook", () => {
  it("asks about creations, changes and deletions, and tells why one was refused", async () => {
    const s = await serverWith(({ object, operation }) => ({
      response: {
        allowed: operation !== "DELETE" && object?.data?.["a"] === "b",
        status: operation === "DELETE" ? { reason: "Forbidden", code: 403 } : { message: "a must be b" },
        warnings: ["looked at"],
      },
    }));
    await register(s, "validating", hook());
    expect(await answer(s, "POST", CONFIG_MAPS, map("x"))).toBe("201 | looked at");
    expect(await answer(s, "PUT", `${CONFIG_MAPS}/x`, map("x", { a: "c" }))).toBe(
      '400 undefined: admission webhook "check.example.com" denied the request: a must be b | looked at',
    );
    expect(await answer(s, "DELETE", `${CONFIG_MAPS}/x`)).toBe(
      '403 Forbidden: admission webhook "check.example.com" denied the request: Forbidden | looked at',
    );
    expect(s.calls).toEqual([
      "10.244.1.5:8443 hook.default.svc:443/check?timeout=10s CREATE x",
      "10.244.1.5:8443 hook.default.svc:443/check?timeout=10s UPDATE x",
      "10.244.1.5:8443 hook.default.svc:443/check?timeout=10s DELETE null",
    ]);
  });

  const failures: readonly [string, object, Answer | EgressError, string][] = [
    [
      "no such service",
      { clientConfig: { service: { name: "gone", namespace: "default" }, caBundle: "Y2E=" } },
      { response: {} },
      'Post "https://gone.default.svc:443/?timeout=10s": service "gone" not found',
    ],
    [
      "another port",
      { clientConfig: { service: { name: "hook", namespace: "default", port: 80 }, caBundle: "Y2E=" } },
      { response: {} },
      'Post "https://hook.default.svc:80/?timeout=10s": no service port 80 found for service "hook"',
    ],
    [
      "no authority",
      { clientConfig: { service: { name: "hook", namespace: "default" } } },
      { response: {} },
      'Post "https://hook.default.svc:443/?timeout=10s": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    ],
    [
      "a host outside",
      { clientConfig: { url: "https://example.com/x", caBundle: "Y2E=" } },
      { response: {} },
      'Post "https://example.com/x?timeout=10s": dial tcp: lookup example.com: no such host',
    ],
    [
      "nobody listening",
      {},
      new EgressError("dial tcp 10.244.1.5:8443: connect: connection refused"),
      `Post "${URL}": dial tcp 10.96.0.1:443: connect: connection refused`,
    ],
    [
      "no answer in time",
      { timeoutSeconds: 1 },
      new EgressError("context deadline exceeded", true),
      'Post "https://hook.default.svc:443/check?timeout=1s": context deadline exceeded',
    ],
    ["another status", {}, { status: 404, text: "404 page not found" }, "the server could not find the requested resource"],
    ["an error", {}, { status: 500, text: "boom" }, 'an error on the server ("boom") has prevented the request from succeeding'],
  ];
  it.each(failures)("fails closed or open: %s", async (_, changes, given, why) => {
    const s = await serverWith(() => {
      if (given instanceof EgressError) throw given;
      return given;
    });
    await register(s, "validating", hook(changes));
    const message = `Internal error occurred: failed calling webhook "check.example.com": failed to call webhook: ${why}`;
    expect(await answer(s, "POST", CONFIG_MAPS, map("x"))).toBe(`500 InternalError: ${message}`);
    const path = `${GROUP}/validatingwebhookconfigurations/w`;
    const body = { webhooks: [hook({ ...changes, failurePolicy: "Ignore" })] };
    expect(await s.ask("PATCH", path, { body, contentType: "application/merge-patch+json" })).toMatchObject({ status: 200 });
    expect(await answer(s, "POST", CONFIG_MAPS, map("x"))).toBe("201");
  });

  it.each<[string, object, string]>([
    ["no uid", { uid: "x", allowed: true }, 'expected response.uid="UID", got "x"'],
    ["a patch", patch(add("c")), "validating webhook may not return response.patch"],
  ])("refuses an answer with %s", async (_, response, why) => {
    const s = await serverWith(() => ({ response }));
    await register(s, "validating", hook());
    const text = (await answer(s, "POST", CONFIG_MAPS, map("x"))).replace(/"[0-9a-f-]{36}"/, '"UID"');
    expect(text).toBe(
      `500 InternalError: Internal error occurred: failed calling webhook "check.example.com": received invalid webhook response: ${why}`,
    );
  });

  it("is asked only when rules, selectors and conditions say so, and in a dry run only when that does no harm", async () => {
    const s = await serverWith(() => ({ response: { allowed: false } }));
    const matchConditions = [{ name: "named", expression: "object.metadata.name.startsWith('x')" }];
    await register(
      s,
      "validating",
      hook({ matchConditions, objectSelector: { matchExpressions: [{ key: "skip", operator: "DoesNotExist" }] } }),
    );
    const denied = '400 undefined: admission webhook "check.example.com" denied the request without explanation';
    expect(await answer(s, "POST", CONFIG_MAPS, map("x"))).toBe(denied);
    expect(await answer(s, "POST", CONFIG_MAPS, map("y"))).toBe("201");
    expect(await answer(s, "POST", CONFIG_MAPS, { metadata: { name: "x2", labels: { skip: "me" } } })).toBe("201");
    expect(await answer(s, "POST", CONFIG_MAPS, map("x"), { query: { dryRun: "All" } })).toBe(denied);
    expect(await answer(s, "DELETE", `${CONFIG_MAPS}/x2`)).toBe("200");
  });

  it("never asks about webhooks themselves", async () => {
    const s = await serverWith(() => ({ response: { allowed: false } }));
    await register(s, "validating", hook({ rules: [{ apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["*"] }] }));
    expect(await answer(s, "DELETE", `${GROUP}/validatingwebhookconfigurations/w`)).toBe("200");
    expect(s.calls).toEqual([]);
  });
});

describe("MutatingAdmissionWebhook", () => {
  it("gives each webhook what those before it made, and asks once more who wants to see the end", async () => {
    const s = await serverWith(({ object }, { target }) => {
      const data = object?.data ?? {};
      const wanted = target.startsWith("/first") ? "first" : "second";
      const due = wanted === "first" || "first" in data;
      return { response: due && !(wanted in data) ? patch(add(wanted)) : { allowed: true } };
    });
    const to = (name: string, more: object = {}) =>
      hook({
        name: `${name}.example.com`,
        clientConfig: { service: { name: "hook", namespace: "default", path: `/${name}` }, caBundle: "Y2E=" },
        ...more,
      });
    await register(s, "mutating", to("first", { reinvocationPolicy: "IfNeeded" }), to("second"));
    const { body } = await s.ask("POST", CONFIG_MAPS, { body: map("x") });
    expect(body).toMatchObject({ data: { a: "b", first: "yes", second: "yes" } });
    expect(s.calls.map((call) => call.split(/[ ?]/)[1])).toEqual([
      "hook.default.svc:443/first",
      "hook.default.svc:443/second",
      "hook.default.svc:443/first",
    ]);
  });

  it("defaults and checks what a webhook made", async () => {
    const container = { name: "added", image: "busybox" };
    const s = await serverWith(() => ({ response: patch({ op: "add", path: "/spec/initContainers", value: [container] }) }));
    await s.ask("POST", "/api/v1/namespaces/default/serviceaccounts", { body: { metadata: { name: "default" } } });
    await register(s, "mutating", hook({ rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }] }));
    const pod = { metadata: { name: "p" }, spec: { containers: [{ name: "c", image: "nginx" }] } };
    const { body } = await s.ask("POST", "/api/v1/namespaces/default/pods", { body: pod });
    expect(body).toMatchObject({
      spec: {
        initContainers: [
          {
            ...container,
            terminationMessagePolicy: "File",
            volumeMounts: [{ mountPath: "/var/run/secrets/kubernetes.io/serviceaccount" }],
          },
        ],
      },
    });
  });

  it("meets an object that moved meanwhile: an update is refused, a patch is made again", async () => {
    let meanwhile: (() => Promise<unknown>) | undefined;
    const s = await serverWith(async () => {
      const once = meanwhile;
      meanwhile = undefined;
      await once?.();
      return { response: { allowed: true } };
    });
    const { body } = await s.ask("POST", CONFIG_MAPS, { body: map("x") });
    await register(s, "mutating", hook());
    const merge = { contentType: "application/merge-patch+json" };
    const other = (key: string) => () => s.ask("PATCH", `${CONFIG_MAPS}/x`, { body: { data: { [key]: "1" } }, ...merge });
    meanwhile = other("other");
    expect(await answer(s, "PUT", `${CONFIG_MAPS}/x`, { ...(body as object), data: { mine: "1" } })).toContain(
      "409 Conflict: Operation cannot be fulfilled on configmaps",
    );
    meanwhile = other("more");
    const patched = await s.ask("PATCH", `${CONFIG_MAPS}/x`, { body: { data: { mine: "1" } }, ...merge });
    expect(patched.body).toMatchObject({ data: { a: "b", other: "1", more: "1", mine: "1" } });
  });
});

describe("custom resources", () => {
  const definition = (storage: "v1" | "v2") => {
    const properties = { spec: { type: "object", properties: { size: { type: "integer", default: 1 }, color: { type: "string" } } } };
    const versions = ["v1", "v2"].map((name) => ({
      name,
      served: true,
      storage: name === storage,
      schema: { openAPIV3Schema: { type: "object", properties } },
    }));
    const names = { plural: "widgets", kind: "Widget" };
    return { metadata: { name: "widgets.example.com" }, spec: { group: "example.com", scope: "Namespaced", names, versions } };
  };
  const widget = (version: string, name: string, spec: object = {}) => ({
    apiVersion: `example.com/${version}`,
    kind: "Widget",
    metadata: { name },
    spec,
  });
  const rules = [{ apiGroups: ["example.com"], apiVersions: ["v2"], operations: ["*"], resources: ["widgets"] }];
  const path = (version: string) => `/apis/example.com/${version}/namespaces/default/widgets`;

  it("are seen in the version that a rule names, pruned and defaulted after a webhook, and kept from deletion", async () => {
    const seen: unknown[] = [];
    const s = await serverWith((asked) => {
      const { apiVersion } = (asked.object ?? {}) as { apiVersion?: string };
      seen.push(`${asked.operation} ${apiVersion}`);
      if (asked.operation === "DELETE") return { response: { allowed: false, status: { message: "they stay" } } };
      return {
        response: patch({ op: "add", path: "/spec/color", value: "red" }, { op: "add", path: "/spec/odd", value: 1 }),
      };
    });
    const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    expect(await s.ask("POST", CRDS, { body: definition("v1") })).toMatchObject({ status: 201 });
    await s.clock.advance(100);
    await register(s, "mutating", hook({ rules: [{ ...rules[0], operations: ["CREATE", "UPDATE"] }] }));
    await register(s, "validating", hook({ rules: [{ ...rules[0], operations: ["DELETE"] }] }));
    expect(await s.ask("POST", path("v1"), { body: widget("v1", "a") })).toMatchObject({
      status: 201,
      body: { apiVersion: "example.com/v1", spec: { size: 1, color: "red" } },
    });
    expect((await s.ask("GET", `${path("v2")}/a`)).body).toMatchObject({ apiVersion: "example.com/v2", spec: { size: 1, color: "red" } });
    expect((await s.ask("GET", `${path("v1")}/a`)).body).not.toMatchObject({ spec: { odd: 1 } });
    await s.ask("PATCH", CRDS + "/widgets.example.com", {
      body: { spec: definition("v2").spec },
      contentType: "application/merge-patch+json",
    });
    await s.clock.advance(100);
    const stored = (await s.ask("GET", `${path("v1")}/a`)).body as { spec: object };
    const blue = { ...stored, spec: { size: 4, color: "blue" } };
    expect(await s.ask("PUT", `${path("v1")}/a`, { body: blue })).toMatchObject({
      status: 200,
      body: { apiVersion: "example.com/v1", spec: { size: 4, color: "red" } },
    });
    expect(await answer(s, "DELETE", `${path("v2")}/a`)).toBe(
      '400 undefined: admission webhook "check.example.com" denied the request: they stay',
    );
    expect(seen).toEqual(["CREATE example.com/v2", "UPDATE example.com/v2", "DELETE undefined"]);
  });
});

it("shows webhooks who owns which field, before and after", async () => {
  const seen: unknown[] = [];
  const s = await serverWith((request) => {
    const owners = (object: unknown): unknown =>
      (object as { metadata?: { managedFields?: readonly { manager: string }[] } } | null)?.metadata?.managedFields?.map((e) => e.manager);
    seen.push([owners((request as unknown as { oldObject: unknown }).oldObject), owners(request.object)]);
    return { response: { allowed: true } };
  });
  await register(s, "mutating", hook());
  await s.ask("POST", CONFIG_MAPS, { body: map("a"), agent: "one" });
  await s.ask("PUT", `${CONFIG_MAPS}/a`, { body: map("a", { a: "b", c: "d" }), agent: "two" });
  expect(seen).toEqual([
    [undefined, ["one"]],
    [["one"], ["one", "two"]],
  ]);
});
