/** What a command line of procps' ps asks for. */
export interface PsOptions {
  readonly columns: readonly { readonly name: string; readonly header?: string }[] | undefined;
  readonly layout: "plain" | "full" | "user" | "bsd" | "jobs" | "long";
  readonly all: "every" | "terminals" | "mine";
  readonly pids: readonly number[];
  readonly parents: readonly number[];
  readonly names: readonly string[];
  readonly users: readonly string[];
  readonly sort: readonly string[];
  readonly forest: boolean;
  readonly headerless: boolean;
  readonly wide: boolean;
}

/** A string is the complaint. */
export function parsePs(argv: readonly string[]): PsOptions | string {
  const o = {
    columns: undefined as { name: string; header?: string }[] | undefined,
    layout: "plain" as PsOptions["layout"],
    all: "mine" as PsOptions["all"],
    pids: [] as number[],
    parents: [] as number[],
    names: [] as string[],
    users: [] as string[],
    sort: [] as string[],
    forest: false,
    headerless: false,
    wide: false,
  };
  const list = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);
  const format = (text: string): void => {
    // A header goes to the end of its word: `pid=X,comm=` names two columns only where a comma follows nothing else.
    const parts = /^[^=]*$/.test(text) || /,[\w%]+=/.test(text) || text.endsWith("=") ? text.split(/[\s,]+/).filter(Boolean) : [text];
    for (const part of parts) {
      const [name = "", header] = part.split(/=([\s\S]*)/, 2);
      (o.columns ??= []).push(header === undefined ? { name } : { name, header });
    }
  };
  const pids = (text: string): string | undefined => {
    for (const word of list(text)) {
      if (!/^\d+$/.test(word)) return "error: process ID list syntax error";
      o.pids.push(Number(word));
    }
    return undefined;
  };
  const words = [...argv];
  const LONG: Readonly<Record<string, (value: string) => string | undefined | void>> = {
    sort: (v) => void o.sort.push(...list(v)),
    format,
    pid: pids,
    ppid: (v) => void o.parents.push(...list(v).map(Number)),
    user: (v) => void o.users.push(...list(v)),
    forest: () => void (o.forest = true),
    headers: () => undefined,
    "no-headers": () => void (o.headerless = true),
    "no-heading": () => void (o.headerless = true),
    cols: () => undefined,
    columns: () => undefined,
    width: () => undefined,
  };
  const bare = new Set(["forest", "headers", "no-headers", "no-heading"]);
  while (words.length > 0) {
    const word = words.shift() as string;
    if (word.startsWith("--")) {
      const [name = "", inline] = word.slice(2).split(/=([\s\S]*)/, 2);
      const act = LONG[name];
      if (!act) return "error: unknown gnu long option";
      const wrong = act(bare.has(name) ? "" : (inline ?? words.shift() ?? ""));
      if (wrong) return wrong;
      continue;
    }
    const dash = word.startsWith("-");
    for (let i = dash ? 1 : 0; i < word.length; i++) {
      const letter = word[i] as string;
      const value = (): string => {
        const rest = word.slice(i + 1);
        i = word.length;
        return rest || (words.shift() ?? "");
      };
      if (!dash && /\d/.test(letter)) {
        const wrong = pids(word.slice(i));
        if (wrong) return wrong;
        break;
      }
      switch (`${dash ? "-" : ""}${letter}`) {
        case "-e":
        case "-A":
          o.all = "every";
          break;
        case "-a":
          o.all = "terminals";
          break;
        case "-f":
        case "-F":
          o.layout = "full";
          break;
        case "-l":
        case "l":
          o.layout = "long";
          break;
        case "-j":
        case "j":
          o.layout = "jobs";
          break;
        case "-o":
        case "-O":
        case "o":
          format(value());
          break;
        case "-p":
        case "p":
        case "-q":
        case "q": {
          const wrong = pids(value());
          if (wrong) return wrong;
          break;
        }
        case "-C":
          o.names.push(...list(value()));
          break;
        case "-u":
        case "-U":
        case "U":
          o.users.push(...list(value()));
          break;
        case "a":
          if (o.all === "mine") o.all = "terminals";
          if (o.layout === "plain") o.layout = "bsd";
          break;
        case "x":
          o.all = "every";
          if (o.layout === "plain") o.layout = "bsd";
          break;
        case "u":
          o.layout = "user";
          break;
        case "f":
        case "-H":
          o.forest = true;
          break;
        case "h":
          o.headerless = true;
          break;
        case "w":
        case "-w":
          o.wide = true;
          break;
        case "c":
        case "e":
        case "r":
        case "n":
        case "-d":
        case "-N":
        case "-T":
        case "-L":
        case "-y":
        case "-c":
        case "-M":
        case "-Z":
          return `error: ${dash ? "-" : ""}${letter} is not supported by this simulator`;
        default:
          return dash ? "error: unsupported SysV option" : "error: unsupported option (BSD syntax)";
      }
    }
  }
  return o;
}
