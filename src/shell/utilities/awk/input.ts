import type { Tool } from "../tool.ts";
import { RecordReader } from "./streams.ts";
import { toNumber, toText, type Value } from "./value.ts";

/** The variables that reading concerns. */
interface Variables {
  array(name: string): Map<string, Value>;
  value(name: string): Value;
  variable(name: string): string;
  setVariable(name: string, value: Value): void;
  assignText(text: string): void;
}

/** The main input: the files among ARGV in order, assignments between them; standard input when there are none. */
export class MainInput {
  readonly #tool: Tool;
  readonly #variables: Variables;
  #reader: RecordReader | undefined;
  #argument = 1;
  #used = false;
  /** A file could not be opened. */
  failed = false;
  constructor(tool: Tool, variables: Variables) {
    this.#tool = tool;
    this.#variables = variables;
  }
  /** The next record, counted in NR and FNR; undefined at the end. */
  async next(): Promise<string | undefined> {
    for (;;) {
      if (!this.#reader && !(await this.#open())) return undefined;
      const text = await this.#reader?.read(this.#variables.variable("RS"));
      if (text !== undefined) {
        this.count("NR");
        this.count("FNR");
        return text;
      }
      this.#reader = undefined;
    }
  }
  count(name: string): void {
    this.#variables.setVariable(name, toNumber(this.#variables.value(name)) + 1);
  }
  /** nextfile */
  skip(): void {
    this.#reader = undefined;
  }
  async #open(): Promise<boolean> {
    const args = this.#variables.array("ARGV");
    while (this.#argument < toNumber(this.#variables.value("ARGC"))) {
      const text = toText(args.get(String(this.#argument++)), "");
      if (text === "") continue;
      if (/^[A-Za-z_]\w*=/.test(text)) {
        this.#variables.assignText(text);
        continue;
      }
      this.#used = true;
      const from = await this.#tool.open(text, 2);
      if (!from) {
        this.failed = true;
        continue;
      }
      this.#variables.setVariable("FILENAME", text);
      this.#variables.setVariable("FNR", 0);
      this.#reader = new RecordReader(this.#tool, from);
      return true;
    }
    if (this.#used) return false;
    this.#used = true;
    this.#variables.setVariable("FILENAME", "-");
    this.#reader = new RecordReader(this.#tool, this.#tool.proc.stdin);
    return true;
  }
}
