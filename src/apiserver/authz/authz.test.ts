import { beforeEach, describe, expect, it } from "vitest";
import { testServer } from "../testing/server.ts";

const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const IN_DEFAULT = `${RBAC}/namespaces/default`;
const user = (name: string, ...groups: string[]) => ({ name, groups: [...groups, "system:authenticated"] });
const role = (kind: string, name: string, rules: readonly object[]) => ({
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind,
  metadata: { name },
  rules,
});
const binding = (kind: string, name: string, to: string, subject: object) => ({
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind,
  metadata: { name },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: to.split("/")[0], name: to.split("/")[1] },
  subjects: [subject],
});

describe("RBAC", () => {
  let s: Awaited<ReturnType<typeof testServer>>;
  const message = async (method: "GET" | "POST" | "PUT" | "DELETE", path: string, name: string, body?: object): Promise<string> => {
    const answer = await s.ask(method, path, { user: user(name), ...(body ? { body } : {}) });
    return (answer.body as { message?: string }).message ?? String(answer.status);
  };

  beforeEach(async () => {
    s = await testServer();
    await s.ask("POST", `${IN_DEFAULT}/roles`, {
      body: role("Role", "settings", [
        { apiGroups: [""], resources: ["configmaps"], resourceNames: ["a"], verbs: ["get"] },
        { apiGroups: [""], resources: ["pods/log", "*/status"], verbs: ["get"] },
        { apiGroups: [""], resources: ["configmaps"], verbs: ["list"] },
      ]),
    });
    await s.ask("POST", `${IN_DEFAULT}/rolebindings`, {
      body: binding("RoleBinding", "b", "Role/settings", { kind: "User", name: "eve" }),
    });
  });

  it.each([
    ["a name that is listed", "/api/v1/namespaces/default/configmaps/a", 'configmaps "a" not found'],
    [
      "a name that is not",
      "/api/v1/namespaces/default/configmaps/b",
      'configmaps "b" is forbidden: User "eve" cannot get resource "configmaps" in API group "" in the namespace "default"',
    ],
    ["a list without names", "/api/v1/namespaces/default/configmaps", "200"],
    [
      "another namespace",
      "/api/v1/namespaces/kube-system/configmaps",
      'configmaps is forbidden: User "eve" cannot list resource "configmaps" in API group "" in the namespace "kube-system"',
    ],
    [
      "all namespaces",
      "/api/v1/configmaps",
      'configmaps is forbidden: User "eve" cannot list resource "configmaps" in API group "" at the cluster scope',
    ],
    ["a subresource", "/api/v1/namespaces/default/pods/web/log", 'pods "web" not found'],
    ["any resource's subresource", "/api/v1/namespaces/default/pods/web/status", 'pods "web" not found'],
    [
      "a subresource that is not listed",
      "/api/v1/namespaces/default/pods/web/exec",
      'pods "web" is forbidden: User "eve" cannot get resource "pods/exec" in API group "" in the namespace "default"',
    ],
    ["a path", "/metrics", 'forbidden: User "eve" cannot get path "/metrics"'],
  ])("decides about %s", async (_, path, answer) => {
    expect(await message("GET", path, "eve")).toBe(answer);
  });

  it("says which role a binding names in vain", async () => {
    const subject = { kind: "User", name: "bob" };
    await s.ask("POST", `${RBAC}/clusterrolebindings`, { body: binding("ClusterRoleBinding", "x", "ClusterRole/nowhere", subject) });
    expect(await message("GET", "/api/v1/nodes", "bob")).toBe(
      'nodes is forbidden: User "bob" cannot list resource "nodes" in API group "" at the cluster scope: RBAC: clusterrole.rbac.authorization.k8s.io "nowhere" not found',
    );
  });

  it("decides anew once a role or a binding has changed", async () => {
    await s.ask("DELETE", `${IN_DEFAULT}/rolebindings/b`);
    await s.clock.settle();
    expect(await message("GET", "/api/v1/namespaces/default/configmaps", "eve")).toContain("cannot list");
  });

  it("lets nobody grant what he does not hold, save who may bind or escalate", async () => {
    await s.ask("POST", `${RBAC}/clusterroles`, {
      body: role("ClusterRole", "maker", [{ apiGroups: ["rbac.authorization.k8s.io"], resources: ["*"], verbs: ["create", "get"] }]),
    });
    await s.ask("POST", `${RBAC}/clusterrolebindings`, {
      body: binding("ClusterRoleBinding", "m", "ClusterRole/maker", { kind: "User", name: "carl" }),
    });
    await s.clock.settle();
    const secrets = [{ apiGroups: ["", "apps"], resources: ["secrets"], verbs: ["get", "list"] }];
    expect(await message("POST", `${IN_DEFAULT}/roles`, "carl", role("Role", "sneaky", secrets))).toBe(
      'roles.rbac.authorization.k8s.io "sneaky" is forbidden: user "carl" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}\n{APIGroups:["apps"], Resources:["secrets"], Verbs:["get" "list"]}',
    );
    const grant = binding("RoleBinding", "grab", "Role/settings", { kind: "User", name: "carl" });
    expect(await message("POST", `${IN_DEFAULT}/rolebindings`, "carl", grant)).toContain(
      '\n{APIGroups:[""], Resources:["*/status"], Verbs:["get"]}\n{APIGroups:[""], Resources:["configmaps"], ResourceNames:["a"], Verbs:["get"]}\n{APIGroups:[""], Resources:["configmaps"], Verbs:["list"]}\n{APIGroups:[""], Resources:["pods/log"], Verbs:["get"]}',
    );
    await s.ask("POST", `${IN_DEFAULT}/roles`, {
      body: role("Role", "binder", [
        { apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles"], resourceNames: ["settings"], verbs: ["bind"] },
      ]),
    });
    await s.ask("POST", `${IN_DEFAULT}/rolebindings`, {
      body: binding("RoleBinding", "c", "Role/binder", { kind: "User", name: "carl" }),
    });
    await s.clock.settle();
    expect(await message("POST", `${IN_DEFAULT}/rolebindings`, "carl", grant)).toBe("201");
  });

  it("knows service accounts by name, in a RoleBinding without their namespace", async () => {
    await s.ask("POST", `${IN_DEFAULT}/rolebindings`, {
      body: binding("RoleBinding", "sa", "Role/settings", { kind: "ServiceAccount", name: "robot" }),
    });
    await s.clock.settle();
    expect(await message("GET", "/api/v1/namespaces/default/configmaps", "system:serviceaccount:default:robot")).toBe("200");
    expect(await message("GET", "/api/v1/namespaces/default/configmaps", "system:serviceaccount:other:robot")).toContain("cannot list");
  });
});

describe("the modes", () => {
  const as = async (modes: readonly ("AlwaysAllow" | "AlwaysDeny" | "Node" | "RBAC")[], who: object, path: string, query = {}) => {
    const s = await testServer({ authorizationModes: modes });
    const { status, body } = await s.ask("GET", path, { user: who as never, query });
    return status === 403 ? (body as { message: string }).message : String(status);
  };

  it("AlwaysAllow and AlwaysDeny ask nothing; system:masters is above them all", async () => {
    expect(await as(["AlwaysAllow"], user("x"), "/api/v1/nodes")).toBe("200");
    expect(await as(["AlwaysDeny"], user("x"), "/api/v1/nodes")).toBe(
      'nodes is forbidden: User "x" cannot list resource "nodes" in API group "" at the cluster scope: Everything is forbidden.',
    );
    expect(await as(["AlwaysDeny"], user("x", "system:masters"), "/api/v1/nodes")).toBe("200");
  });

  it.each([
    ["/api/v1/nodes/node-1", {}, "404"],
    ["/api/v1/nodes", {}, "node 'node-1' cannot read all nodes, only its own Node object"],
    ["/api/v1/nodes/node-2", {}, "node 'node-1' cannot read 'node-2', only its own Node object"],
    ["/api/v1/pods", { fieldSelector: "spec.nodeName=node-1" }, "200"],
    ["/api/v1/pods", {}, "can only list/watch pods with spec.nodeName field selector"],
    ["/api/v1/namespaces/default/secrets/s", {}, "no relationship found between node 'node-1' and this object"],
    ["/api/v1/secrets", {}, "can only read namespaced object of this type"],
    ["/api/v1/services", {}, "200"],
    ["/apis/apps/v1/deployments", {}, 'in API group "apps" at the cluster scope'],
  ])("a kubelet that asks for %s %j", async (path, query, answer) => {
    const said = await as(["Node", "RBAC"], { name: "system:node:node-1", groups: ["system:nodes", "system:authenticated"] }, path, query);
    expect(said.endsWith(answer) ? answer : said).toBe(answer);
  });

  it("a kubelet reads what the pods on its node need, for as long as they are there", async () => {
    const s = await testServer();
    const kubelet = { name: "system:node:node-1", groups: ["system:nodes", "system:authenticated"] };
    const secret = "/api/v1/namespaces/default/secrets/s";
    const ask = async () => (await s.ask("GET", secret, { user: kubelet })).status;
    await s.ask("POST", "/api/v1/namespaces/default/serviceaccounts", {
      body: { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } },
    });
    await s.ask("POST", "/api/v1/namespaces/default/pods", {
      body: {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "p" },
        spec: { nodeName: "node-1", containers: [{ name: "c", image: "i", envFrom: [{ secretRef: { name: "s" } }] }] },
      },
    });
    expect(await ask()).toBe(404);
    await s.ask("DELETE", "/api/v1/namespaces/default/pods/p", { query: { gracePeriodSeconds: "0" } });
    await s.clock.settle();
    expect(await ask()).toBe(403);
  });
});
