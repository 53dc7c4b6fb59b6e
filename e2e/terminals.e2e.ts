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
