import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { full } from "./browser.ts";
import { serveWorker } from "./bundle.ts";
import { killAndReopen } from "./durability/rounds.ts";

const KILLS = full ? 50 : 10;
const ACKNOWLEDGEMENTS = 200;
const IN_FLUSH = full ? 10 : 2;
/** The wrong build must be caught within so many kills. */
const CAP = full ? 100 : 40;

/** Law 11: acknowledged means durable, whatever kills the browser. */
describe("what was acknowledged", () => {
  let right: Awaited<ReturnType<typeof serveWorker>>;
  let wrong: Awaited<ReturnType<typeof serveWorker>>;

  beforeAll(async () => {
    right = await serveWorker("e2e/durability/worker.ts", { ACKNOWLEDGES_EARLY: "false" });
    wrong = await serveWorker("e2e/durability/worker.ts", { ACKNOWLEDGES_EARLY: "true" });
  });
  afterAll(async () => {
    await right.close();
    await wrong.close();
  });

  it(`is there after each of ${KILLS} kills, in a history without gaps`, { timeout: 600_000 }, async () => {
    const tally = await killAndReopen(right.url, ({ kills, lost }) => kills >= KILLS || lost.length > 0);
    console.log(
      `${tally.kills} kills, ${tally.inFlush} of them in mid-flush (${tally.cut} flushes cut), ${tally.acknowledged} acknowledgements; Chromium emptied its own damaged files ${tally.emptied} times`,
    );
    expect(tally.lost).toEqual([]);
    expect(tally.kills).toBe(KILLS);
    expect(tally.acknowledged).toBeGreaterThanOrEqual(ACKNOWLEDGEMENTS);
    expect(tally.inFlush).toBeGreaterThanOrEqual(IN_FLUSH);
  });

  it("is lost, and this test sees it, in a build that acknowledges before it commits", { timeout: 600_000 }, async () => {
    const tally = await killAndReopen(wrong.url, ({ kills, lost }) => kills >= CAP || lost.length > 0);
    console.log(`caught at kill ${tally.kills}: ${tally.lost[0]}`);
    expect(tally.lost.length).toBeGreaterThan(0);
  });
});
