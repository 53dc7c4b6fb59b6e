import type { PolicyRule } from "../../../api/index.ts";
import { CliError, NoResourceMatch } from "../../errors.ts";
import { array, str, map, strings, type FlagTable } from "../../flags/parse.ts";
import { type Discovery, findType, type ResourceType } from "../../rest/discovery.ts";
import type { Command, Invocation } from "../../types.ts";
import { generator } from "./generator.ts";

const GROUP = "rbac.authorization.k8s.io";
const API_VERSION = `${GROUP}/v1`;
const RESOURCE_VERBS =
  "* get delete list create update patch watch proxy deletecollection use bind approve sign escalate impersonate".split(" ");

const roleFlags: FlagTable = {
  resource: strings("Resource that the rule applies to"),
  "resource-name": array("Resource in the white list that the rule applies to, repeat this flag for multiple items"),
  verb: strings("Verb that applies to the resources contained in the rule"),
};

/** One rule a group, groups sorted (k8s: create_role.go generateResourcePolicyRules). */
async function rulesOf({ flags, session, proc }: Invocation, paths: readonly string[] = []): Promise<readonly PolicyRule[]> {
  const given = [...new Set(flags.list("verb"))];
  const verbs = given.includes("*") ? ["*"] : given;
  const resources = flags.list("resource");
  if (verbs.length === 0) throw new CliError("at least one verb must be specified");
  if (resources.length > 0)
    for (const verb of verbs)
      if (!RESOURCE_VERBS.includes(verb)) await proc.stderr.write(`Warning: '${verb}' is not a standard resource verb\n`);
  const byGroup = new Map<string, string[]>();
  const discovery = resources.length > 0 ? await session.discovery() : undefined;
  for (const item of resources) {
    const [name = "", subresource] = item.split(/\/(.*)/);
    const type = name === "*" || !discovery ? undefined : mapped(discovery, name);
    const group = type?.group ?? "";
    const whole = `${type?.name ?? name}${subresource === undefined ? "" : `/${subresource}`}`;
    const known = byGroup.get(group) ?? [];
    if (!known.includes(whole)) byGroup.set(group, [...known, whole]);
  }
  const resourceNames = flags.list("resource-name");
  const rules = [...byGroup.keys()].sort().map((group) => ({
    apiGroups: [group],
    ...(resourceNames.length > 0 ? { resourceNames } : {}),
    resources: byGroup.get(group) ?? [],
    verbs,
  }));
  return paths.length > 0 ? [...rules, { nonResourceURLs: paths, verbs }] : rules;
}

function mapped(discovery: Discovery, name: string): ResourceType {
  try {
    return findType(discovery, name);
  } catch (error) {
    throw error instanceof CliError ? new NoResourceMatch(error.message) : error;
  }
}

export const role = generator({
  name: "role",
  short: "Create a role with single rule",
  usage: "NAME --verb=verb --resource=resource.group/subresource [--resource-name=resourcename] [--dry-run=server|client|none]",
  namespaced: true,
  flags: roleFlags,
  async build(name, invocation) {
    if (invocation.flags.list("verb").length > 0 && invocation.flags.list("resource").length === 0)
      throw new CliError("at least one resource must be specified");
    return { apiVersion: API_VERSION, kind: "Role", metadata: { name }, rules: await rulesOf(invocation) };
  },
});

export const clusterrole = generator({
  name: "clusterrole",
  short: "Create a cluster role",
  usage: "NAME --verb=verb --resource=resource.group [--resource-name=resourcename] [--dry-run=server|client|none]",
  namespaced: false,
  flags: {
    ...roleFlags,
    "aggregation-rule": {
      ...map("An aggregation label selector for combining ClusterRoles."),
      check: (value) =>
        value.split(",").every((pair) => pair.trim() === "" || pair.includes("=")) ? undefined : "malformed pair, expect string=string",
    },
    "non-resource-url": strings("A partial url that user should have access to."),
  },
  async build(name, invocation) {
    const { flags } = invocation;
    const head = { apiVersion: API_VERSION, kind: "ClusterRole", metadata: { name } };
    const labels = flags.list("aggregation-rule");
    const paths = flags.list("non-resource-url");
    if (labels.length > 0) {
      if (["verb", "resource", "resource-name", "non-resource-url"].some((flag) => flags.list(flag).length > 0))
        throw new CliError("aggregation rule must be specified without nonResourceURLs, resources and verbs");
      const matchLabels = Object.fromEntries(labels.map((label) => label.split(/=(.*)/s).slice(0, 2) as [string, string]));
      return { ...head, aggregationRule: { clusterRoleSelectors: [{ matchLabels }] }, rules: null };
    }
    if (flags.list("verb").length > 0 && flags.list("resource").length === 0 && paths.length === 0)
      throw new CliError("one of resource or nonResourceURL must be specified");
    return { ...head, rules: await rulesOf(invocation, paths) };
  },
});

const subjectFlags: FlagTable = {
  group: array("Groups to bind to the role. The flag can be repeated to add multiple groups."),
  serviceaccount: array("Service accounts to bind to the role, in the format <namespace>:<name>."),
  user: array("Usernames to bind to the role. The flag can be repeated to add multiple users."),
};

function subjects({ flags }: Invocation): { readonly subjects?: readonly object[] } {
  const named = (kind: string, names: readonly string[]): readonly object[] => names.map((name) => ({ apiGroup: GROUP, kind, name }));
  const accounts = flags.list("serviceaccount").map((text) => {
    const [namespace, name, ...more] = text.split(":");
    if (!namespace || !name || more.length > 0) throw new CliError("serviceaccount must be <namespace>:<name>");
    return { kind: "ServiceAccount", name, namespace };
  });
  const all = [...named("User", flags.list("user")), ...named("Group", flags.list("group")), ...accounts];
  return all.length > 0 ? { subjects: all } : {};
}

export const rolebinding: Command = generator({
  name: "rolebinding",
  short: "Create a role binding for a particular role or cluster role",
  usage:
    "NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]",
  namespaced: true,
  failing: "failed to create rolebinding",
  flags: {
    ...subjectFlags,
    clusterrole: str("ClusterRole this RoleBinding should reference"),
    role: str("Role this RoleBinding should reference"),
  },
  build(name, invocation) {
    const [cluster, own] = [invocation.flags.string("clusterrole"), invocation.flags.string("role")];
    if ((cluster === "") === (own === "")) throw new CliError("exactly one of clusterrole or role must be specified");
    return {
      apiVersion: API_VERSION,
      kind: "RoleBinding",
      metadata: { name },
      roleRef: { apiGroup: GROUP, kind: cluster ? "ClusterRole" : "Role", name: cluster || own },
      ...subjects(invocation),
    };
  },
});

export const clusterrolebinding: Command = generator({
  name: "clusterrolebinding",
  short: "Create a cluster role binding for a particular cluster role",
  usage:
    "NAME --clusterrole=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]",
  namespaced: false,
  failing: "failed to create clusterrolebinding",
  required: ["clusterrole"],
  flags: { ...subjectFlags, clusterrole: str("ClusterRole this ClusterRoleBinding should reference", undefined, "", "clusterroles") },
  build: (name, invocation) => ({
    apiVersion: API_VERSION,
    kind: "ClusterRoleBinding",
    metadata: { name },
    roleRef: { apiGroup: GROUP, kind: "ClusterRole", name: invocation.flags.string("clusterrole") },
    ...subjects(invocation),
  }),
});
