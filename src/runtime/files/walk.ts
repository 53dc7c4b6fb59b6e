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
  /** A bit for each last name of a mount point, once they are known. */
  names?: number;
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
export class Place {
  /** Whose mounts: another's behind /proc/PID/root. */
  readonly table: MountTable;
  readonly name: string;
  readonly mount: MountPoint;
  readonly node: Node | undefined;
  /** The root's is the root. */
  readonly parent: Place;
  #path: string | undefined;
  #rel: readonly string[] | undefined;

  constructor(table: MountTable, name: string, mount: MountPoint, node: Node | undefined, parent?: Place) {
    this.table = table;
    this.name = name;
    this.mount = mount;
    this.node = node;
    this.parent = parent ?? this;
  }
  /** Absolute and canonical. */
  get path(): string {
    if (this.#path !== undefined) return this.#path;
    let path = this.parent === this ? "/" : `/${this.name}`;
    for (let at = this.parent; at.parent !== at; at = at.parent) path = `/${at.name}${path}`;
    return (this.#path = path);
  }
  /** In the mount's tree. */
  get rel(): readonly string[] {
    if (this.#rel !== undefined) return this.#rel;
    const { mount, parent } = this;
    if (parent === this || parent.mount !== mount) return (this.#rel = mount.rel);
    const names = [this.name];
    // Up to where it is mounted.
    for (let at = parent; at.parent !== at && at.parent.mount === mount; at = at.parent) names.push(at.name);
    return (this.#rel = [...mount.rel, ...names.reverse()]);
  }
}

const MAX_LINKS = 40;

/** Path resolution as in path_resolution(7). Throws Errno. */
export function walk(table: MountTable, who: Credentials, pid: number, cwd: string, path: string, follow: boolean): Place {
  const found = look(table, who, pid, cwd, path, follow);
  if (typeof found === "string") throw errno(found, path);
  return found;
}

/** As `walk`, for those who try: an error is given by its name. */
export function look(table: MountTable, who: Credentials, pid: number, cwd: string, path: string, follow: boolean): Place | string {
  if (path === "") return "ENOENT";
  if (path.length > 4096) return "ENAMETOOLONG";
  const top = topOf(table);
  let here = top;
  let rest = path.startsWith("/") ? path : `${cwd}/${path}`;
  let links = 0;
  for (let from = 0; from <= rest.length;) {
    const slash = rest.indexOf("/", from);
    const last = slash < 0;
    const name = last ? rest.slice(from) : rest.slice(from, slash);
    from = last ? rest.length + 1 : slash + 1;
    if (name === "" || name === ".") {
      if (last && here !== top && here.node && here.node.type !== "directory") return "ENOTDIR";
      continue;
    }
    if (name === "..") {
      here = here.parent;
      continue;
    }
    if (name.length > 255) return "ENAMETOOLONG";
    if (!here.node) return "ENOENT";
    if (here.node.type !== "directory") return "ENOTDIR";
    if (!allowed(here.node, who, 1)) return "EACCES";
    const place = step(here, name, pid);
    if (place.node?.type === "symlink" && (follow || !last)) {
      if (++links > MAX_LINKS) return "ELOOP";
      const { enter } = place.node.virtual ?? {};
      if (enter) {
        const there = enter(who);
        here = trail(there.table, there.path, pid);
        continue;
      }
      const target = place.node.target ?? "";
      if (target.startsWith("/")) here = top;
      rest = last ? target : `${target}/${rest.slice(from)}`;
      from = 0;
      continue;
    }
    here = place;
  }
  return here;
}

/** The place of a table's root: every walk begins there, so it is kept while nothing can take the root's place. */
function topOf(table: MountTable): Place {
  const { root } = table;
  if (root.rel.length > 0) return new Place(table, "", root, root.tree.at(root.rel));
  return (table.top ??= new Place(table, "", root, root.tree.root));
}

/** From a table's root to a canonical path of it. */
function trail(table: MountTable, path: string, pid: number): Place {
  let here = topOf(table);
  for (const name of path.split("/")) if (name !== "") here = step(here, name, pid);
  return here;
}

function step(here: Place, name: string, pid: number): Place {
  const { table } = here;
  const mount = mayMount(table, name) ? table.mounts.get(here.path === "/" ? `/${name}` : `${here.path}/${name}`) : undefined;
  if (mount) return new Place(table, name, mount, mount.tree.at(mount.rel, pid), here);
  const node = here.node && lookup(here.node, name, pid);
  const tree = node?.virtual?.tree;
  // Another file system begins here, though nothing is mounted.
  if (tree) return new Place(table, name, { ...here.mount, tree, rel: [] }, tree.root, here);
  return new Place(table, name, here.mount, node, here);
}

/** Whether anything may be mounted under such a name: most steps need not know where they are. */
function mayMount(table: MountTable, name: string): boolean {
  if (table.names === undefined) {
    table.names = 0;
    for (const path of table.mounts.keys()) table.names |= bitOf(path.slice(path.lastIndexOf("/") + 1));
  }
  return (table.names & bitOf(name)) !== 0;
}
const bitOf = (name: string): number => 1 << ((name.charCodeAt(0) * 7 + name.charCodeAt(name.length - 1) * 3 + name.length) & 31);

/** `want`: 4 read, 2 write, 1 execute or search (path_resolution(7), capabilities(7)). */
export function allowed(node: Node, who: Credentials, want: number): boolean {
  const shift = node.uid === who.uid ? 6 : node.gid === who.gid || who.groups.includes(node.gid) ? 3 : 0;
  if (((node.mode >> shift) & want) === want) return true;
  const directory = node.type === "directory";
  if (capable(who, "DAC_OVERRIDE")) return (want & 1) === 0 || directory || (node.mode & 0o111) !== 0;
  return (directory ? (want & 2) === 0 : want === 4) && capable(who, "DAC_READ_SEARCH");
}
