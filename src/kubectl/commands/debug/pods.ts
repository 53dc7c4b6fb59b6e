import type { Container, EphemeralContainer, Node, Pod } from "../../../api/index.ts";
import { applyStrategicPatch, type JsonMap } from "../../../machinery/index.ts";
import { CliError } from "../../errors.ts";
import { containerSchema } from "../../manifest/schema.ts";
import type { DebugOptions } from "./options.ts";
import { profiled, withContainer, type profileOf } from "./profiles.ts";

type Profile = ReturnType<typeof profileOf>;

/** A pod to send, and the container in it that one looks from; "": none is new. */
export interface Debugged {
  readonly pod: Pod;
  readonly container: string;
}

const words = (o: DebugOptions): { readonly args?: readonly string[]; readonly command?: readonly string[] } =>
  o.words.length === 0 ? {} : o.argumentsOnly ? { args: o.words } : { command: o.words };

const terminal = ({ stdin, tty }: DebugOptions) => ({ ...(stdin ? { stdin } : {}), ...(tty ? { tty } : {}) });

function newContainer(o: DebugOptions, name: string): Container {
  return {
    name,
    image: o.image,
    resources: {},
    terminationMessagePolicy: "File",
    ...words(o),
    ...(o.env.length > 0 ? { env: o.env } : {}),
    ...(o.pullPolicy === "" ? {} : { imagePullPolicy: o.pullPolicy as NonNullable<Container["imagePullPolicy"]> }),
    ...terminal(o),
  };
}

/** A pod with one more ephemeral container (k8s: generateDebugContainer). */
export function withEphemeral(o: DebugOptions, profile: Profile, pod: Pod, name: string): Debugged {
  const spec = pod.spec ?? { containers: [] };
  const added: EphemeralContainer = { ...newContainer(o, name), ...(o.target === "" ? {} : { targetContainerName: o.target }) };
  const grown: Pod = { ...pod, spec: { ...spec, ephemeralContainers: [...(spec.ephemeralContainers ?? []), added] } };
  return { pod: customized(o, profiled(profile, "ephemeral", grown, name, o.keep), name), container: name };
}

/** A pod that runs on a node, whatever its taints, with the node's root at /host (k8s: generateNodeDebugPod). */
export function onNode(o: DebugOptions, profile: Profile, node: Node, name: string): Debugged {
  const container = o.container === "" ? "debugger" : o.container;
  const pod: Pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: { "app.kubernetes.io/managed-by": "kubectl-debug" } },
    spec: {
      containers: [newContainer(o, container)],
      nodeName: node.metadata?.name ?? "",
      restartPolicy: "Never",
      tolerations: [{ operator: "Exists" }],
    },
  };
  return { pod: customized(o, profiled(profile, "node", pod, container, o.keep), container), container };
}

/** A copy of a pod with a container more, or with one of its own changed (k8s: generatePodCopyWithDebugContainer). */
export function copied(o: DebugOptions, profile: Profile, pod: Pod, newName: () => string): Debugged {
  const { ephemeralContainers: _, nodeName, ...spec } = pod.spec ?? { containers: [] };
  const { annotations, labels, namespace } = pod.metadata ?? {};
  const copy: Pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: o.copyTo,
      ...(namespace ? { namespace } : {}),
      ...(annotations ? { annotations } : {}),
      ...(labels ? { labels } : {}),
    },
    spec: {
      ...spec,
      ...(o.sameNode && nodeName ? { nodeName } : {}),
      ...(o.shareProcesses === undefined ? {} : { shareProcessNamespace: o.shareProcesses }),
      containers: spec.containers.map((container) => {
        const image = o.setImages[container.name] ?? o.setImages["*"];
        return image ? { ...container, image } : container;
      }),
    },
  };
  const known = [...spec.containers, ...(spec.initContainers ?? [])].some((container) => container.name === o.container);
  if (!known && o.image === "") {
    if (Object.keys(o.setImages).length > 0) return { pod: copy, container: "" };
    throw new CliError("you must specify image when creating new container");
  }
  const name = o.container === "" ? newName() : o.container;
  const grown: Pod = known
    ? withContainer(copy, name, (container) => changed(o, container as Container))
    : { ...copy, spec: { ...spec, ...copy.spec, containers: [...(copy.spec?.containers ?? []), newContainer(o, name)] } };
  return { pod: customized(o, profiled(profile, "copy", grown, name, o.keep), name), container: name };
}

/** A container of the pod as the flags have it: new words replace both command and arguments. */
function changed(o: DebugOptions, { args, stdin: _stdin, tty: _tty, ...container }: Container): Container {
  const keepsArgs = o.words.length === 0 || o.argumentsOnly;
  return {
    ...container,
    ...(keepsArgs && args ? { args } : {}),
    ...words(o),
    ...(o.env.length > 0 ? { env: o.env } : {}),
    ...(o.image === "" ? {} : { image: o.image }),
    ...(o.pullPolicy === "" ? {} : { imagePullPolicy: o.pullPolicy as NonNullable<Container["imagePullPolicy"]> }),
    ...terminal(o),
  };
}

/** --custom goes over what the profile made of the container. */
function customized({ custom }: DebugOptions, pod: Pod, name: string): Pod {
  if (custom === undefined) return pod;
  return withContainer(
    pod,
    name,
    (container) =>
      applyStrategicPatch(
        container as unknown as JsonMap,
        { ...custom, name } as unknown as JsonMap,
        containerSchema,
      ) as unknown as Container,
  );
}

/** Said when a profile's capabilities may be of no use (k8s: displayWarning). */
export function nonRootWarning({ pod, container }: Debugged): string | undefined {
  const user = pod.spec?.securityContext?.runAsUser ?? 0;
  const found = [...(pod.spec?.containers ?? []), ...(pod.spec?.ephemeralContainers ?? [])].find(({ name }) => name === container);
  const own = found?.securityContext;
  if (user === 0 || own === undefined || own.runAsUser === 0) return undefined;
  if (own.privileged !== true && (own.capabilities?.add ?? []).length === 0) return undefined;
  return 'Warning: Non-root user is configured for the entire target Pod, and some capabilities granted by debug profile may not work. Please consider using "--custom" with a custom profile that specifies "securityContext.runAsUser: 0".';
}
