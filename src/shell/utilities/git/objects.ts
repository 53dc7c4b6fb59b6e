import { sha1 } from "@noble/hashes/legacy.js";
import { unzlibSync, zlibSync } from "fflate";
import { concatBytes } from "../../../machinery/index.ts";
import { ByteDecoder, type FileSystem } from "../../../runtime/index.ts";

export type ObjectType = "blob" | "tree" | "commit" | "tag";
export interface GitObject {
  readonly type: ObjectType;
  readonly data: Uint8Array;
}

const encoder = new TextEncoder();
export const encode = (text: string): Uint8Array => encoder.encode(text);
export const decode = (bytes: Uint8Array): string => new ByteDecoder().decode(bytes);
export const hex = (bytes: Uint8Array): string => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
export const fromHex = (id: string): Uint8Array => Uint8Array.from(id.match(/../g) ?? [], (two) => Number.parseInt(two, 16));

/** An object's name: the SHA-1 of its header and data. */
export function idOf({ type, data }: GitObject): string {
  return hex(sha1(concatBytes([encode(`${type} ${data.length}\0`), data])));
}

/** The loose objects of a repository (gitrepository-layout(5)). */
export class Objects {
  readonly #fs: FileSystem;
  readonly #folder: string;

  /** `folder`: .git/objects. */
  constructor(fs: FileSystem, folder: string) {
    this.#fs = fs;
    this.#folder = folder;
  }
  #path(id: string): string {
    return `${this.#folder}/${id.slice(0, 2)}/${id.slice(2)}`;
  }
  has(id: string): boolean {
    return this.#fs.exists(this.#path(id));
  }
  /** Throws when it is not there, or damaged. */
  read(id: string): GitObject {
    if (!this.has(id)) throw new GitError(`bad object ${id}`);
    const raw = unzlibSync(this.#fs.readFile(this.#path(id)));
    const end = raw.indexOf(0);
    const [type, size] = decode(raw.subarray(0, end)).split(" ");
    const data = raw.subarray(end + 1);
    if (Number(size) !== data.length) throw new GitError(`object file ${this.#path(id)} is corrupt`);
    return { type: type as ObjectType, data };
  }
  /** Of a known type. */
  get(id: string, type: ObjectType): Uint8Array {
    const object = this.read(id);
    if (object.type !== type) throw new GitError(`${id} is not a ${type}`);
    return object.data;
  }
  write(type: ObjectType, data: Uint8Array): string {
    const id = idOf({ type, data });
    if (this.has(id)) return id;
    const folder = `${this.#folder}/${id.slice(0, 2)}`;
    this.#fs.mkdir(folder, { recursive: true });
    this.#fs.writeFile(this.#path(id), zlibSync(concatBytes([encode(`${type} ${data.length}\0`), data])), { mode: 0o444 });
    return id;
  }
  /** All that begin so. */
  matching(prefix: string): readonly string[] {
    const folder = `${this.#folder}/${prefix.slice(0, 2)}`;
    if (prefix.length < 4 || !this.#fs.exists(folder)) return [];
    return this.#fs
      .readdir(folder)
      .map((name) => prefix.slice(0, 2) + name)
      .filter((id) => id.startsWith(prefix));
  }
}

/** What git ends with: "fatal: message" and 128, unless said otherwise. */
export class GitError extends Error {
  readonly code: number;
  readonly kind: "fatal" | "error" | "";
  constructor(message: string, code = 128, kind: "fatal" | "error" | "" = "fatal") {
    super(message);
    this.code = code;
    this.kind = kind;
  }
}

// --- trees ---

export interface TreeEntry {
  /** Octal: 100644, 100755, 120000, 40000. */
  readonly mode: string;
  readonly id: string;
}
/** Paths from the top to their entries, without the folders. */
export type Files = ReadonlyMap<string, TreeEntry>;

export function entriesOf(data: Uint8Array): (TreeEntry & { readonly name: string })[] {
  const out: (TreeEntry & { readonly name: string })[] = [];
  for (let at = 0; at < data.length;) {
    const end = data.indexOf(0, at);
    const text = decode(data.subarray(at, end));
    const space = text.indexOf(" ");
    out.push({ mode: text.slice(0, space), name: text.slice(space + 1), id: hex(data.subarray(end + 1, end + 21)) });
    at = end + 21;
  }
  return out;
}

/** All files of a tree. */
export function filesOf(
  objects: Objects,
  tree: string | undefined,
  prefix = "",
  out = new Map<string, TreeEntry>(),
): Map<string, TreeEntry> {
  if (tree === undefined) return out;
  for (const { mode, name, id } of entriesOf(objects.get(tree, "tree"))) {
    if (mode === "40000") filesOf(objects, id, `${prefix}${name}/`, out);
    else out.set(prefix + name, { mode, id });
  }
  return out;
}

/** Writes the trees of these files; the top one's id. */
export function writeTree(objects: Objects, files: Files): string {
  const folders = new Map<string, Map<string, TreeEntry>>();
  const here = new Map<string, TreeEntry>();
  for (const [path, entry] of files) {
    const slash = path.indexOf("/");
    if (slash < 0) here.set(path, entry);
    else {
      const folder = folders.get(path.slice(0, slash)) ?? new Map<string, TreeEntry>();
      folders.set(path.slice(0, slash), folder.set(path.slice(slash + 1), entry));
    }
  }
  for (const [name, inside] of folders) here.set(name, { mode: "40000", id: writeTree(objects, inside) });
  // Folders are in order as if their names ended with a slash.
  const key = ([name, { mode }]: readonly [string, TreeEntry]): string => (mode === "40000" ? `${name}/` : name);
  const rows = [...here].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  return objects.write("tree", concatBytes(rows.flatMap(([name, { mode, id }]) => [encode(`${mode} ${name}\0`), fromHex(id)])));
}

// --- commits ---

export interface Commit {
  readonly tree: string;
  readonly parents: readonly string[];
  /** "Name <email> seconds +0000". */
  readonly author: string;
  readonly committer: string;
  readonly message: string;
}

export function parseCommit(data: Uint8Array): Commit {
  const text = decode(data);
  const end = text.indexOf("\n\n");
  const head = text.slice(0, end).split("\n");
  const of = (name: string): readonly string[] => head.filter((l) => l.startsWith(`${name} `)).map((l) => l.slice(name.length + 1));
  return {
    tree: of("tree")[0] ?? "",
    parents: of("parent"),
    author: of("author")[0] ?? "",
    committer: of("committer")[0] ?? "",
    message: text.slice(end + 2),
  };
}
export function writeCommit(objects: Objects, c: Commit): string {
  const head = [`tree ${c.tree}`, ...c.parents.map((p) => `parent ${p}`), `author ${c.author}`, `committer ${c.committer}`];
  return objects.write("commit", encode(`${head.join("\n")}\n\n${c.message}`));
}

/** "Name", "email", when (ms) and the zone of an author or committer line. */
export function person(line: string): { readonly name: string; readonly email: string; readonly at: number; readonly zone: string } {
  const [, name = "", email = "", seconds = "0", zone = "+0000"] = /^(.*) <(.*)> (\d+) ([+-]\d{4})$/.exec(line) ?? [];
  return { name, email, at: Number(seconds) * 1000, zone };
}
