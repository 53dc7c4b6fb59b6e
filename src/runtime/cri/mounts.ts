import type { Tree } from "../files/tree.ts";
import { View } from "../files/view.ts";
import { type MountPoint, type MountTable, ROOT } from "../files/walk.ts";
import { Errno, type Mount } from "../types.ts";

const AS_ROOT = { credentials: ROOT, cwd: "/", umask: 0, pid: 0 };

/**
 * What a container sees: its root, the system's mounts, its pod's files in /etc, and its volumes. Mount points are made
 * where the image has none, and their paths taken through the image's links (/var/run is often /run).
 */
export function containerMounts(options: {
  readonly root: Tree;
  readonly readOnlyRoot: boolean;
  readonly fixed: readonly MountPoint[];
  readonly mounts: readonly Mount[];
  tree(volume: string): Tree;
}): MountTable {
  const mounts = new Map<string, MountPoint>();
  const writable: MountTable = { root: { path: "/", tree: options.root, rel: [], readOnly: false, type: "overlay" }, mounts };
  const view = new View(writable, AS_ROOT);
  for (const mount of options.fixed) mounts.set(mount.path, mount);
  // Outer mounts first, so that inner ones land inside them.
  const ordered = [...options.mounts].sort((a, b) => a.containerPath.split("/").length - b.containerPath.split("/").length);
  for (const mount of ordered) {
    const path = place(view, mount.containerPath);
    const tree = options.tree(mount.volume.id);
    const rel = sub(tree, mount.subPath);
    if (view.exists(path) && (view.stat(path).type === "directory") !== (tree.at(rel)?.type === "directory")) throw clash(mount);
    const own = { path, tree, rel, readOnly: mount.readOnly, ...fileSystemOf(mount, tree) };
    for (const point of withSubmounts(own)) mounts.set(point.path, point);
  }
  return { root: { ...writable.root, readOnly: options.readOnlyRoot }, mounts };
}

/** A mount and what is mounted below it at its source, or what its source lies in. */
function* withSubmounts(own: MountPoint): Iterable<MountPoint> {
  const source = own.rel.length === 0 ? "" : `/${own.rel.join("/")}`;
  let top = own;
  const below: MountPoint[] = [];
  for (const point of own.tree.submounts?.() ?? []) {
    const readOnly = own.readOnly || point.readOnly;
    if (point.path.startsWith(`${source}/`))
      below.push({ ...point, path: `${own.path === "/" ? "" : own.path}${point.path.slice(source.length)}`, readOnly });
    else if (source === point.path || source.startsWith(`${point.path}/`)) {
      const rest = source.slice(point.path.length).split("/").filter(Boolean);
      top = { ...point, path: own.path, rel: [...point.rel, ...rest], readOnly };
    }
  }
  yield top;
  yield* below;
}

/** What kind of file system a volume is, and where that lies. */
function fileSystemOf({ volume: { id }, device }: Mount, tree: Tree): Pick<MountPoint, "type" | "source" | "options"> {
  if (id.startsWith("image/")) return { type: "overlay" };
  if (device !== undefined) return { type: "nfs4", source: device };
  // A disk of a cloud's comes after the machine's own.
  if (tree.onDisk) return { type: "ext4", ...(id.startsWith("shared/") && { source: "/dev/vdb" }) };
  const bytes = tree.size ?? tree.env.hardware?.memory;
  return { type: "tmpfs", ...(bytes !== undefined && { options: `relatime,size=${Math.floor(bytes / 1024)}k` }) };
}

/** What runc refuses before it comes to the program. */
export class InitError extends Errno {}

/** A directory over a file, or the other way round, in runc's words (runc: libcontainer/rootfs_linux.go). */
function clash({ source = "", containerPath: path }: Mount): InitError {
  const how = `mount src=${source}, dst=${path}, dstFd=/proc/thread-self/fd/11, flags=MS_BIND|MS_REC`;
  return new InitError(
    "ENOTDIR",
    `error during container init: error mounting "${source}" to rootfs at "${path}": ${how}: not a directory`,
  );
}

/** The canonical path of a mount point, its parents made. */
function place(view: View, path: string): string {
  const bare = `/${path
    .split("/")
    .filter((n) => n !== "" && n !== ".")
    .join("/")}`;
  if (view.exists(bare)) return view.realpath(bare);
  const parent = bare.slice(0, bare.lastIndexOf("/")) || "/";
  try {
    view.mkdir(parent, { recursive: true, mode: 0o755 });
    return `${view.realpath(parent)}/${bare.slice(bare.lastIndexOf("/") + 1)}`.replace("//", "/");
  } catch {
    // Inside another mount that has no such directory: it appears at its written path.
    return bare;
  }
}

/** A subPath within its volume, through links (a ConfigMap's keys are links); made if missing. */
function sub(tree: Tree, subPath: string | undefined): readonly string[] {
  if (subPath === undefined || subPath === "") return [];
  const table: MountTable = { root: { path: "/", tree, rel: [], readOnly: false, type: "tmpfs" }, mounts: new Map() };
  const view = new View(table, AS_ROOT);
  if (!view.exists(`/${subPath}`)) view.mkdir(`/${subPath}`, { recursive: true, mode: 0o755 });
  return view
    .realpath(`/${subPath}`)
    .split("/")
    .filter((n) => n !== "");
}
