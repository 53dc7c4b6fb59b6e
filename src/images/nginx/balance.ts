import { header } from "../../network/index.ts";
import type { ProcessContext } from "../../runtime/index.ts";
import type { IngressBackend, IngressCanary } from "../ingress-nginx.ts";
import { readIfThere } from "../process.ts";
import type { Exchange } from "./variables.ts";

const BACKENDS = "/etc/ingress-controller/backends.json";

/** The servers of the backend that a location named, as the ingress controller has written them down (ingress-nginx: balancer.lua). */
export function balanced(proc: ProcessContext, x: Exchange): readonly { readonly host: string; readonly port: number }[] {
  const backends = JSON.parse(readIfThere(proc, BACKENDS) ?? "{}") as Readonly<Record<string, IngressBackend>>;
  const main = backends[x.set.get("proxy_upstream_name") ?? ""];
  const canary = main?.canary;
  const other = canary && takesCanary(canary, x, proc) ? backends[canary.backend] : undefined;
  if (canary && other && other.servers.length > 0) x.set.set("proxy_alternative_upstream_name", canary.backend);
  const { servers = [] } = (other?.servers.length ? other : main) ?? {};
  return servers.map((server) => {
    const colon = server.lastIndexOf(":");
    return { host: server.slice(0, colon), port: Number(server.slice(colon + 1)) };
  });
}

/** A header decides, if it is there; else the weight (ingress-nginx: balancer.lua route_to_alternative_balancer). */
function takesCanary(canary: IngressCanary, x: Exchange, { random }: ProcessContext): boolean {
  const given = canary.header === "" ? undefined : header(x.request.headers, canary.header);
  if (given !== undefined && canary.value !== "" && given === canary.value) return true;
  if (given !== undefined && canary.value === "" && (given === "always" || given === "never")) return given === "always";
  return random.int(canary.total) < canary.weight;
}
