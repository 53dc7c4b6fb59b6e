import { beforeEach, describe, expect, it } from "vitest";
import { base64Decode, base64Text } from "../../machinery/index.ts";
import { testServer } from "../testing/server.ts";
import type { ApiRequest } from "../types.ts";

const CORE = "/api/v1/namespaces/default";
const NOBODY = { user: undefined as never };

interface Answer {
  readonly message?: string;
  readonly metadata: { readonly uid: string };
  readonly status: {
    readonly token: string;
    readonly expirationTimestamp: string;
    readonly error?: string;
    readonly authenticated?: boolean;
    readonly audiences?: readonly string[];
    readonly user?: object;
    readonly userInfo?: object;
  };
}

let s: Awaited<ReturnType<typeof testServer>>;

const ask = async (method: ApiRequest["method"], path: string, body?: object, more: Partial<ApiRequest> = {}): Promise<Answer> =>
  (await s.ask(method, path, { ...(body ? { body } : {}), ...more })).body as Answer;

const requestToken = (spec: object, account = "robot"): Promise<Answer> =>
  ask("POST", `${CORE}/serviceaccounts/${account}/token`, { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec });

const review = async (token: string, audiences?: readonly string[]): Promise<Answer["status"]> => {
  const spec = { token, ...(audiences ? { audiences } : {}) };
  const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", spec };
  return (await ask("POST", "/apis/authentication.k8s.io/v1/tokenreviews", body)).status;
};

const whoAmI = (more: Partial<ApiRequest>) =>
  ask(
    "POST",
    "/apis/authentication.k8s.io/v1/selfsubjectreviews",
    { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" },
    { ...NOBODY, ...more },
  );

function claimsOf(token: string): Record<string, unknown> {
  const part = (token.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/");
  const bytes = base64Decode(part + "=".repeat((4 - (part.length % 4)) % 4));
  return JSON.parse(new TextDecoder().decode(bytes as Uint8Array)) as Record<string, unknown>;
}

beforeEach(async () => {
  s = await testServer({
    authorizationModes: ["AlwaysAllow"],
    tokens: new Map([["ada-token", { name: "ada", uid: "7", groups: ["devs"] }]]),
  });
  await ask("POST", `${CORE}/serviceaccounts`, { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "robot" } });
});

const pod = (name: string) =>
  ask("POST", `${CORE}/pods`, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name },
    spec: { serviceAccountName: "robot", containers: [{ name: "c", image: "i" }] },
  });

describe("a service account's token", () => {
  it("says who issued it for whom, until when, and bound to what", async () => {
    const { metadata } = await pod("worker");
    const { status } = await requestToken({
      audiences: ["vault"],
      expirationSeconds: 700,
      boundObjectRef: { kind: "Pod", apiVersion: "v1", name: "worker" },
    });
    expect(status.expirationTimestamp).toBe("2026-01-01T00:11:40Z");
    expect(claimsOf(status.token)).toMatchObject({
      iss: "https://kubernetes.default.svc.cluster.local",
      sub: "system:serviceaccount:default:robot",
      aud: ["vault"],
      iat: 1767225600,
      nbf: 1767225600,
      exp: 1767226300,
      "kubernetes.io": { namespace: "default", pod: { name: "worker", uid: metadata.uid }, serviceaccount: { name: "robot" } },
    });
  });

  it("stands for the account, with what it is bound to", async () => {
    await pod("worker");
    const { status } = await requestToken({ boundObjectRef: { kind: "Pod", apiVersion: "v1", name: "worker" } });
    const { userInfo } = (await whoAmI({ headers: { authorization: `Bearer ${status.token}` } })).status;
    expect(userInfo).toMatchObject({
      username: "system:serviceaccount:default:robot",
      groups: ["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"],
      extra: { "authentication.kubernetes.io/pod-name": ["worker"] },
    });
  });

  it("holds while its time, its account and its pod last, for its audience alone", async () => {
    await pod("worker");
    const { status: bound } = await requestToken({ boundObjectRef: { kind: "Pod", apiVersion: "v1", name: "worker" } });
    const { status: free } = await requestToken({});
    const { status: vault } = await requestToken({ audiences: ["vault"] });
    expect((await review(bound.token)).authenticated).toBe(true);
    expect(await review(vault.token, ["vault", "x"])).toMatchObject({ authenticated: true, audiences: ["vault"] });
    expect((await review(vault.token)).error).toBe(
      '[invalid bearer token, token audiences ["vault"] is invalid for the target audiences ["https://kubernetes.default.svc.cluster.local"]]',
    );
    await ask("DELETE", `${CORE}/pods/worker`, undefined, { query: { gracePeriodSeconds: "0" } });
    expect((await review(bound.token)).error).toBe("[invalid bearer token, service account token has been invalidated]");
    expect((await review(free.token)).authenticated).toBe(true);
    await s.clock.advance(3_700_000);
    expect((await review(free.token)).error).toBe("[invalid bearer token, service account token has expired]");
    const { status: late } = await requestToken({});
    await ask("DELETE", `${CORE}/serviceaccounts/robot`);
    expect((await review(late.token)).error).toBe('[invalid bearer token, serviceaccounts "robot" not found]');
    expect((await s.ask("GET", `${CORE}/pods`, { ...NOBODY, headers: { authorization: `Bearer ${late.token}` } })).status).toBe(401);
  });

  it("is worth nothing once a letter of it is another", async () => {
    const { token } = (await requestToken({})).status;
    const [head, , signature] = token.split(".");
    const forged = { ...claimsOf(token), sub: "system:serviceaccount:kube-system:admin" };
    const text = base64Text(JSON.stringify(forged)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
    expect((await review(`${head}.${text}.${signature}`)).error).toBe(
      "[invalid bearer token, go-jose/go-jose: error in cryptographic primitive]",
    );
  });

  it.each([
    [
      "less than ten minutes",
      { expirationSeconds: 60 },
      'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes',
    ],
    ["a pod that is not there", { boundObjectRef: { kind: "Pod", apiVersion: "v1", name: "x" } }, 'pods "x" not found'],
    [
      "another kind",
      { boundObjectRef: { kind: "ConfigMap", apiVersion: "v1", name: "x" } },
      "cannot bind token to object of type /v1, Kind=ConfigMap",
    ],
  ])("is refused for %s", async (_, spec, message) => {
    expect((await requestToken(spec)).message).toBe(message);
  });

  it("of a Secret holds as long as the Secret holds it", async () => {
    const account = (await s.ask("GET", `${CORE}/serviceaccounts/robot`)).body as never;
    const token = s.api.accountTokens.legacy(account, "old");
    expect((await review(token)).error).toBe("[invalid bearer token, service account token has been invalidated]");
    await ask("POST", `${CORE}/secrets`, {
      apiVersion: "v1",
      kind: "Secret",
      type: "kubernetes.io/service-account-token",
      metadata: { name: "old", annotations: { "kubernetes.io/service-account.name": "robot" } },
      data: { token: base64Text(token) },
    });
    expect((await review(token)).user).toMatchObject({ username: "system:serviceaccount:default:robot" });
  });
});

describe("who asks", () => {
  it.each<[string, Partial<ApiRequest>, object | 401]>([
    [
      "a token of the file",
      { headers: { authorization: "Bearer ada-token" } },
      { username: "ada", uid: "7", groups: ["devs", "system:authenticated"] },
    ],
    ["a token of nobody", { headers: { authorization: "Bearer x" } }, 401],
    ["a certificate", { peer: { user: { name: "eve", groups: ["ops"] } } }, { username: "eve", groups: ["ops", "system:authenticated"] }],
    ["a certificate of another authority", { peer: {} }, 401],
    ["nothing, where everybody may do everything", {}, 401],
    ["another scheme", { headers: { authorization: "Basic x" } }, 401],
  ])("is told by %s", async (_, more, answer) => {
    const response = await whoAmI(more);
    expect(answer === 401 ? response.message : response.status.userInfo).toEqual(answer === 401 ? "Unauthorized" : answer);
  });

  it.each<[string, Record<string, string>, object]>([
    ["a user", { "impersonate-user": "bob" }, { username: "bob", groups: ["system:authenticated"] }],
    [
      "a user in groups, one with commas",
      { "impersonate-user": "bob", "impersonate-group": "devs, ,,,chameleon", "impersonate-uid": "9", "impersonate-extra-scope": "a, b" },
      { username: "bob", uid: "9", groups: ["devs", ",,,chameleon", "system:authenticated"], extra: { scope: ["a", "b"] } },
    ],
    [
      "a service account",
      { "impersonate-user": "system:serviceaccount:default:robot" },
      {
        username: "system:serviceaccount:default:robot",
        groups: ["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"],
      },
    ],
    ["nobody", { "impersonate-user": "system:anonymous" }, { username: "system:anonymous", groups: ["system:unauthenticated"] }],
  ])("may be said to be %s", async (_, headers, answer) => {
    const response = await whoAmI({ headers: { authorization: "Bearer ada-token", ...headers } });
    expect(response.status.userInfo).toEqual(answer);
  });

  it("may be nobody where rights are looked at", async () => {
    s = await testServer();
    for (const more of [{}, { headers: { authorization: "Basic x" } }])
      expect((await whoAmI(more)).message).toContain('User "system:anonymous" cannot create');
    expect((await whoAmI({ headers: { authorization: "Bearer x" } })).message).toBe("Unauthorized");
  });

  it("asks leave for each thing that is said", async () => {
    s = await testServer({ tokens: new Map([["ada-token", { name: "ada", groups: [] }]]) });
    const refusal = async (headers: Record<string, string>) =>
      (await whoAmI({ headers: { authorization: "Bearer ada-token", ...headers } })).message;
    expect(await refusal({ "impersonate-user": "bob" })).toBe(
      'users "bob" is forbidden: User "ada" cannot impersonate resource "users" in API group "" at the cluster scope',
    );
    expect(await refusal({ "impersonate-user": "system:serviceaccount:default:robot" })).toBe(
      'serviceaccounts "robot" is forbidden: User "ada" cannot impersonate resource "serviceaccounts" in API group "" in the namespace "default"',
    );
    expect(await refusal({ "impersonate-group": "devs" })).toContain("without impersonating a user");
  });
});
