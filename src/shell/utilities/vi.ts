import { loadLater } from "../../runtime/index.ts";
import type { Tool, Utility } from "./tool.ts";

/** The editor is fetched when somebody opens it. */
const later = loadLater(() => import("./vi/main.ts"));

interface Arguments {
  readonly files: string[];
  readonly first: string[];
  readonly after: string[];
  readonly: boolean;
  stdin: boolean;
  /** -u. */
  settings: string | undefined;
}
const SEPARATE = new Set(["-n", "-N", "-m", "-M", "-b", "-X", "-f", "-y", "-e", "-E", "-s"]);
const HELP = `VIM - Vi IMproved 9.0 (simulated by Timonel)

Usage: vim [arguments] [file ..]       edit specified file(s)
   or: vim [arguments] -               read text from stdin

Arguments:
   --\t\t\tOnly file names after this
   -R\t\t\tReadonly mode (like "view")
   -u <vimrc>\t\tUse <vimrc> instead of any .vimrc
   +\t\t\tStart at end of file
   +<lnum>\t\tStart at line <lnum>
   --cmd <command>\tExecute <command> before loading any vimrc file
   -c <command>\t\tExecute <command> after loading the first file
   -h  or  --help\tPrint Help (this message) and exit
   --version\t\tPrint version information and exit
`;

/** vim's arguments; a text is why they are refused. */
function parse(args: readonly string[], busybox: boolean): Arguments | string {
  const a: Arguments = { files: [], first: [], after: [], readonly: false, stdin: false, settings: undefined };
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    const value = (): string | undefined => args[++i];
    if (word === "--") {
      a.files.push(...args.slice(i + 1));
      break;
    }
    if (word === "-" && !busybox) a.stdin = true;
    else if (word.startsWith("+")) a.after.push(word === "+" ? "$" : word.slice(1));
    else if (word === "-c") {
      const command = value();
      if (command === undefined) return busybox ? "option requires an argument -- 'c'" : 'Argument missing after: "-c"';
      a.after.push(command);
    } else if (word === "-R") a.readonly = true;
    else if (busybox && word === "-H") return "-H";
    else if (!busybox && word === "--cmd") a.first.push(value() ?? "");
    else if (!busybox && (word === "-u" || word === "-i")) {
      const path = value();
      if (path === undefined) return `Argument missing after: "${word}"`;
      if (word === "-u") a.settings = path;
    } else if (!busybox && ["-n", "-N", "-X", "-f", "-Z"].includes(word)) continue;
    else if (word.startsWith("-"))
      return busybox
        ? `invalid option -- '${word[1]}'`
        : SEPARATE.has(word) || /^-[oOpdtrLVwWT]/.test(word)
          ? `Not available in this version: "${word}"`
          : `Unknown option argument: "${word}"`;
    else a.files.push(word);
  }
  return a;
}

async function stdin(t: Tool): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for (let chunk = await t.proc.stdin.read(); chunk !== null && text.length < 8 * 1024 * 1024; chunk = await t.proc.stdin.read())
    text += decoder.decode(chunk, { stream: true });
  return text;
}

/** `view` and `vim -R` only look. */
const make = (name: "vi" | "vim" | "view"): Utility => ({
  name,
  usage: "[-c CMD] [-R] [-H] [FILE]...",
  about: "Edit FILE",
  parse: "raw",
  flags: { command: { short: "c", value: "CMD", help: "Initial command to run" }, readonly: { short: "R", help: "Read-only" } },
  async run(t) {
    const { proc } = t;
    if (!t.busybox && (t.args[0] === "--help" || t.args[0] === "-h")) {
      await t.out(HELP);
      return 0;
    }
    if (!t.busybox && t.args[0] === "--version") {
      await t.out("VIM - Vi IMproved 9.0 (simulated by Timonel)\n");
      return 0;
    }
    if (t.busybox && t.args[0] === "--help") return t.misuse("", 0);
    const a = parse(t.args, t.busybox);
    if (typeof a === "string") {
      if (t.busybox) return t.misuse(a);
      await proc.stderr.write(`VIM - Vi IMproved 9.0 (simulated by Timonel)\n${a}\nMore info with: "vim -h"\n`);
      return 1;
    }
    if (!t.busybox && !proc.stdout.tty) await proc.stderr.write("Vim: Warning: Output is not to a terminal\n");
    if (!t.busybox && !proc.stdin.tty && !a.stdin) await proc.stderr.write("Vim: Warning: Input is not from a terminal\n");
    if (a.stdin && !proc.stdin.tty) await proc.stderr.write("Vim: Reading from stdin...\n");
    const text = a.stdin && !proc.stdin.tty ? await stdin(t) : undefined;
    const home = proc.env["HOME"] ?? "/";
    const own = a.settings ?? (proc.fs.exists(`${home}/.vimrc`) ? `${home}/.vimrc` : undefined);
    const { runEditor } = await proc.code(later);
    proc.memory(t.busybox ? 1_200_000 : 9_000_000);
    return runEditor(
      proc,
      {
        flavour: t.busybox ? "busybox" : "vim",
        files: a.files,
        settings: t.busybox || own === "NONE" ? "none" : own === undefined ? "defaults" : "vimrc",
      },
      {
        ...(own !== undefined && own !== "NONE" && !t.busybox && { settings: own }),
        first: a.first,
        after: a.after,
        readonly: a.readonly || name === "view",
        ...(text !== undefined && { text }),
      },
    );
  },
});

export const vi = make("vi");
export const vim = make("vim");
export const view = make("view");
