import { checkHealth, hostPort, type HealthAnswer, type NetworkStack, type Socket } from "../../network/index.ts";
import { formatDuration } from "../../machinery/index.ts";
import type { Clock } from "../../sim/index.ts";
import { within } from "./deadline.ts";

/** Undefined: it is healthy; else what the probe says (k8s: probe/grpc/grpc.go Probe). */
export async function grpcHealth(
  deps: { readonly clock: Clock; readonly stack: NetworkStack },
  target: { readonly ip: string; readonly port: number; readonly service: string },
  agent: string,
  timeout: number,
): Promise<string | undefined> {
  const authority = hostPort(target.ip, target.port);
  const limit = formatDuration(timeout);
  let socket: Socket | undefined;
  let connected = false;
  // A connection that fails is tried again until the time is up: that it failed is not told.
  const never = new Promise<HealthAnswer>(() => {});
  const check = async (): Promise<HealthAnswer> => {
    try {
      socket = await deps.stack.connect(target.ip, target.port, { timeout });
    } catch {
      return never;
    }
    const answer = await checkHealth(socket, { authority, agent, service: target.service, connected: () => (connected = true) });
    return "failed" in answer && answer.failed === "connect" ? never : answer;
  };
  const answer = await within(deps.clock, timeout, check(), () => {});
  socket?.destroy();
  if (answer === "timeout")
    return connected
      ? `timeout: health rpc did not complete within ${limit}`
      : `timeout: failed to connect service ${JSON.stringify(authority)} within ${limit}: context deadline exceeded`;
  if ("status" in answer)
    return answer.status === "SERVING" ? undefined : `service unhealthy (responded with ${JSON.stringify(answer.status)})`;
  const { code, message } = answer as { readonly code: number; readonly message: string };
  if (code === 12) return `error: this server does not implement the grpc health protocol (grpc.health.v1.Health): ${message}`;
  return `error: health rpc probe failed: rpc error: code = ${CODES[code] ?? "Unknown"} desc = ${message}`;
}

const CODES: Readonly<Record<number, string>> = { 5: "NotFound", 14: "Unavailable" };
