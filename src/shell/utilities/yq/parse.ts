import { lex, type Token } from "./lex.ts";
import { YqError } from "./node.ts";

/** An expression as a tree: what binds two things has both sides, what takes one has `rhs`. */
export interface Expr {
  readonly op: string;
  readonly value: string;
  readonly tag: string;
  readonly flags: string;
  readonly lhs?: Expr;
  readonly rhs?: Expr;
}

interface Operator {
  readonly args: 0 | 1 | 2;
  readonly binds: number;
  /** What follows it directly looks into its result: `select(…).a`. */
  readonly followed?: boolean;
}
const two = (binds: number): Operator => ({ args: 2, binds });
const one = (binds = 50, followed = false): Operator => ({ args: 1, binds, followed });
const none = (binds = 50, followed = false): Operator => ({ args: 0, binds, followed });

/** How tightly each binds. All of one strength group to the right, differently from jq's. */
const OPERATORS: Readonly<Record<string, Operator>> = {
  ";": two(10),
  ",": two(10),
  ":": two(15),
  or: two(20),
  and: two(20),
  "|": two(30),
  ireduce: two(35),
  ...Object.fromEntries(["=", "+=", "-=", "as", "==", "!=", "compare"].map((op) => [op, two(40)])),
  ...Object.fromEntries(
    ["style=", "tag=", "anchor=", "alias=", "lineComment=", "headComment=", "footComment=", "comments="].map((op) => [op, two(40)]),
  ),
  ...Object.fromEntries(["*", "*=", "/", "%", "+", "-", "//"].map((op) => [op, two(42)])),
  min: none(40),
  max: none(40),
  del: one(40),
  "short|": two(45),
  index: two(50),
  collect: one(50),
  object: one(50),
  ...Object.fromEntries(
    "map filter pick omit eval map_values with explode sort_by first sort_keys split load select unique_by group_by delpaths"
      .split(" ")
      .map((op) => [op, one(52, true)]),
  ),
  ...Object.fromEntries(
    "error format_datetime with_dtf tz contains any_c all_c with_entries setpath join sub match capture test system has"
      .split(" ")
      .map((op) => [op, one()]),
  ),
  ...Object.fromEntries(
    "to_entries split_doc path reverse sort shuffle keys env unique flatten pivot parent parents root array_to_map first0"
      .split(" ")
      .map((op) => [op, none(52, true)]),
  ),
  ...Object.fromEntries(["variable", "step", "self"].map((op) => [op, none(55, op !== "self")])),
};
const operator = (op: string): Operator => OPERATORS[op] ?? none();
const ASSIGNABLE = new Set(["style", "tag", "anchor", "alias", "lineComment", "headComment", "footComment"]);
const OPEN: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

const token = (op: string, more: Partial<Token> = {}): Token => ({ op, text: op, ...more });

/** Puts in what is written by not writing it: `.[` is `.` and an index, `.[:2]` starts at 0, `select(…).a` looks into. */
function completed(tokens: readonly Token[]): Token[] {
  const out: Token[] = [];
  for (let i = 0; i < tokens.length; i++) {
    let at = tokens[i] as Token;
    const [next, last] = [tokens[i + 1], tokens[i - 1]];
    if (at.op === ".[") {
      out.push(token("self"), token("index"));
      at = token("[");
    }
    const slicing = last?.op === ".[" || (last?.op === "[" && i >= 2 && ends(tokens[i - 2] as Token));
    if (at.op === ":" && slicing) out.push(token("value", { value: "0", tag: "!!int" }));
    if (next?.op === "=" && ASSIGNABLE.has(at.op)) {
      at = token(`${at.op}=`, { flags: next.flags ?? "" });
      i++;
    }
    // The one operator that takes something or nothing.
    if (at.op === "first" && next?.op !== "(") at = token("first0");
    out.push(at);
    const following = tokens[i + 1];
    if (at.op === ":" && following?.op === "]") out.push(token("length"));
    if ((at.op === "[" && following?.op === "]") || (at.op === "{" && following?.op === "}")) out.push(token("empty"));
    if (followedBy(at) && following) {
      if (following.op === "step" || following.op === ".[") out.push(token("short|"));
      else if (following.op === "[") out.push(token("index"));
    }
  }
  return out;
}
const ends = (t: Token): boolean => !["(", "[", "{", "|", ",", ";", ":", ".["].includes(t.op);
const followedBy = (t: Token): boolean => t.op === ")" || t.op === "]" || t.op === "}" || operator(t.op).followed === true;

export function parseYq(source: string): Expr {
  const tokens = completed(lex(source));
  if (tokens.length === 0) return leaf("self");
  const results: Expr[] = [];
  const waiting: Token[] = [token("(")];
  const settle = (t: Token): void => {
    const { args } = operator(t.op);
    const rhs = args > 0 ? results.pop() : undefined;
    if (args === 1 && !rhs) throw new YqError(`'${t.text.trim()}' expects 1 arg but received none`);
    const lhs = args === 2 ? results.pop() : undefined;
    if (args === 2 && !lhs) throw new YqError(`'${t.text.trim()}' expects 2 args but there is ${rhs ? 1 : 0}`);
    results.push({ ...leaf(t.op, t), ...(lhs ? { lhs } : {}), ...(rhs ? { rhs } : {}) });
    if (results.length > 5000) throw new YqError("the expression is too long");
  };
  for (const t of [...tokens, token(")")]) {
    if (OPEN[t.op]) waiting.push(t);
    else if (t.op === ")" || t.op === "]" || t.op === "}") {
      for (let top = waiting.at(-1); top && OPEN[top.op] !== t.op; top = waiting.at(-1)) {
        const missing = OPEN[top.op];
        if (missing) throw new YqError(`bad expression, could not find matching \`${missing}\``);
        settle(waiting.pop() as Token);
      }
      if (waiting.length === 0)
        throw new YqError(
          t.op === ")"
            ? "bad expression, got close brackets without matching opening bracket"
            : "bad path expression, got close collect brackets without matching opening bracket",
        );
      waiting.pop();
      if (t.op === ")") continue;
      settle(token(t.op === "}" ? "object" : "collect"));
      if (waiting.at(-1)?.op === "index") settle({ ...(waiting.pop() as Token), flags: t.text.endsWith("?") ? "?" : "" });
    } else {
      for (let top = waiting.at(-1); top && !OPEN[top.op] && operator(top.op).binds > operator(t.op).binds; top = waiting.at(-1))
        settle(waiting.pop() as Token);
      waiting.push(t);
    }
  }
  if (waiting.length > 0) throw new YqError("bad expression - probably missing close bracket on (");
  if (results.length !== 1) throw new YqError(`bad expression, please check expression syntax`);
  return results[0] as Expr;
}
const leaf = (op: string, t?: Token): Expr => ({ op, value: t?.value ?? "", tag: t?.tag ?? "", flags: t?.flags ?? "" });
