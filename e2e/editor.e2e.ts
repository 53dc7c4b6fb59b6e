import { expect, it } from "vitest";
import { Learner } from "./learner.ts";
import { DESKTOP, KEY_MS, PHONE, onStage } from "./stage.ts";
import { until } from "./until.ts";

const stage = onStage();

it("writes a manifest in vim at 80 words a minute, and loses no key", async () => {
  const context = await stage.browser.newContext({ viewport: DESKTOP });
  const learner = await Learner.open(context, stage.app.url);
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
  await learner.shot("vim-desktop");
  await keyboard.press("Escape");
  await learner.page.setViewportSize(PHONE);
  await shows("apiVersion: v1");
  await learner.page.waitForTimeout(600);
  await learner.shot("vim-phone");
  await learner.page.setViewportSize(DESKTOP);
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
    await learner.shot("nano-desktop");
    await keyboard.press("Control+x");
    await learner.atPrompt();
    await keyboard.type("kubectl explain pod.spec | less\n");
    await shows("KIND:");
    await keyboard.type("/name\n");
    await learner.page.waitForTimeout(400);
    await learner.shot("less-desktop");
  }
  expect(learner.troubles).toEqual([]);
}, 120_000);
