import { expect, it } from "vitest";
import { computer } from "../database/testing/computer.ts";

it("memcached is spoken to by hand from another pod, forgets in time, and lives through a freeze", async () => {
  const c = computer();
  const server = await c.run("cache", "memcached:1.6-alpine", {
    args: ["-m", "1"],
    user: { uid: 11_211, gid: 11_211, groups: [] } as never,
  });
  const client = await c.run("client", "busybox:1.36", { command: ["sleep", "100000"] });
  const say = (at: typeof client, ...lines: readonly string[]) =>
    at.sh(`printf '${lines.join("\\r\\n")}\\r\\nquit\\r\\n' | nc ${server.ip} 11211`);
  expect(
    await say(
      client,
      "set k 5 10 3",
      "abc",
      "get k nope",
      "incr k 1",
      "set n 0 0 1",
      "9",
      "incr n 5",
      "decr n 100",
      "add k 0 0 1",
      "x",
      "append k 0 0 1",
      "d",
      "get k",
      "bogus",
    ),
  ).toBe(
    "STORED\r\nVALUE k 5 3\r\nabc\r\nEND\r\nCLIENT_ERROR cannot increment or decrement non-numeric value\r\nSTORED\r\n14\r\n0\r\nNOT_STORED\r\nSTORED\r\nVALUE k 5 4\r\nabcd\r\nEND\r\nERROR\r\n",
  );
  await c.clock.advance(11_000);
  expect(await say(client, "get k", "get n", "delete n", "delete n", "set s 0 0 2", "hi")).toBe(
    "END\r\nVALUE n 0 1\r\n0\r\nEND\r\nDELETED\r\nNOT_FOUND\r\nSTORED\r\n",
  );
  const after = computer(c.freeze());
  await after.thaw();
  expect(await say(after.pod("client"), "get s", "version")).toBe("VALUE s 0 2\r\nhi\r\nEND\r\nVERSION 1.6.39\r\n");
  await after.pod("cache").stop();
  expect(after.pod("cache").status()?.exitCode).toBe(0);
});
