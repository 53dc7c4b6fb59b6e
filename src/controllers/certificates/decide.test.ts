import { describe, expect, it } from "vitest";
import type { CertificateSigningRequest } from "../../api/index.ts";
import type { CertificateRequest } from "../../pki/index.ts";
import { isStale, lifetime, recognitions, signerProblem, validity } from "./decide.ts";

const HOUR = 3600_000;
const NOW = Date.UTC(2026, 0, 2);
const KUBELET = ["digital signature", "client auth"];
const request = (
  more: Partial<CertificateRequest> & { commonName?: string; organizations?: readonly string[] } = {},
): CertificateRequest => ({
  subject: { commonName: more.commonName ?? "system:node:n1", organizations: more.organizations ?? ["system:nodes"] },
  rawSubject: new Uint8Array(),
  keyInfo: new Uint8Array(),
  dnsNames: [],
  ipAddresses: [],
  emailAddresses: [],
  uris: [],
  signed: new Uint8Array(),
  algorithm: "",
  signature: new Uint8Array(),
  ...more,
});
const csr = (signer: string, usages: readonly string[], more: object = {}): CertificateSigningRequest => ({
  spec: { request: "", signerName: `kubernetes.io/${signer}`, usages, ...more },
});

describe("signers", () => {
  it.each([
    ["kube-apiserver-client", ["client auth"], {}, undefined],
    ["kube-apiserver-client", ["client auth", "server auth"], {}, "invalid usage for client certificate: server auth"],
    ["kube-apiserver-client", ["digital signature"], {}, "missing required usage for client certificate: client auth"],
    ["kube-apiserver-client-kubelet", KUBELET, {}, undefined],
    ["kube-apiserver-client-kubelet", [...KUBELET, "key encipherment"], {}, undefined],
    ["kube-apiserver-client-kubelet", KUBELET, { organizations: ["devs"] }, "subject organization is not system:nodes"],
    ["kube-apiserver-client-kubelet", KUBELET, { dnsNames: ["n1"] }, "DNS subjectAltNames are not allowed"],
    ["kube-apiserver-client-kubelet", KUBELET, { commonName: "n1" }, "subject common name does not begin with system:node:"],
    ["kube-apiserver-client-kubelet", ["client auth"], {}, "usages did not match [client auth digital signature key encipherment]"],
    ["kubelet-serving", ["digital signature", "server auth"], {}, "DNS or IP subjectAltName is required"],
    ["kubelet-serving", ["digital signature", "server auth"], { ipAddresses: [Uint8Array.of(10, 0, 0, 1)] }, undefined],
    ["legacy-unknown", ["any"], { organizations: [] }, undefined],
    ["somebody-else", ["any"], {}, null],
  ] as const)("%s, for %j, of %j: %s", (signer, usages, more, problem) => {
    expect(signerProblem(csr(signer, usages), request(more))).toBe(problem);
  });
});

it("recognizes a kubelet, and a kubelet that asks for itself", () => {
  const names = (user: string) =>
    recognitions(csr("kube-apiserver-client-kubelet", KUBELET, { username: user }), request()).map((r) => r.subresource);
  expect([names("system:bootstrap:abc"), names("system:node:n1")]).toEqual([["nodeclient"], ["selfnodeclient", "nodeclient"]]);
  expect(recognitions(csr("kubelet-serving", KUBELET), request())).toEqual([]);
});

it("lives as long as is asked for, within ten minutes and a year, from a little before", () => {
  const ttl = (expirationSeconds?: number) => lifetime(csr("x", [], expirationSeconds === undefined ? {} : { expirationSeconds }));
  expect([ttl(), ttl(60), ttl(7200), ttl(10 ** 9)]).toEqual([8760 * HOUR, 600_000, 2 * HOUR, 8760 * HOUR]);
  expect(validity(NOW, HOUR)).toEqual({ notBefore: NOW - 300_000, notAfter: NOW + HOUR });
  expect(validity(NOW, 24 * HOUR)).toEqual({ notBefore: NOW - 300_000, notAfter: NOW + 24 * HOUR - 300_000 });
});

it.each([
  ["pending for an hour", { at: 1, conditions: [] }, false],
  ["pending for more than a day", { at: 25, conditions: [] }, true],
  ["denied an hour ago", { at: 2, conditions: ["Denied"] }, true],
  ["approved, not signed", { at: 2, conditions: ["Approved"] }, false],
  ["approved and signed", { at: 2, conditions: ["Approved"], certificate: "eA==" }, true],
  ["just signed", { at: 0.5, conditions: ["Approved"], certificate: "eA==" }, false],
])("%s", (_, { at, conditions, ...status }, stale) => {
  const time = new Date(NOW - at * HOUR).toISOString();
  const object = {
    ...csr("x", []),
    metadata: { creationTimestamp: time },
    status: { ...status, conditions: conditions.map((type) => ({ type, status: "True", lastUpdateTime: time })) },
  };
  expect(isStale(object, NOW)).toBe(stale);
});
