import { readFileSync } from "node:fs";
import type { Browser, BrowserContext, BrowserContextOptions } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { serve, type Served } from "./app.ts";
import { launch } from "./browser.ts";
import { Student } from "./lessons/student.ts";
import { ways } from "./lessons/ways.ts";
import { until } from "./until.ts";

const DESKTOP = { viewport: { width: 1440, height: 900 }, locale: "en-GB" };
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, locale: "es-ES" };
const FIRST = "start.first-contact";
const SECOND = "workloads.rolling-update";

let browser: Browser;
let app: Served;
const contexts: BrowserContext[] = [];

beforeAll(async () => {
  browser = await launch();
  app = await serve();
});
afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
});
afterAll(async () => {
  await browser.close();
  await app.close();
});

async function newBrowser(options: BrowserContextOptions): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  contexts.push(context);
  return context;
}

const shot = async (student: Student, name: string): Promise<void> => {
  if (process.env["SHOTS"]) await student.page.screenshot({ path: `${process.env["SHOTS"]}/${name}.png` });
};
const deed = (lesson: string, step: string) => {
  const found = ways[lesson]?.find((one) => one.step === step);
  if (!found) throw new Error(`no way through ${lesson} ${step}`);
  return found;
};

describe("a student in Spanish, with a phone", () => {
  it("does the first lesson to its end, with a reload in the middle and then without a connection", { timeout: 240_000 }, async () => {
    const own = await serve();
    const context = await newBrowser(PHONE);
    const student = await Student.visit(context, `${own.url}?learn`);
    const { page } = student;
    await student.see("offer").waitFor();
    expect(await student.see("offer").innerText()).toContain("Empezar por la primera lección");
    await shot(student, "home-phone");
    await student.see("offer").tap();

    // The lesson is what is seen first; a command runs in the terminal, and what it writes is shown here.
    await student.at("welcome");
    expect(await student.see("tab-lesson").getAttribute("aria-current")).toBe("page");
    await student.see("command-exec").first().tap();
    await until(
      () => student.see("peek-output").innerText(),
      (text) => (text.match(/Ready/g) ?? []).length === 3,
    );
    await shot(student, "lesson-phone-peek");
    await student.goOn();
    for (const step of ["nodes", "predict"]) {
      await student.does(deed(FIRST, step));
      await student.see("why").waitFor();
      await student.goOn();
    }

    // Half of it is done: what is wrong is told in Spanish, with what was found.
    await student.at("create");
    const said = await student.hears();
    await student.run("kubectl create deployment hello --image=nginx");
    await student.stands("image", "passed");
    await student.stands("exists", "failed");
    expect(await student.see("check-exists").getByTestId("check-told").innerText()).toMatch(/debería pedir 2 copias\. Encuentro: 1\./);
    const told = async (): Promise<number> => (await said()).filter((words) => words.includes("deployment/hello, image")).length;
    await until(told, (times) => times > 0);
    await shot(student, "lesson-phone-checks");
    expect(await told()).toBe(1);

    await page.reload();
    await student.at("create");
    await student.stands("image", "passed");
    expect(await student.see("lesson-points").innerText()).toContain("puntos");
    await student.see("offline-ready").waitFor();
    await context.setOffline(true);
    await own.close();
    await student.run("kubectl scale deployment hello --replicas=2");
    await student.stepDone();
    await student.goOn();

    // Opened again without a connection, it goes on where it was.
    await student.at("where");
    await page.reload();
    await student.walks(ways[FIRST]?.slice(-2) ?? []);
    await student.see("finished").waitFor();
    expect(await student.see("finished-points").innerText()).toBe("10,5 de 11 puntos");
    await shot(student, "lesson-phone-finished");
    await student.page.goto(`${own.url}?learn`);
    await page.locator(`[data-testid="lesson-${FIRST}"][data-state=done]`).waitFor();
    expect(student.learner.troubles).toEqual([]);
  });
});

describe("a student in English, at a desk", () => {
  it("does a lesson, breaks what must hold and begins the step again, and reads it in another language", { timeout: 240_000 }, async () => {
    const context = await newBrowser(DESKTOP);
    const student = await Student.visit(context, `${app.url}?lesson=${SECOND}`);
    const { page } = student;
    await student.at("predict");
    const title = await page.locator("#lesson-step").innerText();
    await student.speaks("Español");
    expect(await page.locator("#lesson-step").innerText()).not.toBe(title);
    await student.speaks("English");
    expect(await page.locator("#lesson-step").innerText()).toBe(title);

    await student.see("term").first().hover();
    await student.see("term-definition").first().waitFor();
    expect(await student.see("term-definition").first().innerText()).toContain("pods");
    await page.keyboard.press("Escape");
    await student.see("term-definition").first().waitFor({ state: "hidden" });

    await student.does(deed(SECOND, "predict"));
    // The way on takes the focus over from the answer that is given.
    await student.becomesFocused("lesson-go");
    await page.keyboard.press("Enter");
    await student.at("strategy");
    await student.becomesFocused("lesson-step");

    await student.see("ask-hint").click();
    await student.see("hint").waitFor();
    const said = await student.hears();
    await student.run("kubectl scale deployment web --replicas=5");
    await student.stands("same", "broken");
    await until(said, (all) => all.join().includes("Broken: same"));
    await shot(student, "lesson-desk-broken");
    await student.see("check-reset").click();
    await student.see("confirm-yes").click();
    await student.stands("same", "holding");
    expect(await student.run("kubectl get deployment web -o jsonpath='{.spec.replicas}{\"\\n\"}'")).toBe("4");
    await student.walks(ways[SECOND]?.slice(1) ?? []);

    await student.see("finished").waitFor();
    expect(await student.see("finished-points").innerText()).toMatch(/^\d+(\.\d+)? of \d+ points$/);
    await shot(student, "lesson-desk-finished");
    // What is done can be read again.
    await student.see("steps-button").click();
    await student.see("go-strategy").click();
    await student.at("strategy");
    await student.see("why").waitFor();
    expect(student.learner.troubles).toEqual([]);
  });

  it("takes a solution that costs the step's points, and plays again with another seed", { timeout: 120_000 }, async () => {
    const student = await Student.visit(await newBrowser(DESKTOP), `${app.url}?lesson=${FIRST}`);
    for (const step of ["welcome", "nodes", "predict"]) await student.walks([deed(FIRST, step)]);
    await student.at("create");
    await student.see("ask-solution").click();
    await student.see("confirm-yes").click();
    await student.see("solution").getByTestId("command-exec").click();
    await student.stepDone();
    await student.see("steps-button").click();
    expect(await student.see("go-create").innerText()).toContain("0/4");
    await student.see("steps-button").click();
    await student.see("lesson-more").click();
    await student.see("lesson-retry").click();
    await student.see("confirm-yes").click();
    await student.page.waitForURL(/seed=\d+/);
    await student.at("welcome");
    expect(await student.run("kubectl get deployments")).toContain("No resources found");
    expect(student.learner.troubles).toEqual([]);
  });
});

describe("the lessons' home page", () => {
  it("starts no cluster, finds lessons by words and tags, and opens what is sought", async () => {
    const student = await Student.visit(await newBrowser(DESKTOP), `${app.url}?learn`);
    const { page } = student;
    await student.see("offer").waitFor();
    expect(page.workers()).toEqual([]);
    await shot(student, "home-desk");
    await student.see("search").fill("rolling dip");
    await until(
      () => page.locator("[data-testid^=lesson-]").count(),
      (count) => count === 1,
    );
    await page.keyboard.press("Enter");
    await student.at("predict");
    expect(page.url()).toContain(SECOND);
    await student.see("to-home").click();
    await page.locator(`[data-testid="lesson-${SECOND}"][data-state=begun]`).waitFor();
    expect(await student.see("offer").getAttribute("data-why")).toBe("begun");
    await student.see("search").fill("no such thing");
    await page.getByRole("button", { name: "Clear" }).click();
    expect(student.learner.troubles).toEqual([]);
  });

  it("gives progress as a file, and takes it in another browser", async () => {
    const student = await Student.visit(await newBrowser(DESKTOP), `${app.url}?lesson=${FIRST}`);
    await student.walks([deed(FIRST, "welcome")]);
    await student.does(deed(FIRST, "nodes"));
    await student.see("to-home").click();
    await student.see("offer").waitFor();
    const download = student.page.waitForEvent("download");
    await student.see("progress-export").click();
    const file = await (await download).path();
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ timonel: "progress", lessons: [{ id: FIRST, earned: 1, done: 2 }] });

    const other = await Student.visit(await newBrowser(DESKTOP), `${app.url}?learn`);
    await other.page.locator("[data-testid=offer][data-why=first]").waitFor();
    await other.see("progress-import").setInputFiles({ name: "x.json", mimeType: "application/json", buffer: Buffer.from("{}") });
    await other.page.getByText("no progress of Timonel's").waitFor();
    await other.see("progress-import").setInputFiles(file);
    await other.page.locator("[data-testid=offer][data-why=begun]").waitFor();
  });

  it("is reached from the workbench by a quiet invitation, and leads to the first lesson", async () => {
    const student = await Student.visit(await newBrowser(DESKTOP), app.url);
    await student.learner.atPrompt();
    await student.see("invite").click();
    await student.at("welcome");
    await student.see("to-workbench").click();
    await student.learner.atPrompt();
    await student.see("to-lessons").click();
    await student.see("home").waitFor();
    expect(student.learner.troubles).toEqual([]);
  });
});

describe("a lesson that is none", () => {
  it("is told of plainly, with a way to those that are", async () => {
    const student = await Student.visit(await newBrowser(DESKTOP), `${app.url}?lesson=no.such`);
    await student.see("refused").waitFor();
    expect(await student.see("refused").innerText()).toContain("There is no lesson called no.such");
    await student.page.getByRole("link", { name: "All lessons" }).click();
    await student.see("home").waitFor();
  });
});

describe("accessibility of lessons", () => {
  it(
    "has no violation on home and lesson, in English and Spanish, light and dark, at a desk and on a phone",
    { timeout: 240_000 },
    async () => {
      const student = await Student.visit(await newBrowser(DESKTOP), `${app.url}?lesson=${SECOND}`);
      const { page } = student;
      const found: string[] = [];
      const look = async (what: string): Promise<void> => {
        for (const language of ["Español", "English"] as const) {
          await page.setViewportSize(DESKTOP.viewport);
          await student.speaks(language);
          for (const colorScheme of ["light", "dark"] as const) {
            await page.emulateMedia({ colorScheme });
            for (const size of [DESKTOP, PHONE]) {
              await page.setViewportSize(size.viewport);
              for (const violation of await student.violations())
                found.push(`${what}, ${language}, ${colorScheme}, ${size.viewport.width}: ${violation}`);
              await shot(student, `${what}-${language}-${colorScheme}-${size.viewport.width}`);
            }
          }
        }
        await page.setViewportSize(DESKTOP.viewport);
      };
      await student.at("predict");
      await student.answer(["7"]);
      await look("quiz");
      await student.walks([deed(SECOND, "predict")]);
      await student.at("strategy");
      await student.see("ask-hint").click();
      await student.see("hint").waitFor();
      await student.run("kubectl scale deployment web --replicas=5");
      await student.stands("same", "broken");
      await student.see("steps-button").click();
      await look("task");
      await student.see("to-home").click();
      await student.see("offer").waitFor();
      await look("home");
      expect(found).toEqual([]);
    },
  );
});
