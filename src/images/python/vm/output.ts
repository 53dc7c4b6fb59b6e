import { Errno, type Description } from "../../../runtime/index.ts";

const BLOCK = 8192;

/** sys.stdout or sys.stderr: what is written goes out at once, at the end of a line, or when enough has come together. */
export class Output {
  readonly to: Description;
  #buffering: "none" | "line" | "block";
  #waiting: string[] = [];
  #size = 0;
  #due = false;
  /** Why nothing more can be written. */
  failure: Errno | undefined = undefined;

  constructor(to: Description, buffering: "none" | "line" | "block") {
    this.to = to;
    this.#buffering = buffering;
  }
  write(text: string): void {
    this.#waiting.push(text);
    this.#size += text.length;
    if (this.#buffering === "none" || this.#size > BLOCK || (this.#buffering === "line" && text.includes("\n"))) this.#due = true;
  }
  byLine(): void {
    if (this.#buffering === "block") this.#buffering = "line";
  }
  flush(): void {
    this.#due = true;
  }
  get due(): boolean {
    return this.#due && this.#waiting.length > 0;
  }
  async drain(): Promise<void> {
    if (!this.due) return;
    const text = this.#waiting.join("");
    this.#waiting = [];
    this.#size = 0;
    this.#due = false;
    try {
      await this.to.write(new TextEncoder().encode(text));
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      this.failure = error;
    }
  }
}
