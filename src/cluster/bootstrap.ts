import {
  type ConfigMap,
  type Endpoints,
  type EndpointSlice,
  kindTable,
  type KubeObject,
  type Namespace,
  type Service,
} from "../api/index.ts";
import { type BootstrapObject, reconciled } from "../apiserver/index.ts";
import { type Client, keyOfObject, type Resource } from "../client/index.ts";
import { isAlreadyExists } from "../machinery/index.ts";
import { rfc3339 } from "../sim/index.ts";

const namespace = (name: string): Namespace => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });

/** The API server's own Service, which every cluster has from the start. */
const kubernetesService: Service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "kubernetes", namespace: "default", labels: { component: "apiserver", provider: "kubernetes" } },
  spec: {
    type: "ClusterIP",
    clusterIP: "10.96.0.1",
    clusterIPs: ["10.96.0.1"],
    ipFamilies: ["IPv4"],
    ipFamilyPolicy: "SingleStack",
    sessionAffinity: "None",
    ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: 6443 }],
  },
};

/** The same for who reads the old API; the slice is made beside it, not from it. */
const legacyEndpoints = (address: string): Endpoints => ({
  apiVersion: "v1",
  kind: "Endpoints",
  metadata: { name: "kubernetes", namespace: "default", labels: { "endpointslice.kubernetes.io/skip-mirror": "true" } },
  subsets: [{ addresses: [{ ip: address }], ports: [{ name: "https", port: 6443, protocol: "TCP" }] }],
});

const kubernetesEndpoints = (address: string): EndpointSlice => ({
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: { name: "kubernetes", namespace: "default", labels: { "kubernetes.io/service-name": "kubernetes" } },
  addressType: "IPv4",
  endpoints: [{ addresses: [address], conditions: { ready: true } }],
  ports: [{ name: "https", port: 6443, protocol: "TCP" }],
});

const inKubeSystem = (name: string, data: Readonly<Record<string, string>>): ConfigMap => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "kube-system" },
  data,
});

/** By whose certificates aggregated servers know whom the API server knows (k8s: clusterauthenticationtrust). */
export async function publishTrust(client: Client, certificate: string): Promise<void> {
  await ensure(client, "configmaps", inKubeSystem("extension-apiserver-authentication", { "client-ca-file": certificate }));
}

/** What kube-apiserver makes on its first start (k8s: pkg/controlplane, bootstrap-controller). Idempotent. */
export async function bootstrap(
  client: Client,
  { address, now }: { readonly address: string; readonly now: number },
  defaults: readonly BootstrapObject[],
  more: readonly (readonly [Resource, KubeObject])[],
): Promise<void> {
  const objects: (readonly [Resource, KubeObject])[] = [
    ...["default", "kube-system", "kube-public", "kube-node-lease"].map((name) => ["namespaces", namespace(name)] as const),
    ["configmaps", inKubeSystem("kube-apiserver-legacy-service-account-token-tracking", { since: rfc3339(now).slice(0, 10) })],
    ["services", kubernetesService],
    ["endpoints", legacyEndpoints(address)],
    ["endpointslices", kubernetesEndpoints(address)],
    ...more,
  ];
  for (const [resource, object] of objects) await ensure(client, resource, object);
  await reconcileDefaults(client, defaults);
}

/** Makes the default objects that are missing, and mends roles and bindings that have lost something, as at every start. */
export async function reconcileDefaults(client: Client, defaults: readonly BootstrapObject[]): Promise<void> {
  const known = new Map<string, ReadonlyMap<string, KubeObject>>();
  for (const { resource: plural, object } of defaults) {
    const resource = plural as Resource;
    let there = known.get(plural);
    if (!there) {
      const { items } = await client.list(resource);
      known.set(plural, (there = new Map((items as readonly KubeObject[]).map((item) => [keyOfObject(item), item]))));
    }
    const found = there.get(keyOfObject(object));
    if (!found) await create(client, resource, object);
    else if (object.apiVersion?.startsWith("rbac.")) {
      const mended = reconciled(found, object);
      if (mended !== found) await client.update(resource, mended as never);
    }
  }
}

async function create(client: Client, resource: Resource, object: BootstrapObject["object"]): Promise<void> {
  const made = await ensure(client, resource, object);
  if (made && object.status && kindTable[resource].subresources?.includes("status" as never))
    await client.update(resource, { ...made, status: object.status } as never, "status");
}

/** Undefined when it was there already. */
async function ensure(client: Client, resource: Resource, object: KubeObject): Promise<KubeObject | undefined> {
  try {
    return await client.create(resource, object as never);
  } catch (error) {
    if (isAlreadyExists(error)) return undefined;
    throw error;
  }
}
