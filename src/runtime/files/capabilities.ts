import type { Credentials } from "./walk.ts";

/** Capabilities that something here asks for, by number (capabilities(7)). */
export const CAP = {
  CHOWN: 0,
  DAC_OVERRIDE: 1,
  DAC_READ_SEARCH: 2,
  FOWNER: 3,
  FSETID: 4,
  KILL: 5,
  SETGID: 6,
  SETUID: 7,
  NET_BIND_SERVICE: 10,
  NET_RAW: 13,
  SYS_CHROOT: 18,
  SYS_PTRACE: 19,
  SYS_ADMIN: 21,
  SYS_RESOURCE: 24,
} as const;
export type Capability = keyof typeof CAP;

/** CAP_LAST_CAP is 40: every bit up to it. Sets are sums of powers of two, for there are more than 32. */
export const ALL_CAPABILITIES = 2 ** 41 - 1;

/** Root has what it is bound to, others nothing: execve(2) gives no more where files have no capabilities of their own. */
export function effective(who: Credentials): number {
  return who.uid === 0 ? (who.bounding ?? ALL_CAPABILITIES) : 0;
}
export function capable(who: Credentials, capability: Capability): boolean {
  return Math.floor(effective(who) / 2 ** CAP[capability]) % 2 === 1;
}
