import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { Learner } from "./learner.ts";
import { DESKTOP, PHONE, onStage } from "./stage.ts";
import { until } from "./until.ts";

const stage = onStage();

/** What one terminal shows, by its number. */
const rows = (learner: Learner, number: number) =>
  learner.page.evaluate(
    (n) => [...(document.querySelector(`[data-testid=terminal-${n}] .xterm-rows`)?.children ?? [])].map((row) => row.textContent ?? ""),
    number,
  );

it("shows two terminals side by side, each with a shell of its own, that keys move between", async () => {
  const context = await stage.browser.newContext({ viewport: DESKTOP });
  const learner = await Learner.open(context, stage.app.url);
  await learner.run("echo left");
  await learner.page.keyboard.press("Control+Shift+Digit5");
  await until(
    () => rows(learner, 2),
    (seen) => seen.some((row) => row.endsWith("$ ") || row.trimEnd().endsWith("$")),
  );
  await learner.page.keyboard.type("echo right\n");
  await until(
    () => rows(learner, 2),
    (seen) => seen.includes("right"),
  );
  expect(await rows(learner, 1)).toContain("left");
  await learner.page.keyboard.press("Control+Shift+ArrowLeft");
  await learner.page.keyboard.type("!!\n");
  await until(
    () => rows(learner, 1),
    (seen) => seen.filter((row) => row === "left").length === 2,
  );
  await learner.shot("split-desktop");
  await learner.page.setViewportSize(PHONE);
  await learner.sees(learner.see("terminal-1"));
  expect(await learner.see("terminal-2").isVisible()).toBe(false);
  await learner.shot("split-phone");
  await learner.page.setViewportSize(DESKTOP);
  await learner.see("terminal-split").click();
  expect(await learner.see("terminal-2").isVisible()).toBe(false);
  expect(learner.troubles).toEqual([]);
  await context.close();
});

it("takes files from outside, asks before it replaces one, and gives them back", async () => {
  const context = await stage.browser.newContext({ viewport: DESKTOP, acceptDownloads: true });
  const learner = await Learner.open(context, stage.app.url);
  const file = (text: string) => ({ name: "my pod.yaml", mimeType: "text/yaml", buffer: Buffer.from(text) });
  await learner.see("upload").setInputFiles(file("kind: Pod\n"));
  await learner.sees(learner.page.getByTestId("file").filter({ hasText: "my pod.yaml" }));
  expect(await learner.run("cat 'my pod.yaml'")).toContain("kind: Pod");
  await learner.see("upload").setInputFiles(file("kind: Job\n"));
  await learner.page.getByRole("button", { name: "Replace", exact: true }).click();
  await until(
    () => learner.run("cat 'my pod.yaml'"),
    (seen) => seen.includes("kind: Job"),
  );
  const transfer = await learner.page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(["hello\n"], "dropped.txt"));
    return data;
  });
  await learner.page.dispatchEvent("[data-testid=terminal-1]", "drop", { dataTransfer: transfer });
  await until(
    () => learner.screen(),
    (seen) => seen.some((row) => row.includes("/home/learner/dropped.txt")),
  );
  await learner.shot("files-desktop");
  const row = learner.page.locator(".file").filter({ hasText: "dropped.txt" });
  await row.hover();
  const [download] = await Promise.all([
    learner.page.waitForEvent("download"),
    row.getByRole("button", { name: "Download dropped.txt" }).click(),
  ]);
  expect(readFileSync(await download.path(), "utf8")).toBe("hello\n");
  expect(learner.troubles).toEqual([]);
  await context.close();
});

it("takes a word with a finger, more of it as the finger goes on, and scrolls where it moves at once", async () => {
  const context = await stage.browser.newContext({ viewport: PHONE, hasTouch: true, isMobile: true });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const learner = await Learner.open(context, stage.app.url);
  const { page } = learner;
  const session = await context.newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", x = 0, y = 0) =>
    session.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : [{ x, y }] });
  await learner.run("echo one two; echo three");
  const at = await page.evaluate(() => {
    const row = [...document.querySelectorAll(".xterm-rows > div")].findLast((r) => r.textContent?.startsWith("one two"));
    const { left, top, height } = (row as Element).getBoundingClientRect();
    return { x: left, y: top + height / 2, height };
  });
  // What answers fingers is fetched after the first prompt.
  await until(
    async () => {
      await touch("touchStart", at.x + 35, at.y);
      await page.waitForTimeout(700);
      const shown = await page.locator(".touch-bar").isVisible();
      if (!shown) await touch("touchEnd");
      return shown;
    },
    (shown) => shown,
  );
  await touch("touchMove", at.x + 20, at.y + at.height);
  await touch("touchEnd");
  await learner.shot("touch-selection");
  await page.getByRole("button", { name: "Copy", exact: true }).tap();
  await until(
    () => page.evaluate(() => navigator.clipboard.readText()),
    (text) => /^two\s*\nthr?e?/.test(text),
  );
  expect(await page.locator(".touch-bar").isVisible()).toBe(false);
  await learner.run("seq 200");
  const top = (): Promise<number> => page.evaluate(() => Number(document.querySelector(".xterm-rows > div")?.textContent));
  const before = await top();
  await touch("touchStart", 200, 200);
  for (let i = 1; i <= 8; i++) await touch("touchMove", 200, 200 + i * 20);
  await touch("touchEnd");
  await until(top, (now) => now < before - 3);
  expect(learner.troubles).toEqual([]);
  await context.close();
});
