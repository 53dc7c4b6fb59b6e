import type { Probe } from "../../api/index.ts";
import { formatDuration } from "../../machinery/index.ts";
import { dialError, type NetworkStack } from "../../network/index.ts";
import { RuntimeError, type ContainerRuntime } from "../../runtime/index.ts";
import type { Clock } from "../../sim/index.ts";
import type { AnyContainer } from "../pod.ts";
import { within } from "./deadline.ts";
import { httpGet, resolvePort } from "./http.ts";

export interface ProbeOutcome {
  readonly result: "success" | "failure" | "unknown";
  /** What the Unhealthy event says after `probe failed: `. */
  readonly output: string;
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
    const outcome = await httpGet(deps.clock, deps.stack, probe.httpGet, { ip, port }, PROBE_AGENT, timeout);
    if ("error" in outcome) return failure(outcome.error);
    return outcome.status >= 200 && outcome.status < 400 ? SUCCESS : failure(`HTTP probe failed with statuscode: ${outcome.status}`);
  }
  if (probe.tcpSocket !== undefined) {
    const port = resolvePort(probe.tcpSocket.port, target.container.ports);
    if (Number.isNaN(port)) return { result: "unknown", output: `couldn't find port: ${probe.tcpSocket.port}` };
    const host = probe.tcpSocket.host;
    return tcpProbe(deps, host === undefined || host === "" ? target.podIP : host, port, timeout);
  }
  return failure("gRPC probes are not simulated");
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
    if (error instanceof RuntimeError) return failure(error.message);
    throw error;
  }
}

/** Runs a command in a container and collects what it prints, both streams as one. */
export async function execCommand(
  deps: { readonly clock: Clock; readonly runtime: ContainerRuntime },
  id: string,
  command: readonly string[],
  timeout: number,
): Promise<{ readonly code: number; readonly output: string } | "timeout"> {
  const session = await deps.runtime.exec(id, command, { tty: false, stdin: false });
  let output = "";
  const collect = async (stream: { read(): Promise<Uint8Array | null> }): Promise<void> => {
    const decoder = new TextDecoder();
    for (let chunk = await stream.read(); chunk !== null; chunk = await stream.read())
      if (output.length < MAX_OUTPUT) output += decoder.decode(chunk, { stream: true });
  };
  const done = Promise.all([session.exited, collect(session.stdout), collect(session.stderr)]);
  const outcome = await within(deps.clock, timeout, done, () => session.kill());
  return outcome === "timeout" ? "timeout" : { code: outcome[0].code, output: output.slice(0, MAX_OUTPUT) };
}
