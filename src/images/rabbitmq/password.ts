import { sha256 } from "@noble/hashes/sha2.js";
import { base64Decode, base64Encode } from "../../machinery/index.ts";

/** Four bytes of salt, and SHA-256 of them and the password (https://www.rabbitmq.com/docs/passwords). */
export function hashOf(password: string, salt: Uint8Array): string {
  const text = new TextEncoder().encode(password);
  return base64Encode(Uint8Array.from([...salt, ...sha256(Uint8Array.from([...salt, ...text]))]));
}
export function matches(password: string, hash: string): boolean {
  const raw = base64Decode(hash);
  return typeof raw !== "number" && hashOf(password, raw.subarray(0, 4)) === hash;
}
