import { errno } from "../errno.ts";
import { capable } from "./capabilities.ts";
import type { Node } from "./node.ts";
import { lookup } from "./node.ts";
import type { Tree } from "./tree.ts";

/** Who acts. What it may do beyond others' files is in its capabilities. */
export interface Credentials {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  /** Who it was before a set-user-ID or set-group-ID file made it another. */
  readonly real?: { readonly uid: number; readonly gid: number };
  /** The most that root can do here: a sum of 2 ** capability; absent: everything. */
  readonly bounding?: number;
  /** No file makes it another (PR_SET_NO_NEW_PRIVS). */
  readonly noNewPrivileges?: boolean;
  /** Its system calls go through a filter (seccomp). */
  readonly filtered?: boolean;
}
export const ROOT: Credentials = { uid: 0, gid: 0, groups: [0] };

export interface MountPoint {
  /** Absolute, canonical; "/" for the root. */
  readonly path: string;
  readonly tree: Tree;
  /** What of the tree is mounted (subPath). */
  readonly rel: readonly string[];
  readonly readOnly: boolean;
  /** As /proc/mounts calls it, and what it says besides where that is not usual. */
  readonly type: string;
  readonly source?: string;
  readonly options?: string;
}

/** What a container sees: its root and what is mounted on it. */
export interface MountTable {
  readonly root: MountPoint;
  readonly mounts: ReadonlyMap<string, MountPoint>;
  /** Where every walk begins, once it is known. */
  top?: Place;
}

/** What is left to see below a canonical path (chroot(2)). */
export function rooted(table: MountTable, path: string): MountTable {
  if (path === "/") return table;
  const top = walk(table, ROOT, 0, "/", path, true);
  const mounts = new Map<string, MountPoint>();
  for (const mount of table.mounts.values())
    if (mount.path.startsWith(`${path}/`)) mounts.set(mount.path.slice(path.length), { ...mount, path: mount.path.slice(path.length) });
  return { root: { ...top.mount, path: "/", rel: top.rel }, mounts };
}

/** Where a path leads: `node` is missing when only its directory exists. */
export interface Place {
  /** Whose mounts: another's behind /proc/PID/root. */
  readonly table: MountTable;
  readonly path: string;
  readonly name: string;
  readonly mount: MountPoint;
  readonly rel: readonly string[];
  readonly node: Node | undefined;
}

const MAX_LINKS = 40;

/** Path resolution as in path_resolution(7). */
export function walk(
  table: MountTable,
  who: Credentials,
  pid: number,
  cwd: string,
  path: string,
  follow: boolean,
): Place & { readonly parent: Place } {
  if (path === "") throw errno("ENOENT", path);
  if (path.length > 4096) throw errno("ENAMETOOLONG", path);
  const top = topOf(table);
  let stack: Place[] = [top];
  const queue = (path.startsWith("/") ? path : `${cwd}/${path}`).split("/").reverse();
  let links = 0;
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (name === "" || name === ".") {
      const here = stack[stack.length - 1] as Place;
      if (queue.length === 0 && stack.length > 1 && here.node && here.node.type !== "directory") throw errno("ENOTDIR", path);
      continue;
    }
    if (name === "..") {
      if (stack.length > 1) stack.pop();
      continue;
    }
    if (name.length > 255) throw errno("ENAMETOOLONG", path);
    const here = stack[stack.length - 1] as Place;
    if (!here.node) throw errno("ENOENT", path);
    if (here.node.type !== "directory") throw errno("ENOTDIR", path);
    if (!allowed(here.node, who, 1)) throw errno("EACCES", path);
    const place = step(here, name, pid);
    if (place.node?.type === "symlink" && (follow || queue.length > 0)) {
      if (++links > MAX_LINKS) throw errno("ELOOP", path);
      const { enter } = place.node.virtual ?? {};
      if (enter) {
        const there = enter(who);
        stack = trail(there.table, there.path, pid);
        continue;
      }
      const target = place.node.target ?? "";
      if (target.startsWith("/")) stack = [top];
      queue.push(...target.split("/").reverse());
      continue;
    }
    stack.push(place);
  }
  const place = stack[stack.length - 1] as Place;
  return { ...place, parent: stack[Math.max(0, stack.length - 2)] as Place };
}

/** The place of a table's root: every walk begins there, so it is kept while nothing can take the root's place. */
function topOf(table: MountTable): Place {
  const { root } = table;
  if (root.rel.length > 0) return { table, path: "/", name: "", mount: root, rel: root.rel, node: root.tree.at(root.rel) };
  return (table.top ??= { table, path: "/", name: "", mount: root, rel: root.rel, node: root.tree.root });
}

/** From a table's root to a canonical path of it. */
function trail(table: MountTable, path: string, pid: number): Place[] {
  const places = [topOf(table)];
  for (const name of path.split("/")) if (name !== "") places.push(step(places[places.length - 1] as Place, name, pid));
  return places;
}

function step(here: Place, name: string, pid: number): Place {
  const { table } = here;
  const path = here.path === "/" ? `/${name}` : `${here.path}/${name}`;
  const mount = table.mounts.get(path);
  if (mount) return { table, path, name, mount, rel: mount.rel, node: mount.tree.at(mount.rel, pid) };
  if (!here.node) return { ...here, path, name, rel: [...here.rel, name] };
  return { table, path, name, mount: here.mount, rel: [...here.rel, name], node: lookup(here.node, name, pid) };
}

/** `want`: 4 read, 2 write, 1 execute or search (path_resolution(7), capabilities(7)). */
export function allowed(node: Node, who: Credentials, want: number): boolean {
  const shift = node.uid === who.uid ? 6 : node.gid === who.gid || who.groups.includes(node.gid) ? 3 : 0;
  if (((node.mode >> shift) & want) === want) return true;
  const directory = node.type === "directory";
  if (capable(who, "DAC_OVERRIDE")) return (want & 1) === 0 || directory || (node.mode & 0o111) !== 0;
  return (directory ? (want & 2) === 0 : want === 4) && capable(who, "DAC_READ_SEARCH");
}
