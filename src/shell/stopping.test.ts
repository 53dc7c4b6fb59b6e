import { expect, it } from "vitest";
import { testTerminal } from "./testing/kernel.ts";

it("stops the foreground job at Ctrl-Z, and goes on with it behind or in front, as bash says it", async () => {
  const t = await testTerminal();
  expect(await t.type("sleep 9\r")).toBe("sleep 9\r\n");
  expect(await t.type("\x1a")).toBe("^Z\r\n[1]+  Stopped                 sleep 9\r\nroot@box:~# ");
  expect(await t.type("jobs\r")).toBe("jobs\r\n[1]+  Stopped                 sleep 9\r\nroot@box:~# ");
  expect(await t.type("bg\r")).toBe("bg\r\n[1]+ sleep 9 &\r\nroot@box:~# ");
  expect(await t.type("fg\r")).toBe("fg\r\nsleep 9\r\n");
  await t.type("\x1a");
  expect(await t.type("kill %1\r")).toBe("kill %1\r\n[1]+  Terminated              sleep 9\r\nroot@box:~# ");
  expect(await t.type("echo $?\r")).toBe("echo $?\r\n0\r\nroot@box:~# ");
});

it("says nothing more of a job that Ctrl-C ended in the foreground", async () => {
  const t = await testTerminal();
  await t.type("sleep 100 &\r", 200);
  await t.type("fg\r", 200);
  await t.type("\x03", 200);
  await t.type("jobs\r", 200);
  const rows = t.grid.rows().filter((r) => r !== "");
  expect(rows.slice(2)).toEqual(["root@box:~# fg", "sleep 100", "^C", "root@box:~# jobs", "root@box:~#"]);
});
