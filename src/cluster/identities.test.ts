import { describe, expect, it } from "vitest";
import type { CertificateSigningRequest, Secret } from "../api/index.ts";
import { ADAS_REQUEST } from "../pki/testing/request.ts";
import { testCluster } from "./testing.ts";

const causes = [{ kind: "input" as const, at: 0, sequence: 0, what: "test" }];
const admin = { name: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] };
const approved = { type: "Approved", status: "True", reason: "Test" };

const request = (name: string, usages: readonly string[]): CertificateSigningRequest => ({
  apiVersion: "certificates.k8s.io/v1",
  kind: "CertificateSigningRequest",
  metadata: { name },
  spec: { request: btoa(ADAS_REQUEST), signerName: "kubernetes.io/kube-apiserver-client", usages },
});

describe("a control plane without nodes", () => {
  it("signs what is approved, says what it does not sign, and forgets both", async () => {
    const c = await testCluster({ preset: "reference", nodes: 0 });
    const client = c.client(admin, "test", causes);
    for (const [name, usages] of [
      ["good", ["client auth"]],
      ["odd", ["server auth"]],
    ] as const) {
      const made = await client.create("certificatesigningrequests", request(name, usages));
      await client.update("certificatesigningrequests", { ...made, status: { conditions: [approved] } }, "approval");
    }
    await c.advance(5);
    const [good, odd] = await Promise.all(["good", "odd"].map((name) => client.get("certificatesigningrequests", undefined, name)));
    expect(atob(good?.status?.certificate ?? "")).toMatch(/^-----BEGIN CERTIFICATE-----\n/);
    expect(odd?.status?.conditions?.map(({ type, reason, message }) => [type, reason, message])).toEqual([
      ["Approved", "Test", undefined],
      ["Failed", "SignerValidationFailure", "invalid usage for client certificate: server auth"],
    ]);
    await c.advance(2 * 3600 + 10);
    expect((await client.list("certificatesigningrequests")).items).toEqual([]);
    c.stop();
  });

  it("gives Secrets that ask for it a token, and takes them away with their account", async () => {
    const c = await testCluster({ preset: "reference", nodes: 0 });
    const client = c.client(admin, "test", causes);
    const metadata = { name: "robot", namespace: "default" };
    await client.create("serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount", metadata });
    const secret: Secret = {
      apiVersion: "v1",
      kind: "Secret",
      type: "kubernetes.io/service-account-token",
      metadata: { ...metadata, annotations: { "kubernetes.io/service-account.name": "robot" } },
    };
    await client.create("secrets", secret);
    await c.advance(2);
    const { data = {} } = await client.get("secrets", "default", "robot");
    expect([Object.keys(data).sort(), atob(data["namespace"] ?? "")]).toEqual([["ca.crt", "namespace", "token"], "default"]);
    expect(atob(data["ca.crt"] ?? "")).toBe(c.authority().certificate);
    const answer = await c.api.handle({
      method: "GET",
      path: "/api",
      headers: { authorization: `Bearer ${atob(data["token"] ?? "")}` },
      agent: "test",
      causes,
    });
    expect(answer.status).toBe(200);
    await client.delete("serviceaccounts", "default", "robot");
    await c.advance(2);
    await expect(client.get("secrets", "default", "robot")).rejects.toThrow('secrets "robot" not found');
    c.stop();
  });

  it("starts where nobody may do anything", async () => {
    const c = await testCluster({ preset: "reference", nodes: 0, authorizationModes: ["AlwaysDeny"] });
    expect(await c.sh("kubectl get ns -o name | wc -l; kubectl get --raw /api --as=x")).toMatch(
      /^4\n.*User "x" cannot get path "\/api": Everything is forbidden\.\n?\[1\]$/s,
    );
    c.stop();
  });

  it("fills the roles that gather others", async () => {
    const c = await testCluster({ preset: "reference", nodes: 0 });
    await c.advance(3);
    expect(
      await c.sh(
        "kubectl auth can-i get pods --as=x --as-group=viewers; kubectl create clusterrolebinding v --clusterrole=view --group=viewers; sleep 1; kubectl auth can-i get pods --as=x --as-group=viewers",
      ),
    ).toBe("no\nclusterrolebinding.rbac.authorization.k8s.io/v created\nyes");
    c.stop();
  });
});
