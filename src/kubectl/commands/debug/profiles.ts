import type { Container, EphemeralContainer, Pod, PodSpec } from "../../../api/index.ts";
import { CliError } from "../../errors.ts";

/** How one looks into something: a container more in its pod, a changed copy of the pod, or a pod on a node. */
export type DebugStyle = "ephemeral" | "copy" | "node";

/** What of a pod its copy keeps. */
export interface Keep {
  readonly labels: boolean;
  readonly annotations: boolean;
  readonly liveness: boolean;
  readonly readiness: boolean;
  readonly startup: boolean;
  readonly initContainers: boolean;
}

type AnyContainer = Container | EphemeralContainer;
type SecurityContext = NonNullable<Container["securityContext"]>;
type Change = (container: AnyContainer) => AnyContainer;

interface Profile {
  /** For the container in every style. */
  readonly container?: Change;
  readonly ephemeral?: Change;
  readonly copy?: (pod: Pod, keep: Keep) => Pod;
  /** For the container of a copy. */
  readonly copied?: Change;
  /** On a node: the host's namespaces, and its root at /host. */
  readonly host?: { readonly namespaces: boolean; readonly root: boolean };
}

const secured = (container: AnyContainer, change: (context: SecurityContext) => SecurityContext): AnyContainer => ({
  ...container,
  securityContext: change(container.securityContext ?? {}),
});
const capable =
  (...added: readonly string[]): Change =>
  (container) =>
    secured(container, (s) => ({ ...s, capabilities: { ...s.capabilities, add: [...(s.capabilities?.add ?? []), ...added] } }));
const withoutContext: Change = ({ securityContext: _, ...container }) => container;
const tracing = capable("SYS_PTRACE");

/** A copy shares its processes unless it was told not to, and leaves behind what is not to be kept. */
function copyOf(pod: Pod, keep: Keep): Pod {
  const { labels, annotations, ...metadata } = pod.metadata ?? {};
  const { initContainers, ...spec } = pod.spec ?? { containers: [] };
  return {
    ...pod,
    metadata: { ...metadata, ...(keep.labels && labels ? { labels } : {}), ...(keep.annotations && annotations ? { annotations } : {}) },
    spec: {
      ...spec,
      ...(keep.initContainers && initContainers ? { initContainers } : {}),
      containers: spec.containers.map((container) => withoutProbes(container, keep)),
      shareProcessNamespace: spec.shareProcessNamespace ?? true,
    },
  };
}

function withoutProbes({ livenessProbe, readinessProbe, startupProbe, ...container }: Container, keep: Keep): Container {
  return {
    ...container,
    ...(keep.liveness && livenessProbe ? { livenessProbe } : {}),
    ...(keep.readiness && readinessProbe ? { readinessProbe } : {}),
    ...(keep.startup && startupProbe ? { startupProbe } : {}),
  };
}

/** k8s: kubectl cmd/debug/profiles.go. */
const PROFILES: Readonly<Record<string, Profile>> = {
  legacy: {
    host: { namespaces: true, root: true },
    copy: ({ metadata: { labels: _, ...metadata } = {}, ...pod }) => ({ ...pod, metadata }),
  },
  general: { host: { namespaces: true, root: true }, ephemeral: tracing, copied: tracing, copy: copyOf },
  baseline: { container: withoutContext, copy: copyOf },
  restricted: {
    container: (container) =>
      secured(withoutContext(container), () => ({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
        runAsNonRoot: true,
        seccompProfile: { type: "RuntimeDefault" },
      })),
    copy: copyOf,
  },
  netadmin: { container: capable("NET_ADMIN", "NET_RAW"), host: { namespaces: true, root: false }, copy: copyOf },
  sysadmin: {
    container: (container) => secured(container, (s) => ({ ...s, privileged: true })),
    host: { namespaces: true, root: true },
    copy: copyOf,
  },
};

export const profileNames = Object.keys(PROFILES);

/** The profile of a name; refuses one that there is not. */
export function profileOf(name: string): Profile {
  const found = Object.hasOwn(PROFILES, name) ? PROFILES[name] : undefined;
  if (found === undefined) throw new CliError(`unknown profile: ${name}`);
  return found;
}

/** What a profile makes of a pod and the container that was put into it. */
export function profiled(profile: Profile, style: DebugStyle, pod: Pod, name: string, keep: Keep): Pod {
  let next = profile.container === undefined ? pod : withContainer(pod, name, profile.container);
  if (style === "ephemeral") return profile.ephemeral === undefined ? next : withContainer(next, name, profile.ephemeral);
  if (style === "copy") {
    next = profile.copy?.(next, keep) ?? next;
    return profile.copied === undefined ? next : withContainer(next, name, profile.copied);
  }
  if (profile.host === undefined) return next;
  const { namespaces, root } = profile.host;
  const spec: PodSpec = {
    ...(next.spec ?? { containers: [] }),
    ...(namespaces ? { hostIPC: true, hostNetwork: true, hostPID: true } : {}),
  };
  next = { ...next, spec: root ? { ...spec, volumes: [...(spec.volumes ?? []), { name: "host-root", hostPath: { path: "/" } }] } : spec };
  if (!root) return next;
  return withContainer(next, name, (container) => ({
    ...container,
    volumeMounts: [...(container.volumeMounts ?? []), { mountPath: "/host", name: "host-root" }],
  }));
}

/** The first container of a name is changed, as upstream visits them: init, app, ephemeral ones. */
export function withContainer(pod: Pod, name: string, change: Change): Pod {
  const spec = pod.spec ?? { containers: [] };
  for (const list of ["initContainers", "containers", "ephemeralContainers"] as const) {
    const at = (spec[list] ?? []).findIndex((container) => container.name === name);
    if (at < 0) continue;
    const changed = (spec[list] ?? []).map((container, i) => (i === at ? change(container) : container));
    return { ...pod, spec: { ...spec, [list]: changed } };
  }
  return pod;
}
