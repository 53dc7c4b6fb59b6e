import { sha256 } from "@noble/hashes/sha2.js";
import type { MemoryStore, StoreImage } from "./store.ts";
import type { Entry } from "./types.ts";

/** What a snapshot begins with; what follows is JSON, and after that its SHA-256, as etcd appends one. */
const MAGIC = "timonel-etcd/1\n";
const DIGEST = 32;

interface Content {
  readonly revision: number;
  readonly entries: readonly Entry[];
}

export interface SnapshotStatus {
  /** Eight hexadecimal digits. */
  readonly hash: string;
  readonly revision: number;
  readonly totalKey: number;
  /** Bytes. */
  readonly totalSize: number;
}

/** Everything that is there now, without what was before: history is not part of it. */
export function saveSnapshot(store: MemoryStore): Uint8Array {
  const content: Content = { revision: store.revision, entries: Array.from(store.entries(), (entry) => store.whole(entry)) };
  const body = new TextEncoder().encode(MAGIC + JSON.stringify(content));
  const bytes = new Uint8Array(body.length + DIGEST);
  bytes.set(body);
  bytes.set(sha256(body), body.length);
  return bytes;
}

export function snapshotStatus(bytes: Uint8Array): SnapshotStatus {
  const { revision, entries } = read(bytes);
  return { hash: hex(bytes.subarray(-DIGEST)).slice(0, 8), revision, totalKey: entries.length, totalSize: bytes.length };
}

/** What an empty store is filled with (`MemoryStore.restore`). Revisions go on where the snapshot was taken; nothing below can be read. */
export function restoreSnapshot(bytes: Uint8Array): StoreImage {
  const { revision, entries } = read(bytes);
  return { revision, compactRevision: revision, entries, writes: [] };
}

function read(bytes: Uint8Array): Content {
  const body = bytes.subarray(0, Math.max(0, bytes.length - DIGEST));
  const [expected, found] = [hex(bytes.subarray(body.length)), hex(sha256(body))];
  if (expected !== found) throw new Error(`expected sha256 ${expected}, got ${found}`);
  const text = new TextDecoder().decode(body);
  if (!text.startsWith(MAGIC)) throw new Error("snapshot is not one of Timonel's etcd");
  return JSON.parse(text.slice(MAGIC.length)) as Content;
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
