import { sha256 } from "@noble/hashes/sha2.js";
import { compactJson } from "../manifest/json.ts";

const LETTERS: Readonly<Record<string, string>> = { "0": "g", "1": "h", "3": "k", a: "m", e: "t" };

/** What is added to the name of what is generated: ten letters of its content (kustomize: api/hasher). */
export function contentHash(object: Readonly<Record<string, unknown>>): string {
  const map = (field: string): unknown => object[field] ?? "";
  // The real one looks for a field "metadata/name", which nothing has: equal contents have equal hashes.
  const name = "";
  const kind = object["kind"];
  const told =
    kind === "ConfigMap"
      ? { ...(object["binaryData"] ? { binaryData: object["binaryData"] } : {}), data: map("data"), kind, name }
      : {
          data: map("data"),
          kind,
          name,
          ...(object["stringData"] ? { stringData: object["stringData"] } : {}),
          type: object["type"] ?? "",
        };
  const digest = sha256(new TextEncoder().encode(compactJson(told)));
  const hex = [...digest.subarray(0, 5)].map((b) => b.toString(16).padStart(2, "0")).join("");
  return [...hex].map((c) => LETTERS[c] ?? c).join("");
}
