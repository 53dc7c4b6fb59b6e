import type { AdmissionregistrationWebhookClientConfig } from "../../../api/index.ts";
import { goQuote, parseIp } from "../../../machinery/index.ts";
import type { ServerContext } from "../../context.ts";
import { type Place, readyEndpoints, serviceOf } from "../../service-endpoints.ts";

/** A webhook, as its URL and where that leads. */
export interface Target {
  /** `https://svc.ns.svc:443/path?timeout=10s`, as errors show it. */
  readonly url: string;
  readonly host: string;
  /** Path and query. */
  readonly path: string;
  /** Where to go, and the address that errors show for it: a Service's own. */
  locate(server: ServerContext): { readonly place: Place; readonly shown: string } | { readonly error: string };
}

/** k8s: apiserver/pkg/util/webhook ClientManager.HookClient. */
export function targetOf({ url, service }: AdmissionregistrationWebhookClientConfig, timeoutSeconds: number): Target {
  const query = `?timeout=${timeoutSeconds}s`;
  if (service) {
    const { namespace, name, path = "", port = 443 } = service;
    const host = `${name}.${namespace}.svc:${port}`;
    const route = `/${path.replace(/^\//, "")}${query}`;
    return { url: `https://${host}${route}`, host, path: route, locate: (server) => locateService(server, namespace, name, port) };
  }
  const [, host = "", path = ""] = /^https:\/\/([^/?#]*)([^?#]*)/.exec(url ?? "") ?? [];
  const route = `${path || "/"}${query}`;
  return { url: `https://${host}${path}${query}`, host, path: route, locate: (server) => locateHost(server, host) };
}

/** By cluster IP, as kube-apiserver's default resolver does; the connection itself goes to a ready endpoint. */
function locateService(server: ServerContext, namespace: string, name: string, port: number): ReturnType<Target["locate"]> {
  const service = serviceOf(server, namespace, name);
  if (!service) return { error: `service ${goQuote(name)} not found` };
  const found = service.spec?.ports?.find((candidate) => candidate.port === port);
  const { type, externalName, clusterIP } = service.spec ?? {};
  if (type === "ExternalName") return { error: `dial tcp: lookup ${externalName}: no such host` };
  if (!found) return { error: `no service port ${port} found for service ${goQuote(name)}` };
  const places = readyEndpoints(server, namespace, name, found.name ?? "");
  const place = places[server.random.int(Math.max(1, places.length))];
  const shown = `${clusterIP}:${port}`;
  if (place) return { place, shown: clusterIP === "None" ? `${place.ip}:${place.port}` : shown };
  return {
    error: clusterIP === "None" ? `no endpoints available for service ${goQuote(name)}` : `dial tcp ${shown}: connect: connection refused`,
  };
}

/** An address, or a Service's name in the cluster's DNS: there is nothing beyond the cluster. */
function locateHost(server: ServerContext, host: string): ReturnType<Target["locate"]> {
  const [, bracketed, plain = "", given] = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(host) ?? [];
  const name = bracketed ?? plain;
  const port = Number(given ?? 443);
  if (parseIp(name)) return { place: { ip: name, port }, shown: host };
  const [, service, namespace] = /^([^.]+)\.([^.]+)\.svc(?:\.cluster\.local)?\.?$/.exec(name) ?? [];
  if (service !== undefined && namespace !== undefined && serviceOf(server, namespace, service))
    return locateService(server, namespace, service, port);
  return { error: `dial tcp: lookup ${name}: no such host` };
}
