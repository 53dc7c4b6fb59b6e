import { notFound } from "../../machinery/index.ts";
import { type ContainerRuntime, RuntimeError } from "../../runtime/index.ts";
import type { PodWorkers } from "../pod-workers.ts";
import type { ByteStream, Duplex, ExecRequest, Kubelet, LogRequest, Refusal } from "../types.ts";
import { containerNotFound, execIn } from "./exec.ts";
import { logRefusal, logTarget, readLogs, refuse } from "./logs.ts";

/** What a kubelet lets its clients have of its pods: logs, commands, ports. */
export function podSessions(runtime: ContainerRuntime, workers: PodWorkers): Pick<Kubelet, "logs" | "exec" | "portForward"> {
  return {
    async logs(request: LogRequest): Promise<ByteStream | Refusal> {
      const worker = workers.named(request.namespace, request.pod);
      if (worker === undefined) return refuse(notFound("pods", request.pod));
      const target = logTarget(worker.status ?? worker.pod.status, request);
      return "refusal" in target ? logRefusal(target.refusal) : readLogs(runtime, target.id, request);
    },

    async exec(request: ExecRequest): Promise<Duplex | Refusal> {
      const sandbox = workers.named(request.namespace, request.pod)?.sandboxes.at(-1);
      const running =
        sandbox === undefined
          ? undefined
          : runtime.containers(sandbox.id).find((c) => c.name === request.container && c.state === "running");
      return running === undefined ? containerNotFound(request.container) : execIn(runtime, running.id, request);
    },

    async portForward({ namespace, name }, port) {
      const sandbox = workers.named(namespace, name)?.sandboxes.at(-1);
      if (sandbox === undefined)
        throw new RuntimeError("NotFound", `unable to do port forwarding: pod not found (${JSON.stringify(`${name}_${namespace}`)})`);
      return runtime.portForward(sandbox.id, port);
    },
  };
}
