import { CliError, Exit, usageError } from "../errors.ts";
import type { Pod } from "../describe/types.ts";
import { deleteFlags, fileFlags } from "../flags/groups.ts";
import { array, bool, duration, str } from "../flags/parse.ts";
import { waitForDeletion } from "./delete.ts";
import { deleteOptions } from "./delete-options.ts";
import { attachTo, ttyOf } from "./exec.ts";
import { createObject, makingFlags } from "./generators/generator.ts";
import { overridden, overrideFlags } from "./generators/overrides.ts";
import { IMAGE_NAME } from "./image-name.ts";
import { finish } from "./streams.ts";
import type { Command, Invocation, Resource } from "../types.ts";

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
    const names = dash >= 0 ? args.slice(0, dash) : args;
    if (names.length === 0) throw usageError(invocation.path, "NAME is required for run");
    if (!IMAGE_NAME.test(flags.string("image")))
      throw new CliError(`Invalid image name ${JSON.stringify(flags.string("image"))}: invalid reference format`);
    const attaching = flags.changed("attach") ? flags.bool("attach") : flags.bool("stdin");
    const restart = flags.string("restart");
    if (!["Always", "OnFailure", "Never"].includes(restart)) throw usageError(invocation.path, `invalid restart policy: ${restart}`);
    if (flags.bool("tty") && !flags.bool("stdin"))
      throw usageError(invocation.path, "-i/--stdin is required for containers with -t/--tty=true");
    if (flags.string("dry-run") !== "none" && (attaching || flags.bool("stdin") || flags.bool("tty")))
      throw usageError(
        invocation.path,
        "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)",
      );
    if (flags.bool("rm") && !attaching) throw usageError(invocation.path, "--rm should only be used for attached containers");
    if (flags.bool("expose") && !flags.string("port")) throw usageError(invocation.path, "--port must be set when exposing a service");
    const pod = overridden(invocation, podOf(invocation, names[0] as string, dash >= 0 ? args.slice(dash) : args.slice(1)));
    if (flags.bool("expose")) {
      const port = Number(flags.string("port"));
      await createObject(
        invocation,
        {
          apiVersion: "v1",
          kind: "Service",
          metadata: { name: pod.metadata.name },
          spec: { ports: [{ port, protocol: "TCP", targetPort: port }], selector: pod.metadata.labels },
          status: { loadBalancer: {} },
        },
        true,
      );
      if (flags.string("output") === "yaml") await invocation.out("---\n");
    }
    // Who attaches sees the container's output and nothing else.
    const created = await createObject(invocation, pod, true, undefined, { silent: attaching && flags.string("dry-run") === "none" });
    if (!attaching || flags.string("dry-run") !== "none") return 0;
    return attachAndFollow(invocation, created);
  },
};

function podOf({ flags }: Invocation, name: string, words: readonly string[]): Resource {
  const labels = flags.string("labels")
    ? Object.fromEntries(
        flags
          .string("labels")
          .split(",")
          .map((pair) => {
            const [key = "", value] = pair.split("=");
            if (value === undefined) throw new CliError(`unexpected label spec: ${pair}`);
            return [key, value];
          }),
      )
    : { run: name };
  const annotations = Object.fromEntries(
    flags.list("annotations").map((pair) => {
      const equals = pair.indexOf("=");
      if (equals < 0) throw new CliError(`unexpected annotation spec: ${pair}`);
      return [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
  const env = flags.list("env").map((pair) => {
    const equals = pair.indexOf("=");
    if (equals <= 0) throw new CliError(`invalid env: ${pair}`);
    return { name: pair.slice(0, equals), value: pair.slice(equals + 1) };
  });
  const stdin = flags.bool("stdin");
  const container = {
    name,
    image: flags.string("image"),
    resources: {},
    ...(words.length > 0 ? (flags.bool("command") ? { command: words } : { args: words }) : {}),
    ...(env.length > 0 ? { env } : {}),
    ...(flags.string("port") ? { ports: [{ containerPort: Number(flags.string("port")) }] } : {}),
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
    spec: { containers: [container], dnsPolicy: "ClusterFirst", restartPolicy: flags.string("restart") },
    status: {},
  };
}

async function attachAndFollow(invocation: Invocation, created: Resource): Promise<number> {
  const { flags, session, proc } = invocation;
  const { name, namespace = session.namespace } = created.metadata;
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
  const until = proc.clock.now() + flags.duration("pod-running-timeout");
  const get = async (): Promise<Pod> => (await session.object("GET", path)) as Pod;
  let pod = await get();
  while (pod.status?.phase === "Pending" || pod.status?.phase === undefined) {
    if (proc.clock.now() >= until) throw new CliError("timed out waiting for the condition");
    await proc.clock.sleep(200);
    pod = await get();
  }
  const container = pod.spec.containers[0]?.name ?? name;
  let code = 0;
  if (pod.status.phase === "Running")
    code = await attachTo(invocation, namespace, name, container, { stdin: flags.bool("stdin"), tty: await ttyOf(invocation) });
  else await invocation.out(await session.text(`${path}/log`, { query: { container } }));
  if (flags.string("restart") !== "Always") {
    for (pod = await get(); pod.status?.phase === "Running" || pod.status?.phase === "Pending"; pod = await get())
      await proc.clock.sleep(200);
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
