import { apiVersionOf, type ClusterRole, type KubeObject, kindTable, missingRights, type Kind, type RoleBinding } from "../../api/index.ts";
import { rfc3339 } from "../../sim/index.ts";

const AUTOUPDATE = "rbac.authorization.kubernetes.io/autoupdate";
const RBAC = "rbac.authorization.k8s.io";

/** An object of a fresh cluster, with its status as controllers would soon have it. */
export interface BootstrapObject {
  readonly resource: string;
  readonly object: KubeObject & { readonly status?: object };
}

interface Compact extends Omit<KubeObject, "status"> {
  readonly status?: { readonly conditions?: readonly object[] };
}

/**
 * What kube-apiserver makes on its first start besides namespaces and its own Service, as a fresh v1.36 cluster holds it
 * (`scripts/bootstrap-data.mjs`): RBAC's policy, and the objects of those other kinds that are served. `now` in virtual ms.
 */
export async function bootstrapObjects(now: number): Promise<readonly BootstrapObject[]> {
  const { default: data } = await import("./objects.json");
  const out: BootstrapObject[] = [];
  for (const [resource, objects] of Object.entries(data as unknown as Readonly<Record<string, readonly Compact[]>>)) {
    const kind = (kindTable as unknown as Readonly<Record<string, Kind>>)[resource];
    if (kind) for (const object of objects) out.push({ resource, object: whole(kind, object, now) });
  }
  return out;
}

function whole(kind: Kind, { metadata = {}, status, ...rest }: Compact, now: number): BootstrapObject["object"] {
  const rbac = kind.group === RBAC;
  const conditions = status?.conditions?.map((condition) => ({ ...condition, lastTransitionTime: rfc3339(now) }));
  return {
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    metadata: rbac
      ? {
          ...metadata,
          annotations: { [AUTOUPDATE]: "true", ...metadata.annotations },
          labels: { "kubernetes.io/bootstrapping": "rbac-defaults", ...metadata.labels },
        }
      : metadata,
    ...rest,
    ...(status ? { status: { ...status, ...(conditions ? { conditions } : {}) } } : {}),
  };
}

/**
 * A default role or binding that is there already, with what it has lost since: rules, subjects, labels; nothing is
 * taken away, and who does not want it says autoupdate=false (k8s: component-helpers/auth/rbac/reconciliation). Itself
 * when there is nothing to do.
 */
export function reconciled<T extends KubeObject>(there: T, wanted: T): T {
  if (there.metadata?.annotations?.[AUTOUPDATE] === "false") return there;
  const labelled = withKeys(withKeys(there, wanted, "labels"), wanted, "annotations");
  return "roleRef" in wanted
    ? (withSubjects(labelled as unknown as RoleBinding, wanted as unknown as RoleBinding) as unknown as T)
    : (withRules(labelled as ClusterRole, wanted as ClusterRole) as T);
}

function withKeys<T extends KubeObject>(there: T, wanted: T, field: "labels" | "annotations"): T {
  const has = there.metadata?.[field] ?? {};
  const missing = Object.entries(wanted.metadata?.[field] ?? {}).filter(([key]) => has[key] === undefined);
  if (missing.length === 0) return there;
  return { ...there, metadata: { ...there.metadata, [field]: { ...has, ...Object.fromEntries(missing) } } };
}

function withRules(there: ClusterRole, wanted: ClusterRole): ClusterRole {
  if (wanted.aggregationRule) return there.aggregationRule ? there : { ...there, aggregationRule: wanted.aggregationRule };
  const missing = missingRights(there.rules ?? [], wanted.rules ?? []);
  return missing.length === 0 ? there : { ...there, rules: [...(there.rules ?? []), ...missing] };
}

function withSubjects(there: RoleBinding, wanted: RoleBinding): RoleBinding {
  const has = new Set((there.subjects ?? []).map((s) => `${s.kind} ${s.namespace} ${s.name}`));
  const missing = (wanted.subjects ?? []).filter((s) => !has.has(`${s.kind} ${s.namespace} ${s.name}`));
  return missing.length === 0 ? there : { ...there, subjects: [...(there.subjects ?? []), ...missing] };
}
