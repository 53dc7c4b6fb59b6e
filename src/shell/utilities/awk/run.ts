import { createRandom } from "../../../sim/index.ts";
import { posixRegex, type Regex } from "../../regex.ts";
import { runChild } from "../children.ts";
import type { Tool } from "../tool.ts";
import { builtinFunctions, type Machine, subscript } from "./functions.ts";
import { AwkError, unescape } from "./lex.ts";
import { AwkRecord } from "./record.ts";
import { MainInput } from "./input.ts";
import { Leave } from "./leave.ts";
import { Streams } from "./streams.ts";
import type { Expression, Lvalue, Program, Rule, Statement } from "./tree.ts";
import { arithmetic, compare, formatText, fromInput, isTrue, toNumber, toText, type Value } from "./value.ts";

/** A variable or an array; which of the two shows at its first use. */
interface Cell {
  value?: Value;
  array?: Map<string, Value>;
  /** An argument that was neither yet: its caller's becomes an array with it. */
  readonly origin?: Cell;
}

/** Steps of loops and calls between two payments of CPU, so that no program stops time. */
const STEPS = 500;
const MAX_DEPTH = 1000;

export class Interpreter implements Machine {
  readonly #tool: Tool;
  readonly #program: Program;
  readonly #globals = new Map<string, Cell>();
  #locals: Map<string, Cell> | undefined;
  #depth = 0;
  readonly #record: AwkRecord;
  readonly #streams: Streams;
  readonly #input: MainInput;
  #steps = 0;
  #status = 0;
  readonly #inRange = new Set<Rule>();
  readonly random;

  constructor(tool: Tool, program: Program, args: readonly string[]) {
    this.#tool = tool;
    this.#program = program;
    this.#streams = new Streams(tool);
    this.#input = new MainInput(tool, this);
    this.#record = new AwkRecord((name) => this.variable(name));
    let source = createRandom(1, "awk");
    this.random = {
      seed: 0,
      next: () => source.int(0x4000_0000) / 0x4000_0000,
      reseed(seed: number) {
        this.seed = seed;
        source = createRandom(Math.trunc(seed) >>> 0, "awk");
      },
    };
    const defaults: Readonly<Record<string, Value>> = {
      FS: " ",
      OFS: " ",
      ORS: "\n",
      RS: "\n",
      NR: 0,
      FNR: 0,
      SUBSEP: "\x1c",
      CONVFMT: "%.6g",
      OFMT: "%.6g",
      RSTART: 0,
      RLENGTH: -1,
      FILENAME: "",
      ARGC: args.length,
    };
    for (const [name, value] of Object.entries(defaults)) this.#globals.set(name, { value });
    this.#globals.set("ARGV", { array: new Map(args.map((a, i) => [String(i), fromInput(a)] as const)) });
    this.#globals.set("ENVIRON", { array: new Map(Object.entries(tool.proc.env).map(([k, v]) => [k, fromInput(v)] as const)) });
  }

  /** -v and operands like name=value. */
  assignText(text: string): void {
    const at = text.indexOf("=");
    this.setVariable(text.slice(0, at), fromInput(unescape(text.slice(at + 1))));
  }

  /** Runs the program to its exit code. */
  async run(): Promise<number> {
    const { begin, rules, end } = this.#program;
    try {
      const left = await this.#all(begin);
      if (!left && (rules.length > 0 || end.length > 0)) await this.#records();
      await this.#all(end);
    } finally {
      await this.#streams.closeAll();
    }
    return this.#status || (this.#input.failed ? 2 : 0);
  }
  /** True when `exit` ended it: what follows is END, or the end. */
  async #all(bodies: readonly Statement[]): Promise<boolean> {
    try {
      for (const body of bodies) await this.#execute(body);
      return false;
    } catch (error) {
      if (!(error instanceof Leave) || error.how !== "exit") throw error;
      return true;
    }
  }
  async #records(): Promise<void> {
    for (;;) {
      const text = await this.#input.next();
      if (text === undefined) return;
      this.#record.set(text);
      await this.#step();
      try {
        for (const rule of this.#program.rules)
          if (await this.#selected(rule))
            await (rule.action ? this.#execute(rule.action) : this.#print(toText(this.#record.get(0), "") + this.variable("ORS")));
      } catch (error) {
        if (!(error instanceof Leave)) throw error;
        if (error.how === "exit") return;
        if (error.how === "nextfile") this.#input.skip();
        else if (error.how !== "next") throw error;
      }
    }
  }
  async #selected(rule: Rule): Promise<boolean> {
    const [from, to] = rule.pattern;
    if (!from) return true;
    if (!to) return isTrue(await this.evaluate(from));
    if (!this.#inRange.has(rule)) {
      if (!isTrue(await this.evaluate(from))) return false;
      this.#inRange.add(rule);
    }
    if (isTrue(await this.evaluate(to))) this.#inRange.delete(rule);
    return true;
  }

  // --- statements ---

  async #step(): Promise<void> {
    if (++this.#steps % STEPS === 0) await this.#tool.proc.cpu(1);
  }
  #print(text: string): Promise<void> {
    return this.#tool.out(text);
  }
  async #execute(node: Statement): Promise<void> {
    switch (node.type) {
      case "block":
        for (const statement of node.body) await this.#execute(statement);
        return;
      case "expression":
        return void (await this.evaluate(node.value));
      case "print":
        return this.#printStatement(node);
      case "if":
        if (isTrue(await this.evaluate(node.test))) await this.#execute(node.yes);
        else if (node.no) await this.#execute(node.no);
        return;
      case "while":
        if (node.first && !(await this.#round(node.body))) return;
        while (isTrue(await this.evaluate(node.test))) if (!(await this.#round(node.body))) return;
        return;
      case "for":
        if (node.start) await this.#execute(node.start);
        while (!node.test || isTrue(await this.evaluate(node.test))) {
          if (!(await this.#round(node.body))) return;
          if (node.step) await this.#execute(node.step);
        }
        return;
      case "forin": {
        const array = this.array(node.array);
        for (const key of [...array.keys()]) {
          if (!array.has(key)) continue;
          await this.assign({ type: "name", name: node.name }, fromInput(key));
          if (!(await this.#round(node.body))) return;
        }
        return;
      }
      case "delete":
        if (node.index) this.array(node.name).delete(await this.#key(node.index));
        else this.array(node.name).clear();
        return;
      case "leave":
        throw new Leave(node.how);
      case "exit":
        if (node.value) this.#status = (await this.number(node.value)) & 255;
        throw new Leave("exit");
      case "return":
        throw new Leave("return", node.value && (await this.evaluate(node.value)));
    }
  }
  /** One round of a loop; false when it is to end. */
  async #round(body: Statement): Promise<boolean> {
    await this.#step();
    try {
      await this.#execute(body);
    } catch (error) {
      if (!(error instanceof Leave)) throw error;
      if (error.how === "break") return false;
      if (error.how !== "continue") throw error;
    }
    return true;
  }
  async #printStatement(node: Extract<Statement, { type: "print" }>): Promise<void> {
    const values: Value[] = [];
    for (const arg of node.args) values.push(await this.evaluate(arg));
    const format = this.variable("OFMT");
    let text: string;
    if (node.format) text = formatText(toText(values[0], format), values.slice(1), this.variable("CONVFMT"));
    else if (values.length === 0) text = toText(this.#record.get(0), format) + this.variable("ORS");
    else text = values.map((v) => toText(v, format)).join(this.variable("OFS")) + this.variable("ORS");
    if (!node.redirect) return this.#print(text);
    await this.#streams.write(await this.text(node.redirect.to), node.redirect.operator, text);
  }

  // --- variables ---

  #cell(name: string): Cell {
    const local = this.#locals?.get(name);
    if (local) return local;
    let cell = this.#globals.get(name);
    if (!cell) this.#globals.set(name, (cell = {}));
    return cell;
  }
  value(name: string): Value {
    return this.#cell(name).value;
  }
  variable(name: string): string {
    return toText(this.#globals.get(name)?.value, "%.6g");
  }
  setVariable(name: string, value: Value): void {
    if (name === "NF") this.#record.count = toNumber(value);
    else this.#cell(name).value = value;
  }
  isArray(name: string): boolean {
    return this.#cell(name).array !== undefined;
  }
  array(name: string): Map<string, Value> {
    const open = (cell: Cell): Map<string, Value> => {
      if (cell.value !== undefined) throw new AwkError(`${name}: scalar used as an array`);
      return (cell.array ??= cell.origin ? open(cell.origin) : new Map());
    };
    return open(this.#cell(name));
  }
  async #key(index: readonly Expression[]): Promise<string> {
    const values: Value[] = [];
    for (const node of index) values.push(await this.evaluate(node));
    return subscript(values, this);
  }
  async assign(to: Lvalue, value: Value): Promise<void> {
    if (to.type === "name") this.setVariable(to.name, value);
    else if (to.type === "index") this.array(to.name).set(await this.#key(to.index), value);
    else this.#record.put(await this.#fieldNumber(to.of), value);
  }
  async #fieldNumber(of: Expression): Promise<number> {
    const n = Math.trunc(await this.number(of));
    if (n < 0) throw new AwkError("Access to negative field");
    if (n > 100_000) throw new AwkError("field number is too large");
    return n;
  }

  // --- expressions ---

  async text(node: Expression): Promise<string> {
    return toText(await this.evaluate(node), this.variable("CONVFMT"));
  }
  async number(node: Expression): Promise<number> {
    return toNumber(await this.evaluate(node));
  }
  /** A regular expression: a literal, or any text as one. */
  async regex(node: Expression): Promise<Regex> {
    return posixRegex(node.type === "regex" ? node.source : await this.text(node), { extended: true });
  }
  record(): string {
    return toText(this.#record.get(0), "");
  }
  now(): number {
    return this.#tool.proc.clock.now();
  }
  async system(command: string): Promise<number> {
    await this.#streams.flush();
    return runChild(this.#tool, ["sh", "-c", command]);
  }
  close(name: string): Promise<number> {
    return this.#streams.close(name);
  }
  flush(): Promise<void> {
    return this.#streams.flush();
  }

  async evaluate(node: Expression): Promise<Value> {
    switch (node.type) {
      case "number":
      case "string":
        return node.value;
      case "name":
        if (node.name === "NF") return this.#record.count;
        if (this.#cell(node.name).array) throw new AwkError(`${node.name}: array used as a scalar`);
        return this.#cell(node.name).value;
      case "field":
        return this.#record.get(await this.#fieldNumber(node.of));
      case "index": {
        const array = this.array(node.name);
        const key = await this.#key(node.index);
        if (!array.has(key)) array.set(key, undefined);
        return array.get(key);
      }
      case "regex":
        return posixRegex(node.source, { extended: true }).test(this.record()) ? 1 : 0;
      case "group":
        if (node.items.length > 1) throw new AwkError("Unexpected token");
        return this.evaluate(node.items[0] as Expression);
      case "assign": {
        const value =
          node.operator === ""
            ? await this.evaluate(node.value)
            : arithmetic(node.operator, await this.number(node.to), await this.number(node.value));
        await this.assign(node.to, value);
        return value;
      }
      case "ternary":
        return this.evaluate(isTrue(await this.evaluate(node.test)) ? node.yes : node.no);
      case "unary": {
        const value = await this.evaluate(node.of);
        return node.operator === "!" ? (isTrue(value) ? 0 : 1) : node.operator === "-" ? -toNumber(value) : toNumber(value);
      }
      case "step": {
        const before = await this.number(node.of);
        await this.assign(node.of, before + node.by);
        return node.before ? before + node.by : before;
      }
      case "in":
        return this.array(node.name).has(await this.#key(node.index)) ? 1 : 0;
      case "binary":
        return this.#binary(node.operator, node.left, node.right);
      case "call":
        return this.#call(node.name, node.args, node.line);
      case "getline":
        return this.#getline(node);
    }
  }
  async #binary(operator: string, left: Expression, right: Expression): Promise<Value> {
    if (operator === "&&") return isTrue(await this.evaluate(left)) && isTrue(await this.evaluate(right)) ? 1 : 0;
    if (operator === "||") return isTrue(await this.evaluate(left)) || isTrue(await this.evaluate(right)) ? 1 : 0;
    if (operator === "~" || operator === "!~") return (await this.regex(right)).test(await this.text(left)) === (operator === "~") ? 1 : 0;
    const [a, b] = [await this.evaluate(left), await this.evaluate(right)];
    const convert = this.variable("CONVFMT");
    if (operator === " ") return toText(a, convert) + toText(b, convert);
    if (!/[<>=]/.test(operator)) return arithmetic(operator, toNumber(a), toNumber(b));
    const order = compare(a, b, convert);
    const holds =
      operator === "<"
        ? order < 0
        : operator === "<="
          ? order <= 0
          : operator === ">"
            ? order > 0
            : operator === ">="
              ? order >= 0
              : operator === "=="
                ? order === 0
                : order !== 0;
    return holds ? 1 : 0;
  }
  async #call(name: string, args: readonly Expression[], line: number): Promise<Value> {
    const fn = this.#program.functions.get(name);
    if (!fn) {
      const builtin = Object.hasOwn(builtinFunctions, name) ? builtinFunctions[name] : undefined;
      if (!builtin) throw new AwkError(`cmd. line:${line}: Call to undefined function`);
      if (args.length < builtin.least || args.length > builtin.most) throw new AwkError(`cmd. line:${line}: Too few arguments`);
      return builtin.run(this, args);
    }
    if (args.length > fn.parameters.length) throw new AwkError(`cmd. line:${line}: Too many arguments`);
    if (this.#depth >= MAX_DEPTH) throw new AwkError(`function ${name}: nested too deeply`);
    const locals = new Map<string, Cell>();
    for (const [i, parameter] of fn.parameters.entries()) {
      const arg = args[i];
      const cell = arg?.type === "name" && arg.name !== "NF" ? this.#cell(arg.name) : undefined;
      if (cell?.array) locals.set(parameter, cell);
      else if (cell && cell.value === undefined) locals.set(parameter, { origin: cell });
      else locals.set(parameter, arg ? { value: await this.evaluate(arg) } : {});
    }
    const before = this.#locals;
    this.#locals = locals;
    this.#depth++;
    await this.#step();
    try {
      await this.#execute(fn.body);
      return undefined;
    } catch (error) {
      if (error instanceof Leave && error.how === "return") return error.value;
      throw error;
    } finally {
      this.#locals = before;
      this.#depth--;
    }
  }
  /** 1 for a record, 0 at the end, -1 for a file that cannot be read. */
  async #getline(node: Extract<Expression, { type: "getline" }>): Promise<number> {
    let text: string | undefined;
    if (node.from === "input") text = await this.#input.next();
    else {
      const reader = await this.#streams.input(await this.text(node.source as Expression), node.from === "command");
      if (!reader) return -1;
      text = await reader.read(this.variable("RS"));
      if (text !== undefined && node.from === "command") this.#input.count("NR");
    }
    if (text === undefined) return 0;
    if (node.to) await this.assign(node.to, fromInput(text));
    else this.#record.set(text);
    return 1;
  }
}
