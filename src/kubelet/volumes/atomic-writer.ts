import type { FileSystem } from "../../runtime/index.ts";
import { utcFields } from "../../sim/index.ts";
import { giveToGroup } from "./ownership.ts";

export interface PayloadFile {
  /** A function tells what costs something to make: it is asked when the file is written. */
  readonly content: string | Uint8Array | (() => string);
  readonly mode: number;
  /** Whose it is; root's without. */
  readonly uid?: number;
}

/** Files of a volume by relative path: "soup", "starters/soup.txt". */
export type Payload = ReadonlyMap<string, PayloadFile>;

/** Whether two say the same; contents of one object version are compared by reference first. */
export function samePayload(a: Payload, b: Payload): boolean {
  if (a.size !== b.size) return false;
  for (const [path, { content, mode }] of a) {
    const other = b.get(path);
    if (other === undefined || other.mode !== mode) return false;
    if (
      content !== other.content &&
      (!(content instanceof Uint8Array) || !(other.content instanceof Uint8Array) || !sameBytes(content, other.content))
    )
      return false;
  }
  return true;
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

const two = (n: number): string => String(n).padStart(2, "0");

/** `..2026_01_31_09_05_03.123000000`, as os.MkdirTemp makes them unique upstream. */
function versionName(now: number, fs: FileSystem): string {
  const t = utcFields(now);
  const stamp = `..${t.year}_${two(t.month)}_${two(t.day)}_${two(t.hour)}_${two(t.minute)}_${two(t.second)}.`;
  for (let n = t.millisecond * 1_000_000; ; n++) {
    const name = stamp + String(n).padStart(9, "0");
    if (!fs.exists(`/${name}`)) return name;
  }
}

/**
 * Replaces a volume's files all at once: a new versioned folder, then `..data` is swapped to it by rename; what users
 * see are links through `..data` (k8s: volume/util/atomic_writer.go). Returns whether anything changed.
 * `pinned` versions stay, since subPath mounts keep showing them.
 */
export function writeAtomically(
  fs: FileSystem,
  payload: Payload,
  now: number,
  group: number | undefined,
  pinned: ReadonlySet<string> = NONE,
): boolean {
  const old = fs.exists("/..data") ? fs.readlink("/..data") : undefined;
  if (old !== undefined && same(fs, payload)) return false;
  const version = versionName(now, fs);
  fs.mkdir(`/${version}`, { mode: 0o755 });
  const tops = new Set<string>();
  for (const [path, file] of payload) {
    const slash = path.lastIndexOf("/");
    if (slash > 0) fs.mkdir(`/${version}/${path.slice(0, slash)}`, { recursive: true, mode: 0o755 });
    const at = `/${version}/${path}`;
    fs.writeFile(at, contentOf(file), { mode: file.mode });
    if (file.uid !== undefined) fs.chown(at, file.uid, 0);
    tops.add(path.split("/")[0] ?? path);
  }
  if (fs.exists("/..data_tmp")) fs.unlink("/..data_tmp");
  fs.symlink(version, "/..data_tmp");
  fs.rename("/..data_tmp", "/..data");
  for (const top of tops) if (!linked(fs, top)) fs.symlink(`..data/${top}`, `/${top}`);
  if (group !== undefined) giveToGroup(fs, "", group, { readOnly: true, onRootMismatch: false });
  if (old !== undefined) {
    for (const name of fs.readdir("/")) if (!name.startsWith("..") && !tops.has(name)) fs.unlink(`/${name}`);
    if (!pinned.has(old)) removeTree(fs, `/${old}`);
  }
  return true;
}

const contentOf = ({ content }: PayloadFile): string | Uint8Array => (typeof content === "function" ? content() : content);

const NONE: ReadonlySet<string> = new Set();

function linked(fs: FileSystem, name: string): boolean {
  try {
    return fs.lstat(`/${name}`).type === "symlink";
  } catch {
    return false;
  }
}

function same(fs: FileSystem, payload: Payload): boolean {
  let present = 0;
  const walk = (folder: string, prefix: string): boolean => {
    for (const name of fs.readdir(folder)) {
      const stat = fs.lstat(`${folder}/${name}`);
      if (stat.type === "directory") {
        if (!walk(`${folder}/${name}`, `${prefix}${name}/`)) return false;
        continue;
      }
      const wanted = payload.get(prefix + name);
      if (wanted === undefined || !sameContent(fs, `${folder}/${name}`, contentOf(wanted))) return false;
      present++;
    }
    return true;
  };
  return walk(`/${fs.readlink("/..data")}`, "") && present === payload.size;
}

function sameContent(fs: FileSystem, path: string, content: string | Uint8Array): boolean {
  if (typeof content === "string") return fs.readText(path) === content;
  const bytes = fs.readFile(path);
  return sameBytes(bytes, content);
}

function removeTree(fs: FileSystem, path: string): void {
  for (const name of fs.readdir(path)) {
    const child = `${path}/${name}`;
    if (fs.lstat(child).type === "directory") removeTree(fs, child);
    else fs.unlink(child);
  }
  fs.rmdir(path);
}
