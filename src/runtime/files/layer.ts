import { encode } from "../text.ts";
import type { ImageContents, ImageFile } from "../types.ts";
import { createNode, entriesOf, type Node } from "./node.ts";

/** An image's tree, built once and shared, and its nodes by inode number (how a stored copy finds its original). */
export interface Layer {
  readonly root: Node;
  readonly byIno: readonly (Node | undefined)[];
}

/** Directories that every root file system has, whatever the image says. */
const SKELETON: Readonly<Record<string, ImageFile>> = {
  "/dev": { directory: true },
  "/etc": { directory: true },
  "/proc": { directory: true, mode: 0o555 },
  "/sys": { directory: true, mode: 0o555 },
  "/tmp": { directory: true, mode: 0o1777 },
};

const memo = new WeakMap<ImageContents, Layer>();

/** Inode numbers follow the order of `files`, so they are the same in every run. */
export function layerOf(image: ImageContents): Layer {
  const known = memo.get(image);
  if (known) return known;
  const layer = buildLayer(image.files);
  memo.set(image, layer);
  return layer;
}

export function buildLayer(files: Readonly<Record<string, ImageFile>>): Layer {
  const byIno: (Node | undefined)[] = [undefined];
  const add = (make: (ino: number) => Node): Node => {
    const node = make(byIno.length);
    byIno.push(node);
    return node;
  };
  const directory = (mode = 0o755, uid = 0): Node => add((ino) => createNode(ino, "directory", mode, { frozen: true, uid, gid: uid }));
  const root = directory();
  /** A folder, made where it is missing; links of whole folders (/bin to /usr/bin) are followed. */
  const enter = (names: readonly string[]): Node => {
    const trail = [root];
    const queue = [...names].reverse();
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      const at = trail[trail.length - 1] as Node;
      let next = at.entries?.get(name);
      if (next?.type === "symlink") {
        const target = next.target ?? "";
        if (target.startsWith("/")) trail.length = 1;
        queue.push(
          ...target
            .split("/")
            .filter((n) => n !== "" && n !== ".")
            .reverse(),
        );
        continue;
      }
      if (!next) {
        next = directory();
        entriesOf(at).set(name, next);
      }
      trail.push(next);
    }
    return trail[trail.length - 1] as Node;
  };
  const place = (path: string, file: ImageFile): void => {
    const names = path.split("/").filter((n) => n !== "");
    const last = names.pop();
    if (last === undefined) return;
    const at = enter(names);
    const there = at.entries?.get(last);
    if (typeof file === "object" && "same" in file) {
      const parts = file.same.split("/").filter((n) => n !== "");
      const node = enter(parts.slice(0, -1)).entries?.get(parts.at(-1) as string);
      if (!node) throw new Error(`${path} is to be another name of ${file.same}, which is not there`);
      node.nlink++;
      entriesOf(at).set(last, node);
      return;
    }
    if (typeof file === "object" && "directory" in file && there) {
      there.mode = file.mode ?? there.mode;
      there.uid = file.uid ?? there.uid;
      return;
    }
    entriesOf(at).set(
      last,
      typeof file === "object" && "directory" in file ? directory(file.mode, file.uid) : add((ino) => fileNode(ino, file)),
    );
  };
  for (const path in SKELETON) place(path, SKELETON[path] as ImageFile);
  for (const path in files) place(path, files[path] as ImageFile);
  return { root, byIno };
}

function fileNode(ino: number, file: Exclude<ImageFile, { directory: true } | { same: string }>): Node {
  if (typeof file === "string") return text(ino, file, 0o644, 0);
  if ("link" in file) return createNode(ino, "symlink", 0o777, { frozen: true, target: file.link, size: file.link.length });
  if ("text" in file) return text(ino, file.text, file.mode ?? 0o644, file.uid ?? 0);
  if ("bytes" in file) return plain(ino, file.bytes, file.mode ?? 0o644, file.uid ?? 0);
  const program = "program" in file ? file.program : undefined;
  const bytes = encode(`\x7fELF\x02\x01\x01 timonel program ${program ?? "hold"}\n`);
  return createNode(ino, "file", file.mode ?? 0o755, { frozen: true, program, hold: program === undefined, bytes, size: bytes.length });
}

const text = (ino: number, content: string, mode: number, uid: number): Node => plain(ino, encode(content), mode, uid);
const plain = (ino: number, bytes: Uint8Array, mode: number, uid: number): Node =>
  createNode(ino, "file", mode, { frozen: true, bytes, size: bytes.length, uid, gid: uid });

/** The program that a file's bytes stand for, as they do where an image's file is copied. */
export function programIn(bytes: Uint8Array): string | undefined {
  if (bytes[0] !== 0x7f || bytes[1] !== 0x45) return undefined;
  return /^\x7fELF\x02\x01\x01 timonel program ([a-z0-9-]+)\n$/.exec(new TextDecoder().decode(bytes.subarray(0, 120)))?.[1];
}
