import type { Pod } from "../api/index.ts";
import type { ContainerConfig, ImageConfig } from "../runtime/index.ts";
import { formatPod, specOf } from "./pod.ts";
import type { AnyContainer } from "./pod.ts";

export interface RunAs {
  readonly uid?: number;
  readonly gid?: number;
  readonly groups?: readonly number[];
  readonly strictGroups?: boolean;
}

/** Who a container is asked to run as; the image decides what is absent (k8s: securitycontext DetermineEffectiveSecurityContext). */
export function runAs(pod: Pod, container: AnyContainer): RunAs | undefined {
  const ofPod = specOf(pod).securityContext;
  const own = container.securityContext;
  const uid = own?.runAsUser ?? ofPod?.runAsUser;
  const gid = own?.runAsGroup ?? ofPod?.runAsGroup;
  const groups = [...(ofPod?.fsGroup === undefined ? [] : [ofPod.fsGroup]), ...(ofPod?.supplementalGroups ?? [])];
  const strictGroups = ofPod?.supplementalGroupsPolicy === "Strict";
  if (uid === undefined && gid === undefined && groups.length === 0 && !strictGroups) return undefined;
  return {
    ...(strictGroups ? { strictGroups } : {}),
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
    ...(groups.length === 0 ? {} : { groups }),
  };
}

type Privileges = Pick<ContainerConfig, "privileged" | "capabilities" | "noNewPrivileges" | "seccomp" | "appArmor" | "unmaskedProc">;

/** What a container may do beyond, or not do of, what containers may (k8s: security_context.go convertToRuntimeSecurityContext). */
export function privileges(pod: Pod, container: AnyContainer): Privileges {
  const own = container.securityContext;
  const seccomp = seccompMode(own?.seccompProfile ?? specOf(pod).securityContext?.seccompProfile);
  const { type, localhostProfile = "" } = own?.appArmorProfile ?? specOf(pod).securityContext?.appArmorProfile ?? {};
  const appArmor = type === "Localhost" ? { appArmor: { localhost: localhostProfile } } : undefined;
  if (own === undefined) return seccomp === undefined ? (appArmor ?? NO_PRIVILEGES) : { seccomp, ...appArmor };
  return {
    ...appArmor,
    ...(own.privileged === true ? { privileged: true } : {}),
    ...(own.capabilities === undefined ? {} : { capabilities: own.capabilities }),
    ...(own.allowPrivilegeEscalation === false ? { noNewPrivileges: true } : {}),
    ...(seccomp === undefined || own.privileged === true ? {} : { seccomp }),
    ...(own.procMount === "Unmasked" ? { unmaskedProc: true } : {}),
  };
}

const NO_PRIVILEGES: Privileges = {};

/** Where the kubelet keeps its machine's own profiles (k8s: kubelet.go seccompProfileRoot). */
const SECCOMP_ROOT = "/var/lib/kubelet/seccomp";

function seccompMode(profile: { readonly type: string; readonly localhostProfile?: string } | undefined): Privileges["seccomp"] {
  if (profile === undefined) return undefined;
  if (profile.type === "Localhost") return { localhost: `${SECCOMP_ROOT}/${profile.localhostProfile ?? ""}` };
  return profile.type === "RuntimeDefault" ? "RuntimeDefault" : "Unconfined";
}

/** What runAsNonRoot says against a container; null: it may run (k8s: security_context.go verifyRunAsNonRoot). */
export function rootRefusal(pod: Pod, container: AnyContainer, image: ImageConfig | undefined): string | null {
  const ofPod = specOf(pod).securityContext;
  const own = container.securityContext;
  if ((own?.runAsNonRoot ?? ofPod?.runAsNonRoot) !== true) return null;
  const where = `(pod: "${formatPod(pod)}", container: ${container.name})`;
  const uid = own?.runAsUser ?? ofPod?.runAsUser;
  if (uid !== undefined) return uid === 0 ? `container's runAsUser breaks non-root policy ${where}` : null;
  const user = (image?.user ?? "").split(":")[0] ?? "";
  if (user === "" || user === "0") return `container has runAsNonRoot and image will run as root ${where}`;
  return /^\d+$/.test(user)
    ? null
    : `container has runAsNonRoot and image has non-numeric user (${user}), cannot verify user is non-root ${where}`;
}

/** What `status.containerStatuses[].user.linux` shows. */
export function linuxUser(
  pod: Pod,
  container: AnyContainer,
  image: ImageConfig | undefined,
): { readonly uid: number; readonly gid: number; readonly groups: readonly number[] } {
  const asked = runAs(pod, container);
  const [user = "", group = ""] = (image?.user ?? "").split(":");
  const number = (text: string): number => (/^\d+$/.test(text) ? Number(text) : 0);
  const gid = asked?.gid ?? number(group);
  return { uid: asked?.uid ?? number(user), gid, groups: [...new Set([gid, ...(asked?.groups ?? [])])] };
}
