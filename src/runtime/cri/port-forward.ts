import { dialError, type Socket } from "../../network/index.ts";
import type { ThawingStack } from "../kernel/kernel.ts";
import { RuntimeError } from "../types.ts";

/** A connection to a port within a sandbox (containerd: sandbox_portforward_linux.go). */
export async function portForward(stack: ThawingStack | undefined, sandboxId: string, port: number): Promise<Socket> {
  if (!stack) throw new RuntimeError("NotFound", `failed to find sandbox ${JSON.stringify(sandboxId)}: not found`);
  try {
    return await stack.connect("127.0.0.1", port);
  } catch (error) {
    const why = dialError("127.0.0.1", port, error).replace(/^dial tcp [^ ]* /, "");
    throw new RuntimeError(
      "Unknown",
      `error forwarding port ${port} to pod ${sandboxId}, uid : failed to execute portforward in network namespace "/var/run/netns/cni-${sandboxId.slice(0, 8)}": failed to connect to localhost:${port} inside namespace "${sandboxId}", IPv4: dial tcp4 127.0.0.1:${port}: ${why} IPv6 dial tcp6 [::1]:${port}: ${why} `,
    );
  }
}
