import { goQuote } from "../machinery/index.ts";

/**
 * What strict decoding holds against a JSON text that is known to parse: keys that come twice in one object, and those
 * of `unknown`, in the order of the text (k8s: sigs.k8s.io/json UnmarshalStrict). Nothing below an unknown field is
 * looked at, nor is it told twice. `unknown` has whole texts: `unknown field "spec.replicaz"`.
 */
export function strictErrors(text: string, unknown: readonly string[] = []): readonly string[] {
  const scan = new Scan(text, new Set(unknown));
  scan.value("", false);
  return [...scan.errors];
}

const WORD = /[^\s,\]}]*/y;

class Scan {
  readonly errors = new Set<string>();
  readonly #text: string;
  readonly #unknown: ReadonlySet<string>;
  #at = 0;

  constructor(text: string, unknown: ReadonlySet<string>) {
    this.#text = text;
    this.#unknown = unknown;
  }

  /** `silent`: below a field that is not decoded at all. */
  value(path: string, silent: boolean): void {
    this.#space();
    const c = this.#text[this.#at];
    if (c === "{") this.#object(path, silent);
    else if (c === "[") this.#list(path, silent);
    else if (c === '"') this.#string();
    else {
      WORD.lastIndex = this.#at;
      WORD.exec(this.#text);
      this.#at = Math.max(WORD.lastIndex, this.#at + 1);
    }
  }

  #object(path: string, silent: boolean): void {
    const keys = new Set<string>();
    this.#at++;
    for (this.#space(); this.#more("}"); this.#space()) {
      const key = this.#string();
      const below = path === "" ? key : `${path}.${key}`;
      const unknown = `unknown field ${goQuote(below)}`;
      const isUnknown = this.#unknown.has(unknown);
      if (!silent && isUnknown) this.errors.add(unknown);
      else if (!silent && keys.has(key)) this.errors.add(`duplicate field ${goQuote(below)}`);
      keys.add(key);
      this.#space();
      this.#at++;
      this.value(below, silent || isUnknown);
      this.#comma();
    }
  }

  #list(path: string, silent: boolean): void {
    this.#at++;
    let i = 0;
    for (this.#space(); this.#more("]"); this.#space()) {
      this.value(`${path}[${i++}]`, silent);
      this.#comma();
    }
  }

  #more(end: string): boolean {
    if (this.#at < this.#text.length && this.#text[this.#at] !== end) return true;
    this.#at++;
    return false;
  }

  #comma(): void {
    this.#space();
    if (this.#text[this.#at] === ",") this.#at++;
  }

  #string(): string {
    const start = this.#at++;
    while (this.#at < this.#text.length && this.#text[this.#at] !== '"') this.#at += this.#text[this.#at] === "\\" ? 2 : 1;
    this.#at++;
    return JSON.parse(this.#text.slice(start, this.#at)) as string;
  }

  #space(): void {
    while (" \t\r\n".includes(this.#text[this.#at] ?? "x")) this.#at++;
  }
}
