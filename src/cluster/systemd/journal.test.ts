import { expect, it } from "vitest";
import { rfc3339 } from "../../sim/index.ts";
import { testClock } from "../../sim/testing.ts";
import { Journal } from "./journal.ts";
import { entryText } from "./journal-text.ts";

const entry = (said: Parameters<Journal["add"]>[0]["said"], unit = "kubelet.service") => ({
  unit,
  identifier: "kubelet",
  pid: 203,
  priority: 6,
  said,
});

it("keeps the newest of each unit, and has them again after a reload", () => {
  const clock = testClock();
  const journal = new Journal("node-1", clock);
  for (let i = 0; i < 1500; i++) journal.add(entry(`line ${i}`));
  journal.add(entry("another", "ssh.service"));
  const kept = journal.entries(["kubelet.service"]);
  expect(kept.length).toBeLessThanOrEqual(1088);
  expect(kept.at(-1)?.said).toBe("line 1499");
  const again = new Journal("node-1", clock);
  again.restore(new Map([...journal.drain()].filter(([, value]) => value !== undefined)));
  expect(again.entries()).toEqual(journal.entries());
  again.add(entry("later"));
  expect(again.entries().at(-1)?.said).toBe("later");
  expect([...journal.drain()]).toEqual([]);
});

it("is put into words when it is read: klog's lines, formats, and explanations", () => {
  const clock = testClock();
  const journal = new Journal("node-1", clock);
  journal.add(
    entry({
      severity: "E",
      place: "a.go:1",
      text: ["no %s of %s", "trace", "it"],
      fields: { err: 'a "b"', pods: [{ namespace: "x", name: "y" }], n: 1 },
    }),
  );
  journal.add({ ...entry("Stopped x.service."), catalog: "stopped" as const });
  const month = rfc3339(clock.now()).slice(5, 7);
  const [klog, plain] = journal.entries();
  expect(klog && entryText(klog, "h", "cat").replace(/^E\d{4} \S+/, `E${month}`)).toBe(
    `E${month}     203 a.go:1] "no trace of it" err="a \\"b\\"" pods=["x/y"] n=1\n`,
  );
  expect(plain && entryText(plain, "h", "short", true).split("\n").slice(1)).toEqual([
    "░░ Subject: A stop job for unit kubelet.service has finished",
    "░░ Defined-By: systemd",
    "░░ Support: https://www.debian.org/support",
    "░░ ",
    "░░ A stop job for unit kubelet.service has finished.",
    "",
  ]);
});
