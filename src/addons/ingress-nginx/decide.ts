import type { EndpointSlice, Ingress, IngressBackend, IngressClass, Service } from "../../api/index.ts";
import type { IngressBackend as Backend, IngressLocation, IngressModel, IngressServer } from "../../images/index.ts";

const PREFIX = "nginx.ingress.kubernetes.io/";
const CLASS_ANNOTATION = "kubernetes.io/ingress.class";
const SERVICE_NAME = "kubernetes.io/service-name";

export interface ClassRules {
  readonly controllerClass: string;
  readonly ingressClass: string;
  readonly withoutClass: boolean;
}

/** Whether an Ingress is this controller's (ingress-nginx: store.go GetIngressClass). */
export function isOurs({ metadata, spec }: Ingress, classes: readonly IngressClass[], rules: ClassRules): boolean {
  const ours = (name: string): boolean => classes.some((c) => c.metadata?.name === name && c.spec?.controller === rules.controllerClass);
  const annotation = metadata?.annotations?.[CLASS_ANNOTATION];
  if (annotation) return annotation === rules.ingressClass || ours(annotation);
  if (spec?.ingressClassName !== undefined) return ours(spec.ingressClassName);
  return rules.withoutClass;
}

/** A certificate that can be shown, and the names it is for. */
export interface IngressSecret {
  readonly pem: string;
  readonly isFor: (host: string) => boolean;
}

export interface World {
  readonly ingresses: readonly Ingress[];
  readonly service: (key: string) => Service | undefined;
  /** The slices of a Service, by `namespace/name`. */
  readonly slices: (key: string) => readonly EndpointSlice[];
  /** What a Secret `namespace/name` holds; a string says why it is of no use. */
  readonly certificate: (key: string) => IngressSecret | string;
  /** What is wrong, for the log. */
  readonly warn: (place: string, text: string) => void;
}

const keyOf = ({ metadata }: Ingress): string => `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`;
const byAge = (a: Ingress, b: Ingress): number =>
  (a.metadata?.creationTimestamp ?? "").localeCompare(b.metadata?.creationTimestamp ?? "") || keyOf(a).localeCompare(keyOf(b));

/** What the Ingresses come to: the oldest has the word where two want the same path (ingress-nginx: controller.go getBackendServers). */
export function modelOf(world: World): IngressModel {
  const backends: Record<string, Backend> = {};
  const hosts = new Map<string, Host>();
  const hostOf = (host: string) => {
    const known = hosts.get(host) ?? { aliases: new Set<string>(), tls: false, certificate: undefined, locations: [] };
    hosts.set(host, known);
    return known;
  };
  hostOf("_");
  const all = world.ingresses.toSorted(byAge);
  const add = (host: string, location: IngressLocation): void => {
    const { locations } = hostOf(host);
    const known = locations.find((l) => l.path === location.path && l.type === location.type);
    if (!known) locations.push(location);
    else if (known.ingress !== location.ingress)
      world.warn(
        "controller.go:1219",
        `Path ${location.path} of Ingress "${location.ingress}" is already taken by Ingress "${known.ingress}" on server "${host}"`,
      );
  };
  const backendOf = (ingress: Ingress, backend: IngressBackend | undefined): Pick<IngressLocation, "service" | "port" | "backend"> => {
    const namespace = ingress.metadata?.namespace ?? "";
    const { name = "", port } = backend?.service ?? {};
    const wanted = String(port?.number ?? port?.name ?? "");
    const id = `${namespace}-${name}-${wanted}`;
    backends[id] ??= { servers: endpointsOf(world, `${namespace}/${name}`, wanted) };
    return { service: name, port: wanted, backend: id };
  };
  for (const ingress of all) {
    const annotations = annotationsOf(ingress);
    if (annotations["canary"] === "true") continue;
    const key = keyOf(ingress);
    const { spec } = ingress;
    for (const entry of spec?.tls ?? [])
      for (const host of entry.hosts ?? []) {
        const known = hostOf(host);
        known.tls = true;
        known.certificate ??= certificateOf(world, ingress, host, entry.secretName);
      }
    for (const { host = "", http } of spec?.rules ?? []) {
      const name = host || "_";
      for (const alias of (annotations["server-alias"] ?? "").split(",")) if (alias.trim()) hostOf(name).aliases.add(alias.trim());
      for (const { path = "/", pathType, backend } of http?.paths ?? [])
        add(name, {
          path: path || "/",
          type: pathType as IngressLocation["type"],
          ingress: key,
          annotations,
          ...backendOf(ingress, backend),
        });
    }
    // What no path of its hosts takes; without rules, what no host takes.
    if (spec?.defaultBackend)
      for (const host of new Set(spec.rules?.length ? spec.rules.map((r) => r.host || "_") : ["_"]))
        if (!hostOf(host).locations.some((l) => l.path === "/"))
          add(host, { path: "/", type: "Prefix", ingress: key, annotations, ...backendOf(ingress, spec.defaultBackend) });
  }
  for (const ingress of all) addCanary(ingress, hosts, backends, (backend) => backendOf(ingress, backend).backend);
  const servers: IngressServer[] = [...hosts]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([host, { aliases, tls, certificate, locations }]) => ({ host, aliases: [...aliases], tls, certificate, locations }));
  return { servers, backends };
}

interface Host {
  readonly aliases: Set<string>;
  tls: boolean;
  certificate: IngressServer["certificate"];
  readonly locations: IngressLocation[];
}

/** What a host shows; undefined after a warning: the controller's own (ingress-nginx: controller.go createServers). */
function certificateOf(world: World, { metadata }: Ingress, host: string, secret: string | undefined): IngressServer["certificate"] {
  if (!secret) return undefined;
  const key = `${metadata?.namespace ?? ""}/${secret}`;
  const found = world.certificate(key);
  if (typeof found === "string") {
    world.warn("controller.go:1533", `Error getting SSL certificate "${key}": ${found}. Using default certificate`);
    return undefined;
  }
  if (!found.isFor(host)) {
    world.warn(
      "controller.go:1557",
      `SSL certificate "${key}" does not contain a Common Name or Subject Alternative Name for server "${host}"`,
    );
    world.warn("controller.go:1558", "Using default certificate");
    return undefined;
  }
  return { name: `${metadata?.namespace ?? ""}-${secret}`, pem: found.pem };
}

/** An Ingress that only takes a share from another with the same hosts and paths. */
function addCanary(
  ingress: Ingress,
  hosts: ReadonlyMap<string, { readonly locations: readonly IngressLocation[] }>,
  backends: Record<string, Backend>,
  backendOf: (backend: IngressBackend) => string,
): void {
  const annotations = annotationsOf(ingress);
  if (annotations["canary"] !== "true") return;
  for (const { host = "", http } of ingress.spec?.rules ?? []) {
    for (const { path = "/", backend } of http?.paths ?? []) {
      const main = hosts.get(host || "_")?.locations.find((l) => l.path === (path || "/"))?.backend;
      const known = main === undefined ? undefined : backends[main];
      if (main === undefined || !known || known.canary) continue;
      const canary = {
        backend: backendOf(backend),
        weight: Number(annotations["canary-weight"] ?? 0),
        total: Number(annotations["canary-weight-total"] ?? 100),
        header: annotations["canary-by-header"] ?? "",
        value: annotations["canary-by-header-value"] ?? "",
      };
      backends[main] = { ...known, canary };
    }
  }
}

function annotationsOf({ metadata }: Ingress): Readonly<Record<string, string>> {
  const ours = Object.entries(metadata?.annotations ?? {}).filter(([name]) => name.startsWith(PREFIX));
  return Object.fromEntries(ours.map(([name, value]) => [name.slice(PREFIX.length), value]));
}

/** Addresses that are ready, as `ip:port` (ingress-nginx: endpointslices.go getEndpointsFromSlices). */
function endpointsOf(world: World, key: string, wanted: string): readonly string[] {
  const service = world.service(key);
  if (!service) {
    world.warn("controller.go:1115", `Error obtaining Endpoints for Service "${key}": no object matching key "${key}" in local store`);
    return [];
  }
  const port = (service.spec?.ports ?? []).find(
    (p) => String(p.port) === wanted || p.name === wanted || String(p.targetPort ?? "") === wanted,
  );
  if (service.spec?.type === "ExternalName") {
    const number = port?.port ?? Number(wanted);
    return Number.isInteger(number) && number > 0 ? [`${service.spec.externalName}:${number}`] : [];
  }
  const found = port
    ? world.slices(key).flatMap(({ ports, endpoints }) => {
        // A slice without any has null there.
        const target = (ports ?? []).find((p) => (p.name ?? "") === (port.name ?? ""))?.port;
        const ready = (endpoints ?? []).filter((e) => e.conditions?.ready !== false).flatMap((e) => e.addresses);
        return target === undefined ? [] : ready.map((ip) => `${ip}:${target}`);
      })
    : [];
  if (found.length === 0) world.warn("controller.go:1216", `Service "${key}" does not have any active Endpoint.`);
  return [...new Set(found)].toSorted();
}

export const serviceOfSlice = ({ metadata }: EndpointSlice): string =>
  `${metadata?.namespace ?? ""}/${metadata?.labels?.[SERVICE_NAME] ?? ""}`;
