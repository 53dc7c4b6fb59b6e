import { expect, it } from "vitest";
import { testTerminal } from "../testing/kernel.ts";

const hundred = `${Array.from({ length: 100 }, (_, i) => `line ${i + 1}`).join("\n")}\n`;

it.each([
  ["gnu", "", "line 23", "--More--(22%)"],
  ["gnu", " ", "line 46", "--More--(45%)"],
  ["gnu", "\r", "line 24", "--More--(23%)"],
  ["gnu", "3\r", "line 26", "--More--(25%)"],
  ["gnu", "d", "line 34", "--More--(33%)"],
  ["gnu", "    ", "line 100", "root@box:~#"],
  ["gnu", "/9.\r", "line 100", "root@box:~#"],
  ["gnu", "q", "line 23", "root@box:~#"],
  ["busybox", "", "line 23", "--More-- (22% of 792 bytes)"],
] as const)("%s's more after %j shows %s and says %s", async (flavour, keys, above, last) => {
  const t = await testTerminal({}, flavour);
  t.host.fs.writeFile("/root/f", hundred);
  await t.type("more f\r", 500);
  for (const k of keys) await t.type(k, 100);
  const rows = t.grid.rows().filter((r) => r !== "");
  expect(rows.at(-1)).toBe(last);
  expect(rows.at(-2)).toBe(above);
});

it("passes everything on where there is no terminal", async () => {
  const t = await testTerminal();
  t.host.fs.writeFile("/root/f", hundred);
  expect(await t.type("more f | wc -l\r", 500)).toContain("\n100\r\n");
});
