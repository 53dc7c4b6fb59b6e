import { rfc3339 } from "../../../sim/index.ts";
import { isNetworkError, type Socket } from "../network-error.ts";
import { askDaemon } from "../session.ts";
import type { Tool } from "../tool.ts";

const PORT = 10_010;
const ENDPOINT = "unix:///run/containerd/containerd.sock";

/** A refusal, in the words that gRPC gave it. */
export class Refused extends Error {}

export async function dial(t: Tool): Promise<Socket> {
  try {
    return await t.proc.net.connect("127.0.0.1", PORT);
  } catch (error) {
    if (!isNetworkError(error)) throw error;
    // Not on a machine, or in a pod that does not share its network.
    throw new Refused(
      `validate service connection: validate CRI v1 runtime API for endpoint "${ENDPOINT}": rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: no such file or directory"`,
    );
  }
}

/** One call of the CRI. Throws Refused. */
export async function call<T>(t: Tool, method: string, more: object = {}): Promise<T> {
  const got = await askDaemon(await dial(t), { method, ...more });
  if (typeof got === "string") throw new Refused(got);
  return got.answer as T;
}

/** logrus, as it writes to a terminal and elsewhere. */
export async function log(t: Tool, level: "fatal" | "error", message: string): Promise<void> {
  await t.flush();
  const time = rfc3339(t.proc.clock.now());
  await t.proc.stderr.write(
    t.proc.stderr.tty
      ? `${level === "fatal" ? "FATA" : "ERRO"}[0000] ${message} \n`
      : `time="${time}" level=${level} msg=${JSON.stringify(message)}\n`,
  );
}
