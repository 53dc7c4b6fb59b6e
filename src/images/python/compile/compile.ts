import type { Pos, Stmt } from "../syntax/nodes.ts";
import { parseExpression, parseModule } from "../syntax/statements.ts";
import * as flow from "../vm/ops-flow.ts";
import * as names from "../vm/ops-names.ts";
import type { Code, Source } from "./code.ts";
import { expression } from "./expressions.ts";
import { Scope, ScopeFinder } from "./scopes.ts";
import { docOf, statements } from "./statements.ts";
import { Unit } from "./unit.ts";

const START: Pos = { line: 1, col: 0, endLine: 1, endCol: 0 };

function unit(source: Source, walk: (finder: ScopeFinder) => void): Unit {
  const root = new Scope("module", undefined);
  const finder = new ScopeFinder(root);
  walk(finder);
  root.resolve();
  const u = new Unit(root, finder.scopes, source, "<module>", undefined);
  u.place = START;
  return u;
}
/** A file. Throws SyntaxFault. */
export function compileModule(source: Source): Code {
  return compileStatements(source, parseModule(source.text));
}
function compileStatements(source: Source, body: readonly Stmt[]): Code {
  const u = unit(source, (finder) => finder.statements(body));
  statements(u, body);
  u.emit(names.CONST, null);
  u.emit(flow.RETURN);
  return u.finish({ kind: "module", firstLine: 1, doc: docOf(body) });
}
/** What eval() takes. */
export function compileExpression(source: Source): Code {
  const e = parseExpression(source.text);
  const u = unit(source, (finder) => finder.expression(e));
  expression(u, e);
  u.emit(flow.RETURN);
  return u.finish({ kind: "module", firstLine: 1 });
}
/** What is typed at the prompt: the value of an expression by itself is shown. */
export function compileInteractive(source: Source): Code {
  const body = parseModule(source.text).map((s): Stmt => {
    if (s.t !== "expr") return s;
    const { line, col, endLine, endCol } = s;
    const at = { line, col, endLine, endCol };
    return { ...at, t: "expr", value: { ...at, t: "call", fn: { ...at, t: "name", id: "__show__" }, args: [s.value], keywords: [] } };
  });
  return compileStatements(source, body);
}
