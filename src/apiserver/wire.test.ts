import { gunzipSync, strFromU8 } from "fflate";
import { beforeAll, describe, expect, it } from "vitest";
import { testServer } from "./testing/server.ts";
import { warningHeaders } from "./warnings.ts";

const admin = { name: "kubernetes-admin", groups: ["system:masters"] };
const HOST = "https://kubernetes";
const CM = "/api/v1/namespaces/default/configmaps";

let server: Awaited<ReturnType<typeof testServer>>;

async function send(path: string, init: { method?: string; headers?: Record<string, string>; body?: string } = {}) {
  const request = new Request(HOST + path, { ...init, headers: { authorization: "Bearer t", ...init.headers } });
  const answer = server.api.fetch(request);
  await server.clock.settle();
  const response = await answer;
  const text = await response.text();
  return { status: response.status, headers: response.headers, type: response.headers.get("content-type"), text };
}
const message = (text: string): string => (JSON.parse(text) as { message: string }).message;
const json = (body: unknown) => ({ method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } });

beforeAll(async () => {
  server = await testServer({ tokens: new Map([["t", admin]]) });
  await send(CM, json({ metadata: { name: "a" }, data: { k: "v" } }));
});

describe("negotiation of answers", () => {
  it.each([
    ["", 200, "application/json"],
    ["*/*", 200, "application/json"],
    ["application/yaml", 200, "application/yaml"],
    ["application/json;q=0.5, application/yaml", 200, "application/yaml"],
    ["application/vnd.kubernetes.protobuf,application/json", 200, "application/json"],
    ["application/json;as=Table;v=v1;g=meta.k8s.io,application/json", 200, "application/json"],
    ["application/json;as=Table;v=v1beta1;g=meta.k8s.io", 406, "application/json"],
    ["text/html", 406, "application/json"],
    ["application/vnd.kubernetes.protobuf", 406, "application/json"],
    ["application/cbor", 406, "application/json"],
  ])("Accept %s: %d %s", async (accept, status, type) => {
    const answer = await send(`${CM}/a`, { headers: { accept } });
    expect([answer.status, answer.type]).toEqual([status, type]);
  });

  it("says what there is when nothing fits", async () => {
    expect(message((await send(CM, { headers: { accept: "text/html" } })).text)).toBe(
      "only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf",
    );
    expect(message((await send(CM, { headers: { accept: "application/vnd.kubernetes.protobuf" } })).text)).toBe(
      "only the following media types are accepted: application/json, application/yaml",
    );
  });

  it("answers YAML, lists as metadata, and indented JSON for people", async () => {
    expect((await send(`${CM}/a`, { headers: { accept: "application/yaml" } })).text).toMatch(
      /^apiVersion: v1\ndata:\n {2}k: v\nkind: ConfigMap\nmetadata:\n {2}creationTimestamp: "2026-01-01T00:00:00Z"\n/,
    );
    const metadata = { accept: "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io" };
    expect(JSON.parse((await send(CM, { headers: metadata })).text)).toMatchObject({
      kind: "PartialObjectMetadataList",
      items: [{ kind: "PartialObjectMetadata", metadata: { name: "a" } }],
    });
    expect(message((await send(`${CM}/a`, { headers: metadata })).text)).toBe(
      "you requested PartialObjectMetadataList, but the requested object is not a list (*core.ConfigMap)",
    );
    for (const [path, agent] of [
      [`${CM}/a?pretty=true`, "any"],
      [`${CM}/a`, "curl/8.5.0"],
    ] as const)
      expect((await send(path, { headers: { "user-agent": agent } })).text).toMatch(/^\{\n {2}"/);
    expect((await send(`${CM}/a?pretty=false`, { headers: { "user-agent": "curl/8.5.0" } })).text).toMatch(/^\{"[^\n]*\n$/);
  });

  it("has no tables of what nobody lists", async () => {
    const review = json({ spec: { nonResourceAttributes: { path: "/", verb: "get" } } });
    const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    const table = "application/json;as=Table;v=v1;g=meta.k8s.io";
    const asked = async (accept: string) => (await send(path, { ...review, headers: { ...review.headers, accept } })).status;
    expect([await asked(table), await asked(`${table},application/json`)]).toEqual([406, 201]);
  });

  it("writes what a thing is first, and leaves that out of items of built-in lists", async () => {
    expect((await send(CM)).text).toMatch(/^\{"kind":"ConfigMapList","apiVersion":"v1","metadata":\{[^}]*\},"items":\[\{"metadata":/);
  });

  it("compresses what is large for who can read it", async () => {
    await send(CM, json({ metadata: { name: "big" }, data: { k: "x".repeat(200_000) } }));
    const plain = await send(`${CM}/big`);
    expect([plain.headers.get("content-encoding"), plain.headers.get("content-length")]).toEqual([null, String(plain.text.length)]);
    const request = new Request(`${HOST}${CM}/big`, { headers: { authorization: "Bearer t", "accept-encoding": "gzip" } });
    const answer = server.api.fetch(request);
    await server.clock.settle();
    const response = await answer;
    expect([response.headers.get("content-encoding"), response.headers.get("vary")]).toEqual(["gzip", "Accept-Encoding"]);
    expect(strFromU8(gunzipSync(new Uint8Array(await response.arrayBuffer())))).toBe(plain.text);
    expect((await send(`${CM}/a`, { headers: { "accept-encoding": "gzip" } })).headers.get("content-encoding")).toBeNull();
  });
});

describe("methods, paths and bodies", () => {
  const generic = "the server does not allow this method on the requested resource";
  it.each([
    ["POST", `${CM}/a`, generic],
    ["PUT", CM, generic],
    ["PATCH", CM, generic],
    ["OPTIONS", CM, generic],
    ["HEAD", CM, ""],
    ["DELETE", "/api/v1/configmaps", generic],
  ])("%s %s is not allowed", async (method, path, expected) => {
    const answer = await send(path, { method });
    expect([answer.status, answer.text === "" ? "" : message(answer.text)]).toEqual([405, expected]);
  });

  it("refuses names that nothing can have, and paths that can't be unescaped", async () => {
    expect(message((await send(`${CM}/a%25b`)).text)).toBe(`Name parameter invalid: "a%b": may not contain '%'`);
    expect((await send(`${CM}/%zz`)).status).toBe(400);
    expect((await send("/api/v1/configmaps/a")).status).toBe(404);
  });

  const created = (body: string, type = "application/json") => send(CM, { method: "POST", body, headers: { "content-type": type } });
  const unrecognized = "the object provided is unrecognized (must be of type ConfigMap): ";
  it.each([
    ["", "application/json", 400, `${unrecognized}couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)`],
    ['{"a', "application/json", 400, `${unrecognized}couldn't get version/kind; json parse error: unexpected end of JSON input ({"a)`],
    [
      "[]",
      "application/json",
      400,
      `${unrecognized}couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" } (5b5d)`,
    ],
    [
      '{"kind":1}',
      "application/json",
      400,
      `${unrecognized}couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .kind of type string ({"kind":1})`,
    ],
    ['{"apiVersion":"a/b/c"}', "application/json", 400, `${unrecognized}unexpected GroupVersion string: a/b/c ({"apiVersion":"a/b/c"})`],
    [
      '{"apiVersion":"v1","kind":"Secret"}',
      "application/json",
      400,
      'Secret in version "v1" cannot be handled as a ConfigMap: converting (v1.Secret) to (core.ConfigMap): unknown conversion',
    ],
    [
      '{"apiVersion":"v2","kind":"ConfigMap"}',
      "application/json",
      400,
      'ConfigMap in version "v2" cannot be handled as a ConfigMap: no kind "ConfigMap" is registered for version "v2" in scheme "pkg/api/legacyscheme/scheme.go:30"',
    ],
    [
      "data: {a: b",
      "application/yaml",
      400,
      `${unrecognized}error converting YAML to JSON: yaml: did not find expected ',' or '}' (646174613a207b613a2062)`,
    ],
    [
      "a=b",
      "text/plain",
      415,
      "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf",
    ],
    [`{"data":{"a":"${"x".repeat(3 * 1024 * 1024)}"}}`, "application/json", 413, "Request entity too large: limit is 3145728"],
    [
      "[".repeat(10_001),
      "application/json",
      400,
      `${unrecognized}couldn't get version/kind; json parse error: exceeded max depth (${"5b".repeat(30)} ...)`,
    ],
  ])("a body %.20j as %s: %d", async (body, type, status, expected) => {
    const answer = await created(body, type);
    expect([answer.status, message(answer.text)]).toEqual([status, expected]);
  });

  it("bounds what aliases make of a small YAML body", async () => {
    const bomb = [
      "a: &a [x,x,x,x,x,x,x,x,x]",
      ..."bcdefghi".split("").map((c, i) => `${c}: &${c} [${`*${"abcdefgh"[i]},`.repeat(9)}]`),
    ].join("\n");
    expect(message((await created(bomb, "application/yaml")).text)).toContain("yaml: document contains excessive aliasing");
  });

  it("asks who it is before it looks at the body", async () => {
    const answer = await send(CM, { method: "POST", body: "{", headers: { authorization: "", "content-type": "application/json" } });
    expect(answer.status).toBe(403);
  });

  it("creates from YAML, the first document of it", async () => {
    const answer = await created("metadata: {name: first}\ndata: {k: 'yes'}\n---\nmetadata: {name: second}\n", "application/yaml");
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([201, { metadata: { name: "first" }, data: { k: "yes" } }]);
  });
});

describe("a watch", () => {
  it("of a client that reads nothing ends after a while, with all that came before", async () => {
    const answer = server.api.fetch(
      new Request(`${HOST}${CM}?watch=true&fieldSelector=metadata.name=a`, { headers: { authorization: "Bearer t" } }),
    );
    await server.clock.settle();
    const { body } = await answer;
    for (let i = 0; i < 150; i++)
      await send(`${CM}/a`, {
        method: "PATCH",
        body: `{"data":{"n":"${i}"}}`,
        headers: { "content-type": "application/merge-patch+json" },
      });
    const text = await new Response(body).text();
    const seen = text
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { object: { data: { n?: string } } }).object.data.n);
    expect([seen.length > 100, seen.length < 110, seen[1], seen.at(-1)]).toEqual([true, true, "0", String(seen.length - 2)]);
  });
});

describe("warnings", () => {
  it("are sent once each, quoted, in UTF-8, and cut when they are too long in all", () => {
    expect(warningHeaders(['say "hi"', "a\\b", 'say "hi"', "", "bell\u0007"])).toEqual(['299 - "say \\"hi\\""', '299 - "a\\\\b"']);
    expect(warningHeaders(["é"])).toEqual(['299 - "\u00c3\u00a9"']);
    const long = warningHeaders(Array.from({ length: 20 }, (_, i) => `${i} `.padEnd(300, "x")));
    expect(long).toHaveLength(16);
    expect(long[0]).toHaveLength('299 - ""'.length + 256);
  });

  it("come with refusals, too", async () => {
    const answer = await send(CM, json({ metadata: { name: "a" }, dta: {} }));
    expect([answer.status, answer.headers.get("warning")]).toEqual([409, '299 - "unknown field \\"dta\\""']);
  });
});
