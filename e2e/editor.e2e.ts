import { afterAll, beforeAll, expect, it } from "vitest";
import type { Browser } from "playwright-core";
import { serve, type Served } from "./app.ts";
import { launch } from "./browser.ts";
import { Learner } from "./learner.ts";
import { until } from "./until.ts";

let app: Served;
let browser: Browser;
beforeAll(async () => {
  app = await serve();
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  await app.close();
});

/** Milliseconds between keys of somebody who types 80 words of five letters a minute. */
const KEY_MS = 150;

it("writes a manifest in vim at 80 words a minute, and loses no key", async () => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const learner = await Learner.open(context, app.url);
  const shot = async (name: string): Promise<void> => {
    if (process.env["SHOTS"]) await learner.page.screenshot({ path: `${process.env["SHOTS"]}/${name}.png` });
  };
  const shows = (text: string): Promise<readonly string[]> =>
    until(
      () => learner.screen(),
      (rows) => rows.some((row) => row.includes(text)),
    );
  const { keyboard } = learner.page;
  await learner.run("printf 'set number expandtab tabstop=2 shiftwidth=2 autoindent\\n' > ~/.vimrc");
  await learner.focusTerminal();
  await keyboard.type("vim pod.yaml\n", { delay: KEY_MS });
  await shows('"pod.yaml" [New]');
  await keyboard.type("i", { delay: KEY_MS });
  await shows("-- INSERT --");
  await keyboard.type("apiVersion: v1\nkind: Pod\nmetadata:\n\tname: web\n", { delay: KEY_MS });
  await keyboard.press("Control+u");
  await keyboard.type("spec:\n\tcontainers:\n- name: web\n\timage: nginx:1.27", { delay: KEY_MS });
  await keyboard.press("Escape");
  await keyboard.type("gg/web\nn", { delay: KEY_MS });
  await keyboard.type("Vj", { delay: KEY_MS });
  await shows("-- VISUAL LINE --");
  await shot("vim-desktop");
  await keyboard.press("Escape");
  await learner.page.setViewportSize({ width: 390, height: 844 });
  await shows("apiVersion: v1");
  await learner.page.waitForTimeout(600);
  await shot("vim-phone");
  await learner.page.setViewportSize({ width: 1440, height: 900 });
  // The terminal moves into the desktop's layout: keys that come before it is there go nowhere.
  await learner.page.locator("main.desk .terminal-screen textarea").waitFor({ state: "attached" });
  await learner.focusTerminal();
  await keyboard.type(":wq\n", { delay: KEY_MS });
  await learner.atPrompt();
  expect(await learner.run("cat pod.yaml")).toBe(
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: web\n    image: nginx:1.27",
  );
  expect(await learner.run("kubectl apply -f pod.yaml")).toContain("pod/web created");
  if (process.env["SHOTS"]) {
    await keyboard.type("nano pod.yaml\n");
    await shows("[ Read 8 lines ]");
    await shot("nano-desktop");
    await keyboard.press("Control+x");
    await learner.atPrompt();
    await keyboard.type("kubectl explain pod.spec | less\n");
    await shows("KIND:");
    await keyboard.type("/name\n");
    await learner.page.waitForTimeout(400);
    await shot("less-desktop");
  }
  expect(learner.troubles).toEqual([]);
}, 120_000);
