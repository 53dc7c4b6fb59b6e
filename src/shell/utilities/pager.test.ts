import { expect, it } from "vitest";
import { testTerminal } from "../testing/kernel.ts";

it("shows a manual page a screen at a time, and gives the screen back", async () => {
  const t = await testTerminal();
  await t.type("man bash\r", 1000);
  expect([t.grid.row(0).slice(0, 7), t.grid.row(-1)]).toEqual(["BASH(1)", ":"]);
  await t.type("q", 500);
  expect(t.grid.row(-1)).not.toBe(":");
});

it("shows git's history through the pager that is configured, and plain where none is wanted", async () => {
  const t = await testTerminal();
  await t.type(
    "git init -q r; cd r; git config user.name a; git config user.email a@b; git commit -q --allow-empty -m first; clear\r",
    2000,
  );
  await t.type("git --no-pager log --format=%s\r", 1000);
  expect(t.grid.row(1)).toBe("first");
  await t.type("clear; git config core.pager \"sed 's/^/> /'\"; git log --format=%s\r", 1000);
  expect(t.grid.rows().join("\n")).toContain("> first");
  await t.type("clear; for i in $(seq 40); do git commit -q --allow-empty -m $i; done; GIT_PAGER=less git log --format=%s\r", 5000);
  expect([t.grid.row(0), t.grid.row(-1)]).toEqual(["40", ":"]);
  await t.type("q", 500);
});

it("watches: the header with where and when, what changed, and an end when it does", async () => {
  const t = await testTerminal();
  await t.type("watch -n 1 cat f\r", 300);
  t.host.fs.writeFile("/root/f", "one\n");
  await t.type("", 1500);
  expect(t.grid.row(0)).toMatch(/^Every 1\.0s: cat f {20,}\S+: \w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}$/);
  expect(t.grid.row(2)).toBe("one");
  await t.type("\u0003", 500);
  expect(t.grid.rows().join("\n")).not.toContain("Every 1.0s");
});

it("colours JSON at a terminal", async () => {
  const t = await testTerminal();
  await t.type("echo '{\"a\":1}' | jq -c . > /root/plain; echo '{\"a\":1}' | jq -c -C . > /root/colored\r", 1000);
  expect([t.host.fs.readText("/root/plain"), t.host.fs.readText("/root/colored")]).toEqual([
    '{"a":1}\n',
    '\u001b[1;39m{\u001b[0m\u001b[34;1m"a"\u001b[0m\u001b[1;39m:\u001b[0m\u001b[0;39m1\u001b[0m\u001b[1;39m\u001b[1;39m}\u001b[0m\n',
  ]);
});
