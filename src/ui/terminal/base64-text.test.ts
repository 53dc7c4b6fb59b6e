import { expect, it } from "vitest";
import { decoded } from "./base64-text.ts";

it.each([
  ["aGkgw7EK", "hi ñ\n"],
  ["not base64!", undefined],
  ["/w==", undefined],
])("reads what a program copies: %s", (base64, text) => {
  expect(decoded(base64)).toBe(text);
});
