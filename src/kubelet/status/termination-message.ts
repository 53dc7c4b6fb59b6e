import type { Pod } from "../../api/index.ts";
import type { ContainerRuntime, ContainerStatus } from "../../runtime/index.ts";
import { specOf } from "../pod.ts";
import type { AnyContainer } from "../pod.ts";

/** Most that one container says, and all of a pod's together (k8s: container.MaxContainerTerminationMessageLength, MaxPodTerminationMessageLogLength). */
const MAX_MESSAGE = 4096;
const MAX_OF_POD = 12 * 1024;
const MAX_LOG_LINES = 80;
const MAX_LOG_BYTES = 2048;

/** What the runtime says of a container's end, and after it what the container itself left (k8s: kuberuntime_container.go getPodContainerStatuses). */
export function terminationMessage(
  runtime: Pick<ContainerRuntime, "terminationMessage" | "logs">,
  pod: Pod,
  status: ContainerStatus,
  container: AnyContainer,
): string | undefined {
  const written = lastBytes(runtime.terminationMessage(status.id) ?? "", MAX_MESSAGE);
  const fallsBack =
    container.terminationMessagePolicy === "FallbackToLogsOnError" && status.exitCode !== 0 && status.reason !== "StartError";
  const left = written === "" && fallsBack ? lastBytes(lastLines(runtime, status.id), MAX_LOG_BYTES) : written;
  const message = [status.message ?? "", left].filter((part) => part !== "").join(": ");
  const { containers, initContainers = [], ephemeralContainers = [] } = specOf(pod);
  const share = Math.floor(MAX_OF_POD / Math.max(1, containers.length + initContainers.length + ephemeralContainers.length));
  return message.length > share ? message.slice(0, share) : message;
}

function lastLines(runtime: Pick<ContainerRuntime, "logs">, id: string): string {
  const log = runtime.logs(id);
  return log
    .lines(log.next - MAX_LOG_LINES)
    .map((line) => line.text)
    .join("");
}

const lastBytes = (text: string, most: number): string => (text.length <= most ? text : text.slice(-most));
