import { expect, it } from "vitest";
import type { Description } from "../../runtime/index.ts";
import { parseInputrc } from "./bindings.ts";
import { LineEditor } from "./editor.ts";
import { expandHistory } from "./expansion.ts";
import { NO_COMPLETION } from "./types.ts";

async function type(keys: string, history: readonly string[] = [], inputrc = "") {
  const chunks: (Uint8Array | null)[] = [new TextEncoder().encode(keys), null];
  const input: Description = { id: 1, tty: true, read: async () => chunks.shift() ?? null, write: async () => undefined };
  const output: Description = { id: 2, tty: true, read: async () => null, write: async () => undefined };
  const complete = async (line: string) => ({
    ...NO_COMPLETION,
    from: line.lastIndexOf(" ") + 1,
    quote: "" as const,
    matches: ["pods", "podtemplates"].filter((c) => c.startsWith(line.slice(line.lastIndexOf(" ") + 1))),
  });
  const expand = async (line: string) => {
    const expansion = expandHistory(line, history);
    return expansion.kind === "line" ? expansion.text : undefined;
  };
  return new LineEditor({ input, output, history, complete, expand, bindings: parseInputrc(inputrc, () => {}) }).readLine("$ ");
}

it.each([
  ["abc\x01x\x05y\r", "xabcy"],
  ["one two\x17three\x19\r", "one threetwo"],
  ["ab\x1b[D\x1b[DX\x0b\r", "X"],
  ["\x1b[A\x10\r", "first"],
  ["\x12ec\r", "second"],
  ["get p\t\r", "get pod"],
  ["x \x1b.\r", "x line"],
  ["\x1b[200~a\nb\x1b[201~\r", "a\nb"],
])("edits %j to %j", async (keys, text) => {
  expect(await type(keys, ["first", "a line", "second"].slice(0, keys.includes(".") ? 2 : keys.startsWith("\x1b[A") ? 2 : 3))).toEqual({
    kind: "line",
    text,
  });
});
it("says Ctrl-C and Ctrl-D", async () => {
  expect([await type("abc\x03"), await type("\x04")]).toEqual([{ kind: "interrupt" }, { kind: "end" }]);
});

// Each as bash 5.2 with readline 8.2 leaves the line.
it.each([
  ["undo takes a run back", "abc def\x1f", ""],
  ["undo takes a kill back", "one two\x17\x1f\r", "one two"],
  ["kills in a row are one", "a b c\x17\x17\x01\x19\r", "b ca "],
  ["the kill ring turns", "one\x15two\x15\x19\x1by\r", "one"],
  ["words change case", "get pods WIDE\x01\x1bu\x1bc\x1bl\r", "GET Pods wide"],
  ["words are transposed", "one two\x1bt\r", "two one"],
  ["an argument repeats", "a b c d\x1b3\x17\r", "a "],
  ["an argument of two digits", "\x1b12x\r", "x".repeat(12)],
  ["a negative argument turns it round", "one two\x01\x1b-\x1bd\r", "one two"],
  ["what is quoted is put in", "a\x16\tb\r", "a\tb"],
  ["a character is searched", "a=b=c\x01\x1d=X\r", "aX=b=c"],
  ["blanks are deleted", "a   b\x02\x1b\\\r", "ab"],
  ["a comment ends the line", "rm -rf /\x1b#", "#rm -rf /"],
  ["mark and point change places", "abc\x01\x00\x05\x18\x18X\r", "Xabc"],
  ["the last arguments, one by one", "x \x1b.\x1b.\r", "x last"],
  ["forward search", "\x12k\x12\x13\r", "k last"],
  ["Ctrl-O", "\x10\x10\x0f", "k last"],
  ["history is expanded where it stands", "sudo !!\x1b^\r", "sudo echo three"],
])("%s", async (_, keys, text) => {
  expect(await type(keys.endsWith("\r") || /[#\x0f]$/.test(keys) ? keys : `${keys}\r`, ["k first two", "k last", "echo three"])).toEqual({
    kind: "line",
    text,
  });
});

it.each([
  ['"\\e[A": history-search-backward', "k\x1b[A\x1b[A\r", "k one"],
  ['"\\C-g": "kubectl get "', "\x07pods\r", "kubectl get pods"],
  ["Control-t: beginning-of-line", "ab\x14X\r", "Xab"],
  ['"\\C-xq": kill-whole-line', "ab\x18qc\r", "c"],
  ["TAB: menu-complete", "get p\t\t\r", "get podtemplates "],
  ["set show-all-if-ambiguous on\n$if mode=vi\nTAB: abort\n$endif", "get p\t\r", "get pod"],
  ["Space: magic-space", "!! x\r", "k two x"],
])("binds %s", async (inputrc, keys, text) =>
  expect(await type(keys, ["k one", "echo", "k two"], inputrc)).toEqual({ kind: "line", text }),
);
