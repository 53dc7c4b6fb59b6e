import { COMMANDS, type Keymap, KEYMAPS } from "./keymaps.ts";
import { splitKeys } from "./keys.ts";
import type { Bindings } from "./types.ts";
import { FIXED, VARIABLES } from "./variables.ts";

/** What `bind -x` binds: a command of the shell. */
export const SHELL_COMMAND = "!";
/** How a key is kept that is bound in one of vi's keymaps. */
const kept = (keymap: Keymap, keys: string): string => (keymap === "emacs" ? keys : `${keymap}:${keys}`);

/** The command of a key; "prefix" when more keys may follow; undefined when it has none. */
export function commandOf(bindings: Bindings | undefined, keymap: Keymap, keys: string): string | undefined {
  const own = bindings?.get(kept(keymap, keys));
  if (own !== undefined) return own === "" ? undefined : own;
  const table = KEYMAPS[keymap];
  if (Object.hasOwn(table, keys)) return table[keys];
  const begins = (known: string): boolean => known.startsWith(`${keys} `);
  return Object.keys(table).some(begins) || [...(bindings ?? [])].some(([k, c]) => c !== "" && k.startsWith(`${kept(keymap, keys)} `))
    ? "prefix"
    : undefined;
}

/** All keys with their commands, those of the user in place of readline's own. */
export function boundKeys(bindings: Bindings, keymap: Keymap = "emacs"): readonly (readonly [keys: string, command: string])[] {
  const prefix = keymap === "emacs" ? "" : `${keymap}:`;
  const own = [...bindings]
    .filter(([keys]) => !keys.startsWith("set ") && keys.startsWith(prefix) && (prefix !== "" || !/^vi-(insert|command):/.test(keys)))
    .map(([keys, command]) => [keys.slice(prefix.length), command] as const);
  return [...Object.entries(KEYMAPS[keymap]), ...own].filter(
    ([keys, command], i, all) => command !== "" && command !== "interrupt" && !all.slice(i + 1).some(([other]) => other === keys),
  );
}

/** One line of an inputrc, or bind's argument. Throws with readline's words what it does not know. */
export function parseBinding(line: string, keymap: Keymap = "emacs"): readonly [name: string, value: string] {
  const set = /^\s*set\s+(\S+)\s*(.*?)\s*$/.exec(line);
  if (set) {
    const name = (set[1] as string).toLowerCase();
    const value = (set[2] as string).replace(/^"(.*)"$/, "$1");
    if (name in FIXED && /^(on|1|)$/i.test(value) !== (FIXED[name] === "on"))
      throw new Error(`${name}: only \`${FIXED[name]}' is simulated in Timonel`);
    if (!Object.hasOwn(VARIABLES, name) && !(name in FIXED)) throw new Error(`${name}: this variable is not simulated in Timonel`);
    return [`set ${name}`, value.toLowerCase()];
  }
  const quoted = /^\s*"((?:\\.|[^"\\])*)"\s*:\s*(.+?)\s*$/.exec(line);
  const named = /^\s*((?:(?:control|c|meta|m)-)*[^\s:]+)\s*:\s*(.+?)\s*$/i.exec(line);
  const found = quoted ?? named;
  if (!found) throw new Error(`${line.trim()}: no key sequence terminator`);
  const raw = quoted ? unescape(quoted[1] as string) : keyOf((named as RegExpExecArray)[1] as string);
  const { keys, rest } = splitKeys(raw);
  if (keys.length === 0 || rest !== "") throw new Error(`${found[1]}: no such key`);
  const value = found[2] as string;
  const macro = /^(["'])(.*)\1$/.exec(value);
  if (!macro && !COMMANDS.includes(value)) throw new Error(`\`${value}': unknown function name`);
  return [
    kept(keymap, keys.map((k) => (k.name === "char" ? k.text : k.name)).join(" ")),
    macro ? `"${unescape(macro[2] as string)}` : value,
  ];
}

function unescape(text: string): string {
  return text.replace(
    /\\C-(\\?.)|\\M-(\\?.)|\\e|\\([abdfnrtv])|\\x([0-9a-fA-F]{1,2})|\\([0-7]{1,3})|\\(.)/g,
    (whole, c, m, letter, hex, octal, other) => {
      if (c !== undefined) return control(String(c).slice(-1));
      if (m !== undefined) return `\x1b${String(m).slice(-1)}`;
      if (whole === "\\e") return "\x1b";
      if (letter !== undefined) return { a: "\x07", b: "\b", d: "\x7f", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" }[letter as "a"];
      if (hex !== undefined || octal !== undefined) return String.fromCharCode(Number.parseInt(hex ?? octal, hex ? 16 : 8));
      return String(other);
    },
  );
}
const control = (c: string): string => (c === "?" ? "\x7f" : String.fromCharCode(c.toUpperCase().charCodeAt(0) & 31));
const NAMES: Readonly<Record<string, string>> = {
  rubout: "\x7f",
  del: "\x7f",
  esc: "\x1b",
  escape: "\x1b",
  tab: "\t",
  spc: " ",
  space: " ",
  ret: "\r",
  return: "\r",
  newline: "\n",
  lfd: "\n",
};
function keyOf(name: string): string {
  const meta = /(^|-)(meta|m)-/i.test(name);
  const last = /[^-]+$|-$/.exec(name)?.[0] ?? name;
  const plain = NAMES[last.toLowerCase()] ?? last;
  return `${meta ? "\x1b" : ""}${/(^|-)(control|c)-/i.test(name) ? control(plain) : plain}`;
}

export const keymapOf = (name: string): Keymap | undefined =>
  /^emacs(-standard)?$/.test(name) ? "emacs" : /^vi(-move|-command)?$/.test(name) ? "vi-command" : name === "vi-insert" ? name : undefined;

/** `bind -x`: keys and the command of the shell that they run. */
export function parseShellBinding(line: string, keymap: Keymap): readonly [name: string, value: string] {
  const [, keys, command] = /^\s*("(?:\\.|[^"\\])*"|[^\s:]+)\s*:\s*(.*)$/s.exec(line) ?? [];
  if (keys === undefined || command === undefined) throw new Error(`${line}: missing colon separator`);
  return [
    parseBinding(`${keys}: abort`, keymap)[0],
    SHELL_COMMAND + command.replace(/^"(.*)"$|^'(.*)'$/s, (_, a?: string, b?: string) => a ?? b ?? ""),
  ];
}

/** What an inputrc binds; conditions are those of bash on an xterm. `wrong` hears of lines that are refused. */
export function parseInputrc(text: string, wrong: (message: string) => void): Map<string, string> {
  let keymap: Keymap = "emacs";
  const out = new Map<string, string>();
  const holds: boolean[] = [];
  for (const [i, line] of text.split("\n").entries()) {
    const directive = /^\s*\$(if|else|endif|include)\b\s*(.*)$/.exec(line);
    if (directive?.[1] === "if") {
      const condition = (directive[2] as string).trim();
      const mode = out.get("set editing-mode") ?? "emacs";
      holds.push(/^(bash|term=xterm.*)$/i.test(condition) || condition.toLowerCase() === `mode=${mode}`);
    } else if (directive?.[1] === "else") holds.push(!holds.pop());
    else if (directive?.[1] === "endif") holds.pop();
    else if (directive) wrong(`line ${i + 1}: $include is not simulated in Timonel`);
    else if (!/^\s*(#|$)/.test(line) && holds.every(Boolean)) {
      try {
        const [name, value] = parseBinding(line, keymap);
        out.set(name, value);
        if (name === "set keymap") keymap = keymapOf(value) ?? keymap;
        if (name === "set editing-mode") keymap = value === "vi" ? "vi-insert" : "emacs";
      } catch (error) {
        wrong(`line ${i + 1}: ${(error as Error).message}`);
      }
    }
  }
  return out;
}

/** A key sequence as `bind -p` writes it. */
export function shownKeys(keys: string): string {
  return keys
    .split(" ")
    .map((k) =>
      k
        .replace(/^ctrl-(.)$/, "\\C-$1")
        .replace(/^alt-ctrl-(.)$/, "\\e\\C-$1")
        .replace(/^alt-(.)$/, "\\e$1")
        .replace(
          /^(up|down|left|right|home|end|insert|delete|delete-word|pageup|pagedown|tab|alt-tab|enter|escape|backspace|alt-backspace|word-left|word-right|paste-start)$/,
          (n) => SHOWN[n] ?? n,
        ),
    )
    .join("");
}
const SHOWN: Readonly<Record<string, string>> = {
  up: "\\e[A",
  down: "\\e[B",
  right: "\\e[C",
  left: "\\e[D",
  home: "\\e[H",
  end: "\\e[F",
  insert: "\\e[2~",
  delete: "\\e[3~",
  "delete-word": "\\e[3;5~",
  pageup: "\\e[5~",
  pagedown: "\\e[6~",
  "alt-tab": "\\e\\C-i",
  escape: "\\e",
  tab: "\\C-i",
  enter: "\\C-m",
  backspace: "\\C-?",
  "alt-backspace": "\\e\\C-?",
  "word-left": "\\e[1;5D",
  "word-right": "\\e[1;5C",
  "paste-start": "\\e[200~",
};
