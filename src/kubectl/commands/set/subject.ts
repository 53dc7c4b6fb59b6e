import { CliError } from "../../errors.ts";
import { array } from "../../flags/parse.ts";
import type { Command, Resource } from "../../types.ts";
import { changeEach, common, refuseAllAndSelector, refuseLocalResources, refuseLocalServer, showing, subjects } from "./change.ts";

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly apiGroup?: string;
  readonly namespace?: string;
}
const RBAC = "rbac.authorization.k8s.io";

export const subject: Command = {
  name: "subject",
  short: "Update the user, group, or service account in a role binding or cluster role binding",
  usage:
    "(-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]",
  arguments: "none",
  flags: {
    ...common,
    group: array("Groups to bind to the role"),
    serviceaccount: array("Service accounts to bind to the role"),
    user: array("Usernames to bind to the role"),
  },
  async run(invocation) {
    const { args, flags, session } = invocation;
    const shown = showing(invocation);
    refuseLocalResources(invocation, args);
    const list = await subjects(invocation, args);
    refuseLocalServer(invocation, shown);
    refuseAllAndSelector(invocation);
    const [users, groups, accounts] = ["user", "group", "serviceaccount"].map((f) => [...new Set(flags.list(f))].sort()) as [
      string[],
      string[],
      string[],
    ];
    if (users.length + groups.length + accounts.length === 0)
      throw new CliError("you must specify at least one value of user, group or serviceaccount");
    const accountsNamed = accounts.map((account): Subject => {
      const [namespace = "", name = "", ...more] = account.split(":");
      if (name === "" || more.length > 0) throw new CliError("serviceaccount must be <namespace>:<name>");
      if (namespace === "" && list.some(({ target }) => target.type.kind === "ClusterRoleBinding"))
        throw new CliError("serviceaccount must be <namespace>:<name>, namespace must be specified");
      return { kind: "ServiceAccount", name, namespace: namespace || session.namespace };
    });
    const added: readonly Subject[] = [
      ...users.map((name) => ({ kind: "User", apiGroup: RBAC, name })),
      ...groups.map((name) => ({ kind: "Group", apiGroup: RBAC, name })),
      ...accountsNamed,
    ];
    await changeEach(invocation, shown, list, {
      past: "subjects updated",
      failing: "failed to patch subjects to rolebinding:",
      work: (object) => withSubjects(object, added),
    });
  },
};

const same = (a: Subject, b: Subject): boolean =>
  a.kind === b.kind && a.name === b.name && (a.apiGroup ?? "") === (b.apiGroup ?? "") && (a.namespace ?? "") === (b.namespace ?? "");

function withSubjects(object: Resource, added: readonly Subject[]): Resource | undefined {
  if (object.kind !== "RoleBinding" && object.kind !== "ClusterRoleBinding")
    throw new CliError("setting subjects is only supported for RoleBinding/ClusterRoleBinding");
  const before = (object["subjects"] ?? []) as readonly Subject[];
  const more = added.filter((s) => !before.some((b) => same(b, s)));
  return more.length > 0 ? { ...object, subjects: [...before, ...more] } : undefined;
}
