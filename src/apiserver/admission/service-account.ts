import type { Container, Pod, PodSpec, ServiceAccount, Volume } from "../../api/index.ts";
import { ephemeralSecretProblem, isStrict, secretProblem, usesSecrets } from "./mountable-secrets.ts";
import { refuse } from "./refuse.ts";
import { getStored } from "./stored.ts";
import type { AdmissionPlugin, Attributes } from "./types.ts";

const MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
const ACCOUNTS = { group: "", plural: "serviceaccounts", namespaced: true };

const MIRROR = "kubernetes.io/config.mirror";
const VOLUME_PREFIX = "kube-api-access-";

/** Gives a pod its ServiceAccount, pull secrets and the token volume (k8s: plugin/pkg/admission/serviceaccount). */
export const serviceAccount: AdmissionPlugin = {
  name: "ServiceAccount",
  resources: ["/pods", "/pods/ephemeralcontainers"],
  mutate(attributes) {
    const { scope, object, operation } = attributes;
    const pod = object as Pod;
    if (operation !== "CREATE" || !pod.spec || isMirror(pod)) return pod;
    const name = pod.spec.serviceAccountName || DEFAULT;
    const { spec: asked } = pod;
    const given = (account: ServiceAccount): Pod => ({ ...pod, spec: withAccount(asked, name, account, scope.server) });
    const { namespace } = scope.info;
    if (name !== DEFAULT || getStored(scope.server, ACCOUNTS, namespace, name)) return given(accountOf(attributes, name));
    return awaitDefault(scope.server, namespace).then(() => given(accountOf(attributes, name)));
  },
  validate(attributes) {
    const { operation, scope, object } = attributes;
    if (operation === "DELETE") return;
    const pod = object as Pod;
    const name = pod.spec?.serviceAccountName ?? "";
    if (scope.info.subresource === "ephemeralcontainers") {
      if (isMirror(pod) || name === "") return;
      const account = accountOf(attributes, name);
      refuseIf(attributes, isStrict(account) ? ephemeralSecretProblem(account, pod) : undefined);
    } else if (operation === "CREATE" && isMirror(pod)) {
      refuseIf(attributes, mirrorProblem(pod));
    } else if (operation === "CREATE") {
      const account = accountOf(attributes, name);
      refuseIf(attributes, isStrict(account) ? secretProblem(account, pod) : undefined);
    }
  },
};

const DEFAULT = "default";
/** How often it is looked for, and how far apart in ms at least and at most. */
const ATTEMPTS = 10;
const INTERVAL = { from: 100, spread: 100 };

/** The default account of a new namespace is a controller's to make, which takes it a moment (k8s: admission.go getServiceAccount). */
async function awaitDefault(server: Attributes["scope"]["server"], namespace: string): Promise<void> {
  const interval = INTERVAL.from + server.random.int(INTERVAL.spread);
  for (let i = 1; i < ATTEMPTS && !getStored(server, ACCOUNTS, namespace, DEFAULT); i++) await server.clock.sleep(interval);
}

function withAccount(asked: PodSpec, name: string, account: ServiceAccount, { random }: Attributes["scope"]["server"]): PodSpec {
  let spec: PodSpec = { ...asked, serviceAccountName: name, serviceAccount: name };
  if (asked.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true) spec = withToken(spec, () => random.suffix(5));
  if (!spec.imagePullSecrets?.length && account.imagePullSecrets) spec = { ...spec, imagePullSecrets: account.imagePullSecrets };
  return spec;
}

/** A kubelet's own pod, which the API server only shows. */
const isMirror = ({ metadata }: Pod): boolean => metadata?.annotations?.[MIRROR] !== undefined;

function accountOf(attributes: Attributes, name: string): ServiceAccount {
  const { info, server } = attributes.scope;
  const account = getStored<ServiceAccount>(server, ACCOUNTS, info.namespace, name);
  if (account) return account;
  throw refuse(attributes, `error looking up service account ${info.namespace}/${name}: serviceaccount "${name}" not found`);
}

function refuseIf(attributes: Attributes, why: string | undefined): void {
  if (why !== undefined) throw refuse(attributes, why);
}

function mirrorProblem({ spec }: Pod): string | undefined {
  if (spec?.serviceAccountName) return "a mirror pod may not reference service accounts";
  if (spec !== undefined && usesSecrets(spec)) return "a mirror pod may not reference secrets";
  const token = spec?.volumes?.some((v) => v.projected?.sources?.some((s) => s.serviceAccountToken !== undefined));
  return token ? "a mirror pod may not use ServiceAccountToken volume projections" : undefined;
}

/** A volume that has its name is taken for the token's. */
function withToken(spec: PodSpec, suffix: () => string): PodSpec {
  const containers = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
  if (containers.every(hasMount)) return spec;
  const there = spec.volumes?.find((v) => v.name.startsWith(VOLUME_PREFIX));
  const volume: Volume = there ?? { name: `${VOLUME_PREFIX}${suffix()}`, projected: TOKEN_FILES };
  const mount = (c: Container): Container =>
    hasMount(c) ? c : { ...c, volumeMounts: [...(c.volumeMounts ?? []), { name: volume.name, readOnly: true, mountPath: MOUNT_PATH }] };
  return {
    ...spec,
    containers: (spec.containers ?? []).map(mount),
    ...(spec.initContainers ? { initContainers: spec.initContainers.map(mount) } : {}),
    ...(there ? {} : { volumes: [...(spec.volumes ?? []), volume] }),
  };
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
