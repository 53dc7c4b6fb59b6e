import { CliError } from "../errors.ts";

/** A flag as pflag knows it. `strings` is read as a row of CSV, `map` as one of KEY=VALUE, `stringArray` as it stands. */
export interface Flag {
  readonly type: "string" | "bool" | "int" | "duration" | "strings" | "stringArray" | "int32" | "map";
  readonly help: string;
  readonly short?: string;
  /** As pflag prints it in help: 'none', [], 0s. */
  readonly default?: string | number | boolean;
  /** The value of `--flag` alone (pflag's NoOptDefVal). */
  readonly bare?: string;
  /** What is wrong with a value, beyond what its type says. */
  readonly check?: (value: string) => string | undefined;
  /** Still taken, with these words, and shown nowhere (pflag's MarkDeprecated). */
  readonly deprecated?: string;
  /** Values or what completion may ask for. */
  readonly complete?:
    | readonly string[]
    | "namespaces"
    | "clusterroles"
    | "containers"
    | "files"
    | "manifests"
    | "subresources"
    | "contexts"
    | "clusters"
    | "users";
}
export type FlagTable = Readonly<Record<string, Flag>>;

export const str = (help: string, short?: string, fallback = "", complete?: Flag["complete"]): Flag => ({
  type: "string",
  help,
  default: fallback,
  ...(short ? { short } : {}),
  ...(complete ? { complete } : {}),
});
export const bool = (help: string, short?: string, fallback = false): Flag => ({
  type: "bool",
  help,
  default: fallback,
  bare: "true",
  ...(short ? { short } : {}),
});
export const int = (help: string, fallback: number, short?: string): Flag => ({
  type: "int",
  help,
  default: fallback,
  ...(short ? { short } : {}),
});
export const int32 = (help: string, fallback: number, short?: string): Flag => ({ ...int(help, fallback, short), type: "int32" });
export const map = (help: string): Flag => ({ type: "map", help });
export const duration = (help: string, fallback = "0s"): Flag => ({ type: "duration", help, default: fallback });
export const strings = (help: string, short?: string): Flag => ({ type: "strings", help, ...(short ? { short } : {}) });
export const array = (help: string, short?: string): Flag => ({ type: "stringArray", help, ...(short ? { short } : {}) });

/** The default as help shows it. */
export const shownDefault = (flag: Flag): string =>
  isList(flag) && flag.check === undefined ? `[${flag.default ?? ""}]` : String(flag.default ?? "");

const isList = ({ type }: Flag): boolean => type === "strings" || type === "stringArray" || type === "map";

/** Parsed flags. Asking for one that the table lacks is a programming error. */
export class Flags {
  readonly #table: FlagTable;
  readonly #values: ReadonlyMap<string, readonly string[]>;
  constructor(table: FlagTable, values: ReadonlyMap<string, readonly string[]>) {
    this.#table = table;
    this.#values = values;
  }
  has(name: string): boolean {
    return name in this.#table;
  }
  /** The same flags with one of them unset. */
  without(name: string): Flags {
    return new Flags(this.#table, new Map([...this.#values].filter(([key]) => key !== name)));
  }
  /** Whether a flag takes one value: a command's own may be a list where the one of all commands is not. */
  isSingle(name: string): boolean {
    const flag = this.#table[name];
    return flag !== undefined && !isList(flag);
  }
  changed(name: string): boolean {
    return this.#values.has(name);
  }
  string(name: string): string {
    return this.#values.get(name)?.at(-1) ?? String(this.#flag(name).default ?? "");
  }
  bool(name: string): boolean {
    return parseBool(this.string(name)) ?? false;
  }
  int(name: string): number {
    return Number(this.string(name));
  }
  /** Milliseconds. */
  duration(name: string): number {
    return parseDuration(this.string(name)) ?? 0;
  }
  list(name: string): readonly string[] {
    const flag = this.#flag(name);
    const given = this.#values.get(name) ?? (flag.default === undefined ? [] : [String(flag.default)]);
    return flag.type === "stringArray" ? given : given.flatMap((v) => itemsOf(flag, v));
  }
  #flag(name: string): Flag {
    const flag = this.#table[name];
    if (!flag) throw new Error(`kubectl: no flag ${name} in this command's table`);
    return flag;
  }
}

export interface Parsed {
  readonly flags: Flags;
  readonly args: readonly string[];
  readonly dash: number;
  readonly help: boolean;
}

/** pflag's grammar with interspersed arguments. Throws CliError in pflag's words. */
export function parseFlags(
  table: FlagTable,
  argv: readonly string[],
  path: string,
  preset: ReadonlyMap<string, string> = new Map(),
): Parsed {
  const shorts = new Map<string, string>();
  for (const [name, flag] of Object.entries(table)) if (flag.short) shorts.set(flag.short, name);
  const values = new Map([...preset].map(([name, value]) => [name, [value]]));
  const args: string[] = [];
  let dash = -1;
  let help = false;
  const fail = (message: string): never => {
    throw new CliError(`${message}\nSee '${path} --help' for usage.`);
  };
  const set = (name: string, value: string): void => {
    const flag = table[name] as Flag;
    const problem = flagProblem(name, flag, value);
    if (problem !== undefined) fail(problem);
    const list = values.get(name);
    if (list) list.push(value);
    else values.set(name, [value]);
  };
  for (let i = 0; i < argv.length; i++) {
    const arg = argv[i] as string;
    if (arg === "--") {
      dash = args.length;
      args.push(...argv.slice(i + 1));
      break;
    }
    if (arg.length < 2 || arg[0] !== "-") {
      args.push(arg);
      continue;
    }
    if (arg[1] === "-") {
      const equals = arg.indexOf("=");
      const name = arg.slice(2, equals < 0 ? undefined : equals);
      if (name === "" || name[0] === "-" || name[0] === "=") fail(`bad flag syntax: ${arg}`);
      const flag = table[name];
      if (!flag) {
        if (name === "help") {
          help = true;
          continue;
        }
        return fail(`unknown flag: --${name}`);
      }
      if (equals >= 0) set(name, arg.slice(equals + 1));
      else if (flag.bare !== undefined) set(name, flag.bare);
      else if (i + 1 < argv.length) set(name, argv[++i] as string);
      else fail(`flag needs an argument: --${name}`);
      continue;
    }
    // Combined shorthands: -it, -nns, -n=ns.
    for (let j = 1; j < arg.length; j++) {
      const letter = arg[j] as string;
      const name = shorts.get(letter);
      if (name === undefined) {
        if (letter === "h") {
          help = true;
          break;
        }
        return fail(`unknown shorthand flag: '${letter}' in -${arg.slice(j)}`);
      }
      const flag = table[name] as Flag;
      const rest = arg.slice(j + 1);
      if (rest.length > 1 && rest[0] === "=") {
        set(name, rest.slice(1));
        break;
      }
      if (flag.bare !== undefined) {
        set(name, flag.bare);
        continue;
      }
      if (rest.length > 0) set(name, rest);
      else if (i + 1 < argv.length) set(name, argv[++i] as string);
      else fail(`flag needs an argument: '${letter}' in -${arg.slice(j)}`);
      break;
    }
  }
  return { flags: new Flags(table, values), args, dash, help };
}

/** What pflag says of a value that does not fit; undefined when it does. */
export function flagProblem(name: string, flag: Flag, value: string): string | undefined {
  const problem = check(flag, value);
  if (problem === undefined) return undefined;
  return `invalid argument ${JSON.stringify(value)} for "${flag.short ? `-${flag.short}, ` : ""}--${name}" flag: ${problem}`;
}

/** The items of a list's value (pflag: string_slice.go, string_to_string.go). Throws what is wrong with it as a row of CSV. */
function itemsOf(flag: Flag, value: string): readonly string[] {
  if (flag.type === "map" && value.split("=").length === 2) return [value.replaceAll(/^"+|"+$/g, "")];
  return value === "" ? [] : csvRow(value);
}

/** A line as Go's encoding/csv reads it. */
function csvRow(line: string): readonly string[] {
  if (!line.includes('"')) return line.split(",");
  const items: string[] = [];
  const wrong = (at: number, what: string): never => {
    throw new Error(`parse error on line 1, column ${at + 1}: ${what}`);
  };
  for (let at = 0; ; at++) {
    if (line[at] !== '"') {
      const comma = line.indexOf(",", at);
      const end = comma < 0 ? line.length : comma;
      const item = line.slice(at, end);
      if (item.includes('"')) wrong(at + item.indexOf('"'), 'bare " in non-quoted-field');
      items.push(item);
      at = end;
    } else {
      let item = "";
      for (at++; ; at++) {
        if (at >= line.length) wrong(line.length, 'extraneous or missing " in quoted-field');
        if (line[at] !== '"') item += line[at];
        else if (line[at + 1] === '"') item += line[at++];
        else break;
      }
      at++;
      if (at < line.length && line[at] !== ",") wrong(at - 1, 'extraneous or missing " in quoted-field');
      items.push(item);
    }
    if (at >= line.length) return items;
  }
}

const INT = { int: [-(2n ** 63n), 2n ** 63n - 1n], int32: [-(2n ** 31n), 2n ** 31n - 1n] } as const;

function check(flag: Flag, value: string): string | undefined {
  if (flag.check) return flag.check(value);
  if (flag.type === "bool" && parseBool(value) === undefined) return `strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`;
  if (flag.type === "int" || flag.type === "int32") {
    if (!/^[-+]?\d+$/.test(value)) return `strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`;
    const [least, most] = INT[flag.type];
    const n = BigInt(value.replace("+", ""));
    if (n < least || n > most) return `strconv.ParseInt: parsing ${JSON.stringify(value)}: value out of range`;
  }
  if (flag.type === "strings" || flag.type === "map") {
    try {
      const single = itemsOf(flag, value).find((item) => !item.includes("="));
      if (flag.type === "map" && single !== undefined) return `${single} must be formatted as key=value`;
    } catch (error) {
      return (error as Error).message;
    }
  }
  if (flag.type === "duration" && parseDuration(value) === undefined) {
    return value !== "" && /^[-+]?[\d.]+$/.test(value)
      ? `time: missing unit in duration ${JSON.stringify(value)}`
      : `time: invalid duration ${JSON.stringify(value)}`;
  }
  return undefined;
}

export function parseBool(text: string): boolean | undefined {
  if (["1", "t", "T", "TRUE", "true", "True"].includes(text)) return true;
  if (["0", "f", "F", "FALSE", "false", "False"].includes(text)) return false;
  return undefined;
}

const UNITS: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Go's time.ParseDuration, in milliseconds; undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  if (/^[-+]?0$/.test(text)) return 0;
  if (!/^[-+]?((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const m of text.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/g)) total += Number(m[1]) * (UNITS[m[2] as string] as number);
  return text[0] === "-" ? -total : total;
}
