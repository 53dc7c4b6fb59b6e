import type { Arguments, Comprehension, Expr, FunctionNode, Pattern, Stmt } from "../syntax/nodes.ts";
import { SyntaxFault } from "../syntax/nodes.ts";

/** Whose names a piece of code uses, and how. */
export class Scope {
  readonly kind: "module" | "class" | "function";
  readonly parent: Scope | undefined;
  readonly assigned = new Set<string>();
  readonly used = new Set<string>();
  readonly globals = new Set<string>();
  readonly nonlocals = new Set<string>();
  readonly children: Scope[] = [];
  /** Its locals that are used from within, and what it gets from outside. */
  readonly cells = new Set<string>();
  readonly free = new Set<string>();
  yields = false;
  isComprehension = false;

  constructor(kind: Scope["kind"], parent: Scope | undefined) {
    this.kind = kind;
    this.parent = parent;
    parent?.children.push(this);
  }
  /** Looks a name up from an inner scope: whether it is a local of a function here or further out. */
  #captured(name: string): boolean {
    if (this.kind === "module" || this.globals.has(name)) return false;
    if (this.kind === "function" && this.assigned.has(name) && !this.nonlocals.has(name)) return (this.cells.add(name), true);
    if (this.kind === "class" && name === "__class__") return (this.cells.add(name), true);
    const found = this.parent?.captured(name) ?? false;
    if (found) this.free.add(name);
    return found;
  }
  captured(name: string): boolean {
    return this.#captured(name);
  }
  /** Decides what is free here and below. */
  resolve(): void {
    for (const name of this.used) {
      if (this.globals.has(name) || this.kind === "module") continue;
      if (this.assigned.has(name) && !this.nonlocals.has(name)) continue;
      if (this.parent?.captured(name)) this.free.add(name);
    }
    for (const child of this.children) child.resolve();
  }
}

export type Scopes = Map<object, Scope>;

/** Walks a tree once and finds every scope in it. */
export class ScopeFinder {
  readonly scopes: Scopes = new Map();
  #now: Scope;
  constructor(root: Scope) {
    this.#now = root;
  }

  #within(node: object, kind: Scope["kind"], fn: () => void): Scope {
    const scope = new Scope(kind, this.#now);
    this.scopes.set(node, scope);
    this.#now = scope;
    fn();
    this.#now = scope.parent as Scope;
    return scope;
  }
  #assign(name: string): void {
    this.#now.assigned.add(name);
    this.#now.used.add(name);
  }

  statements(body: readonly Stmt[]): void {
    for (const s of body) this.#statement(s);
  }
  #statement(s: Stmt): void {
    switch (s.t) {
      case "expr":
        return this.expression(s.value);
      case "assign":
        this.expression(s.value);
        return s.targets.forEach((t) => this.#target(t));
      case "augment":
        this.expression(s.value);
        if (s.target.t === "name") this.#now.used.add(s.target.id);
        return this.#target(s.target);
      case "annotate":
        this.expression(s.annotation);
        this.expression(s.value);
        return this.#target(s.target);
      case "return":
        return this.expression(s.value);
      case "raise":
        this.expression(s.value);
        return this.expression(s.cause);
      case "assert":
        this.expression(s.test);
        return this.expression(s.message);
      case "global":
      case "nonlocal":
        for (const name of s.names) {
          if (s.t === "nonlocal" && this.#now.kind === "module")
            throw new SyntaxFault("nonlocal declaration not allowed at module level", s);
          if (this.#now.assigned.has(name)) throw new SyntaxFault(`name '${name}' is assigned to before ${s.t} declaration`, s);
          (s.t === "global" ? this.#now.globals : this.#now.nonlocals).add(name);
          this.#now.used.add(name);
        }
        return;
      case "delete":
        return s.targets.forEach((t) => this.#target(t));
      case "import":
        return s.names.forEach(([module, as]) => this.#assign(as ?? (module.split(".")[0] as string)));
      case "from":
        return s.names?.forEach(([, as]) => this.#assign(as));
      case "if block":
      case "while":
        this.expression(s.test);
        this.statements(s.body);
        return this.statements(s.other);
      case "for":
        this.expression(s.iterable);
        this.#target(s.target);
        this.statements(s.body);
        return this.statements(s.other);
      case "try":
        this.statements(s.body);
        for (const handler of s.handlers) {
          this.expression(handler.type);
          if (handler.name !== undefined) this.#assign(handler.name);
          this.statements(handler.body);
        }
        this.statements(s.other);
        return this.statements(s.last);
      case "with":
        for (const { context, target } of s.items) {
          this.expression(context);
          if (target) this.#target(target);
        }
        return this.statements(s.body);
      case "function":
        return this.#function(s);
      case "class":
        s.decorators.forEach((d) => this.expression(d));
        s.bases.forEach((b) => this.expression(b));
        s.keywords.forEach((k) => this.expression(k.value));
        this.#assign(s.name);
        this.#within(s, "class", () => this.statements(s.body));
        return;
      case "match":
        this.expression(s.subject);
        for (const { pattern, guard, body } of s.cases) {
          this.#pattern(pattern);
          this.expression(guard);
          this.statements(body);
        }
        return;
      case "pass":
      case "break":
      case "continue":
    }
  }
  #pattern(p: Pattern): void {
    if ((p.t === "capture" || p.t === "star") && p.name !== undefined) this.#assign(p.name);
    if (p.t === "as") {
      this.#assign(p.name);
      this.#pattern(p.pattern);
    }
    if (p.t === "value") this.expression(p.value);
    if (p.t === "mapping") {
      p.keys.forEach((k) => this.expression(k));
      if (p.rest !== undefined) this.#assign(p.rest);
    }
    if (p.t === "class") {
      this.expression(p.of);
      p.named.forEach(([, inner]) => this.#pattern(inner));
    }
    if (p.t === "sequence" || p.t === "mapping" || p.t === "class" || p.t === "or") p.items.forEach((i) => this.#pattern(i));
  }
  #function(s: FunctionNode & Stmt): void {
    s.decorators.forEach((d) => this.expression(d));
    this.#defaults(s.args, true);
    this.expression(s.returns);
    this.#assign(s.name);
    this.#within(s, "function", () => {
      this.#parameters(s.args);
      this.statements(s.body);
      if (s.isAsync) this.#now.yields = true;
    });
  }
  #defaults(args: Arguments, annotations: boolean): void {
    for (const p of [...args.positional, ...args.keywordOnly, args.rest, args.keywords]) {
      this.expression(p?.fallback);
      if (annotations) this.expression(p?.annotation);
    }
  }
  #parameters(args: Arguments): void {
    for (const p of [...args.positional, ...args.keywordOnly, args.rest, args.keywords]) if (p) this.#assign(p.name);
  }

  #target(e: Expr): void {
    if (e.t === "name") this.#assign(e.id);
    else if (e.t === "tuple" || e.t === "list") e.items.forEach((i) => this.#target(i));
    else if (e.t === "starred") this.#target(e.value);
    else this.expression(e);
  }
  expression(e: Expr | undefined): void {
    if (!e) return;
    switch (e.t) {
      case "const":
        return;
      case "name":
        this.#now.used.add(e.id);
        if (e.id === "super" && this.#now.kind === "function") this.#now.used.add("__class__");
        return;
      case "fstring":
        return this.#formatted(e.parts);
      case "binary":
        this.expression(e.left);
        return this.expression(e.right);
      case "unary":
        return this.expression(e.operand);
      case "bool":
        return e.values.forEach((v) => this.expression(v));
      case "compare":
        this.expression(e.first);
        return e.rest.forEach((v) => this.expression(v));
      case "call":
        this.expression(e.fn);
        e.args.forEach((a) => this.expression(a));
        return e.keywords.forEach((k) => this.expression(k.value));
      case "attribute":
        return this.expression(e.of);
      case "subscript":
        this.expression(e.of);
        return this.expression(e.index);
      case "slice":
        [e.lower, e.upper, e.step].forEach((x) => this.expression(x));
        return;
      case "list":
      case "tuple":
      case "set":
        return e.items.forEach((i) => this.expression(i));
      case "dict":
        e.keys.forEach((k) => this.expression(k));
        return e.values.forEach((v) => this.expression(v));
      case "comprehension":
        return this.#comprehension(e, e.clauses, e.item, e.value);
      case "lambda":
        this.#defaults(e.args, false);
        this.#within(e, "function", () => {
          this.#parameters(e.args);
          this.expression(e.body);
        });
        return;
      case "if":
        this.expression(e.test);
        this.expression(e.then);
        return this.expression(e.other);
      case "yield":
      case "yield from":
      case "await":
        if (this.#now.kind !== "function") throw new SyntaxFault(`'${e.t}' outside function`, e);
        this.#now.yields = true;
        return this.expression(e.value);
      case "starred":
        return this.expression(e.value);
      case "walrus": {
        this.expression(e.value);
        // Within a comprehension it assigns outside.
        let scope = this.#now;
        while (scope.isComprehension && scope.parent) {
          scope.nonlocals.add(e.target.id);
          scope.used.add(e.target.id);
          scope = scope.parent;
        }
        if (scope !== this.#now && scope.kind === "module")
          for (let s = this.#now; s !== scope; s = s.parent as Scope) {
            s.nonlocals.delete(e.target.id);
            s.globals.add(e.target.id);
          }
        scope.assigned.add(e.target.id);
        scope.used.add(e.target.id);
      }
    }
  }
  #formatted(parts: readonly (string | { readonly value: Expr; readonly spec: readonly unknown[] })[]): void {
    for (const part of parts) {
      if (typeof part === "string") continue;
      this.expression(part.value);
      this.#formatted(part.spec as typeof parts);
    }
  }
  #comprehension(node: Expr, clauses: readonly Comprehension[], item: Expr, value: Expr | undefined): void {
    this.expression(clauses[0]?.iterable);
    this.#within(node, "function", () => {
      this.#now.isComprehension = true;
      this.#assign(".0");
      for (const [i, clause] of clauses.entries()) {
        if (i > 0) this.expression(clause.iterable);
        this.#target(clause.target);
        clause.conditions.forEach((c) => this.expression(c));
      }
      this.expression(item);
      this.expression(value);
    });
  }
}
