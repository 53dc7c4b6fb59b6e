import { beep, complain } from "./ask.ts";
import type { Editor, Register } from "./state.ts";
import { say } from "./state.ts";
import { byteSize } from "./text.ts";

export const isRegister = (name: string): boolean => /^[a-zA-Z0-9"\-_+*.:%/#]$/.test(name);
const READ_ONLY = ".:%/#";

/** What a register holds; beeps where it holds nothing. */
export function register(ed: Editor, name = '"'): Register {
  const lower = name.toLowerCase();
  const line = (text: string | undefined): Register => (text === undefined ? missing(ed, name) : { kind: "char", text: text.split("\n") });
  switch (lower) {
    case ".":
      return line(ed.lastInsert || undefined);
    case ":":
      return line(ed.lastCommand || undefined);
    case "%":
      return line(ed.file.name);
    case "#":
      return line(ed.alternate);
    case "/":
      return line(ed.search?.pattern);
    case "*":
      return ed.registers["+"] ?? missing(ed, name);
    default:
      return ed.registers[lower] ?? missing(ed, name);
  }
}
function missing(ed: Editor, name: string): never {
  return ed.flavour === "vim" ? complain(ed, `E353: Nothing in register ${name}`) : complain(ed, `Nothing in register ${name}`);
}

function store(ed: Editor, name: string, value: Register): void {
  const key = name === "*" ? "+" : name.toLowerCase();
  const old = ed.registers[key];
  if (!/[A-Z]/.test(name) || !old) ed.registers[key] = value;
  else if (old.kind === "line" || value.kind === "line") ed.registers[key] = { kind: "line", text: [...old.text, ...value.text] };
  else
    ed.registers[key] = {
      kind: old.kind,
      text: [...old.text.slice(0, -1), `${old.text.at(-1) ?? ""}${value.text[0] ?? ""}`, ...value.text.slice(1)],
    };
  ed.registers['"'] = ed.registers[key] as Register;
}

export function checkRegister(name: string | undefined): void {
  if (name !== undefined && (!isRegister(name) || READ_ONLY.includes(name))) beep();
}

/** `big`: the motion is one whose deletions are numbered, however small. */
export function keep(ed: Editor, name: string | undefined, value: Register, how: "yank" | "delete", big = false): void {
  if (name === "_") return;
  const named = name !== undefined && name !== '"';
  if (named) store(ed, name, value);
  const clipboard = !named && ed.options.clipboard.includes("unnamed");
  if (how === "yank") {
    if (!named) store(ed, "0", value);
  } else if (big || value.kind === "line" || value.text.length > 1) {
    if (!named || big) {
      for (let n = 9; n > 1; n--) {
        const older = ed.registers[String(n - 1)];
        if (older) ed.registers[String(n)] = older;
      }
      ed.registers["1"] = value;
      if (!named) ed.registers['"'] = value;
    }
  } else if (!named) store(ed, "-", value);
  if (clipboard) ed.registers["+"] = value;
}

/** "3 lines yanked", from three on, as 'report' has it. */
export function tellYanked(ed: Editor, value: Register, name: string | undefined): void {
  const n = value.text.length;
  const into = name === undefined || name === '"' ? "" : ` into "${name}`;
  if (n > 2) say(ed, value.kind === "block" ? `block of ${n} lines yanked${into}` : `${n} lines yanked${into}`);
}
/** BusyBox counts what was moved: `Yank 1 lines (15 chars) from [D]`. */
export function tellMoved(ed: Editor, verb: "Delete" | "Yank" | "Put", value: Register, name: string | undefined, times = 1): void {
  const lines = value.kind === "line" ? value.text.length : value.text.length - 1;
  const chars = byteSize(value.text) - (value.kind === "line" ? 0 : 1);
  say(ed, `${verb} ${lines * times} lines (${chars * times} chars) from [${name?.toUpperCase() ?? "D"}]`);
}
/** How many lines there are more or fewer. */
export function tellLines(ed: Editor, difference: number): void {
  if (ed.flavour !== "vim") return;
  if (difference > 2) say(ed, `${difference} more lines`);
  if (difference < -2) say(ed, `${-difference} fewer lines`);
}
