import type { Errors } from "../checks.ts";
import { ageColumn } from "../columns.ts";
import type { ClusterRoleBinding, RbacSubject as Subject, RoleBinding } from "../generated/types.ts";
import type { Column, Kind } from "../kind.ts";
import { checkBinding, checkSameRole, defaultBinding } from "./rules.ts";

type Binding = RoleBinding | ClusterRoleBinding;

const names = (binding: Binding, kind: string, text: (s: Subject) => string): string =>
  (binding.subjects ?? [])
    .filter((s) => s.kind === kind)
    .map(text)
    .join(", ");

const columns: readonly Column<Binding>[] = [
  { name: "Role", description: "The role that is granted.", cell: ({ roleRef }) => `${roleRef.kind}/${roleRef.name}` },
  ageColumn,
  { name: "Users", description: "Users who have it.", wide: true, cell: (b) => names(b, "User", (s) => s.name) },
  { name: "Groups", description: "Groups whose members have it.", wide: true, cell: (b) => names(b, "Group", (s) => s.name) },
  {
    name: "ServiceAccounts",
    description: "Service accounts that have it.",
    wide: true,
    cell: (b) => names(b, "ServiceAccount", (s) => `${s.namespace ?? ""}/${s.name}`),
  },
];

const rules = {
  group: "rbac.authorization.k8s.io",
  version: "v1",
  nameFormat: "path-segment",
  defaults: defaultBinding,
  rulesLast: true,
  validateUpdate(object: Binding, old: Binding) {
    const errors: Errors = [];
    checkSameRole(errors, object, old);
    return errors;
  },
  columns,
} as const;

export const roleBinding: Kind<RoleBinding> = {
  ...rules,
  kind: "RoleBinding",
  plural: "rolebindings",
  singular: "rolebinding",
  namespaced: true,
  validate: (object) => checkBinding(object, ["Role", "ClusterRole"], true),
};

export const clusterRoleBinding: Kind<ClusterRoleBinding> = {
  ...rules,
  kind: "ClusterRoleBinding",
  plural: "clusterrolebindings",
  singular: "clusterrolebinding",
  namespaced: false,
  validate: (object) => checkBinding(object, ["ClusterRole"], false),
};
