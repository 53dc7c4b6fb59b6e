import type { BrowserContext, Locator, Page } from "playwright-core";
import { until } from "./until.ts";

const PROMPT = "learner@workstation:~$";
const PATIENCE_MS = 30_000;

export interface SeenPod {
  /** As on the map: "<namespace>/<name>". */
  readonly key: string;
  readonly state: string;
  /** kubectl's STATUS, and how many restarts the mark shows. */
  readonly text: string;
  readonly restarts: number;
}

/** Somebody at the workbench: types, looks at the screen, and waits for what it shows. */
export class Learner {
  readonly page: Page;
  /** What went wrong in the page; a journey ends with none of it. */
  readonly troubles: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on("pageerror", (error) => this.troubles.push(error.message));
    page.on("console", (message) => message.type() === "error" && this.troubles.push(message.text()));
  }

  /** Opens the app in a new tab and waits for the prompt. */
  static async open(context: BrowserContext, url: string): Promise<Learner> {
    const learner = new Learner(await context.newPage());
    await learner.page.goto(url);
    await learner.atPrompt();
    return learner;
  }

  /** A tab whose terminal may never show a prompt. */
  static async visit(context: BrowserContext, url: string): Promise<Learner> {
    const learner = new Learner(await context.newPage());
    await learner.page.goto(url);
    return learner;
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.atPrompt();
  }

  see(id: string): Locator {
    return this.page.getByTestId(id);
  }

  async sees(locator: Locator, timeout = PATIENCE_MS): Promise<void> {
    await locator.first().waitFor({ state: "visible", timeout });
  }

  /** The rows of the active terminal, as they are painted. */
  async screen(): Promise<readonly string[]> {
    const rows = await this.page.evaluate(() =>
      [...(document.querySelector(".terminal-screen:not([hidden]) .xterm-rows")?.children ?? [])].map((row) => row.textContent ?? ""),
    );
    return rows.map((row) => row.replaceAll("\u00a0", " ").trimEnd());
  }

  async atPrompt(): Promise<void> {
    await until(
      () => this.screen(),
      (rows) => rows.findLast((row) => row !== "") === PROMPT,
    );
  }

  async focusTerminal(): Promise<void> {
    await this.page.locator(".terminal-screen:not([hidden]) textarea").focus();
  }

  /** Types a command, waits until the prompt is back, and answers what it wrote (what the screen still shows of it). */
  async run(command: string): Promise<string> {
    await this.focusTerminal();
    await this.page.keyboard.insertText(command);
    const typed = `${PROMPT} ${command}`.replaceAll(" ", "");
    const before = await until(
      () => this.screen(),
      (rows) => rows.join("").replaceAll(" ", "").endsWith(typed.slice(-60)),
    );
    const height = before.findLastIndex((row) => row !== "") - before.findLastIndex((row) => row.startsWith(PROMPT)) + 1;
    await this.page.keyboard.press("Enter");
    await this.atPrompt();
    const rows = await this.screen();
    const end = rows.findLastIndex((row) => row !== "");
    const begin = rows.findLastIndex((row, i) => i < end && row.startsWith(PROMPT));
    return rows.slice(begin < 0 ? 0 : begin + height, end).join("\n");
  }

  /** Every pod on the map whose key begins so. */
  async pods(prefix = ""): Promise<readonly SeenPod[]> {
    return this.page.evaluate(
      (start) =>
        [...document.querySelectorAll<HTMLElement>('[data-testid="pod"]')]
          .filter((mark) => (mark.dataset["pod"] ?? "").startsWith(start))
          .map((mark) => {
            const words = mark.querySelector(".pod-status")?.textContent ?? "";
            const [, text = "", restarts = "0"] = /^(.*?)(?: ↻(\d+))?$/.exec(words) ?? [];
            return { key: mark.dataset["pod"] ?? "", state: mark.dataset["state"] ?? "", text: text.trim(), restarts: Number(restarts) };
          })
          .sort((a, b) => (a.key < b.key ? -1 : 1)),
      prefix,
    );
  }

  /** A picture of the page for people to look at, where SHOTS names a folder for them. */
  async shot(name: string): Promise<void> {
    const folder = process.env["SHOTS"];
    if (folder) await this.page.screenshot({ path: `${folder}/${name}.png` });
  }

  /** Waits until the pods on the map are as they should be. */
  async podsBecome(prefix: string, are: (pods: readonly SeenPod[]) => boolean, timeout = PATIENCE_MS): Promise<readonly SeenPod[]> {
    return until(() => this.pods(prefix), are, { timeout });
  }

  /** The cluster's own time (ms), to the second. */
  async now(): Promise<number> {
    return Date.parse((await this.see("clock-time").getAttribute("datetime")) ?? "");
  }

  async speed(speed: number): Promise<void> {
    await this.see("clock-speed").selectOption(String(speed));
    await until(
      () => this.see("clock-speed").inputValue(),
      (value) => value === String(speed),
    );
  }

  async pause(): Promise<void> {
    await this.see("clock-pause").click();
    await this.page.locator("[data-testid=clock][data-paused]").waitFor();
  }

  async resume(): Promise<void> {
    await this.see("clock-pause").click();
    await this.page.locator("[data-testid=clock]:not([data-paused])").waitFor();
  }

  /** Makes a new file in the editor with this text and leaves the cursor in it. */
  async write(text: string): Promise<void> {
    await this.page.locator(".new-file select").selectOption("blank");
    const input = this.page.locator("#editor-text .native-edit-context, #editor-text textarea").first();
    await this.sees(this.page.locator("#editor-text .view-lines"));
    await input.focus();
    await this.page.evaluate((t) => navigator.clipboard.writeText(t), text);
    await this.page.keyboard.press("Control+a");
    await this.page.keyboard.press("Control+v");
  }
}
