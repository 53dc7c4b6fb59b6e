import type { KubeProxies } from "./proxy.ts";
import { type HttpHandler, serveHttp } from "./http/server.ts";
import type { Socket } from "./types.ts";

/** kube-proxy's answer to a load balancer that asks whether a node has endpoints of a Service (k8s: proxy/healthcheck/service_health.go). */
function healthHandler(proxies: KubeProxies, node: string, service: string): HttpHandler {
  const [namespace = "", name = ""] = service.split("/");
  return () => {
    const localEndpoints = proxies.localEndpoints(service, node);
    const body = { service: { namespace, name }, localEndpoints, serviceProxyHealthy: true };
    return {
      status: localEndpoints > 0 ? 200 : 503,
      headers: [
        ["Content-Type", "application/json"],
        ["X-Content-Type-Options", "nosniff"],
        ["X-Load-Balancing-Endpoint-Weight", String(localEndpoints)],
      ],
      body: JSON.stringify(body, undefined, "\t"),
    };
  };
}

/** What answers on a node's port; undefined: it is no Service's healthCheckNodePort. */
export function answerHealthCheck(proxies: KubeProxies, node: string, port: number): ((socket: Socket) => void) | undefined {
  const service = proxies.healthChecked(port);
  return service === undefined ? undefined : (socket) => void serveHttp(socket, healthHandler(proxies, node, service));
}
