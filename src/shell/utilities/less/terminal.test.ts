import { expect, it } from "vitest";
import { testTerminal } from "../../testing/kernel.ts";

const hundred = `${Array.from({ length: 100 }, (_, i) => `line ${i + 1}`).join("\n")}\n`;
async function opened(command = "less f", text = hundred) {
  const t = await testTerminal();
  t.host.fs.writeFile("/root/f", text);
  t.host.fs.writeFile("/root/g", "other\n");
  await t.type(`${command}\r`, 500);
  return t;
}

it.each([
  ["", "line 1", "f"],
  [" ", "line 24", ":"],
  ["  b", "line 24", ":"],
  ["j", "line 2", ":"],
  ["10jk", "line 10", ":"],
  ["d", "line 12", ":"],
  ["dud", "line 12", ":"],
  ["G", "line 78", "(END)"],
  ["Gg", "line 1", ":"],
  ["50g", "line 50", ":"],
  ["50%", "line 51", ":"],
  ["/line 5\r", "line 5", ":"],
  ["/line 5\rn", "line 50", ":"],
  ["/line 5\rnN", "line 5", ":"],
  ["G?line 1\r", "line 19", ":"],
  ["/nothing\r", "line 1", "Pattern not found  (press RETURN)"],
  ["/nothing\r\r", "line 1", ":"],
  ["&7\r", "line 7", "(END)"],
  ["-N", "      1 line 1", "Constantly display line numbers  (press RETURN)"],
  ["=", "line 1", "f lines 1-23/100 byte 175/792 22%  (press RETURN)"],
  ["99", "line 1", ":99"],
  ["-Z", "line 1", "There is no -Z option in this less  (press RETURN)"],
  [":n", "line 1", "No next file  (press RETURN)"],
])("after %j it shows %s and says %s", async (keys, first, last) => {
  const t = await opened();
  for (const k of keys) await t.type(k, 20);
  expect([t.grid.row(0), t.grid.row(-1)]).toEqual([first, last]);
});

it("marks what was searched for, and keeps colours where it is told to", async () => {
  const t = await opened("less -R f", "one \x1b[31mred\x1b[m two\n");
  expect(t.grid.styled(0, "31")).toBe("red");
  await t.type("/two\r", 50);
  expect(t.grid.styled(0, "7")).toBe("two");
  expect(t.grid.row(-1)).toBe("(END)");
});

it("shows escapes where it is not told to, and lines in full or cut", async () => {
  const t = await opened("less f", `\x1b[31mred\n${"0123456789".repeat(10)}\n`);
  expect(t.grid.rows().slice(0, 4)).toEqual(["ESC[31mred", "0123456789".repeat(8), "0123456789".repeat(2), "~"]);
  await t.type("-S\r", 50);
  expect(t.grid.rows().slice(1, 3)).toEqual(["0123456789".repeat(8), "~"]);
  await t.type("\x1b[C", 50);
  expect(t.grid.row(1)).toBe("0123456789".repeat(6));
});

it("reads a pipe no further than it shows, and its keys from the terminal", async () => {
  const t = await opened("yes | less");
  expect(t.grid.row(-1)).toBe(":");
  await t.type(" ", 100);
  await t.type("q", 500);
  expect(
    t.grid
      .rows()
      .filter((r) => r !== "")
      .at(-1),
  ).toBe("root@box:~#");
});

it("goes from file to file, and ends by itself where one screen is enough", async () => {
  const t = await opened("less f g");
  expect(t.grid.row(-1)).toBe("f (file 1 of 2)");
  await t.type(":n", 100);
  expect([t.grid.row(0), t.grid.row(-1)]).toEqual(["other", "g (file 2 of 2) (END)"]);
  await t.type("q", 200);
  expect(await t.type("less -F g\r", 300)).toContain("other\r\n");
});

it("opens the editor where it stands", async () => {
  const t = await opened();
  await t.type("50gv", 500);
  expect(t.grid.row(-1)).toContain('"f" 100L, 792B');
  await t.type("ccnew\x1b:wq\r", 500);
  expect(t.grid.row(-1)).toBe(":");
  expect(t.host.fs.readText("/root/f")).toContain("\nnew\n");
});
