import { type Child, type Description, Errno, type ProcessContext } from "../../runtime/index.ts";

/** Text through a pager: started at the first of it, waited for at the end. Who leaves the pager early loses the rest. */
export class Pager {
  readonly #proc: ProcessContext;
  readonly #command: string;
  readonly #env: Readonly<Record<string, string>>;
  #child: Child | undefined;
  #to: Description | undefined;
  #gone = false;

  constructor(proc: ProcessContext, command: string, env: Readonly<Record<string, string>>) {
    this.#proc = proc;
    this.#command = command;
    this.#env = env;
  }
  async write(text: string): Promise<void> {
    if (this.#gone || text === "") return;
    if (!this.#to) {
      const { read, write } = this.#proc.pipe();
      this.#child = await this.#proc.spawn({
        argv: ["sh", "-c", this.#command],
        fds: { 0: read },
        env: { ...this.#proc.env, ...this.#env },
      });
      this.#proc.close(read);
      this.#to = write;
    }
    try {
      await this.#to.write(text);
    } catch (error) {
      if (!(error instanceof Errno) || error.code !== "EPIPE") throw error;
      this.#gone = true;
    }
  }
  async close(): Promise<void> {
    if (!this.#to || !this.#child) return;
    this.#proc.close(this.#to);
    await this.#child.exited;
  }
}
