import type { Container, Pod, ServiceAccount, Volume } from "../../api/index.ts";
import { forbidden } from "../../machinery/index.ts";
import { references } from "../authz/node-graph.ts";
import { keyOf } from "../context.ts";
import type { AdmissionPlugin } from "./types.ts";

const MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
const ACCOUNTS = { group: "", plural: "serviceaccounts", namespaced: true };

/** Gives a pod its ServiceAccount, pull secrets and the token volume (k8s: plugin/pkg/admission/serviceaccount). */
export const serviceAccount: AdmissionPlugin = {
  name: "ServiceAccount",
  resources: ["/pods"],
  mutate({ scope, object, operation }) {
    const pod = object as Pod;
    if (operation !== "CREATE" || !pod.spec) return pod;
    if (pod.metadata?.annotations?.["kubernetes.io/config.mirror"] !== undefined) return mirrored(pod);
    const name = pod.spec.serviceAccountName || "default";
    const account = scope.server.store.get(keyOf(ACCOUNTS, scope.info.namespace, name))?.value as ServiceAccount | undefined;
    if (!account) {
      const why = `error looking up service account ${scope.info.namespace}/${name}: serviceaccount "${name}" not found`;
      throw forbidden("pods", pod.metadata?.name ?? "", why);
    }
    if (isTrue(account.metadata?.annotations?.["kubernetes.io/enforce-mountable-secrets"])) limitSecrets(account, pod);
    let spec = { ...pod.spec, serviceAccountName: name, serviceAccount: name };
    if (!spec.imagePullSecrets?.length && account.imagePullSecrets) spec = { ...spec, imagePullSecrets: account.imagePullSecrets };
    const automount = pod.spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
    if (!automount) return { ...pod, spec };
    const containers = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
    if (containers.every(hasMount)) return { ...pod, spec };
    const volume: Volume = { name: `kube-api-access-${scope.server.random.suffix(5)}`, projected: TOKEN_FILES };
    const mount = (c: Container): Container =>
      hasMount(c) ? c : { ...c, volumeMounts: [...(c.volumeMounts ?? []), { name: volume.name, readOnly: true, mountPath: MOUNT_PATH }] };
    return {
      ...pod,
      spec: {
        ...spec,
        containers: (spec.containers ?? []).map(mount),
        ...(spec.initContainers ? { initContainers: spec.initContainers.map(mount) } : {}),
        volumes: [...(spec.volumes ?? []), volume],
      },
    };
  },
};

/** A mirror pod is its kubelet's, which would not know what was added (k8s: serviceaccount shouldIgnore, Validate). */
function mirrored(pod: Pod): Pod {
  const { serviceAccountName, volumes = [] } = pod.spec ?? {};
  const refuse = (what: string) => forbidden("pods", pod.metadata?.name ?? "", `a mirror pod may not reference ${what}`);
  if (serviceAccountName) throw refuse("service accounts");
  references(pod.spec ?? { containers: [] }, "", (resource, name) => {
    if (name && resource === "secrets") throw refuse("secrets");
  });
  if (volumes.some((v) => v.projected?.sources?.some((s) => s.serviceAccountToken)))
    throw refuse("volumes of type serviceAccountToken projection");
  return pod;
}

const isTrue = (text: string | undefined): boolean => ["1", "t", "T", "TRUE", "true", "True"].includes(text ?? "");

/** Only what the account lists may be mounted (k8s: limitSecretReferences). */
function limitSecrets({ metadata, secrets = [], imagePullSecrets = [] }: ServiceAccount, pod: Pod): void {
  const refuse = (why: string) => forbidden("pods", pod.metadata?.name ?? "", why);
  const account = metadata?.name ?? "";
  const listed = new Set(secrets.map((secret) => secret.name));
  for (const { secret } of pod.spec?.volumes ?? [])
    if (secret && !listed.has(secret.secretName))
      throw refuse(
        `volume with secret.secretName="${secret.secretName}" is not allowed because service account ${account} does not reference that secret`,
      );
  for (const [what, list] of [
    ["init container", pod.spec?.initContainers],
    ["container", pod.spec?.containers],
    ["ephemeral container", pod.spec?.ephemeralContainers],
  ] as const)
    for (const { name, env = [] } of list ?? [])
      for (const { name: variable, valueFrom } of env) {
        const secret = valueFrom?.secretKeyRef?.name;
        if (secret !== undefined && !listed.has(secret))
          throw refuse(
            `${what} ${name} with envVar ${variable} referencing secret.secretName="${secret}" is not allowed because service account ${account} does not reference that secret`,
          );
      }
  const pull = new Set(imagePullSecrets.map((secret) => secret.name));
  for (const [i, { name }] of (pod.spec?.imagePullSecrets ?? []).entries())
    if (!pull.has(name))
      throw refuse(
        `imagePullSecrets[${i}].name="${name}" is not allowed because service account ${account} does not reference that imagePullSecret`,
      );
}

function hasMount(container: Container): boolean {
  return container.volumeMounts?.some((m) => m.mountPath === MOUNT_PATH) ?? false;
}

/** One for all pods: objects are immutable. */
const TOKEN_FILES: NonNullable<Volume["projected"]> = {
  defaultMode: 420,
  sources: [
    { serviceAccountToken: { expirationSeconds: 3607, path: "token" } },
    { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
    { downwardAPI: { items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }] } },
  ],
};
