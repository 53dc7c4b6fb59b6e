import { sha256 } from "@noble/hashes/sha2.js";
import { compactJson } from "./json.ts";

const LETTERS: Readonly<Record<string, string>> = { "0": "g", "1": "h", "3": "k", a: "m", e: "t" };

/** Ten letters of what something holds, for its name (k8s: kubectl/pkg/util/hash; kustomize: api/hasher). */
export function nameHash(content: object): string {
  const digest = sha256(new TextEncoder().encode(compactJson(content)));
  const hex = [...digest.subarray(0, 5)].map((b) => b.toString(16).padStart(2, "0")).join("");
  return [...hex].map((c) => LETTERS[c] ?? c).join("");
}
