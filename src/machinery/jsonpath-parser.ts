import { goUnquote } from "./gounquote.ts";

/** kubectl's JSONPath dialect (k8s: client-go/util/jsonpath parser.go), with its error texts. */
export type PathNode =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "field"; readonly name: string }
  | { readonly kind: "wildcard" }
  | { readonly kind: "recursive" }
  | { readonly kind: "number"; readonly value: number; readonly float: boolean }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "identifier"; readonly name: string }
  | { readonly kind: "array"; readonly start?: number; readonly end?: number; readonly derived: boolean; readonly step?: number }
  | { readonly kind: "filter"; readonly left: PathList; readonly right: PathList; readonly operator: string }
  | { readonly kind: "union"; readonly lists: readonly PathList[] };

/** The steps of one `{...}`, each taken from the results of the one before. */
export type PathList = readonly PathNode[];

export class JsonPathError extends Error {
  override readonly name = "JsonPathError";
}

/** Text outside braces is a list of one text node. */
export function parseTemplate(template: string): readonly PathList[] {
  const lists: PathList[] = [];
  let at = 0;
  while (at < template.length) {
    const open = template.indexOf("{", at);
    const text = open < 0 ? template.slice(at) : template.slice(at, open);
    if (text !== "") lists.push([{ kind: "text", text }]);
    if (open < 0) break;
    const p = new ActionParser(template, open + 1);
    lists.push(p.parse());
    at = p.at;
  }
  return lists;
}

/** A nested expression; only its first `{...}` counts, as upstream has it. */
function parseAction(text: string): PathList {
  return new ActionParser(`{${text}}`, 1).parse();
}

const isTerminator = (c: string): boolean => c === "" || /[\s.,[\]$@{}]/.test(c);

class ActionParser {
  readonly #input: string;
  readonly #nodes: PathNode[] = [];
  at: number;
  constructor(input: string, at: number) {
    this.#input = input;
    this.at = at;
  }

  parse(): PathList {
    for (;;) {
      const rest = (s: string): boolean => this.#input.startsWith(s, this.at);
      if (rest("}")) {
        this.at++;
        return this.#nodes;
      }
      if (rest("[?(")) this.#filter();
      else if (rest("..")) this.#recursive();
      else this.#step();
    }
  }

  #step(): void {
    const c = String.fromCodePoint(...[this.#input.codePointAt(this.at)].filter((n) => n !== undefined));
    if (c === "" || c === "\n" || c === "\r") throw new JsonPathError("unclosed action");
    if (c === " " || c === "@" || c === "$") this.at++;
    else if (c === "[") this.#array();
    else if (c === '"' || c === "'") this.#quote(c);
    else if (c === ".") {
      this.at++;
      this.#field();
    } else if (/[-+0-9]/.test(c)) this.#number();
    else if (/[\p{L}\p{Nd}_]/u.test(c)) this.#identifier();
    else {
      const code = (c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
      throw new JsonPathError(`unrecognized character in action: U+${code} '${c}'`);
    }
  }

  #word(): string {
    const start = this.at;
    while (!isTerminator(this.#input.charAt(this.at))) this.at += this.#input[this.at] === "\\" ? 2 : 1;
    this.at = Math.min(this.at, this.#input.length);
    return this.#input.slice(start, this.at);
  }

  #field(): void {
    const word = this.#word();
    this.#nodes.push(word === "*" ? { kind: "wildcard" } : { kind: "field", name: word.replaceAll("\\", "") });
  }

  #identifier(): void {
    const start = this.at;
    while (!isTerminator(this.#input.charAt(this.at))) this.at++;
    const name = this.#input.slice(start, this.at);
    if (name === "true" || name === "false") this.#nodes.push({ kind: "bool", value: name === "true" });
    else this.#nodes.push({ kind: "identifier", name });
  }

  #number(): void {
    const start = this.at++;
    while (/[.0-9]/.test(this.#input.charAt(this.at))) this.at++;
    const text = this.#input.slice(start, this.at);
    if (!/^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)$/.test(text)) throw new JsonPathError(`cannot parse number ${text}`);
    this.#nodes.push({ kind: "number", value: Number(text), float: text.includes(".") });
  }

  #recursive(): void {
    if (this.#nodes.at(-1)?.kind === "recursive") throw new JsonPathError("invalid multiple recursive descent");
    this.at += 2;
    this.#nodes.push({ kind: "recursive" });
    if (/[\p{L}\p{Nd}_]/u.test(this.#input.charAt(this.at))) this.#field();
  }

  #quote(end: string): void {
    const start = this.at++;
    for (; this.#input[this.at] !== end || this.#input[this.at - 1] === "\\"; this.at++)
      if (this.at >= this.#input.length || this.#input[this.at] === "\n") throw new JsonPathError("unterminated quoted string");
    const quoted = this.#input.slice(start, ++this.at);
    const text = goUnquote(quoted);
    if (text === null) throw new JsonPathError(`unquote string ${quoted} error invalid syntax`);
    this.#nodes.push({ kind: "text", text });
  }

  #array(): void {
    const close = this.#input.slice(this.at).search(/[\]\n]/);
    if (close < 0 || this.#input[this.at + close] === "\n") throw new JsonPathError("unterminated array");
    const inside = this.#input.slice(this.at + 1, this.at + close);
    this.at += close + 1;
    const text = inside === "*" ? ":" : inside;
    const parts = text.split(",");
    if (parts.length > 1) {
      this.#nodes.push({ kind: "union", lists: parts.map((s) => parseAction(`[${s.replace(/^ +| +$/g, "")}]`)) });
      return;
    }
    const key = /^'([^']*)'$/.exec(text);
    if (key !== null) this.#nodes.push(...parseAction(`.${key[1] ?? ""}`));
    else this.#nodes.push(slice(text));
  }

  #filter(): void {
    const start = (this.at += 3);
    let quote = "";
    let closed = false;
    for (; ; this.at++) {
      const c = this.#input.charAt(this.at);
      if (c === "" || c === "\n") throw new JsonPathError("unterminated filter");
      // One quoted text is understood, at the end.
      if (c === '"' || c === "'") {
        if (quote === "") quote = c;
        else if (c === quote && this.#input[this.at - 1] !== "\\") closed = true;
      } else if (c === ")" && (quote !== "") === closed) break;
    }
    const text = this.#input.slice(start, this.at++);
    if (this.#input[this.at++] !== "]") throw new JsonPathError("unclosed array expect ]");
    const m = /^([^!<>=]+)([!<>=]+)([^\n]+)$/.exec(text);
    if (m === null) {
      this.#nodes.push({ kind: "filter", left: parseAction(text), right: [], operator: "exists" });
      return;
    }
    const [, left = "", operator = "", right = ""] = m;
    this.#nodes.push({ kind: "filter", left: parseAction(left), right: parseAction(right), operator });
  }
}

/** `0`, `-1`, `1:3`, `::2`: an index is a slice of one whose end is derived. */
function slice(text: string): PathNode {
  const m = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/.exec(text);
  if (m === null) throw new JsonPathError(`invalid array index ${text}`);
  const number = (s: string | undefined): number | undefined => {
    if (s === undefined || s === "") return undefined;
    if (s === "-") throw new JsonPathError(`array index ${s} is not a number`);
    return Number(s);
  };
  const start = number(m[1]);
  const end = number(m[2]?.slice(1));
  const step = number(m[3]?.slice(1));
  const derived = m[2] === undefined;
  const last = derived ? (start ?? 0) + 1 : end;
  return {
    kind: "array",
    derived,
    ...(start === undefined ? {} : { start }),
    ...(last === undefined ? {} : { end: last }),
    ...(step === undefined ? {} : { step }),
  };
}
