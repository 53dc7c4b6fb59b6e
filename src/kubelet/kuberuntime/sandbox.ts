import type { Pod } from "../../api/index.ts";
import type { Client, EventRecorder } from "../../client/index.ts";
import { isStatusError } from "../../machinery/index.ts";
import { RuntimeError, type ContainerRuntime, type SandboxConfig, type SandboxStatus } from "../../runtime/index.ts";
import type { Cause, Clock, Random } from "../../sim/index.ts";
import { hostnameRefusal, podDns, podHostname } from "../dns.ts";
import { rpcError } from "../images.ts";
import { networkDown } from "../node-verdicts.ts";
import { nameOf, namespaceOf, specOf, uidOf } from "../pod.ts";
import { podCgroup } from "../resources.ts";
import type { KubeletConfig } from "../types.ts";
import type { PodWorker } from "../worker.ts";

interface SandboxDeps {
  readonly nodeName: string;
  readonly client: Client;
  readonly recorder: EventRecorder;
  readonly runtime: ContainerRuntime;
  readonly config: KubeletConfig;
  readonly clock: Clock;
  readonly random: Random;
  wakeAt(worker: PodWorker, at: number, name: string, causes: readonly Cause[]): void;
}

/** A pod whose sync failed is synced again after this, and up to half as much more (k8s: pod_workers.go completeWork). */
const RETRY = 10_000;

/** Gives a pod its sandbox; false when it was refused, which its events tell (k8s: kuberuntime_sandbox.go createPodSandbox). */
export async function createSandbox(o: SandboxDeps, worker: PodWorker, attempt: number, causes: readonly Cause[]): Promise<boolean> {
  const { pod } = worker;
  const refused = (why: string): false => {
    o.recorder.event(pod, "Warning", "FailedCreatePodSandBox", `Failed to create pod sandbox: ${why}`, causes);
    o.wakeAt(worker, o.clock.now() + RETRY * (1 + o.random.next() * 0.5), "sandbox retry", causes);
    return false;
  };
  const network = specOf(pod).hostNetwork === true ? undefined : networkDown(o.runtime);
  if (network !== undefined) {
    // k8s: kubelet.go SyncPod, NetworkNotReadyErrorMsg.
    o.recorder.event(pod, "Warning", "NetworkNotReady", `network is not ready: ${network}`, causes);
    o.wakeAt(worker, o.clock.now() + RETRY * (1 + o.random.next() * 0.5), "sandbox retry", causes);
    return false;
  }
  const tooLong = hostnameRefusal(pod, o.config);
  if (tooLong !== null) return refused(tooLong);
  try {
    const { sandbox: asked, omitted } = sandboxConfig(pod, attempt, o.config, o.nodeName, await runtimeHandler(o.client, pod));
    for (const message of omitted) o.recorder.event(pod, "Warning", "DNSConfigForming", message, causes);
    const sandbox = await o.runtime.runPodSandbox(asked);
    worker.sandboxes.push(sandbox);
    worker.observed = { ...worker.observed, sandbox };
    return true;
  } catch (error) {
    if (error instanceof RuntimeError) return refused(rpcError(error));
    if (isStatusError(error)) return refused(error.message);
    throw error;
  }
}

/** Ends and forgets all that is left of a pod that the API has no more. */
export async function removeSandboxes(runtime: ContainerRuntime, sandboxes: readonly SandboxStatus[]): Promise<void> {
  for (const { id } of sandboxes) {
    await runtime.stopPodSandbox(id);
    for (const container of runtime.containers(id)) await runtime.removeContainer(container.id);
    await runtime.removePodSandbox(id);
  }
}

/** What the runtime calls the way in which the pod's class is run (k8s: runtimeclass_manager.go LookupRuntimeHandler). */
async function runtimeHandler(client: Client, { spec }: Pod): Promise<string | undefined> {
  if (spec?.runtimeClassName === undefined || spec.runtimeClassName === "") return undefined;
  return (await client.get("runtimeclasses", undefined, spec.runtimeClassName)).handler;
}

/** What a sandbox is asked to be (k8s: kuberuntime_sandbox.go generatePodSandboxConfig). */
function sandboxConfig(
  pod: Pod,
  attempt: number,
  config: KubeletConfig,
  nodeName: string,
  runtimeHandler: string | undefined,
): { readonly sandbox: SandboxConfig; readonly omitted: readonly string[] } {
  const spec = specOf(pod);
  const { omitted, ...dns } = podDns(pod, config);
  const aliases = spec.hostAliases;
  const sysctls = spec.securityContext?.sysctls ?? [];
  const sandbox: SandboxConfig = {
    name: nameOf(pod),
    namespace: namespaceOf(pod),
    uid: uidOf(pod),
    attempt,
    hostname: spec.hostNetwork === true ? nodeName : podHostname(pod, config).hostname,
    hostNetwork: spec.hostNetwork === true,
    labels: { ...pod.metadata?.labels, ...ownLabels(pod) },
    dns,
    ...(aliases === undefined || aliases.length === 0
      ? {}
      : { hostAliases: aliases.map(({ ip, hostnames }) => ({ ip, hostnames: hostnames ?? [] })) }),
    ...(runtimeHandler === undefined ? {} : { runtimeHandler }),
    ...(spec.shareProcessNamespace === true ? { shareProcessNamespace: true } : {}),
    resources: { ...podCgroup(pod), pidsLimit: config.podPidsLimit },
    ...(sysctls.length === 0 ? {} : { sysctls: Object.fromEntries(sysctls.map(({ name, value }) => [name, value])) }),
  };
  return { sandbox, omitted };
}

export function ownLabels(pod: Pod): Readonly<Record<string, string>> {
  return { "io.kubernetes.pod.name": nameOf(pod), "io.kubernetes.pod.namespace": namespaceOf(pod), "io.kubernetes.pod.uid": uidOf(pod) };
}
