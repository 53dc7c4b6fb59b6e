import { describe, expect, it } from "vitest";
import { expand, parseDockerfile, words } from "./dockerfile.ts";
import { ignores } from "./ignore.ts";

describe("a Dockerfile", () => {
  it("is read over several lines, comments, flags, both forms and here-documents", () => {
    const text = [
      "# syntax=docker/dockerfile:1",
      "FROM --platform=linux/amd64 alpine:3.22 AS base",
      "run apk add \\",
      "  # a comment in between",
      "    curl",
      'CMD ["sh", "-c", "echo hi"]',
      "COPY --from=base --chown=1000 a b /c/",
      "COPY <<EOF /etc/x",
      "one",
      "two",
      "EOF",
      "",
    ].join("\n");
    expect(
      parseDockerfile(text).map(({ name, rest, json, flags, line, end, documents }) => [name, rest, json, flags, line, end, documents]),
    ).toEqual([
      ["FROM", "alpine:3.22 AS base", undefined, { platform: "linux/amd64" }, 2, 2, []],
      ["RUN", "apk add     curl", undefined, {}, 3, 5, []],
      ["CMD", '["sh", "-c", "echo hi"]', ["sh", "-c", "echo hi"], {}, 6, 6, []],
      ["COPY", "a b /c/", undefined, { from: "base", chown: "1000" }, 7, 7, []],
      ["COPY", "<<EOF /etc/x", undefined, {}, 8, 11, [{ delimiter: "EOF", text: "one\ntwo\n" }]],
    ]);
  });
  it.each([
    ["FROM a\nFOO bar", "dockerfile parse error on line 2: unknown instruction: FOO"],
    ["FROM", "dockerfile parse error on line 1: FROM requires at least one argument"],
    ["# nothing", "dockerfile parse error on line 1: file with no instructions"],
  ])("%j is refused", (text, message) => expect(() => parseDockerfile(text)).toThrow(message));
});

const variables = new Map([
  ["A", "x y"],
  ["EMPTY", ""],
]);
it.each([
  ["$A.txt", "x y.txt"],
  ["${A}b", "x yb"],
  ["${NONE:-d}", "d"],
  ["${EMPTY:-d}${EMPTY-e}", "d"],
  ["${A:+set}${NONE:+set}", "set"],
  ["$ ${", "$ ${"],
])("%s expands to %j", (text, value) => expect(expand(text, variables)).toBe(value));
it.each([
  ["a=$A 'b $A' \"c $A\" d\\ e", ["a=x y", "b $A", "c x y", "d e"]],
  ['K="v w" L=z', ["K=v w", "L=z"]],
])("%s is words", (text, list) => expect(words(text, variables)).toEqual(list));

it.each([
  ["node_modules", "node_modules/a/b", true],
  ["*.log", "x.log", true],
  ["*.log", "a/x.log", false],
  ["**/*.log", "a/x.log", true],
  ["*\n!keep", "keep", false],
  ["# all", "a", false],
  ["/a/", "a", true],
])("%j and %s", (text, path, ignored) => expect(ignores(text)(path)).toBe(ignored));
