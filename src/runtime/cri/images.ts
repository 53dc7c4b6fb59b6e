import type { Clock } from "../../sim/index.ts";
import type { Records, Savable } from "../records.ts";
import { parseReference } from "../reference.ts";
import { type ImageConfig, type ImageManifest, type Registry, RuntimeError } from "../types.ts";

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
  readonly #held = new Map<string, Held>();
  /** By any name: "docker.io/library/nginx:latest", "docker.io/library/nginx@sha256:…", "sha256:…". */
  readonly #byName = new Map<string, Held>();
  readonly #pulls = new Map<string, Promise<Pulled>>();

  readonly #full: () => boolean;

  constructor(options: {
    readonly registry: Registry;
    readonly clock: Clock;
    readonly records: Records;
    readonly bandwidth?: number;
    /** Whether the disk that images are kept on is. */
    readonly full?: () => boolean;
  }) {
    this.#full = options.full ?? (() => false);
    this.#registry = options.registry;
    this.#clock = options.clock;
    this.#records = options.records;
    this.#bandwidth = options.bandwidth ?? BANDWIDTH;
  }

  #normalise(name: string): string {
    return name.startsWith("sha256:") ? name : (parseReference(name)?.normalised ?? name);
  }
  find(name: string): { readonly manifest: ImageManifest; readonly imageRef: string; readonly names: readonly string[] } | undefined {
    return this.#byName.get(this.#normalise(name));
  }

  /** An image that is there from the start, as on a machine that has run it before. Throws when there is none of that name. */
  load(name: string): void {
    const answer = this.#registry.resolve(name);
    if ("error" in answer) throw new Error(answer.error);
    this.#add(this.#normalise(name), answer);
  }
  pull(name: string): Promise<Pulled> {
    const normalised = this.#normalise(name);
    let pull = this.#pulls.get(normalised);
    if (!pull) {
      pull = this.#pull(name, normalised).finally(() => this.#pulls.delete(normalised));
      this.#pulls.set(normalised, pull);
    }
    return pull;
  }
  async #pull(name: string, normalised: string): Promise<Pulled> {
    const answer = this.#registry.resolve(name);
    const pretends = !("error" in answer) && answer.image.anyCommand !== undefined;
    await this.#clock.sleep(pretends ? PRETENDED : LATENCY);
    if ("error" in answer) {
      if (!parseReference(name)) throw new RuntimeError("InvalidArgument", answer.error);
      throw new RuntimeError(
        answer.error.endsWith("not found") ? "NotFound" : "Unknown",
        `failed to pull and unpack image "${normalised}": ${answer.error}`,
      );
    }
    const here = this.#held.get(answer.digest);
    if (!here && this.#full())
      throw new RuntimeError(
        "Unknown",
        `failed to pull and unpack image "${normalised}": failed to copy: write /var/lib/containerd/io.containerd.content.v1.content/ingest/${answer.digest.slice(-64)}/data: no space left on device`,
      );
    if (!here && !pretends) await this.#clock.sleep(Math.ceil((answer.size / this.#bandwidth) * 1000));
    const held = this.#add(normalised, answer);
    return { imageRef: held.imageRef, size: answer.size };
  }
  #add(normalised: string, manifest: ImageManifest): Held {
    let held = this.#held.get(manifest.digest);
    if (!held) {
      const repository = parseReference(normalised)?.repository ?? manifest.image.repository;
      held = { manifest, imageRef: `${repository}@${manifest.digest}`, names: [] };
      this.#held.set(manifest.digest, held);
      this.#byName.set(held.imageRef, held);
      this.#byName.set(manifest.digest, held);
    }
    if (!held.names.includes(normalised) && normalised !== held.imageRef) held.names.push(normalised);
    this.#byName.set(normalised, held);
    this.#records.mark(this);
    return held;
  }

  status(
    name: string,
  ): { readonly imageRef: string; readonly size: number; readonly names: readonly string[]; readonly config: ImageConfig } | undefined {
    const held = this.find(name);
    if (!held) return undefined;
    // A runtime that pretends knows an image by the name it was asked for.
    const names = held.manifest.image.anyCommand === undefined ? held.names : [name];
    return { imageRef: held.imageRef, size: held.manifest.size, names, config: held.manifest.image.config };
  }
  list(): readonly { readonly imageRef: string; readonly names: readonly string[]; readonly size: number }[] {
    return [...this.#held.values()].map((h) => ({ imageRef: h.imageRef, names: h.names, size: h.manifest.size }));
  }
  remove(name: string): void {
    const held = this.#byName.get(this.#normalise(name));
    if (!held) return;
    this.#held.delete(held.manifest.digest);
    for (const [key, other] of [...this.#byName]) if (other === held) this.#byName.delete(key);
    this.#records.mark(this);
  }

  save(): readonly (readonly string[])[] {
    return [...this.#held.values()].map((h) => [h.imageRef, ...h.names]);
  }
  restore(stored: unknown): void {
    for (const [imageRef, ...names] of (stored ?? []) as readonly (readonly string[])[]) {
      for (const name of names.length > 0 ? names : [imageRef as string]) {
        const answer = this.#registry.resolve(name);
        if (!("error" in answer)) this.#add(name, answer);
      }
    }
  }
}
