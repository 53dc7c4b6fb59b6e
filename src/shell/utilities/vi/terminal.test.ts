import { describe, expect, it } from "vitest";
import { testTerminal } from "../../testing/kernel.ts";

const POD = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n";
async function opened(text = POD, name = "p.yaml", command = `vim ${name}`) {
  const t = await testTerminal();
  t.host.fs.writeFile(`/root/${name}`, text);
  await t.type(`${command}\r`, 500);
  return t;
}

describe("vim on a terminal", () => {
  it("shows a file, its name and where the cursor is", async () => {
    const t = await opened();
    expect(t.grid.rows()).toEqual([
      "apiVersion: v1",
      "kind: Pod",
      "metadata:",
      "  name: web",
      ...Array.from({ length: 19 }, () => "~"),
      '"p.yaml" 4L, 47B                                              1,1           All',
    ]);
    expect(t.grid.cursor()).toEqual({ row: 0, column: 0 });
    expect([t.grid.styled(1, "36"), t.grid.styled(1, "35")]).toEqual(["kind", ":"]);
  });

  it("sends only rows that have changed", async () => {
    const t = await opened();
    const painted = await t.type("jA!", 100);
    expect(painted).toContain("\x1b[2;1H");
    expect(painted).not.toContain("metadata");
    expect(painted.length).toBeLessThan(250);
    expect(t.grid.row(-1)).toBe("-- INSERT --                                                  2,11          All");
  });

  it("shows by the cursor's shape whether keys are text, and leaves it as it was", async () => {
    const t = await opened();
    const shapes = async (keys: string): Promise<string[]> => (await t.type(keys, 100)).match(/\x1b\[\d q/g) ?? [];
    expect(await shapes("i")).toEqual(["\x1b[6 q"]);
    expect(await shapes("x\x1b")).toEqual(["\x1b[2 q"]);
    expect(await shapes("R")).toEqual(["\x1b[4 q"]);
    expect(await shapes("\x1b:")).toEqual(["\x1b[6 q"]);
    expect(await shapes("q!\r")).toEqual(["\x1b[0 q"]);
  });

  it("writes, and gives the shell its screen back", async () => {
    const t = await opened();
    await t.type("4GAx\x1b:wq\r", 300);
    expect(t.host.fs.readText("/root/p.yaml")).toBe(`${POD.trimEnd()}x\n`);
    expect(t.grid.rows().filter((r) => r !== "")).toEqual(["root@box:~# vim p.yaml", "root@box:~#"]);
  });

  it("does not lose what was not written", async () => {
    const t = await opened();
    await t.type("dd:q\r", 200);
    expect(t.grid.row(-1)).toBe("E37: No write since last change (add ! to override)           1,1           All");
    expect(t.grid.styled(-1, "97;41")).toBe("E37: No write since last change (add ! to override)");
    await t.type(":q!\r", 200);
    expect(t.host.fs.readText("/root/p.yaml")).toBe(POD);
  });

  it("takes a paste as it is, and indents what is typed", async () => {
    const t = await opened();
    await t.type("Go\x15\x1b[200~spec:\r  containers:\r  - name: web\x1b[201~\x1b", 200);
    await t.type("oimage: nginx\x1b:w\r", 200);
    expect(t.host.fs.readText("/root/p.yaml")).toBe(`${POD}spec:\n  containers:\n  - name: web\n    image: nginx\n`);
  });

  it("goes where the mouse is pressed, selects what it is dragged over, and turns with the wheel, where 'mouse' asks for it", async () => {
    const lines = Array.from({ length: 100 }, (_, i) => `line ${i + 1} of a long file`).join("\n");
    const t = await opened(`${lines}\n`, "long.txt");
    expect(await t.type(":set nu mouse=a\r", 200)).toContain("\x1b[?1000h\x1b[?1002h\x1b[?1006h");
    const mouse = (button: number, column: number, row: number, end = "M"): string => `\x1b[<${button};${column};${row}${end}`;
    await t.type(mouse(0, 10, 3) + mouse(0, 10, 3, "m"), 200);
    expect(t.grid.cursor()).toEqual({ row: 2, column: 9 });
    await t.type(mouse(65, 1, 1) + mouse(65, 1, 1), 200);
    expect(t.grid.row(0)).toBe("  7 line 7 of a long file");
    await t.type(`${mouse(0, 5, 12)}${mouse(32, 8, 12)}`, 200);
    expect(t.grid.row(-1)).toContain("-- VISUAL --");
    await t.type(`${mouse(0, 8, 12, "m")}d`, 200);
    expect(t.grid.row(11)).toBe(" 18  18 of a long file");
    await t.type(`i${mouse(0, 5, 11)}X\x1b`, 200);
    expect(t.grid.row(10)).toBe(" 17 Xline 17 of a long file");
    expect(await t.type(":q!\r", 200)).toContain("\x1b[?1006l\x1b[?1002l\x1b[?1000l");
  });

  it("follows the size of the terminal", async () => {
    const t = await opened("0123456789".repeat(6));
    t.grid.resize(40, 6);
    t.terminal.resize(40, 6);
    await t.type("$", 100);
    expect(t.grid.rows()).toEqual(["0123456789".repeat(4), "0123456789".repeat(2), "~", "~", "~", '"p.yaml" [noeol] 1L, 60B']);
    expect(t.grid.cursor()).toEqual({ row: 1, column: 19 });
  });

  it("reads ~/.vimrc, and tells what is wrong with it", async () => {
    const t = await testTerminal();
    t.host.fs.writeFile("/root/.vimrc", 'set number et ts=2 sw=2 " as for the exam\nset nope\n');
    t.host.fs.writeFile("/root/f", "one\n");
    await t.type("vim f\r", 500);
    expect(t.grid.rows().slice(-4)).toEqual([
      "Error detected while processing /root/.vimrc:",
      "line    2:",
      "E518: Unknown option: nope",
      "Press ENTER or type command to continue",
    ]);
    await t.type("\rA\tx\x1b", 200);
    expect(t.grid.row(0)).toBe("  1 one x");
  });

  it("runs commands, and puts what they print in", async () => {
    const t = await opened("b\na\n", "f");
    await t.type(":%!sort\r:$r !echo c\r", 500);
    expect(t.grid.rows().slice(0, 4)).toEqual(["a", "b", "c", "~"]);
    await t.type(":!echo hello\r", 500);
    expect(
      t.grid
        .rows()
        .filter((r) => r !== "")
        .slice(-3),
    ).toEqual([":!echo hello", "hello", "Press ENTER or type command to continue"]);
    await t.type("\r", 100);
    expect(t.grid.row(0)).toBe("a");
  });

  it("stops and goes on, as any job", async () => {
    const t = await opened();
    await t.type("\x1a", 300);
    expect(t.grid.rows().join("\n")).toContain("Stopped");
    await t.type("fg\r", 300);
    expect(t.grid.row(0)).toBe("apiVersion: v1");
  });

  it("edits ten thousand lines at once", async () => {
    const t = await opened(`${Array.from({ length: 10_000 }, (_, i) => `line ${i}`).join("\n")}\n`, "big");
    await t.type("G", 100);
    expect(t.grid.row(-1)).toBe('"big" 10000L, 98890B                                          10000,1       Bot');
    await t.type(":g/5/d\r:%s/line/row/\r", 2000);
    expect(t.grid.row(-1)).toBe("6561 substitutions on 6561 lines                              6561,1        Bot");
  });

  it("reads its text from a pipe", async () => {
    const t = await testTerminal();
    await t.type("echo piped | vim -\r", 500);
    expect(t.grid.row(0)).toBe("piped");
    await t.type(":w f\r:q\r", 300);
    expect(t.host.fs.readText("/root/f")).toBe("piped\n");
  });
});

describe("BusyBox's vi on a terminal", () => {
  const opened = async () => {
    const t = await testTerminal({}, "busybox");
    t.host.fs.writeFile("/root/q.yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n");
    await t.type("vi q.yaml\r", 500);
    return t;
  };
  it.each([
    ["", "- q.yaml 1/4 25%"],
    ["x", "- q.yaml [Modified] 1/4 25%"],
    ["x:q\r", "No write since last change (:q! overrides)"],
    [":foo\r", "'foo' is not implemented"],
    ["/zzz\r", "Pattern not found"],
    [":set\r", "noautoindent noexpandtab noflash noignorecase noshowmatch tabstop=8"],
    [":set nu\r", "bad option: nu"],
    [":s/zz/b\r", "No match"],
    ["v", "'v' is not implemented"],
    ["*", "'*' is not implemented"],
    ["gu", "'gu' is not implemented"],
    ["x:w\r", "'q.yaml' 4L, 46C"],
    ["xu", "Undo [0] restored 1 chars at position 0"],
    ["u", "Already at oldest change"],
    ["yy", "Yank 1 lines (15 chars) from [D]"],
    ["yy3p", "Put 3 lines (45 chars) from [D]"],
    ["dd", "Delete 1 lines (15 chars) from [D]"],
    [":g/a/d\r", "'g/a/d' is not implemented"],
    [":99d\r", "Invalid range"],
    [":3,1d\r", "Invalid range"],
    [":%s/e/E/g\r", "4 substitutions on 3 lines"],
    ["2GiX", "I q.yaml [Modified] 2/4 50%"],
    ["R", "R q.yaml 1/4 25%"],
  ])("after %j says %s", async (keys, row) => {
    const t = await opened();
    await t.type(keys, 100);
    expect(t.grid.row(-1)).toBe(row);
  });

  it("writes", async () => {
    const t = await opened();
    await t.type("GA2\x1bZZ", 200);
    expect(t.host.fs.readText("/root/q.yaml")).toContain("  name: web2\n");
  });
});
