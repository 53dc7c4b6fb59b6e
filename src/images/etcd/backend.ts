import type { Member } from "./disk.ts";
import type { Lease, Pair, WatchedEvent } from "./store.ts";

/** Keys with their revisions. Keys, values and ends of ranges are binary strings. */
export interface KeySpace {
  readonly revision: number;
  readonly compacted: number;
  readonly leases: ReadonlyMap<number, Lease>;
  /** Throws RevisionError. */
  range(key: string, end: string, revision?: number): readonly Pair[];
  get(key: string): Pair | undefined;
  since(key: string, end: string, revision: number): readonly WatchedEvent[];
  attached(lease: number): readonly string[];
}

/** What the gateway's calls work on: a server's own keys, or a cluster's. */
export interface EtcdBackend {
  readonly store: KeySpace;
  readonly version: string;
  readonly member: Member;
  readonly term: number;
  readonly index: number;
  readonly dbSize: number;
  now(): number;
  together<T>(fn: () => T): T;
  put(key: string, value: string, lease: number): void;
  remove(keys: readonly string[]): void;
  compact(revision: number): void;
  grant(wanted: number, ttl: number): number;
  revoke(id: number): void;
  keepAlive(id: number): number;
  hash(): number;
  snapshot(): string;
  defragment(): void;
}
