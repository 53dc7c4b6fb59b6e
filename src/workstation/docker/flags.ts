/** What a command takes: its flags by long name, with their short ones; those with a value say so, those that may come often too. */
export type FlagTable = Readonly<Record<string, { readonly short?: string; readonly value?: "one" | "many" }>>;

export interface Parsed {
  readonly on: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly args: readonly string[];
}

/** What cannot be parsed, in docker's words. */
export class UsageError extends Error {}

/** Flags end at the first argument where what follows is somebody else's (`docker run`). */
export function parseFlags(table: FlagTable, argv: readonly string[], stopAtArgument = false): Parsed {
  const on = new Set<string>();
  const values = new Map<string, string[]>();
  const args: string[] = [];
  const byShort = new Map(Object.entries(table).flatMap(([name, { short }]) => (short ? [[short, name] as const] : [])));
  const give = (name: string, value: string): void => void values.set(name, [...(values.get(name) ?? []), value]);
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] as string;
    if (word === "--" || (stopAtArgument && args.length > 0) || !word.startsWith("-") || word === "-") {
      if (stopAtArgument && word !== "--") return { on, values, args: argv.slice(i) };
      if (word !== "--") args.push(word);
      continue;
    }
    if (word.startsWith("--")) {
      const [name = "", value] = word.slice(2).split(/=([^]*)/, 2);
      const row = table[name];
      if (!row) throw new UsageError(`unknown flag: --${name}`);
      if (!row.value) on.add(name);
      else if (value !== undefined) give(name, value);
      else if (++i < argv.length) give(name, argv[i] as string);
      else throw new UsageError(`flag needs an argument: --${name}`);
      continue;
    }
    for (let at = 1; at < word.length; at++) {
      const short = word[at] as string;
      const name = byShort.get(short);
      if (name === undefined) throw new UsageError(`unknown shorthand flag: '${short}' in ${word}`);
      if (!table[name]?.value) {
        on.add(name);
        continue;
      }
      const rest = word.slice(at + 1).replace(/^=/, "");
      if (rest !== "") give(name, rest);
      else if (++i < argv.length) give(name, argv[i] as string);
      else throw new UsageError(`flag needs an argument: '${short}' in ${word}`);
      break;
    }
  }
  return { on, values, args };
}
