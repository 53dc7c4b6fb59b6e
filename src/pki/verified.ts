import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

/** Signatures of which it is remembered whether they were right: a handful a handshake. */
const MOST = 512;

/**
 * Remembers what a check of signatures has answered. The same certificates are shown again and again, and each time it
 * takes a millisecond: the answer depends on nothing but the key, the message and the signature.
 */
export function remembered(
  verify: (keyInfo: Uint8Array, algorithm: string, message: Uint8Array, signature: Uint8Array) => boolean | undefined,
): typeof verify {
  const answers = new Map<string, boolean | undefined>();
  return (keyInfo, algorithm, message, signature) => {
    const hash = sha256.create();
    // With their lengths, so that no two triples are written alike.
    const lengths = Uint32Array.of(keyInfo.length, message.length, signature.length);
    for (const part of [new Uint8Array(lengths.buffer), keyInfo, message, signature]) hash.update(part);
    const key = `${algorithm} ${bytesToHex(hash.digest())}`;
    if (answers.has(key)) return answers.get(key);
    const answer = verify(keyInfo, algorithm, message, signature);
    if (answers.size >= MOST) answers.delete(answers.keys().next().value as string);
    answers.set(key, answer);
    return answer;
  };
}
