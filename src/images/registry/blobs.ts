import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { ProcessContext } from "../../runtime/index.ts";

export const digestOf = (bytes: Uint8Array): string => `sha256:${bytesToHex(sha256(bytes))}`;

/** What a registry keeps, where it keeps it (distribution: registry/storage/paths.go). */
export class Blobs {
  readonly #proc: ProcessContext;
  readonly #root: string;

  constructor(proc: ProcessContext, root: string) {
    this.#proc = proc;
    this.#root = `${root}/docker/registry/v2`;
  }
  #write(path: string, data: string | Uint8Array): void {
    this.#proc.fs.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    this.#proc.fs.writeFile(path, data);
  }
  #list(path: string): readonly string[] {
    return this.#proc.fs.exists(path) ? this.#proc.fs.readdir(path) : [];
  }
  #link(path: string): string | undefined {
    return this.#proc.fs.exists(path) ? this.#proc.fs.readText(path) : undefined;
  }
  #blob(digest: string): string {
    const hex = digest.replace("sha256:", "");
    return `${this.#root}/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`;
  }
  #repository(name: string): string {
    return `${this.#root}/repositories/${name}`;
  }

  /** Names of repositories, in order. */
  repositories(): readonly string[] {
    const found: string[] = [];
    const walk = (path: string, name: string): void => {
      for (const entry of this.#list(path)) {
        if (entry === "_manifests") found.push(name);
        else if (!entry.startsWith("_")) walk(`${path}/${entry}`, name === "" ? entry : `${name}/${entry}`);
      }
    };
    walk(`${this.#root}/repositories`, "");
    return found.toSorted();
  }
  tags(name: string): readonly string[] | undefined {
    const path = `${this.#repository(name)}/_manifests`;
    return this.#proc.fs.exists(path) ? this.#list(`${path}/tags`) : undefined;
  }
  /** The digest that a tag or a digest stands for. */
  manifest(name: string, reference: string): string | undefined {
    const of = `${this.#repository(name)}/_manifests`;
    return reference.startsWith("sha256:")
      ? this.#link(`${of}/revisions/sha256/${reference.slice(7)}/link`)
      : this.#link(`${of}/tags/${reference}/current/link`);
  }
  /** A blob that a repository has a link to. */
  blob(name: string, digest: string): Uint8Array | undefined {
    return this.#link(`${this.#repository(name)}/_layers/sha256/${digest.slice(7)}/link`) === undefined ? undefined : this.read(digest);
  }
  read(digest: string): Uint8Array | undefined {
    const path = this.#blob(digest);
    return this.#proc.fs.exists(path) ? this.#proc.fs.readFile(path) : undefined;
  }
  putBlob(name: string, digest: string, bytes: Uint8Array): void {
    this.#write(this.#blob(digest), bytes);
    this.#write(`${this.#repository(name)}/_layers/sha256/${digest.slice(7)}/link`, digest);
  }
  mount(name: string, digest: string): boolean {
    if (!this.#proc.fs.exists(this.#blob(digest))) return false;
    this.#write(`${this.#repository(name)}/_layers/sha256/${digest.slice(7)}/link`, digest);
    return true;
  }
  putManifest(name: string, reference: string, digest: string, bytes: Uint8Array): void {
    const of = `${this.#repository(name)}/_manifests`;
    this.#write(this.#blob(digest), bytes);
    this.#write(`${of}/revisions/sha256/${digest.slice(7)}/link`, digest);
    if (reference.startsWith("sha256:")) return;
    this.#write(`${of}/tags/${reference}/index/sha256/${digest.slice(7)}/link`, digest);
    this.#write(`${of}/tags/${reference}/current/link`, digest);
  }
  deleteManifest(name: string, digest: string): boolean {
    const of = `${this.#repository(name)}/_manifests`;
    if (!this.#proc.fs.exists(`${of}/revisions/sha256/${digest.slice(7)}/link`)) return false;
    this.#proc.fs.unlink(`${of}/revisions/sha256/${digest.slice(7)}/link`);
    for (const tag of this.#list(`${of}/tags`))
      if (this.#link(`${of}/tags/${tag}/current/link`) === digest) this.#remove(`${of}/tags/${tag}`);
    return true;
  }
  deleteBlob(name: string, digest: string): boolean {
    const link = `${this.#repository(name)}/_layers/sha256/${digest.slice(7)}/link`;
    if (!this.#proc.fs.exists(link)) return false;
    this.#proc.fs.unlink(link);
    return true;
  }
  #remove(path: string): void {
    const { fs } = this.#proc;
    if (fs.lstat(path).type !== "directory") return fs.unlink(path);
    for (const entry of fs.readdir(path)) this.#remove(`${path}/${entry}`);
    fs.rmdir(path);
  }

  // --- uploads ---

  #upload(name: string, id: string): string {
    return `${this.#repository(name)}/_uploads/${id}`;
  }
  begin(name: string, id: string): void {
    this.#write(`${this.#upload(name, id)}/data`, "");
  }
  /** Answers how much there is now; undefined: there is no such upload. */
  append(name: string, id: string, bytes: Uint8Array): number | undefined {
    const path = `${this.#upload(name, id)}/data`;
    if (!this.#proc.fs.exists(path)) return undefined;
    if (bytes.length > 0) this.#proc.fs.writeFile(path, bytes, { append: true });
    return this.#proc.fs.stat(path).size;
  }
  finish(name: string, id: string): Uint8Array | undefined {
    const path = this.#upload(name, id);
    if (!this.#proc.fs.exists(`${path}/data`)) return undefined;
    const bytes = this.#proc.fs.readFile(`${path}/data`);
    this.#remove(path);
    return bytes;
  }
}
