import type { Pod } from "../../api/index.ts";
import {
  RuntimeError,
  type Signal,
  SIGNALS,
  type ContainerConfig,
  type ContainerRuntime,
  type SandboxStatus,
} from "../../runtime/index.ts";
import { ownLabels } from "./sandbox.ts";
import { expand, makeEnvironment, type EnvironmentSources } from "../environment.ts";
import type { PodAddresses } from "../fields.ts";
import { StartFailure, type ImageManager } from "../images.ts";
import { MissingObject } from "../objects.ts";
import { specOf } from "../pod.ts";
import type { AnyContainer } from "../pod.ts";
import { oomScoreAdj } from "../qos.ts";
import { cgroupOf } from "../resources.ts";
import { privileges, rootRefusal, runAs } from "../security.ts";
import type { KubeletConfig } from "../types.ts";
import type { VolumeManager } from "../volumes/volume-manager.ts";
import { HASH_ANNOTATION, hashContainer } from "./actions.ts";

export interface StartDeps {
  readonly runtime: ContainerRuntime;
  readonly images: ImageManager;
  readonly volumes: VolumeManager;
  readonly environment: EnvironmentSources;
  /** What devices that the container has put into its environment. */
  readonly deviceEnvironment: (pod: Pod, container: AnyContainer) => Promise<Readonly<Record<string, string>>>;
  readonly config: KubeletConfig;
}

export type ContainerEvents = (type: "Normal" | "Warning", reason: string, message: string) => void;

/** One container to start. */
export interface Start {
  readonly pod: Pod;
  readonly container: AnyContainer;
  readonly sandbox: SandboxStatus;
  readonly attempt: number;
  readonly addresses: PodAddresses;
  /** The newest instance of a container of the pod: whose processes an ephemeral container wants to see. */
  readonly instanceOf: (container: string) => string | undefined;
  readonly event: ContainerEvents;
  /** About the pod as a whole. */
  readonly podEvent: ContainerEvents;
  /** Called before each step that cannot be taken back; throws when the pod is to end. */
  readonly proceed: (step: "create" | "start") => void;
}

/** Pulls, creates and starts one container; resolves with its id, or rejects StartFailure (k8s: kuberuntime_container.go startContainer). */
export async function startContainer(deps: StartDeps, start: Start): Promise<string> {
  const { pod, container, sandbox, event, podEvent, proceed } = start;
  const fail = (reason: string, message: string): StartFailure => {
    event("Warning", "Failed", `Error: ${message}`);
    return new StartFailure(reason, message);
  };
  let reference: string;
  try {
    if (specOf(pod).volumes?.some((v) => v.image !== undefined))
      await deps.volumes.mountImages(pod, container, ({ name, image = {} }) => {
        const { reference: own, pullPolicy } = image;
        const wanted = { name, image: own ?? "", ...(pullPolicy === undefined ? {} : { imagePullPolicy: pullPolicy }) };
        return deps.images.ensure(pod, wanted, podEvent);
      });
    const ensured = deps.images.ensure(pod, container, event);
    reference = typeof ensured === "string" ? ensured : await ensured;
  } catch (error) {
    if (error instanceof StartFailure) event("Warning", "Failed", `Error: ${error.reason}`);
    throw error;
  }
  let config: ContainerConfig;
  try {
    config = await containerConfig(deps, start, reference);
  } catch (error) {
    if (error instanceof StartFailure || error instanceof MissingObject) throw fail("CreateContainerConfigError", error.message);
    throw error;
  }
  proceed("create");
  let id: string;
  try {
    id = await deps.runtime.createContainer(sandbox.id, config);
  } catch (error) {
    if (error instanceof RuntimeError) throw fail("CreateContainerError", error.message);
    throw error;
  }
  event("Normal", "Created", "Container created");
  proceed("start");
  await startCreated(deps.runtime, id, event);
  return id;
}

/** Starts a container that exists. */
export async function startCreated(runtime: ContainerRuntime, id: string, event: ContainerEvents): Promise<void> {
  try {
    await runtime.startContainer(id);
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    event("Warning", "Failed", `Error: ${error.message}`);
    throw new StartFailure("RunContainerError", error.message);
  }
  event("Normal", "Started", "Container started");
}

async function containerConfig(deps: StartDeps, start: Start, reference: string): Promise<ContainerConfig> {
  const { pod, container, attempt, addresses } = start;
  const pidNamespace = pidNamespaceOf(start);
  const refusal = rootRefusal(pod, container, deps.runtime.imageStatus(reference)?.config);
  if (refusal !== null) throw new StartFailure("CreateContainerConfigError", refusal);
  const own = await makeEnvironment(pod, container, addresses, deps.environment);
  const devices = container.resources?.claims?.length ? await deps.deviceEnvironment(pod, container) : undefined;
  const env = devices ? { ...own, ...devices } : own;
  const lookup = (name: string): string | undefined => (Object.hasOwn(own, name) ? own[name] : undefined);
  const expandAll = (words: readonly string[] | undefined) => words?.map((word) => expand(word, lookup));
  const command = expandAll(container.command);
  const args = expandAll(container.args);
  const user = runAs(pod, container);
  return {
    name: container.name,
    attempt,
    image: reference,
    ...(command === undefined || command.length === 0 ? {} : { command }),
    ...(args === undefined || args.length === 0 ? {} : { args }),
    ...(container.workingDir === undefined || container.workingDir === "" ? {} : { workingDir: container.workingDir }),
    env,
    mounts: deps.volumes.mountsFor(pod, container, env, addresses),
    tty: container.tty === true,
    stdin: container.stdin === true,
    stdinOnce: container.stdinOnce === true,
    ...(user === undefined ? {} : { user }),
    readOnlyRoot: container.securityContext?.readOnlyRootFilesystem === true,
    ...privileges(pod, container),
    ...(pidNamespace === undefined ? {} : { pidNamespace }),
    ...cgroupOf(pod, container),
    oomScoreAdj: oomScoreAdj(pod, container, deps.runtime.use().memory.capacity),
    labels: { ...ownLabels(pod), "io.kubernetes.container.name": container.name },
    annotations: { [HASH_ANNOTATION]: hashContainer(container), "io.kubernetes.container.restartCount": String(attempt) },
    terminationMessagePath: container.terminationMessagePath ?? "/dev/termination-log",
    ...stopSignalOf(container),
  };
}

/** Whose processes a container sees, where not its own alone (k8s: util/util.go PidNamespaceForPod, getTargetID). */
function pidNamespaceOf({ pod, container, instanceOf }: Start): ContainerConfig["pidNamespace"] {
  const target = "targetContainerName" in container ? container.targetContainerName : undefined;
  if (target !== undefined && target !== "") {
    const id = instanceOf(target);
    if (id === undefined) throw new StartFailure("CreateContainerConfigError", `unable to find target container ${JSON.stringify(target)}`);
    return { target: id };
  }
  const { shareProcessNamespace, hostPID } = specOf(pod);
  return hostPID === true ? "node" : shareProcessNamespace === true ? "pod" : undefined;
}

/** The signal that a pod itself names for one of its containers, without SIG. */
function stopSignalOf({ lifecycle }: AnyContainer): Pick<ContainerConfig, "stopSignal"> {
  const name = lifecycle?.stopSignal?.replace(/^SIG/, "");
  return name !== undefined && Object.hasOwn(SIGNALS, name) ? { stopSignal: name as Signal } : {};
}
