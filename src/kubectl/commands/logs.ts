import { parseTime } from "../../sim/index.ts";
import { ApiFailure, CliError, isNotFound, usageError } from "../errors.ts";
import type { Pod } from "../describe/types.ts";
import { selectorFlag } from "../flags/groups.ts";
import { bool, duration, int, str } from "../flags/parse.ts";
import { findType } from "../rest/discovery.ts";
import { defaultContainer, objectOf, podsOf } from "./pods.ts";
import type { Command, Invocation } from "../types.ts";

interface Source {
  readonly pod: Pod;
  readonly container: string;
}

export const logs: Command = {
  name: "logs",
  group: "Troubleshooting and Debugging Commands",
  short: "Print the logs for a container in a pod",
  usage: "[-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]",
  arguments: "pods, containers",
  flags: {
    ...selectorFlag,
    "all-containers": bool("Get all containers' logs in the pod(s)."),
    "all-pods": bool("Get logs from all pod(s). Sets prefix to true."),
    container: str("Print the logs of this container", "c"),
    follow: bool("Specify if the logs should be streamed.", "f"),
    "ignore-errors": bool("If watching / following pod logs, allow for any errors that occur to be non-fatal"),
    "insecure-skip-tls-verify-backend": bool("Skip verifying the identity of the kubelet that logs are requested from."),
    "limit-bytes": int("Maximum bytes of logs to return. Defaults to no limit.", 0),
    "max-log-requests": int("Specify maximum number of concurrent logs to follow when using by a selector.", 5),
    "pod-running-timeout": duration("The length of time to wait until at least one pod is running", "20s"),
    prefix: bool("Prefix each log line with the log source (pod name and container name)"),
    previous: bool("If true, print the logs for the previous instance of the container in a pod if it exists.", "p"),
    since: duration("Only return logs newer than a relative duration like 5s, 2m, or 3h. Defaults to all logs."),
    "since-time": str("Only return logs after a specific date (RFC3339). Defaults to all logs."),
    tail: int(
      "Lines of recent log file to display. Defaults to -1 with no selector, showing all log lines otherwise 10, if a selector is provided.",
      -1,
    ),
    timestamps: bool("Include timestamps on each line in the log output"),
  },
  async run(invocation) {
    const { args, flags } = invocation;
    const selector = flags.string("selector");
    if (args.length === 0 && !selector)
      throw usageError(
        invocation.path,
        "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command",
      );
    if (selector && args.length > 0) throw usageError(invocation.path, "only a selector (-l) or a POD name is allowed");
    if (args.length > 2)
      throw usageError(
        invocation.path,
        "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command",
      );
    if (args.length === 2 && flags.changed("container"))
      throw usageError(invocation.path, "only one of -c or an inline [CONTAINER] arg is allowed");
    if (flags.changed("since") && flags.changed("since-time"))
      throw new CliError("at most one of `sinceTime` or `sinceSeconds` may be specified");
    if (flags.bool("all-containers") && flags.string("container"))
      throw new CliError(`--all-containers=true should not be specified with container name ${flags.string("container")}`);
    if (flags.changed("tail") && flags.int("tail") < -1) throw new CliError("--tail must be greater than or equal to -1");
    if (flags.changed("since") && flags.duration("since") <= 0) throw new CliError("--since must be greater than 0");
    if (args.length === 2 && flags.bool("all-containers"))
      throw new CliError(`--all-containers=true should not be specified with container name ${args[1]}`);
    if (flags.changed("limit-bytes") && flags.int("limit-bytes") <= 0) throw new CliError("--limit-bytes must be greater than 0");
    const since = flags.string("since-time");
    if (since !== "" && Number.isNaN(parseTime(since)))
      throw new CliError(
        `parsing time ${JSON.stringify(since)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(since)} as "2006"`,
      );
    const sources = await sourcesOf(invocation, args[1] ?? flags.string("container"));
    const prefixed = flags.bool("prefix") || flags.bool("all-pods");
    const follow = flags.bool("follow");
    if (follow && sources.length > flags.int("max-log-requests")) {
      throw new CliError(
        `you are attempting to follow ${sources.length} log streams, but maximum allowed concurrency is ${flags.int("max-log-requests")}, use --max-log-requests to increase the limit`,
      );
    }
    if (follow && sources.length > 1) await Promise.all(sources.map((s) => copy(invocation, s, prefixed)));
    else for (const source of sources) await copy(invocation, source, prefixed);
    return 0;
  },
};

async function sourcesOf(invocation: Invocation, container: string): Promise<readonly Source[]> {
  const { args, flags, session } = invocation;
  const all = flags.bool("all-containers");
  const ofPod = async (pod: Pod): Promise<Source[]> =>
    all
      ? [...(pod.spec.initContainers ?? []), ...pod.spec.containers, ...(pod.spec.ephemeralContainers ?? [])].map((c) => ({
          pod,
          container: c.name,
        }))
      : [{ pod, container: await named(invocation, pod, container) }];
  if (flags.string("selector")) {
    const { items } = await session.list(findType(await session.discovery(), "pods"), session.namespace, {
      labelSelector: flags.string("selector"),
    });
    if (items.length === 0) await invocation.err(`No resources found in ${session.namespace} namespace.\n`);
    const sources: Source[] = [];
    for (const pod of items as Pod[]) sources.push(...(await ofPod(pod)));
    return sources;
  }
  const argument = args[0] as string;
  let object;
  try {
    object = await objectOf(invocation, argument);
  } catch (error) {
    if (!isNotFound(error) || !(error instanceof ApiFailure)) throw error;
    throw new CliError(`error from server (NotFound): ${error.message} in namespace ${JSON.stringify(session.namespace)}`);
  }
  if (object.kind === "Pod") return ofPod(object as Pod);
  const pods = await podsOf(invocation, object, "get the logs from");
  if (pods.length === 0) throw new CliError("timed out waiting for the condition");
  if (flags.bool("all-pods")) return (await Promise.all(pods.map(ofPod))).flat();
  const [first] = pods;
  if (pods.length > 1) await invocation.err(`Found ${pods.length} pods, using pod/${first?.metadata.name}\n`);
  return ofPod(first as Pod);
}

async function named(invocation: Invocation, pod: Pod, container: string): Promise<string> {
  return defaultContainer(invocation, pod, container);
}

async function copy(invocation: Invocation, { pod, container }: Source, prefixed: boolean): Promise<void> {
  const { flags, session, proc } = invocation;
  const tail = flags.changed("tail") ? flags.int("tail") : flags.string("selector") ? 10 : -1;
  const query: Record<string, string> = { container };
  if (flags.bool("follow")) query["follow"] = "true";
  if (flags.bool("previous")) query["previous"] = "true";
  if (flags.bool("timestamps")) query["timestamps"] = "true";
  if (tail >= 0) query["tailLines"] = String(tail);
  if (flags.bool("insecure-skip-tls-verify-backend")) query["insecureSkipTLSVerifyBackend"] = "true";
  if (flags.int("limit-bytes") > 0) query["limitBytes"] = String(flags.int("limit-bytes"));
  if (flags.changed("since")) query["sinceSeconds"] = String(Math.ceil(flags.duration("since") / 1000));
  if (flags.changed("since-time")) query["sinceTime"] = flags.string("since-time");
  const path = `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}/log`;
  const prefix = prefixed ? `[pod/${pod.metadata.name}/${container}] ` : "";
  try {
    const { body, stream } = await session.request("GET", path, { query });
    if (!stream) {
      const text = typeof body === "string" ? body : body instanceof Uint8Array ? new TextDecoder().decode(body) : "";
      if (text !== "") await proc.stdout.write(prefix ? prefixLines(text, prefix) : text);
      return;
    }
    const stop = (): void => stream.cancel();
    proc.signal.addEventListener("abort", stop, { once: true });
    const decoder = new TextDecoder();
    let rest = "";
    for (let chunk = await stream.read(); chunk !== null; chunk = await stream.read()) {
      if (!prefix) await proc.stdout.write(chunk);
      else {
        const text = rest + decoder.decode(chunk, { stream: true });
        const end = text.lastIndexOf("\n") + 1;
        rest = text.slice(end);
        if (end > 0) await proc.stdout.write(prefixLines(text.slice(0, end), prefix));
      }
    }
    if (rest) await proc.stdout.write(prefixLines(rest, prefix));
    proc.signal.removeEventListener("abort", stop);
  } catch (error) {
    if (!flags.bool("ignore-errors") || !(error instanceof ApiFailure)) throw error;
    await invocation.err(`error: ${error.message}\n`);
  }
}

const prefixLines = (text: string, prefix: string): string => text.replace(/^(?=.)/gm, prefix);
