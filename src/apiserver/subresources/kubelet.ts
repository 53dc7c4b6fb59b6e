import type { Pod } from "../../api/index.ts";
import { badRequest, failure, internalError, notFound } from "../../machinery/index.ts";
import { queryValue, type Scope } from "../context.ts";
import { currentEntry } from "../registry/write.ts";
import { queryBoolean } from "../options.ts";
import type { ApiRequest, ApiResponse, ByteStream, Duplex, Egress, PortForward } from "../types.ts";
import { admitted } from "./connect.ts";
import { logOptions } from "./log-options.ts";
import type { Subresource } from "./types.ts";

/** GET pods/NAME/log: asked of the pod's kubelet (k8s: registry/core/pod LogLocation). */
async function logs(scope: Scope): Promise<ApiResponse> {
  const { request, info } = scope;
  const options = logOptions(request, info.name, scope.server.clock.now());
  const pod = podOf(scope);
  const container = containerOf(scope, pod, queryValue(request, "container") ?? "", "a container name must be specified");
  if (!pod.spec?.nodeName) return { status: 200, body: "", contentType: "text/plain" };
  const answer = await egressOf(scope).logs(pod.spec.nodeName, {
    namespace: info.namespace,
    pod: info.name,
    container,
    ...options,
    ...(request.signal ? { signal: request.signal } : {}),
  });
  return "read" in answer ? { status: 200, contentType: "text/plain", stream: answer as ByteStream } : (answer as ApiResponse);
}

/** exec and attach (k8s: registry/core/pod ExecLocation, AttachLocation). */
export async function stream(scope: Scope): Promise<Duplex | ApiResponse> {
  const { info } = scope;
  const executes = info.subresource === "exec";
  const options = await admitted(scope, executes ? "PodExecOptions" : "PodAttachOptions", sessionOf(scope.request, executes));
  const pod = podOf(scope);
  const container = containerOf(scope, pod, options.container ?? "", "a container name must be specified");
  if (!pod.spec?.nodeName) throw badRequest(`pod ${info.name} does not have a host assigned`);
  const { command = [], stdin = false, stdout = false, stderr = false, tty = false } = options;
  if (executes && command.length === 0) throw badRequest("you must specify at least 1 command for the container");
  return egressOf(scope).exec(pod.spec.nodeName, {
    namespace: info.namespace,
    pod: info.name,
    container,
    ...(executes ? { command } : {}),
    stdin,
    stdout,
    stderr,
    tty,
  });
}

/** PodExecOptions and PodAttachOptions. */
interface Session {
  readonly container?: string;
  readonly command?: readonly string[];
  readonly stdin?: true;
  readonly stdout?: true;
  readonly stderr?: true;
  readonly tty?: true;
}

function sessionOf(request: ApiRequest, executes: boolean): Session {
  const on = (name: string): object => (queryBoolean(request, name) ? { [name]: true } : {});
  const { container, command } = request.query ?? {};
  const words = typeof command === "string" ? [command] : command;
  return {
    ...on("stdin"),
    ...on("stdout"),
    ...on("stderr"),
    ...on("tty"),
    ...(container ? { container: String(container) } : {}),
    ...(executes && words ? { command: words } : {}),
  };
}

/** portforward (k8s: registry/core/pod PortForwardLocation): each connection is the pod's kubelet's to make. */
export async function portForward(scope: Scope): Promise<PortForward> {
  const { ports = [] } = scope.request.query ?? {};
  const wanted = (typeof ports === "string" ? [ports] : ports).map(Number);
  await admitted(scope, "PodPortForwardOptions", wanted.length === 0 ? {} : { ports: wanted });
  const pod = podOf(scope);
  const node = pod.spec?.nodeName;
  if (!node) throw badRequest(`pod ${scope.info.name} does not have a host assigned`);
  const way = egressOf(scope);
  return { open: (port) => way.portForward(node, { namespace: scope.info.namespace, name: scope.info.name }, port) };
}

/** nodes/NAME/proxy/PATH: passed on to the kubelet's HTTP server. */
async function proxyToNode(scope: Scope): Promise<ApiResponse> {
  await admitted(scope, "NodeProxyOptions", scope.info.rest === "" ? {} : { path: scope.info.rest });
  if (!currentEntry(scope)) throw notFound("nodes", scope.info.name);
  return egressOf(scope).proxy(scope.info.name, scope.info.rest);
}

function podOf(scope: Scope): Pod {
  const entry = currentEntry(scope);
  if (!entry) throw notFound("pods", scope.info.name);
  return entry.value as Pod;
}

export function egressOf(scope: Scope): Egress {
  const found = scope.server.egress();
  if (!found) throw failure(503, "ServiceUnavailable", "no kubelet can be reached from this API server");
  return found;
}

function containerOf({ info }: Scope, pod: Pod, wanted: string, unnamed: string): string {
  const containers = (pod.spec?.containers ?? []).map((c) => c.name);
  const inits = (pod.spec?.initContainers ?? []).map((c) => c.name);
  const ephemeral = (pod.spec?.ephemeralContainers ?? []).map((c) => c.name);
  if (wanted === "") {
    if (containers.length === 1 && inits.length === 0 && ephemeral.length === 0) return containers[0] as string;
    if (containers.length === 0) throw internalError(`pod ${info.name} has no containers`);
    const init = inits.length > 0 ? ` or one of the init containers: [${inits.join(" ")}]` : "";
    if (containers.length === 1) return containers[0] as string;
    throw badRequest(`${unnamed} for pod ${info.name}, choose one of: [${containers.join(" ")}]${init}`);
  }
  if (![...containers, ...inits, ...ephemeral].includes(wanted)) throw badRequest(`container ${wanted} is not valid for pod ${info.name}`);
  return wanted;
}

export const log: Subresource = { verbs: ["get"], serve: logs };
export const nodeProxy: Subresource = {
  verbs: ["create", "delete", "get", "patch", "update"],
  kind: { kind: "NodeProxyOptions" },
  serve: proxyToNode,
};
