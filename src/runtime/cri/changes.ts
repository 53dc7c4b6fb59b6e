import type { Node } from "../files/node.ts";

/** How a container's files differ from its image's. */
export interface FileChange {
  readonly path: string;
  readonly type: "file" | "directory" | "symlink" | "removed";
  readonly mode: number;
  readonly uid: number;
  readonly bytes: Uint8Array;
  readonly target: string | undefined;
}

/** What is mounted into every container is no part of it. */
const MOUNTED = new Set(["/proc", "/dev", "/sys", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf"]);

/** In the order of their paths' directories: a folder comes before what is in it. */
export function changesOf(root: Node): readonly FileChange[] {
  const changes: FileChange[] = [];
  const walk = (node: Node, path: string): void => {
    if (node.frozen || MOUNTED.has(path) || node.virtual) return;
    const { type, mode, uid } = node;
    if (type === "symlink" || type === "file")
      changes.push({ path, type, mode, uid, bytes: node.bytes.subarray(0, node.size), target: node.target });
    if (type !== "directory") return;
    const { lower } = node;
    if (path !== "" && (!lower || lower.mode !== mode || lower.uid !== uid))
      changes.push({ path, type, mode, uid, bytes: NOTHING, target: undefined });
    for (const [name, child] of node.entries ?? []) {
      const at = `${path}/${name}`;
      if (child) walk(child, at);
      else if (!MOUNTED.has(at)) changes.push({ path: at, type: "removed", mode: 0, uid: 0, bytes: NOTHING, target: undefined });
    }
  };
  walk(root, "");
  return changes;
}
const NOTHING = new Uint8Array(0);
