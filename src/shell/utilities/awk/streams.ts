import { ByteDecoder, type Child, type Description, Errno } from "../../../runtime/index.ts";
import { posixRegex } from "../../regex.ts";
import type { Tool } from "../tool.ts";
import { AwkError } from "./lex.ts";

/** Reads records from a description. */
export class RecordReader {
  readonly #from: Description;
  readonly #tool: Tool;
  readonly #decoder = new ByteDecoder();
  #rest = "";
  #ended = false;
  constructor(tool: Tool, from: Description) {
    this.#tool = tool;
    this.#from = from;
  }
  async read(separator: string): Promise<string | undefined> {
    for (;;) {
      if (separator === "") this.#rest = this.#rest.replace(/^\n+/, "");
      const found = this.#find(separator);
      if (found && (found[1] < this.#rest.length || this.#ended || (separator.length === 1 && found[0] < this.#rest.length))) {
        const record = this.#rest.slice(0, found[0]);
        this.#rest = this.#rest.slice(found[1]);
        return record;
      }
      if (this.#ended) {
        const record = separator === "" ? this.#rest.replace(/\n+$/, "") : this.#rest;
        this.#rest = "";
        return record === "" ? undefined : record;
      }
      await this.#tool.flush();
      const chunk = await this.#from.read();
      this.#ended = chunk === null;
      this.#rest += chunk ? this.#decoder.decode(chunk) : this.#decoder.decode();
      await this.#tool.proc.cpu((chunk?.length ?? 0) / 100_000);
    }
  }
  /** Where the record ends and the next begins. */
  #find(separator: string): readonly [number, number] | undefined {
    if (separator.length === 1) {
      const at = this.#rest.indexOf(separator);
      return at < 0 ? undefined : [at, at + 1];
    }
    const m = posixRegex(separator === "" ? "\n\n+" : separator, { extended: true }).matcher(this.#rest);
    return m.find(0) && m.end() > m.start() ? [m.start(), m.end()] : undefined;
  }
}

interface Input {
  readonly reader: RecordReader;
  close(): Promise<number>;
}
interface Output {
  readonly description: Description;
  readonly child: Child | undefined;
  pending: string;
}

/** The files and commands that an awk program has open, by name. */
export class Streams {
  readonly #tool: Tool;
  readonly #inputs = new Map<string, Input>();
  readonly #outputs = new Map<string, Output>();
  constructor(tool: Tool) {
    this.#tool = tool;
  }

  /** The reader of a file or command; undefined when it cannot be opened. */
  async input(name: string, command: boolean): Promise<RecordReader | undefined> {
    const known = this.#inputs.get(name);
    if (known) return known.reader;
    const { proc } = this.#tool;
    if (command) {
      await this.flush();
      const { read, write } = proc.pipe();
      const child = await proc.spawn({ argv: ["sh", "-c", name], fds: { 1: write } });
      proc.close(write);
      const reader = new RecordReader(this.#tool, read);
      this.#inputs.set(name, {
        reader,
        close: async () => {
          proc.close(read);
          return (await child.exited).code;
        },
      });
      return reader;
    }
    let from: Description;
    try {
      from = name === "-" || name === "/dev/stdin" ? proc.stdin : proc.open(name, "r");
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      return undefined;
    }
    const reader = new RecordReader(this.#tool, from);
    this.#inputs.set(name, {
      reader,
      close: async () => {
        if (from !== proc.stdin) proc.close(from);
        return 0;
      },
    });
    return reader;
  }

  async write(name: string, how: ">" | ">>" | "|", text: string): Promise<void> {
    if (name === "/dev/stdout" || name === "-") return this.#tool.out(text);
    let output = this.#outputs.get(name);
    if (!output) {
      await this.flush();
      output = { ...(await this.#open(name, how)), pending: "" };
      this.#outputs.set(name, output);
    }
    output.pending += text;
    if (output.pending.length > 8192) await this.#send(output);
  }
  async #open(name: string, how: ">" | ">>" | "|"): Promise<Omit<Output, "pending">> {
    const { proc } = this.#tool;
    if (name === "/dev/stderr") return { description: proc.stderr, child: undefined };
    if (how === "|") {
      const { read, write } = proc.pipe();
      const child = await proc.spawn({ argv: ["sh", "-c", name], fds: { 0: read } });
      proc.close(read);
      return { description: write, child };
    }
    try {
      return { description: proc.open(name, how === ">" ? "w" : "a"), child: undefined };
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      throw new AwkError(`can't open '${name}': ${error.message}`);
    }
  }
  async #send(output: Output): Promise<void> {
    const { pending } = output;
    output.pending = "";
    if (pending !== "") await output.description.write(pending);
  }

  /** Everything that was printed reaches its place: before a command runs, and at the end. */
  async flush(): Promise<void> {
    await this.#tool.flush();
    for (const output of this.#outputs.values()) await this.#send(output);
  }
  /** A command's exit code, 0 for a file, -1 for what is not open. */
  async close(name: string): Promise<number> {
    const input = this.#inputs.get(name);
    const output = this.#outputs.get(name);
    this.#inputs.delete(name);
    this.#outputs.delete(name);
    const code = input ? await input.close() : -1;
    if (!output) return code;
    await this.#tool.flush();
    await this.#send(output);
    if (output.description !== this.#tool.proc.stderr) this.#tool.proc.close(output.description);
    return output.child ? (await output.child.exited).code : 0;
  }
  async closeAll(): Promise<void> {
    await this.flush();
    for (const name of [...this.#outputs.keys()]) await this.close(name);
  }
}
