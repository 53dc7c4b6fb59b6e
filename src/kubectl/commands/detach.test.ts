import { expect, it } from "vitest";
import { detachKeys, detaching } from "./detach.ts";

it.each([
  ["ctrl-p,ctrl-q", [16, 17]],
  ["ctrl-@,ctrl-\\,ctrl-_", [0, 28, 31]],
  ["x,~", [120, 126]],
])("reads %s", (text, bytes) => expect([...detachKeys(text)]).toEqual(bytes));

it("refuses what is no key", () => expect(() => detachKeys("bogus")).toThrow("could not bind detach keys: Unknown character: 'bogus'"));

it.each([
  ["what is typed goes on", ["ls\r"], "ls\r", false],
  ["the keys end it, and what follows them is lost", ["ls\u0010\u0011rm"], "ls", true],
  ["in two pieces too", ["\u0010", "\u0011"], "", true],
  ["half of them is held back until it is none", ["\u0010", "x"], "\u0010x", false],
  ["the first key twice, and then the second", ["\u0010\u0010", "\u0011"], "\u0010", true],
])("%s", (_, typed, passed, left) => {
  const escape = detaching(detachKeys("ctrl-p,ctrl-q"));
  const seen = typed.map((text) => escape(new TextEncoder().encode(text)));
  expect(seen.map(({ data }) => new TextDecoder().decode(data)).join("")).toBe(passed);
  expect(seen.at(-1)?.left).toBe(left);
});
