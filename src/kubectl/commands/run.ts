import { CliError, Exit, Failures, usageError } from "../errors.ts";
import type { Pod } from "../describe/types.ts";
import { deleteFlags, fileFlags } from "../flags/groups.ts";
import { array, bool, duration, str } from "../flags/parse.ts";
import { waitForDeletion } from "./delete.ts";
import { deleteOptions } from "./delete-options.ts";
import { watchEvents } from "../rest/watch.ts";
import { attachTo, ttyOf } from "./exec.ts";
import { dryRunOf, failureOrThrow } from "./each.ts";
import { createObject, makeObject, makingFlags, makingPrinter } from "./generators/generator.ts";
import { overridden, overrideFlags } from "./generators/overrides.ts";
import { IMAGE_NAME } from "./image-name.ts";
import { atoi, labelsOf, pairsOf } from "./pairs.ts";
import { finish } from "./streams.ts";
import type { Command, Invocation, Resource } from "../types.ts";

const ENV_NAME = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;

export const run: Command = {
  name: "run",
  group: "Basic Commands (Beginner)",
  short: "Run a particular image on the cluster",
  usage:
    'NAME --image=image [--env="key=value"] [--port=port] [--dry-run=server|client] [--overrides=inline-json] [--command] -- [COMMAND] [args...]',
  arguments: "none",
  required: ["image"],
  flags: {
    ...makingFlags,
    ...fileFlags,
    ...deleteFlags,
    ...overrideFlags,
    "field-manager": str("Name of the manager used to track field ownership.", undefined, "kubectl-run"),
    annotations: array("Annotations to apply to the pod."),
    attach: bool("If true, wait for the Pod to start running, and then attach to the Pod as if 'kubectl attach ...' were called."),
    command: bool(
      "If true and extra arguments are present, use them as the 'command' field in the container, rather than the 'args' field which is the default.",
    ),
    "detach-keys": str("Override the key sequence for detaching from a container.", undefined, "ctrl-p,ctrl-q"),
    env: array("Environment variables to set in the container."),
    expose: bool("If true, create a ClusterIP service associated with the pod. Requires `--port`."),
    image: str("The image for the container to run."),
    "image-pull-policy": str("The image pull policy for the container.", undefined, "", ["Always", "IfNotPresent", "Never"]),
    labels: str("Comma separated labels to apply to the pod. Will override previous values.", "l"),
    "leave-stdin-open": bool("If the pod is started in interactive mode or with stdin, leave stdin open after the first attach completes."),
    "pod-running-timeout": duration("The length of time to wait until at least one pod is running", "1m0s"),
    port: str("The port that this container exposes."),
    privileged: bool("If true, run the container in privileged mode."),
    quiet: bool("If true, suppress prompt messages.", "q"),
    restart: str("The restart policy for this Pod.  Legal values [Always, OnFailure, Never].", undefined, "Always", [
      "Always",
      "OnFailure",
      "Never",
    ]),
    rm: bool("If true, delete the pod after it exits.  Only valid when attaching to the container."),
    stdin: bool("Keep stdin open on the container in the pod, even if nothing is attached.", "i"),
    tty: bool("Allocate a TTY for the container in the pod.", "t"),
    wait: bool("If true, wait for resources to be gone before returning."),
  },
  async run(invocation) {
    const { args, dash, flags } = invocation;
    const dryRun = dryRunOf(invocation);
    // A format that is none is told of before anything else.
    const printer = makingPrinter(invocation);
    const usage = (message: string): CliError => usageError(invocation.path, message);
    if (args.length === 0 || dash === 0) throw usage("NAME is required for run");
    if (flags.string("image") === "") throw new CliError("--image is required");
    if (!IMAGE_NAME.test(flags.string("image")))
      throw new CliError(`Invalid image name ${JSON.stringify(flags.string("image"))}: invalid reference format`);
    const attaching = flags.changed("attach") ? flags.bool("attach") : flags.bool("stdin");
    if (flags.bool("tty") && !flags.bool("stdin")) throw usage("-i/--stdin is required for containers with -t/--tty=true");
    if (flags.bool("expose") && !flags.string("port")) throw usage("--port must be set when exposing a service");
    const restart = flags.string("restart");
    if (!["", "Always", "OnFailure", "Never"].includes(restart)) throw usage(`invalid restart policy: ${restart}`);
    if (flags.bool("rm") && !attaching) throw usage("--rm should only be used for attached containers");
    if (attaching && dryRun !== "none")
      throw usage("--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)");
    const pull = flags.string("image-pull-policy");
    if (!["", "Always", "IfNotPresent", "Never"].includes(pull)) throw usage(`invalid image pull policy: ${pull}`);
    const [name = "", ...words] = args;
    const pod = overridden(invocation, podOf(invocation, name, words));
    const created = await makeObject(invocation, pod, true, { printer });
    const errors: unknown[] = [];
    if (flags.bool("expose")) {
      try {
        await createObject(invocation, serviceOf(invocation, name), true, { printer });
        // The printer parts the two once more.
        if (flags.string("output") === "yaml") await invocation.out("---\n");
      } catch (error) {
        errors.push(failureOrThrow(error));
      }
    }
    // Who attaches sees the container's output and nothing else.
    if (attaching) return attachAndFollow(invocation, created.object);
    await created.print();
    if (errors.length > 0) throw new Failures(errors);
    return 0;
  },
};

function serviceOf({ flags }: Invocation, name: string): Resource {
  const port = atoi(flags.string("port"));
  const labels = flags.string("labels") ? labelsOf(flags.string("labels")) : undefined;
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, ...(labels ? { labels } : {}) },
    spec: { ports: [{ port, protocol: "TCP", targetPort: port }], selector: labels ?? { run: name } },
    status: { loadBalancer: {} },
  };
}

function podOf({ flags }: Invocation, name: string, words: readonly string[]): Resource {
  const env = flags.list("env").map((pair) => {
    const equals = pair.indexOf("=");
    if (equals <= 0 || !ENV_NAME.test(pair.slice(0, equals))) throw new CliError(`invalid env: ${pair}`);
    const value = pair.slice(equals + 1);
    return { name: pair.slice(0, equals), ...(value === "" ? {} : { value }) };
  });
  const annotations = Object.fromEntries(pairsOf(flags.list("annotations"), "annotations", false).set);
  const labels = flags.string("labels") ? labelsOf(flags.string("labels")) : { run: name };
  const stdin = flags.bool("stdin");
  const container = {
    name,
    image: flags.string("image"),
    resources: {},
    ...(words.length > 0 ? (flags.bool("command") ? { command: words } : { args: words }) : {}),
    ...(env.length > 0 ? { env } : {}),
    ...(flags.string("port") ? { ports: [{ containerPort: atoi(flags.string("port")) }] } : {}),
    ...(flags.string("image-pull-policy") ? { imagePullPolicy: flags.string("image-pull-policy") } : {}),
    ...(flags.bool("privileged") ? { securityContext: { privileged: true } } : {}),
    ...(stdin ? { stdin: true, ...(flags.bool("leave-stdin-open") ? {} : { stdinOnce: true }) } : {}),
    ...(flags.bool("tty") ? { tty: true } : {}),
  };
  const metadata = { name, labels, ...(Object.keys(annotations).length > 0 ? { annotations } : {}) };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata,
    spec: {
      containers: [container],
      dnsPolicy: "ClusterFirst",
      restartPolicy: flags.string("restart") || (stdin ? "OnFailure" : "Always"),
    },
    status: {},
  };
}

const ROUND_TRIP_MS = 20;
const isOver = ({ status }: Pod): boolean => status?.phase === "Succeeded" || status?.phase === "Failed";
const isReady = ({ status }: Pod): boolean =>
  status?.phase === "Running" && status.conditions?.some((c) => c.type === "Ready" && c.status === "True") === true;

async function attachAndFollow(invocation: Invocation, created: Resource): Promise<number> {
  const { flags, session, proc } = invocation;
  const { name, namespace = session.namespace } = created.metadata;
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
  const get = async (): Promise<Pod> => (await session.object("GET", path)) as Pod;
  const list = `/api/v1/namespaces/${namespace}/pods`;
  /** The pod once it is as wanted, which may last for a moment only: each of its states is looked at. */
  const waitFor = async (wanted: (pod: Pod) => boolean, until: number): Promise<Pod> => {
    for (let pod = await get(); !wanted(pod); pod = await get()) {
      const query = { fieldSelector: `metadata.name=${name}`, resourceVersion: pod.metadata.resourceVersion ?? "" };
      for await (const { type, object } of watchEvents(session, list, query, undefined, proc, until))
        if ((type === "ADDED" || type === "MODIFIED") && wanted(object as Pod)) return object as Pod;
        else if (type === "ERROR" || type === "DELETED") break;
      if (proc.clock.now() >= until) throw new CliError("timed out waiting for the condition");
    }
    return get();
  };
  let pod = await waitFor((p) => isOver(p) || isReady(p), proc.clock.now() + flags.duration("pod-running-timeout"));
  const container = pod.spec.containers[0]?.name ?? name;
  let code = 0;
  const logs = async (): Promise<void> => invocation.out(await session.text(`${path}/log`, { query: { container } }));
  // What it said before somebody listened is in its log.
  await logs();
  if (!isOver(pod)) {
    try {
      code = await attachTo(invocation, namespace, name, container, { stdin: flags.bool("stdin"), tty: await ttyOf(invocation) });
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      // It has ended meanwhile, most likely (k8s: run.go handleAttachPod).
      await invocation.err(`warning: couldn't attach to pod/${name}, falling back to streaming logs: ${error.message}\n`);
      // Meanwhile what it has written last has come to its log.
      await proc.clock.sleep(ROUND_TRIP_MS);
      await logs();
    }
  }
  if (flags.string("restart") !== "Always") {
    pod = await waitFor(isOver, Infinity);
    code = pod.status?.containerStatuses?.find((s) => s.name === container)?.state?.terminated?.exitCode ?? code;
  }
  if (flags.bool("rm")) {
    const type = (await session.discovery()).types.find((t) => t.name === "pods" && t.group === "");
    await session.object("DELETE", path, { body: deleteOptions({ cascade: flags.string("cascade") }) });
    if (!flags.bool("quiet")) await invocation.out(`pod ${JSON.stringify(name)} deleted from ${namespace} namespace\n`);
    if (type) await waitForDeletion(invocation, { target: { type, namespace, name }, uid: created.metadata.uid ?? "" }, Infinity);
  }
  if (code === 0) return 0;
  if (flags.string("restart") !== "Always") {
    await invocation.err(`pod ${namespace}/${name} terminated (Error)\n`);
    throw new Exit(code);
  }
  return finish(invocation, code);
}
