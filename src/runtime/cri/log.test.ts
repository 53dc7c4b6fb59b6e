import { expect, it } from "vitest";
import { testClock } from "../../sim/testing.ts";
import { Records } from "../records.ts";
import { encode } from "../text.ts";
import { ContainerLog } from "./log.ts";

function made(stored?: ReadonlyMap<string, unknown>) {
  const clock = testClock();
  const records = new Records(true);
  const env = { records, clock, now: () => clock.now(), turn: (fn: () => void) => clock.turn(fn), disk: { touched: () => {} } };
  const log = new ContainerLog("c", env, stored);
  return { clock, records, log, text: (from = 0) => log.lines(from).map((l) => `${l.stream === "stderr" ? "!" : ""}${l.text}`) };
}

it("keeps lines whole, by stream, and what is not over until it is", () => {
  const { log, text } = made();
  log.append("stdout", encode("one\ntw"));
  log.append("stderr", encode("oops\n"));
  log.append("stdout", encode("o\nthree"));
  expect(text()).toEqual(["one\n", "!oops\n", "two\n"]);
  log.end();
  expect(text()).toEqual(["one\n", "!oops\n", "two\n", "three"]);
  expect([log.first, log.next]).toEqual([0, 4]);
});

it("cuts a line at 16 KiB", () => {
  const { log, text } = made();
  log.append("stdout", encode(`${"x".repeat(40_000)}\nshort\n`));
  expect(text().map((t) => t.length)).toEqual([16_384, 16_384, 7233, 6]);
});

it("finds lines by number and by time", async () => {
  const { clock, log, text } = made();
  for (let i = 0; i < 5; i++) {
    log.append("stdout", encode(`a${i}\nb${i}\n`));
    await clock.advance(1000);
  }
  expect(text(7)).toEqual(["b3\n", "a4\n", "b4\n"]);
  expect(log.lines(3, 2).map((l) => l.text)).toEqual(["b1\n", "a2\n"]);
  expect(log.since(clock.now() - 2000)).toBe(6);
  expect(log.since(clock.now() + 1)).toBe(10);
});

it("is set aside at the next look when it has outgrown 10 MiB, five files at most", async () => {
  const { clock, log, text } = made();
  const million = encode("y\n".repeat(32_768));
  for (let i = 0; i < 8; i++) log.append("stdout", million);
  expect(log.size).toBe(8 * 32_768 * 47);
  expect(log.first).toBe(0);
  await clock.advance(10_000);
  expect([log.first, text().length]).toEqual([8 * 32_768, 0]);
  for (let file = 0; file < 6; file++) {
    for (let i = 0; i < 8; i++) log.append("stdout", million);
    await clock.advance(10_000);
  }
  log.append("stdout", encode("new\n"));
  expect(text(log.first)).toEqual(["new\n"]);
  expect(log.size).toBe(4 * 8 * 32_768 * 47 + 49);
});

it("is the same after a thaw", async () => {
  const { clock, records, log, text } = made();
  for (let i = 0; i < 200; i++) {
    log.append(i % 3 === 0 ? "stderr" : "stdout", encode(`line ${i}\n`));
    await clock.advance(10);
  }
  log.append("stdout", encode("not over"));
  const again = made(records.drain());
  expect(again.text()).toEqual(text());
  again.log.append("stdout", encode(" yet\n"));
  expect(again.text(200)).toEqual(["not over yet\n"]);
  expect(again.log.size).toBe(log.size + "not over yet\n".length + 45);
});
