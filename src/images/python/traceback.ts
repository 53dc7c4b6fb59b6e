import type { Expr, Pos } from "./syntax/nodes.ts";
import { parseModule } from "./syntax/statements.ts";
import { PyExc, PyFunc, PyList, type TracebackEntry, type Value } from "./values.ts";
import { isException } from "./vm/errors.ts";
import type { Gen } from "./vm/frame.ts";
import { exceptionText, strOf } from "./vm/repr.ts";
import { suggestion } from "./suggestions.ts";
import type { Machine } from "./vm/machine.ts";

const CAUSE = "\nThe above exception was the direct cause of the following exception:\n\n";
const CONTEXT = "\nDuring handling of the above exception, another exception occurred:\n\n";
/** Alike lines that are shown, and frames of a chain that are looked at. */
const ALIKE = 3;

/** What the interpreter prints of an exception that nobody handled. */
export function* tracebackOf(m: Machine, exc: PyExc, seen = new Set<PyExc>()): Gen<string> {
  seen.add(exc);
  let before = "";
  if (exc.cause instanceof PyExc && !seen.has(exc.cause)) before = (yield* tracebackOf(m, exc.cause, seen)) + CAUSE;
  else if (exc.cause === null && exc.context && !exc.suppress && !seen.has(exc.context))
    before = (yield* tracebackOf(m, exc.context, seen)) + CONTEXT;
  const frames = framesOf(m, exc.traceback);
  const head = frames === "" ? "" : `Traceback (most recent call last):\n${frames}`;
  return before + head + (yield* lastLines(m, exc));
}

/** The lines of a traceback's frames. */
export function framesOf(m: Machine, entries: readonly TracebackEntry[]): string {
  let out = "";
  let last = "";
  let alike = 0;
  const repeats = (): string => {
    const more = alike - ALIKE;
    return more > 0 ? `  [Previous line repeated ${more} more time${more === 1 ? "" : "s"}]\n` : "";
  };
  for (const entry of merged(m, entries)) {
    const { code, place } = entry;
    const head = `  File "${code.source.file}", line ${place.line}, in ${code.name}\n`;
    if (head === last) alike++;
    else {
      out += repeats();
      alike = 1;
      last = head;
    }
    if (alike <= ALIKE) out += head + sourceLine(m, code.source, place);
  }
  return out + repeats();
}
interface Shown {
  readonly code: TracebackEntry["code"];
  readonly place: Pos;
}
/** Since 3.12 a comprehension is part of the function around it. */
function merged(m: Machine, entries: readonly TracebackEntry[]): readonly Shown[] {
  const out: Shown[] = [];
  for (const { code, pc } of entries) {
    const place = code.places[pc] as Pos;
    const before = out.at(-1);
    if (m.minor >= 12 && code.kind === "expression" && code.yields === "no" && before) out[out.length - 1] = { code: before.code, place };
    else out.push({ code, place });
  }
  return out;
}

function sourceLine(m: Machine, source: TracebackEntry["code"]["source"], place: Pos): string {
  if (source.file.startsWith("<") && !(m.minor >= 13 && (source.file === "<string>" || source.file.startsWith("<python-input")))) return "";
  source.lines ??= source.text.split("\n");
  const line = source.lines[place.line - 1];
  if (line === undefined) return "";
  const stripped = line.trim();
  if (stripped === "") return "";
  const shown = `    ${stripped}\n`;
  if (m.minor < 11) return shown;
  const indent = line.length - line.trimStart().length;
  const end = place.endLine === place.line ? place.endCol : indent + stripped.length;
  const anchors = place.endLine === place.line ? anchorsOf(m, line.slice(place.col, end)) : undefined;
  if (end - place.col >= stripped.length && !anchors) return shown;
  if (m.minor >= 13 && end - place.col >= stripped.length && anchors?.isCall) return shown;
  const pad = " ".repeat(4 + place.col - indent);
  const marks = anchors
    ? "~".repeat(anchors.left) + "^".repeat(anchors.right - anchors.left) + "~".repeat(end - place.col - anchors.right)
    : "^".repeat(end - place.col);
  return `${shown}${pad}${marks}\n`;
}

interface Anchors {
  readonly left: number;
  readonly right: number;
  readonly isCall: boolean;
}
/** Where within an operation its operator is, or an index's brackets (cpython: traceback.py _extract_caret_anchors_from_line_segment). */
function anchorsOf(m: Machine, segment: string): Anchors | undefined {
  let e: Expr;
  try {
    const body = parseModule(segment);
    const [first] = body;
    if (body.length !== 1 || first?.t !== "expr") return undefined;
    e = first.value;
  } catch {
    return undefined;
  }
  if (e.t === "binary") {
    let left = e.left.endCol;
    while (left < segment.length && (/\s/.test(segment[left] as string) || segment[left] === ")")) left++;
    let right = left + 1;
    if (right < segment.length && !/\s/.test(segment[right] as string) && e.op.length > 1) right++;
    return { left, right, isCall: false };
  }
  if (e.t === "subscript") {
    let left = e.of.endCol;
    while (segment[left] !== "[" && left < segment.length) left++;
    return { left, right: m.minor >= 13 ? segment.length : Math.min(e.index.endCol + 1, segment.length), isCall: false };
  }
  if (e.t === "call" && m.minor >= 13) {
    let left = e.fn.endCol;
    while (segment[left] !== "(" && left < segment.length) left++;
    return { left, right: segment.length, isCall: true };
  }
  return undefined;
}

/** The exception itself, as the last lines say it. */
export function* lastLines(m: Machine, exc: PyExc): Gen<string> {
  const module = exc.cls.module;
  const name = module === "builtins" || module === "__main__" ? exc.cls.qualname : `${module}.${exc.cls.qualname}`;
  if (isException(exc, "SyntaxError") && exc.dict?.has("lineno")) return syntaxLines(exc);
  let text: string;
  try {
    const own = exc.cls.find("__str__");
    text = own instanceof PyFunc ? yield* strOf(exc) : yield* exceptionText(exc);
  } catch {
    text = "<exception str() failed>";
  }
  const hint = suggestion(m, exc);
  const line = `${name}${text === "" ? "" : `: ${text}`}${hint}\n`;
  const notes = exc.dict?.get("__notes__");
  if (!(notes instanceof PyList)) return line;
  return line + notes.items.map((n) => `${String(n)}\n`).join("");
}
function syntaxLines(exc: PyExc): string {
  const get = (name: string): Value => exc.dict?.get(name) ?? null;
  const lineno = Number(get("lineno"));
  const text = String(get("text") ?? "").replace(/\r?\n$/, "");
  let out = `  File "${String(get("filename"))}", line ${lineno}\n`;
  const stripped = text.trim();
  if (stripped !== "") {
    out += `    ${stripped}\n`;
    const indent = text.length - text.trimStart().length;
    const from = Math.max(0, Number(get("offset")) - 1 - indent);
    const sameLine = get("end_lineno") === lineno;
    const to = sameLine ? Number(get("end_offset")) - 1 - indent : stripped.length;
    if (Number(get("offset")) > 0) out += `    ${" ".repeat(from)}${"^".repeat(Math.max(1, to - from))}\n`;
  }
  return `${out}${exc.cls.name}: ${String(get("msg"))}\n`;
}
