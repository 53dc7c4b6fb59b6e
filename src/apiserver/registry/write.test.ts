import { beforeEach, describe, expect, it } from "vitest";
import type { ApiRequest, ApiResponse } from "../types.ts";
import { testServer } from "../testing/server.ts";

const NAMESPACE = "/api/v1/namespaces/default";
const CM = `${NAMESPACE}/configmaps`;
const LEASES = "/apis/coordination.k8s.io/v1/namespaces/default/leases";

let s: Awaited<ReturnType<typeof testServer>>;
beforeEach(async () => {
  s = await testServer();
  await s.ask("POST", CM, { body: { metadata: { name: "a" } } });
});

const said = ({ status, body }: ApiResponse): string => `${status} ${(body as { message?: string }).message ?? ""}`;
const metadata = (response: ApiResponse) => (response.body as { readonly metadata: Readonly<Record<string, unknown>> }).metadata;

describe("creation", () => {
  it.each<readonly [object, string]>([
    [{ metadata: { name: "b", resourceVersion: "5" } }, "500 resourceVersion should not be set on objects to be created"],
    [{ metadata: { name: "b", resourceVersion: "0" } }, "201 "],
    [
      { metadata: { name: "b", namespace: "other" } },
      "400 the namespace of the provided object does not match the namespace sent on the request",
    ],
    [{ metadata: {} }, '422 ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required'],
    [
      { metadata: { name: "a", generateName: "ok-" } },
      '409 configmaps "a" already exists, the server was not able to generate a unique name for the object',
    ],
    [{ metadata: { name: "a" } }, '409 configmaps "a" already exists'],
  ])("of %j: %s", async (body, expected) => expect(said(await s.ask("POST", CM, { body }))).toBe(expected));

  it("refuses a prefix that no name can have, and cuts one that is long", async () => {
    expect(said(await s.ask("POST", CM, { body: { metadata: { generateName: "No-" } } }))).toMatch(
      /^422 ConfigMap "No-[a-z0-9]{5}" is invalid: \[metadata\.generateName: Invalid value: "No-": .*, metadata\.name: Invalid value: "No-/,
    );
    expect(metadata(await s.ask("POST", CM, { body: { metadata: { generateName: "x".repeat(80) } } }))["name"]).toMatch(
      /^x{58}[a-z0-9]{5}$/,
    );
  });

  it("takes the namespace off what has none", async () => {
    const body = { metadata: { name: "n", namespace: "elsewhere" } };
    expect(metadata(await s.ask("POST", "/api/v1/namespaces", { body }))["namespace"]).toBeUndefined();
  });

  it("names an owner that is named twice once, and warns", async () => {
    const owner = { apiVersion: "v1", kind: "ConfigMap", name: "a", uid: "u" };
    const made = await s.ask("POST", CM, {
      body: { metadata: { name: "owned", ownerReferences: [owner, { ...owner, name: "b" }, owner] } },
    });
    expect(metadata(made)["ownerReferences"]).toEqual([owner, { ...owner, name: "b" }]);
    expect(made.warnings).toEqual([
      ".metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: u",
    ]);
  });

  it("says so when what is in the way is on its way out", async () => {
    await s.ask("POST", CM, { body: { metadata: { name: "held", finalizers: ["example.com/x"] } } });
    await s.ask("DELETE", `${CM}/held`);
    expect(said(await s.ask("POST", CM, { body: { metadata: { name: "held" } } }))).toBe(
      '409 object is being deleted: configmaps "held" already exists',
    );
  });
});

describe("replacement", () => {
  it.each<readonly [object, string]>([
    [{}, "400 the name of the object (a based on URL) was undeterminable: name must be provided"],
    [{ name: "b" }, "400 the name of the object (b) does not match the name on the URL (a)"],
    [{ name: "a", resourceVersion: "x" }, '500 strconv.ParseUint: parsing "x": invalid syntax'],
    [
      { name: "a", resourceVersion: "2" },
      '409 Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    ],
    [{ name: "a", resourceVersion: "0" }, "200 "],
  ])("by %j: %s", async (meta, expected) => expect(said(await s.ask("PUT", `${CM}/a`, { body: { metadata: meta } }))).toBe(expected));

  it("insists on the identity it was given", async () => {
    const { uid } = metadata(await s.ask("GET", `${CM}/a`));
    expect(said(await s.ask("PUT", `${CM}/a`, { body: { metadata: { name: "a", uid: "other" } } }))).toBe(
      `409 Operation cannot be fulfilled on configmaps "a": StorageError: invalid object, Code: 4, Key: /registry/configmaps/default/a, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: other, UID in object meta: ${String(uid)}`,
    );
  });

  it("creates leases where there are none, and then wants to know which version it is about", async () => {
    const put = () => s.ask("PUT", `${LEASES}/l`, { body: { metadata: { name: "l" } } });
    expect(said(await put())).toBe("201 ");
    expect(said(await put())).toBe(
      '422 leases.coordination.k8s.io "l" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    );
    expect((await s.ask("PUT", `${CM}/none`, { body: { metadata: { name: "none" } } })).status).toBe(404);
  });
});

describe("deletion", () => {
  const remove = (extra: Partial<ApiRequest>, name = "a") => s.ask("DELETE", `${CM}/${name}`, extra);
  it.each<readonly [Partial<ApiRequest>, string | RegExp]>([
    [
      { query: { propagationPolicy: "Sideways" } },
      '422 DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Sideways": supported values: "Foreground", "Background", "Orphan", "nil"',
    ],
    [
      { body: { propagationPolicy: "Orphan", orphanDependents: true } },
      '422 DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Invalid value: "Orphan": orphanDependents and deletionPropagation cannot be both set',
    ],
    [
      { body: { gracePeriodSeconds: "soon" } },
      "400 json: cannot unmarshal string into Go struct field DeleteOptions.gracePeriodSeconds of type int64",
    ],
    [
      { body: { kind: "Pod" } },
      '400 no kind "Pod" is registered for version "v1" in scheme "pkg/apis/meta/internalversion/scheme/register.go:27"',
    ],
    [{ query: { gracePeriodSeconds: "x" } }, '400 strconv.ParseInt: parsing "x": invalid syntax'],
    [{ body: "{", contentType: "application/json" }, "400 couldn't get version/kind; json parse error: unexpected end of JSON input"],
    [
      { body: "x", contentType: "text/plain" },
      "415 the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf",
    ],
    [
      { body: { preconditions: { uid: "other" } } },
      /^409 Operation cannot be fulfilled on ConfigMap "a": the UID in the precondition \(other\) does not match the UID in record \(\S+\)\. The object might have been deleted and then recreated$/,
    ],
    [{ query: { dryRun: "All" } }, "200 "],
  ])("with %j: %s", async (extra, expected) => {
    const answer = said(await remove(extra));
    expect(typeof expected === "string" ? answer === expected || answer : expected.test(answer) || answer).toBe(true);
    expect((await s.ask("GET", `${CM}/a`)).status).toBe(200);
  });

  it("that has to wait is accepted when dependents were to go first", async () => {
    await s.ask("POST", CM, { body: { metadata: { name: "held", finalizers: ["example.com/x"] } } });
    expect((await remove({ body: { orphanDependents: false } }, "held")).status).toBe(202);
  });

  it("of a running pod can only be hastened, counted from the first request", async () => {
    const pods = `${NAMESPACE}/pods`;
    const now = s.clock.now();
    await s.ask("POST", `${NAMESPACE}/serviceaccounts`, { body: { metadata: { name: "default" } } });
    await s.ask("POST", pods, { body: { metadata: { name: "p" }, spec: { nodeName: "n", containers: [{ name: "c", image: "i" }] } } });
    const ask = async (gracePeriodSeconds?: number) => {
      const { deletionTimestamp, deletionGracePeriodSeconds } = metadata(
        await s.ask("DELETE", `${pods}/p`, { body: gracePeriodSeconds === undefined ? undefined : { gracePeriodSeconds } }),
      );
      return [(Date.parse(deletionTimestamp as string) - now) / 1000, deletionGracePeriodSeconds];
    };
    expect(await ask()).toEqual([30, 30]);
    await s.clock.advance(10_000);
    expect(await ask(60)).toEqual([30, 30]);
    expect(await ask(20)).toEqual([20, 20]);
    expect(await ask(5)).toEqual([10, 1]);
    await s.ask("DELETE", `${pods}/p`, { body: { gracePeriodSeconds: 0 } });
    expect((await s.ask("GET", `${pods}/p`)).status).toBe(404);
  });

  it("of a collection takes what the selector chooses, page by page when told to", async () => {
    for (const name of ["b", "c", "d"]) await s.ask("POST", CM, { body: { metadata: { name, labels: { x: "1" } } } });
    const removed = await s.ask("DELETE", CM, { query: { labelSelector: "x=1", limit: "2" } });
    const left = await s.ask("GET", CM);
    const names = ({ body }: ApiResponse) => (body as { items: { metadata: { name: string } }[] }).items.map((i) => i.metadata.name);
    expect([names(removed), names(left)]).toEqual([
      ["b", "c"],
      ["a", "d"],
    ]);
  });
});
