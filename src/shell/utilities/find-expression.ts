import type { Stat } from "../../runtime/index.ts";
import { ACTIONS } from "./find-actions.ts";
import { TESTS } from "./find-tests.ts";
import type { Tool } from "./tool.ts";

type Test = (path: string, name: string, stat: Stat, depth: number) => Promise<boolean> | boolean;
/** What one word of an expression means; it takes the words that belong to it. */
export type Primary = (e: Expression, name: string) => Test;

/** find's expression as it is read, and what its words say of the walk. */
export class Expression {
  readonly tool: Tool;
  min = 0;
  max = Infinity;
  /** An action is there, so that nothing is printed without one. */
  acts = false;
  /** What is in a folder comes before it. */
  deep = false;
  /** On one file system. */
  stay = false;
  follow: boolean;
  /** Set by a test while the walk is at a folder: nothing below it. */
  prune = false;
  quit = false;
  /** The starting point that the walk is below. */
  top = ".";
  /** Why it cannot be walked by: the first that was found. */
  failure: string | undefined;
  /** Of -exec {} +: run when all is found. */
  readonly batches: { readonly argv: readonly string[]; readonly paths: string[] }[] = [];
  readonly #args: readonly string[];
  #at = 0;

  constructor(tool: Tool, args: readonly string[], follow: boolean) {
    this.tool = tool;
    this.#args = args;
    this.follow = follow;
  }

  get next(): string | undefined {
    return this.#args[this.#at];
  }
  take(): string {
    return this.#args[this.#at++] ?? "";
  }
  /** The argument that a word has to have. */
  value(name: string): string {
    if (this.next === undefined) this.failure ??= this.tool.busybox ? `${name} requires an argument` : `missing argument to \`${name}'`;
    return this.take();
  }

  /** The whole of it; without any, everything is found. */
  read(): Test {
    const test: Test = this.#args.length > 0 ? this.#or() : () => true;
    if (this.next !== undefined) this.failure ??= `unexpected argument '${this.next}'`;
    return test;
  }
  #or(): Test {
    let left = this.#and();
    while (this.next === "-o" || this.next === "-or") {
      this.take();
      const [a, b] = [left, this.#and()];
      left = async (...x) => (await a(...x)) || b(...x);
    }
    return left;
  }
  #and(): Test {
    let left = this.#not();
    while (this.next !== undefined && this.next !== ")" && this.next !== "-o" && this.next !== "-or") {
      if (this.next === "-a" || this.next === "-and") this.take();
      const [a, b] = [left, this.#not()];
      left = async (...x) => (await a(...x)) && b(...x);
    }
    return left;
  }
  #not(): Test {
    const word = this.take();
    if (word === "!" || word === "-not") {
      const a = this.#not();
      return async (...x) => !(await a(...x));
    }
    if (word !== "(") return this.#primary(word);
    const a = this.#or();
    if (this.take() !== ")") this.failure ??= "invalid expression; I was expecting to find a ')' somewhere but did not see one.";
    return a;
  }
  #primary(name: string): Test {
    const primary = TESTS.get(name) ?? ACTIONS.get(name);
    if (primary) return primary(this, name);
    this.failure ??= this.tool.busybox
      ? `unrecognized: ${name}`
      : name.startsWith("-")
        ? `unknown predicate \`${name}'`
        : `paths must precede expression: \`${name}'`;
    return () => false;
  }
}
