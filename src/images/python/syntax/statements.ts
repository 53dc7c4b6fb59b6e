import { Cursor, KEYWORDS } from "./cursor.ts";
import { begins, callArguments, expressions, named, parameters, starred, targets, test } from "./expressions.ts";
import { type Expr, type Handler, type Pos, type Stmt, SyntaxFault, type WithItem } from "./nodes.ts";
import { describe } from "./describe.ts";
import { matchStatement } from "./patterns.ts";
import { Tokenizer } from "./tokens.ts";

const AUGMENTED = new Set(["+=", "-=", "*=", "/=", "//=", "%=", "**=", "&=", "|=", "^=", ">>=", "<<=", "@="]);

/** A whole file. Throws SyntaxFault. */
export function parseModule(source: string): readonly Stmt[] {
  const tokens = new Tokenizer(source);
  const c = new Cursor(source, tokens.run());
  const body: Stmt[] = [];
  const { unclosed } = tokens;
  try {
    while (c.now.type !== "end") {
      if (c.now.type === "newline") c.next();
      else body.push(...statement(c));
    }
  } catch (error) {
    // What follows an open bracket is read as part of it (cpython: pegen_errors.c _PyPegen_set_syntax_error).
    if (
      unclosed &&
      error instanceof SyntaxFault &&
      error.message.startsWith("invalid syntax") &&
      (error.at.line > unclosed.at.line || c.peek().type === "end")
    )
      throw unclosed;
    throw error;
  }
  if (unclosed) throw unclosed;
  return body;
}
/** An expression by itself, as eval() takes it. */
export function parseExpression(source: string): Expr {
  const c = new Cursor(source, new Tokenizer(source.trim()).run());
  const value = expressions(c);
  while (c.now.type === "newline") c.next();
  if (c.now.type !== "end") throw c.fault();
  return value;
}

/** One line, which may hold several statements, or one with blocks. */
function statement(c: Cursor): readonly Stmt[] {
  return c.nested(() => {
    const compound = compoundStatement(c);
    if (compound) return [compound];
    return simpleLine(c);
  });
}
function simpleLine(c: Cursor): readonly Stmt[] {
  const all: Stmt[] = [];
  for (;;) {
    all.push(simple(c));
    if (c.take(";")) {
      if (c.now.type === "newline") break;
      continue;
    }
    if (c.now.type === "newline" || c.now.type === "end") break;
    throw afterStatement(c, all.at(-1) as Stmt);
  }
  if (c.now.type === "newline") c.next();
  return all;
}
/** What may be meant by a statement that is followed by something else. */
function afterStatement(c: Cursor, last: Stmt): SyntaxFault {
  if (last.t === "expr" && last.value.t === "name" && begins(c) && (last.value.id === "print" || last.value.id === "exec")) {
    const start = last.value;
    const id = last.value.id;
    try {
      expressions(c);
    } catch {
      return c.fault();
    }
    return c.fault(`Missing parentheses in call to '${id}'. Did you mean ${id}(...)?`, c.from(start));
  }
  return c.fault();
}

const first = ({ line, col }: Pos): Pos => ({ line, col, endLine: line, endCol: col + 1 });
/** `: body`, on the same line or below. */
export function block(c: Cursor, what: string, at: Pos): readonly Stmt[] {
  if (!c.is(":")) {
    if (c.is("=")) throw c.fault("invalid syntax. Maybe you meant '==' or ':=' instead of '='?", c.from(c.last));
    throw c.now.type === "newline" || !begins(c) ? c.fault("expected ':'") : c.fault();
  }
  c.next();
  if (c.now.type !== "newline") return simpleLine(c);
  c.next();
  if (!c.isType("indent"))
    throw new SyntaxFault(
      `expected an indented block after ${what} on line ${at.line}`,
      first(c.isType("end") ? c.last : c.now),
      "IndentationError",
    );
  c.next();
  const body: Stmt[] = [];
  while (!c.isType("dedent") && !c.isType("end")) {
    if (c.isType("newline")) c.next();
    else body.push(...statement(c));
  }
  if (c.isType("dedent")) c.next();
  return body;
}

function compoundStatement(c: Cursor): Stmt | undefined {
  const start = c.now;
  if (start.type === "op" && start.text === "@") return decorated(c);
  if (start.type !== "name") return undefined;
  switch (start.text) {
    case "if":
      return conditional(c, "if");
    case "while": {
      c.next();
      const condition = named(c);
      const body = block(c, "'while' statement", start);
      const other = otherwise(c);
      return { ...c.from(start), t: "while", test: condition, body, other };
    }
    case "for":
      return loop(c, start, false);
    case "try":
      return tried(c);
    case "with":
      return context(c, start, false);
    case "def":
      return defined(c, [], start, false);
    case "class":
      return classOf(c, [], start);
    case "async":
      c.next();
      if (c.is("def")) return defined(c, [], start, true);
      if (c.is("for")) return loop(c, start, true);
      if (c.is("with")) return context(c, start, true);
      throw c.fault();
    case "match":
      return matchStatement(c);
    default:
      return undefined;
  }
}
function conditional(c: Cursor, word: "if" | "elif"): Stmt {
  const start = c.next();
  const condition = named(c);
  const body = block(c, `'${word}' statement`, start);
  const other = c.is("elif") ? [conditional(c, "elif")] : otherwise(c);
  return { ...c.from(start), t: "if block", test: condition, body, other };
}
function otherwise(c: Cursor): readonly Stmt[] {
  const at = c.now;
  return c.take("else") ? block(c, "'else' statement", at) : [];
}
function loop(c: Cursor, start: Pos, isAsync: boolean): Stmt {
  const at = c.next();
  const target = targets(c);
  checkTarget(target, "assign to");
  c.need("in");
  const iterable = expressions(c);
  const body = block(c, "'for' statement", at);
  const other = otherwise(c);
  return { ...c.from(start), t: "for", target, iterable, body, other, isAsync };
}
function tried(c: Cursor): Stmt {
  const start = c.next();
  const body = block(c, "'try' statement", start);
  const handlers: Handler[] = [];
  while (c.is("except")) {
    const at = c.next();
    if (c.is("*")) throw c.fault("except* is not simulated in Timonel");
    let type: Expr | undefined;
    let name: string | undefined;
    if (!c.is(":")) {
      type = expressions(c, test);
      if (type.t === "tuple" && c.source[type.line] !== undefined && c.tokens[c.at - 1]?.text !== ")")
        throw c.fault("multiple exception types must be parenthesized", type);
      if (c.take("as")) name = c.name();
    }
    const handled = block(c, "'except' statement", at);
    if (type === undefined && c.is("except")) throw c.fault("default 'except:' must be last", at);
    handlers.push({ type, name, body: handled, at: c.from(at) });
  }
  const other = handlers.length > 0 ? otherwise(c) : [];
  const at = c.now;
  const last = c.take("finally") ? block(c, "'finally' statement", at) : undefined;
  if (handlers.length === 0 && !last) throw c.fault("expected 'except' or 'finally' block");
  return { ...c.from(start), t: "try", body, handlers, other, last: last ?? [] };
}
function context(c: Cursor, start: Pos, isAsync: boolean): Stmt {
  const at = c.next();
  const items: WithItem[] = [];
  const one = (): void => {
    const value = test(c);
    let target: Expr | undefined;
    if (c.take("as")) {
      target = starred(c);
      checkTarget(target, "assign to");
    }
    items.push({ context: value, target });
  };
  // `with (open(a) as f, open(b) as g):`
  const before = c.at;
  let grouped = false;
  if (c.take("(")) {
    try {
      do one();
      while (c.take(",") && !c.is(")"));
      grouped = c.take(")") && c.is(":");
    } catch (error) {
      if (!(error instanceof SyntaxFault)) throw error;
    }
  }
  if (!grouped) {
    c.at = before;
    items.length = 0;
    do one();
    while (c.take(","));
  }
  const body = block(c, "'with' statement", at);
  return { ...c.from(start), t: "with", items, body, isAsync };
}
function decorated(c: Cursor): Stmt {
  const decorators: Expr[] = [];
  while (c.take("@")) {
    decorators.push(named(c));
    if (c.now.type !== "newline") throw c.fault();
    c.next();
  }
  const start = c.now;
  if (c.is("class")) return classOf(c, decorators, start);
  const isAsync = c.take("async");
  if (!c.is("def")) throw c.fault();
  return defined(c, decorators, start, isAsync);
}
function defined(c: Cursor, decorators: readonly Expr[], start: Pos, isAsync: boolean): Stmt {
  c.next();
  const name = c.name();
  c.need("(", "expected '('");
  const args = parameters(c, ")", true);
  c.need(")");
  const returns = c.take("->") ? expressions(c, test) : undefined;
  const body = block(c, "function definition", start);
  return { ...c.from(start), t: "function", name, args, body, decorators, returns, isAsync };
}
function classOf(c: Cursor, decorators: readonly Expr[], start: Pos): Stmt {
  c.next();
  const name = c.name();
  const { args, keywords } = c.take("(") ? callArguments(c) : { args: [], keywords: [] };
  const body = block(c, "class definition", start);
  return { ...c.from(start), t: "class", name, bases: args, keywords, body, decorators };
}

function simple(c: Cursor): Stmt {
  const start = c.now;
  const word = start.type === "name" && KEYWORDS.has(start.text) ? start.text : "";
  switch (word) {
    case "pass":
    case "break":
    case "continue":
      c.next();
      return { ...c.from(start), t: word };
    case "return": {
      c.next();
      const value = begins(c) ? expressions(c) : undefined;
      return { ...c.from(start), t: "return", value };
    }
    case "raise": {
      c.next();
      const value = begins(c) ? test(c) : undefined;
      const cause = value && c.take("from") ? test(c) : undefined;
      return { ...c.from(start), t: "raise", value, cause };
    }
    case "assert": {
      c.next();
      const condition = test(c);
      const message = c.take(",") ? test(c) : undefined;
      return { ...c.from(start), t: "assert", test: condition, message };
    }
    case "global":
    case "nonlocal": {
      c.next();
      const names = [c.name()];
      while (c.take(",")) names.push(c.name());
      return { ...c.from(start), t: word, names };
    }
    case "del": {
      c.next();
      const value = expressions(c, (d) => binary(d));
      checkTarget(value, "delete");
      return { ...c.from(start), t: "delete", targets: value.t === "tuple" ? value.items : [value] };
    }
    case "import": {
      c.next();
      const names: [string, string | undefined][] = [];
      do {
        const module = dotted(c);
        names.push([module, c.take("as") ? c.name() : undefined]);
      } while (c.take(","));
      return { ...c.from(start), t: "import", names };
    }
    case "from":
      return imported(c);
    default:
      return expression(c);
  }
}
const binary = (c: Cursor): Expr => starred(c);

function dotted(c: Cursor): string {
  let name = c.name();
  while (c.take(".")) name += `.${c.name()}`;
  return name;
}
function imported(c: Cursor): Stmt {
  const start = c.next();
  let level = 0;
  for (;;) {
    if (c.take(".")) level++;
    else if (c.take("...")) level += 3;
    else break;
  }
  const module = c.is("import") ? "" : dotted(c);
  c.need("import");
  if (c.take("*")) return { ...c.from(start), t: "from", module, level, names: undefined };
  const grouped = c.take("(");
  const names: [string, string][] = [];
  do {
    if (grouped && c.is(")")) break;
    if (!grouped && c.now.type === "newline") {
      if (names.length === 0) throw c.fault("Expected one or more names after 'import'");
      throw c.fault("trailing comma not allowed without surrounding parentheses", c.last);
    }
    const name = c.name();
    names.push([name, c.take("as") ? c.name() : name]);
  } while (c.take(","));
  if (grouped) c.need(")");
  return { ...c.from(start), t: "from", module, level, names };
}

function expression(c: Cursor): Stmt {
  const start = c.now;
  const first = c.is("yield") ? test(c) : expressions(c);
  if (c.is(":")) {
    if (first.t !== "name" && first.t !== "attribute" && first.t !== "subscript") {
      if (first.t === "tuple" || first.t === "list") throw c.fault(`only single target (not ${first.t}) can be annotated`, first);
      throw c.fault();
    }
    c.next();
    const annotation = test(c);
    const value = c.take("=") ? (c.is("yield") ? test(c) : expressions(c)) : undefined;
    return { ...c.from(start), t: "annotate", target: first, annotation, value };
  }
  if (c.now.type === "op" && AUGMENTED.has(c.now.text)) {
    if (first.t !== "name" && first.t !== "attribute" && first.t !== "subscript")
      throw c.fault(`'${describe(first)}' is an illegal expression for augmented assignment`, first);
    const op = c.next().text.slice(0, -1);
    const value = c.is("yield") ? test(c) : expressions(c);
    return { ...c.from(start), t: "augment", target: first, op, value };
  }
  if (!c.is("=")) return { ...c.from(start), t: "expr", value: first };
  const all = [first];
  while (c.take("=")) all.push(c.is("yield") ? test(c) : expressions(c));
  const value = all.pop() as Expr;
  for (const target of all) checkTarget(target, "assign to", true);
  return { ...c.from(start), t: "assign", targets: all, value };
}

function checkTarget(e: Expr, verb: "assign to" | "delete", equals = false, whole = true): void {
  if (e.t === "name" || e.t === "attribute" || e.t === "subscript") return;
  if (e.t === "starred" && verb === "assign to") return checkTarget(e.value, verb, equals, false);
  if (e.t === "tuple" || e.t === "list") {
    for (const item of e.items) checkTarget(item, verb, equals, false);
    return;
  }
  const what = describe(e);
  const hint =
    equals && whole && what !== "None" && what !== "True" && what !== "False" ? " here. Maybe you meant '==' instead of '='?" : "";
  throw new SyntaxFault(`cannot ${verb} ${what}${hint}`, e);
}
