import { describe, expect, it } from "vitest";
import { testCluster } from "../testing/kernel.ts";
import known from "./recorded/known-differences.json" with { type: "json" };
import recordings from "./recorded/recorded.json" with { type: "json" };

/** Recorded on the day before: `ls` shows years of what is older. */
const EPOCH = Date.UTC(2026, 10, 21, 12);
const { setup, recorded } = recordings;
const reasons: Readonly<Record<string, string>> = known;

/** The rows of `scripts/record-utilities.mjs`: what the real tools printed, and ours. */
describe("recorded from the real tools", () => {
  it.each(recorded.map((r) => [`${r.flavour}: ${r.run}`, r] as const))("%s", async (name, { flavour, run, out, err, code }) => {
    const before = "mkdir -p /mnt/w; cd /mnt/w; export HOME=/mnt/w; umask 022; ";
    const got = await testCluster(EPOCH).run(before + setup + run, { image: flavour === "gnu" ? "debian" : "busybox", shell: "sh" });
    const differs = got.out !== out || got.err !== err || got.code !== code;
    // What is listed has to differ still: a reason that no longer holds is to be struck out.
    const listed = reasons[name] !== undefined;
    expect(listed ? differs : got).toEqual(listed ? true : { out, err, code });
  });
});
