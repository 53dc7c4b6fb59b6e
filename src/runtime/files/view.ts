import type { Cancel } from "../../sim/index.ts";
import { errno } from "../errno.ts";
import type { Payer } from "../kernel/process.ts";
import { decode, encode } from "../text.ts";
import { Errno, type FileSystem, type FileSystemSpace, type Stat } from "../types.ts";
import { capable, type Capability } from "./capabilities.ts";
import { whole } from "./content.ts";
import { byBytes, list, type Node } from "./node.ts";
import { spaceOf } from "./space.ts";
import { allowed, type Credentials, look, type MountTable, type Place, walk } from "./walk.ts";

/** The looking process, as far as files care. */
export interface Viewer {
  readonly credentials: Credentials;
  readonly cwd: string;
  readonly umask: number;
  readonly pid: number;
  /** Whose memory takes what it writes. */
  readonly box?: Payer;
  /** Data written to a device by path: "null", "fd/1"... */
  device?(name: string, data: Uint8Array): void;
}

/** Files as a process sees them. Every refusal is an Errno with the path as it was given. */
export class View implements FileSystem {
  readonly #table: MountTable | (() => MountTable);
  readonly #who: Viewer;

  /** `table` may be a function where most never look: a process. */
  constructor(table: MountTable | (() => MountTable), who: Viewer) {
    this.#table = table;
    this.#who = who;
  }
  get table(): MountTable {
    return typeof this.#table === "function" ? this.#table() : this.#table;
  }

  /** Resolution for those who need the node itself: exec, open. */
  find(path: string, follow = true): Place {
    return walk(this.table, this.#who.credentials, this.#who.pid, this.#who.cwd, path, follow);
  }
  /** As `find`, for those who try: an error is given by its name. */
  look(path: string): Place | string {
    return look(this.table, this.#who.credentials, this.#who.pid, this.#who.cwd, path, true);
  }
  #get(path: string, follow = true): Place & { readonly node: Node } {
    const place = this.find(path, follow);
    if (!place.node) throw errno("ENOENT", path);
    return place as Place & { readonly node: Node };
  }
  #can(capability: Capability): boolean {
    return capable(this.#who.credentials, capability);
  }
  #member(gid: number): boolean {
    const who = this.#who.credentials;
    return gid === who.gid || who.groups.includes(gid);
  }
  #writable(place: Place, path: string): void {
    if (place.mount.readOnly) throw errno("EROFS", path);
  }
  #may(node: Node, want: number, path: string): void {
    if (!allowed(node, this.#who.credentials, want)) throw errno("EACCES", path);
  }
  /** Checks that names in `directory` may be changed. */
  #mayChange(directory: Place, path: string, victim?: Node): void {
    this.#writable(directory, path);
    const node = directory.node as Node;
    if (node.type !== "directory") throw errno("ENOTDIR", path);
    this.#may(node, 3, path);
    const uid = this.#who.credentials.uid;
    if (victim && (node.mode & 0o1000) !== 0 && uid !== victim.uid && uid !== node.uid && !this.#can("FOWNER")) throw errno("EPERM", path);
  }
  #create(place: Place, path: string, type: Node["type"], mode: number, set: Partial<Node> = {}): Node {
    if (!place.parent.node) throw errno("ENOENT", path);
    this.#mayChange(place.parent, path);
    const { uid, gid } = this.#who.credentials;
    const parent = place.parent.node;
    const inherits = (parent.mode & 0o2000) !== 0;
    const bits = type === "symlink" ? mode : (mode & ~this.#who.umask) | (inherits && type === "directory" ? 0o2000 : 0);
    return place.mount.tree.create(place.rel.slice(0, -1), place.name, type, bits, { uid, gid: inherits ? parent.gid : gid, ...set });
  }

  /** For `open` and writeFile: the file, made if missing, owned by the tree. */
  writable(
    path: string,
    options: { readonly mode?: number; readonly exclusive?: boolean; readonly create: boolean },
  ): { readonly place: Place; readonly node: Node } {
    const place = this.find(path);
    if (!place.node) {
      if (!options.create || path.endsWith("/")) throw errno(options.create ? "EISDIR" : "ENOENT", path);
      return { place, node: this.#create(place, path, "file", options.mode ?? 0o666) };
    }
    if (options.exclusive) throw errno("EEXIST", path);
    if (place.node.type === "directory") throw errno("EISDIR", path);
    if (place.node.virtual) {
      if (place.node.type !== "device") this.#writable(place, path);
      this.#may(place.node, 2, path);
      if (place.node.type !== "device" && !place.node.virtual.write) throw errno("EACCES", path);
      return { place, node: place.node };
    }
    this.#writable(place, path);
    this.#may(place.node, 2, path);
    return { place, node: place.mount.tree.own(place.rel) };
  }

  /** For `open`. */
  mayRead(node: Node, path: string): void {
    this.#may(node, 4, path);
  }
  readFile(path: string): Uint8Array {
    const { node } = this.#get(path);
    if (node.type === "directory") throw errno("EISDIR", path);
    this.#may(node, 4, path);
    if (node.virtual?.read) return encode(node.virtual.read());
    if (node.type === "device") {
      if (node.virtual?.device === "null") return node.bytes;
      throw errno("EINVAL", path);
    }
    return whole(node);
  }
  readText(path: string): string {
    return decode(this.readFile(path));
  }
  writeFile(
    path: string,
    data: string | Uint8Array,
    options: { readonly append?: boolean; readonly mode?: number; readonly exclusive?: boolean } = {},
  ): void {
    const { place, node } = this.writable(path, { ...options, mode: options.mode ?? 0o644, create: true });
    const bytes = encode(data);
    if (node.type === "device") return this.#who.device?.(node.virtual?.device ?? "", bytes);
    if (node.virtual) return node.virtual.write?.(decode(bytes));
    if (options.append) place.mount.tree.write(node, bytes, node.size, place.rel, this.#who.box);
    else place.mount.tree.replace(node, bytes, place.rel, this.#who.box);
  }
  stat(path: string): Stat {
    return statOf(this.#get(path).node);
  }
  lstat(path: string): Stat {
    return statOf(this.#get(path, false).node);
  }
  exists(path: string): boolean {
    const found = this.look(path);
    return typeof found !== "string" && found.node !== undefined;
  }
  readdir(path: string): readonly string[] {
    const place = this.#get(path);
    if (place.node.type !== "directory") throw errno("ENOTDIR", path);
    this.#may(place.node, 4, path);
    const names = list(place.node);
    const prefix = place.path === "/" ? "/" : `${place.path}/`;
    for (const mount of place.table.mounts.keys()) {
      const name = mount.startsWith(prefix) ? mount.slice(prefix.length) : "";
      if (name !== "" && !name.includes("/") && !names.includes(name)) names.push(name);
    }
    return names.sort(byBytes);
  }
  mkdir(path: string, options: { readonly recursive?: boolean; readonly mode?: number } = {}): void {
    const place = this.#orMissing(path, options.recursive === true);
    if (place?.node) {
      if (options.recursive && place.node.type === "directory") return;
      throw errno("EEXIST", path);
    }
    if (!place) {
      const bare = path.replace(/\/+$/, "");
      this.mkdir(bare.slice(0, bare.lastIndexOf("/")) || "/", { recursive: true });
      return this.mkdir(path, options);
    }
    this.#create(place, path, "directory", options.mode ?? 0o777);
  }
  /** Undefined when a parent is missing and that is no error. */
  #orMissing(path: string, tolerant: boolean): Place | undefined {
    try {
      return this.find(path);
    } catch (error) {
      const deeper = path.replace(/\/+$/, "").includes("/");
      if (tolerant && deeper && error instanceof Errno && error.code === "ENOENT") return undefined;
      throw error;
    }
  }
  unlink(path: string): void {
    const place = this.#get(path, false);
    if (place.node.type === "directory") throw errno("EISDIR", path);
    this.#mayChange(place.parent, path, place.node);
    if (place.table.mounts.has(place.path)) throw errno("EBUSY", path);
    place.mount.tree.remove(place.rel.slice(0, -1), place.name, place.node);
  }
  rmdir(path: string): void {
    const place = this.#get(path, false);
    if (place.node.type !== "directory") throw errno("ENOTDIR", path);
    if (place.path === "/" || place.table.mounts.has(place.path)) throw errno("EBUSY", path);
    this.#mayChange(place.parent, path, place.node);
    if (list(place.node).length > 0) throw errno("ENOTEMPTY", path);
    place.mount.tree.remove(place.rel.slice(0, -1), place.name, place.node);
  }
  rename(from: string, to: string): void {
    const source = this.#get(from, false);
    const target = this.find(to, false);
    if (source.path === target.path) return;
    if (!target.parent.node) throw errno("ENOENT", to);
    if (source.mount !== target.mount) throw errno("EXDEV", to);
    if (source.table.mounts.has(source.path) || target.table.mounts.has(target.path)) throw errno("EBUSY", from);
    if (target.path.startsWith(`${source.path}/`)) throw errno("EINVAL", to);
    this.#mayChange(source.parent, from, source.node);
    this.#mayChange(target.parent, to, target.node);
    if (target.node) {
      if (target.node.type === "directory") {
        if (source.node.type !== "directory") throw errno("EISDIR", to);
        if (list(target.node).length > 0) throw errno("ENOTEMPTY", to);
      } else if (source.node.type === "directory") throw errno("ENOTDIR", to);
    }
    const tree = source.mount.tree;
    const node = tree.own(source.rel);
    if (target.node) tree.remove(target.rel.slice(0, -1), target.name, target.node);
    tree.remove(source.rel.slice(0, -1), source.name, node);
    node.nlink++;
    tree.place(target.rel.slice(0, -1), target.name, node);
  }
  symlink(target: string, path: string): void {
    const place = this.find(path, false);
    if (place.node) throw errno("EEXIST", path);
    this.#create(place, path, "symlink", 0o777, { target, size: encode(target).length });
  }
  link(existing: string, path: string): void {
    const source = this.#get(existing, false);
    if (source.node.type === "directory") throw errno("EPERM", existing);
    const target = this.find(path, false);
    if (target.node) throw errno("EEXIST", path);
    if (source.mount !== target.mount) throw errno("EXDEV", path);
    this.#mayChange(target.parent, path);
    const node = source.mount.tree.own(source.rel);
    node.nlink++;
    source.mount.tree.place(target.rel.slice(0, -1), target.name, node);
  }
  readlink(path: string): string {
    const { node } = this.#get(path, false);
    if (node.target === undefined) throw errno("EINVAL", path);
    return node.target;
  }
  realpath(path: string): string {
    return this.#get(path).path;
  }
  /** `permit`: who may besides the owner. */
  #change(path: string, permit: (node: Node) => boolean, change: (node: Node) => void): void {
    const place = this.#get(path);
    this.#writable(place, path);
    if (this.#who.credentials.uid !== place.node.uid && !permit(place.node)) throw errno("EPERM", path);
    const node = place.mount.tree.own(place.rel);
    change(node);
    place.mount.tree.mark(node);
    place.mount.tree.changed(place.rel);
  }
  chmod(path: string, mode: number): void {
    this.#change(
      path,
      () => this.#can("FOWNER"),
      (node) => {
        const drop = this.#member(node.gid) || this.#can("FSETID") ? 0 : 0o2000;
        node.mode = mode & 0o7777 & ~drop;
      },
    );
  }
  chown(path: string, uid: number, gid: number): void {
    this.#change(
      path,
      () => this.#can("CHOWN"),
      (node) => {
        const giving = (uid !== node.uid && uid !== -1) || (gid !== -1 && gid !== node.gid && !this.#member(gid));
        if (giving && !this.#can("CHOWN")) throw errno("EPERM", path);
        if (uid !== -1) node.uid = uid;
        if (gid !== -1) node.gid = gid;
        if (node.type !== "directory") node.mode &= 0o1777;
      },
    );
  }
  utimes(path: string, mtime: number): void {
    // To the present time: who may write.
    this.#change(
      path,
      (node) => this.#can("FOWNER") || (mtime === this.#get(path).mount.tree.env.now() && allowed(node, this.#who.credentials, 2)),
      (node) => {
        node.mtime = mtime;
      },
    );
  }
  access(path: string, want: number): boolean {
    try {
      const place = this.#get(path);
      if ((want & 2) !== 0 && place.mount.readOnly && place.node.type !== "device") return false;
      return allowed(place.node, this.#who.credentials, want);
    } catch (error) {
      if (error instanceof Errno) return false;
      throw error;
    }
  }
  truncate(path: string, size: number): void {
    const { place, node } = this.writable(path, { create: false });
    if (node.type === "file") place.mount.tree.resize(node, size, place.rel);
  }
  statfs(path: string): FileSystemSpace {
    return spaceOf(this.#get(path).mount);
  }
  watch(path: string, fn: (path: string) => void): Cancel {
    const place = this.#get(path);
    return place.mount.tree.watch(place.rel, (rel) => fn(rel === "" ? path : `${path.replace(/\/$/, "")}/${rel}`));
  }
}

function statOf(node: Node): Stat {
  const size = node.type === "directory" ? 4096 : node.virtual ? (node.virtual.size?.() ?? 0) : node.size;
  return { type: node.type, mode: node.mode, uid: node.uid, gid: node.gid, size, mtime: node.mtime, ino: node.ino, nlink: node.nlink };
}
