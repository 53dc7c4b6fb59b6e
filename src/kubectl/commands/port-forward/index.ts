import type { Pod, Service } from "../../../api/index.ts";
import { CliError, errorMessage, usageError } from "../../errors.ts";
import { klogHead } from "../../klog.ts";
import { duration, strings } from "../../flags/parse.ts";
import type { Command, Invocation, KubectlForward, KubectlPortStream, Listener, Socket } from "../../types.ts";
import { attachablePod, objectOf } from "../pods.ts";
import { type ForwardedPort, parsePorts, podPorts, servicePorts } from "./ports.ts";

export const portForward: Command = {
  name: "port-forward",
  group: "Troubleshooting and Debugging Commands",
  short: "Forward one or more local ports to a pod",
  usage: "TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]",
  arguments: "pods, ports",
  flags: {
    address: {
      ...strings(
        "Addresses to listen on (comma separated). Only accepts IP addresses or localhost as a value. When localhost is supplied, kubectl will try to bind on both 127.0.0.1 and ::1 and will fail if neither of these addresses are available to bind.",
      ),
      default: "localhost",
    },
    "pod-running-timeout": duration("The length of time to wait until at least one pod is running", "1m0s"),
  },
  async run(invocation) {
    const { args, flags, session } = invocation;
    if (args.length < 2) throw usageError(invocation.path, "TYPE/NAME and list of ports are required for port-forward");
    if (flags.duration("pod-running-timeout") <= 0) throw usageError(invocation.path, "--pod-running-timeout must be higher than zero");
    const object = await objectOf(invocation, args[0] as string);
    const pod = (await attachablePod(invocation, object)) as unknown as Pod;
    const asked = args.slice(1);
    const ports = object.kind === "Service" ? servicePorts(asked, object as unknown as Service, pod) : podPorts(asked, pod);
    const path = `/api/v1/namespaces/${pod.metadata?.namespace}/pods/${pod.metadata?.name}`;
    const { status } = (await session.object("GET", path)) as Pod;
    if (status?.phase !== "Running")
      throw new CliError(`unable to forward port because pod is not running. Current status=${status?.phase ?? ""}`);
    const addresses = flags.list("address");
    const wanted = parsePorts(ports);
    const hosts = addresses.flatMap((address) => hostsOf(address));
    return forward(invocation, await session.forward(`${path}/portforward`), wanted, hosts);
  },
};

function hostsOf(address: string): readonly string[] {
  if (address === "localhost") return ["127.0.0.1", "::1"];
  if (/^\d+(?:\.\d+){3}$/.test(address) || address.includes(":")) return [address];
  throw new CliError(`${address} is not a valid IP`);
}

const shown = (host: string): string => (host.includes(":") ? `[${host}]` : host);

async function forward(
  invocation: Invocation,
  way: KubectlForward,
  ports: readonly ForwardedPort[],
  hosts: readonly string[],
): Promise<number> {
  const { proc } = invocation;
  const { net } = proc;
  if (net === undefined) throw new CliError("this computer has no network to listen on");
  const open: Listener[] = [];
  let lost: () => void = () => {};
  const ended = new Promise<"lost" | "stopped">((resolve) => {
    lost = () => resolve("lost");
    proc.on("INT", () => resolve("stopped"));
    if (proc.signal.aborted) resolve("stopped");
    proc.signal.addEventListener("abort", () => resolve("stopped"), { once: true });
  });
  for (const port of ports) {
    const refused: string[] = [];
    let taken = port.local;
    for (const host of hosts) {
      try {
        const listener = await net.listen(taken, { address: host });
        open.push(listener);
        taken = listener.port;
        await invocation.out(`Forwarding from ${shown(host)}:${listener.port} -> ${port.remote}\n`);
        void accept(invocation, listener, { ...port, local: listener.port }, way, lost);
      } catch {
        const family = host.includes(":") ? "tcp6" : "tcp4";
        refused.push(`unable to create listener: Error listen ${family} ${shown(host)}:${port.local}: bind: address already in use`);
      }
    }
    if (refused.length === hosts.length)
      await invocation.err(
        `Unable to listen on port ${port.local}: Listeners failed to create with the following errors: [${refused.join(" ")}]\n`,
      );
  }
  if (open.length === 0) {
    const all = ports.map(({ local, remote }) => `{${local} ${remote}}`).join(" ");
    throw new CliError(`unable to listen on any of the requested ports: [${all}]`);
  }
  const how = await ended;
  if (proc.signal.aborted) return 130;
  for (const listener of open) listener.close();
  if (how === "lost") throw new CliError("lost connection to pod");
  return 0;
}

async function accept(
  invocation: Invocation,
  listener: Listener,
  port: ForwardedPort,
  way: KubectlForward,
  lost: () => void,
): Promise<void> {
  for (;;) {
    let socket: Socket;
    try {
      socket = await listener.accept();
    } catch {
      return;
    }
    void carry(invocation, socket, port, way, lost);
  }
}

/** One connection; that nobody listens in the pod ends all of them, as upstream's does. */
async function carry(
  invocation: Invocation,
  socket: Socket,
  { local, remote }: ForwardedPort,
  way: KubectlForward,
  lost: () => void,
): Promise<void> {
  const { proc } = invocation;
  try {
    await invocation.out(`Handling connection for ${local}\n`);
    const stream = await opened(way, remote);
    if ("refused" in stream) {
      const what = `an error occurred forwarding ${local} -> ${remote}: ${stream.refused}`;
      await invocation.err(
        `${klogHead("E", proc.clock.now(), proc.pid)} portforward.go:424] "Unhandled Error" err=${JSON.stringify(what)}\n`,
      );
      socket.end();
      // The connection to the API server is closed in order first.
      await proc.clock.sleep(CLOSING);
      return lost();
    }
    await Promise.all([copy(socket, stream), copy(stream, socket)]).finally(() => stream.close());
  } catch {
    // Either side is gone, or this process is: what was between them ends.
    if (!proc.signal.aborted) socket.destroy();
  }
}

const CLOSING = 50;

async function opened(way: KubectlForward, port: number): Promise<KubectlPortStream | { readonly refused: string }> {
  try {
    return await way.open(port);
  } catch (error) {
    return { refused: errorMessage(error) };
  }
}

async function copy(
  from: { read(): Promise<Uint8Array | null> },
  to: { write(data: Uint8Array): Promise<void>; end(): void },
): Promise<void> {
  for (let data = await from.read(); data !== null; data = await from.read()) await to.write(data);
  to.end();
}
