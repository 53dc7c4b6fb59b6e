import { ALL_CAPABILITIES } from "../files/capabilities.ts";
import type { Credentials } from "../files/walk.ts";
import type { ContainerConfig } from "../types.ts";

/** By number (capability.h). */
const NAMES: readonly string[] = [
  "CHOWN",
  "DAC_OVERRIDE",
  "DAC_READ_SEARCH",
  "FOWNER",
  "FSETID",
  "KILL",
  "SETGID",
  "SETUID",
  "SETPCAP",
  "LINUX_IMMUTABLE",
  "NET_BIND_SERVICE",
  "NET_BROADCAST",
  "NET_ADMIN",
  "NET_RAW",
  "IPC_LOCK",
  "IPC_OWNER",
  "SYS_MODULE",
  "SYS_RAWIO",
  "SYS_CHROOT",
  "SYS_PTRACE",
  "SYS_PACCT",
  "SYS_ADMIN",
  "SYS_BOOT",
  "SYS_NICE",
  "SYS_RESOURCE",
  "SYS_TIME",
  "SYS_TTY_CONFIG",
  "MKNOD",
  "LEASE",
  "AUDIT_WRITE",
  "AUDIT_CONTROL",
  "SETFCAP",
  "MAC_OVERRIDE",
  "MAC_ADMIN",
  "SYSLOG",
  "WAKE_ALARM",
  "BLOCK_SUSPEND",
  "AUDIT_READ",
  "PERFMON",
  "BPF",
  "CHECKPOINT_RESTORE",
];
const bit = (name: string): number => {
  const n = NAMES.indexOf(name);
  return n < 0 ? 0 : 2 ** n;
};
const add = (set: number, name: string): number => (bit(name) === 0 || Math.floor(set / bit(name)) % 2 === 1 ? set : set + bit(name));
const drop = (set: number, name: string): number => (bit(name) > 0 && Math.floor(set / bit(name)) % 2 === 1 ? set - bit(name) : set);

/** What a container has that asks for nothing (containerd: oci/spec.go defaultUnixCaps). */
const DEFAULT = [
  "CHOWN",
  "DAC_OVERRIDE",
  "FSETID",
  "FOWNER",
  "MKNOD",
  "NET_RAW",
  "SETGID",
  "SETUID",
  "SETFCAP",
  "SETPCAP",
  "NET_BIND_SERVICE",
  "SYS_CHROOT",
  "KILL",
  "AUDIT_WRITE",
].reduce(add, 0);

/** ALL goes first, then what is added, then what is dropped; an unknown name is passed over (containerd: opts/spec_linux_opts.go WithCapabilities). */
export function boundingSet({ privileged, capabilities = {} }: Pick<ContainerConfig, "privileged" | "capabilities">): number {
  if (privileged) return ALL_CAPABILITIES;
  const names = (list: readonly string[] = []): readonly string[] => list.map((name) => name.toUpperCase());
  const [added, dropped] = [names(capabilities.add), names(capabilities.drop)];
  let set = DEFAULT;
  if (added.includes("ALL")) set = ALL_CAPABILITIES;
  if (dropped.includes("ALL")) set = 0;
  return dropped.reduce(drop, added.reduce(add, set));
}

const PLAIN: Partial<Credentials> = { bounding: DEFAULT };

/** What a container's processes may do, whoever they are. */
export function privileges(config: ContainerConfig): Partial<Credentials> {
  const { privileged, capabilities, noNewPrivileges, seccomp = "Unconfined" } = config;
  const filtered = !privileged && seccomp !== "Unconfined";
  if (!privileged && !capabilities && !noNewPrivileges && !filtered) return PLAIN;
  return { bounding: boundingSet(config), ...(noNewPrivileges && { noNewPrivileges }), ...(filtered && { filtered }) };
}
