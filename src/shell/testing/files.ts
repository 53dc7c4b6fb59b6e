import { Errno, type FileSystem, type Stat } from "../../runtime/index.ts";

interface Node {
  type: Stat["type"];
  mode: number;
  data: Uint8Array;
  target: string;
  children: Map<string, Node>;
  ino: number;
  mtime: number;
  program?: string;
}

const encoder = new TextEncoder();

/** A small in-memory tree for tests of the shell. Paths are taken from `cwd()`. */
export function testFiles(cwd: () => string, now: () => number) {
  let inodes = 1;
  const make = (type: Stat["type"], mode: number): Node => ({
    type,
    mode,
    data: new Uint8Array(),
    target: "",
    children: new Map(),
    ino: inodes++,
    mtime: now(),
  });
  const root = make("directory", 0o755);
  const error = (code: string, path: string): Errno =>
    new Errno(
      code,
      {
        ENOENT: "No such file or directory",
        ENOTDIR: "Not a directory",
        EISDIR: "Is a directory",
        EEXIST: "File exists",
        ENOTEMPTY: "Directory not empty",
        ELOOP: "Too many levels of symbolic links",
      }[code] ?? code,
      path,
    );
  const parts = (path: string): string[] =>
    (path.startsWith("/") ? path : `${cwd()}/${path}`).split("/").filter((p) => p !== "" && p !== ".");
  const walk = (path: string, follow: boolean, depth = 0): { node: Node | undefined; parent: Node; name: string; path: string } => {
    if (depth > 20) throw error("ELOOP", path);
    if (path === "") throw error("ENOENT", path);
    const stack: { node: Node; name: string }[] = [{ node: root, name: "" }];
    const list = parts(path);
    for (let i = 0; i < list.length; i++) {
      const name = list[i] as string;
      const at = stack.at(-1)?.node as Node;
      if (name === "..") {
        if (stack.length > 1) stack.pop();
        continue;
      }
      if (at.type !== "directory") throw error("ENOTDIR", path);
      const next = at.children.get(name);
      const last = i === list.length - 1;
      const here = `/${stack
        .slice(1)
        .map((s) => s.name)
        .join("/")}`;
      if (next?.type === "symlink" && (!last || follow))
        return walk(
          `${next.target.startsWith("/") ? next.target : `${here}/${next.target}`}/${list.slice(i + 1).join("/")}`,
          follow,
          depth + 1,
        );
      if (!next) {
        if (!last) throw error("ENOENT", path);
        return { node: undefined, parent: at, name, path: `${here === "/" ? "" : here}/${name}` };
      }
      stack.push({ node: next, name });
    }
    const top = stack.at(-1) as { node: Node; name: string };
    return {
      node: top.node,
      parent: stack.at(-2)?.node ?? root,
      name: top.name,
      path: `/${stack
        .slice(1)
        .map((s) => s.name)
        .join("/")}`,
    };
  };
  const need = (path: string, follow = true): Node => {
    const { node } = walk(path, follow);
    if (!node) throw error("ENOENT", path);
    return node;
  };
  const create = (path: string, node: Node): void => {
    const at = walk(path, false);
    if (at.node) throw error("EEXIST", path);
    at.parent.children.set(at.name, node);
  };
  const statOf = (n: Node): Stat => ({
    type: n.type,
    mode: n.mode,
    uid: 0,
    gid: 0,
    size: n.type === "symlink" ? n.target.length : n.data.length,
    mtime: n.mtime,
    ino: n.ino,
    nlink: n.type === "directory" ? 2 : 1,
  });
  const fs: FileSystem = {
    readFile(path) {
      const n = need(path);
      if (n.type === "directory") throw error("EISDIR", path);
      return n.data;
    },
    readText: (path) => new TextDecoder().decode(fs.readFile(path)),
    writeFile(path, data, options = {}) {
      const at = walk(path, true);
      if (at.node?.type === "directory") throw error("EISDIR", path);
      if (at.node && options.exclusive) throw error("EEXIST", path);
      const bytes = typeof data === "string" ? encoder.encode(data) : data;
      const n = at.node ?? make("file", options.mode ?? 0o644);
      if (!at.node) at.parent.children.set(at.name, n);
      n.data = options.append ? Uint8Array.from([...n.data, ...bytes]) : Uint8Array.from(bytes);
      n.mtime = now();
    },
    stat: (path) => statOf(need(path)),
    lstat: (path) => statOf(need(path, false)),
    access: (path, want) => fs.exists(path) && (want !== 1 || (fs.stat(path).mode & 0o111) !== 0),
    exists(path) {
      try {
        return walk(path, true).node !== undefined;
      } catch {
        return false;
      }
    },
    readdir(path) {
      const n = need(path);
      if (n.type !== "directory") throw error("ENOTDIR", path);
      return [...n.children.keys()].sort();
    },
    mkdir(path, options = {}) {
      if (options.recursive) {
        const list = parts(path);
        for (let i = 1; i <= list.length; i++) {
          const p = `/${list.slice(0, i).join("/")}`;
          if (!fs.exists(p)) create(p, make("directory", options.mode ?? 0o755));
          else if (fs.stat(p).type !== "directory") throw error("EEXIST", path);
        }
      } else create(path, make("directory", options.mode ?? 0o755));
    },
    unlink(path) {
      const at = walk(path, false);
      if (!at.node) throw error("ENOENT", path);
      if (at.node.type === "directory") throw error("EISDIR", path);
      at.parent.children.delete(at.name);
    },
    rmdir(path) {
      const at = walk(path, false);
      if (!at.node) throw error("ENOENT", path);
      if (at.node.type !== "directory") throw error("ENOTDIR", path);
      if (at.node.children.size > 0) throw error("ENOTEMPTY", path);
      at.parent.children.delete(at.name);
    },
    rename(from, to) {
      const a = walk(from, false);
      if (!a.node) throw error("ENOENT", from);
      const b = walk(to, false);
      a.parent.children.delete(a.name);
      b.parent.children.set(b.name, a.node);
    },
    symlink(target, path) {
      const n = make("symlink", 0o777);
      n.target = target;
      create(path, n);
    },
    link: (existing, path) => create(path, need(existing)),
    readlink: (path) => need(path, false).target,
    realpath(path) {
      const at = walk(path, true);
      if (!at.node) throw error("ENOENT", path);
      return at.path;
    },
    chmod: (path, mode) => void (need(path).mode = mode),
    chown: (path) => void need(path),
    utimes: (path, mtime) => void (need(path).mtime = mtime),
    truncate(path, size) {
      const n = need(path);
      const data = new Uint8Array(size);
      data.set(n.data.subarray(0, size));
      n.data = data;
    },
    watch: () => () => undefined,
  };
  return {
    fs,
    program: (path: string) => need(path).program,
    install: (path: string, program: string) => {
      fs.writeFile(path, "", { mode: 0o755 });
      need(path).mode = 0o755;
      need(path).program = program;
    },
  };
}
