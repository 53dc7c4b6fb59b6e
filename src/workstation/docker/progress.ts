import type { ProcessContext } from "../../runtime/index.ts";
import type { Instruction } from "./dockerfile.ts";

interface Step {
  say(text: string): Promise<void>;
  /** A line of what runs. */
  line(text: string): Promise<void>;
  flushed(): Promise<void>;
  done(): Promise<void>;
  /** It had been done before. */
  cached(): Promise<void>;
}

/** BuildKit's plain progress, on stderr. */
export class Progress {
  readonly #proc: ProcessContext;
  #count = 0;
  #current: { readonly number: number; readonly title: string; readonly lines: string[] } | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(proc: ProcessContext) {
    this.#proc = proc;
    void this.#write('#0 building with "default" instance using docker driver\n');
  }
  #write(text: string): Promise<void> {
    return (this.#writing = this.#writing.then(() => this.#proc.stderr.write(text)));
  }

  begin(title: string): Step {
    const number = ++this.#count;
    const began = this.#proc.clock.now();
    const lines: string[] = [];
    this.#current = { number, title, lines };
    void this.#write(`\n#${number} ${title}\n`);
    const since = (digits: number): string => ((this.#proc.clock.now() - began) / 1000).toFixed(digits);
    return {
      say: (text) => this.#write(`#${number} ${text}\n`),
      line: (text) => {
        const line = `${since(3)} ${text.replace(/\n$/, "")}`;
        if (lines.length < 64) lines.push(line);
        return this.#write(`#${number} ${line}\n`);
      },
      flushed: () => this.#writing,
      cached: () => this.#write(`#${number} CACHED\n`),
      done: () => this.#write(`#${number} DONE ${since(1)}s\n`),
    };
  }

  /** What went wrong, with what it was about. */
  async failed(message: string, instruction: Instruction | undefined, text: string): Promise<void> {
    const current = this.#current;
    let out = "";
    if (current) {
      out += `#${current.number} ERROR: ${message}\n------\n > ${current.title}:\n`;
      for (const line of current.lines) out += `${line}\n`;
      out += "------\n";
    }
    if (instruction) {
      const lines = text.split("\n");
      const [from, to] = [Math.max(1, instruction.line - 2), Math.min(lines.length, instruction.end + 2)];
      out += `Dockerfile:${instruction.line}\n--------------------\n`;
      for (let n = from; n <= to; n++) {
        const mark = n >= instruction.line && n <= instruction.end ? ">>>" : "   ";
        out += `${String(n).padStart(4)} | ${mark} ${lines[n - 1] ?? ""}\n`;
      }
      out += "--------------------\n";
    }
    await this.#write(`${out}ERROR: failed to build: failed to solve: ${message}\n`);
  }
}
