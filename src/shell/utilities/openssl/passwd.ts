import { md5 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes as join } from "@noble/hashes/utils.js";
import { askHidden } from "../accounts/ask.ts";
import { ALPHABET, sha512crypt } from "../accounts/crypt.ts";
import { type Command, Complaint, inputText, optionsOf } from "./types.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
/** So many bytes of a digest, repeated. */
const stretch = (digest: Uint8Array, length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => digest[i % digest.length] as number);
const NONE = new Uint8Array();

/** Digits of 64 of three bytes, the lowest first. */
function letters(value: number, count: number): string {
  let text = "";
  for (let i = 0, v = value; i < count; i++, v >>= 6) text += ALPHABET[v & 63];
  return text;
}

/** The MD5 scheme of crypt(3), `$1$salt$hash`, and Apache's `$apr1$`. */
export function md5crypt(password: string, given: string, magic: "1" | "apr1"): string {
  const salt = given.slice(0, 8);
  const [key, s] = [bytes(password), bytes(salt)];
  const first = md5(join(key, s, key));
  const parts = [key, bytes(`$${magic}$`), s, stretch(first, key.length)];
  for (let n = key.length; n > 0; n >>= 1) parts.push(n & 1 ? Uint8Array.of(0) : key.subarray(0, 1));
  let a = md5(join(...parts));
  for (let round = 0; round < 1000; round++) {
    const odd = round % 2 === 1;
    a = md5(join(odd ? key : a, round % 3 ? s : NONE, round % 7 ? key : NONE, odd ? a : key));
  }
  const at = (i: number): number => a[i] as number;
  let text = "";
  for (let i = 0; i < 5; i++) text += letters((at(i) << 16) | (at(i + 6) << 8) | at(i === 4 ? 5 : i + 12), 4);
  return `$${magic}$${salt}$${text}${letters(at(11), 2)}`;
}

/** The SHA-256 scheme, `$5$`. */
function sha256crypt(password: string, given: string): string {
  const salt = given.slice(0, 16);
  const [key, s] = [bytes(password), bytes(salt)];
  const b = sha256(join(key, s, key));
  const parts = [key, s, stretch(b, key.length)];
  for (let n = key.length; n > 0; n >>= 1) parts.push(n & 1 ? b : key);
  let a = sha256(join(...parts));
  const p = stretch(sha256(join(...Array.from({ length: key.length }, () => key))), key.length);
  const q = stretch(sha256(join(...Array.from({ length: 16 + (a[0] as number) }, () => s))), s.length);
  for (let round = 0; round < 5000; round++) {
    const odd = round % 2 === 1;
    a = sha256(join(odd ? p : a, round % 3 ? q : NONE, round % 7 ? p : NONE, odd ? a : p));
  }
  const at = (i: number): number => a[i] as number;
  let text = "";
  for (let i = 0, [x, y, z] = [0, 10, 20]; i < 10; i++, [x, y, z] = [z + 1, x + 1, y + 1])
    text += letters((at(x) << 16) | (at(y) << 8) | at(z), 4);
  return `$5$${salt}$${text}${letters((at(31) << 8) | at(30), 3)}`;
}

const SCHEMES: Readonly<Record<string, (password: string, salt: string) => string>> = {
  "1": (password, salt) => md5crypt(password, salt, "1"),
  apr1: (password, salt) => md5crypt(password, salt, "apr1"),
  "5": sha256crypt,
  "6": (password, salt) => sha512crypt(password, salt.slice(0, 16)),
};

/** openssl passwd. */
export const password: Command = async (t, order) => {
  const o = optionsOf(order, {
    valued: ["salt", "in"],
    flags: ["1", "5", "6", "apr1", "stdin", "table", "quiet", "noverify", "reverse"],
    missing: ["aixmd5", "crypt", "rand", "writerand"],
  });
  const scheme = o.names.findLast((n) => SCHEMES[n]) ?? "1";
  const lines = o.has("stdin") || o.has("in") ? (await inputText(t, o.value("in"))).replace(/\n$/, "").split("\n") : o.operands;
  let asked: readonly string[] = lines;
  if (asked.length === 0) {
    const first = await askHidden(t, "Password: ");
    if (first === undefined) return 1;
    if (!o.has("noverify") && (await askHidden(t, "Verifying - Password: ")) !== first)
      throw new Complaint("Verify failure\nUnable to read password");
    asked = [first];
  }
  for (const word of asked) {
    const size = scheme === "1" || scheme === "apr1" ? 8 : 16;
    const salt = o.value("salt") ?? Array.from({ length: size }, () => ALPHABET[t.proc.random.int(64)]).join("");
    await t.proc.cpu(2);
    const hash = (SCHEMES[scheme] as (p: string, s: string) => string)(word, salt);
    await t.out(o.has("table") ? (o.has("reverse") ? `${hash}\t${word}\n` : `${word}\t${hash}\n`) : `${hash}\n`);
  }
  return 0;
};
