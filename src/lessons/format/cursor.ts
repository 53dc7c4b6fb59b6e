import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import type { Problem } from "../types.ts";

/** Aliases that a lesson's YAML may unfold to: more is a bomb. */
const MOST_ALIASES = 100;
const DEEPEST = 40;

/** A place in a YAML file that knows its line and collects what is wrong there. */
export class Cursor {
  readonly #node: Node | null | undefined;
  readonly #source: Source;
  /** "steps[1].checks[0].cel"; empty at the top. */
  readonly path: string;

  constructor(node: Node | null | undefined, source: Source, path: string) {
    this.#node = node;
    this.#source = source;
    this.path = path;
  }

  get line(): number {
    const at = this.#node?.range?.[0];
    return at === undefined ? 1 : this.#source.lines.linePos(at).line;
  }

  /** Tells of a problem here; `fix` says what to do. */
  fail(message: string, fix: string): undefined {
    const where = this.path === "" ? "" : `${this.path}: `;
    this.#source.problems.push({ file: this.#source.file, line: this.line, message: `${where}${message}`, fix });
    return undefined;
  }

  get kind(): "mapping" | "list" | "nothing" | "text" | "number" | "boolean" {
    const node = this.#node;
    if (isMap(node)) return "mapping";
    if (isSeq(node)) return "list";
    const value: unknown = isScalar(node) ? node.value : undefined;
    return typeof value === "string" ? "text" : typeof value === "number" ? "number" : typeof value === "boolean" ? "boolean" : "nothing";
  }

  get scalar(): unknown {
    return isScalar(this.#node) ? this.#node.value : undefined;
  }

  /** As it was typed: `1.20` is no number where text is wanted. */
  get typed(): string {
    return isScalar(this.#node) ? (this.#node.source ?? String(this.#node.value)) : "";
  }

  items(): readonly Cursor[] {
    if (!isSeq(this.#node)) return [];
    return this.#node.items.map((item, i) => new Cursor(this.#source.resolve(item as Node), this.#source, `${this.path}[${i}]`));
  }

  /** Keys with where they stand and what they hold. */
  entries(): readonly (readonly [key: string, at: Cursor, value: Cursor])[] {
    if (!isMap(this.#node)) return [];
    return this.#node.items.map(({ key, value }) => {
      const name = isScalar(key) ? String(key.value) : "";
      const path = this.path === "" ? name : `${this.path}.${name}`;
      return [
        name,
        new Cursor(key as Node, this.#source, path),
        new Cursor(this.#source.resolve(value as Node | null), this.#source, path),
      ];
    });
  }
}

interface Source {
  readonly file: string;
  readonly lines: LineCounter;
  readonly problems: Problem[];
  resolve(node: Node | null | undefined): Node | null | undefined;
}

/** The top of a YAML file; undefined where it is none, which is told to `problems`. */
export function cursorOf(file: string, text: string, problems: Problem[]): Cursor | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  for (const { message, pos } of document.errors)
    problems.push({ file, line: lines.linePos(pos[0]).line, message, fix: "Mend the YAML: indent with spaces, two a level." });
  if (document.errors.length > 0) return undefined;
  try {
    // Unfolds aliases once, within their limit.
    const value: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
    if (depthOf(value, 0) > DEEPEST) throw new Error(`nested more than ${DEEPEST} deep`);
  } catch (error) {
    problems.push({ file, line: 1, message: (error as Error).message, fix: "Write values out instead of aliases." });
    return undefined;
  }
  const source: Source = {
    file,
    lines,
    problems,
    resolve: (node) => (isAlias(node) ? node.resolve(document) : node),
  };
  return new Cursor(document.contents, source, "");
}

function depthOf(value: unknown, depth: number): number {
  if (depth > DEEPEST || typeof value !== "object" || value === null) return depth;
  return Math.max(depth, ...Object.values(value).map((v) => depthOf(v, depth + 1)));
}
