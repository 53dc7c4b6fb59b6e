import { expect, it } from "vitest";
import type { Status } from "../../../machinery/index.ts";
import { testServer } from "../../testing/server.ts";

const GROUP = "/apis/admissionregistration.k8s.io/v1";
const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const user = { name: "ann", uid: "7", groups: ["system:authenticated"], extra: { from: ["here"] } };
const ANN = "&{ann 7 [system:authenticated] map[from:[here]]}";

async function annsServer() {
  const s = await testServer();
  const allow = async (name: string, apiGroup: string, resource: string, verbs: readonly string[]): Promise<void> => {
    const rules = [{ apiGroups: [apiGroup], resources: [resource], verbs }];
    await s.ask("POST", `${RBAC}/clusterroles`, { body: { metadata: { name }, rules } });
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name };
    const subjects = [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: user.name }];
    await s.ask("POST", `${RBAC}/clusterrolebindings`, { body: { metadata: { name }, roleRef, subjects } });
    await s.clock.advance(1);
  };
  await allow("policies", "admissionregistration.k8s.io", "*", ["*"]);
  /** As Ann. */
  const create = async (plural: string, body: object): Promise<string> => {
    const answer = await s.ask("POST", `${GROUP}/${plural}`, { body, user });
    const said = answer.status < 300 ? "" : ` ${(answer.body as Status).message}`;
    return [`${answer.status}${said}`, ...(answer.warnings ?? [])].join(" | ");
  };
  return { ...s, allow, create };
}

const resourceRules = [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["secrets"] }];
const spec = { paramKind: { apiVersion: "v1", kind: "ConfigMap" }, matchConstraints: { resourceRules } };
const policy = { metadata: { name: "p.static.k8s.io" }, spec: { ...spec, validations: [{ expression: "true" }] } };
const paramRef = { name: "limits", namespace: "default", parameterNotFoundAction: "Deny" };
const binding = { metadata: { name: "b" }, spec: { policyName: "p.static.k8s.io", validationActions: ["Deny"], paramRef } };

it("has a policy read for nobody what he may not read himself", async () => {
  const { allow, create } = await annsServer();
  expect(await create("validatingadmissionpolicies", policy)).toBe(
    `422 ValidatingAdmissionPolicy.admissionregistration.k8s.io "p.static.k8s.io" is invalid: spec.paramKind: Forbidden: user ${ANN} must have "get" permission on all objects of the referenced paramKind (kind=ConfigMap, apiVersion=v1)`,
  );
  await allow("config", "", "configmaps", ["get"]);
  expect(await create("validatingadmissionpolicies", policy)).toBe(
    '201 | metadata.name: names ending with ".static.k8s.io" are reserved for static manifest-based configurations and cannot be managed via the API',
  );
});

it("has a binding read for nobody what he may not read himself: anything, while nobody knows what", async () => {
  const { allow, ask, create } = await annsServer();
  const plural = "validatingadmissionpolicybindings";
  const refused = `422 ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io "b" is invalid: spec.paramRef: Forbidden: user ${ANN} does not have "get" permission on the object referenced by paramRef`;
  await allow("config", "", "configmaps", ["get"]);
  expect(await create(plural, binding)).toBe(refused);
  await ask("POST", `${GROUP}/validatingadmissionpolicies`, { body: policy });
  expect(await create(plural, binding)).toBe("201");
});

it("lists what a mutating policy's selector chooses", async () => {
  const { allow, ask, create } = await annsServer();
  const patch = { patchType: "JSONPatch", jsonPatch: { expression: "[JSONPatch{op: 'remove', path: '/data'}]" } };
  const mutating = { metadata: { name: "m" }, spec: { ...spec, reinvocationPolicy: "Never", mutations: [patch] } };
  expect(await ask("POST", `${GROUP}/mutatingadmissionpolicies`, { body: mutating })).toMatchObject({ status: 201 });
  const chosen = { metadata: { name: "b" }, spec: { policyName: "m", paramRef: { selector: {}, parameterNotFoundAction: "Deny" } } };
  await allow("config", "", "configmaps", ["get"]);
  expect(await create("mutatingadmissionpolicybindings", chosen)).toBe(
    `422 MutatingAdmissionPolicyBinding.admissionregistration.k8s.io "b" is invalid: spec.paramRef: Forbidden: user list does not have "${ANN}" permission on the object referenced by paramRef`,
  );
  await allow("lists", "", "configmaps", ["list"]);
  expect(await create("mutatingadmissionpolicybindings", chosen)).toBe("201");
});
