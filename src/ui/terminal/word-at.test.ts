import { expect, it } from "vitest";
import { wordAt } from "./word-at.ts";

it.each([
  ["kubectl get pods", 9, "get"],
  ["pod/web-6d4cf56db6-abcde created", 6, "pod/web-6d4cf56db6-abcde"],
  ["https://10.0.0.1:6443/api?x=1", 3, "https://10.0.0.1:6443/api?x=1"],
  ['image: "nginx:1.27"', 9, "nginx:1.27"],
  ["a b", 1, " "],
  ["ab", 7, ""],
])("of %o a finger at %i takes %o", (line, x, word) => {
  const [from, to] = wordAt(line, x);
  expect(line.slice(from, to + 1)).toBe(word);
});
