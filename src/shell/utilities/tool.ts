import { Held, MAX_HELD } from "./held.ts";
import { RegexError } from "../regex.ts";
import type { Flavour } from "./flavour.ts";
import { ByteDecoder, type Description, Errno, fromBytes, type ProcessContext, type Program } from "../../runtime/index.ts";

export interface Flag {
  /** One letter. */
  readonly short?: string;
  readonly long?: string;
  /** Takes a value, of this kind, which --help shows. */
  readonly value?: string;
  readonly help: string;
}
export type FlagTable = Readonly<Record<string, Flag>>;

/** A row of the utilities' table: parser, --help and completion derive from it. */
export interface Utility {
  readonly name: string;
  readonly usage: string;
  readonly about: string;
  readonly flags: FlagTable;
  /** `first`: options end at the first operand (env, timeout). `raw`: arguments are the utility's own business. */
  readonly parse?: "first" | "raw";
  /** `-5`, `-20`: what flag such a number is. */
  readonly number?: string;
  run(t: Tool): Promise<number>;
}

/** What a utility works with: its parsed arguments and buffered output. Complaints are "name: message". */
export class Tool {
  readonly proc: ProcessContext;
  readonly name: string;
  readonly args: readonly string[];
  readonly flavour: Flavour;
  /** What its messages begin with: GNU's tools say how they were called. */
  readonly label: string;
  /** What BusyBox prints of a tool that is called wrongly. */
  readonly usage: () => string;
  /** BusyBox's, Alpine's included: words its messages like it. */
  readonly busybox: boolean;
  /** The exit code so far; `warn` raises it. */
  status = 0;
  readonly #flags: ReadonlyMap<string, readonly string[]>;
  #pending: string[] = [];
  #size = 0;

  constructor(
    proc: ProcessContext,
    name: string,
    args: readonly string[],
    flags: ReadonlyMap<string, readonly string[]>,
    flavour: Flavour,
    usage: () => string,
  ) {
    this.proc = proc;
    this.name = name;
    this.args = args;
    this.#flags = flags;
    this.flavour = flavour;
    this.usage = usage;
    const called = proc.argv[0] ?? name;
    this.label = flavour === "gnu" && called.endsWith(`/${name}`) ? called : name;
    this.busybox = flavour !== "gnu";
  }
  has(flag: string): boolean {
    return this.#flags.has(flag);
  }
  value(flag: string): string | undefined {
    return this.#flags.get(flag)?.at(-1);
  }
  values(flag: string): readonly string[] {
    return this.#flags.get(flag) ?? [];
  }

  async out(text: string): Promise<void> {
    this.#pending.push(text);
    this.#size += text.length;
    if (this.#size > 8192) await this.flush();
  }
  async bytes(data: Uint8Array): Promise<void> {
    await this.flush();
    await this.proc.stdout.write(data);
  }
  async flush(): Promise<void> {
    if (this.#size === 0) return;
    const text = this.#pending.join("");
    this.#pending = [];
    this.#size = 0;
    await this.proc.stdout.write(text);
  }
  async warn(message: string, status = 1): Promise<void> {
    await this.flush();
    this.status = Math.max(this.status, status);
    await this.proc.stderr.write(`${this.label}: ${this.#quoted(message)}\n`);
  }
  #quoted(message: string): string {
    return this.busybox || unicode(this.proc.env) ? message : message.replace(/[‘’]/g, "'");
  }
  /** Called wrongly: the message, then where help is (GNU) or the usage (BusyBox). */
  async misuse(message: string, status = 1): Promise<number> {
    await this.flush();
    this.status = Math.max(this.status, status);
    const said = `${this.label}: ${this.#quoted(message)}\n`;
    await this.proc.stderr.write(this.busybox ? this.usage() : `${said}Try '${this.label} --help' for more information.\n`);
    return status;
  }
  async fail(message: string, status = 1): Promise<number> {
    await this.warn(message, status);
    return status;
  }
  /** Complains of a failed system call as this toolset words it. */
  async complain(what: string, path: string, error: unknown, status = 1): Promise<void> {
    if (!(error instanceof Errno)) throw error;
    await this.warn(
      this.busybox || what === ""
        ? what === ""
          ? `${path}: ${error.message}`
          : what === "open" && UNQUOTED.has(this.name)
            ? `${path}: ${error.message}`
            : `can't ${what} '${path}': ${error.message}`
        : what === "open"
          ? FOR_READING.has(this.name)
            ? `cannot open '${path}' for reading: ${error.message}`
            : `${path}: ${error.message}`
          : `cannot ${what} '${path}': ${error.message}`,
      status,
    );
  }

  /** Opens for reading; "-" is standard input. Undefined after a complaint. */
  async open(path: string, status = 1): Promise<Description | undefined> {
    const numbered = /^\/dev\/fd\/(\d+)$/.exec(path);
    const number = path === "-" || path === "/dev/stdin" ? 0 : numbered ? Number(numbered[1]) : undefined;
    if (number !== undefined) {
      const description = this.proc.fd(number);
      if (description) return description;
    }
    try {
      if (this.proc.fs.stat(path).type === "directory") throw new Errno("EISDIR", "Is a directory");
      return this.proc.open(path, "r");
    } catch (error) {
      if (error instanceof Errno && error.code === "EISDIR")
        await this.warn(`${this.busybox ? "read error: " : `${path}: `}Is a directory`, status);
      else await this.complain("open", path, error, status);
      return undefined;
    }
  }
  /** Chunks of the operands, or of standard input when there are none. */
  async *chunks(paths: readonly string[] = this.args): AsyncGenerator<Uint8Array> {
    for (const path of paths.length > 0 ? paths : ["-"]) {
      const from = await this.open(path);
      if (!from) continue;
      for (;;) {
        await this.flush();
        const chunk = await from.read();
        if (chunk === null) break;
        await this.proc.cpu(chunk.length / 200_000);
        yield chunk;
      }
      if (path !== "-") this.proc.close(from);
    }
  }
  /** Lines without their newline. `separator` as for -z. */
  async *lines(paths: readonly string[] = this.args, separator = "\n"): AsyncGenerator<string> {
    for (const path of paths.length > 0 ? paths : ["-"]) {
      const decoder = new ByteDecoder();
      const held = new Held(this.proc);
      // A line that is not over yet lies in pieces: joining them at every chunk would cost the square of its length.
      let pieces: string[] = [];
      let size = 0;
      for await (const chunk of this.chunks([path])) {
        const parts = decoder.decode(chunk).split(separator);
        const last = parts.pop() as string;
        if (parts.length > 0) {
          yield pieces.join("") + (parts.shift() as string);
          yield* parts;
          pieces = [];
          size = 0;
        }
        if (last === "") continue;
        if (size > MAX_HELD) pieces = [];
        pieces.push(last);
        held.resize((size += last.length));
      }
      const rest = pieces.join("") + decoder.decode();
      if (rest !== "") yield rest;
    }
  }
  async text(path: string): Promise<string> {
    return fromBytes(await this.all(path));
  }
  async all(path: string): Promise<Uint8Array> {
    const held = new Held(this.proc);
    for await (const chunk of this.chunks([path])) held.add(chunk);
    return held.bytes();
  }
}

/** Whether messages may have typographic quotes: not in the C locale, which is what a container has that sets none. */
function unicode(env: Readonly<Record<string, string>>): boolean {
  return /utf-?8/i.test(env["LC_ALL"] || env["LC_MESSAGES"] || env["LANG"] || "");
}

interface Parsed {
  readonly flags: Map<string, string[]>;
  readonly args: string[];
}

/** Parses argv by a utility's table; a string is the complaint. */
export function parseFlags(utility: Utility, argv: readonly string[], flavour: Flavour): Parsed | string {
  const musl = flavour === "alpine";
  const flags = new Map<string, string[]>();
  const args: string[] = [];
  if (utility.parse === "raw") return { flags, args: [...argv] };
  const add = (name: string, value: string): void => void flags.set(name, [...(flags.get(name) ?? []), value]);
  const rows = Object.entries(utility.flags);
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] as string;
    if (word === "--") {
      args.push(...argv.slice(i + 1));
      break;
    }
    if (word.startsWith("--")) {
      const [name, inline] = word.slice(2).split(/=([\s\S]*)/, 2) as [string, string | undefined];
      const exact = rows.find(([, f]) => f.long === name);
      const close = exact ? [exact] : rows.filter(([, f]) => f.long?.startsWith(name));
      const row = close.length === 1 ? close[0] : undefined;
      if (!row) return musl ? `unrecognized option: ${name}` : `unrecognized option '${word}'`;
      if (!row[1].value && inline !== undefined) return `option '--${row[1].long}' doesn't allow an argument`;
      const value = row[1].value ? (inline ?? (row[1].value.startsWith("[") ? "" : argv[++i])) : "";
      if (value === undefined) return musl ? `option requires an argument: ${name}` : `option '--${name}' requires an argument`;
      add(row[0], value);
    } else if (utility.number && /^-\d+$/.test(word)) add(utility.number, word.slice(1));
    else if (word.length > 1 && word.startsWith("-")) {
      for (let j = 1; j < word.length; j++) {
        const letter = word[j] as string;
        const row = rows.find(([, f]) => f.short === letter);
        if (!row) return musl ? `unrecognized option: ${letter}` : `invalid option -- '${letter}'`;
        if (!row[1].value) {
          add(row[0], "");
          continue;
        }
        const optional = row[1].value.startsWith("[");
        const value = j + 1 < word.length ? word.slice(j + 1) : optional ? "" : argv[++i];
        if (value === undefined) return musl ? `option requires an argument: ${letter}` : `option requires an argument -- '${letter}'`;
        add(row[0], value);
        break;
      }
    } else {
      args.push(word);
      if (utility.parse === "first") {
        args.push(...argv.slice(i + 1));
        break;
      }
    }
  }
  return { flags, args };
}

export function helpText(utility: Utility): string {
  const rows = Object.values(utility.flags).map(
    (f) => `\t${[f.short && `-${f.short}`, f.long && `--${f.long}`].filter(Boolean).join(",")}${f.value ? ` ${f.value}` : ""}\t${f.help}\n`,
  );
  return `Usage: ${utility.name}${utility.usage ? ` ${utility.usage}` : ""}\n\n${utility.about}\n${rows.length > 0 ? `\n${rows.join("")}` : ""}`;
}

/** The program of a utility. */
export function utilityProgram(utility: Utility, flavour: Flavour): Program {
  return (proc) => runUtility(utility, flavour, proc, proc.argv.slice(1));
}

/** Parses, runs, flushes, and turns refusals into the utility's complaints. */
export async function runUtility(utility: Utility, flavour: Flavour, proc: ProcessContext, argv: readonly string[]): Promise<number> {
  const busybox = flavour !== "gnu";
  proc.memory(400_000);
  if (argv[0] === "--help" && utility.parse !== "raw") {
    await (busybox ? proc.stderr : proc.stdout).write(helpText(utility));
    return 0;
  }
  const parsed = parseFlags(utility, argv, flavour);
  if (typeof parsed === "string") {
    if (utility.name === "curl") {
      const [, option = ""] = /'(-*\w[\w-]*)'?$|: (\w[\w-]*)$/.exec(parsed) ?? [];
      const word = option.startsWith("-") ? option : `-${option}`;
      await proc.stderr.write(
        `curl: option ${word}: ${/requires/.test(parsed) ? "requires parameter" : "is unknown"}\ncurl: try 'curl --help' or 'curl --manual' for more information\n`,
      );
      return 2;
    }
    await proc.stderr.write(
      `${utility.name}: ${parsed}\n${utility.name === "grep" && !busybox ? "Usage: grep [OPTION]... PATTERNS [FILE]...\n" : ""}${busybox ? helpText(utility) : `Try '${utility.name} --help' for more information.\n`}`,
    );
    return usageStatus(utility.name);
  }
  const tool = new Tool(proc, utility.name, parsed.args, parsed.flags, flavour, () => helpText(utility));
  try {
    const code = await utility.run(tool);
    await tool.flush();
    return code;
  } catch (error) {
    if (error instanceof RegexError) return tool.fail(error.message, 2);
    if (!(error instanceof Errno)) throw error;
    if (error.code === "EPIPE") return 141;
    return tool.fail(error.path ? `${error.path}: ${error.message}` : error.message);
  }
}

/** BusyBox' tools that name no verb (fopen_or_warn_stdin). */
const UNQUOTED = new Set("head cut paste wc nl fold expand unexpand tac sort rev cmp od strings hexdump base64".split(" "));
/** GNU tools that say what they wanted to open a file for. */
const FOR_READING = new Set(["head", "tail"]);
const TROUBLE = new Set(["grep", "egrep", "fgrep", "sort", "ls", "diff", "cmp", "expr"]);
const RUNNERS = new Set(["timeout", "env", "nohup", "nice"]);
/** What a tool exits with when its options are wrong. */
function usageStatus(name: string): number {
  return TROUBLE.has(name) ? 2 : RUNNERS.has(name) ? 125 : 1;
}
