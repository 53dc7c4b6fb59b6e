import { integer, PyBytes, PyFloat, type Value } from "../values.ts";
import type { Machine } from "../vm/machine.ts";
import { functions } from "../vm/native.ts";
import { asInt } from "../vm/numbers.ts";

const N = 624;

/** The Mersenne Twister, seeded as CPython seeds it: the same seed gives the same numbers. */
class Twister {
  #state = new Uint32Array(N);
  #at = N;
  seed(key: readonly number[]): void {
    const s = this.#state;
    s[0] = 19_650_218;
    for (let i = 1; i < N; i++) s[i] = Math.imul(1_812_433_253, (s[i - 1] as number) ^ ((s[i - 1] as number) >>> 30)) + i;
    let [i, j] = [1, 0];
    const step = (factor: number, add: (j: number) => number): void => {
      const before = s[i - 1] as number;
      s[i] = ((s[i] as number) ^ Math.imul(before ^ (before >>> 30), factor)) + add(j);
      if (++i >= N) {
        s[0] = s[N - 1] as number;
        i = 1;
      }
    };
    for (let k = Math.max(N, key.length); k > 0; k--) {
      step(1_664_525, (n) => (key[n] as number) + n);
      if (++j >= key.length) j = 0;
    }
    for (let k = N - 1; k > 0; k--) step(1_566_083_941, () => -i);
    s[0] = 0x8000_0000;
    this.#at = N;
  }
  next(): number {
    const s = this.#state;
    if (this.#at >= N) {
      for (let k = 0; k < N; k++) {
        const y = ((s[k] as number) & 0x8000_0000) | ((s[(k + 1) % N] as number) & 0x7fff_ffff);
        s[k] = (s[(k + 397) % N] as number) ^ (y >>> 1) ^ (y & 1 ? 0x9908_b0df : 0);
      }
      this.#at = 0;
    }
    let y = s[this.#at++] as number;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c_5680;
    y ^= (y << 15) & 0xefc6_0000;
    return (y ^ (y >>> 18)) >>> 0;
  }
}
function words(n: bigint): number[] {
  const all: number[] = [];
  for (let rest = n < 0n ? -n : n; rest > 0n; rest >>= 32n) all.push(Number(rest & 0xffff_ffffn));
  return all.length === 0 ? [0] : all;
}

/** What random is built on. */
export function randomModule(m: Machine): Map<string, Value> {
  const twister = new Twister();
  const fresh = (): void => twister.seed(words(m.proc.random.bytes(16).reduce((n, b) => (n << 8n) | BigInt(b), 0n)));
  fresh();
  return functions({
    _seed: ["n", (_, [n]) => (n === null ? fresh() : twister.seed(words(BigInt(asInt(n as Value) as number))), null)],
    random: ["", () => new PyFloat(((twister.next() >>> 5) * 67_108_864 + (twister.next() >>> 6)) / 9_007_199_254_740_992)],
    getrandbits: [
      "k, /",
      (_, [k]) => {
        let bits = Number(k);
        if (bits <= 32) return bits === 0 ? 0 : twister.next() >>> (32 - bits);
        let n = 0n;
        for (let shift = 0n; bits > 0; bits -= 32, shift += 32n)
          n |= BigInt(bits < 32 ? twister.next() >>> (32 - bits) : twister.next()) << shift;
        return integer(n);
      },
    ],
    _entropy: ["n", (_, [n]) => new PyBytes(m.proc.random.bytes(Number(n)))],
  });
}
