import { describe, expect, it } from "vitest";
import { Records } from "../records.ts";
import { Errno } from "../types.ts";
import { buildLayer } from "./layer.ts";
import { Tree, type StoredNode } from "./tree.ts";
import { View } from "./view.ts";
import { containerMounts } from "../cri/mounts.ts";
import type { Credentials, MountTable } from "./walk.ts";

const layer = buildLayer({
  "/etc/passwd": "root",
  "/a/b/c": "deep",
  "/var/run": { link: "/run" },
  "/run": { directory: true },
  "/loop": { link: "/loop" },
  "/secret": { text: "s", mode: 0o600 },
});
const ROOT: Credentials = { uid: 0, gid: 0, groups: [0] };
const USER: Credentials = { uid: 1000, gid: 1000, groups: [1000, 50] };

function setup() {
  const records = new Records(true);
  const turns: (() => void)[] = [];
  const env = { records, now: () => 7, turn: (fn: () => void) => void turns.push(fn) };
  const tree = new Tree("t", env, { layer });
  const table: MountTable = { root: { path: "/", tree, rel: [], readOnly: false, type: "overlay" }, mounts: new Map() };
  const as = (credentials: Credentials, t = table) => new View(t, { credentials, cwd: "/", umask: 0o22, pid: 1 });
  return { records, env, tree, table, root: as(ROOT), user: as(USER), as, turns };
}
const code = (fn: () => unknown): string => {
  try {
    fn();
    return "ok";
  } catch (error) {
    if (error instanceof Errno) return error.code;
    throw error;
  }
};

describe("a view of files", () => {
  it("refuses as POSIX does", () => {
    const { root, user } = setup();
    expect([
      code(() => root.readFile("/none")),
      code(() => root.readFile("/a")),
      code(() => root.readFile("/etc/passwd/x")),
      code(() => root.readFile("/loop")),
      code(() => root.rmdir("/a")),
      code(() => root.unlink("/a")),
      code(() => root.mkdir("/a")),
      code(() => root.mkdir("/x/y")),
      code(() => root.writeFile("/etc/passwd", "", { exclusive: true })),
      code(() => root.rename("/a", "/a/b/d")),
      code(() => user.readFile("/secret")),
      code(() => user.writeFile("/new", "x")),
      code(() => user.writeFile("/tmp/new", "x")),
      code(() => user.chown("/tmp/new", 0, 0)),
      code(() => user.chmod("/etc/passwd", 0o777)),
    ]).toEqual([
      "ENOENT",
      "EISDIR",
      "ENOTDIR",
      "ELOOP",
      "ENOTEMPTY",
      "EISDIR",
      "EEXIST",
      "ENOENT",
      "EEXIST",
      "EINVAL",
      "EACCES",
      "EACCES",
      "ok",
      "EPERM",
      "EPERM",
    ]);
  });

  it("lets only the owner delete in a sticky directory", () => {
    const { root, user } = setup();
    root.writeFile("/tmp/r", "x");
    expect(code(() => user.unlink("/tmp/r"))).toBe("EPERM");
  });

  it("gives files in a setgid directory its group", () => {
    const { root, user } = setup();
    root.mkdir("/flat");
    root.chown("/flat", 0, 3500);
    root.chmod("/flat", 0o2777);
    user.writeFile("/flat/x", "");
    expect(user.stat("/flat/x")).toMatchObject({ uid: 1000, gid: 3500, mode: 0o644 });
  });

  it("renames what the image brought, once", () => {
    const { root } = setup();
    root.rename("/a", "/z");
    expect(root.readText("/z/b/c")).toBe("deep");
    expect(root.exists("/a")).toBe(false);
    root.writeFile("/z/b/c", "!", { append: true });
    expect(root.readText("/z/b/c")).toBe("deep!");
    expect(root.readdir("/")).toEqual(["dev", "etc", "loop", "proc", "run", "secret", "sys", "tmp", "var", "z"]);
  });

  it("keeps a reader's bytes while the file grows", () => {
    const { root } = setup();
    root.writeFile("/f", "one");
    const read = root.readFile("/f");
    root.writeFile("/f", "two", { append: true });
    root.writeFile("/f", "X");
    expect(new TextDecoder().decode(read)).toBe("one");
  });

  it("mounts through links, read-only and by subPath", () => {
    const s = setup();
    const volume = new Tree("v", s.env);
    const inside = s.as(ROOT, { root: { path: "/", tree: volume, rel: [], readOnly: false, type: "tmpfs" }, mounts: new Map() });
    inside.mkdir("/..1");
    inside.writeFile("/..1/key", "value");
    inside.symlink("..1", "/..data");
    inside.symlink("..data/key", "/key");
    const v = { id: "v", fs: inside, setSize: () => {}, keepInMemory: () => {} };
    const table = containerMounts({
      root: s.tree,
      readOnlyRoot: true,
      fixed: [],
      tree: () => volume,
      mounts: [
        { containerPath: "/var/run/secrets/sa", volume: v, readOnly: true },
        { containerPath: "/etc/app/key.txt", volume: v, subPath: "key", readOnly: false },
      ],
    });
    const c = s.as(ROOT, table);
    expect(c.readText("/var/run/secrets/sa/key")).toBe("value");
    expect(c.readText("/etc/app/key.txt")).toBe("value");
    expect(c.realpath("/var/run/secrets/sa")).toBe("/run/secrets/sa");
    expect(code(() => c.writeFile("/run/secrets/sa/x", ""))).toBe("EROFS");
    expect(code(() => c.writeFile("/x", ""))).toBe("EROFS");
    c.writeFile("/etc/app/key.txt", "new");
    expect(inside.readText("/key")).toBe("new");
  });

  it("tells watchers across views", () => {
    const { root, user, turns } = setup();
    const seen: string[] = [];
    user.watch("/tmp", (path) => seen.push(path));
    root.writeFile("/tmp/x", "1");
    root.writeFile("/etc/y", "1");
    for (const turn of turns) turn();
    expect(new Set(seen)).toEqual(new Set(["/tmp/x"]));
  });

  it("is rebuilt from its records", () => {
    const s = setup();
    s.root.writeFile("/a/b/c", "changed");
    s.root.unlink("/etc/passwd");
    s.root.link("/a/b/c", "/hard");
    const stored = new Map(
      [...s.records.drain()].filter(([, v]) => v !== undefined).map(([k, v]) => [Number(k.split("/")[2]), v as StoredNode]),
    );
    const tree = new Tree("t", s.env, { layer, stored });
    const view = s.as(ROOT, { root: { path: "/", tree, rel: [], readOnly: false, type: "overlay" }, mounts: new Map() });
    expect(view.readText("/hard")).toBe("changed");
    expect(view.stat("/hard").nlink).toBe(2);
    expect(view.exists("/etc/passwd")).toBe(false);
    expect(view.readlink("/var/run")).toBe("/run");
  });
});

it("a tree of a size takes no more, until something goes", () => {
  const { tree, root } = setup();
  // What lies in the image underneath does not count.
  const free = (tree.size = 10);
  root.writeFile("/x", "y".repeat(free - 2));
  expect(code(() => root.writeFile("/z", "123"))).toContain("ENOSPC");
  root.writeFile("/x", "12", { append: true });
  expect(code(() => root.writeFile("/x", "1", { append: true }))).toContain("ENOSPC");
  root.unlink("/x");
  root.writeFile("/z", "z".repeat(free));
  expect(root.readText("/z")).toHaveLength(free);
});
