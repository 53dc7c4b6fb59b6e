import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser } from "playwright-core";
import { serve, type Served } from "./app.ts";
import { launch } from "./browser.ts";
import { Learner } from "./learner.ts";
import { until } from "./until.ts";

const KB = 1024;

interface Fetched {
  readonly path: string;
  readonly gzipped: number;
  readonly by: "page" | "worker";
}

/** What Chromium fetches until a key shows at the prompt, on a first visit. */
describe("the first load", () => {
  let app: Served;
  let browser: Browser;
  let fetched: readonly Fetched[];

  beforeAll(async () => {
    app = await serve();
    browser = await launch();
    fetched = await firstLoad();
    for (const by of ["page", "worker"] as const)
      console.log(`${(sum(by) / KB).toFixed(1)} KB of gzipped JavaScript for the ${by}:\n${table(by)}`);
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
  });

  async function firstLoad(): Promise<readonly Fetched[]> {
    const log: Fetched[] = [];
    const ofWorker = new Set<string>();
    // Controllers, scheduler and machines are fetched beside the prompt: their answer is held back until a key has
    // shown, which proves that it does not need them.
    let release: () => void = () => {};
    const shown = new Promise<void>((resolve) => (release = resolve));
    // In front of the app's server, because the browser's own tools do not show every request of a worker.
    const front = createServer((request, response) => void pass(request, response));
    const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const path = new URL(request.url ?? "/", "http://localhost").pathname;
      if (/\/control-plane-/.test(path)) await shown;
      const answer = await fetch(new URL(path.slice(1), app.url));
      const body = Buffer.from(await answer.arrayBuffer());
      const type = answer.headers.get("content-type") ?? "";
      const importer = new URL(request.headers.referer ?? "/", "http://localhost").pathname;
      const worker = request.headers["sec-fetch-dest"] === "worker" || ofWorker.has(importer);
      if (worker) ofWorker.add(path);
      if (type.startsWith("text/javascript")) log.push({ path, gzipped: gzipSync(body).byteLength, by: worker ? "worker" : "page" });
      response.writeHead(answer.status, { "content-type": type, "content-length": body.byteLength }).end(body);
    };
    await new Promise<void>((listening) => front.listen(0, listening));
    // The service worker fetches everything for later; nobody waits for that.
    const context = await browser.newContext({ serviceWorkers: "block" });
    try {
      const learner = await Learner.open(context, `http://localhost:${(front.address() as AddressInfo).port}/`);
      await learner.focusTerminal();
      await learner.page.keyboard.press("k");
      await until(
        () => learner.screen(),
        (rows) => rows.findLast((row) => row !== "")?.endsWith("$ k") === true,
        { interval: 5 },
      );
      return [...log];
    } finally {
      release();
      await context.close();
      front.closeAllConnections();
      front.close();
    }
  }

  const sum = (by: Fetched["by"]): number => fetched.filter((f) => f.by === by).reduce((n, f) => n + f.gzipped, 0);
  const table = (by: Fetched["by"]): string =>
    fetched
      .filter((f) => f.by === by)
      .map((f) => `${(f.gzipped / KB).toFixed(1).padStart(7)} KB ${f.path}`)
      .join("\n");

  it("needs at most 220 KB of gzipped JavaScript on the main thread", () => {
    expect(fetched.filter((f) => f.by === "page").length).toBeGreaterThan(0);
    expect(sum("page") / KB).toBeLessThanOrEqual(220);
  });

  it("needs at most 400 KB of gzipped JavaScript in the worker", () => {
    expect(fetched.filter((f) => f.by === "worker").length).toBeGreaterThan(0);
    expect(sum("worker") / KB).toBeLessThanOrEqual(400);
  });

  it("leaves the editor and every page that is not shown for later", () => {
    const all = fetched.map((f) => f.path);
    expect(all.filter((path) => /TextEditor|yaml\.worker|editor\.worker|Inspector|PodTable|Menu/.test(path))).toEqual([]);
  });
});
