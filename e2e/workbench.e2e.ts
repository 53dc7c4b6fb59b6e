import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { chromium, type BrowserContext } from "playwright-core";
import { launchOptions } from "./browser.ts";
import { Learner } from "./learner.ts";
import { DESKTOP, PHONE, onStage } from "./stage.ts";
import { until } from "./until.ts";

const stage = onStage();
const contexts: BrowserContext[] = [];

afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
});

async function newBrowser(): Promise<BrowserContext> {
  const context = await stage.browser.newContext({ viewport: DESKTOP, permissions: ["clipboard-read", "clipboard-write"] });
  contexts.push(context);
  return context;
}

const open = async (): Promise<Learner> => Learner.open(await newBrowser(), stage.app.url);

describe("a pod that fits nowhere", () => {
  it("is told why in its inspector, and by what command it would fit", async () => {
    const learner = await open();
    await learner.run("kubectl cordon node-1 && kubectl cordon node-2 && kubectl cordon node-3");
    await learner.run("kubectl run picky --image=nginx");
    // What the cluster starts with still comes up, and pods move on the map while it does: who hits another clicks again.
    await until(
      async () => {
        const open = learner.see("scheduling");
        if (!(await open.isVisible())) {
          await learner.page.locator('[data-pod="default/picky"]').first().click();
          await open.waitFor({ timeout: 3_000 }).catch(() => undefined);
        }
        return learner.see("advice").isVisible();
      },
      (visible) => visible,
    );
    expect(await learner.see("scheduling").innerText()).toContain("node(s) were unschedulable");
    const first = learner.see("advice").locator("li").first();
    expect(await first.innerText()).toMatch(/^node\/node-1 schedulable again/);
    if (process.env["SHOTS"]) {
      await learner.shot("why-desktop");
      await learner.page.setViewportSize(PHONE);
      await learner.page.getByRole("button", { name: "Map" }).first().click();
      await learner.see("advice").scrollIntoViewIfNeeded();
      await learner.shot("why-phone");
      await learner.page.setViewportSize(DESKTOP);
    }
    await first.getByRole("button").click();
    await until(
      () => learner.screen(),
      (rows) => rows.findLast((row) => row !== "")?.endsWith("$ kubectl uncordon node-1") === true,
    );
    await learner.page.keyboard.press("Enter");
    await until(
      () => learner.see("inspector").innerText(),
      (text) => text.includes("Running"),
    );
    expect(await learner.see("advice").count()).toBe(0);
    // Where there was a choice, the points of the best two say why it fell as it did.
    await learner.run("kubectl uncordon node-2 && kubectl uncordon node-3 && sleep 2 && kubectl run here --image=nginx");
    await learner.page.locator('[data-pod="default/here"]').first().click();
    await learner.see("scores").locator("summary").click();
    const points = learner.see("scores").locator("tfoot td");
    expect(Number(await points.first().innerText())).toBeGreaterThanOrEqual(Number(await points.last().innerText()));
    await learner.shot("why-here");
    expect(learner.troubles).toEqual([]);
  });
});

describe("bad input", () => {
  it("is worded by the editor with line and column, and by kubectl with its own words and exit code", async () => {
    const learner = await open();
    await learner.write("apiVersion: v1\nkind: Pod\nmetadata:\n  name: broken\n  labels: app: broken\n");
    const problems = learner.see("problem");
    await until(
      () => problems.allInnerTexts(),
      (all) => all.length > 0 && all.every((text) => /^[56]:\d+\s/.test(text)),
    );
    expect((await problems.allInnerTexts()).join("\n")).toMatch(/^5:\d+\s(.|\n)*mapping/i);
    await learner.page.keyboard.press("Control+Enter");
    await until(
      () => learner.screen(),
      (rows) =>
        rows.join("").includes("yaml: line 5: mapping values are not allowed in this context") &&
        /line \d+, column \d+:/.test(rows.join("\n")),
    );
    await learner.atPrompt();
    expect(await learner.run("echo $?")).toBe("1");

    const cases: readonly (readonly [file: string, text: string, words: string])[] = [
      [
        "kind.yaml",
        "apiVersion: v1\\nkind: Pood\\nmetadata: {name: a}\\n",
        'error: resource mapping not found for name: "a" namespace: "" from "kind.yaml": no matches for kind "Pood" in version "v1"\nensure CRDs are installed first',
      ],
      [
        "field.yaml",
        "apiVersion: v1\\nkind: Pod\\nmetadata: {name: a}\\nspec:\\n  containers:\\n  - {name: a, imagee: nginx}\\n",
        'Error from server (BadRequest): error when creating "field.yaml": Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.containers[0].imagee"',
      ],
      [
        "selector.yaml",
        "apiVersion: apps/v1\\nkind: Deployment\\nmetadata: {name: a}\\nspec:\\n  template:\\n    metadata: {labels: {app: a}}\\n    spec:\\n      containers:\\n      - {name: a, image: nginx}\\n",
        'The Deployment "a" is invalid:\n* spec.selector: Required value\n* spec.template.metadata.labels: Invalid value: {"app":"a"}: `selector` does not match template `labels`',
      ],
    ];
    const flat = (text: string): string => text.replaceAll("\n", "").replaceAll(" ", "");
    for (const [file, text, words] of cases) {
      await learner.run(`printf '${text}' > ${file}`);
      expect(flat(await learner.run(`kubectl apply -f ${file}; echo "exit $?"`))).toBe(flat(`${words}\nexit 1`));
    }
    expect(await learner.run('kubectl get pod nope; echo "exit $?"')).toBe('Error from server (NotFound): pods "nope" not found\nexit 1');
    await learner.run("kubectl create configmap c; kubectl get cm c -o yaml > c.yaml; kubectl annotate cm c a=b");
    expect(flat(await learner.run('kubectl replace -f c.yaml; echo "exit $?"'))).toBe(
      flat(
        'Error from server (Conflict): error when replacing "c.yaml": Operation cannot be fulfilled on configmaps "c": the object has been modified; please apply your changes to the latest version and try again\nexit 1',
      ),
    );
    expect(learner.troubles).toEqual([]);
  });
});

describe("a second tab", () => {
  it("says that the cluster is open elsewhere, and takes it over when told to", async () => {
    const context = await newBrowser();
    const first = await Learner.open(context, stage.app.url);
    await first.run("kubectl create configmap kept");
    const second = await Learner.visit(context, stage.app.url);
    await second.sees(second.see("elsewhere"));
    expect(await second.see("elsewhere").innerText()).toContain("open in another tab");
    await second.see("take-over").click();
    await second.atPrompt();
    expect(await second.run("kubectl get configmap kept -o name")).toBe("configmap/kept");
    await first.sees(first.see("elsewhere"));
    expect(await first.see("elsewhere").innerText()).toContain("Another tab has taken the helm");
    await first.see("take-over").click();
    await second.sees(second.see("elsewhere"));
    // Typed at once, below the old shell's prompt: the new shell reads it.
    expect(await first.run("kubectl get configmap kept -o name")).toBe("configmap/kept");
  });
});

describe("storage that refuses", () => {
  it("is said plainly when the browser blocks all site data, and the session goes on in memory", async () => {
    const profile = mkdtempSync(join(tmpdir(), "timonel-blocked-"));
    // What Chromium stores when somebody chooses to let no site save data.
    mkdirSync(join(profile, "Default"));
    writeFileSync(join(profile, "Default/Preferences"), JSON.stringify({ profile: { default_content_setting_values: { cookies: 2 } } }));
    const context = await chromium.launchPersistentContext(profile, { ...launchOptions, viewport: DESKTOP });
    try {
      const learner = await Learner.open(context, stage.app.url);
      await learner.sees(learner.see("memory-banner"));
      expect(await learner.see("memory-banner").innerText()).toContain("refuses to store data");
      expect(await learner.see("storage").getAttribute("data-storage")).toBe("memory");
      expect(await learner.run("kubectl create configmap works -o name")).toBe("configmap/works");
    } finally {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    }
  });

  it("is said plainly when the disk is full, and nothing saved before is lost", async () => {
    const context = await stage.browser.newContext({ viewport: DESKTOP, serviceWorkers: "block" });
    contexts.push(context);
    // Chromium asks for the room that is left now and then only: it must be small before anything is stored.
    const page = await context.newPage();
    await page.goto(new URL("manifest.webmanifest", stage.app.url).href);
    const devtools = await context.newCDPSession(page);
    await devtools.send("Storage.overrideQuotaForOrigin", { origin: new URL(stage.app.url).origin, quotaSize: 4_000_000 });
    const learner = await Learner.open(context, stage.app.url);
    await learner.run("kubectl create configmap saved");
    expect(await learner.see("storage").getAttribute("data-storage")).toBe("durable");
    await learner.run(
      "for i in 1 2 3 4 5 6 7 8 9 10; do head -c 900000 /dev/zero | tr '\\0' x > big$i; done; kubectl create configmap unsaved",
    );
    await learner.sees(learner.see("memory-banner"));
    expect(await learner.see("memory-banner").innerText()).toContain("The disk is full");
    expect(await learner.run("kubectl get configmap unsaved -o name")).toBe("configmap/unsaved");
    await learner.reload();
    expect(await learner.run("kubectl get configmap saved -o name")).toBe("configmap/saved");
  });
});

describe("an endless loop in a container", () => {
  it("leaves the page smooth, and shows as a whole CPU", async () => {
    const learner = await open();
    const { page } = learner;
    await learner.run("kubectl run spin --image=busybox -- sh -c 'while true; do :; done'");
    await learner.podsBecome("default/spin", ([pod]) => pod?.text === "Running");
    const frames = await page.evaluate(
      () =>
        new Promise<{ count: number; longest: number }>((resolve) => {
          const began = performance.now();
          let [last, longest, count] = [began, 0, 0];
          const frame = (now: number): void => {
            longest = Math.max(longest, now - last);
            last = now;
            count++;
            if (now - began > 2000) resolve({ count, longest });
            else requestAnimationFrame(frame);
          };
          requestAnimationFrame(frame);
        }),
    );
    // A machine under load drops frames of its own; a page that a loop could freeze would show none at all.
    expect(frames.count).toBeGreaterThan(60);
    expect(frames.longest).toBeLessThan(500);
    await page.locator('[data-pod="default/spin"]').click();
    await learner.sees(learner.see("inspector"));
    await until(
      () => learner.see("inspector").innerText(),
      (text) => /\b(9\d\d|10\d\d)\s*m\b/.test(text),
    );
    expect(await learner.run("echo still here")).toBe("still here");
  });
});

describe("the clock", () => {
  it("stands still when paused, does one thing at each step, and goes on", async () => {
    const learner = await open();
    await learner.pause();
    const stopped = await learner.now();
    await learner.run("kubectl create deployment web --image=nginx");
    // The command was typed, so it ran; what follows from it waits for time.
    expect(await learner.pods("default/web-")).toEqual([]);
    expect(await learner.now()).toBe(stopped);
    await until(
      async () => {
        await learner.see("clock-step").click();
        return learner.pods("default/web-");
      },
      (pods) => pods.length === 1,
      { timeout: 60_000 },
    );
    await learner.resume();
    await learner.podsBecome("default/web-", ([pod]) => pod?.text === "Running");
    expect(await learner.now()).toBeGreaterThan(stopped);
  });
});

describe("the keyboard alone", () => {
  it("completes words with Tab, and leaves the terminal with Escape and Tab", async () => {
    const learner = await open();
    const { page } = learner;
    await learner.focusTerminal();
    await page.keyboard.type("kubectl get nam");
    await page.keyboard.press("Tab");
    await until(
      () => learner.screen(),
      (rows) => /\$ kubectl get namespaces/.test(rows.findLast((row) => row !== "") ?? ""),
    );
    await page.keyboard.press("Control+c");
    await learner.atPrompt();
    const inTerminal = (): Promise<boolean> => page.evaluate(() => document.activeElement?.closest(".terminal-screen") !== null);
    expect(await inTerminal()).toBe(true);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Tab");
    expect(await inTerminal()).toBe(false);
  });

  it("reaches pods on the map, opens one and comes back", async () => {
    const learner = await open();
    const { page } = learner;
    await learner.run("kubectl create deployment web --image=nginx --replicas=3");
    await learner.podsBecome("default/web-", (pods) => pods.length === 3 && pods.every((p) => p.state === "ready"));
    await page.locator('.skip a[href="#pane-map"]').focus();
    await page.keyboard.press("Enter");
    const focused = (): Promise<string | null> => page.evaluate(() => document.activeElement?.getAttribute("data-pod") ?? null);
    await until(
      async () => {
        await page.keyboard.press("Tab");
        return focused();
      },
      (pod) => pod !== null,
    );
    const from = await focused();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowRight");
    const to = await focused();
    expect(to).not.toBe(from);
    await page.keyboard.press("Enter");
    await learner.sees(learner.see("inspector"));
    await page.keyboard.press("Escape");
    await until(focused, (pod) => pod === to);
  });
});

describe("accessibility", () => {
  const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

  async function violations(learner: Learner): Promise<string[]> {
    await learner.page.evaluate(axe);
    return learner.page.evaluate(async () => {
      const { axe: engine } = window as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }> };
      };
      return (await engine.run()).violations.map(
        (v) => `${v.id} (${v.nodes.length}): ${v.nodes[0]?.html.slice(0, 160)} ${v.nodes[0]?.failureSummary}`,
      );
    });
  }

  it("has no violation in English and Spanish, light and dark, on a desktop and on a phone", { timeout: 240_000 }, async () => {
    const learner = await open();
    const { page } = learner;
    await learner.run(
      "kubectl create deployment web --image=nginx --replicas=3; kubectl run crash --image=busybox -- sh -c 'exit 1'; kubectl create deployment big --image=nginx --replicas=2; kubectl set resources deployment big --requests=cpu=900",
    );
    await learner.write("apiVersion: v1\nkind: Pod\nmetadata:\n  name: broken\n  labels: app: broken\n");
    await learner.sees(learner.see("problem"));
    await learner.podsBecome(
      "default/",
      (pods) =>
        pods.some((p) => p.state === "backoff") &&
        pods.some((p) => p.state === "pending") &&
        pods.filter((p) => p.state === "ready").length >= 3,
    );
    await page.locator('[data-pod="default/crash"]').click();
    await learner.sees(learner.see("inspector"));
    const found: string[] = [];
    const look = async (where: string): Promise<void> => {
      // A fade that is still going on would be taken for a pale colour.
      await page.evaluate(() =>
        Promise.all(
          document
            .getAnimations()
            .filter((a) => a.effect?.getTiming().iterations !== Infinity)
            .map((a) => a.finished.catch(() => {})),
        ),
      );
      for (const violation of await violations(learner)) found.push(`${where}: ${violation}`);
    };
    for (const language of ["English", "Español"]) {
      await page.setViewportSize(DESKTOP);
      await learner.see("menu").click();
      await page.getByRole("menuitemradio", { name: language }).click();
      await page.keyboard.press("Escape");
      await page.locator(`html[lang=${language === "English" ? "en" : "es"}]`).waitFor({ state: "attached" });
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize(DESKTOP);
        await look(`${language}, ${colorScheme}, desktop`);
        await learner.see("map-view-table").click();
        await learner.sees(learner.see("pod-table"));
        await look(`${language}, ${colorScheme}, table`);
        await learner.see("map-view-map").click();
        await page.setViewportSize(PHONE);
        for (const tab of ["terminal", "map", "editor", "events"]) {
          await learner.see(`tab-${tab}`).click();
          await look(`${language}, ${colorScheme}, phone, ${tab}`);
        }
      }
    }
    expect(found).toEqual([]);
  });
});
