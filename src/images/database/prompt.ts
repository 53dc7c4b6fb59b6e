import type { ProcessContext } from "../../runtime/index.ts";
import { LineEditor } from "../../shell/index.ts";

/** Ctrl-C at the prompt. */
export const INTERRUPT = Symbol("interrupt");

/** Lines of the standard input. On a terminal they are edited behind a prompt, and Ctrl-C gives INTERRUPT. */
export class Input {
  readonly #proc: ProcessContext;
  readonly #decoder = new TextDecoder();
  readonly #history: string[] = [];
  readonly #editor: LineEditor | undefined;
  #text = "";
  #ended = false;

  constructor(proc: ProcessContext) {
    this.#proc = proc;
    if (proc.stdin.tty) this.#editor = new LineEditor({ input: proc.stdin, output: proc.stdout, history: this.#history });
  }
  get interactive(): boolean {
    return this.#editor !== undefined;
  }

  /** The next line without its end; undefined at the end of the input. */
  async next(prompt: string): Promise<string | typeof INTERRUPT | undefined> {
    if (this.#editor) {
      const line = await this.#editor.readLine(prompt);
      if (line.kind === "interrupt") return INTERRUPT;
      if (line.kind === "end") return undefined;
      if (line.text.trim() !== "" && this.#history.at(-1) !== line.text) this.#history.push(line.text);
      return line.text;
    }
    for (;;) {
      const end = this.#text.indexOf("\n");
      if (end >= 0) {
        const line = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 1);
        return line;
      }
      if (this.#ended) {
        const rest = this.#text;
        this.#text = "";
        return rest === "" ? undefined : rest;
      }
      const data = await this.#proc.stdin.read();
      if (data === null) this.#ended = true;
      else this.#text += this.#decoder.decode(data, { stream: true });
    }
  }
}
