import { expect, it } from "vitest";
import { createRandom } from "../../sim/index.ts";
import { PAGE, readAt, resizeTo, whole, writeAt } from "./content.ts";
import { createNode } from "./node.ts";

const all = (node: ReturnType<typeof createNode>): Uint8Array => {
  const parts: number[] = [];
  for (let at = 0; at < node.size;) {
    const part = readAt(node, at, 50_000);
    for (const byte of part) parts.push(byte);
    at += part.length;
  }
  return Uint8Array.from(parts);
};
const held = (node: ReturnType<typeof createNode>): number => node.bytes.length + (node.pages ?? []).filter(Boolean).length * PAGE;

it("holds what a plain array would, whatever is written where", () => {
  const random = createRandom(7, "content");
  const node = createNode(1, "file", 0o644);
  let plain = new Uint8Array(0);
  for (let round = 0; round < 25; round++) {
    const at = random.int(3 * PAGE);
    if (random.int(6) === 0) {
      resizeTo(node, at, () => {});
      const next = new Uint8Array(at);
      next.set(plain.subarray(0, at));
      plain = next;
      continue;
    }
    const data = random.int(3) === 0 ? new Uint8Array(random.int(90_000)) : random.bytes(random.int(90_000));
    writeAt(node, data, at, () => {});
    const next = new Uint8Array(Math.max(plain.length, at + data.length));
    next.set(plain);
    next.set(data, at);
    plain = next;
  }
  expect(node.size).toBe(plain.length);
  expect(Buffer.compare(whole(node), plain)).toBe(0);
  expect(Buffer.compare(all(node), plain)).toBe(0);
});

it("holds next to nothing of a gigabyte of zeros", () => {
  const node = createNode(1, "file", 0o644);
  const zeros = new Uint8Array(1 << 20);
  for (let i = 0; i < 300; i++) writeAt(node, zeros, i << 20, () => {});
  expect(node.size).toBe(300 * 2 ** 20);
  expect(held(node)).toBe(PAGE);
  resizeTo(node, 2 ** 33, () => {});
  expect(readAt(node, 2 ** 33 - 3, 10)).toEqual(new Uint8Array(3));
});

it("never changes what somebody has read", () => {
  const node = createNode(1, "file", 0o644);
  writeAt(node, new Uint8Array(PAGE + 10).fill(1), 0, () => {});
  const [low, high] = [readAt(node, 5, 4), readAt(node, PAGE, 4)];
  writeAt(node, Uint8Array.of(2, 2, 2, 2), 5, () => {});
  writeAt(node, Uint8Array.of(2, 2, 2, 2), PAGE, () => {});
  expect([...low, ...high]).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
  expect([...readAt(node, PAGE, 6)]).toEqual([2, 2, 2, 2, 1, 1]);
});

it("refuses what is no zeros beyond 256 MiB", () => {
  const node = createNode(1, "file", 0o644);
  resizeTo(node, 2 ** 32, () => {});
  const one = Uint8Array.of(1);
  expect(() => {
    for (let i = 1; i < 400; i++) writeAt(node, one, i * PAGE, () => {});
  }).toThrow("File too large");
});
