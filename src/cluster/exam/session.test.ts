import { expect, it } from "vitest";
import { asShown, parseSession, shownAs } from "./session.ts";

it("reads a console's session", () => {
  expect(parseSession("$ k get po\nNAME\na\n# 30 s\n$ cat <<E\n> b\n>\n> E\nb\n> c\n")).toEqual([
    { typed: "k get po", shown: "NAME\na\n" },
    { seconds: 30 },
    { typed: "cat <<E\nb\n\nE", shown: "b\n> c\n" },
  ]);
  expect(() => parseSession("NAME\n")).toThrow('unlike "NAME"');
});

it.each([
  ["the same", "a  b", "a      b", true],
  ["another gap", "a b", "a  b", false],
  ["a part of a line", "web-… 1/1  …", "web-x7k 1/1   Running", true],
  ["a part that is not there", "web-…  0/1", "web-x7k  1/1", false],
  ["parts in another order", "…b…a…", "xaxbx", false],
  ["any lines up to the next", "a\n…\nd", "a\nb\nc\nd", true],
  ["no line at all", "a\n…", "a", true],
  ["a line too many", "a\nb", "a\nb\nc", false],
  ["a line too few", "a\nb\nc", "a\nb", false],
])("finds %s", (_, expected, found, same) => expect(asShown(expected, found) === shownAs(found)).toBe(same));
