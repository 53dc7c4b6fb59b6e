import { expect, it } from "vitest";
import { tolerationMs } from "./decide.ts";

const taint = { key: "k", value: "v", effect: "NoExecute" };

it.each([
  ["none", [], 0],
  ["for ever", [{ operator: "Exists" }], Infinity],
  ["for a time", [{ key: "k", operator: "Exists", tolerationSeconds: 300 }], 300_000],
  ["negative seconds are none", [{ operator: "Exists", tolerationSeconds: -1 }], 0],
])("stays: %s", (_, tolerations, ms) => expect(tolerationMs([taint], tolerations)).toBe(ms));
