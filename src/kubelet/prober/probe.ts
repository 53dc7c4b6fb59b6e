import type { HTTPGetAction, Probe } from "../../api/index.ts";
import { formatDuration } from "../../machinery/index.ts";
import { dialError, type NetworkStack } from "../../network/index.ts";
import { RuntimeError, type ContainerRuntime } from "../../runtime/index.ts";
import type { Clock } from "../../sim/index.ts";
import { rpcError } from "../images.ts";
import type { AnyContainer } from "../pod.ts";
import { within } from "./deadline.ts";
import { grpcHealth } from "./grpc.ts";
import { httpGet, resolvePort } from "./http.ts";

export interface ProbeOutcome {
  readonly result: "success" | "failure" | "unknown";
  /** What the Unhealthy event says after `probe failed: `. */
  readonly output: string;
  /** It succeeded, and `output` says what is odd about it. */
  readonly warning?: boolean;
}

export interface ProbeTarget {
  readonly container: AnyContainer;
  readonly id: string;
  readonly podIP: string;
}

const SUCCESS: ProbeOutcome = { result: "success", output: "" };
const failure = (output: string): ProbeOutcome => ({ result: "failure", output });
const PROBE_AGENT = "kube-probe/1.36";
/** Most of a body or of a command's output that is shown (k8s: probe/http maxRespBodyLength). */
const MAX_OUTPUT = 10 * 1024;

/** Runs one probe once (k8s: prober.go runProbe). */
export async function runProbe(
  deps: { readonly clock: Clock; readonly stack: NetworkStack; readonly runtime: ContainerRuntime },
  probe: Probe,
  target: ProbeTarget,
): Promise<ProbeOutcome> {
  const timeout = (probe.timeoutSeconds ?? 1) * 1000;
  if (probe.exec !== undefined) return execProbe(deps, probe.exec.command ?? [], target, timeout);
  if (probe.httpGet !== undefined) {
    const port = resolvePort(probe.httpGet.port, target.container.ports);
    if (Number.isNaN(port)) return { result: "unknown", output: `couldn't find port: ${probe.httpGet.port}` };
    const host = probe.httpGet.host;
    const ip = host === undefined || host === "" ? target.podIP : host;
    return httpProbe(deps, probe.httpGet, { ip, port }, timeout);
  }
  if (probe.tcpSocket !== undefined) {
    const port = resolvePort(probe.tcpSocket.port, target.container.ports);
    if (Number.isNaN(port)) return { result: "unknown", output: `couldn't find port: ${probe.tcpSocket.port}` };
    const host = probe.tcpSocket.host;
    return tcpProbe(deps, host === undefined || host === "" ? target.podIP : host, port, timeout);
  }
  if (probe.grpc !== undefined) {
    const { port, service } = probe.grpc;
    const at = { ip: target.podIP, port, service: service ?? "" };
    const problem = await grpcHealth(deps, at, PROBE_AGENT, timeout);
    return problem === undefined ? SUCCESS : failure(problem);
  }
  return { result: "unknown", output: `missing probe handler for ${target.container.name}` };
}

/** Most redirections that are followed, as Go's client has it. */
const MOST_REDIRECTIONS = 10;

/** Redirections within a host are followed; one that leads away is a success with a warning (k8s: probe/http RedirectChecker). */
async function httpProbe(
  deps: { readonly clock: Clock; readonly stack: NetworkStack },
  action: HTTPGetAction,
  target: { readonly ip: string; readonly port: number },
  timeout: number,
): Promise<ProbeOutcome> {
  const until = deps.clock.now() + timeout;
  let at = { action, target };
  for (let hops = 0; ; hops++) {
    const left = Math.max(0, until - deps.clock.now());
    const outcome = await httpGet(deps.clock, deps.stack, at.action, at.target, PROBE_AGENT, left);
    if ("error" in outcome) return failure(outcome.error);
    const { status, body, location } = outcome;
    if (status < 200 || status >= 400) return failure(`HTTP probe failed with statuscode: ${status}`);
    if (location === undefined || status < 300) return SUCCESS;
    const next = redirected(at, location);
    if (next === undefined)
      return { result: "success", output: `Probe terminated redirects, Response body: ${body.slice(0, MAX_OUTPUT)}`, warning: true };
    if (hops === MOST_REDIRECTIONS) return failure(`Get "${location}": stopped after ${MOST_REDIRECTIONS} redirects`);
    at = next;
  }
}

/** Where a redirection leads on the same host; undefined: elsewhere. */
function redirected(
  { action, target }: { readonly action: HTTPGetAction; readonly target: { readonly ip: string; readonly port: number } },
  location: string,
): { action: HTTPGetAction; target: { ip: string; port: number } } | undefined {
  if (location.startsWith("/") && !location.startsWith("//")) return { action: { ...action, path: location }, target: { ...target } };
  const [, scheme = "", host = "", port, path = "/"] = /^(https?):\/\/(\[[^\]]*\]|[^:/?#]*)(?::(\d+))?([^#]*)/i.exec(location) ?? [];
  if (host.replace(/[[\]]/g, "") !== target.ip) return undefined;
  return {
    action: { ...action, scheme: scheme.toUpperCase() as "HTTP" | "HTTPS", path },
    target: { ip: target.ip, port: port === undefined ? (scheme.toLowerCase() === "https" ? 443 : 80) : Number(port) },
  };
}

async function tcpProbe(
  deps: { readonly clock: Clock; readonly stack: NetworkStack },
  ip: string,
  port: number,
  timeout: number,
): Promise<ProbeOutcome> {
  try {
    const socket = await deps.stack.connect(ip, port, { timeout });
    socket.destroy();
    return SUCCESS;
  } catch (error) {
    return failure(dialError(ip, port, error));
  }
}

async function execProbe(
  deps: { readonly clock: Clock; readonly runtime: ContainerRuntime },
  command: readonly string[],
  target: ProbeTarget,
  timeout: number,
): Promise<ProbeOutcome> {
  try {
    const outcome = await execCommand(deps, target.id, command, timeout);
    if (outcome === "timeout")
      return failure(`command timed out: ${JSON.stringify(command.join(" "))} timed out after ${formatDuration(timeout)}`);
    return outcome.code === 0 ? SUCCESS : failure(outcome.output);
  } catch (error) {
    // A command that cannot even be begun says nothing of the container.
    if (error instanceof RuntimeError) return { result: "unknown", output: rpcError(error) };
    throw error;
  }
}

/** Runs a command in a container and collects what it prints, both streams as one. */
export async function execCommand(
  deps: { readonly clock: Clock; readonly runtime: ContainerRuntime },
  id: string,
  command: readonly string[],
  timeout: number,
): Promise<{ readonly code: number; readonly output: string; readonly stderr: string } | "timeout"> {
  const session = await deps.runtime.exec(id, command, { tty: false, stdin: false });
  let output = "";
  let stderr = "";
  const collect = async (stream: { read(): Promise<Uint8Array | null> }, take: (text: string) => void): Promise<void> => {
    const decoder = new TextDecoder();
    for (let chunk = await stream.read(); chunk !== null; chunk = await stream.read())
      if (output.length < MAX_OUTPUT) take(decoder.decode(chunk, { stream: true }));
  };
  const stdout = collect(session.stdout, (text) => (output += text));
  const errors = collect(session.stderr, (text) => {
    output += text;
    stderr += text;
  });
  const outcome = await within(deps.clock, timeout, Promise.all([session.exited, stdout, errors]), () => session.kill());
  return outcome === "timeout"
    ? "timeout"
    : { code: outcome[0].code, output: output.slice(0, MAX_OUTPUT), stderr: stderr.slice(0, MAX_OUTPUT) };
}
