import type { Layer } from "../files/layer.ts";
import type { Node } from "../files/node.ts";
import { Tree, type TreeEnvironment } from "../files/tree.ts";
import type { MountPoint, MountTable } from "../files/walk.ts";
import { Records } from "../records.ts";
import type { ContainerConfig } from "../types.ts";
import type { User } from "./user.ts";

/** Thrown where a path leads into something that is mounted: the image alone cannot tell. */
export class Mounted extends Error {}

/** What is mounted into every container whatever its config says. */
const ALWAYS = ["/proc", "/dev", "/sys", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf"];

/** Nothing is ever written or marked here. */
const READ_ONLY: TreeEnvironment = { records: new Records(false), now: () => 0, turn: () => {} };

const memo = new WeakMap<Layer, Map<string, MountTable | null>>();

/**
 * The files of a container that has written nothing, without making them: its image's, and where something is mounted
 * (at these paths) looking throws Mounted. Undefined when a mount's path leads through a link of the image. Only for
 * reading, and one for all containers that mount alike.
 */
export function imageTable(layer: Layer, mounts: readonly string[]): MountTable | undefined {
  let known = memo.get(layer);
  if (!known) memo.set(layer, (known = new Map()));
  const key = mounts.join("\n");
  let table = known.get(key);
  if (table === undefined) {
    table = mounts.every((path) => isPlain(layer.root, path)) ? build(layer, mounts) : null;
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(key, table);
  }
  return table ?? undefined;
}
const MAX_KNOWN = 64;

function build(layer: Layer, mounts: readonly string[]): MountTable {
  const nothing = new Tree("mounted", READ_ONLY, {
    root() {
      throw new Mounted();
    },
  });
  const point = (path: string): MountPoint => ({ path, tree: nothing, rel: [], readOnly: true, type: "" });
  const table = new Map(ALWAYS.map((path) => [path, point(path)]));
  for (const mount of mounts) {
    const path = `/${namesOf(mount).join("/")}`;
    table.set(path, point(path));
  }
  return {
    root: { path: "/", tree: new Tree("image", READ_ONLY, { root: () => layer.root }), rel: [], readOnly: true, type: "overlay" },
    mounts: table,
  };
}

const namesOf = (path: string): readonly string[] => path.split("/").filter((name) => name !== "" && name !== ".");

function isPlain(root: Node, path: string): boolean {
  let node: Node | null | undefined = root;
  for (const name of namesOf(path)) {
    if (name === "..") return false;
    node = node?.entries?.get(name);
    if (node?.type === "symlink") return false;
  }
  // A folder does not go over a file.
  return !node || node.type === "directory";
}

const users = new WeakMap<MountTable, Map<string, User>>();

/** Whom an image's own files name: its users are looked up once. */
export function imageUser(table: MountTable, image: string | undefined, wanted: ContainerConfig["user"], find: () => User): User {
  let known = users.get(table);
  if (!known) users.set(table, (known = new Map()));
  const key = `${image}|${wanted?.uid}|${wanted?.gid}|${wanted?.groups?.join()}|${wanted?.strictGroups}`;
  let user = known.get(key);
  if (!user) {
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(key, (user = find()));
  }
  return user;
}
