import { isPodTerminal } from "../../api/index.ts";
import { ApiFailure, CliError, usageError } from "../errors.ts";
import { fileFlags } from "../flags/groups.ts";
import { bool, duration, str } from "../flags/parse.ts";
import type { Pod } from "../describe/types.ts";
import { fileTargets } from "../rest/resources.ts";
import { attachablePod, containersOf, defaultContainer, podOf } from "./pods.ts";
import { detaching, detachKeys } from "./detach.ts";
import { finish, pump } from "./streams.ts";
import type { Command, Invocation } from "../types.ts";

const streamFlags = {
  container: str(
    "Container name. If omitted, use the kubectl.kubernetes.io/default-container annotation or the first container in the pod",
    "c",
  ),
  "pod-running-timeout": duration("The length of time to wait until at least one pod is running", "1m0s"),
  quiet: bool("Only print output from the remote session", "q"),
  stdin: bool("Pass stdin to the container", "i"),
  tty: bool("Stdin is a TTY", "t"),
};

/** Whether a TTY can be had; kubectl says so when not. */
export async function ttyOf(invocation: Invocation): Promise<boolean> {
  const { flags, proc } = invocation;
  if (!flags.bool("tty")) return false;
  if (!flags.bool("stdin")) return false;
  if (proc.stdin.tty) return true;
  if (!flags.has("quiet") || !flags.bool("quiet"))
    await invocation.err("Unable to use a TTY - input is not a terminal or the right kind of file\n");
  return false;
}

/** A refusal of the connection: kubelets answer in text, which kubectl passes on as it is. */
export function upgradeError(error: unknown): unknown {
  if (error instanceof ApiFailure && error.reason === "InternalError" && /^(?:unable to upgrade|container not found)/.test(error.message)) {
    return new CliError(error.message.startsWith("unable") ? error.message : `unable to upgrade connection: ${error.message}`);
  }
  return error;
}

function checkTimeout({ flags, path }: Invocation): void {
  if (flags.duration("pod-running-timeout") <= 0) throw usageError(path, "--pod-running-timeout must be higher than zero");
}

/** The pod of what -f describes: itself, or one of a workload's. */
async function podOfFile(invocation: Invocation): Promise<Pod> {
  const [target] = await fileTargets(invocation);
  if (!target) throw new CliError("pod, type/name or --filename must be specified");
  return attachablePod(invocation, await invocation.session.get(target.type, target.namespace, target.name));
}

export const exec: Command = {
  name: "exec",
  group: "Troubleshooting and Debugging Commands",
  short: "Execute a command in a container",
  usage: "(POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]",
  arguments: "pods",
  flags: {
    filename: fileFlags["filename"] as NonNullable<(typeof fileFlags)[string]>,
    ...streamFlags,
    container: { ...streamFlags.container, complete: "containers" },
  },
  async run(invocation) {
    const { args, dash, flags, session } = invocation;
    checkTimeout(invocation);
    const fromFile = flags.list("filename").length > 0;
    if (!fromFile && dash < 0 && args.length > 1)
      throw new CliError(
        "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\nSee 'kubectl exec -h' for help and examples",
      );
    if (!fromFile && (args.length === 0 || dash === 0)) throw new CliError("pod, type/name or --filename must be specified");
    const command = fromFile ? args : args.slice(1);
    if (command.length === 0) throw new CliError("you must specify at least one command for the container");
    const pod = fromFile ? await podOfFile(invocation) : await podOf(invocation, args[0] as string);
    if (isPodTerminal(pod)) throw new CliError(`cannot exec into a container in a completed pod; current phase is ${pod.status?.phase}`);
    const container = await defaultContainer(invocation, pod, flags.string("container"), flags.bool("quiet"));
    const tty = await ttyOf(invocation);
    const stdin = flags.bool("stdin");
    const query = {
      container,
      command,
      stdout: "true",
      stderr: String(!tty),
      ...(stdin ? { stdin: "true" } : {}),
      ...(tty ? { tty: "true" } : {}),
    };
    let duplex;
    try {
      duplex = await session.connect(`/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}/exec`, query);
    } catch (error) {
      throw upgradeError(error);
    }
    return finish(invocation, await pump(invocation, duplex, { stdin, tty }));
  },
};

export const attach: Command = {
  name: "attach",
  group: "Troubleshooting and Debugging Commands",
  short: "Attach to a running container",
  usage: "(POD | TYPE/NAME) -c CONTAINER",
  arguments: "pods",
  flags: { ...streamFlags, "detach-keys": str("Override the key sequence for detaching from a container.", undefined, "ctrl-p,ctrl-q") },
  async run(invocation) {
    const { args, flags } = invocation;
    if (args.length === 0) throw new CliError("at least 1 argument is required for attach");
    checkTimeout(invocation);
    if (args.length > 2) throw usageError(invocation.path, "expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments)");
    const pod = await podOf(invocation, args.length === 2 ? `${args[0]}/${args[1]}` : (args[0] as string));
    if (isPodTerminal(pod)) throw new CliError(`cannot attach a container in a completed pod; current phase is ${pod.status?.phase}`);
    const container = await defaultContainer(invocation, pod, flags.string("container"), flags.bool("quiet")).catch((error: unknown) => {
      throw error instanceof CliError ? new CliError(`cannot attach to the container: ${error.message}`) : error;
    });
    const found = containersOf(pod).find((c) => c.container.name === container);
    const declared = found?.container as { tty?: boolean } | undefined;
    let tty = await ttyOf(invocation);
    if (tty && !declared?.tty) {
      tty = false;
      if (!flags.bool("quiet")) await invocation.err(`error: Unable to use a TTY - container ${container} did not allocate one\n`);
    }
    return attachTo(invocation, pod.metadata.namespace ?? "", pod.metadata.name, container, {
      stdin: flags.bool("stdin"),
      tty,
      ephemeral: found?.kind === "ephem",
    });
  },
};

/** Streams of a container's main process, with the hint for a prompt that is already there. */
export async function attachTo(
  invocation: Invocation,
  namespace: string,
  pod: string,
  container: string,
  options: { readonly stdin: boolean; readonly tty: boolean; readonly ephemeral?: boolean },
): Promise<number> {
  if (!(invocation.flags.has("quiet") && invocation.flags.bool("quiet"))) {
    await invocation.err(
      "All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.\n",
    );
    await invocation.err("If you don't see a command prompt, try pressing enter.\n");
  }
  // `run` and `debug` know the keys that are usual (k8s: attach.go DefaultAttachFunc).
  const keys = (invocation.path === "kubectl attach" && invocation.flags.string("detach-keys")) || "ctrl-p,ctrl-q";
  const detach = options.tty && options.stdin ? detaching(detachKeys(keys)) : undefined;
  const query = {
    container,
    stdout: "true",
    stderr: String(!options.tty),
    ...(options.stdin ? { stdin: "true" } : {}),
    ...(options.tty ? { tty: "true" } : {}),
  };
  let duplex;
  try {
    duplex = await invocation.session.connect(`/api/v1/namespaces/${namespace}/pods/${pod}/attach`, query);
  } catch (error) {
    throw upgradeError(error);
  }
  const code = await pump(invocation, duplex, detach ? { ...options, detach } : options);
  const quiet = invocation.flags.has("quiet") && invocation.flags.bool("quiet");
  if (options.tty && options.stdin && !quiet)
    await invocation.out(`${sessionEnded(namespace, pod, container, options.ephemeral === true)}\n`);
  return code;
}

/** How to come back (k8s: cmd/attach reattachMessage). */
function sessionEnded(namespace: string, pod: string, container: string, ephemeral: boolean): string {
  const again = `kubectl attach ${pod} -c ${container} -n ${namespace} -i -t`;
  return ephemeral
    ? `Session ended, the ephemeral container will not be restarted but may be reattached using '${again}' if it is still running`
    : `Session ended, resume using '${again}' command`;
}
