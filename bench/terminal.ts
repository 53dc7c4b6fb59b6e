import type { Page } from "playwright-core";
import { launch } from "../e2e/browser.ts";
import { Learner } from "../e2e/learner.ts";
import { until } from "../e2e/until.ts";
import { referenceLoop } from "./manifest.ts";

/** The terminal in a real Chromium, on the built app: from a key to what is painted, and how it takes a flood. */
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const { serveApp } = (await import(process.argv[2] as string)) as {
  readonly serveApp: (options: object) => Promise<{ readonly url: string; readonly close: () => Promise<void> }>;
};
const app = await serveApp({ port: 0 });
const browser = await launch();
const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
const learner = await Learner.open(context, app.url);
const { page } = learner;

interface Probe {
  /** From the next such key to the frame that shows a prompt, and to the first that shows anything new. */
  key(key: string): Promise<{ first: number; prompt: number }>;
  frames(): () => { frames: number; seconds: number; worst: number; slow: number };
}
type Probed = typeof globalThis & { probe: Probe; stopFrames: ReturnType<Probe["frames"]> };

async function install(at: Page): Promise<void> {
  await at.evaluate(() => {
    const rows = (): string[] =>
      [...document.querySelectorAll(".terminal-screen:not([hidden]) .xterm-rows > div")].map((row) => row.textContent ?? "");
    const last = (): string => rows().findLast((row) => row.trim() !== "") ?? "";
    const probe: Probe = {
      key: (key) =>
        new Promise((resolve) => {
          const on = (event: KeyboardEvent): void => {
            if (event.key !== key) return;
            removeEventListener("keydown", on, true);
            const before = rows().join("\n");
            let first = 0;
            const look = (): void => {
              first ||= rows().join("\n") === before ? 0 : performance.now() - event.timeStamp;
              if (!first || !last().replaceAll("\u00a0", " ").trimEnd().endsWith("~$")) return void requestAnimationFrame(look);
              // The frame in which it stands is painted before the next task.
              const { port1, port2 } = new MessageChannel();
              port1.onmessage = () => resolve({ first, prompt: performance.now() - event.timeStamp });
              port2.postMessage(0);
            };
            requestAnimationFrame(look);
          };
          addEventListener("keydown", on, true);
        }),
      frames() {
        const times: number[] = [];
        let on = true;
        const frame = (now: number): void => {
          times.push(now);
          if (on) requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
        return () => {
          on = false;
          const gaps = times.slice(1).map((time, i) => time - (times[i] as number));
          const total = gaps.reduce((sum, gap) => sum + gap, 0);
          return { frames: gaps.length, seconds: total / 1000, worst: Math.max(...gaps), slow: gaps.filter((gap) => gap > 34).length };
        };
      },
    };
    (globalThis as Probed).probe = probe;
  });
}
await install(page);

async function pressed(key: string, press = key): Promise<{ first: number; prompt: number }> {
  const done = page.evaluate((k) => (globalThis as Probed).probe.key(k), key);
  await wait(150);
  await page.keyboard.press(press);
  return done;
}
async function typed(command: string): Promise<void> {
  await learner.focusTerminal();
  await page.keyboard.insertText(command);
  await until(
    () => learner.screen(),
    (rows) => rows.join("").replaceAll(" ", "").includes(command.replaceAll(" ", "").slice(-30)),
  );
  await wait(200);
}
async function enter(command: string, rounds: number): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i <= rounds; i++) {
    await learner.run("clear");
    await typed(command);
    times.push((await pressed("Enter")).prompt);
  }
  // The first brings the code.
  return median(times.slice(1));
}
/** What a flood of output does to frames, and how long Ctrl-C takes in the midst of it. */
async function flood(command: string, ms: number) {
  await typed(command);
  await page.evaluate(() => void ((globalThis as Probed).stopFrames = (globalThis as Probed).probe.frames()));
  await page.keyboard.press("Enter");
  await wait(ms);
  const frames = await page.evaluate(() => (globalThis as Probed).stopFrames());
  const { prompt } = await pressed("c", "Control+c");
  return { ...frames, interruptMs: prompt };
}
/** Pods that nobody schedules: what is measured is how they are printed. */
async function pods(name: string, count: number): Promise<void> {
  const spec = "{schedulerName: nobody, containers: [{name: a, image: nginx}]}";
  await learner.run(
    `printf 'apiVersion: apps/v1\\nkind: ReplicaSet\\nmetadata: {name: ${name}}\\nspec: {replicas: ${count}, selector: {matchLabels: {a: ${name}}}, template: {metadata: {labels: {a: ${name}}}, spec: ${spec}}}\\n' | kubectl create -f -`,
  );
  await until(
    () => learner.run("kubectl get pods --no-headers | wc -l"),
    (text) => Number(text) >= count,
    { timeout: 120_000, interval: 1000 },
  );
  await wait(3000);
}

const echo = await enter("echo hello", 9);
await pods("few", 100);
const few = await enter("kubectl get pods", 9);
await pods("many", 1000);
const many = await enter("kubectl get pods -l a=many", 9);

const bytes = 20_000_000;
await typed(`yes | head -c ${bytes}`);
await page.evaluate(() => void ((globalThis as Probed).stopFrames = (globalThis as Probed).probe.frames()));
const whole = await pressed("Enter");
const through = await page.evaluate(() => (globalThis as Probed).stopFrames());
const yes = await flood("yes", 2000);

await pods("all", 2000);
await learner.run("clear");
await typed("kubectl get all -A -o yaml");
const yaml = await pressed("Enter");
const stopped = await flood("while :; do kubectl get all -A -o yaml; done", 1500);
const result = {
  referenceMs: referenceLoop(),
  echoMs: echo,
  getPods: { pods: 1000, ms: many, bound: 50, ofHundred: many / few, ofEcho: many / echo },
  flood: { bytes, mbPerSecond: bytes / 1000 / whole.prompt, bound: 1, ...through, interruptMs: yes.interruptMs, interruptBound: 100 },
  yaml: { objects: 2000, firstMs: yaml.first, allMs: yaml.prompt, interruptMs: stopped.interruptMs, interruptBound: 100 },
};
await browser.close();
await app.close();
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
