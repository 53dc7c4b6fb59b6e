import { CliError } from "../errors.ts";
import type { Container, Deployment, Pod } from "../describe/types.ts";
import { selectorText } from "../describe/selectors.ts";
import { findType } from "../rest/discovery.ts";
import { targets } from "../rest/resources.ts";
import type { Invocation, Resource } from "../types.ts";

/** All containers of a pod in the order in which kubectl names them: regular, ephemeral, init (k8s: podcmd.AllContainerNames). */
export function containersOf(pod: Pod): readonly { readonly container: Container; readonly kind: "" | "init" | "ephem" }[] {
  return [
    ...pod.spec.containers.map((container) => ({ container, kind: "" as const })),
    ...(pod.spec.ephemeralContainers ?? []).map((container) => ({ container, kind: "ephem" as const })),
    ...(pod.spec.initContainers ?? []).map((container) => ({ container, kind: "init" as const })),
  ];
}

const containerNames = (pod: Pod): string =>
  containersOf(pod)
    .map(({ container, kind }) => (kind ? `${container.name} (${kind})` : container.name))
    .join(", ");

/** The container that is meant when none is named, with kubectl's notice (k8s: podcmd.FindOrDefaultContainerByName). */
export async function defaultContainer(invocation: Invocation, pod: Pod, name: string, quiet = false): Promise<string> {
  const all = containersOf(pod);
  if (name !== "") {
    if (!all.some((c) => c.container.name === name))
      throw new CliError(`container ${name} is not valid for pod ${pod.metadata.name} out of: ${containerNames(pod)}`);
    return name;
  }
  const marked = pod.metadata.annotations?.["kubectl.kubernetes.io/default-container"];
  if (marked && all.some((c) => c.container.name === marked)) return marked;
  if (marked && !quiet) await invocation.err(`Default container name ${JSON.stringify(marked)} not found in pod ${pod.metadata.name}\n`);
  const first = pod.spec.containers[0]?.name ?? "";
  if (all.length > 1 && !quiet) {
    await invocation.err(`Defaulted container ${JSON.stringify(first)} out of: ${containerNames(pod)}\n`);
  }
  return first;
}

/** The pod that "web", "pod/web" or "deploy/web" means for exec, attach and cp: of a workload, its first that is ready. */
export async function podOf(invocation: Invocation, argument: string): Promise<Pod> {
  return attachablePod(invocation, await objectOf(invocation, argument));
}

/** Waits as long as --pod-running-timeout says until a workload has a pod (k8s: polymorphichelpers AttachablePodForObject). */
export async function attachablePod(invocation: Invocation, object: Resource): Promise<Pod> {
  if (object.kind === "Pod") return object as Pod;
  const { flags, proc } = invocation;
  const until = proc.clock.now() + (flags.has("pod-running-timeout") ? flags.duration("pod-running-timeout") : 0);
  const ready = (p: Pod): number =>
    p.status?.conditions?.some((c) => c.type === "Ready" && c.status === "True") ? 0 : p.spec.nodeName ? 1 : 2;
  for (;;) {
    const pods = await podsOf(invocation, object);
    const [pod] = [...pods].sort(
      (a, b) => ready(a) - ready(b) || ((a.metadata.creationTimestamp ?? "") < (b.metadata.creationTimestamp ?? "") ? -1 : 1),
    );
    if (pod) return pod;
    if (proc.clock.now() >= until) throw new CliError("timed out waiting for the condition");
    await proc.clock.sleep(500);
  }
}

export async function objectOf(invocation: Invocation, argument: string): Promise<Resource> {
  const [target] = await targets(invocation, { args: argument.includes("/") ? [argument] : ["pods", argument] });
  if (!target || target.name === undefined) throw new CliError("pod, type/name or --filename must be specified");
  const object = await invocation.session.get(target.type, target.namespace, target.name);
  return object.kind ? object : { ...object, apiVersion: target.type.version, kind: target.type.kind };
}

/** Pods that a workload or a service selects. */
export async function podsOf(invocation: Invocation, object: Resource, doing = "attach to"): Promise<readonly Pod[]> {
  const spec = (object as Deployment).spec as unknown as { selector?: unknown } | undefined;
  const selector =
    object.kind === "Service" || object.kind === "ReplicationController"
      ? { matchLabels: (spec?.selector ?? {}) as Record<string, string> }
      : (spec?.selector as Deployment["spec"]["selector"] | undefined);
  const refuse = (why: string): CliError =>
    new CliError(`cannot ${doing} *${(object.apiVersion ?? "").split("/").at(-1)}.${object.kind}: ${why}`);
  if (!selector) throw refuse(`selector for *${(object.apiVersion ?? "").split("/").at(-1)}.${object.kind} not implemented`);
  if (object.kind === "Service" && Object.keys(selector.matchLabels ?? {}).length === 0)
    throw refuse(`invalid service '${object.metadata.name}': Service is defined without a selector`);
  const pods = findType(await invocation.session.discovery(), "pods");
  const { items } = await invocation.session.list(pods, object.metadata.namespace, { labelSelector: selectorText(selector) });
  return items as Pod[];
}
