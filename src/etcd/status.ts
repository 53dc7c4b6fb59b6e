import { sha256 } from "@noble/hashes/sha2.js";
import type { MemoryStore } from "./store.ts";
import { textOf } from "./values.ts";

/** Where a kubeadm control plane's only member answers, and the version that v1.36 is released with. */
const ENDPOINT = "https://127.0.0.1:2379";
const PEER = "https://127.0.0.1:2380";
const VERSION = "3.6.6";
/** It has never had to elect anybody else. */
const RAFT_TERM = 1;

export interface Member {
  /** Sixteen hexadecimal digits. */
  readonly id: string;
  readonly status: "started";
  readonly name: string;
  readonly peerUrls: readonly string[];
  readonly clientUrls: readonly string[];
  readonly isLearner: boolean;
}

export interface EndpointStatus {
  readonly endpoint: string;
  readonly id: string;
  readonly version: string;
  /** Bytes of the keys and values that live now. */
  readonly dbSize: number;
  readonly isLeader: boolean;
  readonly raftTerm: number;
  readonly raftIndex: number;
  readonly raftAppliedIndex: number;
  readonly revision: number;
  readonly compactRevision: number;
}

/** The store is one member, named after the machine it would run on; `name` gives it its id, too. */
export function memberList(name: string): readonly Member[] {
  return [{ id: memberId(name), status: "started", name, peerUrls: [PEER], clientUrls: [ENDPOINT], isLearner: false }];
}

export function endpointStatus(store: MemoryStore, name: string): EndpointStatus {
  let dbSize = 0;
  for (const { key, value } of store.entries()) dbSize += key.length + textOf(value).length;
  return {
    endpoint: ENDPOINT,
    id: memberId(name),
    version: VERSION,
    dbSize,
    isLeader: true,
    raftTerm: RAFT_TERM,
    // Nothing but writes goes through the log.
    raftIndex: store.revision,
    raftAppliedIndex: store.revision,
    revision: store.revision,
    compactRevision: store.compactRevision,
  };
}

/** Healthy when a read through the store answers, as etcdctl asks for the key "health". */
export function endpointHealth(store: MemoryStore): { readonly endpoint: string; readonly health: boolean } {
  return { endpoint: ENDPOINT, health: store.range({ prefix: "health", limit: 1 }).revision === store.revision };
}

function memberId(name: string): string {
  return Array.from(sha256(new TextEncoder().encode(name)).subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
