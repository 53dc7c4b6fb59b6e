import type { ContainerStatus, Node, Pod } from "../../../api/index.ts";
import { createTwoWayStrategicPatch, type JsonMap } from "../../../machinery/index.ts";
import { CliError, errorMessage } from "../../errors.ts";
import { patchSchema } from "../../manifest/schema.ts";
import { findType } from "../../rest/discovery.ts";
import { targets, type Target } from "../../rest/resources.ts";
import { pathOf } from "../../rest/session.ts";
import { watchEvents } from "../../rest/watch.ts";
import type { Command, Invocation, Resource } from "../../types.ts";
import { deleteOptions } from "../delete-options.ts";
import { attachTo, ttyOf } from "../exec.ts";
import { checkTerminal, debugFlags, debugOptions, type DebugOptions } from "./options.ts";
import { copied, nonRootWarning, onNode, withEphemeral, type Debugged } from "./pods.ts";
import { profileOf } from "./profiles.ts";

const TARGETING = "If you don't see processes from this container it may be because the container runtime doesn't support this feature.";
const LEGACY =
  '--profile=legacy is deprecated and planned to be removed in v1.39. It is recommended to specify other profile, for example "--profile=general".';

export const debug: Command = {
  name: "debug",
  group: "Troubleshooting and Debugging Commands",
  short: "Create debugging sessions for troubleshooting workloads and nodes",
  usage: "(POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ]",
  arguments: "resources",
  flags: debugFlags,
  async run(invocation) {
    const { flags } = invocation;
    const profile = profileOf(flags.string("profile"));
    const o = debugOptions(invocation);
    const quiet = flags.bool("quiet");
    if (o.target !== "" && !quiet) await invocation.out(`Targeting container ${JSON.stringify(o.target)}. ${TARGETING}\n`);
    checkTerminal(o);
    if (flags.string("profile") === "legacy") await invocation.err(`${LEGACY}\n`);
    for (const target of await targetsOf(invocation, o)) {
      const made = await begin(invocation, o, profile, target, quiet);
      const { namespace = "", name = "" } = made.pod.metadata ?? {};
      if (o.attach && made.container !== "") await look(invocation, namespace, name, made.container, quiet);
    }
    return 0;
  },
};

/** A bare name is a pod's. */
async function targetsOf(invocation: Invocation, { names }: DebugOptions): Promise<readonly Target[]> {
  if (names.length === 0) return targets(invocation, { args: [] });
  const found: Target[] = [];
  for (const name of names) found.push(...(await targets(invocation, { args: name.includes("/") ? [name] : ["pods", name] })));
  return found;
}

async function begin(
  invocation: Invocation,
  o: DebugOptions,
  profile: ReturnType<typeof profileOf>,
  { type, namespace, name = "", object }: Target,
  quiet: boolean,
): Promise<Debugged> {
  const { flags, proc, session } = invocation;
  const live = object ?? (await session.get(type, namespace, name));
  const kind = live.kind ?? type.kind;
  const pods = findType(await session.discovery(), "pods");
  const warn = async (made: Debugged): Promise<void> => {
    const warning = nonRootWarning(made);
    if (warning !== undefined) await invocation.err(`${warning}\n`);
  };
  if (kind === "Node") {
    const podName = `node-debugger-${live.metadata.name}-${proc.random.suffix(5)}`;
    const made = onNode(o, profile, live as unknown as Node, podName);
    if (!quiet) await invocation.out(`Creating debugging pod ${podName} with container ${made.container} on node ${live.metadata.name}.\n`);
    return { ...made, pod: (await session.object("POST", pathOf(pods, session.namespace), { body: made.pod })) as Pod };
  }
  if (kind !== "Pod") {
    const { group, version } = type;
    throw new CliError(`"${group === "" ? "" : group}/${version}, Kind=${kind}" not supported by debug`);
  }
  const pod = live as unknown as Pod;
  if (o.copyTo === "") {
    const chosen = o.container === "" ? freshName(invocation, pod) : o.container;
    if (o.container === "" && !quiet) await invocation.out(`Defaulting debug container name to ${chosen}.\n`);
    const made = withEphemeral(o, profile, pod, chosen);
    await warn(made);
    const schema = patchSchema(pods);
    if (schema === undefined) throw new CliError("pods do not merge");
    const body = createTwoWayStrategicPatch(pod as unknown as JsonMap, made.pod as unknown as JsonMap, schema);
    const path = pathOf(pods, live.metadata.namespace, live.metadata.name, "ephemeralcontainers");
    const contentType = "application/strategic-merge-patch+json";
    return { ...made, pod: (await session.object("PATCH", path, { body, contentType })) as Pod };
  }
  let defaulted = "";
  const made = copied(o, profile, pod, () => (defaulted = freshName(invocation, pod)));
  if (defaulted !== "" && !quiet) await invocation.out(`Defaulting debug container name to ${defaulted}.\n`);
  if (made.container !== "") await warn(made);
  const created = (await session.object("POST", pathOf(pods, live.metadata.namespace), { body: made.pod })) as Pod;
  if (flags.bool("replace"))
    await session.object("DELETE", pathOf(pods, live.metadata.namespace, live.metadata.name), { body: deleteOptions({ gracePeriod: 0 }) });
  return { ...made, pod: created };
}

/** A name that no container of the pod has. */
function freshName({ proc }: Invocation, { spec }: Pod): string {
  const taken = [...(spec?.containers ?? []), ...(spec?.initContainers ?? []), ...(spec?.ephemeralContainers ?? [])];
  for (;;) {
    const name = `debugger-${proc.random.suffix(5)}`;
    if (!taken.some((container) => container.name === name)) return name;
  }
}

const statusOf = ({ status }: Pod, container: string): ContainerStatus | undefined =>
  [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? []), ...(status?.ephemeralContainerStatuses ?? [])].find(
    ({ name }) => name === container,
  );

/** Waits until the container runs and attaches to it; of one that has ended already, its log is shown (k8s: handleAttachPod). */
async function look(invocation: Invocation, namespace: string, name: string, container: string, quiet: boolean): Promise<void> {
  const { session } = invocation;
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
  const pod = await untilBegun(invocation, namespace, name, container, quiet);
  const showLog = async (): Promise<void> => invocation.out(await session.text(`${path}/log`, { query: { container } }));
  if (statusOf(pod, container)?.state?.terminated !== undefined) return showLog();
  try {
    const ephemeral = pod.spec?.ephemeralContainers?.some((c) => c.name === container) === true;
    await attachTo(invocation, namespace, name, container, {
      stdin: invocation.flags.bool("stdin"),
      tty: await ttyOf(invocation),
      ephemeral,
    });
  } catch (error) {
    await invocation.err(`warning: couldn't attach to pod/${name}, falling back to streaming logs: ${errorMessage(error)}\n`);
    await showLog();
  }
}

async function untilBegun(invocation: Invocation, namespace: string, name: string, container: string, quiet: boolean): Promise<Pod> {
  const { session, proc } = invocation;
  const begun = (pod: Pod): boolean => {
    const { state } = statusOf(pod, container) ?? {};
    return state?.running !== undefined || state?.terminated !== undefined;
  };
  const first = (await session.object("GET", `/api/v1/namespaces/${namespace}/pods/${name}`)) as Pod;
  if (begun(first)) return first;
  const query = { fieldSelector: `metadata.name=${name}`, resourceVersion: first.metadata?.resourceVersion ?? "" };
  let told = "";
  const tell = async (pod: Pod): Promise<void> => {
    const message = statusOf(pod, container)?.state?.waiting?.message ?? "";
    if (!quiet && message !== "" && message !== told) await session.warn(`container ${container}: ${message}`);
    told = message;
  };
  await tell(first);
  for await (const { type, object } of watchEvents(session, `/api/v1/namespaces/${namespace}/pods`, query, undefined, proc)) {
    const pod = object as Pod & Resource;
    if (type === "DELETED") throw new CliError('pods "" not found');
    if (begun(pod)) return pod;
    await tell(pod);
  }
  throw new CliError("timed out waiting for the condition");
}
