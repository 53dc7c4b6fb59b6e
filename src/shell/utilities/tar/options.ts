/** What a command line of tar asks for. */
export interface TarOptions {
  readonly mode: "c" | "x" | "t" | "r" | undefined;
  /** "-" is standard input or output. */
  readonly file: string | undefined;
  readonly gzip: boolean;
  /** Guess the compression by the archive's name. */
  readonly byName: boolean;
  readonly verbose: number;
  readonly toStdout: boolean;
  readonly keepTime: boolean;
  readonly keepOwner: boolean | undefined;
  readonly keepModes: boolean | undefined;
  readonly keepOld: boolean;
  readonly follow: boolean;
  readonly absolute: boolean;
  readonly numeric: boolean;
  readonly recurse: boolean;
  readonly strip: number;
  readonly exclude: readonly string[];
  readonly lists: readonly string[];
  /** Operands, each with the folder it is looked up in. */
  readonly operands: readonly { readonly directory: string; readonly name: string }[];
  /** The last -C. */
  readonly directory: string;
}

const FLAGS = new Set([..."cxtrzvOmokhPapjJZS"]);
const VALUES = new Set([..."fCTXb"]);
const LONG: Readonly<Record<string, string>> = {
  create: "c",
  extract: "x",
  get: "x",
  list: "t",
  append: "r",
  file: "f=",
  directory: "C=",
  gzip: "z",
  gunzip: "z",
  ungzip: "z",
  verbose: "v",
  "to-stdout": "O",
  touch: "m",
  "no-same-owner": "o",
  "same-owner": "same-owner",
  "keep-old-files": "k",
  dereference: "h",
  "absolute-names": "P",
  "auto-compress": "a",
  "preserve-permissions": "p",
  "same-permissions": "p",
  "no-same-permissions": "no-same-permissions",
  "numeric-owner": "numeric-owner",
  "no-recursion": "no-recursion",
  "strip-components": "strip=",
  exclude: "exclude=",
  "files-from": "T=",
  "exclude-from": "X=",
  overwrite: "",
  "overwrite-dir": "",
  sparse: "S",
  wildcards: "",
  "no-wildcards": "",
  warning: "ignored=",
  format: "ignored=",
  bzip2: "j",
  xz: "J",
};
/** GNU's tar has these, busybox' has not. */
const GNU_ONLY = new Set([
  "exclude",
  "exclude-from",
  "files-from",
  "same-owner",
  "format",
  "warning",
  "wildcards",
  "no-wildcards",
  "sparse",
  "append",
  "absolute-names",
  "overwrite-dir",
  "get",
]);

/** The complaint, when it is a string. */
export function parseTar(argv: readonly string[], busybox: boolean): TarOptions | string {
  const words = [...argv];
  // The first word is a bundle of letters also without its dash; values follow in the letters' order.
  if (words[0] !== undefined && !words[0].startsWith("-")) {
    const bundle = words.shift() as string;
    const spread: string[] = [];
    for (const letter of bundle) spread.push(`-${letter}`, ...(VALUES.has(letter) ? words.splice(0, 1) : []));
    words.unshift(...spread);
  }
  const on = new Map<string, number>();
  const many = new Map<string, string[]>();
  const operands: { directory: string; name: string }[] = [];
  let mode: TarOptions["mode"];
  let directory = ".";
  const set = (key: string, value?: string): string | undefined => {
    if (value !== undefined) many.set(key, [...(many.get(key) ?? []), value]);
    if (key === "C") directory = value?.startsWith("/") ? value : directory === "." ? (value as string) : `${directory}/${value}`;
    if (key === "c" || key === "x" || key === "t" || key === "r") {
      if (mode !== undefined && mode !== key)
        return busybox ? "" : "You may not specify more than one '-Acdtrux', '--delete' or  '--test-label' option";
      mode = key;
    }
    on.set(key, (on.get(key) ?? 0) + 1);
    return undefined;
  };
  while (words.length > 0) {
    const word = words.shift() as string;
    if (word === "--") operands.push(...words.splice(0).map((name) => ({ directory, name })));
    else if (word.startsWith("--")) {
      const [name = "", inline] = word.slice(2).split(/=([\s\S]*)/, 2);
      const known = LONG[name];
      if (known === undefined || (busybox && GNU_ONLY.has(name))) return `unrecognized option '${word}'`;
      if (!known.endsWith("=")) {
        const wrong = known === "" ? undefined : set(known);
        if (wrong !== undefined) return wrong;
      } else {
        const value = inline ?? words.shift();
        if (value === undefined) return `option '--${name}' requires an argument`;
        set(known.slice(0, -1), value);
      }
    } else if (word.startsWith("-") && word.length > 1) {
      for (let i = 1; i < word.length; i++) {
        const letter = word[i] as string;
        if (VALUES.has(letter)) {
          const value = i + 1 < word.length ? word.slice(i + 1) : words.shift();
          if (value === undefined) return `option requires an argument -- '${letter}'`;
          set(letter, value);
          break;
        }
        if (!FLAGS.has(letter)) return `invalid option -- '${letter}'`;
        const wrong = set(letter);
        if (wrong !== undefined) return wrong;
      }
    } else operands.push({ directory, name: word });
  }
  return {
    mode,
    file: many.get("f")?.at(-1),
    gzip: on.has("z"),
    byName: on.has("a"),
    verbose: on.get("v") ?? 0,
    toStdout: on.has("O"),
    keepTime: !on.has("m"),
    keepOwner: on.has("o") ? false : on.has("same-owner") ? true : undefined,
    keepModes: on.has("no-same-permissions") ? false : on.has("p") ? true : undefined,
    keepOld: on.has("k"),
    follow: on.has("h"),
    absolute: on.has("P"),
    numeric: on.has("numeric-owner"),
    recurse: !on.has("no-recursion"),
    strip: Number(many.get("strip")?.at(-1) ?? 0),
    exclude: many.get("exclude") ?? [],
    lists: many.get("T") ?? [],
    operands,
    directory,
  };
}

/** What of it is not there, by name. */
export function unsupported(argv: readonly string[]): string | undefined {
  const bundle = argv[0] !== undefined && !argv[0].startsWith("-") ? argv[0] : "";
  const letters = argv.filter((a) => /^-[^-]/.test(a)).join("") + bundle;
  if (letters.includes("j") || argv.includes("--bzip2")) return "bzip2";
  if (letters.includes("J") || argv.includes("--xz")) return "xz";
  return letters.includes("Z") ? "compress" : undefined;
}
