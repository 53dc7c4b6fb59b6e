import { type StoredNode, Tree, type TreeEnvironment, type TreeUsage } from "../files/tree.ts";
import { View } from "../files/view.ts";
import { ROOT } from "../files/walk.ts";
import type { Layer } from "../files/layer.ts";
import { Records } from "../records.ts";
import type { FileSystem, Volume } from "../types.ts";

/** Nothing is ever written there. */
const READ_ONLY: TreeEnvironment = { records: new Records(false), now: () => 0, turn: () => {} };

/** Of an image, after its digest: what is in it is stored with no volume. */
const IMAGE = "image/";
/** Volumes whose id begins so are on no machine: a cloud's disks, a file server's exports. */
const SHARED = "shared/";

/** What the kubelet writes into memory: secrets and tokens (k8s: volume/secret, volume/projected wrap an emptyDir of medium Memory). */
const IN_MEMORY = /^pods\/[^/]+\/volumes\/kubernetes\.io~(?:secret|projected)\//;

/** The machine's own files: what hostPath volumes show. */
export const HOST = "host";

/** What is stored of a volume that is more than its files: its size, and that it is in memory. */
interface StoredVolume {
  readonly size?: number;
  readonly memory?: true;
}
const volumeRecord = ({ size, inMemory }: Tree): StoredVolume | number | true =>
  inMemory ? { memory: true, ...(size !== undefined && { size }) } : (size ?? true);

/** A machine's volumes: trees that outlive containers. Records: `volume/<id>` and the tree's own. */
export class Volumes {
  readonly #env: TreeEnvironment;
  readonly #shared: Volumes | undefined;
  readonly #layer: (imageRef: string) => Layer | undefined;
  readonly #host: Layer | undefined;
  readonly #viewsOf: ((host: Tree) => void) | undefined;
  readonly #prepareHost: ((fs: FileSystem) => void) | undefined;
  readonly #images = new Map<string, { readonly tree: Tree; readonly volume: Volume }>();
  readonly #volumes = new Map<string, { readonly tree: Tree; readonly volume: Volume }>();

  constructor(
    env: TreeEnvironment,
    options: {
      readonly shared?: Volumes | undefined;
      readonly layer?: (imageRef: string) => Layer | undefined;
      /** What is installed on the machine itself. */
      readonly host?: Layer | undefined;
      /** Shows in the machine's files what is kept elsewhere. */
      readonly viewsOf?: ((host: Tree) => void) | undefined;
      /** Writes what is this machine's own. */
      readonly prepareHost?: ((fs: FileSystem) => void) | undefined;
    } = {},
  ) {
    this.#env = env;
    this.#shared = options.shared;
    this.#layer = options.layer ?? (() => undefined);
    this.#host = options.host;
    this.#prepareHost = options.prepareHost;
    this.#viewsOf = options.viewsOf;
  }
  ofImage(imageRef: string): Volume {
    return this.#image(`${IMAGE}${imageRef}`).volume;
  }
  /** repository@digest, when a volume is an image's. */
  imageOf(id: string): string | undefined {
    return id.startsWith(IMAGE) ? id.slice(IMAGE.length) : undefined;
  }
  tree(id: string): Tree {
    return id.startsWith(IMAGE) ? this.#image(id).tree : this.#home(id).#get(id).tree;
  }
  open(id: string): Volume {
    return id.startsWith(IMAGE) ? this.#image(id).volume : this.#home(id).#get(id).volume;
  }
  #image(id: string): { readonly tree: Tree; readonly volume: Volume } {
    let found = this.#images.get(id);
    if (!found) {
      const layer = this.#layer(id.slice(IMAGE.length));
      const tree = new Tree(`volume-${encodeURIComponent(id)}`, { ...READ_ONLY, now: () => this.#env.now() }, layer ? { layer } : {});
      const root = { path: "/", tree, rel: [], readOnly: true, type: "overlay" };
      const fs = new View({ root, mounts: new Map() }, { credentials: ROOT, cwd: "/", umask: 0, pid: 0 });
      found = { tree, volume: { id, fs, setSize: () => {}, keepInMemory: () => {} } };
      this.#images.set(id, found);
    }
    return found;
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
      const begin = (tree: Tree): void => {
        if (!stored?.has(1)) this.#prepareHost?.(fs);
        this.#viewsOf?.(tree);
      };
      const filling = fill ? () => fill(fs) : id === HOST && this.#host ? begin : undefined;
      const filled = filling && { fill: filling, born: this.#env.now() };
      const tree: Tree = new Tree(`volume-${encodeURIComponent(id)}`, this.#env, {
        mode: id === HOST && this.#host ? 0o755 : 0o777,
        ...(id === HOST && this.#host && { layer: this.#host }),
        disk: !IN_MEMORY.test(id),
        ...(stored && { stored }),
        ...filled,
      });
      const root = { path: "/", tree, rel: [], readOnly: false, type: "tmpfs" };
      const fs = new View({ root, mounts: new Map() }, { credentials: ROOT, cwd: "/", umask: 0, pid: 0 });
      const record = { key: `volume/${id}`, save: () => (this.#volumes.has(id) ? volumeRecord(tree) : undefined) };
      const setSize = (bytes: number): void => {
        if (tree.size === bytes) return;
        tree.size = bytes;
        this.#env.records.mark(record);
      };
      const keepInMemory = (): void => {
        if (tree.inMemory) return;
        tree.keepInMemory();
        this.#env.records.mark(record);
      };
      found = { tree, volume: { id, fs, setSize, keepInMemory } };
      this.#volumes.set(id, found);
      this.#env.records.mark(record);
    }
    return found;
  }
  ids(): Iterable<string> {
    return this.#volumes.keys();
  }
  /** Of one, by its id; undefined where there is none. */
  usage(id: string): TreeUsage | undefined {
    return this.#volumes.get(id)?.tree.usage();
  }
  /** What those that are kept on the disk hold together. */
  onDisk(): TreeUsage {
    let [bytes, inodes] = [0, 0];
    for (const { tree } of this.#volumes.values()) {
      if (!tree.onDisk) continue;
      const own = tree.usage();
      bytes += own.bytes;
      inodes += own.inodes;
    }
    return { bytes, inodes };
  }
  /** Those that are in memory, with the UIDs of their pods. */
  *inMemory(): Iterable<readonly [uid: string, tree: Tree]> {
    for (const [id, { tree }] of this.#volumes) if (tree.inMemory) yield [id.split("/")[1] ?? "", tree];
  }
  /** The power goes: what is in memory is lost. */
  forgetMemory(): void {
    for (const [id, { tree }] of [...this.#volumes]) if (tree.inMemory) this.remove(id);
  }
  remove(id: string): void {
    this.#volumes.get(id)?.tree.destroy();
    this.#volumes.delete(id);
    this.#env.disk?.touched();
    this.#env.records.remove(`volume/${id}`);
  }
  /** `record` is what is stored about the volume itself: its size, if it has one. */
  restore(id: string, stored: ReadonlyMap<number, StoredNode> | undefined, record: unknown): void {
    const { tree } = this.#get(id, stored ?? new Map());
    const { size, memory = false } = typeof record === "object" ? (record as StoredVolume) : { size: record };
    if (typeof size === "number") tree.size = size;
    if (memory) tree.keepInMemory();
  }
}
