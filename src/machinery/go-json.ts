/**
 * What Go's encoding/json says about bytes that are no JSON (k8s: json/scanner.go); undefined when they are. It is asked
 * only after JSON.parse has refused, and for how deep a body nests.
 */
export function goJsonProblem(bytes: Uint8Array): string | undefined {
  return new Scanner(bytes).problem();
}

/** encoding/json gives up on what nests deeper. */
const MAX_DEPTH = 10_000;

const CODE = (c: string): number => c.charCodeAt(0);
const QUOTE = CODE('"');
const BACKSLASH = CODE("\\");
const LITERALS: Readonly<Record<string, string>> = { t: "true", f: "false", n: "null" };

class Scanner {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  problem(): string | undefined {
    try {
      this.#values();
      this.#space();
      if (this.#at < this.#bytes.length) this.#refuse("after top-level value");
      return undefined;
    } catch (error) {
      if (error instanceof Problem) return error.message;
      throw error;
    }
  }

  /** Without recursion, for depth is the client's choice. */
  #values(): void {
    const open: ("{" | "[")[] = [];
    for (;;) {
      // A value begins here.
      this.#space();
      const c = this.#peek();
      if (c === "{" || c === "[") {
        this.#at++;
        if (open.push(c) > MAX_DEPTH) throw new Problem("exceeded max depth");
        this.#space();
        if (this.#peek() !== (c === "{" ? "}" : "]")) {
          if (c === "{") this.#key();
          continue;
        }
      } else this.#scalar(c);
      // A value has ended here, and perhaps what it was in.
      for (;;) {
        const inner = open.at(-1);
        if (inner === undefined) return;
        this.#space();
        const next = this.#peek();
        if (next === (inner === "{" ? "}" : "]")) {
          this.#at++;
          open.pop();
          continue;
        }
        if (next !== ",") this.#refuse(inner === "{" ? "after object key:value pair" : "after array element");
        this.#at++;
        if (inner === "{") {
          this.#space();
          this.#key();
        }
        break;
      }
    }
  }

  #key(): void {
    if (this.#peek() !== '"') this.#refuse("looking for beginning of object key string");
    this.#string();
    this.#space();
    if (this.#peek() !== ":") this.#refuse("after object key");
    this.#at++;
  }

  #scalar(c: string): void {
    if (c === '"') this.#string();
    else if (c === "-" || (c >= "0" && c <= "9")) this.#number();
    else if (Object.hasOwn(LITERALS, c)) this.#literal(LITERALS[c] as string);
    else this.#refuse("looking for beginning of value");
  }

  #literal(word: string): void {
    for (const c of word) {
      if (this.#peek() !== c) this.#refuse(`in literal ${word} (expecting '${c}')`);
      this.#at++;
    }
  }

  #string(): void {
    for (this.#at++; ; this.#at++) {
      const code = this.#code();
      if (code === QUOTE) break;
      if (code < 0x20) this.#refuse("in string literal");
      if (code !== BACKSLASH) continue;
      this.#at++;
      const escape = this.#peek();
      if (!'bfnrt\\/"u'.includes(escape)) this.#refuse("in string escape code");
      if (escape !== "u") continue;
      for (let i = 0; i < 4; i++) {
        this.#at++;
        if (!/[0-9a-fA-F]/.test(this.#peek())) this.#refuse("in \\u hexadecimal character escape");
      }
    }
    this.#at++;
  }

  #number(): void {
    if (this.#peek() === "-") this.#at++;
    if (this.#peek() === "0") this.#at++;
    else this.#digits("in numeric literal");
    if (this.#is(".")) {
      this.#at++;
      this.#digits("after decimal point in numeric literal");
    }
    if (this.#is("e") || this.#is("E")) {
      this.#at++;
      if (this.#is("+") || this.#is("-")) this.#at++;
      this.#digits("in exponent of numeric literal");
    }
  }

  #digits(where: string): void {
    if (!/\d/.test(this.#peek())) this.#refuse(where);
    while (this.#at < this.#bytes.length && /\d/.test(this.#peek())) this.#at++;
  }

  #space(): void {
    while (this.#at < this.#bytes.length && " \t\r\n".includes(this.#peek())) this.#at++;
  }

  #is(c: string): boolean {
    return this.#bytes[this.#at] === CODE(c);
  }

  #code(): number {
    const code = this.#bytes[this.#at];
    if (code === undefined) throw new Problem("unexpected end of JSON input");
    return code;
  }

  /** One byte as a character, as Go reads it. */
  #peek(): string {
    return String.fromCharCode(this.#code());
  }

  #refuse(where: string): never {
    throw new Problem(`invalid character ${quoted(this.#code())} ${where}`);
  }
}

class Problem extends Error {}

const ESCAPES: Readonly<Record<number, string>> = {
  7: "\\a",
  8: "\\b",
  9: "\\t",
  10: "\\n",
  11: "\\v",
  12: "\\f",
  13: "\\r",
  39: "\\'",
  92: "\\\\",
};

/** encoding/json quoteChar. */
function quoted(code: number): string {
  const escape = ESCAPES[code];
  if (escape !== undefined) return `'${escape}'`;
  if (code < 0x20 || code === 0x7f) return `'\\x${code.toString(16).padStart(2, "0")}'`;
  const unprintable = (code >= 0x80 && code <= 0xa0) || code === 0xad;
  return unprintable ? `'\\u00${code.toString(16)}'` : `'${String.fromCharCode(code)}'`;
}
