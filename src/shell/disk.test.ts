import { expect, it } from "vitest";
import { testCluster } from "./testing/kernel.ts";

it("writes what no page holds, and no more than the disk has", async () => {
  const c = testCluster();
  const id = await c.start(["sh", "-c", "dd if=/dev/zero of=/big bs=1M count=300 2>/dev/null; ls -l /big | awk '{print $5}'; sleep 1000"]);
  for (let i = 0; i < 60 && c.output(id) === ""; i++) await c.clock.advance(1000);
  expect(c.output(id)).toBe("314572800\n");
  expect(c.runtime.diskStats(id)?.rootfs.bytes).toBeGreaterThan(300 * 2 ** 20);
  const full = await c.start(["sh", "-c", "truncate -s 99G /most && echo made; echo more > /x; truncate -s 1G /y; echo $?"], {
    name: "full",
  });
  await c.clock.advance(5000);
  expect(c.output(full)).toContain("No space left on device");
});

it("keeps big files over a thaw", async () => {
  const records = new Map<string, unknown>();
  const a = testCluster();
  const id = await a.start([
    "sh",
    "-c",
    "seq 400000 > /big; dd if=/dev/zero bs=1M count=3 >> /big 2>/dev/null; echo end >> /big; md5sum /big; sleep 1000",
  ]);
  await a.clock.advance(10_000);
  for (const [key, value] of a.runtime.drain()) if (value !== undefined) records.set(key, structuredClone(value));
  const pages = [...records.keys()].filter((key) => /^fs\/.*\/\d+\/\d+$/.test(key));
  expect(pages.length).toBe(3);
  const b = testCluster(a.clock.now(), { fabric: new Map(a.fabric.drain()) });
  void b.runtime.restore(records);
  await b.clock.advance(1000);
  const session = await b.runtime.exec(id, ["md5sum", "/big"], { tty: false, stdin: false });
  await b.clock.advance(5000);
  const data = await session.stdout.read();
  expect(new TextDecoder().decode(data ?? new Uint8Array())).toBe(a.output(id));
});
