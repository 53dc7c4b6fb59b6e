import type { HTTPGetAction, LifecycleHandler, Pod } from "../api/index.ts";
import { goQuote } from "../machinery/index.ts";
import { hostPort, type NetworkStack } from "../network/index.ts";
import { RuntimeError, type ContainerRuntime } from "../runtime/index.ts";
import type { Clock } from "../sim/index.ts";
import { formatPod } from "./pod.ts";
import type { AnyContainer } from "./pod.ts";
import { HTTP_TO_HTTPS, httpGet, resolvePort } from "./prober/http.ts";
import { execCommand } from "./prober/probe.ts";

export interface HookDeps {
  readonly clock: Clock;
  readonly stack: NetworkStack;
  readonly runtime: ContainerRuntime;
}

/** A hook that runs for ever is ended with its container, not by a clock of its own. */
const NO_LIMIT = 2 ** 31;

interface HookTarget {
  readonly pod: Pod;
  readonly container: AnyContainer;
  readonly id: string;
  readonly podIP: string;
  /** Tells of something about the pod. */
  readonly event: (type: "Normal" | "Warning", reason: string, message: string) => void;
}

/** Runs a postStart or preStop hook; undefined, or why it failed. Any HTTP answer is a success (k8s: lifecycle/handlers.go). */
export async function runHook(deps: HookDeps, hook: LifecycleHandler, target: HookTarget, timeout = NO_LIMIT): Promise<string | undefined> {
  const { container, pod } = target;
  const where = `for Container ${goQuote(container.name)} in Pod ${goQuote(formatPod(pod))} failed - error:`;
  if (hook.exec !== undefined) {
    const command = hook.exec.command ?? [];
    const failed = (error: string, output: string): string =>
      `Exec lifecycle hook (${`[${command.join(" ")}]`}) ${where} ${error}, message: ${goQuote(output)}`;
    try {
      const outcome = await execCommand(deps, target.id, command, timeout);
      if (outcome === "timeout") return failed("context deadline exceeded", "");
      const { code, output, stderr } = outcome;
      return code === 0 ? undefined : failed(`command '${command.join(" ")}' exited with ${code}: ${stderr}`, output);
    } catch (error) {
      return failed(error instanceof RuntimeError ? `rpc error: code = Unknown desc = ${error.message}` : String(error), "");
    }
  }
  if (hook.httpGet !== undefined) {
    const port = resolvePort(hook.httpGet.port === "" ? 80 : hook.httpGet.port, container.ports);
    const { host } = hook.httpGet;
    const failed = (error: string): string => `HTTP lifecycle hook (${hook.httpGet?.path ?? ""}) ${where} ${error}`;
    if (Number.isNaN(port)) return failed(`couldn't find port: ${hook.httpGet.port}`);
    const ip = host === undefined || host === "" ? target.podIP : host;
    const left = Math.min(timeout, 30_000);
    const ask = (action: HTTPGetAction): ReturnType<typeof httpGet> =>
      httpGet(deps.clock, deps.stack, action, { ip, port }, "kube-lifecycle/1.36", left);
    let outcome = await ask(hook.httpGet);
    if ("error" in outcome && outcome.error.endsWith(HTTP_TO_HTTPS)) {
      // Hooks said HTTPS for years and were sent without (k8s: lifecycle/handlers.go isHTTPResponseError).
      const httpHeaders = (hook.httpGet.httpHeaders ?? []).filter(({ name }) => name.toLowerCase() !== "authorization");
      const plain = await ask({ ...hook.httpGet, scheme: "HTTP", httpHeaders });
      if (!("error" in plain)) {
        target.event(
          "Warning",
          "LifecycleHTTPFallback",
          `request to HTTPS lifecycle hook ${hostPort(ip, port)} got HTTP response, retry with HTTP succeeded`,
        );
        outcome = plain;
      }
    }
    return "error" in outcome ? failed(outcome.error) : undefined;
  }
  if (hook.sleep !== undefined) {
    await deps.clock.sleep(Math.min(hook.sleep.seconds * 1000, timeout));
    return undefined;
  }
  return "Cannot run handler";
}
