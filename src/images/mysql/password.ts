import { sha1 } from "@noble/hashes/legacy.js";
import { fromBinary, toBinary, utf8 } from "../database/binary.ts";

const digest = (binary: string): string => toBinary(sha1(fromBinary(binary)));
const hex = (binary: string): string => [...binary].map((c) => c.charCodeAt(0).toString(16).padStart(2, "0")).join("");
const unhex = (text: string): string => (text.match(/../g) ?? []).map((h) => String.fromCharCode(parseInt(h, 16))).join("");
const xor = (a: string, b: string): string => [...a].map((c, i) => String.fromCharCode(c.charCodeAt(0) ^ b.charCodeAt(i))).join("");

/** What mysql_native_password keeps: *SHA1(SHA1(password)). */
export const verifier = (password: string): string => (password === "" ? "" : `*${hex(digest(digest(utf8(password)))).toUpperCase()}`);
/** The client's answer to a scramble. */
export const answer = (password: string, scramble: string): string =>
  password === "" ? "" : xor(digest(utf8(password)), digest(scramble + digest(digest(utf8(password)))));
export function matches(kept: string, given: string, scramble: string): boolean {
  if (kept === "") return given === "";
  if (given.length !== 20) return false;
  const stage2 = unhex(kept.slice(1));
  return digest(xor(given, digest(scramble + stage2))) === stage2;
}
