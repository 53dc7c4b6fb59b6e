import { expect, it } from "vitest";
import { testCluster } from "../testing/kernel.ts";

it.each<readonly [script: string, out: string]>([
  ["seq 30 | tail -n 3", "28\n29\n30\n"],
  ["seq 30 | tail -n +28", "28\n29\n30\n"],
  ["seq 30 | tail -c 5", "9\n30\n"],
  ["seq 30 | tail -c +78", "\n30\n"],
  ["printf 'a\\nb' | tail -n 1", "b"],
  ["printf 'a\\nb\\nc' | tail -n 2", "b\nc"],
  ["seq 3 | tail -n 0", ""],
  ["seq 100000 | tail -n +99999", "99999\n100000\n"],
  ["seq 20000 | tail -n 15000 | wc -lc", "    15000     85001\n"],
  ["seq 20000 | tail -c +15000 | wc -c", "93895\n"],
])("%s", async (script, out) => {
  expect((await testCluster().run(script)).out).toBe(out);
});

it.each([
  ["tail holds a line until it ends", "tail /dev/zero", "OOMKilled"],
  ["sort holds everything", "cat /dev/zero | sort", "OOMKilled"],
  ["grep holds a line", "grep x < /dev/zero", "OOMKilled"],
  ["cat holds nothing", "timeout 5 cat /dev/zero > /dev/null; exit 0", "Completed"],
  ["tail holds the last lines only", "yes | head -n 3000000 | tail -n 1", "Completed"],
])("under a limit of 24 MiB: %s", async (_, script, reason) => {
  const c = testCluster();
  const id = await c.start(["sh", "-c", script], { config: { memoryLimit: 24 * 2 ** 20 } });
  await c.clock.advance(20_000);
  expect(c.runtime.status(id)?.reason).toBe(reason);
});
