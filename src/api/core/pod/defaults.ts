import type {
  Container,
  EnvVar,
  EphemeralContainer,
  HTTPGetAction,
  Lifecycle,
  LifecycleHandler,
  Pod,
  PodSpec,
  PodTemplateSpec,
  Probe,
  ResourceRequirements,
  Volume,
  VolumeProjection,
} from "../../generated/types.ts";
import { at, fill, mapList, put } from "../../defaulting.ts";
import { filterAmounts, formatAmounts } from "../amounts.ts";
import { allowsOvercommit } from "../resource-names.ts";
import { defaultVolumeSources } from "../volume/sources.ts";
import { containerAmounts, isPodLevelResource } from "./requests.ts";

const EMPTY: object = Object.freeze({});
const FILE_MODE = 420; // 0644

/** Go has a spec even where none was given. */
const NO_SPEC: PodSpec = { containers: [] };
const NO_TEMPLATE: PodTemplateSpec = {};

type AnyContainer = Container | EphemeralContainer;

/** k8s: pkg/apis/core/v1/defaults.go SetDefaults_Pod, then everything below the spec. */
export function defaultPod(pod: Pod): Pod {
  const spec = pod.spec ?? NO_SPEC;
  let next = at(spec, "containers", (list) => mapList(list, defaultRequests));
  next = at(next, "initContainers", (list) => mapList(list, defaultRequests));
  next = at(next, "resources", (resources) => wholeRequests(resources, next));
  if (next.enableServiceLinks === undefined) next = { ...next, enableServiceLinks: true };
  if (next.hostNetwork) {
    next = at(next, "containers", (list) => mapList(list, defaultHostPorts));
    next = at(next, "initContainers", (list) => mapList(list, defaultHostPorts));
  }
  return put(pod, "spec", defaultPodSpec(next));
}

/** A template gets what a spec gets; requests and host ports are filled in when a pod is made of it. */
export function defaultTemplate(template: PodTemplateSpec = NO_TEMPLATE): PodTemplateSpec {
  return fill(put(template, "spec", defaultPodSpec(template.spec ?? NO_SPEC)), { metadata: EMPTY });
}

const SPEC: Partial<PodSpec> = {
  restartPolicy: "Always",
  terminationGracePeriodSeconds: 30,
  dnsPolicy: "ClusterFirst",
  securityContext: EMPTY,
  schedulerName: "default-scheduler",
};

function defaultPodSpec(spec: PodSpec): PodSpec {
  let next = fill(spec, SPEC);
  // serviceAccount is the old name of serviceAccountName; the conversion keeps both (k8s: core/v1/conversion.go).
  const account = next.serviceAccountName || next.serviceAccount;
  if (account) next = fill(put(next, "serviceAccount", account), { serviceAccountName: account });
  next = at(next, "containers", (list) => mapList(list, defaultContainer));
  next = at(next, "initContainers", (list) => mapList(list, defaultContainer));
  next = at(next, "ephemeralContainers", (list) => mapList(list, defaultContainer));
  return at(next, "volumes", (list) => mapList(list, defaultVolume));
}

/** Requests that are absent are the limits (k8s: SetDefaults_Pod). */
function defaultRequests(container: Container): Container {
  return at(container, "resources", requestsFromLimits);
}

/** What the pod as a whole asks for, if it is limited: what its containers ask for, or else its limits (k8s: defaultPodRequests). */
function wholeRequests(resources: ResourceRequirements, spec: PodSpec): ResourceRequirements {
  const limits = resources.limits ?? {};
  if (Object.keys(limits).length === 0) return resources;
  const asked = filterAmounts(containerAmounts(spec, "requests"), (name) => isPodLevelResource(name) && allowsOvercommit(name));
  const limited = Object.fromEntries(Object.entries(limits).filter(([name]) => isPodLevelResource(name)));
  const requests = { ...limited, ...formatAmounts(asked), ...resources.requests };
  return Object.keys(requests).length === 0 ? resources : put(resources, "requests", requests);
}

function requestsFromLimits(resources: ResourceRequirements): ResourceRequirements {
  if (resources.limits === undefined) return resources;
  return put(resources, "requests", fill(resources.requests ?? (EMPTY as Readonly<Record<string, string>>), resources.limits));
}

function defaultHostPorts(container: Container): Container {
  return at(container, "ports", (ports) => mapList(ports, (port) => (port.hostPort ? port : { ...port, hostPort: port.containerPort })));
}

const CONTAINER: Partial<Container> = {
  resources: EMPTY,
  terminationMessagePath: "/dev/termination-log",
  terminationMessagePolicy: "File",
};

function defaultContainer<T extends AnyContainer>(container: T): T {
  let next: AnyContainer = fill<AnyContainer>(container, CONTAINER);
  if (!next.imagePullPolicy) next = { ...next, imagePullPolicy: defaultPullPolicy(next.image ?? "") };
  next = at(next, "ports", (ports) => mapList(ports, (port) => fill(port, { protocol: "TCP" })));
  next = at(next, "env", (env) => mapList(env, defaultEnv));
  next = at(next, "livenessProbe", defaultProbe);
  next = at(next, "readinessProbe", defaultProbe);
  next = at(next, "startupProbe", defaultProbe);
  return at(next, "lifecycle", defaultLifecycle) as T;
}

/** `:latest`, said or meant, is pulled always (k8s: SetDefaults_Container). */
export function defaultPullPolicy(image: string): "Always" | "IfNotPresent" {
  if (image.includes("@")) return "IfNotPresent";
  const tag = /:([^/:]*)$/.exec(image)?.[1] ?? "latest";
  return tag === "latest" ? "Always" : "IfNotPresent";
}

function defaultEnv(env: EnvVar): EnvVar {
  return at(env, "valueFrom", (from) => at(from, "fieldRef", (ref) => fill(ref, { apiVersion: "v1" })));
}

const HTTP_GET: Partial<HTTPGetAction> = { path: "/", scheme: "HTTP" };
const defaultHttpGet = (action: HTTPGetAction): HTTPGetAction => fill(action, HTTP_GET);

const PROBE = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 } as const;

function defaultProbe(probe: Probe): Probe {
  let next = probe;
  for (const key of ["timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"] as const) {
    if (!next[key]) next = { ...next, [key]: PROBE[key] };
  }
  next = at(next, "httpGet", defaultHttpGet);
  return at(next, "grpc", (grpc) => (grpc.service === undefined ? { ...grpc, service: "" } : grpc));
}

function defaultLifecycle(lifecycle: Lifecycle): Lifecycle {
  const handler = (h: LifecycleHandler): LifecycleHandler => at(h, "httpGet", defaultHttpGet);
  return at(at(lifecycle, "postStart", handler), "preStop", handler);
}

function defaultVolume(volume: Volume): Volume {
  let next = volume;
  let sources = 0;
  for (const key in volume) if (key !== "name" && volume[key as keyof Volume] !== undefined) sources++;
  // A volume without a source is an emptyDir (k8s: SetDefaults_Volume).
  if (sources === 0) return { ...volume, emptyDir: EMPTY };
  if (next.secret) next = at(next, "secret", (s) => fill(s, { defaultMode: FILE_MODE }));
  if (next.configMap) next = at(next, "configMap", (c) => fill(c, { defaultMode: FILE_MODE }));
  if (next.downwardAPI) {
    next = at(next, "downwardAPI", (d) =>
      at(fill(d, { defaultMode: FILE_MODE }), "items", (items) =>
        mapList(items, (item) => at(item, "fieldRef", (ref) => fill(ref, { apiVersion: "v1" }))),
      ),
    );
  }
  if (next.projected)
    next = at(next, "projected", (p) => at(fill(p, { defaultMode: FILE_MODE }), "sources", (list) => mapList(list, defaultProjection)));
  next = defaultVolumeSources(next);
  if (next.image) next = at(next, "image", (i) => fill(i, { pullPolicy: defaultPullPolicy(i.reference ?? "") }));
  if (next.ephemeral) {
    next = at(next, "ephemeral", (e) => at(e, "volumeClaimTemplate", (t) => at(t, "spec", (s) => fill(s, { volumeMode: "Filesystem" }))));
  }
  return next;
}

function defaultProjection(projection: VolumeProjection): VolumeProjection {
  const next = at(projection, "serviceAccountToken", (t) => fill(t, { expirationSeconds: 3600 }));
  return at(next, "downwardAPI", (d) =>
    at(d, "items", (items) => mapList(items, (item) => at(item, "fieldRef", (ref) => fill(ref, { apiVersion: "v1" })))),
  );
}
