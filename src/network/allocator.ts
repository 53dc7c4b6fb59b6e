import type { Random } from "../sim/index.ts";
import { formatIp, parseCidr, parseIp } from "./ip.ts";
import { SERVICE_CIDR } from "./ipam.ts";

/** Offsets of a range that are taken. Its low band is left to those who ask for a certain value until nothing else is free. */
class Band {
  readonly #used = new Set<number>();
  readonly #size: number;
  readonly #reserved: number;
  readonly #random: Pick<Random, "int">;

  constructor(size: number, reserved: number, random: Pick<Random, "int">) {
    this.#size = size;
    this.#reserved = reserved;
    this.#random = random;
  }
  get free(): number {
    return this.#size - this.#used.size;
  }
  has(offset: number): boolean {
    return this.#used.has(offset);
  }
  take(offset: number): boolean {
    if (this.#used.has(offset)) return false;
    this.#used.add(offset);
    return true;
  }
  give(offset: number): void {
    this.#used.delete(offset);
  }
  /** The first free offset from a random one on, the upper band first (k8s: allocator/bitmap.go randomScanStrategyWithOffset). */
  next(): number | undefined {
    return this.#scan(this.#reserved, this.#size) ?? this.#scan(0, this.#reserved);
  }
  #scan(from: number, to: number): number | undefined {
    const span = to - from;
    if (span <= 0 || this.#used.size >= this.#size) return undefined;
    const start = this.#random.int(span);
    for (let i = 0; i < span; i++) {
      const offset = from + ((start + i) % span);
      if (this.take(offset)) return offset;
    }
    return undefined;
  }
}

export type AllocationRefusal = "allocated" | "out of range";

/** Hands out values of a range; the API server's registry keeps one and repairs it from the Services that exist. */
export interface Allocator<T> {
  /** Takes this one; undefined when it was free. */
  allocate(value: T): AllocationRefusal | undefined;
  /** Takes a free one; undefined when the range is full. */
  allocateNext(): T | undefined;
  release(value: T): void;
  has(value: T): boolean;
  readonly free: number;
  /** As written in API errors: "10.96.0.0/16", "30000-32767". */
  readonly range: string;
}

/** Cluster IPs. The low band is min(max(16, size/16), 256) addresses (k8s: ipallocator calculateRangeOffset, KEP-3070). */
export function createServiceIpAllocator(options: { readonly random: Pick<Random, "int">; readonly cidr?: string }): Allocator<string> {
  const range = options.cidr ?? SERVICE_CIDR;
  const cidr = parseCidr(range);
  // Neither the network address nor the broadcast address is given out.
  const size = cidr.size - 2;
  const band = new Band(size, size <= 16 ? 0 : Math.min(Math.max(16, Math.floor(cidr.size / 16)), 256), options.random);
  const offset = (ip: string): number => (parseIp(ip) ?? -1) - cidr.base - 1;
  const inside = (o: number): boolean => o >= 0 && o < size;
  return {
    range,
    allocate(ip) {
      const o = offset(ip);
      return inside(o) ? (band.take(o) ? undefined : "allocated") : "out of range";
    },
    allocateNext() {
      const o = band.next();
      return o === undefined ? undefined : formatIp(cidr.base + 1 + o);
    },
    release: (ip) => band.give(offset(ip)),
    has: (ip) => band.has(offset(ip)),
    get free() {
      return band.free;
    },
  };
}

/** Node ports. The low band is min(max(16, size/32), 128) ports (k8s: portallocator calculateRangeOffset, KEP-3668). */
export function createNodePortAllocator(options: {
  readonly random: Pick<Random, "int">;
  readonly first?: number;
  readonly last?: number;
}): Allocator<number> {
  const { first = 30000, last = 32767 } = options;
  const size = last - first + 1;
  const band = new Band(size, size <= 16 ? 0 : Math.min(Math.max(16, Math.floor(size / 32)), 128), options.random);
  return {
    range: `${first}-${last}`,
    allocate(port) {
      if (!Number.isInteger(port) || port < first || port > last) return "out of range";
      return band.take(port - first) ? undefined : "allocated";
    },
    allocateNext() {
      const o = band.next();
      return o === undefined ? undefined : first + o;
    },
    release: (port) => band.give(port - first),
    has: (port) => band.has(port - first),
    get free() {
      return band.free;
    },
  };
}
