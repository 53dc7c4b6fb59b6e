import { isNetworkError, type Socket } from "../network-error.ts";
import type { Tool } from "../tool.ts";

/** Standard input to the socket and the socket to standard output, until the other side has ended. */
export async function relay(t: Tool, socket: Socket): Promise<number> {
  const idle = t.has("wait") && !t.busybox ? Number(t.value("wait")) * 1000 : undefined;
  const up = (async (): Promise<"sent"> => {
    const input = t.proc.stdin;
    for (let chunk = await input.read(); chunk !== null; chunk = await input.read()) await socket.write(chunk);
    // OpenBSD's half closes only when told to (-N).
    if (t.busybox || t.has("shut")) socket.end();
    return "sent";
  })().catch(() => "sent" as const);
  const down = (async (): Promise<"ended"> => {
    for (let chunk = await socket.read(); chunk !== null; chunk = await socket.read()) await t.bytes(chunk);
    return "ended";
  })().catch((error: unknown) => {
    if (!isNetworkError(error)) throw error;
    return "ended" as const;
  });
  const quit = t.has("quit") ? up.then(() => t.proc.clock.sleep(Number(t.value("quit")) * 1000)) : undefined;
  const wait = idle === undefined ? undefined : up.then(() => t.proc.clock.sleep(idle));
  await Promise.race([down, ...(quit ? [quit] : []), ...(wait ? [wait] : [])]);
  socket.end();
  return 0;
}
