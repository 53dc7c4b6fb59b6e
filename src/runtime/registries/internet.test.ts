import { expect, it } from "vitest";
import type { ImageDefinition, RegistryLogin } from "../types.ts";
import { type HostSettings, registryHost } from "./hosts.ts";
import { internetHost } from "./internet.ts";
import { createRegistry, type RegistryHost } from "./registry.ts";

const nginx: ImageDefinition = { repository: "docker.io/library/nginx", tags: ["1"], size: 1, config: {}, files: {} };
const resolve = (name: string, hosts: (host: string) => RegistryHost = internetHost, credentials?: RegistryLogin): string => {
  const answer = createRegistry([nginx, { ...nginx, repository: "mine.io:5000/a/b" }], { hosts }).resolve(name, {
    architecture: "amd64",
    ...(credentials && { credentials }),
  });
  return "error" in answer ? `${answer.reason}: ${answer.error.replace(/^failed to resolve reference "[^"]*": /, "")}` : "found";
};
const denied = "Unknown: pull access denied, repository does not exist or may require authorization";
const anonymous = "Unknown: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to";

it.each([
  ["nginx:1", "found"],
  ["nginx:9", "NotFound: docker.io/library/nginx:9: not found"],
  ["ngnix:1", `${denied}: server message: insufficient_scope: authorization failed`],
  ["ghcr.io/a/b:1", `${anonymous} https://ghcr.io/token?scope=repository%3Aa%2Fb%3Apull&service=ghcr.io: 403 Forbidden`],
  ["quay.io/a/b:1", "Unknown: unexpected status from HEAD request to https://quay.io/v2/a/b/manifests/1: 401 UNAUTHORIZED"],
  [
    "gcr.io/distorless/x:1",
    `${anonymous} https://gcr.io/v2/token?scope=repository%3Adistorless%2Fx%3Apull&service=gcr.io: 401 Unauthorized`,
  ],
  ["gcr.io/google-samples/none:1", "NotFound: gcr.io/google-samples/none:1: not found"],
  ["registry.k8s.io/none:1", "NotFound: registry.k8s.io/none:1: not found"],
  ["mcr.microsoft.com/none:1", "NotFound: mcr.microsoft.com/none:1: not found"],
  ["public.ecr.aws/none/none:1", "NotFound: public.ecr.aws/none/none:1: not found"],
  ["123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1", `${denied}: authorization failed: no basic auth credentials`],
  [
    "my-registry.example/app:1",
    'Unknown: failed to do request: Head "https://my-registry.example/v2/app/manifests/1": dial tcp: lookup my-registry.example on 192.0.2.53:53: no such host',
  ],
  [
    "localhost:5000/app",
    'Unknown: failed to do request: Head "http://localhost:5000/v2/app/manifests/latest": dial tcp [::1]:5000: connect: connection refused',
  ],
  [
    "10.1.2.3:5000/app:1",
    'Unknown: failed to do request: Head "https://10.1.2.3:5000/v2/app/manifests/1": dial tcp 10.1.2.3:5000: i/o timeout',
  ],
])("%s: %s", (name, answer) => expect(resolve(name)).toBe(answer));

it("knows nobody on the internet", () => {
  expect(resolve("nginx:1", internetHost, { username: "me", password: "x" })).toBe(
    "Unknown: failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://auth.docker.io/token?scope=repository%3Alibrary%2Fnginx%3Apull&service=registry.docker.io: 401 Unauthorized",
  );
});

const me = { username: "me", password: "secret" };
const url = "https://mine.io:5000/v2/a/b/manifests/1";
it.each<[HostSettings, RegistryLogin | undefined, string]>([
  [{}, undefined, "found"],
  [{ private: true }, undefined, `${denied}: authorization failed: no basic auth credentials`],
  [{ private: true }, { username: "anybody", password: "x" }, "found"],
  [
    { private: true, users: [me] },
    { username: "me", password: "x" },
    `Unknown: unexpected status from HEAD request to ${url}: 401 Unauthorized`,
  ],
  [{ private: true, users: [me] }, me, "found"],
  [{ trouble: "Forbidden" }, me, `Unknown: unexpected status from HEAD request to ${url}: 403 Forbidden`],
  [{ trouble: "PlainHTTP" }, undefined, `Unknown: failed to do request: Head "${url}": http: server gave HTTP response to HTTPS client`],
  [
    { trouble: "UnknownAuthority" },
    undefined,
    `Unknown: failed to do request: Head "${url}": tls: failed to verify certificate: x509: certificate signed by unknown authority`,
  ],
])("a registry that is %j answers %j", (settings, login, answer) =>
  expect(resolve("mine.io:5000/a/b:1", () => registryHost(settings), login)).toBe(answer),
);

it("hands nothing over above its limit, in the registry's words", () => {
  expect(resolve("nginx:1", () => registryHost({ trouble: "RateLimited" }))).toMatch(
    /^Unknown: failed to copy: httpReadSeeker: failed open: unexpected status from GET request to https:\/\/registry-1.docker.io\/v2\/library\/nginx\/manifests\/sha256:[0-9a-f]{64}: 429 Too Many Requests\ntoomanyrequests: You have reached your unauthenticated pull rate limit. https:\/\/www.docker.com\/increase-rate-limit$/,
  );
});
