import { kindByGVK, type KubeObject, type OwnerReference, type Pod } from "../../api/index.ts";
import { type Client, type Informers, resourceOf } from "../../client/index.ts";
import { isNotFound } from "../../machinery/index.ts";
import { customKinds } from "../custom-resources.ts";
import { controllerOf } from "../owners.ts";

/** What the pods' controllers want, all together. */
interface Scales {
  readonly expected: number;
  /** Pods that nothing controls, which nobody counts. */
  readonly unmanaged: readonly Pod[];
}

interface Found {
  readonly uid: string;
  readonly replicas: number;
}

/** Finds what controls pods and how many it wants (k8s: disruption.go finders, getExpectedScale). */
export function createScaleFinder(informers: Informers): (client: Client, pods: readonly Pod[]) => Promise<Scales> {
  const workloads = {
    ReplicationController: { group: "", informer: informers.of("replicationcontrollers") },
    ReplicaSet: { group: "apps", informer: informers.of("replicasets") },
    Deployment: { group: "apps", informer: informers.of("deployments") },
    StatefulSet: { group: "apps", informer: informers.of("statefulsets") },
  } as const;
  const definitions = informers.of("customresourcedefinitions");

  const cached = (ref: OwnerReference, kind: keyof typeof workloads, namespace: string): KubeObject | undefined => {
    const { group, informer } = workloads[kind];
    if (ref.kind !== kind || groupOf(ref) !== group) return undefined;
    const object: KubeObject | undefined = informer.get(`${namespace}/${ref.name}`);
    return object?.metadata?.uid === ref.uid ? object : undefined;
  };

  const fromCache = (ref: OwnerReference, namespace: string): Found | undefined => {
    const set = cached(ref, "ReplicaSet", namespace);
    const above = set && controllerOf(set);
    // A ReplicaSet in the middle of a rollout wants less than its Deployment does.
    const object =
      above?.kind === "Deployment"
        ? cached(above, "Deployment", namespace)
        : (set ?? cached(ref, "ReplicationController", namespace) ?? cached(ref, "StatefulSet", namespace));
    return object && { uid: object.metadata?.uid ?? "", replicas: (object as { spec?: { replicas?: number } }).spec?.replicas ?? 1 };
  };

  const fromScale = async (client: Client, ref: OwnerReference, namespace: string): Promise<Found | undefined> => {
    const group = groupOf(ref);
    const kind =
      kindByGVK(group, ref.apiVersion.slice(ref.apiVersion.indexOf("/") + 1), ref.kind) ??
      customKinds(definitions.list()).find((k) => k.group === group && k.kind === ref.kind);
    if (!kind) throw new Error(`no matches for kind "${ref.kind}" in version "${ref.apiVersion}"`);
    try {
      const { metadata, spec } = await client.scale(resourceOf(kind), namespace, ref.name);
      return metadata?.uid === ref.uid ? { uid: ref.uid, replicas: spec?.replicas ?? 0 } : undefined;
    } catch (error) {
      if (!isNotFound(error)) throw error;
      const definition = kind.custom && definitions.get(`${kind.plural}.${group}`);
      const scales = definition
        ? definition.spec.versions.some((v) => v.name === kind.version && v.subresources?.scale !== undefined)
        : kind.subresources?.includes("scale");
      if (scales) return undefined;
      throw new Error(`${group === "" ? kind.plural : `${kind.plural}.${group}`} does not implement the scale subresource`, {
        cause: error,
      });
    }
  };

  return async (client, pods) => {
    const replicas = new Map<string, number>();
    const asked = new Set<string>();
    const unmanaged: Pod[] = [];
    for (const pod of pods) {
      const ref = controllerOf(pod);
      if (ref === undefined) {
        unmanaged.push(pod);
        continue;
      }
      if (asked.has(ref.uid)) continue;
      asked.add(ref.uid);
      const namespace = pod.metadata?.namespace ?? "";
      const found = fromCache(ref, namespace) ?? (await fromScale(client, ref, namespace));
      if (!found) throw new Error(`found no controllers for pod "${pod.metadata?.name}"`);
      replicas.set(found.uid, found.replicas);
    }
    return { expected: [...replicas.values()].reduce((sum, n) => sum + n, 0), unmanaged };
  };
}

const groupOf = ({ apiVersion }: OwnerReference): string => (apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "");
