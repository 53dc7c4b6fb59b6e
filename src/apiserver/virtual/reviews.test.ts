import { beforeAll, expect, it } from "vitest";
import { testServer } from "../testing/server.ts";

const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const AUTHZ = "/apis/authorization.k8s.io/v1";
const eve = { name: "eve", groups: ["system:authenticated"] };
const pods = { namespace: "default", verb: "list", resource: "pods" };

let s: Awaited<ReturnType<typeof testServer>>;

beforeAll(async () => {
  s = await testServer();
  const metadata = { name: "reader" };
  const apiVersion = "rbac.authorization.k8s.io/v1";
  const rules = [
    { apiGroups: [""], resources: ["pods"], verbs: ["list"] },
    { nonResourceURLs: ["/metrics/*"], verbs: ["get"] },
  ];
  await s.ask("POST", `${RBAC}/clusterroles`, { body: { apiVersion, kind: "ClusterRole", metadata, rules } });
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "reader" };
  const subjects = [{ kind: "User", name: "eve" }];
  await s.ask("POST", `${RBAC}/clusterrolebindings`, { body: { apiVersion, kind: "ClusterRoleBinding", metadata, roleRef, subjects } });
});

/** Asked by eve herself when it is about whoever asks. */
const review = async (kind: string, path: string, spec: object, metadata?: object) => {
  const body = { apiVersion: "authorization.k8s.io/v1", kind, spec, ...(metadata ? { metadata } : {}) };
  const answer = await s.ask("POST", `${AUTHZ}/${path}`, { body, ...(kind.startsWith("Self") ? { user: eve } : {}) });
  const { status, message } = answer.body as { status: unknown; message?: string };
  return message ?? status;
};

const REASON = 'RBAC: allowed by ClusterRoleBinding "reader" of ClusterRole "reader" to User "eve"';

it.each<[string, string, object, unknown]>([
  ["SubjectAccessReview", "subjectaccessreviews", { user: "eve", resourceAttributes: pods }, { allowed: true, reason: REASON }],
  ["SubjectAccessReview", "subjectaccessreviews", { user: "eve", resourceAttributes: { ...pods, verb: "get" } }, { allowed: false }],
  [
    "SubjectAccessReview",
    "subjectaccessreviews",
    { user: "eve", nonResourceAttributes: { path: "/metrics/x", verb: "get" } },
    { allowed: true, reason: REASON },
  ],
  ["SubjectAccessReview", "subjectaccessreviews", { groups: ["system:masters"], resourceAttributes: pods }, { allowed: true }],
  [
    "SubjectAccessReview",
    "subjectaccessreviews",
    { resourceAttributes: pods, nonResourceAttributes: { path: "/", verb: "get" } },
    '.authorization.k8s.io "" is invalid: [spec.nonResourceAttributes: Invalid value: {"path":"/","verb":"get"}: cannot be specified in combination with resourceAttributes, spec.user: Invalid value: "": at least one of user or group must be specified]',
  ],
  [
    "SelfSubjectAccessReview",
    "selfsubjectaccessreviews",
    { resourceAttributes: pods },
    // Without the bootstrap policy nobody may even ask.
    'selfsubjectaccessreviews.authorization.k8s.io is forbidden: User "eve" cannot create resource "selfsubjectaccessreviews" in API group "authorization.k8s.io" at the cluster scope',
  ],
])("%s %s %j", async (kind, path, spec, answer) => {
  expect(await review(kind, path, spec)).toEqual(answer);
});

it("a local review is about its namespace", async () => {
  const ask = (resourceAttributes: object) =>
    review(
      "LocalSubjectAccessReview",
      "namespaces/default/localsubjectaccessreviews",
      { user: "eve", resourceAttributes },
      { namespace: "default" },
    );
  expect(await ask(pods)).toEqual({ allowed: true, reason: REASON });
  expect(await ask({ ...pods, namespace: "kube-system" })).toBe(
    '.authorization.k8s.io "" is invalid: spec.resourceAttributes.namespace: Invalid value: "kube-system": must match metadata.namespace',
  );
});

it("lists what one may do", async () => {
  const everything = await s.ask("POST", `${AUTHZ}/selfsubjectrulesreviews`, {
    body: { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectRulesReview", spec: { namespace: "default" } },
    user: { name: "eve", groups: ["system:masters"] },
  });
  expect((everything.body as { status: unknown }).status).toEqual({
    resourceRules: [{ verbs: ["list"], apiGroups: [""], resources: ["pods"] }],
    nonResourceRules: [{ verbs: ["get"], nonResourceURLs: ["/metrics/*"] }],
    incomplete: false,
  });
});
