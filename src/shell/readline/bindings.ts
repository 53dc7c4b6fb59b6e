import { splitKeys } from "./keys.ts";
import { TEXT_COMMANDS } from "./text-commands.ts";

/** Readline's emacs keys as bash has them: key names (see keys.ts), a space between those of a sequence. */
const EMACS: Readonly<Record<string, string>> = {
  enter: "accept-line",
  "ctrl-j": "accept-line",
  "ctrl-a": "beginning-of-line",
  home: "beginning-of-line",
  "ctrl-e": "end-of-line",
  end: "end-of-line",
  "ctrl-b": "backward-char",
  left: "backward-char",
  "ctrl-f": "forward-char",
  right: "forward-char",
  "alt-b": "backward-word",
  "word-left": "backward-word",
  "alt-f": "forward-word",
  "word-right": "forward-word",
  "ctrl-d": "delete-char",
  delete: "delete-char",
  backspace: "backward-delete-char",
  "ctrl-k": "kill-line",
  "ctrl-x backspace": "backward-kill-line",
  "ctrl-u": "unix-line-discard",
  "ctrl-w": "unix-word-rubout",
  "alt-d": "kill-word",
  "alt-backspace": "backward-kill-word",
  "alt-\\": "delete-horizontal-space",
  "ctrl-y": "yank",
  "alt-y": "yank-pop",
  "alt-.": "yank-last-arg",
  "alt-_": "yank-last-arg",
  "ctrl-t": "transpose-chars",
  "alt-t": "transpose-words",
  "alt-u": "upcase-word",
  "alt-l": "downcase-word",
  "alt-c": "capitalize-word",
  "ctrl-l": "clear-screen",
  "ctrl-p": "previous-history",
  up: "previous-history",
  "ctrl-n": "next-history",
  down: "next-history",
  "alt-<": "beginning-of-history",
  "alt->": "end-of-history",
  "ctrl-r": "reverse-search-history",
  "ctrl-s": "forward-search-history",
  "ctrl-o": "operate-and-get-next",
  "ctrl-q": "quoted-insert",
  "ctrl-v": "quoted-insert",
  "ctrl-]": "character-search",
  "ctrl-_": "undo",
  "ctrl-x ctrl-u": "undo",
  "alt-r": "revert-line",
  "ctrl-@": "set-mark",
  "ctrl-x ctrl-x": "exchange-point-and-mark",
  "ctrl-x ctrl-e": "edit-and-execute-command",
  "alt-#": "insert-comment",
  "alt-^": "history-expand-line",
  tab: "complete",
  "alt-?": "possible-completions",
  "alt-=": "possible-completions",
  "alt-*": "insert-completions",
  "ctrl-g": "abort",
  "ctrl-c": "interrupt",
  "paste-start": "bracketed-paste-begin",
};
for (let digit = 0; digit < 10; digit++) (EMACS as Record<string, string>)[`alt-${digit}`] = "digit-argument";
(EMACS as Record<string, string>)["alt--"] = "digit-argument";

/** Commands that are there and have no key of their own. */
const UNBOUND = [
  "history-search-backward",
  "history-search-forward",
  "magic-space",
  "menu-complete",
  "menu-complete-backward",
  "self-insert",
];
export const COMMANDS: readonly string[] = [...new Set([...Object.keys(TEXT_COMMANDS), ...Object.values(EMACS), ...UNBOUND])]
  .filter((name) => name !== "interrupt")
  .sort();

/** What may be set, and what holds where nothing is. */
export const VARIABLES: Readonly<Record<string, string>> = {
  "bell-style": "audible",
  "completion-ignore-case": "off",
  "completion-query-items": "100",
  "enable-bracketed-paste": "on",
  "menu-complete-display-prefix": "off",
  "show-all-if-ambiguous": "off",
  "show-all-if-unmodified": "off",
};

/** What a user has bound: key names to a command, or to a macro that begins with a quote; "set NAME" to a value. */
export type Bindings = ReadonlyMap<string, string>;

/** The command of a key; "prefix" when more keys may follow; undefined when it has none. */
export function commandOf(bindings: Bindings | undefined, keys: string): string | undefined {
  const own = bindings?.get(keys);
  if (own !== undefined) return own === "" ? undefined : own;
  if (Object.hasOwn(EMACS, keys)) return EMACS[keys];
  const begins = (known: string): boolean => known.startsWith(`${keys} `);
  return Object.keys(EMACS).some(begins) || [...(bindings?.keys() ?? [])].some(begins) ? "prefix" : undefined;
}

export const variable = (bindings: Bindings | undefined, name: string): string => bindings?.get(`set ${name}`) ?? VARIABLES[name] ?? "";

/** All keys with their commands, those of the user in place of readline's own. */
export function boundKeys(bindings: Bindings): readonly (readonly [keys: string, command: string])[] {
  const own = [...bindings].filter(([keys]) => !keys.startsWith("set "));
  return [...Object.entries(EMACS), ...own].filter(
    ([keys, command], i, all) => command !== "" && command !== "interrupt" && !all.slice(i + 1).some(([other]) => other === keys),
  );
}

/** One line of an inputrc, or bind's argument. Throws with readline's words what it does not know. */
export function parseBinding(line: string): readonly [name: string, value: string] {
  const set = /^\s*set\s+(\S+)\s+(\S+)/.exec(line);
  if (set) {
    const [, name = "", value = ""] = set;
    if (!Object.hasOwn(VARIABLES, name)) throw new Error(`${name}: this variable is not simulated in Timonel`);
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
  return [keys.map((k) => (k.name === "char" ? k.text : k.name)).join(" "), macro ? `"${unescape(macro[2] as string)}` : value];
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

/** What an inputrc binds; conditions are those of bash on an xterm. `wrong` hears of lines that are refused. */
export function parseInputrc(text: string, wrong: (message: string) => void): Map<string, string> {
  const out = new Map<string, string>();
  const holds: boolean[] = [];
  for (const [i, line] of text.split("\n").entries()) {
    const directive = /^\s*\$(if|else|endif|include)\b\s*(.*)$/.exec(line);
    if (directive?.[1] === "if") holds.push(/^(bash|mode=emacs|term=xterm.*)$/i.test((directive[2] as string).trim()));
    else if (directive?.[1] === "else") holds.push(!holds.pop());
    else if (directive?.[1] === "endif") holds.pop();
    else if (directive) wrong(`line ${i + 1}: $include is not simulated in Timonel`);
    else if (!/^\s*(#|$)/.test(line) && holds.every(Boolean)) {
      try {
        out.set(...parseBinding(line));
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
        .replace(/^alt-(.)$/, "\\e$1")
        .replace(
          /^(up|down|left|right|home|end|delete|tab|enter|backspace|alt-backspace|word-left|word-right|paste-start)$/,
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
  delete: "\\e[3~",
  tab: "\\C-i",
  enter: "\\C-m",
  backspace: "\\C-?",
  "alt-backspace": "\\e\\C-?",
  "word-left": "\\e[1;5D",
  "word-right": "\\e[1;5C",
  "paste-start": "\\e[200~",
};
