import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { BrowserContext, Locator, Page } from "playwright-core";
import { Learner } from "../learner.ts";
import { until } from "../until.ts";
import type { Deed } from "./ways.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PATIENCE_MS = 60_000;

/** Somebody with a lesson before them: reads, answers, types, and waits for what the page says to it. */
export class Student {
  readonly learner: Learner;
  readonly phone: boolean;

  private constructor(learner: Learner, phone: boolean) {
    this.learner = learner;
    this.phone = phone;
  }

  static async visit(context: BrowserContext, url: string): Promise<Student> {
    const learner = await Learner.visit(context, url);
    return new Student(learner, (learner.page.viewportSize()?.width ?? 0) <= 760);
  }

  get page(): Page {
    return this.learner.page;
  }

  see(id: string): Locator {
    return this.page.getByTestId(id);
  }

  /** Waits until this step is the one that is shown. */
  async at(step: string): Promise<void> {
    await this.page.locator(`[data-testid=step][data-step="${step}"]`).waitFor({ timeout: PATIENCE_MS });
  }

  /** Types a command where the terminal is, and comes back to the lesson. */
  async run(command: string): Promise<string> {
    if (this.phone) await this.see("tab-terminal").click();
    await this.learner.atPrompt();
    const said = await this.learner.run(command);
    if (this.phone) await this.see("tab-lesson").click();
    return said.trim();
  }

  async answer(given: readonly string[]): Promise<void> {
    for (const one of given) {
      const option = this.page.locator(`.quiz input[value="${one}"]:is([type=radio], [type=checkbox])`);
      if ((await option.count()) > 0) await option.check();
      else await this.page.locator(".quiz-field").fill(one);
    }
    await this.page.locator("[data-testid=lesson-go][data-go=answer]").click();
  }

  /** What is to be done in a step, to its end. */
  async does({ step, wrong, answer, run }: Deed): Promise<void> {
    await this.at(step);
    if (wrong) {
      await this.answer(wrong);
      await this.page.locator(".quiz[data-wrong]").waitFor();
    }
    if (answer) {
      await this.answer(typeof answer === "function" ? await answer(this) : answer);
      await this.page.locator(".quiz[data-right]").waitFor();
    }
    for (const command of run ?? []) await this.run(command);
    await this.stepDone();
  }

  async stepDone(): Promise<void> {
    await this.page.locator("[data-testid=lesson-go][data-go=next]").waitFor({ timeout: PATIENCE_MS });
  }

  async goOn(): Promise<void> {
    await this.see("lesson-go").click();
  }

  /** Steps from here to the end. */
  async walks(deeds: readonly Deed[]): Promise<void> {
    for (const deed of deeds) {
      await this.does(deed);
      await this.goOn();
    }
  }

  /** Waits for a check to stand so: waiting, passed, failed, broken, holding. */
  async stands(check: string, standing: string): Promise<void> {
    await this.page.locator(`[data-testid="check-${check}"][data-standing=${standing}]`).waitFor({ timeout: PATIENCE_MS });
  }

  async speaks(language: "English" | "Español"): Promise<void> {
    await this.see("menu").click();
    await this.page.getByRole("menuitemradio", { name: language }).click();
    await this.page.keyboard.press("Escape");
    await this.page.locator(`html[lang=${language === "English" ? "en" : "es"}]`).waitFor({ state: "attached" });
  }

  /** What was said to who does not see, as it comes. */
  async hears(): Promise<() => Promise<readonly string[]>> {
    await this.page.evaluate(() => {
      const region = document.querySelector("[data-testid=live]") as HTMLElement;
      const said: string[] = ((window as unknown as { said: string[] }).said = []);
      new MutationObserver(() => region.textContent && said.push(region.textContent)).observe(region, {
        childList: true,
        subtree: true,
        characterData: true,
      });
    });
    return () => this.page.evaluate(() => (window as unknown as { said: string[] }).said);
  }

  /** What axe finds wrong with what is shown now. */
  async violations(): Promise<readonly string[]> {
    // A fade that is still going on would be taken for a pale colour.
    await this.page.evaluate(() =>
      Promise.all(
        document
          .getAnimations()
          .filter((a) => a.effect?.getTiming().iterations !== Infinity)
          .map((a) => a.finished.catch(() => {})),
      ),
    );
    await this.page.evaluate(axe);
    return this.page.evaluate(async () => {
      const { axe: engine } = window as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }> };
      };
      return (await engine.run()).violations.map(
        (v) => `${v.id} (${v.nodes.length}): ${v.nodes[0]?.html.slice(0, 160)} ${v.nodes[0]?.failureSummary}`,
      );
    });
  }

  async focused(): Promise<string> {
    return this.page.evaluate(() => document.activeElement?.id ?? "");
  }

  async becomesFocused(id: string): Promise<void> {
    await until(
      () => this.focused(),
      (now) => now === id,
    );
  }
}
