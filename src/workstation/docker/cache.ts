import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { MadeFile } from "./engine.ts";
import type { DockerStore } from "./store.ts";

const hash = (...parts: readonly unknown[]): string => bytesToHex(sha256(new TextEncoder().encode(JSON.stringify(parts))));

/** What steps of earlier builds made: the same step on the same ground makes the same again (buildkit: solver/cache). */
export class BuildCache {
  readonly #store: DockerStore;
  readonly #reads: boolean;

  /** `reads`: not with --no-cache. */
  constructor(store: DockerStore, reads: boolean) {
    this.#store = store;
    this.#reads = reads;
  }
  key(ground: string, ...what: readonly unknown[]): string {
    return hash(ground, ...what);
  }
  get(key: string): readonly MadeFile[] | undefined {
    return this.#reads ? this.#store.cached(key) : undefined;
  }
  put(key: string, files: readonly MadeFile[]): void {
    this.#store.cache(key, files);
  }
}
