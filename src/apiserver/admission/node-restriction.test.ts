import { beforeEach, describe, expect, it } from "vitest";
import { loadCurves } from "../../pki/index.ts";
import { testServer } from "../testing/server.ts";

const kubelet = { name: "system:node:node-1", groups: ["system:nodes", "system:authenticated"] };
const node = (name: string, labels: Record<string, string> = {}, spec: object = {}) => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name, labels },
  spec,
});

let s: Awaited<ReturnType<typeof testServer>>;
const told = async (method: "POST" | "PUT" | "PATCH" | "DELETE", path: string, body?: object, user: object = kubelet): Promise<string> => {
  const contentType = method === "PATCH" ? { contentType: "application/merge-patch+json" } : {};
  const answer = await s.ask(method, path, { ...(body ? { body } : {}), ...contentType, user: user as never });
  return answer.status < 300 ? String(answer.status) : ((answer.body as { message?: string }).message ?? "");
};

beforeEach(async () => {
  s = await testServer();
  await s.ask("POST", "/api/v1/namespaces/default/serviceaccounts", {
    body: { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } },
  });
  for (const name of ["node-1", "node-2"]) await s.ask("POST", "/api/v1/nodes", { body: node(name) });
  for (const nodeName of ["node-1", "node-2"])
    await s.ask("POST", "/api/v1/namespaces/default/pods", {
      body: {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: `on-${nodeName}` },
        spec: { nodeName, containers: [{ name: "c", image: "i" }] },
      },
    });
});

const POD = "/api/v1/namespaces/default/pods";

describe("a kubelet", () => {
  it.each<[string, "POST" | "PATCH" | "DELETE", string, object | undefined, string]>([
    [
      "makes another's node",
      "POST",
      "/api/v1/nodes",
      node("node-3"),
      'nodes "node-3" is forbidden: node "node-1" is not allowed to modify node "node-3"',
    ],
    [
      "names a zone of its own making",
      "PATCH",
      "/api/v1/nodes/node-1",
      { metadata: { labels: { "topology.kubernetes.io/zone": "a", "node-restriction.kubernetes.io/x": "y", "k8s.io/z": "1" } } },
      'nodes "node-1" is forbidden: is not allowed to modify labels: k8s.io/z, node-restriction.kubernetes.io/x',
    ],
    ["labels itself", "PATCH", "/api/v1/nodes/node-1", { metadata: { labels: { "node.kubernetes.io/x": "y", mine: "1" } } }, "200"],
    [
      "lifts its taints",
      "PATCH",
      "/api/v1/nodes/node-1",
      { spec: { taints: [] } },
      'nodes "node-1" is forbidden: node "node-1" is not allowed to modify taints',
    ],
    ["writes its pod's status", "PATCH", `${POD}/on-node-1/status`, { status: { message: "x" } }, "200"],
    [
      "writes another pod's status",
      "PATCH",
      `${POD}/on-node-2/status`,
      { status: { message: "x" } },
      'pods "on-node-2" is forbidden: node "node-1" can only update pod status for pods with spec.nodeName set to itself',
    ],
    [
      "deletes another node's pod",
      "DELETE",
      `${POD}/on-node-2`,
      undefined,
      'pods "on-node-2" is forbidden: node "node-1" can only delete pods with spec.nodeName set to itself',
    ],
    [
      "makes a pod",
      "POST",
      POD,
      { apiVersion: "v1", kind: "Pod", metadata: { name: "x" }, spec: { containers: [{ name: "c", image: "i" }] } },
      'pods "x" is forbidden: pod does not have "kubernetes.io/config.mirror" annotation, node "node-1" can only create mirror pods',
    ],
    [
      "asks for a token that no pod needs",
      "POST",
      "/api/v1/namespaces/default/serviceaccounts/default/token",
      { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} },
      'serviceaccounts "default" is forbidden: node requested token not bound to a pod',
    ],
  ])("%s", async (_, method, path, body, answer) => {
    expect(await told(method, path, body)).toBe(answer);
  });

  it("gets tokens for the pods on it, for the audiences they name", async () => {
    const uid = ((await s.ask("GET", `${POD}/on-node-1`)).body as { metadata: { uid: string } }).metadata.uid;
    const ask = (more: object) =>
      told("POST", "/api/v1/namespaces/default/serviceaccounts/default/token", {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        spec: { boundObjectRef: { apiVersion: "v1", kind: "Pod", name: "on-node-1", uid }, ...more },
      });
    expect(await ask({})).toBe("201");
    expect(await ask({ audiences: ["vault"] })).toBe(
      'serviceaccounts "default" is forbidden: audience "vault" not found in pod spec volume, system:node:node-1 is not authorized to request tokens for this audience',
    );
  });
});

describe("a certificate", () => {
  const CSRS = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
  // openssl req -new -newkey ec -subj "/O=system:masters/CN=evil"
  const PEM = `-----BEGIN CERTIFICATE REQUEST-----
MIHjMIGKAgEAMCgxFzAVBgNVBAoMDnN5c3RlbTptYXN0ZXJzMQ0wCwYDVQQDDARl
dmlsMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE7Wdc/xyrIP/K52WslWKc81iH
LvfqGaWC/ybOvYtPwfUBpsml1Gg0lcOUA2xg4yhsX7Vv6X6fD9M62SMOiRaj+aAA
MAoGCCqGSM49BAMCA0gAMEUCIG3kYPSoQBx7x1eDTbjEIye8s+eHsgnFwRixZwfy
LGnMAiEAss32+hEGglXn+7nghBpkj70L+D9iSw3NAi2z1U1Pb34=
-----END CERTIFICATE REQUEST-----
`;
  const csr = (signerName: string) => ({
    apiVersion: "certificates.k8s.io/v1",
    kind: "CertificateSigningRequest",
    metadata: { name: "evil" },
    spec: { request: btoa(PEM), signerName, usages: ["client auth"], username: "somebody else" },
  });

  it("for system:masters nobody gets, and who asks is not for him to say", async () => {
    await loadCurves();
    const admin = { name: "root", groups: ["system:masters"] };
    expect(await told("POST", CSRS, csr("kubernetes.io/kube-apiserver-client"), admin)).toBe(
      'certificatesigningrequests.certificates.k8s.io "evil" is forbidden: use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed',
    );
    expect(await told("POST", CSRS, csr("example.com/mine"), admin)).toBe("201");
    const stored = (await s.ask("GET", `${CSRS}/evil`)).body as { spec: object; status: object };
    expect([stored.spec, stored.status]).toMatchObject([{ username: "root", groups: ["system:masters"] }, {}]);
  });

  it("is approved by who may approve for its signer", async () => {
    await told("POST", CSRS, csr("example.com/mine"), { name: "root", groups: ["system:masters"] });
    const rules = (names: readonly string[]) => [
      { apiGroups: ["certificates.k8s.io"], resources: ["certificatesigningrequests/approval"], verbs: ["patch"] },
      { apiGroups: ["certificates.k8s.io"], resources: ["signers"], resourceNames: names, verbs: ["approve"] },
    ];
    const RBAC = "/apis/rbac.authorization.k8s.io/v1";
    const apiVersion = "rbac.authorization.k8s.io/v1";
    for (const [name, signers] of [
      ["ada", ["example.com/*"]],
      ["eve", ["example.com/other"]],
    ] as const) {
      await s.ask("POST", `${RBAC}/clusterroles`, { body: { apiVersion, kind: "ClusterRole", metadata: { name }, rules: rules(signers) } });
      const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name };
      const subjects = [{ kind: "User", name }];
      await s.ask("POST", `${RBAC}/clusterrolebindings`, {
        body: { apiVersion, kind: "ClusterRoleBinding", metadata: { name }, roleRef, subjects },
      });
    }
    await s.clock.settle();
    const approve = (name: string) =>
      told("PATCH", `${CSRS}/evil/approval`, { status: { conditions: [{ type: "Approved", status: "True" }] } }, { name, groups: [] });
    expect(await approve("eve")).toBe(
      'certificatesigningrequests.certificates.k8s.io "evil" is forbidden: user not permitted to approve requests with signerName "example.com/mine"',
    );
    expect(await approve("ada")).toBe("200");
  });
});
