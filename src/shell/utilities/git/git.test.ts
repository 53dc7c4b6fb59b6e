import { expect, it } from "vitest";
import { runOurs } from "../../testing/corpus.ts";
import recorded from "./recorded/recorded.json" with { type: "json" };

const MARK = "=====";
/** Names of objects and dates are those of the moment. */
const plain = (text: string): string =>
  text
    .replace(/\b[0-9a-f]{40}\b|\b[0-9a-f]{7}\b/g, "<id>")
    .replace(/^Date: .*$/gm, "Date:")
    .replace(/^ Date: .*\n/gm, "");
const session = recorded.recorded.map(({ run }) => `(exec 2>&1; cd /tmp/w; ${run}\n); echo "${MARK}$?"`).join("\n");
const parts = runOurs(`HOME=/tmp/w; export HOME\n${session}`, "bash").then(({ out }) => out.split(new RegExp(`${MARK}(\\d+)\\n`)));

it.each(recorded.recorded.map((step, i) => ({ ...step, i })))("$run", async ({ out, code, i }) => {
  const all = await parts;
  expect({ out: plain(all[2 * i] ?? ""), code: Number(all[2 * i + 1]) }).toEqual({ out: plain(out), code });
});
