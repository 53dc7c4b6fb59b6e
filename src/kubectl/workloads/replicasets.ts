import { semanticEqual } from "../../machinery/index.ts";
import { selectorText } from "../describe/selectors.ts";
import type { Deployment, PodTemplate, ReplicaSet } from "../describe/types.ts";
import type { Session } from "../rest/session.ts";

export const REVISION = "deployment.kubernetes.io/revision";

export const revisionOf = (o: { readonly metadata: { readonly annotations?: Readonly<Record<string, string>> } }): number =>
  Number(o.metadata.annotations?.[REVISION] ?? 0);

/** A Deployment's ReplicaSets: the one of its present template, and the older ones, with pods or without (k8s: deployment.go GetAllReplicaSetsInChunks). */
export async function replicaSetsOf(
  session: Session,
  d: Deployment,
): Promise<{ current: ReplicaSet | undefined; old: readonly ReplicaSet[]; all: readonly ReplicaSet[] }> {
  const list = (await session.object("GET", `/apis/apps/v1/namespaces/${d.metadata.namespace ?? ""}/replicasets`, {
    query: { labelSelector: selectorText(d.spec.selector) },
  })) as { items?: readonly ReplicaSet[] };
  const all = (list.items ?? [])
    .filter((r) => r.metadata.ownerReferences?.some((o) => o.controller && o.uid === d.metadata.uid))
    .sort((a, b) =>
      (a.metadata.creationTimestamp ?? "") < (b.metadata.creationTimestamp ?? "")
        ? -1
        : (a.metadata.creationTimestamp ?? "") > (b.metadata.creationTimestamp ?? "")
          ? 1
          : a.metadata.name < b.metadata.name
            ? -1
            : 1,
    );
  const current = all.find((r) => semanticEqual(withoutHash(r.spec.template), withoutHash(d.spec.template)));
  return { current, old: all.filter((r) => r !== current), all };
}

export function withoutHash(template: PodTemplate): PodTemplate {
  const { "pod-template-hash": hash, ...labels } = template.metadata?.labels ?? {};
  void hash;
  return { ...template, metadata: { ...template.metadata, labels } };
}
