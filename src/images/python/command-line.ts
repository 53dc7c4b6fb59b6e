/** What an interpreter is started for. */
export type Asked =
  | { readonly kind: "say"; readonly text: string; readonly code: number }
  | {
      readonly kind: "code" | "module" | "file" | "stdin";
      readonly text: string;
      readonly args: readonly string[];
      readonly unbuffered: boolean;
      readonly interactive: boolean;
      readonly optimized: boolean;
      readonly quiet: boolean;
    };

const USAGE = "usage: /usr/local/bin/python3 [option] ... [-c cmd | -m mod | file | -] [arg] ...\n";

/** python's own arguments (cpython: Python/initconfig.c). */
export function commandLine(argv: readonly string[], env: Readonly<Record<string, string>>): Asked {
  const args = [...argv];
  let unbuffered = (env["PYTHONUNBUFFERED"] ?? "") !== "";
  let interactive = false;
  let optimized = (env["PYTHONOPTIMIZE"] ?? "") !== "";
  let quiet = false;
  const made = (kind: "code" | "module" | "file" | "stdin", text: string): Asked => ({
    kind,
    text,
    args,
    unbuffered,
    interactive,
    optimized,
    quiet,
  });
  while (args[0]?.startsWith("-") && args[0].length > 1) {
    const flag = args.shift() as string;
    if (flag === "--version") return { kind: "say", text: "Python $VERSION\n", code: 0 };
    if (flag === "--help") return { kind: "say", text: `${USAGE}`, code: 0 };
    if (flag === "--") break;
    for (let i = 1; i < flag.length; i++) {
      const c = flag[i] as string;
      if (c === "c" || c === "m") {
        const text = flag.slice(i + 1) || args.shift();
        if (text === undefined)
          return { kind: "say", text: `Argument expected for the -${c} option\n${USAGE}Try \`python -h' for more information.\n`, code: 2 };
        return made(c === "c" ? "code" : "module", text);
      }
      if (c === "V") return { kind: "say", text: "Python $VERSION\n", code: 0 };
      if (c === "h" || c === "?") return { kind: "say", text: USAGE, code: 0 };
      if (c === "u") unbuffered = true;
      else if (c === "i") interactive = true;
      else if (c === "O") optimized = true;
      else if (c === "q") quiet = true;
      else if (c === "W" || c === "X") {
        // Which warnings are shown, and knobs of the interpreter's: none of them is here.
        if (i === flag.length - 1) args.shift();
        break;
      } else if (!"bBdEIPsSvx".includes(c))
        return { kind: "say", text: `Unknown option: -${c}\n${USAGE}Try \`python -h' for more information.\n`, code: 2 };
    }
  }
  const file = args.shift();
  return file === undefined || file === "-" ? made("stdin", "") : made("file", file);
}
