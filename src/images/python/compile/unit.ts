import type { Pos } from "../syntax/nodes.ts";
import * as names from "../vm/ops-names.ts";
import type { Code, Instruction, Source } from "./code.ts";
import type { Scope, Scopes } from "./scopes.ts";

/** A jump's end that is not known yet. */
export interface Label {
  at: number;
  readonly from: number[];
}
/** What has to be left on the way out of a block. */
export type Around =
  | { readonly kind: "loop"; readonly next: Label; readonly end: Label; readonly isFor: boolean }
  | { readonly kind: "try" | "failing" }
  | { readonly kind: "finally"; readonly body: () => void }
  | { readonly kind: "with"; readonly isAsync: boolean; readonly at: Pos }
  | { readonly kind: "handler"; readonly name: string | undefined };

/** One piece of code that is being put together. */
export class Unit {
  readonly scope: Scope;
  readonly scopes: Scopes;
  readonly source: Source;
  readonly name: string;
  readonly qualname: string;
  readonly parent: Unit | undefined;
  readonly ops: Instruction[] = [];
  readonly args: unknown[] = [];
  readonly places: Pos[] = [];
  readonly around: Around[] = [];
  readonly locals: string[] = [];
  readonly cells: string[];
  readonly free: string[];
  place: Pos = { line: 1, col: 0, endLine: 1, endCol: 0 };
  isAsync = false;

  constructor(scope: Scope, scopes: Scopes, source: Source, name: string, parent: Unit | undefined) {
    this.scope = scope;
    this.scopes = scopes;
    this.source = source;
    this.name = name;
    this.parent = parent;
    const outer =
      parent && parent.scope.kind !== "module" ? `${parent.qualname}${parent.scope.kind === "function" ? ".<locals>" : ""}.` : "";
    this.qualname = parent?.scope.kind === "function" && parent.scope.globals.has(name) ? name : `${outer}${name}`;
    this.cells = [...scope.cells];
    this.free = [...scope.free].filter((n) => !scope.cells.has(n));
  }

  emit(op: Instruction, arg?: unknown): void {
    this.ops.push(op);
    this.args.push(arg);
    this.places.push(this.place);
  }
  label(): Label {
    return { at: -1, from: [] };
  }
  jump(op: Instruction, to: Label): void {
    to.from.push(this.ops.length);
    this.emit(op, to.at);
  }
  mark(label: Label): void {
    label.at = this.ops.length;
    for (const i of label.from) this.args[i] = label.at;
  }
  /** Emits with a place of its own. */
  at(place: Pos, fn: () => void): void {
    const before = this.place;
    this.place = place;
    fn();
    this.place = before;
  }

  local(name: string): number {
    const i = this.locals.indexOf(name);
    return i >= 0 ? i : this.locals.push(name) - 1;
  }
  cell(name: string): number {
    const i = this.cells.indexOf(name);
    if (i >= 0) return i;
    const j = this.free.indexOf(name);
    return j < 0 ? -1 : this.cells.length + j;
  }
  variable(name: string, how: "load" | "store" | "delete"): void {
    const { scope } = this;
    const pick = <A>(load: A, store: A, remove: A): A => (how === "load" ? load : how === "store" ? store : remove);
    if (scope.globals.has(name)) return this.emit(pick(names.LOAD_GLOBAL, names.STORE_GLOBAL, names.DELETE_GLOBAL), name);
    const cell = this.cell(name);
    if (scope.kind === "function") {
      if (cell >= 0) return this.emit(pick(names.LOAD_CELL, names.STORE_CELL, names.DELETE_CELL), cell);
      if (scope.assigned.has(name)) return this.emit(pick(names.LOAD_FAST, names.STORE_FAST, names.DELETE_FAST), this.local(name));
      return this.emit(pick(names.LOAD_GLOBAL, names.STORE_GLOBAL, names.DELETE_GLOBAL), name);
    }
    if (scope.kind === "class" && cell >= 0 && name !== "__class__") {
      if (scope.nonlocals.has(name)) return this.emit(pick(names.LOAD_CELL, names.STORE_CELL, names.DELETE_CELL), cell);
      if (how === "load") return this.emit(names.LOAD_CLASS_CELL, [name, cell]);
    }
    this.emit(pick(names.LOAD_NAME, names.STORE_NAME, names.DELETE_NAME), name);
  }
  /** `.__name` within a class is `._Class__name`. */
  mangled(name: string): string {
    if (!name.startsWith("__") || name.endsWith("__")) return name;
    if (this.scope.kind === "class") return `_${this.name.replace(/^_+/, "")}${name}`;
    if (this.parent) return this.parent.mangled(name);
    return name;
  }

  finish(more: Partial<Code> & Pick<Code, "kind" | "firstLine">): Code {
    const parameters = (more.positional ?? 0) + (more.keywordOnly ?? 0) + (more.rest ? 1 : 0) + (more.keywords ? 1 : 0);
    return {
      name: this.name,
      qualname: this.qualname,
      source: this.source,
      yields: this.isAsync ? "coroutine" : this.scope.yields ? "generator" : "no",
      ops: this.ops,
      args: this.args,
      places: this.places,
      locals: this.locals,
      cells: this.cells.map((name) => {
        const i = this.locals.indexOf(name);
        return [name, i < parameters ? i : -1] as const;
      }),
      free: this.free,
      positionalOnly: 0,
      positional: 0,
      keywordOnly: 0,
      rest: false,
      keywords: false,
      doc: null,
      ...more,
    };
  }
}
