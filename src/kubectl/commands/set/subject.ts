import { CliError } from "../../errors.ts";
import { array } from "../../flags/parse.ts";
import type { Command, Resource } from "../../types.ts";
import { changeEach, common, subjects } from "./change.ts";

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
    if (flags.bool("local") && args.length > 0)
      throw new CliError(
        "error: you must specify resources by --filename when --local is set.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'",
      );
    const list = await subjects(invocation, args);
    if (flags.bool("all") && flags.string("selector") !== "") throw new CliError("cannot set --all and --selector at the same time");
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
    await changeEach(invocation, list, {
      past: "subjects updated",
      failing: "failed to patch subjects to rolebinding:",
      work: (object) => withSubjects(object, added),
    });
  },
};

const same = (a: Subject, b: Subject): boolean =>
  a.kind === b.kind && a.name === b.name && (a.apiGroup ?? "") === (b.apiGroup ?? "") && (a.namespace ?? "") === (b.namespace ?? "");

function withSubjects(object: Resource, added: readonly Subject[]): Resource {
  if (object.kind !== "RoleBinding" && object.kind !== "ClusterRoleBinding")
    throw new CliError("setting subjects is only supported for RoleBinding/ClusterRoleBinding");
  const before = (object["subjects"] ?? []) as readonly Subject[];
  return { ...object, subjects: [...before, ...added.filter((s) => !before.some((b) => same(b, s)))] };
}
