import { hmac } from "@noble/hashes/hmac.js";
import { pbkdf2 } from "@noble/hashes/pbkdf2.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { fromBinary, toBinary, utf8 } from "./binary.ts";

const ITERATIONS = 4096;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

export function base64(binary: string): string {
  let out = "";
  for (let i = 0; i < binary.length; i += 3) {
    const [a, b, c] = [binary.charCodeAt(i), binary.charCodeAt(i + 1), binary.charCodeAt(i + 2)];
    const n = (a << 16) | ((b || 0) << 8) | (c || 0);
    for (let k = 0; k < 4; k++) out += i * 8 + k * 6 >= binary.length * 8 ? "=" : ALPHABET[(n >> (18 - k * 6)) & 63];
  }
  return out;
}
export function unbase64(text: string): string {
  let [out, n, bits] = ["", 0, 0];
  for (const c of text.replace(/=+$/, "")) {
    n = (n << 6) | ALPHABET.indexOf(c);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out += String.fromCharCode((n >> bits) & 255);
  }
  return out;
}
const mac = (key: string, text: string): string => toBinary(hmac(sha256, fromBinary(key), fromBinary(text)));
const hash = (text: string): string => toBinary(sha256(fromBinary(text)));
const xor = (a: string, b: string): string => [...a].map((c, i) => String.fromCharCode(c.charCodeAt(0) ^ b.charCodeAt(i))).join("");
const salted = (password: string, salt: string, rounds: number): string =>
  toBinary(pbkdf2(sha256, fromBinary(utf8(password)), fromBinary(salt), { c: rounds, dkLen: 32 }));

/** What the server keeps of a password: SCRAM-SHA-256$4096:salt$stored:server. */
export function verifier(password: string, salt: string): string {
  const key = salted(password, salt, ITERATIONS);
  return `SCRAM-SHA-256$${ITERATIONS}:${base64(salt)}$${base64(hash(mac(key, "Client Key")))}:${base64(mac(key, "Server Key"))}`;
}
interface Kept {
  readonly rounds: string;
  readonly salt: string;
  readonly stored: string;
  readonly server: string;
}
function kept(text: string): Kept | undefined {
  const [, rounds, salt, stored, server] = /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):(.+)$/.exec(text) ?? [];
  return rounds === undefined ? undefined : { rounds, salt: salt as string, stored: stored as string, server: server as string };
}
/** The server's first answer. Who does not exist gets a salt too. */
export function challenge(verifierText: string, nonce: string, fallbackSalt: string): string {
  const k = kept(verifierText);
  return `r=${nonce},s=${k?.salt ?? base64(fallbackSalt)},i=${k?.rounds ?? ITERATIONS}`;
}
/** Whether the client's proof is right: the server's signature, or undefined. */
export function proven(verifierText: string, auth: string, proof: string): string | undefined {
  const k = kept(verifierText);
  if (!k) return undefined;
  const stored = unbase64(k.stored);
  if (hash(xor(unbase64(proof), mac(stored, auth))) !== stored) return undefined;
  return base64(mac(unbase64(k.server), auth));
}
/** The client's proof for what the server has challenged it with. */
export function proofOf(password: string, first: string, serverFirst: string): { readonly final: string } | undefined {
  const [, nonce, salt, rounds] = /^r=([^,]+),s=([^,]+),i=(\d+)/.exec(serverFirst) ?? [];
  if (nonce === undefined) return undefined;
  const key = mac(salted(password, unbase64(salt as string), Number(rounds)), "Client Key");
  const without = `c=biws,r=${nonce}`;
  const auth = `${first},${serverFirst},${without}`;
  return { final: `${without},p=${base64(xor(key, mac(hash(key), auth)))}` };
}
