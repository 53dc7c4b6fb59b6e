import type { ReplicaSet, ReplicationController, Service, StatefulSet } from "../api/index.ts";
import type { Informers } from "../client/index.ts";
import { type LabelSelector, mapSelector } from "../machinery/index.ts";
import type { PodInfo } from "./types.ts";

type Labels = Readonly<Record<string, string>>;

/** As many as there may be workloads; what is forgotten is put together anew. */
const MAX_KNOWN = 4096;

/** What selects a pod: its Services' selectors and its controller's, joined (k8s: plugins/helper DefaultSelector). */
export function defaultSelectors(informers: Informers): (pod: PodInfo) => LabelSelector | undefined {
  const services = informers.of("services");
  const owners: Readonly<Record<string, { get(key: string): object | undefined }>> = {
    "v1/ReplicationController": informers.of("replicationcontrollers"),
    "apps/v1/ReplicaSet": informers.of("replicasets"),
    "apps/v1/StatefulSet": informers.of("statefulsets"),
  };
  // The same selector is the same object, so that it is read once.
  const known = new Map<string, LabelSelector>();
  return ({ pod }) => {
    const { namespace = "", labels = {}, ownerReferences } = pod.metadata ?? {};
    let matchLabels: Labels = {};
    for (const service of services.by("namespace", namespace) as readonly Service[]) {
      const selector = service.spec?.selector;
      if (selector && Object.keys(selector).length > 0 && mapSelector(selector).matches(labels))
        matchLabels = { ...matchLabels, ...selector };
    }
    const reference = ownerReferences?.find((o) => o.controller);
    const owner = reference && owners[`${reference.apiVersion}/${reference.kind}`]?.get(`${namespace}/${reference.name}`);
    const own = ownSelector(reference?.kind, owner);
    const selector: LabelSelector = {
      matchLabels: { ...matchLabels, ...own?.matchLabels },
      ...(own?.matchExpressions ? { matchExpressions: own.matchExpressions } : {}),
    };
    if (Object.keys(selector.matchLabels ?? {}).length === 0 && !selector.matchExpressions?.length) return undefined;
    const key = JSON.stringify(selector);
    const before = known.get(key);
    if (before) return before;
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(key, selector);
    return selector;
  };
}

function ownSelector(kind: string | undefined, owner: object | undefined): LabelSelector | undefined {
  if (!owner) return undefined;
  if (kind !== "ReplicationController") return (owner as ReplicaSet | StatefulSet).spec?.selector;
  const matchLabels = (owner as ReplicationController).spec?.selector;
  return matchLabels ? { matchLabels } : undefined;
}
