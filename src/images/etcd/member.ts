import type { Member } from "./disk.ts";
import { sha1 } from "@noble/hashes/legacy.js";

const hex = (bytes: Uint8Array): string => [...bytes.subarray(0, 8)].map((b) => b.toString(16).padStart(2, "0")).join("");
const bytesOf = (text: string): Uint8Array => Uint8Array.from(text.match(/../g) ?? [], (h) => Number.parseInt(h, 16));

/** A member's number, from where its peers reach it and the cluster's token (etcd: membership/member.go computeMemberID). */
export const memberId = (peers: readonly string[], token: string): string =>
  hex(sha1(new TextEncoder().encode([...peers].sort().join("") + token)));
/** A cluster's, from its members' (etcd: membership/cluster.go genID). */
export const clusterId = (members: readonly string[]): string => hex(sha1(bytesOf([...members].sort().join(""))));
/** A cluster's only one. */
export function etcdMember(of: {
  readonly name: string;
  readonly peers: readonly string[];
  readonly clients: readonly string[];
  readonly token: string;
}): Member {
  const id = memberId(of.peers, of.token);
  return { name: of.name, id, cluster: clusterId([id]), peers: of.peers, clients: of.clients };
}
/** As JSON has them: decimal. */
export const decimal = (id: string): string => BigInt(`0x${id}`).toString();
