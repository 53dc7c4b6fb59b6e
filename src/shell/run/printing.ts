import type { CompoundList, Redirection, Statement, SyntaxNode } from "unbash";
import { parseScript } from "../parse.ts";

/** Writes commands as bash does (`declare -f`, `jobs`): its own layout, the words as they were typed. */
class Printer {
  readonly #source: string;
  /** Within a function each command has a line; elsewhere lists stay on one. */
  #lines = false;
  #indent = 0;

  constructor(source: string) {
    this.#source = source;
  }
  #text(node: { readonly pos: number; readonly end: number }): string {
    return this.#source.slice(node.pos, node.end);
  }
  #pad(): string {
    return " ".repeat(this.#indent * 4);
  }

  function(name: string, body: SyntaxNode): string {
    const outer = this.#lines;
    this.#lines = true;
    const redirected = body.type === "Redirected" ? body : undefined;
    const inner = redirected ? redirected.command : body;
    const text =
      inner.type === "BraceGroup"
        ? this.#braces(inner.body)
        : `{ \n${this.#deeper(() => this.#pad() + this.command(inner))}\n${this.#pad()}}`;
    this.#lines = outer;
    return `${name} () \n${this.#pad()}${text}${redirected ? this.#redirects(redirected.redirects) : ""}`;
  }
  #braces(body: CompoundList): string {
    if (!this.#lines) return `{ ${this.list(body.commands)}; }`;
    return `{ \n${this.#deeper(() => this.#pad() + this.list(body.commands))}\n${this.#pad()}}`;
  }
  #deeper(make: () => string): string {
    this.#indent++;
    const text = make();
    this.#indent--;
    return text;
  }
  list(statements: readonly Statement[]): string {
    let out = "";
    statements.forEach((s, i) => {
      out += this.command(s.command) + (s.background ? " &" : "");
      if (i < statements.length - 1) out += this.#lines ? `${s.background ? "" : ";"}\n${this.#pad()}` : s.background ? " " : "; ";
    });
    return out;
  }
  /** A body on lines of its own, as `do` and `then` have it. */
  #body(body: CompoundList): string {
    const text = this.#deeper(() => this.#pad() + this.list(body.commands));
    return `${text}${text.endsWith("&") ? "" : ";"}\n${this.#pad()}`;
  }
  #redirects(redirects: readonly Redirection[]): string {
    return redirects
      .map((r) => {
        if (r.type !== "Redirect") return ` ${this.#text(r)}`;
        const fd = r.descriptor?.type === "FileDescriptor" ? String(r.descriptor.value) : r.descriptor ? `{${r.descriptor.name}}` : "";
        return ` ${fd}${r.operator}${r.operator.endsWith("&") ? "" : " "}${r.target?.text ?? ""}`;
      })
      .join("");
  }

  command(node: SyntaxNode): string {
    switch (node.type) {
      case "Statement":
        return this.command(node.command) + (node.background ? " &" : "");
      case "CompoundList":
        return this.list(node.commands);
      case "AndOr":
        return node.commands.map((c, i) => (i > 0 ? ` ${node.operators[i - 1]} ` : "") + this.command(c)).join("");
      case "Pipeline": {
        const before = node.prefixes.map((p) => (p.type === "Negation" ? "! " : "time ")).join("");
        return (
          before +
          node.commands.map((c, i) => (i > 0 ? " | " : "") + this.command(c) + (node.operators[i] === "|&" ? " 2>&1" : "")).join("")
        );
      }
      case "Command": {
        const words = [
          ...node.prefix.filter((p) => p.type === "Assignment"),
          ...(node.name ? [node.name] : []),
          ...node.suffix.filter((s) => s.type !== "Redirect"),
        ];
        const plain = words.filter((w) => w.type === "Word" || w.type === "Assignment").map((w) => w.text);
        return (plain.join(" ") + this.#redirects(node.redirects)).trimStart();
      }
      case "Redirected":
        return this.command(node.command) + this.#redirects(node.redirects);
      case "BraceGroup":
        return this.#braces(node.body);
      case "Subshell":
        return `( ${this.#deeper(() => this.list(node.body.commands))} )`;
      case "If": {
        const arm = (word: string, clause: CompoundList, then: CompoundList): string =>
          `${word} ${this.list(clause.commands)}; then\n${this.#body(then)}`;
        const rest = (at: number): string => {
          const next = node.elif[at];
          // bash writes elif as an if within else.
          if (next)
            return `else\n${this.#deeper(() => `${this.#pad()}${arm("if", next.clause, next.then)}${rest(at + 1)}fi`)};\n${this.#pad()}`;
          return node.else ? `else\n${this.#body(node.else)}` : "";
        };
        return `${arm("if", node.clause, node.then)}${rest(0)}fi`;
      }
      case "While":
        return `${node.kind} ${this.list(node.clause.commands)}; do\n${this.#body(node.body)}done`;
      case "For":
      case "Select": {
        const words = node.wordlist ? node.wordlist.map((w) => w.text).join(" ") : '"$@"';
        return `${node.type === "For" ? "for" : "select"} ${node.name.text} in ${words};\n${this.#pad()}do\n${this.#body(node.body)}done`;
      }
      case "ArithmeticFor": {
        const part = (p: { readonly pos: number; readonly end: number } | undefined): string => (p ? this.#text(p).trim() : "1");
        return `for ((${part(node.initialize)}; ${part(node.test)}; ${part(node.update)}))\n${this.#pad()}do\n${this.#body(node.body)}done`;
      }
      case "Case": {
        const items = this.#deeper(() =>
          node.items
            .map((item) => {
              const body = this.#deeper(() => (item.body.commands.length > 0 ? `${this.#pad()}${this.list(item.body.commands)}\n` : "\n"));
              return `${this.#pad()}${item.pattern.map((p) => p.text).join(" | ")})\n${body}${this.#pad()}${item.terminator ?? ";;"}\n`;
            })
            .join(""),
        );
        return `case ${node.word.text} in \n${items}${this.#pad()}esac`;
      }
      case "Function":
        return `function ${this.function(node.name.text, node.body)}`;
      case "ArithmeticCommand":
        return `(( ${node.body.trim()} ))`;
      default:
        return this.#text(node);
    }
  }
}

/** A command's text, as bash shows it in `jobs`. */
export function commandText(source: string): string {
  const script = parseScript(source);
  return script.errors?.length ? source : new Printer(source).list(script.commands);
}

/** What a child's environment says of a function that is exported. A here-document's lines stay as they are. */
export function functionValue(source: string): string {
  if (source.includes("<<")) return `() ${source}`;
  const body = functionText("f", source).trimEnd().split("\n").slice(2, -1);
  return `() { ${body.map((line) => ` ${line.trimStart()}`).join("\n")}\n}`;
}

/** What `declare -f` prints, with newline. */
export function functionText(name: string, source: string): string {
  const body = parseScript(source).commands[0]?.command;
  return body ? `${new Printer(source).function(name, body)}\n` : `${name} () \n${source}\n`;
}
