import type { ClusterRole, ClusterRoleBinding, PolicyRule, RbacSubject, Role, RoleBinding, RoleRef } from "../../api/index.ts";
import type { MemoryStore } from "../../etcd/index.ts";
import { goQuote, notFound, type StatusError } from "../../machinery/index.ts";
import type { UserInfo } from "../types.ts";

/** A binding that grants something to a user, and as which of its subjects. */
interface Grant {
  readonly binding: RoleBinding | ClusterRoleBinding;
  readonly subject: RbacSubject;
  readonly order: number;
}

/** Rules with where they come from. */
export interface GrantedRules {
  readonly rules: readonly PolicyRule[];
  /** `ClusterRoleBinding "x" of ClusterRole "y" to User "z"`. */
  readonly source: string;
}

export interface Granted {
  readonly grants: readonly GrantedRules[];
  /** Roles that bindings name and that are not there. */
  readonly errors: readonly string[];
}

type BySubject = Map<string, Grant[]>;

const PREFIX = { roles: "/registry/roles/", bindings: "/registry/rolebindings/" } as const;
const CLUSTER = { roles: "/registry/clusterroles/", bindings: "/registry/clusterrolebindings/" } as const;

/** The RBAC objects of the store, by whom they are about. Read again only after one of them was written. */
export class RbacPolicy {
  readonly #store: MemoryStore;
  #stale = true;
  #everywhere: BySubject = new Map();
  #byNamespace = new Map<string, BySubject>();
  #generation = 0;

  constructor(store: MemoryStore) {
    this.#store = store;
    const onWrite = (): void => {
      this.#stale = true;
    };
    for (const prefix of [...Object.values(PREFIX), ...Object.values(CLUSTER)]) store.watch({ prefix, from: 0 }, onWrite);
  }

  /** Changes when decisions may change. */
  get generation(): number {
    if (this.#stale) this.#read();
    return this.#generation;
  }

  /** What a user is granted everywhere, in the order of the bindings' names. */
  everywhere(user: UserInfo): Granted {
    if (this.#stale) this.#read();
    return this.#resolve(this.#everywhere, user, "");
  }

  /** What a user is granted in a namespace besides. */
  within(user: UserInfo, namespace: string): Granted {
    if (this.#stale) this.#read();
    const bindings = this.#byNamespace.get(namespace);
    return bindings ? this.#resolve(bindings, user, namespace) : NOTHING;
  }

  /** The rules a binding refers to; a refusal where the role is not there. */
  rulesOf({ kind, name }: RoleRef, namespace: string): readonly PolicyRule[] | StatusError {
    const cluster = kind === "ClusterRole";
    const key = cluster ? `${CLUSTER.roles}${name}` : `${PREFIX.roles}${namespace}/${name}`;
    const role = this.#store.get(key)?.value as Role | ClusterRole | undefined;
    return role ? (role.rules ?? []) : notFound(cluster ? "clusterrole" : "role", name, "rbac.authorization.k8s.io");
  }

  #read(): void {
    this.#stale = false;
    this.#generation++;
    this.#everywhere = new Map();
    this.#byNamespace = new Map();
    const read = (prefix: string): readonly (RoleBinding | ClusterRoleBinding)[] =>
      this.#store.range({ prefix }).entries.map((entry) => entry.value as RoleBinding | ClusterRoleBinding);
    for (const [order, binding] of read(CLUSTER.bindings).entries()) enter(this.#everywhere, binding, "", order);
    for (const [order, binding] of read(PREFIX.bindings).entries()) {
      const namespace = binding.metadata?.namespace ?? "";
      let bySubject = this.#byNamespace.get(namespace);
      if (!bySubject) this.#byNamespace.set(namespace, (bySubject = new Map()));
      enter(bySubject, binding, namespace, order);
    }
  }

  #resolve(bySubject: BySubject, user: UserInfo, namespace: string): Granted {
    const found = new Map<number, Grant>();
    for (const key of [`User ${user.name}`, ...user.groups.map((group) => `Group ${group}`)])
      for (const grant of bySubject.get(key) ?? []) {
        const known = found.get(grant.order);
        if (!known || indexIn(grant) < indexIn(known)) found.set(grant.order, grant);
      }
    const grants: GrantedRules[] = [];
    const errors: string[] = [];
    for (const grant of [...found.values()].sort((a, b) => a.order - b.order)) {
      const rules = this.rulesOf(grant.binding.roleRef, namespace);
      if (rules instanceof Error) errors.push(rules.message);
      else grants.push({ rules, source: sourceOf(grant, namespace) });
    }
    return { grants, errors };
  }
}

const NOTHING: Granted = { grants: [], errors: [] };

const indexIn = ({ binding, subject }: Grant): number => (binding.subjects ?? []).indexOf(subject);

function enter(bySubject: BySubject, binding: RoleBinding | ClusterRoleBinding, namespace: string, order: number): void {
  for (const subject of binding.subjects ?? []) {
    const key = subjectKey(subject, namespace);
    if (key === undefined) continue;
    const grants = bySubject.get(key);
    if (grants) grants.push({ binding, subject, order });
    else bySubject.set(key, [{ binding, subject, order }]);
  }
}

/** Service accounts are users with a name of their own; in a RoleBinding they may leave out its namespace. */
function subjectKey({ kind, name, namespace: own }: RbacSubject, namespace: string): string | undefined {
  if (kind !== "ServiceAccount") return `${kind} ${name}`;
  const place = own || namespace;
  return place === "" ? undefined : `User system:serviceaccount:${place}:${name}`;
}

/** k8s: registry/rbac/validation roleBindingDescriber, describeSubject. */
function sourceOf({ binding, subject }: Grant, namespace: string): string {
  const { roleRef, metadata } = binding;
  const name = namespace === "" ? metadata?.name : `${metadata?.name}/${namespace}`;
  const who = subject.kind === "ServiceAccount" ? `${subject.name}/${subject.namespace || namespace}` : subject.name;
  return `${namespace === "" ? "ClusterRoleBinding" : "RoleBinding"} ${goQuote(name ?? "")} of ${roleRef.kind} ${goQuote(roleRef.name)} to ${subject.kind} ${goQuote(who)}`;
}
