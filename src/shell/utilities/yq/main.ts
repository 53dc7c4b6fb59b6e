import { Errno, fromBytes } from "../../../runtime/index.ts";
import type { Tool } from "../tool.ts";
import { colored } from "./color.ts";
import { type Context, evaluate, startingContext, type World } from "./evaluate.ts";
import { decode, encode, formatNamed, formatOf, type FormatOptions } from "./formats.ts";
import { documentOf, fileOf, make, type Room, scalar, YqError, type YqNode } from "./node.ts";
import { operators } from "./operators.ts";
import { formatOptions, helpText, parseArguments } from "./options.ts";
import { type Expr, parseYq } from "./parse.ts";
import { leadingText, startsWithSeparator } from "./read-yaml.ts";

const ROOM = 600_000;
const VERSION = "v4.53.6";
const COMMANDS: Readonly<Record<string, "each" | "all">> = { eval: "each", e: "each", "eval-all": "all", ea: "all" };

/** yq: an expression over documents. Complaints are cobra's: `Error: …`, exit code 1. */
export async function runYq(t: Tool): Promise<number> {
  const refuse = async (message: string): Promise<number> => {
    await t.flush();
    await t.proc.stderr.write(`Error: ${message}\n`);
    return 1;
  };
  const all = COMMANDS[t.args[0] ?? ""];
  const line = parseArguments(all ? t.args.slice(1) : t.args);
  if (typeof line === "string") {
    await refuse(line);
    await t.proc.stderr.write(
      'Usage:\n  yq [flags]\n  yq [command]\n\nUse "yq [command] --help" for more information about a command.\n\n',
    );
    return 1;
  }
  const { flags } = line;
  if (flags.has("help") || t.args[0] === "help") {
    await t.out(helpText());
    return 0;
  }
  if (flags.has("version")) {
    await t.out(`yq (https://github.com/mikefarah/yq/) version ${VERSION}\n`);
    return 0;
  }
  try {
    return await new Run(t, flags, line.words, all === "all").run();
  } catch (error) {
    if (error instanceof RangeError) return refuse("the expression nests too deeply");
    if (!(error instanceof YqError)) throw error;
    return refuse(error.message);
  }
}

class Run {
  readonly #t: Tool;
  readonly #flags: ReadonlyMap<string, string>;
  readonly #together: boolean;
  readonly #room: Room = { left: ROOM };
  readonly #world: World;
  #files: string[];
  readonly #source: string;
  #out = "";
  #printed = false;
  #first = true;
  #document = 0;
  #file = 0;
  #appendix = "";

  constructor(t: Tool, flags: ReadonlyMap<string, string>, words: readonly string[], together: boolean) {
    this.#t = t;
    this.#flags = flags;
    this.#together = together;
    this.#files = [...words];
    const { proc } = t;
    const isFile = (path: string): boolean => path === "-" || (proc.fs.exists(path) && proc.fs.stat(path).type !== "directory");
    const written = flags.get("expression");
    const from = flags.get("from-file");
    if (written !== undefined) this.#source = written;
    else if (from !== undefined) this.#source = this.#read(from);
    else if (words[0] !== undefined && !isFile(words[0])) this.#source = this.#files.shift() as string;
    else this.#source = "";
    this.#world = {
      operators,
      room: this.#room,
      env: { ...proc.env },
      now: proc.clock.now(),
      random: (below) => proc.random.int(below),
      file: (path) => this.#read(path, "failed to load "),
      mergeToSpec: flags.get("yaml-fix-merge-anchor-to-spec") === "true",
      allowEnv: !flags.has("security-disable-env-ops"),
      allowFiles: !flags.has("security-disable-file-ops"),
      allowSystem: flags.get("security-enable-system-operator") === "true",
      decoded: new Map(),
      interpolation: flags.get("string-interpolation") !== "false",
    };
  }

  #read(path: string, before = ""): string {
    try {
      if (this.#t.proc.fs.stat(path).type === "directory") throw new YqError(`${before}read ${path}: is a directory`);
      return this.#t.proc.fs.readText(path);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      throw new YqError(`${before}${before ? `'${path}': ` : ""}open ${path}: ${error.message.toLowerCase()}`);
    }
  }
  #on(flag: string): boolean {
    return this.#flags.get(flag) === "true";
  }

  async run(): Promise<number> {
    const { proc } = this.#t;
    const [inPlace, nothing] = [this.#on("inplace"), this.#on("null-input")];
    if (inPlace && (this.#files.length === 0 || this.#files[0] === "-"))
      throw new YqError("write in place flag only applicable when giving an expression and at least one file");
    if (this.#flags.has("front-matter") && this.#files.length === 0)
      throw new YqError("front matter flag only applicable when giving an expression and at least one file");
    if (inPlace && this.#flags.has("split-exp")) throw new YqError("write in place cannot be used with split file");
    if (nothing && this.#files.length > 0) throw new YqError("cannot pass files in when using null-input flag");
    if (this.#files.length === 0 && !nothing) {
      if (proc.stdin.tty) {
        await this.#t.out(helpText());
        return 0;
      }
      this.#files = ["-"];
    }
    const { input, output } = this.#formats();
    const unwrap = this.#flags.has("unwrapScalar") ? this.#flags.get("unwrapScalar") !== "false" : output === "yaml" || output === "props";
    const options = formatOptions(this.#flags, unwrap);
    let expression: Expr = parseYq(this.#source);
    if (this.#on("prettyPrint")) {
      const plain = parseYq(
        `(... | select(tag != "!!str"), (... | select(tag == "!!str") | select(test("(?i)^(y|yes|n|no|on|off)$") | not))) style=""`,
      );
      expression = this.#source === "" ? plain : { op: "|", value: "", tag: "", flags: "", lhs: expression, rhs: plain };
    }
    const results = await this.#results(expression, input, options, nothing);
    this.#print(results, output, options);
    await proc.cpu((ROOM - this.#room.left) / 5000);
    if (this.#on("exit-status") && !this.#printed) {
      await this.#deliver(inPlace);
      throw new YqError("no matches found");
    }
    await this.#deliver(inPlace);
    return 0;
  }

  #formats(): { readonly input: string; readonly output: string } {
    const auto = (name: string): string | undefined => {
      const value = this.#flags.get(name);
      return value === undefined || value === "auto" || value === "a" || value === "" ? undefined : formatNamed(value);
    };
    const given = auto("input-format");
    const input = given ?? formatOf(this.#files[0] ?? "");
    const output = this.#on("tojson") ? "json" : (auto("output-format") ?? (given === undefined ? input : "yaml"));
    return { input, output };
  }

  async #results(expression: Expr, input: string, options: FormatOptions, nothing: boolean): Promise<YqNode[]> {
    if (nothing) return [...evaluate(startingContext([scalar(this.#room, "!!null", "")], this.#world), expression)];
    const out: YqNode[] = [];
    const whole: YqNode[] = [];
    let index = 0;
    for (const path of this.#files) {
      let source = path === "-" ? fromBytes(await this.#t.all("-")) : this.#read(path);
      if (index === 0 && this.#flags.has("front-matter")) source = this.#frontMatter(source);
      let documents: YqNode[];
      try {
        documents = decode(input, source, this.#room, options);
      } catch (error) {
        if (!(error instanceof YqError) || /room/.test(error.message)) throw error;
        throw new YqError(
          error.message.startsWith("bad file") ? error.message.replace("'-'", `'${path}'`) : `bad file '${path}': ${error.message}`,
        );
      }
      for (const document of documents) Object.assign(document, { file: path, fileIndex: index, together: this.#together });
      if (this.#together) whole.push(...documents);
      else for (const document of documents) out.push(...evaluate(startingContext([document], this.#world), expression));
      index++;
    }
    if (this.#together) return [...evaluate(startingContext(whole, this.#world), expression)];
    // A file without a document is one null.
    if (out.length === 0 && index > 0 && this.#room.left > ROOM - 2 && this.#source !== "")
      return [...evaluate(startingContext([make(this.#room, { tag: "!!null" })], this.#world), expression)];
    return out;
  }

  /** What lies between the first two lines of `---`; the rest is kept for `process`. */
  #frontMatter(source: string): string {
    const [, head = source, rest = ""] = /^(---[ \t]*\n[\s\S]*?\n)(---[ \t]*(?:\n[\s\S]*)?)$/.exec(source) ?? [];
    if (this.#flags.get("front-matter") === "process") this.#appendix = rest;
    return head;
  }

  #print(results: readonly YqNode[], format: string, options: FormatOptions): void {
    const at: Context = startingContext([], this.#world);
    const separators = format === "yaml" && !this.#on("no-doc");
    const [first] = results;
    if (first && this.#first) {
      this.#document = documentOf(first);
      this.#file = fileOf(first).fileIndex;
      this.#first = false;
    }
    const color =
      this.#on("colors") || (this.#t.proc.stdout.tty && !this.#on("no-colors") && !this.#on("inplace") && !this.#t.proc.env["NO_COLOR"]);
    results.forEach((node, index) => {
      let text = "";
      const split = this.#flags.get("split-exp");
      if ((this.#document !== documentOf(node) || this.#file !== fileOf(node).fileIndex) && !startsWithSeparator(node.leading))
        text += separators ? "---\n" : "";
      if (format === "yaml" || format === "props") text += leadingText(node.leading, separators);
      const body = encode(format, node, options, at);
      text += color && format === "yaml" && !(node.kind === "scalar" && options.unwrap) ? colored(body) : body;
      if (node.tag !== "!!null" && !(node.tag === "!!bool" && node.value === "false")) this.#printed = true;
      this.#document = documentOf(node);
      if (this.#on("nul-output")) {
        if (text.includes("\0"))
          throw new YqError("can't serialise value because it contains NUL char and you are using NUL separated output");
        text = `${text.replace(/\r?\n$/, "")}\0`;
      }
      if (split === undefined) this.#out += text;
      else this.#write(split, node, index, text, format);
    });
    this.#out += this.#appendix;
  }

  #write(split: string, node: YqNode, index: number, text: string, format: string): void {
    const context = startingContext([node], this.#world, { index: [scalar(this.#room, "!!int", String(index))] });
    const [name] = evaluate(context, parseYq(split));
    const path = name?.value ?? "";
    const full = /\.\w+$/.test(path) ? path : `${path}.${format === "yaml" ? "yml" : format}`;
    const folder = full.includes("/") ? full.slice(0, full.lastIndexOf("/")) : "";
    try {
      if (folder !== "" && !this.#t.proc.fs.exists(folder)) this.#t.proc.fs.mkdir(folder, { recursive: true });
      this.#t.proc.fs.writeFile(full, text);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      throw new YqError(`open ${full}: ${error.message.toLowerCase()}`);
    }
  }

  async #deliver(inPlace: boolean): Promise<void> {
    const [path = ""] = this.#files;
    if (!inPlace) return this.#t.out(this.#out);
    try {
      this.#t.proc.fs.writeFile(path, this.#out);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      throw new YqError(`open ${path}: ${error.message.toLowerCase()}`);
    }
  }
}
