/** A case of one flag of one command: what `kubectl` shows with it, and does not show without it. */
export interface FlagRow {
  /** "create deployment"; "" for the flags of every command. */
  readonly command: string;
  /** Its name without a value: "replicas". */
  readonly flag: string;
  /** A line of the learner's with the flag; $N in it is a name of its own for every run. */
  readonly line: string;
  /** The same without the flag. */
  readonly without: string;
  /** What is shown with the flag, and not without it. */
  readonly shows: string;
}

/** How the flags of a command are told in a table: the flag as it is typed, and what shows it. */
export type FlagCases = Readonly<Record<string, string | FlagCase>>;
interface FlagCase {
  /** Shown with the flag alone. */
  readonly shows?: string;
  /** Shown without the flag alone. */
  readonly hides?: string;
  /** Another line than that of the command; the flag stands at {}, or at the end. */
  readonly on?: string;
  /** Run after the line, to see what it has done. */
  readonly then?: string;
  /** What is typed in the flag's place by who leaves it out. */
  readonly or?: string;
}

/**
 * Rows of a command: `line` is what is typed where a case has no line of its own; in both the flag stands at {}, or at the end.
 * Of several cases of a flag each is a row: `"dry-run=client"`, `"dry-run=server"`; `"-f x.yaml"` will do for a shorthand, if `shorthands` knows it.
 */
export function flagRows(command: string, line: string, cases: FlagCases): readonly FlagRow[] {
  return Object.entries(cases).map(([typed, told]) => {
    const { shows, hides, on = line, then = "", or = "" } = typeof told === "string" ? { shows: told } : told;
    const flag = /^[\w-]+/.exec(typed)?.[0] ?? "";
    const full = (middle: string): string =>
      `${on.includes("{}") ? on.replace("{}", middle) : `${on} ${middle}`}${then === "" ? "" : `; ${then}`}`;
    const [given, left] = [full(`--${typed}`), full(or)];
    // What the flag hides is shown by the line without it.
    return hides === undefined
      ? { command, flag, line: given, without: left, shows: shows as string }
      : { command, flag, line: left, without: given, shows: hides };
  });
}
