/** The live keys under one prefix ("/registry/pods/"), with their order kept up lazily. */
export class Bucket {
  readonly name: string;
  readonly #keys = new Set<string>();
  #sorted: string[] = [];
  #stale = false;

  constructor(name: string) {
    this.name = name;
  }

  get size(): number {
    return this.#keys.size;
  }

  add(key: string): void {
    this.#keys.add(key);
    this.#stale = true;
  }

  delete(key: string): void {
    if (this.#keys.delete(key)) this.#stale = true;
  }

  /** Keys in byte order; valid until the next write. */
  keys(): readonly string[] {
    if (this.#stale) {
      this.#sorted = [...this.#keys].sort();
      this.#stale = false;
    }
    return this.#sorted;
  }
}

/** Index of the first key that is >= `key`. */
export function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] as string) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The bucket a key or prefix lies in: its first two path segments, or undefined when the prefix is shorter. */
export function bucketName(key: string): string | undefined {
  const end = key.indexOf("/", key.indexOf("/", 1) + 1);
  return end > 0 && key.length > end ? key.slice(0, end + 1) : end > 0 ? key : undefined;
}
