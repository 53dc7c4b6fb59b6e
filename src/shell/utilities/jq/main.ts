import { Errno, fromBytes } from "../../../runtime/index.ts";
import type { Tool } from "../tool.ts";
import { RegexError } from "../../regex.ts";
import { missing } from "./check.ts";
import { JqHalt, run, type Scope } from "./evaluate.ts";
import { JQ_HELP, jqOptions, layoutOf, type JqOptions } from "./options.ts";
import { JqError, JqSyntax, type Node, parseJq } from "./parse.ts";
import { show } from "./print.ts";
import { readJson } from "./read.ts";
import { isObject, type Json, truthy } from "./values.ts";

const STEPS = 2_000_000;
const HINT = "Use jq --help for help with command-line options,\nor see the jq manpage, or online docs  at https://jqlang.github.io/jq\n";

export async function runJq(t: Tool): Promise<number> {
  const { proc } = t;
  const read = (path: string): string | undefined => {
    try {
      return proc.fs.readText(path);
    } catch (error) {
      if (error instanceof Errno) return undefined;
      throw error;
    }
  };
  const options = jqOptions(t.args, read);
  if (typeof options === "string") {
    await proc.stderr.write(`jq: ${options}\n${HINT}`);
    return 2;
  }
  if (options.has("h")) {
    await t.out(JQ_HELP);
    return 0;
  }
  if (options.has("V")) {
    await t.out("jq-1.7.1\n");
    return 0;
  }
  let [source, files] = [options.filter, options.files];
  if (options.has("f") && source !== undefined) {
    const text = read(source);
    if (text === undefined) {
      await proc.stderr.write(`jq: error: Could not open ${source}: No such file or directory\n`);
      return 2;
    }
    source = text;
  }
  if (source === undefined) {
    if (proc.stdin.tty || options.has("f")) {
      await proc.stderr.write(JQ_HELP.slice(0, JQ_HELP.indexOf("Options:")));
      return 2;
    }
    source = ".";
  }
  const variables: Record<string, Json> = {
    ENV: { ...proc.env },
    __now: proc.clock.now() / 1000,
    ...options.named,
    ARGS: { positional: options.positional, named: options.named },
  };
  const node = await compiled(t, source, Object.keys(variables));
  if (!node) return 3;
  files = files.length > 0 ? files : ["-"];
  const inputs = new Inputs(options);
  for (const path of files) {
    const text = path === "-" ? fromBytes(await t.all("-")) : read(path);
    if (text === undefined) {
      await proc.stderr.write(`jq: error: Could not open ${path}: No such file or directory\n`);
      t.status = 2;
    } else inputs.add(path === "-" ? undefined : path, text);
  }
  return evaluated(t, node, inputs, variables, options);
}

/** The filter, or nothing after a complaint. */
async function compiled(t: Tool, source: string, variables: readonly string[]): Promise<Node | undefined> {
  const complain = async (problems: readonly { readonly message: string; readonly at: number }[]): Promise<undefined> => {
    for (const { message, at } of problems) {
      const before = source.slice(0, at).split("\n");
      const begin = at - (before.at(-1) ?? "").length;
      const [line = ""] = source.slice(begin).split("\n");
      await t.proc.stderr.write(`jq: error: ${message} at <top-level>, line ${before.length}:\n${line}${" ".repeat(at - begin)}\n`);
    }
    await t.proc.stderr.write(`jq: ${problems.length} compile error${problems.length === 1 ? "" : "s"}\n`);
  };
  try {
    const node = parseJq(source);
    const unknown = missing(node, variables);
    if (unknown.length > 0) return await complain(unknown.map(({ name, at }) => ({ message: `${name} is not defined`, at })));
    return node;
  } catch (error) {
    if (!(error instanceof JqSyntax)) throw error;
    return complain([{ message: error.message, at: error.at }]);
  }
}

/** All inputs in turn, read when they are asked for. */
class Inputs {
  readonly #options: JqOptions;
  readonly #sources: { readonly path: string | undefined; readonly text: string }[] = [];
  #values: Generator<Json> | undefined;
  problem: string | undefined;
  line = 0;
  path: string | undefined;
  begun = false;

  constructor(options: JqOptions) {
    this.#options = options;
  }
  add(path: string | undefined, text: string): void {
    this.#sources.push({ path, text });
  }
  next(): { readonly value: Json } | undefined {
    this.#values ??= this.#all();
    const next = this.#values.next();
    this.begun = !next.done;
    return next.done ? undefined : { value: next.value };
  }
  /** Where an error is said to be. */
  get place(): string {
    return this.begun ? `${this.path ?? "<stdin>"}:${this.line}` : "<unknown>";
  }
  *#all(): Generator<Json> {
    const slurp = this.#options.has("s");
    if (this.#options.has("R")) {
      const whole = this.#sources.map((s) => s.text).join("");
      if (slurp) yield whole;
      else if (whole !== "")
        for (const text of whole.replace(/\n$/, "").split("\n")) {
          this.line++;
          yield text;
        }
      return;
    }
    const list: Json[] = [];
    for (const { path, text } of this.#sources) {
      this.path = path;
      for (const read of readJson(text)) {
        const upTo = text.indexOf("\n", read.end - 1) + 1 || text.length;
        this.line = (text.slice(0, upTo).match(/\n/g) ?? []).length;
        if ("problem" in read) {
          this.problem = read.problem;
          return;
        }
        if (slurp) list.push(read.value);
        else if (this.#options.has("stream")) yield* events(read.value, []);
        else yield read.value;
      }
    }
    if (slurp) yield list;
  }
}

/** A value as `--stream` has it: each leaf with its path, and where what held it ends. */
function* events(value: Json, path: readonly Json[]): Generator<Json> {
  const entries: readonly (readonly [Json, Json])[] = Array.isArray(value)
    ? [...value.entries()]
    : isObject(value)
      ? Object.entries(value)
      : [];
  for (const [key, inner] of entries) yield* events(inner, [...path, key]);
  const last = entries.at(-1);
  if (!last) yield [path, value];
  else if (path.length === 0) yield [[last[0]]];
  else yield [[...path, last[0]]];
}

async function evaluated(
  t: Tool,
  node: Node,
  inputs: Inputs,
  variables: Readonly<Record<string, Json>>,
  options: JqOptions,
): Promise<number> {
  const { proc } = t;
  const layout = layoutOf(options, proc.stdout.tty);
  const raw = options.has("r") || options.has("j") || options.has("0");
  const end = options.has("0") ? "\0" : options.has("j") ? "" : "\n";
  let said: string[] = [];
  const flushed = async (): Promise<void> => {
    if (said.length === 0) return;
    await t.flush();
    const text = said.join("");
    said = [];
    await proc.stderr.write(text);
  };
  const scope: Scope = {
    variables,
    functions: {},
    budget: { left: STEPS },
    world: {
      next: () => {
        const next = inputs.next();
        if (inputs.problem !== undefined) throw new JqError(inputs.problem);
        return next;
      },
      say: (text) => void said.push(text),
      line: () => inputs.line,
      file: () => inputs.path ?? (inputs.begun ? "<stdin>" : null),
    },
  };
  let last: Json;
  let status = 0;
  const nothing = options.has("n");
  for (let once = true; nothing ? once : true; once = false) {
    const input = nothing ? { value: null } : inputs.next();
    if (!input) break;
    scope.budget.left = STEPS;
    try {
      for (const { value } of run(node, input, scope)) {
        await flushed();
        last = value ?? null;
        const text = raw && typeof value === "string" ? value : show(value ?? null, layout);
        await t.out(`${options.has("seq") ? "\u001e" : ""}${text}${end}`);
        await proc.cpu(0.02);
      }
      await flushed();
    } catch (error) {
      await flushed();
      await t.flush();
      if (error instanceof JqHalt) {
        await proc.stderr.write(error.said);
        return error.status;
      }
      if (error instanceof RangeError) return t.fail("error: the filter nests too deeply", 5);
      if (!(error instanceof JqError) && !(error instanceof RegexError)) throw error;
      const value = error instanceof JqError ? error.value : error.message;
      await proc.stderr.write(
        typeof value === "string"
          ? `jq: error (at ${inputs.place}): ${value}\n`
          : `jq: error (at ${inputs.place}) (not a string): ${show(value)}\n`,
      );
      status = 5;
    }
  }
  if (inputs.problem !== undefined) {
    await t.flush();
    await proc.stderr.write(`jq: parse error: ${inputs.problem}\n`);
    return 2;
  }
  if (t.status > 0) return t.status;
  if (status === 0 && options.has("e")) return last === undefined ? 4 : truthy(last) ? 0 : 1;
  return status;
}
