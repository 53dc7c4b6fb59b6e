import { podCidr } from "../network/index.ts";

/** The pod range of each node: the first that is free, for good. */
export class PodRanges {
  readonly #ranges = new Map<string, string>();
  #next = 0;

  of(node: string): string {
    let range = this.#ranges.get(node);
    if (range === undefined) this.#ranges.set(node, (range = podCidr(this.#next++)));
    return range;
  }
}
