import { expect, it } from "vitest";
import { Learner } from "./learner.ts";
import { DESKTOP, onStage } from "./stage.ts";
import { until } from "./until.ts";

/** What of a terminal's output may be on its way: OUTPUT_LIMIT in runtime/kernel/pty.ts, and the CRs of the write that reached it. */
const ON_ITS_WAY = 72 * 1024;

const stage = onStage();

interface Counted {
  received: number;
  acknowledged: number;
  /** The most that was ever received and not yet acknowledged. */
  most: number;
  /** Received when Ctrl-C was typed. */
  interrupted: number;
}

/** A learner whose terminal's bytes are counted on their way between worker and page. */
async function counted(): Promise<{
  readonly learner: Learner;
  readonly count: () => Promise<Counted>;
  readonly reset: () => Promise<void>;
}> {
  const context = await stage.browser.newContext({ viewport: DESKTOP });
  await context.addInitScript(() => {
    const c: Counted = { received: 0, acknowledged: 0, most: 0, interrupted: 0 };
    const Original = Worker;
    class CountedWorker extends Original {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        this.addEventListener("message", ({ data }: MessageEvent<{ type: string; data: Uint8Array }>) => {
          if (data.type !== "terminal.output") return;
          c.received += data.data.byteLength;
          c.most = Math.max(c.most, c.received - c.acknowledged);
        });
      }
      override postMessage(message: { type: string; bytes: number; data: string }, transfer?: unknown): void {
        if (message.type === "terminal.acknowledge") c.acknowledged += message.bytes;
        if (message.type === "terminal.input" && message.data === "\x03") c.interrupted = c.received;
        super.postMessage(message, transfer as Transferable[]);
      }
    }
    Object.assign(globalThis, { Worker: CountedWorker, counted: c });
  });
  const learner = await Learner.open(context, stage.app.url);
  const of = () => (globalThis as unknown as { counted: Counted }).counted;
  return {
    learner,
    count: () => learner.page.evaluate(of),
    reset: () =>
      learner.page.evaluate(() =>
        Object.assign((globalThis as unknown as { counted: Counted }).counted, { received: 0, acknowledged: 0, most: 0, interrupted: 0 }),
      ) as unknown as Promise<void>,
  };
}

it("keeps keys and Ctrl-C alive in a flood, and prints no more after Ctrl-C than was on its way", async () => {
  const { learner, count, reset } = await counted();
  const { keyboard } = learner.page;
  await reset();
  await learner.focusTerminal();
  await keyboard.type("yes\n");
  const flood = await until(count, ({ received }) => received > 2_000_000);
  expect(flood.most).toBeLessThan(ON_ITS_WAY);
  // Seen while it flows.
  await keyboard.type("typed in the midst");
  await keyboard.press("Control+c");
  await learner.atPrompt();
  const { received, interrupted, acknowledged } = await count();
  expect(interrupted).toBeGreaterThan(0);
  expect(received - interrupted).toBeLessThan(ON_ITS_WAY);
  expect(acknowledged).toBe(received);
  expect(await learner.run("echo $?")).toBe("130");
  // Every byte of what is not interrupted comes.
  await reset();
  await learner.run("yes | head -c 3000000");
  expect((await count()).received).toBeGreaterThan(4_500_000);
  expect(learner.troubles).toEqual([]);
});

it("streams a thousand objects as YAML at the pace of the screen, and stops in the midst", async () => {
  const { learner, count, reset } = await counted();
  const { keyboard } = learner.page;
  const spec = "{schedulerName: nobody, containers: [{name: a, image: nginx}]}";
  await learner.run(
    `printf 'apiVersion: apps/v1\\nkind: ReplicaSet\\nmetadata: {name: many}\\nspec: {replicas: 1000, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: ${spec}}}\\n' | kubectl create -f -`,
  );
  await until(
    () => learner.run("kubectl get pods --no-headers | wc -l"),
    (text) => text === "1000",
    { timeout: 60_000, interval: 500 },
  );
  const length = Number(await learner.run("kubectl get all -A -o yaml | wc -c"));
  expect(length).toBeGreaterThan(1_500_000);
  await reset();
  await learner.focusTerminal();
  await keyboard.type("kubectl get all -A -o yaml\n");
  // Its beginning is here while most of it has not been made.
  const begun = await until(count, ({ acknowledged }) => acknowledged > 1000, { interval: 1 });
  expect(begun.most).toBeLessThan(ON_ITS_WAY);
  await keyboard.press("Control+c");
  await learner.atPrompt();
  const stopped = await count();
  expect(stopped.received - stopped.interrupted).toBeLessThan(ON_ITS_WAY);
  expect(stopped.received).toBeLessThan(length);
  expect(learner.troubles).toEqual([]);
});
