/** Named keys of the terminal's escape sequences. */
const SEQUENCES: Readonly<Record<string, string>> = {
  "[A": "up",
  "[B": "down",
  "[C": "right",
  "[D": "left",
  "[H": "home",
  "[F": "end",
  OA: "up",
  OB: "down",
  OC: "right",
  OD: "left",
  OH: "home",
  OF: "end",
  "[1~": "home",
  "[7~": "home",
  "[4~": "end",
  "[8~": "end",
  "[2~": "insert",
  "[3~": "delete",
  "[3;5~": "delete-word",
  "[5~": "pageup",
  "[6~": "pagedown",
  "[1;5C": "word-right",
  "[1;5D": "word-left",
  "[5C": "word-right",
  "[5D": "word-left",
  "[1;3C": "word-right",
  "[1;3D": "word-left",
  "[200~": "paste-start",
  "[201~": "paste-end",
  "[Z": "backtab",
  "\x7f": "alt-backspace",
  "\b": "alt-backspace",
};

export interface Key {
  /** "char", "ctrl-a", "alt-b", or one of the names above. */
  readonly name: string;
  readonly text: string;
}

const controlName = (c: string): string => (c === "\t" ? "tab" : `ctrl-${String.fromCharCode(c.charCodeAt(0) + 64).toLowerCase()}`);

/** Cuts decoded input into keys; the rest is an escape sequence that has not all arrived. */
export function splitKeys(input: string): { keys: Key[]; rest: string } {
  const keys: Key[] = [];
  let i = 0;
  while (i < input.length) {
    const c = input[i] as string;
    if (c === "\x1b") {
      const m = /^\x1b(\[[0-9;]*[A-Za-z~]|O[A-Z])/.exec(input.slice(i));
      if (m) {
        keys.push({ name: SEQUENCES[m[1] as string] ?? "unknown", text: m[0] });
        i += m[0].length;
        continue;
      }
      const next = input[i + 1];
      if (next === undefined || ((next === "[" || next === "O") && input.length - i < 8 && /^\x1b(\[[0-9;]*|O)$/.test(input.slice(i))))
        return { keys, rest: input.slice(i) };
      const control = next < " " ? controlName(next) : undefined;
      keys.push({ name: SEQUENCES[next] ?? `alt-${control ?? next.toLowerCase()}`, text: next });
      i += 2;
      continue;
    }
    const code = c.charCodeAt(0);
    if (c === "\r" || c === "\n") keys.push({ name: "enter", text: c });
    else if (c === "\t") keys.push({ name: "tab", text: c });
    else if (code === 0x7f || code === 8) keys.push({ name: "backspace", text: c });
    else if (code < 32) keys.push({ name: controlName(c), text: c });
    else {
      const whole = String.fromCodePoint(input.codePointAt(i) as number);
      keys.push({ name: "char", text: whole });
      i += whole.length;
      continue;
    }
    i++;
  }
  return { keys, rest: "" };
}
