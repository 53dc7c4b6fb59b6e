import type { Clock } from "../../sim/index.ts";
import type { Records, Savable } from "../records.ts";
import { parseReference } from "../registries/reference.ts";
import {
  type Architecture,
  type HeldImage,
  type ImageConfig,
  type ImageManifest,
  type LoadedImage,
  type Registry,
  type RegistryLogin,
  RuntimeError,
} from "../types.ts";

/** Bytes a second that a node gets from a registry, and how long it takes to answer at all, in ms. */
const BANDWIDTH = 50 * 1024 * 1024;
const LATENCY = 400;
/** What a pull that moves no bytes takes until a kubelet has noticed it, in ms. */
const PRETENDED = 1000;

interface Held {
  readonly manifest: ImageManifest;
  readonly imageRef: string;
  readonly names: string[];
}
type Pulled = { readonly imageRef: string; readonly size: number };

/** The images on one machine, and its pulls. */
export class ImageStore implements Savable {
  readonly key = "images";
  readonly #registry: Registry;
  readonly #clock: Clock;
  readonly #records: Records;
  readonly #bandwidth: number;
  readonly #architecture: Architecture;
  readonly #held = new Map<string, Held>();
  /** By any name: "docker.io/library/nginx:latest", "docker.io/library/nginx@sha256:…", "sha256:…". */
  readonly #byName = new Map<string, Held>();
  readonly #pulls = new Map<string, Promise<Pulled>>();
  /** What has been opened on this machine, and what is being opened. */
  readonly #open = new Map<string, Promise<void> | true>();

  readonly #fits: (bytes: number) => boolean;

  constructor(options: {
    readonly registry: Registry;
    readonly clock: Clock;
    readonly records: Records;
    readonly bandwidth?: number;
    readonly architecture?: Architecture;
    /** Whether the disk that images are kept on is. */
    readonly fits?: (bytes: number) => boolean;
  }) {
    this.#fits = options.fits ?? (() => true);
    this.#registry = options.registry;
    this.#clock = options.clock;
    this.#records = options.records;
    this.#bandwidth = options.bandwidth ?? BANDWIDTH;
    this.#architecture = options.architecture ?? "amd64";
  }

  #normalise(name: string): string {
    return name.startsWith("sha256:") ? name : (parseReference(name)?.normalised ?? name);
  }
  find(name: string): Held | undefined {
    return this.#byName.get(this.#normalise(name));
  }
  /** What an image holds; it has to be open. */
  contents(name: string): LoadedImage | undefined {
    return this.find(name)?.manifest.body.contents;
  }

  /** An image that is there from the start, as on a machine that has run it before. Throws when there is none of that name. */
  load(name: string): void {
    const answer = this.#registry.resolve(name, { architecture: this.#architecture });
    if ("error" in answer) throw new Error(answer.error);
    this.#add(this.#normalise(name), answer);
  }
  /**
   * What an image holds may be fetched when it is first needed. Undefined when this machine has it open; else it takes
   * a turn, whether its code is here or not, and the clock stands still meanwhile (decision 004).
   */
  open(name: string): Promise<void> | undefined {
    const held = this.find(name);
    return held && this.#opened(held.manifest);
  }
  #opened({ digest, body }: ImageManifest): Promise<void> | undefined {
    const known = this.#open.get(digest);
    if (known !== undefined) return known === true ? undefined : known;
    if (!body.load) return undefined;
    const opening = this.#fetch(digest, body);
    this.#open.set(digest, opening);
    return opening;
  }
  #fetch(digest: string, body: ImageManifest["body"]): Promise<void> {
    let failed: unknown;
    if (!body.contents) {
      const release = this.#clock.halt();
      body.load?.().then(release, (error: unknown) => {
        failed = error;
        release();
      });
    }
    return new Promise((resolve, reject) => {
      this.#clock.turn(() => {
        if (body.contents) {
          this.#open.set(digest, true);
          return resolve();
        }
        this.#open.delete(digest);
        const why = failed instanceof Error ? failed.message : String(failed);
        reject(new RuntimeError("Unknown", `failed to extract layer: its code could not be loaded: ${why}`));
      });
    });
  }

  pull(name: string, credentials?: RegistryLogin): Promise<Pulled> {
    const normalised = this.#normalise(name);
    const key = credentials ? `${normalised} ${credentials.username} ${credentials.password}` : normalised;
    let pull = this.#pulls.get(key);
    if (!pull) {
      pull = this.#pull(name, normalised, credentials).finally(() => this.#pulls.delete(key));
      this.#pulls.set(key, pull);
    }
    return pull;
  }
  async #pull(name: string, normalised: string, credentials?: RegistryLogin): Promise<Pulled> {
    const asked = { architecture: this.#architecture, ...(credentials && { credentials }) };
    const asking = this.#registry.ask?.(name, asked);
    const answer = asking ? await asking : this.#registry.resolve(name, asked);
    const pretends = !("error" in answer) && answer.body.contents?.anyCommand !== undefined;
    await this.#clock.sleep(answer.latency ?? (pretends ? PRETENDED : LATENCY));
    if ("error" in answer) {
      if (!parseReference(name)) throw new RuntimeError("InvalidArgument", answer.error);
      throw new RuntimeError(answer.reason, `failed to pull and unpack image "${normalised}": ${answer.error}`);
    }
    const missing = this.#missing(answer);
    const bytes = missing.reduce((sum, { size }) => sum + size, 0);
    if (bytes > 0 && !this.#fits(bytes)) {
      const file = missing.at(-1)?.digest.slice(-64);
      throw new RuntimeError(
        "Unknown",
        `failed to pull and unpack image "${normalised}": failed to copy: write /var/lib/containerd/io.containerd.content.v1.content/ingest/${file}/data: no space left on device`,
      );
    }
    const pace = Math.min(this.#bandwidth, answer.bandwidth ?? Infinity);
    if (bytes > 0 && !pretends) await this.#clock.sleep(Math.ceil((bytes / pace) * 1000));
    await this.#opened(answer);
    const held = this.#add(normalised, answer);
    return { imageRef: held.imageRef, size: answer.size };
  }
  /** Layers that no image on this machine has. */
  #missing(manifest: ImageManifest): ImageManifest["layers"] {
    if (this.#held.has(manifest.digest)) return [];
    const here = new Set([...this.#held.values()].flatMap((held) => held.manifest.layers.map(({ digest }) => digest)));
    return manifest.layers.filter(({ digest }) => !here.has(digest));
  }
  #add(normalised: string, manifest: ImageManifest): Held {
    const { digest } = manifest;
    const repository = parseReference(normalised)?.repository ?? manifest.repository;
    let held = this.#held.get(digest);
    if (!held) {
      held = { manifest, imageRef: `${repository}@${digest}`, names: [] };
      this.#held.set(digest, held);
      this.#byName.set(digest, held);
      this.#byName.set(manifest.id, held);
    }
    this.#byName.set(`${repository}@${digest}`, held);
    // A tag that has moved is no name of what it was before.
    const before = this.#byName.get(normalised);
    if (before && before !== held) before.names.splice(before.names.indexOf(normalised), 1);
    if (!held.names.includes(normalised) && !normalised.includes("@")) held.names.push(normalised);
    this.#byName.set(normalised, held);
    this.#records.mark(this);
    return held;
  }

  status(
    name: string,
  ): { readonly imageRef: string; readonly size: number; readonly names: readonly string[]; readonly config: ImageConfig } | undefined {
    const held = this.find(name);
    if (!held) return undefined;
    const { size, body } = held.manifest;
    // A runtime that pretends knows an image by the name it was asked for.
    const names = body.contents?.anyCommand === undefined ? held.names : [name];
    return { imageRef: held.imageRef, size, names, config: body.contents?.config ?? {} };
  }
  list(): readonly HeldImage[] {
    return [...this.#held.values()].map(({ manifest: { id, size }, imageRef, names }) => ({ id, imageRef, names, size }));
  }
  has(digest: string): boolean {
    return this.#held.has(digest);
  }
  remove(name: string): void {
    const held = this.#byName.get(this.#normalise(name));
    if (!held) return;
    this.#held.delete(held.manifest.digest);
    this.#open.delete(held.manifest.digest);
    for (const [key, other] of [...this.#byName]) if (other === held) this.#byName.delete(key);
    this.#records.mark(this);
  }

  save(): readonly (readonly string[])[] {
    return [...this.#held.values()].map((h) => [h.imageRef, ...h.names]);
  }
  restore(stored: unknown): void {
    for (const [imageRef, ...names] of (stored ?? []) as readonly (readonly string[])[]) {
      const known = this.held(imageRef as string);
      for (const name of names.length > 0 ? names : [imageRef as string]) {
        const answer = known ?? this.#registry.resolve(name, { architecture: this.#architecture });
        if (!("error" in answer)) this.#add(name, answer);
      }
    }
  }
  /** For a thaw, which nothing runs beside: what these hold is here when it resolves; undefined when it is here already. */
  openStored(manifests: readonly ImageManifest[]): Promise<unknown> | undefined {
    const closed = manifests.filter(({ digest, body }) => body.load && this.#open.get(digest) !== true);
    if (closed.length === 0) return undefined;
    for (const { digest } of closed) this.#open.set(digest, true);
    // What cannot be fetched leaves its containers without files, and they end.
    return Promise.all(closed.map(async ({ body }) => body.load?.().catch(() => {})));
  }
  /** What `repository@digest` is, whether it is still to be had or not. */
  held(imageRef: string): ImageManifest | undefined {
    const [repository = "", digest = ""] = imageRef.split("@");
    return this.#registry.held(repository, digest, this.#architecture);
  }
}
