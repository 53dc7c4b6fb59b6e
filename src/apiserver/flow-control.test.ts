import { expect, it } from "vitest";
import type { PolicyRulesWithSubjects } from "../api/index.ts";
import { type FlowRequest, matchesRule } from "./flow-control.ts";

const info = { group: "apps", version: "v1", resource: "deployments", subresource: "", namespace: "shop", name: "web", rest: "" };
const request: FlowRequest = { user: { name: "jane", groups: ["dev", "system:authenticated"] }, verb: "get", path: "/apis", info };
const account = { ...request, user: { name: "system:serviceaccount:kube-system:gc", groups: [] } };
const resources = [{ verbs: ["get"], apiGroups: ["apps"], resources: ["deployments"], namespaces: ["shop"] }];
const rule = (subject: object, more: Partial<PolicyRulesWithSubjects> = { resourceRules: resources }): PolicyRulesWithSubjects => ({
  subjects: [{ kind: "?", ...subject }],
  ...more,
});
const jane = { user: { name: "jane" } };
const urls = (...nonResourceURLs: string[]) => ({ nonResourceRules: [{ verbs: ["*"], nonResourceURLs }] });
const outside = (path: string): FlowRequest => ({ ...request, info: undefined, path });

it.each<[string, PolicyRulesWithSubjects, FlowRequest, boolean]>([
  ["a user", rule(jane), request, true],
  ["another user", rule({ user: { name: "joe" } }), request, false],
  ["everybody", rule({ user: { name: "*" } }), request, true],
  ["a group", rule({ group: { name: "dev" } }), request, true],
  ["a service account", rule({ serviceAccount: { namespace: "kube-system", name: "gc" } }), account, true],
  ["all of a namespace", rule({ serviceAccount: { namespace: "kube-system", name: "*" } }), account, true],
  ["those of another namespace", rule({ serviceAccount: { namespace: "default", name: "*" } }), account, false],
  ["another verb", rule(jane), { ...request, verb: "list" }, false],
  ["a subresource, which is a resource of its own", rule(jane), { ...request, info: { ...info, subresource: "scale" } }, false],
  ["the whole cluster, for a rule of namespaces", rule(jane), { ...request, info: { ...info, namespace: "" } }, false],
  ["a path", rule(jane, urls("/healthz")), outside("/healthz"), true],
  ["what is below a path", rule(jane, urls("/apis/*")), outside("/apis/apps/v1"), true],
  ["a path beside it", rule(jane, urls("/apis/*")), outside("/api"), false],
])("matches %s", (_what, given, asked, matches) => expect(matchesRule(given, asked)).toBe(matches));
