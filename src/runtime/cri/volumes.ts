import { type StoredNode, Tree, type TreeEnvironment } from "../files/tree.ts";
import { View } from "../files/view.ts";
import { ROOT } from "../files/walk.ts";
import type { FileSystem, Volume } from "../types.ts";

/** Volumes whose id begins so are on no machine: a cloud's disks, a file server's exports. */
const SHARED = "shared/";

/** A machine's volumes: trees that outlive containers. Records: `volume/<id>` and the tree's own. */
export class Volumes {
  readonly #env: TreeEnvironment;
  readonly #shared: Volumes | undefined;
  readonly #volumes = new Map<string, { readonly tree: Tree; readonly volume: Volume }>();

  constructor(env: TreeEnvironment, shared?: Volumes) {
    this.#env = env;
    this.#shared = shared;
  }
  tree(id: string): Tree {
    return this.#home(id).#get(id).tree;
  }
  open(id: string): Volume {
    return this.#home(id).#get(id).volume;
  }
  #home(id: string): Volumes {
    return this.#shared !== undefined && id.startsWith(SHARED) ? this.#shared : this;
  }
  /** Undefined when there is one already. What is to be stored is made at once, else when something first looks into it. */
  create(id: string, fill: (fs: FileSystem) => void): Volume | undefined {
    if (this.#volumes.has(id)) return undefined;
    const { tree, volume } = this.#get(id, undefined, fill);
    if (this.#env.records.enabled) void tree.root;
    return volume;
  }
  #get(
    id: string,
    stored?: ReadonlyMap<number, StoredNode>,
    fill?: (fs: FileSystem) => void,
  ): { readonly tree: Tree; readonly volume: Volume } {
    let found = this.#volumes.get(id);
    if (!found) {
      const filled = fill && { fill: () => fill(fs), born: this.#env.now() };
      const tree: Tree = new Tree(`volume-${encodeURIComponent(id)}`, this.#env, { mode: 0o777, ...(stored && { stored }), ...filled });
      const root = { path: "/", tree, rel: [], readOnly: false, type: "tmpfs" };
      const fs = new View({ root, mounts: new Map() }, { credentials: ROOT, cwd: "/", umask: 0, pid: 0 });
      found = { tree, volume: { id, fs } };
      this.#volumes.set(id, found);
      this.#env.records.mark({ key: `volume/${id}`, save: () => (this.#volumes.has(id) ? true : undefined) });
    }
    return found;
  }
  remove(id: string): void {
    this.#volumes.get(id)?.tree.destroy();
    this.#volumes.delete(id);
    this.#env.records.remove(`volume/${id}`);
  }
  restore(id: string, stored: ReadonlyMap<number, StoredNode> | undefined): void {
    this.#get(id, stored ?? new Map());
  }
}
