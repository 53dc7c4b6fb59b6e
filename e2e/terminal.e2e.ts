import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { afterEach, describe, expect, it } from "vitest";
import type { BrowserContext } from "playwright-core";
import { Learner } from "./learner.ts";
import { DESKTOP, PHONE, onStage } from "./stage.ts";
import { until } from "./until.ts";

const stage = onStage();
const contexts: BrowserContext[] = [];

afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
});

async function open(): Promise<Learner> {
  const context = await stage.browser.newContext({ viewport: DESKTOP, permissions: ["clipboard-read", "clipboard-write"] });
  contexts.push(context);
  const learner = await Learner.open(context, stage.app.url);
  await learner.focusTerminal();
  return learner;
}

const clipboard = (learner: Learner): Promise<string> => learner.page.evaluate(() => navigator.clipboard.readText());
const copied = (learner: Learner, text: string): Promise<string> =>
  until(
    () => clipboard(learner),
    (now) => now === text,
  );
const shows = (learner: Learner, text: string): Promise<readonly string[]> =>
  until(
    () => learner.screen(),
    (rows) => rows.some((row) => row.includes(text)),
  );

describe("the command log", () => {
  const entries = (learner: Learner) =>
    learner.page.getByTestId("log-entry").evaluateAll((all) =>
      all.map((entry) => ({
        command: entry.querySelector("h4")?.textContent,
        status: entry.querySelector(".log-status")?.textContent,
        output: entry.querySelector("pre")?.textContent ?? "",
      })),
    );

  it("holds each command with its output and exit status, says the newest, and gives it back to copy", async () => {
    const learner = await open();
    await learner.run("echo before");
    await learner.page.keyboard.press("Control+Shift+L");
    await learner.sees(learner.see("command-log"));
    await learner.run("kubectl get pod nope");
    await learner.focusTerminal();
    await learner.page.keyboard.type("printf 'no end'; false\n");
    await until(
      () => entries(learner),
      (all) => all[2]?.status === "exit status 1",
    );
    await learner.run("echo; seq 3");
    await until(
      () => entries(learner),
      (all) => all.length === 4 && all[3]?.output === "\n1\n2\n3",
    );
    expect(await entries(learner)).toEqual([
      { command: "echo before", status: "exit status 0", output: "before" },
      { command: "kubectl get pod nope", status: "exit status 1", output: 'Error from server (NotFound): pods "nope" not found' },
      { command: "printf 'no end'; false", status: "exit status 1", output: "no end" },
      { command: "echo; seq 3", status: "exit status 0", output: "\n1\n2\n3" },
    ]);
    const news = learner.see("log-news");
    expect(await news.getAttribute("aria-live")).toBe("polite");
    expect(await news.textContent()).toBe("echo; seq 3: exit status 0.\n1\n2\n3");
    await learner.page.getByRole("button", { name: "Copy the output of echo; seq 3" }).click();
    await copied(learner, "\n1\n2\n3");
    await learner.shot("log-desktop");
    expect(learner.troubles).toEqual([]);
  });

  it("follows what still runs, and keeps what the screen forgets", async () => {
    const learner = await open();
    await learner.page.keyboard.press("Control+Shift+L");
    await learner.focusTerminal();
    await learner.page.keyboard.type("echo first; sleep 1000\n");
    await until(
      () => entries(learner),
      ([entry]) => entry?.status === "running" && entry.output === "first",
    );
    await learner.page.keyboard.press("Control+c");
    await learner.atPrompt();
    await learner.run("clear");
    await until(
      () => entries(learner),
      (all) => all[0]?.status === "exit status 130" && all[0].output === "first\n^C",
    );
    // More than is kept: the end of it, and how much is missing.
    await learner.run("seq 20000");
    const all = await until(
      () => entries(learner),
      (now) => now.length === 3,
    );
    expect(all[2]?.output.split("\n").at(-1)).toBe("20000");
    expect(all[2]?.output.split("\n")).toHaveLength(500);
    expect(learner.troubles).toEqual([]);
  });

  it("is there for screen readers by their setting, speaks alone, and has no violation on desktop and phone", async () => {
    const learner = await open();
    const { page } = learner;
    await learner.see("menu").click();
    await page.getByRole("menuitemcheckbox", { name: "Screen reader support in the terminal" }).click();
    await page.keyboard.press("Escape");
    await page.locator(".menu").waitFor({ state: "detached" });
    await learner.sees(learner.see("command-log"));
    // In this mode xterm takes keys only.
    await learner.focusTerminal();
    await page.keyboard.type("kubectl get nodes\n");
    await until(
      () => entries(learner),
      ([entry]) => entry?.output.startsWith("NAME") === true,
    );
    expect(await page.locator(".xterm-accessibility .live-region, .xterm .live-region").first().getAttribute("aria-live")).toBe("off");
    const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
    for (const [name, size] of [
      ["desktop", DESKTOP],
      ["phone", PHONE],
    ] as const) {
      for (const colorScheme of ["light", "dark"] as const) {
        await page.setViewportSize(size);
        await page.emulateMedia({ colorScheme });
        await learner.sees(learner.see("command-log"));
        await page.waitForTimeout(300);
        await learner.shot(`reader-${name}-${colorScheme}`);
        await page.evaluate(axe);
        const found = await page.evaluate(async () => {
          const { axe: engine } = window as unknown as {
            axe: { run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }> };
          };
          return (await engine.run()).violations.map((v) => `${v.id}: ${v.nodes[0]?.html.slice(0, 160)} ${v.nodes[0]?.failureSummary}`);
        });
        expect({ name, colorScheme, found }).toEqual({ name, colorScheme, found: [] });
      }
    }
    expect(learner.troubles).toEqual([]);
  });
});

describe("the keyboard alone", () => {
  it("selects text that has scrolled away, a command's whole output, and jumps between commands", async () => {
    const learner = await open();
    const { keyboard } = learner.page;
    await learner.run("seq 100 103");
    await learner.run("seq 1 200 | tail -60");
    await keyboard.press("Control+Shift+y");
    await copied(learner, Array.from({ length: 60 }, (_, i) => String(i + 141)).join("\n"));
    await keyboard.press("Control+Shift+ArrowUp");
    await until(
      () => learner.screen(),
      (rows) => rows[0]?.endsWith("$ seq 1 200 | tail -60") === true,
    );
    await keyboard.press("Control+Shift+ArrowUp");
    await until(
      () => learner.screen(),
      (rows) => rows[0]?.endsWith("$ seq 100 103") === true,
    );
    await keyboard.press("Control+Shift+x");
    await until(
      () => learner.page.locator(".pane-hint").textContent(),
      (hint) => hint?.includes("Enter copies") === true,
    );
    await keyboard.press("g");
    await keyboard.press("ArrowDown");
    await keyboard.press("Shift+End");
    await keyboard.press("Shift+ArrowDown");
    await keyboard.press("Enter");
    await copied(learner, "100\n101");
    // And the shell has had none of these keys.
    expect(await learner.run("echo still here")).toBe("still here");
    expect(learner.troubles).toEqual([]);
  });

  it("is told how to leave: after Escape the page says that Tab does, and Tab does", async () => {
    const learner = await open();
    const { page } = learner;
    await page.keyboard.press("Escape");
    await until(
      () => learner.see("live").textContent(),
      (text) => text === "Tab now leaves the terminal",
    );
    expect(await page.locator(".pane-hint").textContent()).toBe("Tab now leaves the terminal");
    await page.keyboard.press("Shift+Tab");
    expect(await page.evaluate(() => document.activeElement?.closest(".terminal-screen") === null)).toBe(true);
    // The tab strip's buttons come before the terminal: Tab comes back in by itself.
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.closest(".terminal-screen") !== null)).toBe(true);
    expect(learner.troubles).toEqual([]);
  });

  it("finds with a count, by case and by pattern, in the half that is worked in", async () => {
    const learner = await open();
    const { keyboard } = learner.page;
    await learner.run("echo needle Needle needle9");
    await keyboard.press("Control+Shift+f");
    await learner.see("search-text").fill("needle");
    const count = (text: string): Promise<unknown> =>
      until(
        () => learner.see("search-count").textContent(),
        (now) => now !== null && new RegExp(`^${text}$`).test(now),
      );
    // Typed and printed.
    await count("\\d of 6");
    await learner.page.getByRole("button", { name: "Match case" }).click();
    await count("\\d of 4");
    await learner.page.getByRole("button", { name: "Regular expression" }).click();
    await learner.see("search-text").fill("needle\\d");
    await count("\\d of 2");
    await learner.see("search-text").fill("needle(");
    await count("Not a pattern");
    await learner.see("search-text").fill("nothing of that kind");
    await count("No match");
    await keyboard.press("Escape");
    expect(await learner.run("echo back")).toBe("back");
    expect(learner.troubles).toEqual([]);
  });
});

describe("what programs tell the terminal", () => {
  it("a title names the tab until the prompt is back, a bell shows, and links open: files in the editor at their line", async () => {
    const learner = await open();
    const { page } = learner;
    const tab = page.locator("#terminal-tab-1");
    await page.keyboard.type("printf '\\e]0;my title\\a'; read\n");
    await until(
      () => tab.textContent(),
      (text) => text === "my title",
    );
    await page.keyboard.press("Enter");
    await until(
      () => tab.textContent(),
      (text) => text === "Terminal 1",
    );
    // It shows for a moment.
    await page.evaluate(() => {
      const host = document.querySelector(".terminal-host") as HTMLElement;
      new MutationObserver(() => "rang" in host.dataset && (document.body.dataset["heard"] = "yes")).observe(host, { attributes: true });
    });
    await page.keyboard.type("printf '\\a'\n");
    await page.locator("body[data-heard]").waitFor();
    await learner.atPrompt();
    await learner.run(
      "mkdir -p lab; printf 'kind: Pod\\nmetadata:\\n  name: x\\n' > lab/pod.yaml; cd lab; clear; echo pod.yaml:3; cd; clear; echo lab/pod.yaml:3",
    );
    await learner.sees(page.getByTestId("file").filter({ hasText: "pod.yaml" }));
    // Links are looked for once the page has come to rest.
    await page.waitForTimeout(2000);
    const row = page.locator(".terminal-screen:not([hidden]) .xterm-rows > div").filter({ hasText: /^lab\/pod\.yaml:3/ });
    const box = await row.boundingBox();
    await page.mouse.move((box?.x ?? 0) + 20, (box?.y ?? 0) + 8);
    await page.waitForTimeout(300);
    await page.mouse.down();
    await page.mouse.up();
    await learner.sees(page.locator("#editor-text .view-lines"));
    await until(
      () => page.locator("#editor-text .active-line-number, #editor-text .line-numbers.active-line-number").first().textContent(),
      (line) => line === "3",
    );
    expect(learner.troubles).toEqual([]);
  });

  it("several lines are pasted as one where the shell asks for it, and asked about where each would run", async () => {
    const learner = await open();
    const { page } = learner;
    await page.evaluate(() => navigator.clipboard.writeText("echo one\necho two"));
    await page.keyboard.press("Control+Shift+V");
    await shows(learner, "echo two");
    expect(await learner.see("confirm").count()).toBe(0);
    await page.keyboard.press("Enter");
    await learner.atPrompt();
    expect((await learner.screen()).filter((row) => row === "one" || row === "two")).toEqual(["one", "two"]);
    await page.keyboard.type("cat\n");
    await page.waitForTimeout(300);
    await page.keyboard.press("Control+Shift+V");
    await learner.sees(learner.see("confirm"));
    expect(await learner.see("confirm").innerText()).toContain("Paste 2 lines?");
    await learner.see("confirm-yes").click();
    await until(
      () => learner.screen(),
      (rows) => rows.includes("echo twoecho one"),
    );
    await learner.focusTerminal();
    await page.keyboard.press("Control+c");
    await learner.atPrompt();
    expect(learner.troubles).toEqual([]);
  });

  it("keeps ten thousand lines, and breaks them anew for another width", async () => {
    const learner = await open();
    await learner.run("seq 12000; printf 'x%.0s' {1..100}; echo END");
    const whole = (await learner.screen()).find((row) => row.endsWith("END"));
    expect(whole?.length).toBe(103);
    await learner.page.setViewportSize(PHONE);
    await until(
      () => learner.screen(),
      (rows) => rows.some((row) => /^x*END$/.test(row) && row.length < 103),
    );
    await learner.page.setViewportSize(DESKTOP);
    await until(
      () => learner.screen(),
      (rows) => rows.some((row) => row.endsWith("END") && row.length === 103),
    );
    await learner.focusTerminal();
    await learner.page.keyboard.press("Control+Shift+x");
    await learner.page.keyboard.press("g");
    await until(
      () => learner.screen(),
      (rows) => /^(?:199|200)\d$/.test(rows[0] ?? ""),
    );
    await learner.page.keyboard.press("Escape");
    expect(learner.troubles).toEqual([]);
  });
});
