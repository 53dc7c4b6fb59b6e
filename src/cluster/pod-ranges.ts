import { podCidr, podCidrIndex } from "../network/index.ts";

/** The pod ranges of nodes out of the cluster's: the next that is free, from the one after the last given on (k8s: nodeipam/ipam/cidrset). */
export class PodRanges {
  readonly #size: number;
  readonly #ranges = new Map<string, string>();
  readonly #taken = new Set<number>();
  #next = 0;

  /** `size`: how many there are; `occupied`: those that nodes have already. */
  constructor(size: number, occupied: Iterable<readonly [node: string, cidr: string]>) {
    this.#size = size;
    for (const [node, cidr] of occupied) this.#take(node, podCidrIndex(cidr));
  }

  /** A node's range, for as long as it is not released; undefined when none is left. */
  of(node: string): string | undefined {
    const known = this.#ranges.get(node);
    if (known !== undefined) return known;
    for (let i = 0; i < this.#size; i++) {
      const index = (this.#next + i) % this.#size;
      if (!this.#taken.has(index)) return this.#take(node, index);
    }
    return undefined;
  }

  release(node: string): void {
    const range = this.#ranges.get(node);
    if (range === undefined) return;
    this.#ranges.delete(node);
    this.#taken.delete(podCidrIndex(range));
  }

  #take(node: string, index: number): string {
    const range = podCidr(index);
    this.#ranges.set(node, range);
    this.#taken.add(index);
    this.#next = (index + 1) % this.#size;
    return range;
  }
}
