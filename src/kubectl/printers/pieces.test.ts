import { expect, it } from "vitest";
import { toJson } from "../manifest/json.ts";
import { toYaml } from "../manifest/write.ts";
import { joined, jsonPieces, yamlPieces } from "./pieces.ts";

const list = {
  apiVersion: "v1",
  items: [
    { kind: "Pod", metadata: { name: "a", labels: {} }, spec: { containers: [{ name: "c", args: ["@", "two\nlines", "<&>"] }] } },
    { kind: "Pod", metadata: { name: "b", annotations: { long: "words ".repeat(40) } }, spec: [] },
    {},
  ],
  kind: "List",
  metadata: { resourceVersion: "" },
};

it.each([
  ["yaml", yamlPieces, toYaml],
  ["json", jsonPieces, toJson],
] as const)("writes a list in pieces as it would at once, in %s", (_, pieces, whole) => {
  expect([...pieces(list)].join("")).toBe(whole(list));
  expect([...pieces({ ...list, items: list.items.slice(0, 1) })].join("")).toBe(whole({ ...list, items: list.items.slice(0, 1) }));
  expect([...pieces({ ...list, items: [] })].join("")).toBe(whole({ ...list, items: [] }));
  expect([...pieces(list)].length).toBeGreaterThan(3);
});

it("joins what is small and makes no item of the next piece before somebody asks for it", () => {
  let made = 0;
  function* texts(): Iterable<string> {
    for (; made < 1000; made++) yield "x".repeat(1000);
  }
  const pieces = joined(texts())[Symbol.iterator]();
  expect((pieces.next().value as string).length).toBe(17_000);
  expect(made).toBeLessThan(20);
});
