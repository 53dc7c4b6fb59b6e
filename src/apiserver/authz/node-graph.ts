import type { Container, PersistentVolume, Pod, PodSpec, ResourceSlice, Volume } from "../../api/index.ts";
import type { MemoryStore } from "../../etcd/index.ts";

const PODS = "/registry/pods/";

type Refer = (resource: string, name: string | undefined) => void;

/** Which objects the pods of each node refer to (k8s: plugin/pkg/auth/authorizer/node graph.go). */
export class NodeGraph {
  readonly #store: MemoryStore;
  /** Node to `resource/namespace/name` to how many of its pods need it. */
  readonly #needed = new Map<string, Map<string, number>>();
  #started = false;

  constructor(store: MemoryStore) {
    this.#store = store;
  }

  /** Whether a pod on the node needs the object; a pod is needed by itself. */
  needs(node: string, resource: string, namespace: string, name: string): boolean {
    this.#start();
    if (resource === "persistentvolumes") {
      const claim = (this.#store.get(`/registry/persistentvolumes/${name}`)?.value as PersistentVolume | undefined)?.spec?.claimRef;
      return claim !== undefined && this.needs(node, "persistentvolumeclaims", claim.namespace ?? "", claim.name ?? "");
    }
    if (resource === "volumeattachments") {
      const attachment = this.#store.get(`/registry/volumeattachments/${name}`)?.value as { spec?: { nodeName?: string } } | undefined;
      return attachment?.spec?.nodeName === node;
    }
    if (resource === "resourceslices") {
      const slice = this.#store.get(`/registry/resourceslices/${name}`)?.value as ResourceSlice | undefined;
      return slice?.spec.nodeName === node;
    }
    return this.#needed.get(node)?.has(`${resource}/${namespace}/${name}`) ?? false;
  }

  /** Nobody asks before the first kubelet does; from then on every binding and every deletion counts. */
  #start(): void {
    if (this.#started) return;
    this.#started = true;
    for (const { value } of this.#store.range({ prefix: PODS }).entries) this.#count(value as Pod, 1);
    this.#store.watch({ prefix: PODS, from: 0 }, (revisions) => {
      for (const { value, previous } of revisions) {
        const pod = value as Pod | undefined;
        const old = previous?.value as Pod | undefined;
        if (pod?.spec === old?.spec && pod?.status?.resourceClaimStatuses === old?.status?.resourceClaimStatuses) continue;
        this.#count(pod, 1);
        this.#count(old, -1);
      }
    });
  }

  #count(pod: Pod | undefined, by: 1 | -1): void {
    const node = pod?.spec?.nodeName;
    if (!pod?.spec || !node) return;
    let needed = this.#needed.get(node);
    if (!needed) this.#needed.set(node, (needed = new Map()));
    const { namespace = "", name = "" } = pod.metadata ?? {};
    const counts = needed;
    const refer: Refer = (resource, to) => {
      if (!to) return;
      const key = `${resource}/${namespace}/${to}`;
      const count = (counts.get(key) ?? 0) + by;
      if (count === 0) counts.delete(key);
      else counts.set(key, count);
    };
    refer("pods", name);
    references(pod.spec, name, refer);
    for (const { resourceClaimName } of pod.status?.resourceClaimStatuses ?? []) refer("resourceclaims", resourceClaimName);
  }
}

/** Every object of its namespace that a pod names (k8s: api/pod VisitPodSecretNames, VisitPodConfigmapNames). */
export function references(spec: PodSpec, podName: string, refer: Refer): void {
  refer("serviceaccounts", spec.serviceAccountName);
  for (const { name } of spec.imagePullSecrets ?? []) refer("secrets", name);
  for (const list of [spec.initContainers, spec.containers, spec.ephemeralContainers])
    for (const container of list ?? []) containerReferences(container as Container, refer);
  for (const volume of spec.volumes ?? []) volumeReferences(volume, podName, refer);
  for (const { resourceClaimName } of spec.resourceClaims ?? []) refer("resourceclaims", resourceClaimName);
}

function containerReferences({ env, envFrom }: Container, refer: Refer): void {
  for (const { valueFrom } of env ?? []) {
    refer("configmaps", valueFrom?.configMapKeyRef?.name);
    refer("secrets", valueFrom?.secretKeyRef?.name);
  }
  for (const { configMapRef, secretRef } of envFrom ?? []) {
    refer("configmaps", configMapRef?.name);
    refer("secrets", secretRef?.name);
  }
}

function volumeReferences(volume: Volume, podName: string, refer: Refer): void {
  refer("configmaps", volume.configMap?.name);
  refer("secrets", volume.secret?.secretName);
  for (const { configMap, secret } of volume.projected?.sources ?? []) {
    refer("configmaps", configMap?.name);
    refer("secrets", secret?.name);
  }
  refer("persistentvolumeclaims", volume.persistentVolumeClaim?.claimName);
  if (volume.ephemeral) refer("persistentvolumeclaims", `${podName}-${volume.name}`);
  refer("secrets", volume.csi?.nodePublishSecretRef?.name);
  refer("secrets", volume.azureFile?.secretName);
  for (const source of [volume.cephfs, volume.cinder, volume.flexVolume, volume.iscsi, volume.rbd, volume.scaleIO, volume.storageos])
    refer("secrets", source?.secretRef?.name);
}
