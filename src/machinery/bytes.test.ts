import { expect, it } from "vitest";
import { concatBytes } from "./bytes.ts";

it.each([
  ["nothing", [], []],
  ["one piece", [[1, 2]], [1, 2]],
  ["several, some of them empty", [[1], [], [2, 3], [4]], [1, 2, 3, 4]],
])("puts %s together", (_, parts, whole) => {
  expect([...concatBytes(parts.map((part) => Uint8Array.from(part)))]).toEqual(whole);
});

it("gives bytes of its own, which no piece shares", () => {
  const piece = Uint8Array.of(1);
  const whole = concatBytes([piece]);
  piece[0] = 2;
  expect(whole[0]).toBe(1);
});
