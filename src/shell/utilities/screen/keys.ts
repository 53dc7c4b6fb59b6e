/**
 * A key is one character: what it types, or, for keys that type nothing, a character of Unicode's private area. So a
 * macro is a text, and a text is a macro.
 */
export const KEY = {
  up: "\uE000",
  down: "\uE001",
  left: "\uE002",
  right: "\uE003",
  home: "\uE004",
  end: "\uE005",
  pageUp: "\uE006",
  pageDown: "\uE007",
  delete: "\uE008",
  insert: "\uE009",
  wordLeft: "\uE00A",
  wordRight: "\uE00B",
  pasteStart: "\uE00C",
  pasteEnd: "\uE00D",
  backTab: "\uE00E",
  help: "\uE00F",
  unknown: "\uE010",
  /** The mouse: what it did is the key that follows, "button;column;row" and M for a press or m for its end. */
  mouse: "\uE011",
} as const;
export const ESC = "\x1b";
export const CR = "\r";
export const isSpecial = (key: string): boolean => key >= "\uE000" && key <= "\uE0FF";
export const ctrl = (letter: string): string => String.fromCharCode(letter.toUpperCase().charCodeAt(0) & 31);

const SEQUENCES: Readonly<Record<string, string>> = {
  "[A": KEY.up,
  OA: KEY.up,
  "[B": KEY.down,
  OB: KEY.down,
  "[C": KEY.right,
  OC: KEY.right,
  "[D": KEY.left,
  OD: KEY.left,
  "[H": KEY.home,
  OH: KEY.home,
  "[1~": KEY.home,
  "[7~": KEY.home,
  "[F": KEY.end,
  OF: KEY.end,
  "[4~": KEY.end,
  "[8~": KEY.end,
  "[5~": KEY.pageUp,
  "[6~": KEY.pageDown,
  "[2~": KEY.insert,
  "[3~": KEY.delete,
  "[1;2D": KEY.wordLeft,
  "[1;2C": KEY.wordRight,
  "[1;3D": KEY.wordLeft,
  "[1;3C": KEY.wordRight,
  "[1;5D": KEY.wordLeft,
  "[1;5C": KEY.wordRight,
  "[200~": KEY.pasteStart,
  "[201~": KEY.pasteEnd,
  "[Z": KEY.backTab,
  OP: KEY.help,
  "[11~": KEY.help,
};

/**
 * What a terminal sent, as keys; `rest` is an escape sequence that has not all come. Escape itself comes alone: what a
 * terminal makes of a key arrives in one piece.
 */
export function decodeKeys(input: string): { readonly keys: readonly string[]; readonly rest: string } {
  const keys: string[] = [];
  for (let i = 0; i < input.length;) {
    if (input[i] === ESC) {
      const sequence = /^\x1b(\[<?[0-9;?]*[A-Za-z~]|O[A-Z])/.exec(input.slice(i, i + 24));
      const known = sequence && (SEQUENCES[sequence[1] as string] ?? (sequence[1]?.startsWith("[") ? KEY.unknown : undefined));
      if (sequence?.[1]?.startsWith("[<")) {
        keys.push(KEY.mouse, sequence[1].slice(2));
        i += sequence[0].length;
        continue;
      }
      if (sequence && known) {
        keys.push(known);
        i += sequence[0].length;
        continue;
      }
      if (input.length - i < 24 && /^\x1b\[<?[0-9;?]*$/.test(input.slice(i))) return { keys, rest: input.slice(i) };
    }
    const key = String.fromCodePoint(input.codePointAt(i) as number);
    keys.push(key);
    i += key.length;
  }
  return { keys, rest: "" };
}
