import { errno } from "../errno.ts";
import { capable } from "../files/capabilities.ts";
import { View } from "../files/view.ts";
import { type Credentials, rooted } from "../files/walk.ts";
import type { SpawnOptions } from "../types.ts";
import { enter } from "./entered.ts";
import type { Box, Process } from "./process.ts";

interface Identity {
  readonly who: Credentials;
  readonly root: string | undefined;
  readonly view: View;
  readonly box: Box;
}

/** Who a new program is, in which namespaces and root: as setuid(2), setgroups(2), setns(2) and chroot(2) are asked, or its process's own. */
export function changeIdentity(process: Process, view: View, { user, root, cwd, namespaces }: SpawnOptions, here: string): Identity {
  const { credentials, start, umask, pid } = process;
  if (!user && root === undefined && !namespaces) return { who: credentials, root: start.root, view, box: process.box };
  const box = namespaces ? enter(process, namespaces) : process.box;
  const { uid = credentials.uid, gid = credentials.gid, groups = credentials.groups, limits } = user ?? {};
  if (uid !== credentials.uid && !capable(credentials, "SETUID")) throw errno("EPERM");
  const known = (g: number): boolean => g === credentials.gid || credentials.groups.includes(g);
  if (!(known(gid) && groups.every(known)) && !capable(credentials, "SETGID")) throw errno("EPERM");
  const { real: _, ...kept } = credentials;
  const who: Credentials = { ...kept, uid, gid, groups, ...limits };
  const as = { credentials: who, umask, pid };
  if (namespaces?.kinds.includes("mnt"))
    return { who, root: undefined, box, view: new View(() => box.table(), { ...as, cwd: cwd ?? "/" }) };
  if (root === undefined) return { who, root: start.root, box, view: new View(() => process.table(), { ...as, cwd: cwd ?? here }) };
  if (!capable(credentials, "SYS_CHROOT")) throw errno("EPERM", root);
  const place = view.find(root);
  if (place.node?.type !== "directory") throw errno(place.node ? "ENOTDIR" : "ENOENT", root);
  const below = `${start.root ?? ""}${place.path}`.replace(/\/$/, "") || "/";
  return { who, root: below, box, view: new View(rooted(box.table(), below), { ...as, cwd: cwd ?? "/" }) };
}

/** Whom kill(2) reaches of a number, as it counts them. Throws ESRCH when there is nobody, EPERM when it may reach nobody. */
export function signalTargets(process: Process, pid: number): readonly Process[] {
  const { namespace } = process.box;
  const group = pid === 0 ? process.group : -pid;
  const targets: readonly (Process | undefined)[] =
    pid > 0
      ? [namespace.find(pid)]
      : [...namespace.processes.values()].filter((p) =>
          pid === -1 ? namespace.numberOf(p) !== 1 && p !== process : p.group === group && p.box.namespace === namespace,
        );
  if (targets.length === 0 || targets[0] === undefined) throw errno("ESRCH");
  const allowed = targets.filter((p): p is Process => p !== undefined && maySignal(process.credentials, p.credentials));
  if (allowed.length === 0) throw errno("EPERM");
  return allowed;
}

/** Its own kind, or anybody with CAP_KILL. */
function maySignal(who: Credentials, other: Credentials): boolean {
  const mine = who.real?.uid ?? who.uid;
  const theirs = other.real?.uid ?? other.uid;
  return who.uid === theirs || mine === theirs || who.uid === other.uid || capable(who, "KILL");
}
