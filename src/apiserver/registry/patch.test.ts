import { beforeEach, describe, expect, it } from "vitest";
import { testServer } from "../testing/server.ts";
import type { ApiResponse } from "../types.ts";

const WEB = "/apis/apps/v1/namespaces/default/deployments/web";
const JSON_PATCH = "application/json-patch+json";
const MERGE = "application/merge-patch+json";
const STRATEGIC = "application/strategic-merge-patch+json";

const web = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web" },
  spec: {
    selector: { matchLabels: { app: "web" } },
    template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "nginx" }] } },
  },
};

let s: Awaited<ReturnType<typeof testServer>>;
beforeEach(async () => {
  s = await testServer();
  await s.ask("POST", "/apis/apps/v1/namespaces/default/deployments", { body: web });
});

const said = ({ status, body, warnings = [] }: ApiResponse): string =>
  [status, (body as { message?: string }).message, ...warnings.map((w) => `! ${w}`)].filter((x) => x !== undefined).join(" ");
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const patch = (contentType: string, text: string, query: Record<string, string> = {}) =>
  s.ask("PATCH", WEB, { contentType, body: bytes(text), query });

describe("a patch that does not fit", () => {
  it.each<[string, string, string]>([
    [
      "text/plain",
      "{}",
      "415 the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml",
    ],
    [JSON_PATCH, "{}", "400 error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp"],
    [JSON_PATCH, "[1]", "400 error decoding patch: json: cannot unmarshal number into Go value of type handlers.jsonPatchOp"],
    [
      JSON_PATCH,
      '[{"op":1}]',
      "400 error decoding patch: json: cannot unmarshal number into Go struct field jsonPatchOp.op of type string",
    ],
    [JSON_PATCH, '[{"op":"test","path":"/spec/replicas","value":9}]', "422 the server rejected our request due to an error in our request"],
    [
      JSON_PATCH,
      `[${Array.from({ length: 10_001 }, () => '{"op":"test","path":"","value":{}}').join()}]`,
      "413 Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001",
    ],
    [MERGE, "[]", "400 error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}"],
    [MERGE, "null", "400 Invalid JSON Patch"],
    [STRATEGIC, '"x"', "400 json: cannot unmarshal string into Go value of type map[string]interface {}"],
    [STRATEGIC, "{", "400 unexpected end of JSON input"],
    [
      STRATEGIC,
      '{"spec":{"template":{"spec":{"containers":[{"image":"x"}]}}}}',
      "500 map: map[image:x] does not contain declared merge key: name",
    ],
    [STRATEGIC, '{"spec":{"$patch":"steal"}}', "500 unknown patch type: steal in map: map[$patch:steal]"],
    [
      STRATEGIC,
      '{"spec":{"strategy":{"$retainKeys":["type"],"rollingUpdate":{}}}}',
      "422 the server rejected our request due to an error in our request",
    ],
    [STRATEGIC, '{"spec":{"strategy":{"$retainKeys":"type"}}}', "400 invalid patch format of retainKeys"],
    [
      STRATEGIC,
      '{"spec":{"replicas":"two"}}',
      '422  "" is invalid: patch: Invalid value: "map[spec:map[replicas:two]]": unrecognized type: int32',
    ],
    [STRATEGIC, '{"metadata":{"name":"other"}}', "400 the name of the object (other) does not match the name on the URL (web)"],
    [
      STRATEGIC,
      '{"metadata":{"resourceVersion":"1"}}',
      '409 Operation cannot be fulfilled on deployments.apps "web": the object has been modified; please apply your changes to the latest version and try again',
    ],
    [
      STRATEGIC,
      '{"spec":{"selector":{"matchLabels":{"z":"b"}}}}',
      '422 Deployment.apps "web" is invalid: [spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`, spec.selector: Invalid value: {"matchLabels":{"app":"web","z":"b"}}: field is immutable]',
    ],
  ])("%s %s", async (type, text, expected) => expect(said(await patch(type, text))).toBe(expected));

  it("of the wrong type shows the whole object", async () => {
    const message = said(await patch(MERGE, '{"spec":{"replicas":"two"}}'));
    expect(message).toMatch(
      /^422 {2}"" is invalid: patch: Invalid value: "\{\\"apiVersion\\":\\"apps\/v1\\".*\}": json: cannot unmarshal string into Go struct field DeploymentSpec\.spec\.replicas of type int32$/,
    );
  });

  it("that changes nothing costs nothing", async () => {
    const { revision } = s.store;
    for (const [type, text] of [
      [JSON_PATCH, "[]"],
      [MERGE, "{}"],
      [STRATEGIC, "{}"],
      [STRATEGIC, "null"],
      [STRATEGIC, '{"spec":{"replicas":1}}'],
    ] as const)
      expect(said(await patch(type, text))).toBe("200");
    expect(s.store.revision).toBe(revision);
  });
});

describe("field validation", () => {
  const twice = '{"spec":{"replicas":2,"paused":true,"replicas":3,"sepc":{"a":1,"a":2},"sepc":1}}';
  it.each<[string, string, string, string]>([
    [
      "Warn",
      MERGE,
      twice,
      '200 ! duplicate field "spec.replicas" ! duplicate field "spec.sepc.a" ! duplicate field "spec.sepc" ! unknown field "spec.sepc"',
    ],
    ["Ignore", MERGE, twice, "200"],
    [
      "Strict",
      STRATEGIC,
      '{"spec":{"replicaz":2}}',
      '422  "" is invalid: patch: Invalid value: "map[spec:map[replicaz:2]]": strict decoding error: unknown field "spec.replicaz"',
    ],
    [
      "Warn",
      JSON_PATCH,
      '[{"op":"add","path":"/spec/replicas","value":2,"foo":1,"op":"add"}]',
      '200 ! json patch unknown field "[0].foo" ! json patch duplicate field "[0].op"',
    ],
  ])("%s of %s %s", async (fieldValidation, type, text, expected) =>
    expect(said(await patch(type, text, { fieldValidation }))).toBe(expected),
  );

  const put = `{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"spec":{"unknown1":1,"unknownDupe":1,"unknownDupe":2,"paused":true,"paused":false,"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"web","image":"a","unknownNested":1,"imagePullPolicy":"Always","imagePullPolicy":"Never"}]}}}}`;
  const said2 =
    'unknown field "spec.unknown1", unknown field "spec.unknownDupe", duplicate field "spec.paused", unknown field "spec.template.spec.containers[0].unknownNested", duplicate field "spec.template.spec.containers[0].imagePullPolicy"';
  it("names what is wrong in the order of the text", async () => {
    const ask = (fieldValidation: string) => s.ask("PUT", WEB, { body: bytes(put), query: { fieldValidation } });
    expect(said(await ask("Strict"))).toBe(
      `400 Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: ${said2}`,
    );
    expect(said(await ask("Warn"))).toBe(`200 ! ${said2.replaceAll(", ", " ! ")}`);
  });

  it("of YAML uses go-yaml's words, line by line in warnings", async () => {
    s = await testServer({ tokens: new Map([["t", { name: "kubernetes-admin", groups: ["system:masters"] }]]) });
    const yaml =
      "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: dup\ndata:\n  a: x\n  a: z\n  b: x\nimmutable: false\nimmutable: true\nwrong: 1\n";
    const send = (method: string, path: string, type: string, query: string) =>
      s.api.fetch(
        new Request(`http://x/api/v1/namespaces/default/configmaps${path}?${query}`, {
          method,
          body: yaml,
          headers: { authorization: "Bearer t", "content-type": type },
        }),
      );
    const lines = ['line 7: key "a" already set in map', 'line 10: key "immutable" already set in map'];
    expect(await (await send("POST", "", "application/yaml", "fieldValidation=Strict")).json()).toMatchObject({
      message: `ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: yaml: unmarshal errors:\n  ${lines.join("\n  ")}, unknown field "wrong"`,
    });
    const warned = await send("POST", "", "application/yaml", "");
    expect(warned.headers.get("warning")?.split(", ")).toEqual(
      [...lines, 'unknown field "wrong"'].map((w) => `299 - "${w.replaceAll('"', '\\"')}"`),
    );
    const applied = await s.api.fetch(
      new Request("http://x/api/v1/namespaces/default/configmaps/dup?fieldManager=m&force=true&fieldValidation=Strict", {
        method: "PATCH",
        body: yaml.replace("wrong: 1\n", ""),
        headers: { authorization: "Bearer t", "content-type": "application/apply-patch+yaml" },
      }),
    );
    expect(await applied.json()).toMatchObject({
      code: 400,
      message: `error strict decoding patch: error converting YAML to JSON: yaml: unmarshal errors:\n  ${lines.join("\n  ")}`,
    });
  });
});
