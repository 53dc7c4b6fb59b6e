import { expect, it } from "vitest";
import { flush, testCluster } from "../../testing/kernel.ts";

/** Types into a container that is vim, put away and thawed after so many of the pieces; what it has written in the end. */
async function written(pieces: readonly string[], freezeAfter: readonly number[]): Promise<string | undefined> {
  let c = testCluster(1_000_000);
  const id = await c.start(["sh", "-c", "vim /tmp/f; cat /tmp/f > /tmp/done; sleep 1000"], {
    image: "debian",
    config: { tty: true, stdin: true },
  });
  const stored = { runtime: new Map<string, unknown>(), fabric: new Map<string, unknown>() };
  await c.clock.advance(1000);
  let session = c.runtime.attach(id, { tty: true, stdin: true });
  for (const [i, piece] of pieces.entries()) {
    void session.stdin?.write(new TextEncoder().encode(piece));
    await c.clock.advance(200);
    if (!freezeAfter.includes(i)) continue;
    const [runtime, fabric] = [flush(stored.runtime, c.runtime.drain()), flush(stored.fabric, c.fabric.drain())];
    c = testCluster(c.clock.now(), { fabric });
    await c.runtime.restore(runtime);
    await c.clock.settle();
    session = c.runtime.attach(id, { tty: true, stdin: true });
  }
  await c.clock.advance(1000);
  const { stdout } = await c.runtime.exec(id, ["cat", "/tmp/done"], { tty: false, stdin: false });
  const chunk = stdout.read();
  await c.clock.advance(1000);
  return new TextDecoder().decode((await chunk) ?? new Uint8Array());
}

// Seven hundred keys and more, so that the state is kept in between.
const pieces = [
  "ione",
  " two\x1b",
  "yy5p",
  "qaA",
  "!\x1bj",
  "q",
  "3@a",
  "iX\x1bu".repeat(180),
  "2G",
  "c",
  "w",
  "new",
  "\x1b",
  ".",
  "u",
  "\x12",
  ":1,2s/o",
  "/0/g\r",
  ":w",
  "q\r",
];

it("goes on after a thaw wherever it was, in the middle of a command too", async () => {
  const whole = await written(pieces, []);
  expect(whole).toBe("0ne tw0\nnenew tw0!\none two!\none two!\none two!\none two\n");
  for (const i of [0, 3, 7, 9, 11, 17]) expect([i, await written(pieces, [i])]).toEqual([i, whole]);
  expect(await written(pieces, [2, 7, 8, 9, 17])).toBe(whole);
});
