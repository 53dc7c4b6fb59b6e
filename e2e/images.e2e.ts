import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser } from "playwright-core";
import { serve, type Served } from "./app.ts";
import { launch } from "./browser.ts";
import { Learner } from "./learner.ts";
import { until } from "./until.ts";

/** Images whose programs are WebAssembly: what the app's own policy lets a worker compile. */
describe("in the browser", () => {
  let app: Served;
  let browser: Browser;
  let learner: Learner;

  beforeAll(async () => {
    app = await serve();
    browser = await launch();
    learner = await Learner.open(await browser.newContext(), app.url);
    await learner.focusTerminal();
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
  });

  it("node runs a script", async () => {
    await learner.run("kubectl run script --image=node:22-alpine --restart=Never -- node -p 'process.version + [1, 2].map((n) => n * n)'");
    const log = await until(
      () => learner.run("kubectl logs script"),
      (text) => text.includes("v22"),
    );
    expect(log).toContain("v22.21.11,4");
  });
});
