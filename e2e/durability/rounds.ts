import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { chromium, type Page } from "playwright-core";
import { launchOptions } from "../browser.ts";
import { killTree } from "./process-tree.ts";
import type { Found, Said } from "./worker.ts";

/** A write that was acknowledged: its answer had left the browser. */
interface Acknowledgement {
  readonly name: string;
  readonly revision: number;
}

export interface Tally {
  readonly kills: number;
  readonly acknowledged: number;
  /** Kills at a moment when a flush had begun and nobody had heard of its end. */
  readonly inFlush: number;
  /** Of those: the flush is not on the disk, so it was cut for certain. */
  readonly cut: number;
  /** What must never be, in words. */
  readonly lost: readonly string[];
  /** How often Chromium itself said that it had found its files damaged and deleted them: see src/browser/storage.ts. */
  readonly emptied: number;
}

/** How many writes wait for their answer at any time. */
const WRITERS = 6;
/** Longest that one round of writing lasts (ms). */
const LONGEST_MS = 350;

/** Kills a browser under load and opens its profile again, until `enough`; the list of acknowledgements is kept out here. */
export async function killAndReopen(url: string, enough: (tally: Tally) => boolean): Promise<Tally> {
  const profile = mkdtempSync(join(tmpdir(), "timonel-profile-"));
  /** Since the browser last emptied the disk. */
  let acknowledged: Acknowledgement[] = [];
  let earlier = 0;
  let emptied = 0;
  const lost: string[] = [];
  let [kills, inFlush, cut] = [0, 0, 0];
  let begun = 0;
  let done = 0;
  const tally = (): Tally => ({ kills, acknowledged: earlier + acknowledged.length, inFlush, cut, lost, emptied });
  try {
    for (;;) {
      const context = await chromium.launchPersistentContext(profile, launchOptions);
      const closed = new Promise((resolve) => context.once("close", resolve));
      const page = context.pages()[0] ?? (await context.newPage());
      await page.exposeFunction("acknowledge", (name: string, revision: number) => void acknowledged.push({ name, revision }));
      await page.exposeFunction("flush", (sequence: number, ended: boolean) => void (ended ? (done = sequence) : (begun = sequence)));
      const cutOff = begun;
      const wasInFlush = begun > done;
      await page.goto(url);
      const { found, held, ...disk } = await open(page);
      if (disk.emptied !== undefined && found === undefined) {
        // Nothing that we wrote could have been kept: the proof goes on with a new disk.
        emptied++;
        earlier += acknowledged.length;
        acknowledged = [];
        begun = done = 0;
      } else if (kills > 0) {
        if (wasInFlush && (found?.sequence ?? 0) < cutOff) cut++;
        lost.push(...missing(kills, acknowledged, found, held));
      }
      if (enough(tally())) {
        await context.close();
        return tally();
      }
      void write(page, kills).catch(() => {});
      await pause(20 + Math.random() * LONGEST_MS);
      await killTree(profile);
      // What had left the browser is still in the pipe: it counts.
      await closed;
      kills++;
      if (begun > done) inFlush++;
      else begun = done;
    }
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

function missing(
  kill: number,
  acknowledged: readonly Acknowledgement[],
  found: Found | undefined,
  held: Readonly<Record<string, number>>,
): string[] {
  if (!found) return [`kill ${kill}: the disk is empty`];
  return [
    ...found.gaps.map((revision) => `kill ${kill}: a gap in history before revision ${revision}`),
    ...acknowledged
      .filter(({ name, revision }) => held[name] !== revision)
      .map(
        ({ name, revision }) =>
          `kill ${kill}: ${name} of revision ${revision} is ${held[name] === undefined ? "gone" : `of revision ${held[name]}`}`,
      ),
    ...acknowledged
      .filter(({ revision }) => revision > found.revision)
      .map(({ name, revision }) => `kill ${kill}: ${name} of revision ${revision} is beyond the disk's ${found.revision}`),
  ];
}

/** Starts the worker on what is stored; answers what the disk held, and which writes the API shows at which revision. */
function open(page: Page): Promise<{
  readonly found: Found | undefined;
  readonly emptied: string | undefined;
  readonly held: Readonly<Record<string, number>>;
}> {
  return page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const worker = new Worker("worker.js", { type: "module" });
        const here = window as unknown as {
          worker: Worker;
          flush(sequence: number, done: boolean): void;
          answers: Map<number, (body: unknown) => void>;
        };
        here.worker = worker;
        here.answers = new Map();
        let found: Found | undefined;
        let emptied: string | undefined;
        worker.onerror = (event) => reject(new Error(event.message));
        worker.onmessage = ({ data }: MessageEvent<Said>) => {
          if (data.type === "flush") here.flush(data.sequence, data.done);
          else if (data.type === "found") ({ found, emptied } = data);
          else if (data.type === "fatal") reject(new Error(data.message));
          else if (data.type === "response") here.answers.get(data.id)?.(data.response.body);
          else if (data.type === "ready")
            worker.postMessage({
              type: "request",
              id: 0,
              request: { method: "GET", path: "/api/v1/namespaces/default/configmaps", query: {} },
            });
        };
        here.answers.set(0, (body) => {
          const { items } = body as { items: { metadata: { name: string; resourceVersion: string } }[] };
          resolve({
            found,
            emptied,
            held: Object.fromEntries(items.map(({ metadata }) => [metadata.name, Number(metadata.resourceVersion)])),
          });
        });
      }),
  );
}

/** Writes until the end; each answer leaves the browser as soon as it is there. */
function write(page: Page, round: number): Promise<void> {
  return page.evaluate(
    ([prefix, writers]) => {
      const here = window as unknown as {
        worker: Worker;
        acknowledge(name: string, revision: number): void;
        answers: Map<number, (body: unknown) => void>;
      };
      let id = 0;
      const next = (): void => {
        const mine = ++id;
        const name = `write-${prefix}-${mine}`;
        here.answers.set(mine, (body) => {
          const { metadata } = body as { metadata?: { resourceVersion?: string } };
          if (metadata?.resourceVersion) here.acknowledge(name, Number(metadata.resourceVersion));
          next();
        });
        const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { text: "x".repeat(500) } };
        here.worker.postMessage({
          type: "request",
          id: mine,
          request: { method: "POST", path: "/api/v1/namespaces/default/configmaps", query: {}, body },
        });
      };
      for (let i = 0; i < writers; i++) next();
    },
    [round, WRITERS] as const,
  );
}
