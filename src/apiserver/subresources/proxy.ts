import type { KubeObject, Pod, Service } from "../../api/index.ts";
import { badRequest, failure, notFound } from "../../machinery/index.ts";
import { keyOf, type Scope } from "../context.ts";
import { type Place, readyEndpoints } from "../service-endpoints.ts";
import { EgressError, type ApiResponse } from "../types.ts";
import { admitted } from "./connect.ts";
import { egressOf } from "./kubelet.ts";
import type { Subresource } from "./types.ts";
import { HOP_BY_HOP } from "../hop-by-hop.ts";

const unavailable = (message: string) => failure(503, "ServiceUnavailable", message);

/** `[scheme:]name[:port]` (k8s: utilnet.SplitSchemeNamePort). */
function splitTarget(text: string): { readonly scheme: string; readonly name: string; readonly port: string } | undefined {
  const parts = text.split(":");
  const [scheme, name, port] = parts.length === 1 ? ["", text, ""] : parts.length === 2 ? ["", ...parts] : parts;
  if (parts.length > 3 || !name || (scheme !== "" && scheme !== "http" && scheme !== "https")) return undefined;
  if (parts.length === 3 && scheme === "") return { scheme: "", name, port: port ?? "" };
  return { scheme: scheme ?? "", name, port: port ?? "" };
}

function targetOf(scope: Scope, what: string): { readonly name: string; readonly port: string } {
  const target = splitTarget(scope.info.name);
  if (!target) throw badRequest(`invalid ${what} request ${JSON.stringify(scope.info.name)}`);
  if (target.scheme === "https")
    throw failure(501, "NotImplemented", "proxying to https: TLS inside the cluster's network is not simulated in Timonel");
  return target;
}

function stored<T extends KubeObject>(scope: Scope, name: string): T {
  const entry = scope.server.store.get(keyOf(scope.kind, scope.info.namespace, name));
  if (!entry) throw notFound(scope.kind.plural, name, scope.kind.group);
  return entry.value as T;
}

/** k8s: registry/core/pod ResourceLocation. */
function podPlace(scope: Scope): Place {
  const { name, port } = targetOf(scope, "pod");
  const pod = stored<Pod>(scope, name);
  const ports = (pod.spec?.containers ?? []).flatMap((c) => c.ports ?? []);
  const ip = pod.status?.podIP;
  if (!ip) throw badRequest("address not allowed");
  const number = port === "" ? (ports[0]?.containerPort ?? 80) : (ports.find((p) => p.name === port)?.containerPort ?? Number(port));
  if (!Number.isInteger(number)) throw badRequest(`invalid pod request ${JSON.stringify(scope.info.name)}`);
  return { ip, port: number };
}

/** One ready endpoint of the Service, by chance (k8s: registry/core/service/storage ResourceLocation). */
function servicePlace(scope: Scope): Place {
  const { name, port } = targetOf(scope, "service");
  const service = stored<Service>(scope, name);
  let portName = port;
  if (/^\d+$/.test(port)) {
    const found = service.spec?.ports?.find((p) => p.port === Number(port));
    if (!found) throw unavailable(`no service port ${port} found for service ${JSON.stringify(name)}`);
    portName = found.name ?? "";
  }
  const places = readyEndpoints(scope.server, scope.info.namespace, name, portName);
  const chosen = places[scope.server.random.int(Math.max(1, places.length))];
  if (!chosen) throw unavailable(`no endpoints available for service ${JSON.stringify(name)}`);
  return chosen;
}

const OWN_HEADERS = new Set([...HOP_BY_HOP, "expect"]);

/** The path and query behind `/proxy`; undefined: nothing, not even a slash. */
function targetPath({ info, request }: Scope): string | undefined {
  const slash = request.path.endsWith("/");
  if (info.rest === "" && !slash) return undefined;
  const query = Object.entries(request.query ?? {}).flatMap(([key, value]) =>
    (typeof value === "object" ? value : [value ?? ""]).map((one) => `${encodeURIComponent(key)}=${encodeURIComponent(one)}`),
  );
  return `/${info.rest}${slash && info.rest !== "" ? "/" : ""}${query.length > 0 ? `?${query.join("&")}` : ""}`;
}

/** Passes the request on (k8s: apimachinery/pkg/util/proxy UpgradeAwareHandler). */
async function passOn(scope: Scope, place: Place): Promise<ApiResponse> {
  const { request } = scope;
  const target = targetPath(scope);
  if (target === undefined && request.method === "GET") return { status: 301, headers: { location: `${request.path}/` }, body: "" };
  const headers = Object.entries(request.headers ?? {}).filter(([name]) => !OWN_HEADERS.has(name));
  const { body } = request;
  try {
    const answer = await egressOf(scope).http(place, {
      method: request.method,
      target: target ?? "/",
      host: `${place.ip}:${place.port}`,
      headers: [...headers, ["X-Forwarded-Uri", request.path]],
      ...(body === undefined ? {} : { body: body instanceof Uint8Array || typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const kept = answer.headers.filter(([name]) => !OWN_HEADERS.has(name.toLowerCase()) && name.toLowerCase() !== "content-type");
    const type = answer.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1];
    return {
      status: answer.status,
      headers: Object.fromEntries(kept.map(([name, value]) => [name.toLowerCase(), value])),
      contentType: type ?? "text/plain; charset=utf-8",
      stream: answer.body,
    };
  } catch (error) {
    if (!(error instanceof EgressError)) throw error;
    throw unavailable(`error trying to reach service: ${error.message}`);
  }
}

const pathOf = ({ info }: Scope): object => (info.rest === "" ? {} : { path: info.rest });

const VERBS = ["create", "delete", "get", "patch", "update"];

export const podProxy: Subresource = {
  verbs: VERBS,
  kind: { kind: "PodProxyOptions" },
  async serve(scope) {
    await admitted(scope, "PodProxyOptions", pathOf(scope));
    return passOn(scope, podPlace(scope));
  },
};
export const serviceProxy: Subresource = {
  verbs: VERBS,
  kind: { kind: "ServiceProxyOptions" },
  async serve(scope) {
    await admitted(scope, "ServiceProxyOptions", pathOf(scope));
    return passOn(scope, servicePlace(scope));
  },
};
