/** AES (FIPS 197) in CBC mode with PKCS #7's padding: the whole of what `openssl enc` asks for here. */

const SBOX = new Uint8Array(256);
const INVERSE = new Uint8Array(256);
const double = (b: number): number => ((b << 1) ^ (b & 0x80 ? 0x11b : 0)) & 0xff;
const rotate = (b: number, n: number): number => ((b << n) | (b >> (8 - n))) & 0xff;
// The field's inverses by the powers of three and of its own inverse, then the affine step.
for (let p = 1, q = 1, first = true; first || p !== 1; first = false) {
  p = p ^ double(p);
  q ^= q << 1;
  q ^= q << 2;
  q = (q ^ (q << 4)) & 0xff;
  if (q & 0x80) q ^= 0x09;
  SBOX[p] = q ^ rotate(q, 1) ^ rotate(q, 2) ^ rotate(q, 3) ^ rotate(q, 4) ^ 0x63;
}
SBOX[0] = 0x63;
SBOX.forEach((s, i) => (INVERSE[s] = i));

function times(a: number, b: number): number {
  let [product, x] = [0, a];
  for (let n = b; n > 0; n >>= 1, x = double(x)) if (n & 1) product ^= x;
  return product;
}

/** Round keys of 16 bytes, one after the other. */
function expand(key: Uint8Array): Uint8Array {
  const words = key.length / 4;
  const out = new Uint8Array(16 * (words + 7));
  out.set(key);
  for (let i = words, constant = 1; i < out.length / 4; i++) {
    let word = out.slice(4 * i - 4, 4 * i);
    if (i % words === 0) {
      word = Uint8Array.of(word[1] as number, word[2] as number, word[3] as number, word[0] as number).map((b) => SBOX[b] as number);
      word[0] = (word[0] as number) ^ constant;
      constant = double(constant);
    } else if (words > 6 && i % words === 4) word = word.map((b) => SBOX[b] as number);
    for (let j = 0; j < 4; j++) out[4 * i + j] = (out[4 * (i - words) + j] as number) ^ (word[j] as number);
  }
  return out;
}

const xor = (block: Uint8Array, other: Uint8Array): Uint8Array => block.map((b, i) => b ^ (other[i] as number));
/** Column i takes row r from column i + r, or back. */
const shift = (block: Uint8Array, by: 1 | 3): Uint8Array => block.map((_, i) => block[(i + 4 * by * (i % 4)) % 16] as number);
function mix(block: Uint8Array, row: readonly number[]): Uint8Array {
  return block.map((_, i) => {
    const column = i - (i % 4);
    return [0, 1, 2, 3].reduce((sum, j) => sum ^ times(block[column + j] as number, row[(j - (i % 4) + 4) % 4] as number), 0);
  });
}

function encryptBlock(keys: Uint8Array, input: Uint8Array): Uint8Array {
  const rounds = keys.length / 16 - 1;
  let block = xor(input, keys.subarray(0, 16));
  for (let r = 1; r <= rounds; r++) {
    block = shift(
      block.map((b) => SBOX[b] as number),
      1,
    );
    if (r < rounds) block = mix(block, [2, 3, 1, 1]);
    block = xor(block, keys.subarray(16 * r, 16 * r + 16));
  }
  return block;
}
function decryptBlock(keys: Uint8Array, input: Uint8Array): Uint8Array {
  const rounds = keys.length / 16 - 1;
  let block = input;
  for (let r = rounds; r >= 1; r--) {
    block = xor(block, keys.subarray(16 * r, 16 * r + 16));
    if (r < rounds) block = mix(block, [14, 11, 13, 9]);
    block = shift(block, 3).map((b) => INVERSE[b] as number);
  }
  return xor(block, keys.subarray(0, 16));
}

export function encrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const keys = expand(key);
  const padding = 16 - (data.length % 16);
  const out = new Uint8Array(data.length + padding).fill(padding);
  out.set(data);
  for (let at = 0, before = iv; at < out.length; at += 16) {
    before = encryptBlock(keys, xor(out.subarray(at, at + 16), before));
    out.set(before, at);
  }
  return out;
}

/** What was encrypted; `whole` is false where its padding is none: of another key, or cut off. */
export function decrypt(
  key: Uint8Array,
  iv: Uint8Array,
  data: Uint8Array,
): { readonly text: Uint8Array; readonly problem?: "padding" | "length" } {
  const keys = expand(key);
  const full = data.length - (data.length % 16);
  const out = new Uint8Array(full);
  for (let at = 0; at < full; at += 16)
    out.set(xor(decryptBlock(keys, data.subarray(at, at + 16)), at === 0 ? iv : data.subarray(at - 16, at)), at);
  if (full !== data.length || full === 0) return { text: out, problem: "length" };
  const padding = out[full - 1] as number;
  const good = padding >= 1 && padding <= 16 && out.subarray(full - padding).every((b) => b === padding);
  return good ? { text: out.subarray(0, full - padding) } : { text: out.subarray(0, full - 16), problem: "padding" };
}
