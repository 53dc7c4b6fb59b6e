import { beforeAll, describe, expect, it } from "vitest";
import { Learner } from "./learner.ts";
import { onStage } from "./stage.ts";
import { until } from "./until.ts";

/** Images whose programs are WebAssembly: what the app's own policy lets a worker compile. */
describe("in the browser", () => {
  const stage = onStage();
  let learner: Learner;

  beforeAll(async () => {
    learner = await Learner.open(await stage.browser.newContext(), stage.app.url);
    await learner.focusTerminal();
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
